//! The list of suggestions for a party, and one suggestion in full.

use super::report::{LIST, Report, reader, report, shown_reasons};
use super::words::Names;
use super::{Learned, Matching, Standing, actions, policy, store};
use ::store::catalogue::Entry;
use askama::Template;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use directory::vocabularies as v;
use engine::affinity::reciprocal::{Part, Words, reason_words, suggest_for};
use kernel::{Error, Lang, Uuid};
use serde::Deserialize;
use std::sync::Arc;
use web::layout::{Choice, Crumb, monogram};
use web::{Cx, Handled, html};

#[derive(Debug, Deserialize)]
pub struct Asked {
    #[serde(rename = "for")]
    party: Option<Uuid>,
}

/// One suggested party.
struct Line {
    id: Uuid,
    href: String,
    title: String,
    other: String,
    letter: String,
    kind: String,
    tone: &'static str,
    reasons: Vec<String>,
    fictional: bool,
}

#[derive(Template)]
#[template(path = "matching/list.html")]
struct ListPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    party: Option<Uuid>,
    name: String,
    tabs: Vec<Choice>,
    lines: Vec<Line>,
    never: Vec<(Uuid, String)>,
    post_href: String,
    preparing: bool,
    vectors: bool,
}

#[derive(Template)]
#[template(path = "matching/one.html")]
struct OnePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    party: Uuid,
    other: Uuid,
    title: String,
    lead: String,
    profile_href: String,
    place: usize,
    sufficient: bool,
    reasons: Vec<String>,
    parts: Vec<(&'static str, String, u32)>,
    changes: Vec<String>,
    /// What the learned part is made of; empty while there is none.
    learned: String,
}

