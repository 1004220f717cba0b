//! The pages of the map. Thin: read the address, ask the map, render.

pub mod balance;
pub mod bridges;
pub mod changes;
pub mod files;
pub mod map;
mod parts;
pub mod paths;
mod picture;
pub mod table;

use super::Map;
use super::analysis::Analysis;
use super::model::{Legend, Player};
use super::view::Node;
use chrono::NaiveDate;
use kernel::{Lang, Result, Uuid};
use std::collections::BTreeSet;
use std::sync::Arc;
use web::layout::Choice;
use web::{Cx, layout};

/// What an address asks of the map.
#[derive(Debug, Clone)]
pub struct Asked {
    pairs: Vec<(String, String)>,
    pub day: NaiveDate,
    /// The day was written in a form that cannot be read.
    pub bad_day: bool,
    pub players: Vec<Player>,
    pub legends: Vec<Legend>,
    pub at: Option<Uuid>,
    pub q: String,
    pub community: Option<u32>,
}

impl Asked {
    pub fn of(cx: &Cx) -> Asked {
        let pairs: Vec<(String, String)> = url::form_urlencoded::parse(cx.query.as_bytes())
            .into_owned()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let one = |name: &str| pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let all =
            |name: &'static str| pairs.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str());
        let written = one("on");
        let day = written.and_then(|text| text.parse().ok());
        let mut players: Vec<Player> = all("g").filter_map(Player::from_code).collect();
        if players.is_empty() {
            // People stand behind their organizations until somebody asks for them.
            players = Player::ALL.into_iter().filter(|player| *player != Player::Person).collect();
        }
        let mut legends: Vec<Legend> = all("t").filter_map(Legend::from_code).collect();
        if legends.is_empty() {
            legends = Legend::ALL.to_vec();
        }
        Asked {
            bad_day: written.is_some() && day.is_none(),
            day: day.unwrap_or_else(|| cx.today()),
            players,
            legends,
            at: one("at").and_then(|id| id.parse().ok()),
            q: one("q").map(|q| q.trim().chars().take(100).collect()).unwrap_or_default(),
            community: one("c").and_then(|number| number.parse().ok()),
            pairs,
        }
    }

