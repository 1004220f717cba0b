//! The parts of an agreement as its page shows them.

use super::super::matrix::{clause_dot, sleep_of};
use super::super::{Named, facet_of, letter_words, named, term_words};
use crate::agreements::model::{End, Life, Phase, can_be_used, words};
use crate::agreements::records::{DOCUMENT, SIGNATORY};
use crate::agreements::store::Dossier;
use directory::vocabularies::{COUNTRIES, ORGANIZATION_KINDS};
use kernel::record::Record;
use kernel::text::Standing;
use kernel::{Permission, Result, Text, Uuid};
use store::{files, records};
use web::Cx;

pub struct PartyView {
    pub party: Named,
    pub capacity: String,
    pub kind: (String, &'static str),
    pub country: String,
    pub edit: String,
}

/// A text in one language with where it comes from.
pub struct Version {
    pub lang: String,
    pub text: String,
    pub standing: String,
    pub is_original: bool,
}

pub struct UseView {
    pub when: String,
    pub title: String,
    pub href: String,
    pub url: String,
}

pub struct ClauseView {
    pub id: Uuid,
    pub no: usize,
    pub title: String,
    pub versions: Vec<Version>,
    pub place: String,
    pub open_ended: bool,
    pub dot: &'static str,
    pub dot_words: String,
    pub granted: bool,
    /// How long it was not used; empty for duties that are only kept.
    pub sleep: String,
    pub used: Vec<UseView>,
    pub edit: String,
    pub add_use: String,
}

pub struct SignerView {
    pub person: Named,
    pub title: String,
    pub standing: String,
    pub party: Option<Named>,
    pub signed_on: String,
}

pub struct Amended {
    pub title: String,
    pub href: String,
    pub signed: String,
    pub new_end: String,
    pub text: String,
}

pub struct RestView {
    pub since: String,
    pub until: String,
    pub reason: String,
}

pub struct DocumentView {
    pub title: String,
    pub href: String,
    pub download: String,
    pub facts: String,
    pub circle: String,
    pub delete: String,
}

fn may_edit(cx: &Cx, path: String) -> String {
    if cx.actor.may(Permission::EditAgreements) { cx.href(&path) } else { String::new() }
}

pub fn parties(cx: &Cx, dossier: &Dossier) -> Vec<PartyView> {
    let word = |vocabulary: &'static kernel::record::Vocabulary, code: Option<String>| {
        code.and_then(|code| vocabulary.term(&code)).map(|term| (term.label.get(cx.lang).to_owned(), term.tone.class()))
    };
    dossier
        .parties
        .iter()
        .filter_map(|part| part.link("party").map(|party| (part, party)))
        .map(|(part, party)| PartyView {
            party: named(cx, party),
            capacity: term_words(cx, part, "capacity").0,
            kind: word(&ORGANIZATION_KINDS, facet_of(cx, party, "kind")).unwrap_or_default(),
            country: word(&COUNTRIES, facet_of(cx, party, "country")).map(|(label, _)| label).unwrap_or_default(),
            edit: may_edit(cx, format!("/agreement-parties/{}/edit", part.id)),
        })
        .collect()
}

pub fn clauses(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase) -> Vec<ClauseView> {
    dossier
        .clauses
        .iter()
        .enumerate()
        .map(|(at, clause)| clause_view(cx, dossier, life, phase, at + 1, clause))
        .collect()
}

fn clause_view(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase, no: usize, clause: &Record) -> ClauseView {
    let used = dossier.evidence_of(clause.id);
    let (dot, dot_words) = clause_dot(cx, clause, used, life, phase, cx.today());
    let letter = clause.plain("letter");
    let lives = can_be_used(letter) && phase.is_active();
    ClauseView {
        id: clause.id,
        no,
        title: letter_words(cx, letter),
        versions: versions(cx, &clause.text("text")),
        place: clause.text("place").say(cx.lang).to_owned(),
        open_ended: clause.flag("open_ended"),
        granted: matches!(dot, "on" | "rest"),
        dot,
        dot_words,
        sleep: if lives {
            words::sleep(sleep_of(life, used, cx.today())).get(cx.lang).to_owned()
        } else {
            String::new()
        },
        // Newest first: what happened last says most.
        used: used.iter().rev().map(|one| use_view(cx, &one.seen_by(&cx.actor))).collect(),
        edit: may_edit(cx, format!("/clauses/{}/edit", clause.id)),
        add_use: may_edit(cx, format!("/evidence/new?clause={}", clause.id)),
    }
}

