//! Graphs from files: edge lists as CSV, and GraphML. Pure, over bytes; memory is bounded by the size of the file and by
//! [`Limits`]. Directed ties are read as undirected. Never here: following references, expanding entities, guessing.

mod graphml;
mod table;

use super::Graph;
use std::collections::HashMap;

pub use graphml::read_graphml;
pub use table::{read_csv, read_groups};

/// How large a graph may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub nodes: usize,
    pub ties: usize,
    /// Bytes of one identifier or value.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { nodes: 2_000_000, ties: 20_000_000, text: 1_000 }
    }
}

/// What is wrong with a file, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct ReadError {
    /// From 1.
    pub line: usize,
    pub problem: String,
}

impl ReadError {
    fn at(line: usize, problem: impl Into<String>) -> ReadError {
        ReadError { line, problem: problem.into() }
    }
}

/// A graph with the identifiers of its nodes.
#[derive(Debug, Clone, Default)]
pub struct Named {
    pub graph: Graph,
    /// By node, in the order in which the file names them.
    pub ids: Vec<String>,
    /// Values of the nodes by the name of the attribute (GraphML only).
    pub attributes: HashMap<String, HashMap<u32, String>>,
}

impl Named {
    /// The node with an identifier.
    pub fn node(&self, id: &str) -> Option<u32> {
        self.ids.iter().position(|known| known == id).map(|at| at as u32)
    }
}

/// Nodes and ties while a file is read.
struct Collected {
    limits: Limits,
    places: HashMap<String, u32>,
    ids: Vec<String>,
    ties: Vec<(u32, u32, f32)>,
}

impl Collected {
    fn new(limits: Limits) -> Collected {
        Collected { limits, places: HashMap::new(), ids: Vec::new(), ties: Vec::new() }
    }

    fn place(&mut self, id: &str, line: usize) -> Result<u32, ReadError> {
        if let Some(&place) = self.places.get(id) {
            return Ok(place);
        }
        check(id, "identifier", self.limits, line)?;
        if self.ids.len() >= self.limits.nodes {
            return Err(ReadError::at(line, format!("more than {} nodes", self.limits.nodes)));
        }
        let place = self.ids.len() as u32;
        self.ids.push(id.to_owned());
        self.places.insert(id.to_owned(), place);
        Ok(place)
    }

    fn tie(&mut self, a: u32, b: u32, weight: f32, line: usize) -> Result<(), ReadError> {
        if self.ties.len() >= self.limits.ties {
            return Err(ReadError::at(line, format!("more than {} ties", self.limits.ties)));
        }
        self.ties.push((a, b, weight));
        Ok(())
    }

    fn finish(self) -> Named {
        Named { graph: Graph::new(self.ids.len(), &self.ties), ids: self.ids, attributes: HashMap::new() }
    }
}

fn check(text: &str, what: &str, limits: Limits, line: usize) -> Result<(), ReadError> {
    match text.len() {
        0 => Err(ReadError::at(line, format!("the {what} is empty"))),
        long if long > limits.text => {
            Err(ReadError::at(line, format!("the {what} is longer than {} bytes", limits.text)))
        }
        _ => Ok(()),
    }
}

fn weight(text: &str, line: usize) -> Result<f32, ReadError> {
    let number = text.trim().parse::<f32>().ok().filter(|weight| weight.is_finite() && *weight > 0.0);
    let shown: String = text.chars().take(40).collect();
    number.ok_or_else(|| ReadError::at(line, format!("“{shown}” is not a strength; write a number above 0")))
}

/// The text of a file, without its byte order mark.
fn text(bytes: &[u8]) -> Result<&str, ReadError> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        ReadError::at(line, "not UTF-8 text; save the file as UTF-8")
    })
}
