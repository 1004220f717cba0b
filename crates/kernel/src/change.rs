//! One entry of the change feed: what happened to which record, before and after (kernel rule 3).
//!
//! The feed is the audit log; search, map, mail and live pages follow it. Storing and chaining is
//! `store::feed`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

/// What happened. Verbs of subsystems (sign, suspend, merge) are [`Verb::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Created,
    Updated,
    Deleted,
    Restored,
    Other(String),
}

impl Verb {
    pub fn code(&self) -> &str {
        match self {
            Verb::Created => "created",
            Verb::Updated => "updated",
            Verb::Deleted => "deleted",
            Verb::Restored => "restored",
            Verb::Other(name) => name,
        }
    }

    pub fn from_code(code: &str) -> Verb {
        match code {
            "created" => Verb::Created,
            "updated" => Verb::Updated,
            "deleted" => Verb::Deleted,
            "restored" => Verb::Restored,
            other => Verb::Other(other.to_owned()),
        }
    }
}

/// A change as the code that makes it describes it; the store adds instant, actor, order and hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub verb: Verb,
    pub record_type: &'static str,
    pub record_id: Uuid,
    /// The record as it was; `None` for a creation.
    pub before: Option<Value>,
    /// The record as it is; `None` for a deletion.
    pub after: Option<Value>,
}
