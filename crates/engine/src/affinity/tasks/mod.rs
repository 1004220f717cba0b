//! Tasks as JSON lines: profiles and requests in, scores out. Kinds `rank` (order these candidates for this subject) and
//! `search` (find the best profiles for this text).
//!
//! Never here: files, and anything that knows a particular task.

pub mod measures;
mod person;
mod read;

pub use read::{Kind, Profile, Request, Task, TaskError, Work};

use super::index::{Document, SearchIndex, Weights};
use super::{Analyzer, Meaning};
use std::collections::HashMap;
use std::fmt::Write;

/// Answers every request of a task; one JSON line per answer.
pub fn answer(task: &Task, analyzer: &Analyzer<'_>, meaning: Option<&dyn Meaning>) -> String {
    match task.kind {
        Kind::Search => search(task, analyzer, meaning),
        Kind::Rank => person::rank(task, analyzer),
    }
}

/// Queries by which hubs are found.
const MAX_QUESTIONS: usize = 2000;

fn search(task: &Task, analyzer: &Analyzer<'_>, meaning: Option<&dyn Meaning>) -> String {
    let documents: Vec<Document> = task.profiles.iter().map(Profile::document).collect();
    let mut index = SearchIndex::new(analyzer, &documents, Weights::default());
    if let Some(meaning) = meaning {
        let queries = task.requests.iter().filter_map(|request| match request {
            Request::Search { query, .. } => Some(query).filter(|query| index.crosses(query)),
            Request::Rank { .. } => None,
        });
        let questions: Vec<Vec<f32>> = queries.take(MAX_QUESTIONS).map(|query| meaning.encode(query)).collect();
        if !questions.is_empty() {
            index.add_meaning(&documents, meaning, &questions);
        }
    }
    let mut out = String::new();
    for request in &task.requests {
        let Request::Search { id, query } = request else { continue };
        for (number, score) in index.search(query, task.k, meaning) {
            if let Some(profile) = task.profiles.get(number as usize) {
                write_answer(&mut out, id, &profile.id, score);
            }
        }
    }
    out
}

fn write_answer(out: &mut String, request: &str, profile: &str, score: f32) {
    let (request, profile) = (serde_json::Value::from(request), serde_json::Value::from(profile));
    let score = if score.is_finite() { score } else { 0.0 };
    // Writing to a string never fails.
    let _ = writeln!(out, "{{\"request\":{request},\"profile\":{profile},\"score\":{score}}}");
}

/// Numbers of the profiles by id.
fn by_id(task: &Task) -> HashMap<&str, usize> {
    task.profiles.iter().enumerate().map(|(index, profile)| (profile.id.as_str(), index)).collect()
}
