//! `GET /map/balance`: between which sectors ties run and how that changed, who stands between, which communities there are;
//! and the names that staff give to communities.

use super::{Asked, Face, Map, further, percent, read};
use crate::map::analysis::{Analysis, strengths_on};
use crate::map::model::Player;
use crate::map::store::{self, CommunityName};
use ::store::atomically;
use askama::Template;
use axum::Form;
use axum::response::{IntoResponse, Redirect};
use chrono::{Datelike, NaiveDate};
use kernel::change::{Change, Verb};
use kernel::{Error, FieldErrors, Lang, Uuid, both};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

const YEARS: i32 = 10;
const BROKERS: usize = 15;
const COMMUNITIES: usize = 12;
/// Smaller groups are no community.
const SMALLEST: usize = 3;
const LONGEST_NAME: usize = 80;

struct MatrixRow {
    label: &'static str,
    class: &'static str,
    /// Count and shade from 0 to 4.
    cells: Vec<(usize, u8)>,
}

struct Year {
    year: i32,
    pairs: usize,
    share: String,
    index: String,
    width: u32,
}

struct Broker {
    face: Face,
    bridging: String,
    constraint: String,
    ties: usize,
}

struct Community {
    number: u32,
    name: String,
    given: bool,
    ja: String,
    en: String,
    members: Vec<Face>,
    count: usize,
    href: String,
}

#[derive(Template)]
#[template(path = "map/balance.html")]
struct BalancePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    further: Vec<Choice>,
    day: String,
    on: NaiveDate,
    heads: Vec<(&'static str, &'static str)>,
    matrix: Vec<MatrixRow>,
    years: Vec<Year>,
    brokers: Vec<Broker>,
    error: String,
    communities: Vec<Community>,
}

pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, asked.day).await?;
    let names = store::community_names(&cx.app.db).await?;
    let present: Vec<Player> = present(&analysis);
    html(&BalancePage {
        crumbs: vec![Crumb::new(cx.t("つながりの地図", "Connection map"), cx.href("/map"))],
        further: further(&cx),
        day: kernel::calendar::date_long(cx.lang, asked.day),
        on: asked.day,
        heads: present.iter().map(|player| (player.code(), player.label().get(cx.lang))).collect(),
        matrix: matrix(&cx, &analysis, &present),
        years: years(&analysis, cx.today()),
        brokers: brokers(&cx, &analysis),
        error: analysis.error.map(percent).unwrap_or_default(),
        communities: communities(&cx, &analysis, &names),
        cx: &cx,
    })
}

/// Sectors with a tie on the day.
fn present(analysis: &Analysis) -> Vec<Player> {
    let tied = analysis.view.nodes.iter().enumerate().filter(|(at, _)| analysis.degree(*at as u32) > 0);
    let players: BTreeSet<Player> = tied.map(|(_, node)| node.player).collect();
    players.into_iter().collect()
}

/// Tied pairs by the sectors of both, of the edges with a strength.
fn counts(analysis: &Analysis, strengths: &[f64]) -> BTreeMap<(Player, Player), usize> {
    let mut counts: BTreeMap<(Player, Player), usize> = BTreeMap::new();
    for (edge, _) in analysis.view.edges.iter().zip(strengths).filter(|(_, strength)| **strength > 0.0) {
        let (Some(a), Some(b)) = (analysis.view.node(edge.a), analysis.view.node(edge.b)) else { continue };
        *counts.entry((a.player.min(b.player), a.player.max(b.player))).or_default() += 1;
    }
    counts
}

fn matrix(cx: &Cx, analysis: &Analysis, present: &[Player]) -> Vec<MatrixRow> {
    let counts = counts(analysis, &analysis.strengths);
    let most = counts.values().copied().max().unwrap_or(1).max(1);
    let cell = |a: Player, b: Player| {
        let count = counts.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
        (count, (4 * count).div_ceil(most) as u8)
    };
    let row = |a: &Player| MatrixRow {
        label: a.label().get(cx.lang),
        class: a.code(),
        cells: present.iter().map(|b| cell(*a, *b)).collect(),
    };
    present.iter().map(row).collect()
}

/// Share of the tied pairs that cross sectors, and the E–I index (Krackhardt & Stern 1988): (E − I) / (E + I), from −1 (all
/// within) to 1 (all across). A person belongs to no sector of their own, so pairs with a person are left out.
fn years(analysis: &Analysis, today: NaiveDate) -> Vec<Year> {
    let mut years = Vec::new();
    for year in today.year() - YEARS + 1..=today.year() {
        let Some(end) = NaiveDate::from_ymd_opt(year, 12, 31) else { continue };
        let counts = counts(analysis, &strengths_on(&analysis.view, end.min(today)));
        let bodies = counts.into_iter().filter(|((a, b), _)| *a != Player::Person && *b != Player::Person);
        let (mut across, mut within) = (0, 0);
        bodies.for_each(|((a, b), count)| if a == b { within += count } else { across += count });
        let pairs = across + within;
        if pairs == 0 {
            continue;
        }
        let share = across as f64 / pairs as f64;
        years.push(Year {
            year,
            pairs,
            share: percent(share),
            index: format!("{:+.2}", 2.0 * share - 1.0),
            width: (share * 100.0).round() as u32,
        });
    }
    years
}

