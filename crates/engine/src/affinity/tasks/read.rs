//! Reads a task.

use crate::affinity::index::Document;
use serde_json::Value;
use thiserror::Error;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Rank,
    Search,
}

/// A document of a person.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Work {
    pub id: String,
    pub title: String,
    pub text: String,
}

/// Somebody or something to be found. Any field but `id` may be empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Profile {
    pub id: String,
    pub title: String,
    pub text: String,
    pub names: Vec<String>,
    pub needs: Vec<String>,
    pub offers: Vec<String>,
    pub works: Vec<Work>,
    pub country: Vec<String>,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    Rank { id: String, subject: String, candidates: Vec<String> },
    Search { id: String, query: String },
}

/// A task: profiles and what is asked about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub name: String,
    pub kind: Kind,
    pub k: usize,
    pub profiles: Vec<Profile>,
    pub requests: Vec<Request>,
}

/// Why a task cannot be read. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TaskError {
    #[error("line {line}: not JSON: {reason}")]
    Json { line: usize, reason: String },
    #[error("line {line}: the first line must be a header with \"type\":\"task\" and \"kind\":\"rank\" or \"search\"")]
    Header { line: usize },
    #[error("line {line}: {field} is missing or not a text")]
    Field { line: usize, field: &'static str },
}

/// Answers per request that are given when the header does not say.
const DEFAULT_K: usize = 10;
const MAX_K: usize = 10_000;

impl Task {
    /// Reads JSON lines. Unknown fields and unknown types of lines are passed over.
    pub fn read(text: &str) -> Result<Task, TaskError> {
        let mut task: Option<Task> = None;
        for (index, row) in text.lines().enumerate().filter(|(_, row)| !row.trim().is_empty()) {
            let line = index + 1;
            let value: Value =
                serde_json::from_str(row).map_err(|error| TaskError::Json { line, reason: error.to_string() })?;
            let kind = value.get("type").and_then(Value::as_str).unwrap_or("");
            match (&mut task, kind) {
                (None, "task") => task = Some(header(&value, line)?),
                (None, _) => return Err(TaskError::Header { line }),
                (Some(task), "profile") => task.profiles.push(profile(&value, line)?),
                (Some(task), "request") => task.requests.push(request(&value, line, task.kind)?),
                (Some(_), _) => {}
            }
        }
        task.ok_or(TaskError::Header { line: 1 })
    }
}

fn header(value: &Value, line: usize) -> Result<Task, TaskError> {
    let kind = match value.get("kind").and_then(Value::as_str) {
        Some("rank") => Kind::Rank,
        Some("search") => Kind::Search,
        _ => return Err(TaskError::Header { line }),
    };
    let k = value.get("k").and_then(Value::as_u64).and_then(|k| usize::try_from(k).ok()).unwrap_or(DEFAULT_K);
    let name = text(value, "name");
    Ok(Task { name, kind, k: k.clamp(1, MAX_K), profiles: Vec::new(), requests: Vec::new() })
}

fn profile(value: &Value, line: usize) -> Result<Profile, TaskError> {
    let works = value.get("works").and_then(Value::as_array).map(Vec::as_slice).unwrap_or(&[]);
    Ok(Profile {
        id: required(value, "id", line)?,
        title: text(value, "title"),
        text: text(value, "text"),
        names: texts(value, "names"),
        needs: texts(value, "needs"),
        offers: texts(value, "offers"),
        works: works
            .iter()
            .map(|work| Work { id: text(work, "id"), title: text(work, "title"), text: text(work, "text") })
            .collect(),
        country: texts(value, "country"),
    })
}

fn request(value: &Value, line: usize, kind: Kind) -> Result<Request, TaskError> {
    let id = required(value, "id", line)?;
    Ok(match kind {
        Kind::Search => Request::Search { id, query: required(value, "query", line)? },
        Kind::Rank => {
            Request::Rank { id, subject: required(value, "subject", line)?, candidates: texts(value, "candidates") }
        }
    })
}

fn required(value: &Value, field: &'static str, line: usize) -> Result<String, TaskError> {
    value.get(field).and_then(as_text).ok_or(TaskError::Field { line, field })
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn text(value: &Value, field: &str) -> String {
    value.get(field).and_then(as_text).unwrap_or_default()
}

/// A list of texts, or one text.
fn texts(value: &Value, field: &str) -> Vec<String> {
    match value.get(field) {
        Some(Value::Array(list)) => list.iter().filter_map(as_text).collect(),
        Some(one) => as_text(one).into_iter().collect(),
        None => Vec::new(),
    }
}

impl Profile {
    /// What a search looks at: the names one by one, everything else as one text.
    pub fn document(&self) -> Document {
        let works = self.works.iter().flat_map(|work| [&work.title, &work.text]);
        let parts =
            [&self.title, &self.title, &self.text].into_iter().chain(&self.needs).chain(&self.offers).chain(works);
        let text: Vec<&str> = parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect();
        Document { names: self.names.clone(), text: text.join("\n"), countries: self.country.clone() }
    }
}
