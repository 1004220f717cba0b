//! `GET /map/bridges`: ten introductions between two groups; and the lists that somebody kept, with what became of them.

use super::parts::{Way, edge_between, ways};
use super::{Asked, Face, Map, read, say};
use crate::map::analysis::Analysis;
use crate::map::bridges::{self, Found, Group, Proposed};
use crate::map::model::Player;
use crate::map::store::{self, KeptBridges};
use ::store::atomically;
use askama::Template;
use axum::Form;
use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use directory::vocabularies as v;
use kernel::change::{Change, Verb};
use kernel::{Error, FieldErrors, Lang, Result, Uuid, both};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::Arc;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

/// The reach is kept in millionths.
const GRAIN: f64 = 1_000_000.0;
const REASONS: usize = 2;

/// One proposal as it is shown.
struct Line {
    a: Face,
    b: Face,
    gain: String,
    reasons: Vec<String>,
    way: Option<Way>,
    ask_href: String,
}

struct KeptLine {
    href: String,
    title: String,
    day: String,
}

#[derive(Template)]
#[template(path = "map/bridges.html")]
struct BridgesPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    lefts: Vec<Choice>,
    rights: Vec<Choice>,
    fault: String,
    left: String,
    right: String,
    names: (String, String),
    found: Option<Found>,
    figures: Vec<(&'static str, String)>,
    surety: String,
    lines: Vec<Line>,
    kept: Vec<KeptLine>,
}

pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, cx.today()).await?;
    let written = |name: &str| asked.one(name).unwrap_or_default().to_owned();
    let (left, right) = (written("left"), written("right"));
    let groups = groups_of(&analysis, &left, &right);
    let fault = match &groups {
        Err(words) if !left.is_empty() || !right.is_empty() => words.get(cx.lang).to_owned(),
        _ => String::new(),
    };
    let (mut found, mut lines, mut names) = (None, Vec::new(), Default::default());
    if let Ok([one, other]) = &groups {
        let answer = bridges::find(&analysis, &*map.matcher, (&cx.actor, &cx.keyring), [one, other]);
        lines = answer.proposed.iter().filter_map(|pick| line(&cx, &map, &analysis, pick)).collect();
        names = (name(&cx, &analysis, one), name(&cx, &analysis, other));
        found = Some(answer);
    }
    let figures = found.as_ref().map(|found| figures(&cx, found)).unwrap_or_default();
    html(&BridgesPage {
        surety: found.as_ref().map(|found| found.surety(cx.lang)).unwrap_or_default(),
        figures,
        crumbs: vec![Crumb::new(cx.t("つながりの地図", "Connection map"), cx.href("/map"))],
        lefts: choices(&cx, &analysis, &left),
        rights: choices(&cx, &analysis, &right),
        kept: kept_lines(&cx, &analysis).await?,
        fault,
        left,
        right,
        names,
        found,
        lines,
        cx: &cx,
    })
}

fn figures(cx: &Cx, found: &Found) -> Vec<(&'static str, String)> {
    vec![
        (cx.t("いまの期待到達度", "Expected reach now"), format!("{:.4}", found.before)),
        (cx.t("紹介がすべて成ると", "With all of these made"), format!("{:.4}", found.after)),
        (cx.t("比べた組", "Pairs compared"), found.candidates.to_string()),
    ]
}

/// The two groups; the words say what is wrong with them.
fn groups_of(analysis: &Analysis, left: &str, right: &str) -> Result<[Group; 2], kernel::Both> {
    let read = |text: &str| Group::read(text).filter(|group| !group.members(&analysis.view).is_empty());
    match (read(left), read(right)) {
        (Some(left), Some(right)) if left == right => {
            Err(both("別々のグループを選んでください。", "Choose two different groups."))
        }
        (Some(left), Some(right)) => Ok([left, right]),
        _ => Err(both("両方のグループを一覧から選んでください。", "Choose both groups from the lists.")),
    }
}

/// Every group with at least one organization that the reader sees.
fn choices(cx: &Cx, analysis: &Analysis, chosen: &str) -> Vec<Choice> {
    let nodes = || analysis.view.nodes.iter().filter(|node| node.player != Player::Person);
    let sectors: BTreeSet<Player> = nodes().map(|node| node.player).collect();
    let fields: BTreeSet<&String> = nodes().flat_map(|node| &node.fields).collect();
    let countries: BTreeSet<&String> = nodes().filter_map(|node| node.country.as_ref()).collect();
    let hubs = nodes().filter(|node| node.player == Player::Hub).map(|node| Group::Hub(node.id()));
    let groups = sectors.into_iter().map(Group::Sector);
    let groups = groups.chain(fields.into_iter().cloned().map(Group::Field));
    let groups = groups.chain(countries.into_iter().cloned().map(Group::Country)).chain(hubs);
    groups.map(|group| Choice::new(group.code(), name(cx, analysis, &group)).chosen(group.code() == chosen)).collect()
}

