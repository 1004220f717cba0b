//! What one circle of readers may know of the ties, cut by their keys before anything is computed. Readers whose keys open
//! the same share a view.

use super::model::{Player, Tie};
use super::projection::Standing;
use directory::records::PARTIES;
use kernel::audience::{Audience, Keyring};
use kernel::{Lang, Level, Uuid};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::catalogue::Entry;
use web::App;

/// A party as the circle sees it.
#[derive(Debug, Clone)]
pub struct Node {
    pub entry: Entry,
    pub player: Player,
    pub country: Option<String>,
    pub fields: Vec<String>,
}

impl Node {
    fn of(entry: Entry) -> Node {
        Node {
            player: Player::of(entry.kind.key, entry.facet("kind")),
            country: entry.facet("country").map(str::to_owned),
            fields: entry.facets.iter().filter(|(name, _)| *name == "fields").map(|(_, code)| code.clone()).collect(),
            entry,
        }
    }

    pub fn id(&self) -> Uuid {
        self.entry.id
    }

    pub fn called(&self, lang: Lang) -> &str {
        self.entry.called(lang)
    }

    /// Path of its page, without the language.
    pub fn path(&self) -> String {
        format!("/{}/{}", self.entry.kind.path, self.entry.id)
    }
}

/// Every tie of one pair, by the places of the parties among the nodes.
#[derive(Debug, Clone)]
pub struct Edge {
    pub a: u32,
    pub b: u32,
    pub ties: Vec<Tie>,
}

/// The parties and ties of a circle, in an order that follows from the ids alone.
#[derive(Debug)]
pub struct View {
    /// Names the circle; the same for readers whose keys open the same.
    pub circle: String,
    pub nodes: Vec<Node>,
    pub index: HashMap<Uuid, u32>,
    pub edges: Vec<Edge>,
}

impl View {
    /// Cuts the ties to what the keys open: both parties, and every audience of the proof.
    pub fn cut(app: &App, standing: &Standing, keyring: &Keyring) -> View {
        let mut entries = app.catalogue.all(PARTIES, keyring, Lang::En);
        entries.sort_by_key(|entry| entry.id);
        let nodes: Vec<Node> = entries.into_iter().map(Node::of).collect();
        let index: HashMap<Uuid, u32> = nodes.iter().enumerate().map(|(at, node)| (node.id(), at as u32)).collect();
        let mut pairs: BTreeMap<(u32, u32), Vec<Tie>> = BTreeMap::new();
        for tie in standing.by_origin.values().flatten().filter(|tie| tie.is_open_to(keyring)) {
            let (Some(a), Some(b)) = (index.get(&tie.a), index.get(&tie.b)) else { continue };
            pairs.entry((*a.min(b), *a.max(b))).or_default().push(tie.clone());
        }
        let of_ties = pairs.values().flatten().flat_map(|tie| tie.audiences.iter().cloned());
        let circle = circle(keyring, nodes.iter().map(|node| node.entry.audience.clone()).chain(of_ties));
        let edges = pairs.into_iter().map(|((a, b), mut ties)| {
            ties.sort_by_key(|tie| (tie.since(), tie.kind, tie.proof.1));
            Edge { a, b, ties }
        });
        View { circle, edges: edges.collect(), nodes, index }
    }

    pub fn node(&self, at: u32) -> Option<&Node> {
        self.nodes.get(at as usize)
    }

    pub fn place_of(&self, id: Uuid) -> Option<u32> {
        self.index.get(&id).copied()
    }

    /// The edges of a party.
    pub fn edges_of(&self, at: u32) -> impl Iterator<Item = &Edge> {
        self.edges.iter().filter(move |edge| edge.a == at || edge.b == at)
    }
}

/// The levels that stand open, and those of the reader's own keys that open something here which the levels do not.
fn circle(keyring: &Keyring, opened: impl Iterator<Item = Audience>) -> String {
    let mut own: BTreeSet<String> = BTreeSet::new();
    for audience in opened {
        match audience.level {
            Level::Me => own.extend(audience.owner.map(|account| format!("me:{}", account.simple()))),
            Level::Parties if !keyring.levels.contains(&Level::Parties) => {
                let keys = audience.parties.iter().filter(|party| keyring.parties.contains(party));
                own.extend(keys.map(|party| party.simple().to_string()));
            }
            _ => {}
        }
    }
    let mut levels = keyring.levels.clone();
    levels.sort();
    let levels = levels.into_iter().map(|level| level.code().to_owned());
    levels.chain(own).collect::<Vec<String>>().join(" ")
}