/// Every version of a text, the original first, each with its standing.
fn versions(cx: &Cx, text: &Text) -> Vec<Version> {
    let mut versions: Vec<Version> = text
        .versions()
        .map(|(tag, version)| Version {
            lang: tag.to_owned(),
            text: version.text.clone(),
            standing: version.standing.label().get(cx.lang).to_owned(),
            is_original: version.standing == Standing::Original,
        })
        .collect();
    versions.sort_by_key(|version| !version.is_original);
    versions
}

fn use_view(cx: &Cx, used: &Record) -> UseView {
    UseView {
        when: used.date("happened").map(|date| date.display(cx.lang)).unwrap_or_default(),
        title: used.called(cx.lang),
        href: cx.href(&format!("/evidence/{}", used.id)),
        url: used.plain("url").to_owned(),
    }
}

pub async fn signers(cx: &Cx, agreement: Uuid) -> Result<Vec<SignerView>> {
    let signed = records::linking(&cx.app.db, &SIGNATORY, "agreement", agreement, cx.scope()).await?;
    let view = |signer: &Record| {
        let title = signer.text("title");
        let shown = title.shown(cx.lang);
        SignerView {
            person: signer.link("person").map(|person| named(cx, person)).unwrap_or_default(),
            standing: shown.as_ref().and_then(|shown| shown.label(cx.lang)).unwrap_or_default().to_owned(),
            title: shown.map(|shown| shown.text.to_owned()).unwrap_or_default(),
            party: signer.link("party").map(|party| named(cx, party)),
            signed_on: signer.date("signed_on").map(|date| date.display(cx.lang)).unwrap_or_default(),
        }
    };
    Ok(signed.iter().map(|signer| view(&signer.seen_by(&cx.actor))).collect())
}

pub fn amended(cx: &Cx, dossier: &Dossier) -> Vec<Amended> {
    let mut amendments: Vec<Record> = dossier.amendments.iter().map(|amendment| amendment.seen_by(&cx.actor)).collect();
    amendments.sort_by_cached_key(|amendment| amendment.date("signed").map_or(String::new(), |date| date.sort_key()));
    let view = |amendment: &Record| Amended {
        title: amendment.called(cx.lang),
        href: cx.href(&format!("/amendments/{}", amendment.id)),
        signed: amendment.date("signed").map(|date| date.display(cx.lang)).unwrap_or_default(),
        new_end: match amendment.plain("new_end") {
            "" => String::new(),
            end => words::end(End::parse(end)).get(cx.lang).to_owned(),
        },
        text: amendment.text("text").say(cx.lang).to_owned(),
    };
    amendments.iter().map(view).collect()
}

pub fn rests(cx: &Cx, dossier: &Dossier) -> Vec<RestView> {
    let date = |record: &Record, field: &str| record.date(field).map(|date| date.display(cx.lang)).unwrap_or_default();
    let view = |rest: &Record| {
        let rest = rest.seen_by(&cx.actor);
        RestView {
            since: date(&rest, "since"),
            until: date(&rest, "until"),
            reason: rest.text("reason").say(cx.lang).to_owned(),
        }
    };
    dossier.suspensions.iter().map(view).collect()
}

pub async fn documents(cx: &Cx, agreement: Uuid) -> Result<Vec<DocumentView>> {
    let found = records::linking(&cx.app.db, &DOCUMENT, "agreement", agreement, cx.scope()).await?;
    let mut views = Vec::with_capacity(found.len());
    for document in &found {
        let file = match document.plain("file").parse::<Uuid>() {
            Ok(id) => files::find(&cx.app.db, id).await?,
            Err(_) => None,
        };
        let dated = document.date("dated").map(|date| date.display(cx.lang));
        let facts = [dated, file.as_ref().map(|file| format!("{} · {}", file.name, size_words(file.size)))];
        views.push(DocumentView {
            title: document.called(cx.lang),
            href: cx.href(&format!("/documents/{}", document.id)),
            download: if file.is_some() { format!("/files/agreements/{}", document.id) } else { String::new() },
            facts: facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            circle: document.audience.level.label().get(cx.lang).to_owned(),
            delete: may_edit(cx, format!("/documents/{}/delete", document.id)),
        });
    }
    Ok(views)
}

/// `820 B`, `1.4 MB`.
fn size_words(bytes: i64) -> String {
    match bytes {
        ..=999 => format!("{bytes} B"),
        1_000..=999_999 => format!("{} KB", bytes / 1_000),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}