fn name(cx: &Cx, analysis: &Analysis, group: &Group) -> String {
    let term = |list: &kernel::record::Vocabulary, code: &str| {
        list.term(code).map_or("", |term| term.label.get(cx.lang)).to_owned()
    };
    match group {
        Group::Sector(player) => player.label().get(cx.lang).to_owned(),
        Group::Field(code) => format!("{}: {}", cx.t("分野", "Field"), term(&v::FIELDS, code)),
        Group::Country(code) => format!("{}: {}", cx.t("国", "Country"), term(&v::COUNTRIES, code)),
        Group::Hub(id) => {
            let node = analysis.view.place_of(*id).and_then(|at| analysis.view.node(at));
            let called = node.map(|node| node.called(cx.lang).to_owned()).unwrap_or_default();
            say(cx, format!("拠点: {called}とその周り"), format!("Hub: {called} and around it"))
        }
    }
}

fn line(cx: &Cx, map: &Map, analysis: &Analysis, pick: &Proposed) -> Option<Line> {
    let (a, b) = (analysis.view.node(pick.a)?, analysis.view.node(pick.b)?);
    let reasons = map.matcher.reasons(&cx.app, &cx.actor, &cx.keyring, [a.id(), b.id()]);
    let open = cx.app.routes.iter().any(|route| route.path == "/introductions/ask");
    let own = |id: Uuid| cx.actor.acts_for(id);
    let to = if own(a.id()) {
        Some(b.id())
    } else if own(b.id()) {
        Some(a.id())
    } else {
        None
    };
    Some(Line {
        gain: format!("+{:.4}", pick.gain),
        reasons: reasons.into_iter().take(REASONS).map(|said| said.get(cx.lang).to_owned()).collect(),
        way: ways(cx, analysis, pick.a, pick.b, 1).pop(),
        ask_href: to.filter(|_| open).map(|to| cx.href(&format!("/introductions/ask?to={to}"))).unwrap_or_default(),
        a: super::face(cx, a),
        b: super::face(cx, b),
    })
}

/// A pair of a kept list.
#[derive(Debug, Serialize, Deserialize)]
struct Pair {
    a: Uuid,
    b: Uuid,
    gain: f64,
}

#[derive(Deserialize)]
pub struct Sent {
    left: String,
    right: String,
}

/// `POST /map/bridges`: keeps the list as it is now.
pub async fn keep(cx: Cx, Form(sent): Form<Sent>, map: Arc<Map>) -> Handled {
    let account = cx.actor.account.ok_or(Error::Forbidden)?;
    let analysis = read(&cx, &map, cx.today()).await?;
    let groups = groups_of(&analysis, &sent.left, &sent.right).map_err(|words| {
        let mut errors = FieldErrors::default();
        errors.add("left", words);
        Error::Invalid(errors)
    })?;
    let found = bridges::find(&analysis, &*map.matcher, (&cx.actor, &cx.keyring), [&groups[0], &groups[1]]);
    let id_of = |at: u32| analysis.view.node(at).map(|node| node.id());
    let pairs: Vec<Pair> = found
        .proposed
        .iter()
        .filter_map(|pick| Some(Pair { a: id_of(pick.a)?, b: id_of(pick.b)?, gain: pick.gain }))
        .collect();
    let db = cx.db();
    let list = KeptBridges {
        id: db.new_id(),
        account,
        left_group: groups[0].code(),
        right_group: groups[1].code(),
        reach: (found.before * GRAIN).round() as i64,
        pairs: serde_json::to_value(&pairs).map_err(Error::internal)?,
        kept_at: cx.now(),
    };
    let actor = &cx.actor;
    atomically!(db, |tx| {
        store::keep_bridges(tx, &list).await?;
        // Which parties somebody thinks of bringing together is in the list alone.
        let verb = Verb::Other("kept".to_owned());
        tx.note(actor, Change { verb, record_type: "map_bridges", record_id: list.id, before: None, after: None });
        Ok(())
    })?;
    Ok(Redirect::to(&cx.href(&format!("/map/bridges/{}", list.id))).into_response())
}

