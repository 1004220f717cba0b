//! The pages of agreements: thin. They read what the reader may see, ask the model, and show.

pub mod as_of;
pub mod asked;
pub mod asleep;
pub mod benefits;
pub mod claims;
pub mod documents;
pub mod home;
pub mod life;
pub mod list;
pub mod matrix;
pub mod show;

use super::model::ordinals::{self, Place, Signed};
use super::model::{Phase, State, words};
use super::records::CLAUSE;
use super::store::Dossier;
use chrono::Datelike;
use kernel::edtf::Endpoint;
use kernel::record::Record;
use kernel::{Uuid, both};
use std::collections::HashMap;
use web::Cx;
use web::layout::{Choice, Crumb};

/// A name with its address; the address is empty when the reader may not see the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    pub name: String,
    pub href: String,
}

/// The name of any record for this reader.
pub fn named(cx: &Cx, id: Uuid) -> Named {
    match cx.app.catalogue.entry(id, &cx.keyring) {
        Some(entry) => {
            Named { name: entry.called(cx.lang).to_owned(), href: cx.href(&format!("/{}/{id}", entry.kind.path)) }
        }
        None => Named { name: cx.t("(非公開)", "(not shown)").to_owned(), href: String::new() },
    }
}

/// A facet of a party: its kind or country.
pub fn facet_of(cx: &Cx, party: Uuid, field: &str) -> Option<String> {
    cx.app.catalogue.entry(party, &cx.keyring)?.facet(field).map(str::to_owned)
}

/// What an agreement is called after its other parties; its title when there are none to show.
pub fn called_after(cx: &Cx, dossier: &Dossier) -> String {
    let others = dossier.others(cx.hub.organization);
    let names: Vec<String> = others
        .iter()
        .filter_map(|party| cx.app.catalogue.entry(*party, &cx.keyring))
        .map(|e| e.called(cx.lang).to_owned())
        .collect();
    if names.is_empty() { dossier.agreement.called(cx.lang) } else { names.join(cx.t("、", ", ")) }
}

/// The year of signing, empty when unknown.
pub fn year_of(agreement: &Record) -> String {
    let signed = agreement.date("signed").or(agreement.date("effective"));
    match signed.map(|date| date.start()) {
        Some(Endpoint::Date(date)) => date.earliest().map(|day| day.year().to_string()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// The word and tint of a phase.
pub fn phase_tag(cx: &Cx, phase: Phase) -> (String, &'static str) {
    (words::phase(phase).get(cx.lang).to_owned(), words::phase_tone(phase))
}

/// Ordinals of every agreement in a register.
pub fn places(cx: &Cx, register: &[Dossier]) -> HashMap<Uuid, Place> {
    let signed =
        register.iter().filter(|d| State::from_code(d.agreement.plain("state")) != State::Draft).filter_map(|d| {
            let first = d.others(cx.hub.organization).into_iter().next();
            Some(Signed {
                agreement: d.agreement.id,
                hub: d.hub(cx.hub.organization),
                of_type: d.agreement.plain("type").to_owned(),
                signed: d.agreement.date("signed")?,
                party_kind: first.and_then(|party| facet_of(cx, party, "kind")),
            })
        });
    ordinals::places(signed.collect())
}

/// "13th body, third local government", with a word when equal dates leave the order open.
pub fn place_words(cx: &Cx, place: &Place) -> String {
    let said = ordinals::words(place);
    let doubt = if place.certain {
        ""
    } else {
        cx.t("(同じ月のため前後は不明)", " (order within the month not known)")
    };
    format!("{}{doubt}", said.get(cx.lang))
}

/// What a clause code promises, in words.
pub fn letter_words(cx: &Cx, letter: &str) -> String {
    let term = CLAUSE.field("letter").and_then(|field| field.vocabulary()).and_then(|v| v.term(letter));
    term.map_or_else(|| letter.to_owned(), |term| term.label.get(cx.lang).to_owned())
}

/// The word and tint of a term in one of an agreement's vocabularies.
pub fn term_words(cx: &Cx, record: &Record, field: &str) -> (String, &'static str) {
    let code = record.plain(field);
    let term = record.kind.field(field).and_then(|field| field.vocabulary()).and_then(|v| v.term(code));
    term.map_or_else(|| (code.to_owned(), ""), |term| (term.label.get(cx.lang).to_owned(), term.tone.class()))
}

/// Views of the same agreements.
pub fn tabs(cx: &Cx, here: &str) -> Vec<Choice> {
    const VIEWS: [(&str, kernel::Both); 5] = [
        ("/agreements", both("一覧", "List")),
        ("/agreements/matrix", both("条項の一覧表", "Clause matrix")),
        ("/agreements/asleep", both("眠っている条項", "Sleeping clauses")),
        ("/agreements/as-of", both("ある日の時点", "As of a day")),
        ("/agreements/benefits", both("会員特典", "Benefits")),
    ];
    VIEWS.iter().map(|(path, label)| Choice::new(cx.href(path), label.get(cx.lang)).chosen(*path == here)).collect()
}

/// Find › Agreements.
pub fn crumbs(cx: &Cx) -> Vec<Crumb> {
    vec![
        Crumb::new(cx.t("見つける", "Find"), cx.href("/directory")),
        Crumb::new(cx.t("協定・覚書", "Agreements"), cx.href("/agreements")),
    ]
}
