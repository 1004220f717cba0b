//! Measures `engine::ties` on a graph from a file: `ties_bench generate FILE NODES EDGES SEED` makes one (lines `a,b,strength`),
//! `ties_bench run FILE OUT` prints seconds as JSON and writes what tests/bench/ties.py compares.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a benchmark")]

use engine::ties::{self, Graph, bridges};
use std::collections::HashSet;
use std::fmt::Write;
use std::hint::black_box;
use std::time::Instant;

/// Sectors of a made-up graph: node % SECTORS.
const SECTORS: u32 = 20;
/// Nodes of a made-up community.
const CIRCLE: u64 = 100;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["generate", file, nodes, edges, seed] => {
            generate(file, nodes.parse().unwrap(), edges.parse().unwrap(), seed.parse().unwrap());
        }
        ["run", file, out] => run(file, out),
        _ => println!("ties_bench generate FILE NODES EDGES SEED | run FILE OUT"),
    }
}

/// Xorshift, so that the file is the same everywhere.
fn number(state: &mut u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    state.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 16
}

/// Six ties of ten within circles of a hundred; the others anywhere, rather to nodes with low numbers (hubs).
fn generate(file: &str, nodes: u64, edges: usize, seed: u64) {
    let (mut state, mut seen, mut text) = (seed * 2 + 1, HashSet::new(), String::new());
    while seen.len() < edges {
        let a = number(&mut state) % nodes;
        let b = if number(&mut state) % 10 < 6 {
            (a / CIRCLE * CIRCLE + number(&mut state) % CIRCLE).min(nodes - 1)
        } else {
            let unit = (number(&mut state) % 1_000_000) as f64 / 1e6;
            ((unit * unit * nodes as f64) as u64 * 7919) % nodes
        };
        if a != b && seen.insert((a.min(b), a.max(b))) {
            let strength = (number(&mut state) % 95 + 5) as f64 / 100.0;
            writeln!(text, "{},{},{strength}", a.min(b), a.max(b)).unwrap();
        }
    }
    std::fs::write(file, text).unwrap();
}

fn read(file: &str) -> (usize, Vec<(u32, u32, f32)>) {
    let text = std::fs::read_to_string(file).unwrap();
    let edge = |line: &str| {
        let mut cells = line.split(',');
        let mut cell = || cells.next().unwrap();
        (cell().parse().unwrap(), cell().parse().unwrap(), cell().parse().unwrap())
    };
    let edges: Vec<(u32, u32, f32)> = text.lines().map(edge).collect();
    (edges.iter().map(|edge| edge.0.max(edge.1) as usize + 1).max().unwrap_or(0), edges)
}

/// Seconds of the processor that this program used on all threads.
fn processor() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

struct Clock(Vec<(&'static str, f64, f64)>);

impl Clock {
    fn time<T>(&mut self, name: &'static str, work: impl FnOnce() -> T) -> T {
        let (begin, before) = (Instant::now(), processor());
        let done = black_box(work());
        let (seconds, used) = (begin.elapsed().as_secs_f64(), processor() - before);
        self.0.push((name, seconds, used));
        done
    }
}

fn run(file: &str, out: &str) {
    let (nodes, edges) = read(file);
    let mut clock = Clock(Vec::new());
    let graph = clock.time("graph", || Graph::new(nodes, &edges));
    let degrees = clock.time("degree", || ties::degrees(&graph));
    let parts = clock.time("components", || ties::components(&graph));
    let cores = clock.time("cores", || ties::core_numbers(&graph));
    let constraint = clock.time("constraint", || ties::constraint(&graph));
    let community = clock.time("leiden", || ties::leiden(&graph, 1.0, 1));
    let threads = 2;
    let (betweenness, error) = if nodes <= 5_000 {
        (clock.time("betweenness", || ties::betweenness(&graph, threads)), 0.0)
    } else {
        let sampled = clock.time("betweenness_sampled", || ties::betweenness_sampled(&graph, 20_000, 1, threads));
        (sampled.scores, sampled.error)
    };
    let pairs: Vec<(u32, u32)> =
        (0..100u32).map(|at| (at * 37 % nodes as u32, (at * 7_907 + 13) % nodes as u32)).collect();
    let hops: Vec<i64> = pairs.iter().map(|(a, b)| hops_of(&mut clock, &graph, *a, *b)).collect();
    let strongest: Vec<f32> = pairs
        .iter()
        .map(|(a, b)| {
            clock.time("strongest_path", || ties::strongest_path(&graph, *a, *b)).map_or(0.0, |path| path.strength)
        })
        .collect();
    pairs.iter().take(20).for_each(|(a, b)| drop(clock.time("paths_3", || ties::paths(&graph, *a, *b, 3))));
    let found = bridge(&mut clock, &graph);
    let modularity = ties::modularity(&graph, &community, 1.0);
    let results = format!(
        "{{\"degrees\":{degrees:?},\"components\":{parts:?},\"cores\":{cores:?},\"constraint\":{},\"betweenness\":{betweenness:?},\
         \"error\":{error},\"modularity\":{modularity},\"pairs\":{},\"hops\":{hops:?},\"strongest\":{strongest:?},\"before\":{}}}",
        format!("{constraint:?}").replace("NaN", "null"),
        format!("{pairs:?}").replace('(', "[").replace(')', "]"),
        found.before,
    );
    std::fs::write(out, results).unwrap();
    report(&clock, &found, modularity, error);
}

fn hops_of(clock: &mut Clock, graph: &Graph, a: u32, b: u32) -> i64 {
    clock.time("shortest_path", || ties::shortest_path(graph, a, b)).map_or(-1, |path| path.hops() as i64)
}

/// Two sectors, 2,000 candidates between them.
fn bridge(clock: &mut Clock, graph: &Graph) -> bridges::Bridges {
    let side =
        |sector: u32| -> Vec<u32> { (0..graph.nodes() as u32).filter(|node| node % SECTORS == sector).collect() };
    let (left, right) = (side(3), side(11));
    let mut state = 99;
    let candidates: Vec<(u32, u32, f32)> = (0..2_000)
        .map(|_| {
            let mut pick = |side: &[u32]| side[number(&mut state) as usize % side.len()];
            (pick(&left), pick(&right), 0.5)
        })
        .collect();
    clock.time("bridges", || bridges::find(graph, &left, &right, &candidates, 10, 0.5))
}

fn report(clock: &Clock, found: &bridges::Bridges, modularity: f64, error: f64) {
    let mut names: Vec<&str> = clock.0.iter().map(|(name, ..)| *name).collect();
    names.dedup();
    let figures: Vec<String> = names
        .iter()
        .map(|name| {
            let times: Vec<_> = clock.0.iter().filter(|(other, ..)| other == name).collect();
            let mean =
                |of: fn(&(&str, f64, f64)) -> f64| times.iter().map(|time| of(time)).sum::<f64>() / times.len() as f64;
            let worst = times.iter().map(|time| time.2).fold(0.0, f64::max);
            format!(
                "\"{name}\":{{\"seconds\":{:.6},\"cpu\":{:.6},\"worst_cpu\":{worst:.6}}}",
                mean(|time| time.1),
                mean(|time| time.2)
            )
        })
        .collect();
    let gains: f64 = found.picks.iter().map(|pick| pick.gain).sum();
    println!(
        "{{{},\"modularity\":{modularity:.6},\"error\":{error:.6},\"bridges_gain\":{gains:.9},\"bridges_bound\":{:.9},\"bridges_exact\":{}}}",
        figures.join(","),
        found.bound - found.before,
        found.exact
    );
}
