//! `musubi ties`: the connections of a graph from a file (edge list as CSV, or GraphML; see docs/ties.md). Needs no hub and no
//! database. Every line of standard output is one JSON object.

use super::say;
use anyhow::{Context, Result, anyhow, bail};
use clap::Subcommand;
use engine::ties::read::{Limits, Named, read_csv, read_graphml, read_groups};
use engine::ties::{self, bridges};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Up to here betweenness is exact.
const EXACT: usize = 5_000;
/// Pairs that are drawn for a larger graph.
const DRAWS: usize = 20_000;
/// Candidates that two groups make together at most; a file of candidates is asked for beyond.
const PAIRS: usize = 1_000_000;

#[derive(Debug, Subcommand)]
pub enum TiesAct {
    /// Size, components, cores, communities, and who stands between whom.
    Stats {
        graph: PathBuf,
        /// Nodes to name, those that stand between most.
        #[arg(long, default_value_t = 10)]
        top: usize,
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Attribute (GraphML) or file of groups (CSV: id, group) for the E–I index.
        #[arg(long)]
        groups: Option<String>,
    },
    /// The way with the fewest ties, and the strongest ways.
    Paths {
        graph: PathBuf,
        from: String,
        to: String,
        #[arg(short, default_value_t = 3)]
        k: usize,
    },
    /// The new ties that bring two groups closest.
    Bridges {
        graph: PathBuf,
        /// Attribute (GraphML) or file of groups (CSV: id, group).
        #[arg(long)]
        groups: String,
        #[arg(long)]
        left: String,
        #[arg(long)]
        right: String,
        /// File of possible new ties with their scores (CSV); all pairs of the two groups without it.
        #[arg(long)]
        candidates: Option<PathBuf>,
        #[arg(short, default_value_t = 10)]
        k: usize,
        /// What one step of a way keeps.
        #[arg(long, default_value_t = 0.5)]
        decay: f64,
    },
}

