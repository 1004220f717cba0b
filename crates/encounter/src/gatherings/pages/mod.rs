//! The pages of gatherings: thin. They read what the reader may see, ask the model, and show.

pub mod api;
pub mod badges;
pub mod benefits;
pub mod calendar;
pub mod changes;
pub mod check_in;
pub mod json_ld;
pub mod life;
pub mod list;
pub mod mine;
pub mod papers;
pub mod programme;
pub mod register;
pub mod show;
pub mod staff;
pub mod survey;
pub mod survey_results;
pub mod templates;
pub mod timetable;

use super::model::when::{self, Span};
use super::records::GATHERING;
use kernel::record::Record;
use kernel::{Error, Result, Uuid};
use store::records;
use web::Cx;
use web::layout::Crumb;

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

/// The word and tint of a term in one of a record's vocabularies.
pub fn term(cx: &Cx, record: &Record, field: &str) -> (String, &'static str) {
    let code = record.plain(field);
    let term = record.kind.field(field).and_then(|field| field.vocabulary()).and_then(|v| v.term(code));
    term.map_or_else(|| (code.to_owned(), ""), |term| (term.label.get(cx.lang).to_owned(), term.tone.class()))
}

/// The words of several terms.
pub fn terms(cx: &Cx, record: &Record, field: &str) -> Vec<String> {
    let vocabulary = record.kind.field(field).and_then(|field| field.vocabulary());
    let word = |code: &String| vocabulary.and_then(|v| v.term(code)).map(|term| term.label.get(cx.lang).to_owned());
    record.codes(field).iter().filter_map(word).collect()
}

/// The gathering, if the reader may see it.
pub async fn visible(cx: &Cx, id: Uuid) -> Result<Record> {
    records::find(&cx.app.db, &GATHERING, id, cx.scope()).await?.ok_or(Error::NotFound)
}

pub fn span_of(cx: &Cx, gathering: &Record) -> Option<Span> {
    when::span(gathering, when::zone_of(gathering, cx.hub.zone))
}

/// Meet.
pub fn crumbs(cx: &Cx) -> Vec<Crumb> {
    vec![Crumb::new(cx.t("つどう", "Meet"), cx.href("/meet"))]
}

/// Meet › the gathering.
pub fn crumbs_in(cx: &Cx, gathering: &Record) -> Vec<Crumb> {
    let mut crumbs = crumbs(cx);
    crumbs.push(Crumb::new(gathering.called(cx.lang), cx.href(&format!("/gatherings/{}", gathering.id))));
    crumbs
}