fn brokers(cx: &Cx, analysis: &Analysis) -> Vec<Broker> {
    let mut order: Vec<(usize, f64)> =
        analysis.betweenness.iter().copied().enumerate().filter(|(_, score)| *score > 0.0).collect();
    order.sort_by(|x, y| y.1.total_cmp(&x.1).then(x.0.cmp(&y.0)));
    let broker = |(at, score): (usize, f64)| {
        let constraint = analysis.constraint.get(at).copied().filter(|value| value.is_finite());
        Some(Broker {
            face: super::face(cx, analysis.view.node(at as u32)?),
            bridging: percent(score),
            constraint: constraint.map(|value| format!("{value:.2}")).unwrap_or_default(),
            ties: analysis.degree(at as u32),
        })
    };
    order.into_iter().take(BROKERS).filter_map(broker).collect()
}

/// The members of each community of tied parties, the best tied first; the largest community first.
fn members(analysis: &Analysis) -> Vec<(u32, Vec<u32>)> {
    let mut by: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (at, community) in analysis.communities.iter().enumerate().filter(|(at, _)| analysis.degree(*at as u32) > 0) {
        by.entry(*community).or_default().push(at as u32);
    }
    let mut all: Vec<(u32, Vec<u32>)> = by.into_iter().filter(|(_, members)| members.len() >= SMALLEST).collect();
    for (_, members) in &mut all {
        members.sort_by_key(|at| (std::cmp::Reverse(analysis.degree(*at)), *at));
    }
    all.sort_by_key(|(number, members)| (std::cmp::Reverse(members.len()), *number));
    all
}

fn communities(cx: &Cx, analysis: &Analysis, names: &[CommunityName]) -> Vec<Community> {
    const SHOWN: usize = 8;
    let all = members(analysis).into_iter().take(COMMUNITIES);
    all.map(|(number, members)| {
        let given = name_of(analysis, &members, names);
        let faces: Vec<Face> =
            members.iter().take(SHOWN).filter_map(|at| Some(super::face(cx, analysis.view.node(*at)?))).collect();
        let around = faces.first().map(|face| face.title.clone()).unwrap_or_default();
        let (ja, en) = given.map(|name| (name.ja.clone(), name.en.clone())).unwrap_or_default();
        let name = match (given, cx.lang) {
            (Some(_), Lang::Ja) => ja.clone(),
            (Some(_), Lang::En) => en.clone(),
            (None, Lang::Ja) => format!("{around}のまわり"),
            (None, Lang::En) => format!("Around {around}"),
        };
        let href = cx.href(&format!("/map?c={number}&on={}", analysis.day));
        Community { number, name, given: given.is_some(), ja, en, members: faces, count: members.len(), href }
    })
    .collect()
}

/// The newest name whose parties this reader may all see and which are mostly these (more than half of both together).
fn name_of<'a>(analysis: &Analysis, members: &[u32], names: &'a [CommunityName]) -> Option<&'a CommunityName> {
    let own: BTreeSet<u32> = members.iter().copied().collect();
    names.iter().find(|name| {
        let known: Option<BTreeSet<u32>> = name.members.iter().map(|id| analysis.view.place_of(*id)).collect();
        known.is_some_and(|known| 2 * known.intersection(&own).count() > known.union(&own).count())
    })
}

/// What staff send: the number of a community, the day on which it was seen, and its name.
#[derive(Deserialize)]
pub struct Sent {
    community: u32,
    on: NaiveDate,
    ja: String,
    en: String,
}

/// `POST /map/communities`.
pub async fn name(cx: Cx, Form(sent): Form<Sent>, map: Arc<Map>) -> Handled {
    let mut errors = FieldErrors::default();
    for (field, words) in [("ja", &sent.ja), ("en", &sent.en)] {
        let length = words.trim().chars().count();
        if length == 0 || length > LONGEST_NAME {
            errors.add(
                field,
                both(
                    "名前を両方の言語で、80文字までで書いてください。",
                    "Write the name in both languages, up to 80 characters.",
                ),
            );
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors).into());
    }
    let analysis = read(&cx, &map, sent.on).await?;
    let found = members(&analysis).into_iter().find(|(number, _)| *number == sent.community);
    let (_, members) = found.ok_or(Error::NotFound)?;
    let ids: Vec<Uuid> = members.iter().filter_map(|at| analysis.view.node(*at)).map(|node| node.id()).collect();
    let (db, actor) = (cx.db(), &cx.actor);
    let given =
        CommunityName { id: db.new_id(), ja: sent.ja.trim().to_owned(), en: sent.en.trim().to_owned(), members: ids };
    atomically!(db, |tx| {
        store::put_community_name(tx, &given, &actor.label).await?;
        let verb = Verb::Other("named".to_owned());
        let after = serde_json::json!({ "ja": given.ja, "en": given.en });
        tx.note(
            actor,
            Change { verb, record_type: "map_community", record_id: given.id, before: None, after: Some(after) },
        );
        Ok(())
    })?;
    Ok(Redirect::to(&cx.href("/map/balance#communities")).into_response())
}