    pub fn one(&self, name: &str) -> Option<&str> {
        self.pairs.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn id(&self, name: &str) -> Option<Uuid> {
        self.one(name)?.parse().ok()
    }

    /// The address of a page with the day and the filters of this one, and these fields set.
    pub fn href(&self, cx: &Cx, path: &str, set: &[(&str, &str)]) -> String {
        let kept = self.pairs.iter().filter(|(key, _)| {
            matches!(key.as_str(), "on" | "g" | "t" | "at") && set.iter().all(|(name, _)| name != key)
        });
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (key, value) in kept {
            query.append_pair(key, value);
        }
        for (key, value) in set.iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(key, value);
        }
        let query = query.finish();
        cx.href(&if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") })
    }

    /// Fields that a form beside the filters must send again.
    pub fn kept(&self, without: &[&str]) -> Vec<(String, String)> {
        let known = ["on", "g", "t", "at"];
        let kept = self.pairs.iter();
        kept.filter(|(key, _)| known.contains(&key.as_str()) && !without.contains(&key.as_str())).cloned().collect()
    }
}

/// The analysis that a reader asks for.
pub async fn read(cx: &Cx, map: &Arc<Map>, day: NaiveDate) -> Result<Arc<Analysis>> {
    map.analysis(&cx.app, &cx.keyring, day, cx.today()).await
}

/// Map, table and paths as twins of each other.
pub fn twins(cx: &Cx, asked: &Asked, here: &str) -> Vec<Choice> {
    [("/map", cx.t("地図", "Map")), ("/map/table", cx.t("表", "Table")), ("/map/paths", cx.t("道すじ", "Paths"))]
        .into_iter()
        .map(|(path, label)| Choice::new(asked.href(cx, path, &[]), label).chosen(path == here))
        .collect()
}

/// The other questions that one can ask of the map.
pub fn further(cx: &Cx) -> Vec<Choice> {
    let mut ways = vec![
        Choice::new(cx.href("/map/balance"), cx.t("偏りと橋渡し役", "Balance and brokers")),
        Choice::new(cx.href("/map/changes"), cx.t("変わったこと", "What changed")),
    ];
    if cx.actor.is_signed_in() {
        ways.push(Choice::new(cx.href("/map/bridges"), cx.t("橋をかける", "Find bridges")));
    }
    ways
}

/// Lines of the legend with the class of each mark: kinds of parties, and kinds of ties.
type Legends = (Vec<(Choice, &'static str)>, Vec<(Choice, u8)>);

/// Lines of the legend that can be ticked: parties on the map per sector, and pairs per kind of tie. The counts are those of
/// the day, whatever is ticked.
pub fn legends(cx: &Cx, asked: &Asked, analysis: &Analysis) -> Legends {
    let tied: Vec<&Node> = analysis
        .view
        .nodes
        .iter()
        .enumerate()
        .filter(|(at, _)| analysis.degree(*at as u32) > 0)
        .map(|(_, node)| node)
        .collect();
    let players = Player::ALL.into_iter().filter_map(|player| {
        let count = tied.iter().filter(|node| node.player == player).count() as u64;
        let choice = Choice::new(player.code(), player.label().get(cx.lang)).with_count(count);
        (count > 0).then(|| (choice.chosen(asked.players.contains(&player)), player.code()))
    });
    let ties = Legend::ALL.into_iter().filter_map(|legend| {
        let count = (0..analysis.view.edges.len()).filter(|edge| analysis.shows(*edge, &[legend])).count() as u64;
        let choice = Choice::new(legend.code(), legend.label().get(cx.lang)).with_count(count);
        (count > 0).then(|| (choice.chosen(asked.legends.contains(&legend)), legend.class()))
    });
    (players.collect(), ties.collect())
}

/// Places of the edges that the filters leave.
pub fn shown_edges(asked: &Asked, analysis: &Analysis) -> Vec<usize> {
    let view = &analysis.view;
    let open = |at: u32| view.node(at).is_some_and(|node| asked.players.contains(&node.player));
    let shown = view.edges.iter().enumerate().filter(|(place, edge)| {
        let chosen = asked.at.and_then(|id| view.place_of(id)).is_some_and(|at| edge.a == at || edge.b == at);
        // What is selected shows its ties also to those whom the legend leaves out.
        (chosen || (open(edge.a) && open(edge.b))) && analysis.shows(*place, &asked.legends)
    });
    shown.map(|(place, _)| place).collect()
}

/// Nodes at the ends of edges, in order.
pub fn ends(analysis: &Analysis, edges: &[usize]) -> BTreeSet<u32> {
    edges.iter().filter_map(|at| analysis.view.edges.get(*at)).flat_map(|edge| [edge.a, edge.b]).collect()
}

/// A party for the eyes of a template.
pub struct Face {
    pub href: String,
    pub map_href: String,
    pub title: String,
    pub letter: String,
    pub kind: &'static str,
    pub tone: &'static str,
    pub fictional: bool,
}

pub fn face(cx: &Cx, node: &Node) -> Face {
    use directory::vocabularies as v;
    let title = node.called(cx.lang).to_owned();
    let term = [&v::ORGANIZATION_KINDS, &v::UNIT_KINDS].iter().find_map(|list| list.term(node.entry.facet("kind")?));
    Face {
        href: cx.href(&node.path()),
        map_href: cx.href(&format!("/map?at={}", node.id())),
        letter: layout::monogram(&title),
        kind: term.map_or(node.entry.kind.one, |term| term.label).get(cx.lang),
        tone: node.player.tone(),
        fictional: node.entry.fictional,
        title,
    }
}

/// The party for which the reader acts, if any: the organization first, then the person.
pub fn own_party(cx: &Cx, analysis: &Analysis) -> Option<u32> {
    let own = cx.actor.person.iter().chain(&cx.actor.manages).chain(&cx.actor.member_of);
    own.filter_map(|id| analysis.view.place_of(*id)).max_by_key(|at| (analysis.degree(*at) > 0, std::cmp::Reverse(*at)))
}

/// A share such as 0.31 in the reader's words.
pub fn percent(value: f64) -> String {
    format!("{:.1} %", value * 100.0)
}

/// Words in the reader's language.
pub fn say(cx: &Cx, ja: String, en: String) -> String {
    if cx.lang == Lang::Ja { ja } else { en }
}