pub(super) fn run(act: TiesAct) -> Result<ExitCode> {
    match act {
        TiesAct::Stats { graph, top, seed, groups } => stats(&read(&graph)?, top, seed, groups.as_deref())?,
        TiesAct::Paths { graph, from, to, k } => paths(&read(&graph)?, &from, &to, k)?,
        TiesAct::Bridges { graph, groups, left, right, candidates, k, decay } => {
            let named = read(&graph)?;
            let groups = groups_of(&named, &groups)?;
            find_bridges(
                &named,
                [&members(&groups, &left)?, &members(&groups, &right)?],
                candidates.as_deref(),
                k,
                decay,
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &Path) -> Result<Named> {
    let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
    let graphml =
        path.extension().is_some_and(|end| end.eq_ignore_ascii_case("graphml") || end.eq_ignore_ascii_case("xml"));
    let named =
        if graphml { read_graphml(&bytes, Limits::default()) } else { read_csv(&bytes, None, Limits::default()) };
    named.map_err(|error| anyhow!("{}: {error}", path.display()))
}

/// The group of every node, from an attribute of the graph or from a file.
fn groups_of(named: &Named, source: &str) -> Result<Vec<Option<String>>> {
    if let Some(values) = named.attributes.get(source) {
        return Ok((0..named.ids.len() as u32).map(|node| values.get(&node).cloned()).collect());
    }
    let bytes = std::fs::read(source)
        .with_context(|| format!("“{source}” is neither an attribute of the graph nor a file that can be read"))?;
    let groups = read_groups(&bytes, Limits::default()).map_err(|error| anyhow!("{source}: {error}"))?;
    Ok(named.ids.iter().map(|id| groups.get(id).cloned()).collect())
}

fn members(groups: &[Option<String>], name: &str) -> Result<Vec<u32>> {
    let inside = |node: &u32| groups.get(*node as usize).is_some_and(|group| group.as_deref() == Some(name));
    let members: Vec<u32> = (0..groups.len() as u32).filter(inside).collect();
    if members.is_empty() {
        bail!("no node belongs to the group “{name}”");
    }
    Ok(members)
}

fn node(named: &Named, id: &str) -> Result<u32> {
    named.node(id).ok_or_else(|| anyhow!("there is no node “{id}” in this graph"))
}

fn id(named: &Named, node: u32) -> &str {
    named.ids.get(node as usize).map_or("", String::as_str)
}

fn stats(named: &Named, top: usize, seed: u64, groups: Option<&str>) -> Result<()> {
    let graph = &named.graph;
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (between, error) = if graph.nodes() <= EXACT {
        (ties::betweenness(graph, threads), None)
    } else {
        let sampled = ties::betweenness_sampled(graph, DRAWS, seed, threads);
        (sampled.scores, Some(sampled.error))
    };
    let community = ties::leiden(graph, 1.0, seed);
    let count = |numbers: &[u32]| numbers.iter().max().map_or(0, |last| last + 1);
    let cores = ties::core_numbers(graph);
    say(json!({
        "nodes": graph.nodes(), "ties": graph.edges(), "loops": graph.loops, "merged": graph.merged, "ignored": graph.ignored,
        "components": count(&ties::components(graph)), "largest_core": cores.iter().max(),
        "communities": count(&community), "modularity": ties::modularity(graph, &community, 1.0),
        "betweenness_error": error, "confidence": error.map(|_| ties::CONFIDENCE),
    }));
    if let Some(source) = groups {
        say_mixing(named, &groups_of(named, source)?);
    }
    let constraint = ties::constraint(graph);
    let mut order: Vec<usize> = (0..graph.nodes()).collect();
    order.sort_by(|one, two| between[*two].total_cmp(&between[*one]).then(one.cmp(two)));
    for at in order.into_iter().take(top) {
        say(json!({"node": named.ids[at], "degree": graph.degree(at as u32), "betweenness": between[at],
                   "constraint": Some(constraint[at]).filter(|value| value.is_finite()),
                   "core": cores[at], "community": community[at]}));
    }
    Ok(())
}

fn say_mixing(named: &Named, groups: &[Option<String>]) {
    let mut names: Vec<&str> = groups.iter().flatten().map(String::as_str).collect();
    names.sort_unstable();
    names.dedup();
    let numbers: HashMap<&str, u32> = names.iter().enumerate().map(|(at, name)| (*name, at as u32)).collect();
    let number = |group: &Option<String>| group.as_deref().and_then(|group| numbers.get(group)).copied();
    let of: Vec<u32> = groups.iter().map(|group| number(group).unwrap_or(ties::NO_GROUP)).collect();
    let (index, mixing) = (ties::ei_index(&named.graph, &of), ties::mixing(&named.graph, &of));
    let row = |a: u32| -> Vec<u64> { (0..names.len() as u32).map(|b| mixing.between(a, b)).collect() };
    let per_group: serde_json::Map<String, Value> = names
        .iter()
        .enumerate()
        .map(|(at, name)| {
            let own = index.per_group.get(at).copied().flatten();
            ((*name).to_owned(), json!({"ei_index": own, "ties": row(at as u32)}))
        })
        .collect();
    say(json!({"ei_index": index.whole, "groups": per_group}));
}

fn paths(named: &Named, from: &str, to: &str, k: usize) -> Result<()> {
    let (a, b) = (node(named, from)?, node(named, to)?);
    let line = |kind: &str, path: &ties::Path| {
        let ids: Vec<&str> = path.nodes.iter().map(|node| id(named, *node)).collect();
        say(json!({"way": kind, "ties": path.hops(), "strength": path.strength, "nodes": ids}));
    };
    let Some(shortest) = ties::shortest_path(&named.graph, a, b) else {
        say(json!({"way": null}));
        return Ok(());
    };
    line("shortest", &shortest);
    ties::paths(&named.graph, a, b, k).iter().for_each(|path| line("strongest", path));
    Ok(())
}

fn find_bridges(named: &Named, sides: [&[u32]; 2], file: Option<&Path>, k: usize, decay: f64) -> Result<()> {
    if !(decay > 0.0 && decay < 1.0) {
        bail!("--decay is {decay}; write a number between 0 and 1");
    }
    let [left, right] = sides;
    let candidates: Vec<(u32, u32, f32)> = match file {
        Some(path) => {
            let bytes = std::fs::read(path).with_context(|| format!("reading {}", path.display()))?;
            let found = read_csv(&bytes, Some(&named.ids), Limits::default());
            found.map_err(|error| anyhow!("{}: {error}", path.display()))?.graph.ties().collect()
        }
        None if left.len().saturating_mul(right.len()) > PAIRS => {
            bail!("the two groups have more than {PAIRS} pairs; name the possible ones with --candidates")
        }
        None => left.iter().flat_map(|a| right.iter().map(|b| (*a, *b, 1.0))).collect(),
    };
    let found = bridges::find(&named.graph, left, right, &candidates, k, decay);
    say(json!({"before": found.before, "after": found.after, "bound": found.bound, "exact": found.exact,
               "sampled": found.sampled, "compared": found.compared}));
    for pick in &found.picks {
        say(json!({"a": id(named, pick.a), "b": id(named, pick.b), "gain": pick.gain}));
    }
    Ok(())
}
