//! Merging two records into one, and taking it back.
//!
//! ```text
//! preview (choose the survivor, and per field whose value wins)
//!   └─► merge, one transaction:  links re-pointed → loser retired → survivor updated → names kept as aliases
//!         └─► undo, one transaction: the same steps backwards, from the journal
//! ```
//!
//! The journal holds every touched record before and after. An undo puts back what the merge changed and keeps what
//! people edited since, as long as the two do not meet in one field. Never here: pages, deciding by itself.

mod apply;
mod plan;
mod ports;
mod undo;

pub use apply::{Merge, merge};
pub use plan::{Choices, Row, Take, merged, names_left, rows};
pub use undo::undo;

use kernel::record::{Record, RecordType};
use serde_json::{Value, json};
use web::App;

/// One record that a merge touched. There are as many as links, for the length of one transaction.
#[allow(clippy::large_enum_variant)]
#[derive(Debug, Clone)]
enum Step {
    Changed {
        before: Record,
        after: Record,
    },
    /// Taken out of use: the loser, and links that would tie the survivor to itself or say the same twice.
    Removed {
        before: Record,
    },
    Made {
        after: Record,
    },
}

impl Step {
    fn to_json(&self) -> Value {
        let (what, before, after) = match self {
            Step::Changed { before, after } => ("changed", Some(before), Some(after)),
            Step::Removed { before } => ("removed", Some(before), None),
            Step::Made { after } => ("made", None, Some(after)),
        };
        let kind = before.or(after).map(|record| record.kind.key);
        json!({ "what": what, "type": kind, "before": before.map(Record::to_json), "after": after.map(Record::to_json) })
    }

    fn from_json(app: &App, json: &Value) -> Option<Step> {
        let kind: &'static RecordType = app.kind(json.get("type")?.as_str()?)?;
        let record = |name: &str| Record::from_json(kind, json.get(name)?);
        Some(match json.get("what")?.as_str()? {
            "changed" => Step::Changed { before: record("before")?, after: record("after")? },
            "removed" => Step::Removed { before: record("before")? },
            _ => Step::Made { after: record("after")? },
        })
    }
}

/// The same in everything that people enter; version and instants aside.
fn same_content(one: &Record, other: &Record) -> bool {
    one.values == other.values
        && one.code == other.code
        && one.audience.level == other.audience.level
        && one.audience.parties == other.audience.parties
        && one.field_levels == other.field_levels
        && one.source == other.source
        && one.fictional == other.fictional
}