async fn kept_lines(cx: &Cx, analysis: &Analysis) -> Result<Vec<KeptLine>> {
    let Some(account) = cx.actor.account else { return Ok(Vec::new()) };
    let lists = store::kept_bridges(&cx.app.db, account).await?;
    Ok(lists.iter().map(|list| kept_line(cx, analysis, list)).collect())
}

fn kept_line(cx: &Cx, analysis: &Analysis, list: &KeptBridges) -> KeptLine {
    let called = |code: &str| Group::read(code).map(|group| name(cx, analysis, &group)).unwrap_or_default();
    KeptLine {
        href: cx.href(&format!("/map/bridges/{}", list.id)),
        title: format!("{} – {}", called(&list.left_group), called(&list.right_group)),
        day: kernel::calendar::date_long(cx.lang, list.kept_at.with_timezone(&cx.hub.zone).date_naive()),
    }
}

struct Outcome {
    a: Face,
    b: Face,
    made: bool,
    by: String,
    by_href: String,
}

#[derive(Template)]
#[template(path = "map/kept.html")]
struct KeptPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    list: KeptLine,
    outcomes: Vec<Outcome>,
    made: String,
    before: String,
    now: String,
}

/// `GET /map/bridges/{id}`: which introductions of a kept list were made since, and what changed.
pub async fn kept(cx: Cx, Path(id): Path<Uuid>, map: Arc<Map>) -> Handled {
    let account = cx.actor.account.ok_or(Error::NotFound)?;
    let list = store::kept(&cx.app.db, account, id).await?.ok_or(Error::NotFound)?;
    let analysis = read(&cx, &map, cx.today()).await?;
    let pairs: Vec<Pair> = serde_json::from_value(list.pairs.clone()).unwrap_or_default();
    let outcomes: Vec<Outcome> = pairs.iter().filter_map(|pair| outcome(&cx, &analysis, pair)).collect();
    let groups = [Group::read(&list.left_group), Group::read(&list.right_group)];
    let now = match &groups {
        [Some(left), Some(right)] => bridges::reach(&analysis, [left, right]),
        _ => 0.0,
    };
    html(&KeptPage {
        crumbs: vec![
            Crumb::new(cx.t("つながりの地図", "Connection map"), cx.href("/map")),
            Crumb::new(cx.t("橋をかける", "Find bridges"), cx.href("/map/bridges")),
        ],
        list: kept_line(&cx, &analysis, &list),
        made: format!("{} / {}", outcomes.iter().filter(|outcome| outcome.made).count(), outcomes.len()),
        before: format!("{:.4}", list.reach as f64 / GRAIN),
        now: format!("{now:.4}"),
        outcomes,
        cx: &cx,
    })
}

/// They were not tied when the list was kept: a tie that is there now was made since.
fn outcome(cx: &Cx, analysis: &Analysis, pair: &Pair) -> Option<Outcome> {
    let (a, b) = (analysis.view.place_of(pair.a)?, analysis.view.place_of(pair.b)?);
    let made = analysis.graph.neighbours(a).0.contains(&b);
    let edge = edge_between(analysis, a, b).filter(|_| made);
    let tie = edge.and_then(|edge| super::parts::tie_lines(cx, analysis, edge, 1).pop());
    Some(Outcome {
        a: super::face(cx, analysis.view.node(a)?),
        b: super::face(cx, analysis.view.node(b)?),
        by: tie.as_ref().map(|tie| format!("{} {}", tie.kind, tie.when)).unwrap_or_default(),
        by_href: tie.map(|tie| tie.href).unwrap_or_default(),
        made,
    })
}

impl Found {
    /// How sure the answer is, in words.
    fn surety(&self, lang: Lang) -> String {
        let (bound, after) = (self.bound, self.after);
        match (self.exact, lang) {
            (true, Lang::Ja) => "この中で最良であることが証明されています。".to_owned(),
            (true, Lang::En) => "Proven to be the best of these pairs.".to_owned(),
            (false, Lang::Ja) => {
                format!("順に選んだ結果です。同じ数の紹介で届きうる上限は{bound:.4}、この一覧は{after:.4}です。")
            }
            (false, Lang::En) => format!(
                "Chosen one after another. No list of this length reaches more than {bound:.4}; this one reaches {after:.4}."
            ),
        }
    }
}
