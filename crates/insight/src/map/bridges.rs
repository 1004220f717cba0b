//! The bridge finder: between two groups, the introductions that would raise connectivity most, among pairs that both could
//! plausibly want. The search is `engine::ties::bridges`.
//!
//! **Measure.** Expected reach: the mean over all pairs of one left and one right party of `DECAY^distance`, the distance in
//! ties; 0 where no way leads. Never here: asking anybody.

use super::analysis::Analysis;
use super::model::{Player, Tie};
use super::view::View;
use super::{Kind, Matcher};
use engine::ties::bridges as finder;
use kernel::audience::Keyring;
use kernel::{Actor, Uuid};
use std::collections::{HashMap, HashSet};

/// What one step of a way is worth.
pub const DECAY: f64 = 0.5;
/// Introductions in a list.
pub const LIST: usize = 10;
/// Parties of a side that are compared; the best tied ones when there are more.
const SIDE: usize = 400;
/// How many of the other side a party could plausibly want to meet.
const BEST: usize = 5;

/// A group of parties, as it stands in an address: `sector:lab`, `field:oncology`, `country:jp`, `hub:ID`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    Sector(Player),
    Field(String),
    Country(String),
    Hub(Uuid),
}

impl Group {
    pub fn read(text: &str) -> Option<Group> {
        let (kind, value) = text.split_once(':')?;
        match kind {
            "sector" => Player::from_code(value).map(Group::Sector),
            "field" => directory::vocabularies::FIELDS.term(value).map(|term| Group::Field(term.code.to_owned())),
            "country" => {
                directory::vocabularies::COUNTRIES.term(value).map(|term| Group::Country(term.code.to_owned()))
            }
            "hub" => value.parse().ok().map(Group::Hub),
            _ => None,
        }
    }

    pub fn code(&self) -> String {
        match self {
            Group::Sector(player) => format!("sector:{}", player.code()),
            Group::Field(code) => format!("field:{code}"),
            Group::Country(code) => format!("country:{code}"),
            Group::Hub(id) => format!("hub:{id}"),
        }
    }

    /// Its organizations and units by place, in order. People are not proposed here: whom to meet is theirs to ask.
    pub fn members(&self, view: &View) -> Vec<u32> {
        let around: HashSet<u32> = match self {
            Group::Hub(id) => view.place_of(*id).map(|hub| around(view, hub)).unwrap_or_default(),
            _ => HashSet::new(),
        };
        let within = |at: u32| {
            view.node(at).filter(|node| node.player != Player::Person).is_some_and(|node| match self {
                Group::Sector(player) => node.player == *player,
                Group::Field(code) => node.fields.contains(code),
                Group::Country(code) => node.country.as_ref() == Some(code),
                Group::Hub(_) => around.contains(&at),
            })
        };
        (0..view.nodes.len() as u32).filter(|at| within(*at)).collect()
    }
}

/// A hub and those who are members or parts of it.
fn around(view: &View, hub: u32) -> HashSet<u32> {
    let belongs = |tie: &Tie| matches!(tie.kind, Kind::Membership | Kind::Structure | Kind::Relation);
    let edges = view.edges_of(hub).filter(|edge| edge.ties.iter().any(belongs));
    edges.flat_map(|edge| [edge.a, edge.b]).chain([hub]).collect()
}

/// One proposed introduction.
#[derive(Debug, Clone)]
pub struct Proposed {
    pub a: u32,
    pub b: u32,
    /// What it adds to the expected reach, after those before it.
    pub gain: f64,
}

/// The answer between two groups.
#[derive(Debug, Clone, Default)]
pub struct Found {
    pub proposed: Vec<Proposed>,
    /// Pairs that were compared.
    pub candidates: usize,
    pub before: f64,
    pub after: f64,
    /// No set of as many introductions can reach more than this.
    pub bound: f64,
    pub exact: bool,
}

/// Finds the introductions.
pub fn find(analysis: &Analysis, matcher: &dyn Matcher, reader: (&Actor, &Keyring), groups: [&Group; 2]) -> Found {
    let [left, right] = groups.map(|group| group.members(&analysis.view));
    let candidates = candidates(analysis, matcher, reader, &left, &right);
    let found = search(analysis, &left, &right, &candidates);
    Found { candidates: candidates.len(), ..found }
}

/// The expected reach between two groups on the day of the analysis.
pub fn reach(analysis: &Analysis, groups: [&Group; 2]) -> f64 {
    let [left, right] = groups.map(|group| group.members(&analysis.view));
    search(analysis, &left, &right, &[]).before
}

/// Pairs that are not tied yet, fit well enough, and consent.
fn candidates(
    analysis: &Analysis,
    matcher: &dyn Matcher,
    (actor, keyring): (&Actor, &Keyring),
    left: &[u32],
    right: &[u32],
) -> Vec<(u32, u32, f32)> {
    let side = |places: &[u32]| -> Vec<Uuid> {
        let mut places = places.to_vec();
        places.sort_by_key(|at| (std::cmp::Reverse(analysis.degree(*at)), *at));
        places.iter().take(SIDE).filter_map(|at| analysis.view.node(*at)).map(|node| node.id()).collect()
    };
    let scored = matcher.pairs(actor, keyring, &side(left), &side(right));
    let tied = |a: u32, b: u32| analysis.graph.neighbours(a).0.contains(&b);
    let mut seen = HashSet::new();
    let mut found: Vec<(u32, u32, f32)> =
        both_want(scored.into_iter().filter(|(_, _, score)| *score >= matcher.floor()))
            .into_iter()
            .filter_map(|(a, b, score)| Some((analysis.view.place_of(a)?, analysis.view.place_of(b)?, score)))
            .filter(|(a, b, _)| a != b && !tied(*a, *b) && seen.insert((*a.min(b), *a.max(b))))
            .collect();
    found.sort_by_key(|(a, b, _)| (*a, *b));
    found
}

/// Pairs in which each is among the best for the other; a party that everybody would like to meet is not sent to all of them.
fn both_want(scored: impl Iterator<Item = (Uuid, Uuid, f32)>) -> Vec<(Uuid, Uuid, f32)> {
    let mut scored: Vec<(Uuid, Uuid, f32)> = scored.collect();
    scored.sort_by(|x, y| y.2.total_cmp(&x.2).then((x.0, x.1).cmp(&(y.0, y.1))));
    let (mut of_left, mut of_right) = (HashMap::<Uuid, usize>::new(), HashMap::<Uuid, usize>::new());
    scored.retain(|(a, b, _)| {
        let (left, right) = (of_left.entry(*a).or_default(), of_right.entry(*b).or_default());
        (*left, *right) = (*left + 1, *right + 1);
        *left <= BEST && *right <= BEST
    });
    scored
}

fn search(analysis: &Analysis, left: &[u32], right: &[u32], candidates: &[(u32, u32, f32)]) -> Found {
    let found = finder::find(&analysis.graph, left, right, candidates, LIST, DECAY);
    Found {
        proposed: found.picks.iter().map(|pick| Proposed { a: pick.a, b: pick.b, gain: pick.gain }).collect(),
        before: found.before,
        after: found.after,
        bound: found.bound,
        exact: found.exact,
        ..Found::default()
    }
}