/// `GET /matches?for=ID`: without an id, the first party that the account speaks for.
pub async fn list(cx: Cx, Query(asked): Query<Asked>, matching: Arc<Matching>) -> Handled {
    let own: Vec<Uuid> = cx.actor.manages.iter().copied().chain(cx.actor.person).collect();
    let party = asked.party.or_else(|| own.first().copied());
    if let Some(party) = party {
        policy::may_read(&cx.actor, party)?;
    }
    let entry = |id| cx.app.catalogue.entry(id, &cx.keyring);
    let shown = match party {
        Some(party) => Some(entry(party).ok_or(Error::NotFound)?),
        None => None,
    };
    let standing = matching.standing();
    let lines = match (&standing, party) {
        (Some(standing), Some(party)) => lines(&cx, standing, party),
        _ => Vec::new(),
    };
    let tabs = own.iter().filter_map(|id| Some((*id, entry(*id)?)));
    let named = |id: Uuid| entry(id).map(|entry| (id, entry.called(cx.lang).to_owned()));
    let never = match party {
        Some(party) => store::never_of(&cx.app.db, party).await?.into_iter().filter_map(named).collect(),
        None => Vec::new(),
    };
    html(&ListPage {
        crumbs: vec![Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk"))],
        name: shown.map(|entry| entry.called(cx.lang).to_owned()).unwrap_or_default(),
        tabs: tabs
            .map(|(id, entry)| {
                let address = cx.href(&format!("/matches?for={id}"));
                Choice::new(address, entry.called(cx.lang)).chosen(Some(id) == party)
            })
            .collect(),
        lines,
        never,
        post_href: party.map(|party| cx.href(&format!("/listings/new?party={party}"))).unwrap_or_default(),
        preparing: standing.is_none(),
        vectors: standing.is_some_and(|standing| standing.vectors),
        party,
        cx: &cx,
    })
}

fn lines(cx: &Cx, standing: &Standing, party: Uuid) -> Vec<Line> {
    let corpus = &standing.corpus;
    let Some(at) = corpus.index_of(party.as_u128()) else { return Vec::new() };
    let reader = reader(standing, &cx.actor, &cx.keyring, at);
    let suggested = suggest_for(corpus, &reader, at, LIST);
    suggested
        .iter()
        .filter_map(|suggestion| {
            let other = Uuid::from_u128(corpus.id_of(suggestion.party));
            let entry = cx.app.catalogue.entry(other, &cx.keyring)?;
            let names = names(cx, standing, [party, other]);
            let found = shown_reasons(standing, &reader, at, suggestion.party);
            let said = found.iter().take(4).map(|reason| say(cx, reason_words(reason, &names))).collect();
            Some(line(cx, party, &entry, said))
        })
        .collect()
}

fn names<'a>(cx: &'a Cx, standing: &'a Standing, pair: [Uuid; 2]) -> Names<'a> {
    Names { catalogue: &cx.app.catalogue, keyring: &cx.keyring, concepts: &standing.concepts, pair }
}

fn say(cx: &Cx, words: Words) -> String {
    match cx.lang {
        Lang::Ja => words.ja,
        Lang::En => words.en,
    }
}

fn line(cx: &Cx, party: Uuid, entry: &Entry, reasons: Vec<String>) -> Line {
    let term = [&v::ORGANIZATION_KINDS, &v::UNIT_KINDS].iter().find_map(|list| list.term(entry.facet("kind")?));
    let title = entry.called(cx.lang).to_owned();
    Line {
        id: entry.id,
        href: cx.href(&format!("/matches/{party}/{}", entry.id)),
        letter: monogram(&title),
        other: entry.title.exact(cx.lang.other()).filter(|other| *other != title).unwrap_or_default().to_owned(),
        kind: term.map_or(entry.kind.one, |term| term.label).get(cx.lang).to_owned(),
        tone: term.map_or("c-plum", |term| term.tone.class()),
        fictional: entry.fictional,
        reasons,
        title,
    }
}

/// `GET /matches/{party}/{other}`.
pub async fn one(cx: Cx, Path((party, other)): Path<(Uuid, Uuid)>, matching: Arc<Matching>) -> Handled {
    policy::may_read(&cx.actor, party)?;
    let entry = |id| cx.app.catalogue.entry(id, &cx.keyring).ok_or(Error::NotFound);
    let (mine, theirs) = (entry(party)?, entry(other)?);
    let standing = matching.standing().ok_or(Error::Busy)?;
    let told = report(&standing, &cx.app.catalogue, &cx.actor, &cx.keyring, [party, other]).ok_or(Error::NotFound)?;
    let title = theirs.called(cx.lang).to_owned();
    html(&OnePage {
        crumbs: vec![
            Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk")),
            Crumb::new(cx.t("会うとよい相手", "Whom to meet"), cx.href(&format!("/matches?for={party}"))),
        ],
        lead: match cx.lang {
            Lang::Ja => format!("{}から見た相手です。", mine.called(cx.lang)),
            Lang::En => format!("As seen from {}.", mine.called(cx.lang)),
        },
        profile_href: cx.href(&format!("/{}/{other}", theirs.kind.path)),
        place: told.place.unwrap_or(0),
        sufficient: told.sufficient,
        parts: parts(&cx, &told),
        learned: learned_note(&cx, &standing),
        reasons: told.reasons.into_iter().map(|words| say(&cx, words)).collect(),
        changes: told.changes.into_iter().take(4).map(|words| say(&cx, words)).collect(),
        party,
        other,
        title,
        cx: &cx,
    })
}

/// Name, share in hundredths of the score, and the width of its bar.
fn parts(cx: &Cx, told: &Report) -> Vec<(&'static str, String, u32)> {
    let whole: f32 = told.parts.iter().map(|(_, value)| value).sum();
    let share = |value: f32| if whole > 0.0 { (value / whole * 100.0).round().clamp(0.0, 100.0) as u32 } else { 0 };
    let told = told.parts.iter().filter(|(_, value)| share(*value) > 0);
    told.map(|(part, value)| (part_name(cx, *part), format!("{} %", share(*value)), share(*value))).collect()
}

/// Explains the learned part in a sentence.
fn learned_note(cx: &Cx, standing: &Standing) -> String {
    let learned = &standing.learned;
    if !learned.on || learned.model.is_none() {
        return String::new();
    }
    // No exact number: whoever sees it grow would learn how somebody answered.
    let least = Learned::NEEDED;
    match cx.lang {
        Lang::Ja => format!(
            "「これまでの答え」は、提案と紹介への{least}件以上の返事から、似た組み合わせがどれだけ実りやすいかを学んだものです。順位を少し動かすだけで、だれが何と答えたかは使いません。"
        ),
        Lang::En => format!(
            "“Earlier answers” is learned from {least} or more answers to suggestions and introductions: how often pairs like this one come about. It moves the order a little; who answered what is not used."
        ),
    }
}

pub(super) fn part_name(cx: &Cx, part: Part) -> &'static str {
    match part {
        Part::NeedOffer => cx.t("求めることに応えられる", "They can answer what is needed here"),
        Part::OfferNeed => cx.t("応えられることを求めている", "They need what is offered here"),
        Part::Reciprocity => cx.t("双方に得がある", "Both sides gain"),
        Part::Field => cx.t("分野の距離", "Distance of fields"),
        Part::Stage => cx.t("段階", "Stage"),
        Part::Modality => cx.t("モダリティ", "Modality"),
        Part::Language => cx.t("言語", "Language"),
        Part::Place => cx.t("場所", "Place"),
        Part::Sector => cx.t("立場の違い", "Different sectors"),
        Part::Novelty => cx.t("まだつながりがない", "Not tied yet"),
        Part::Path => cx.t("共通の知り合い", "Common acquaintances"),
        Part::Agreement => cx.t("協定", "Agreement"),
        Part::Learned => cx.t("これまでの答え", "Earlier answers"),
    }
}

/// `POST /matches/{party}/{other}/never`.
pub async fn never(cx: Cx, Path((party, other)): Path<(Uuid, Uuid)>) -> Handled {
    actions::never(&cx, party, other).await?;
    Ok(Redirect::to(&cx.href(&format!("/matches?for={party}"))).into_response())
}

/// `POST /matches/{party}/{other}/again`.
pub async fn again(cx: Cx, Path((party, other)): Path<(Uuid, Uuid)>) -> Handled {
    actions::again(&cx, party, other).await?;
    Ok(Redirect::to(&cx.href(&format!("/matches?for={party}"))).into_response())
}
