//! The dry run: what every row of a sheet would do, with all errors, before anything is stored.
//!
//! A row finds its record by id, then code, then identifiers, then (if the importer agrees) by a name that only one
//! record has. Rows may link to rows of the same sheet by code, in any order. Never here: writing.

use super::find::{self, Found};
use super::planner::{Planner, unique};
use super::rows;
use super::table::Table;
use crate::app::App;
use kernel::record::{FieldValue, Input, Record, RecordType};
use kernel::{Actor, Error, FieldErrors, Result, Uuid};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use store::records::{self, Scope};

/// What to do with a row that has no key, when records of its name exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum SameName {
    /// Say so, and leave the row out.
    #[default]
    Ask,
    /// Update the record, if there is only one.
    Update,
    /// Store a second record of that name.
    Separate,
}

/// How a sheet is to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Options {
    /// The path of every column, or nothing for columns that are left out.
    pub paths: Vec<Option<String>>,
    /// Empty cells clear fields.
    pub clear_empty: bool,
    pub same_name: SameName,
    /// Makes the ids of new records follow from the import and the row, so that an import that was cut off can be
    /// run again without storing anything twice.
    pub seed: Option<Uuid>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Create,
    Update,
    Unchanged,
    Error,
}

/// One row of the plan.
#[derive(Debug, Clone)]
pub struct Planned {
    /// Number of the row in the source.
    pub line: usize,
    pub action: Action,
    /// The record as it would be.
    pub record: Record,
    /// The stored version that the row was compared with; 0 for a new record.
    pub seen: i64,
    /// Paths are columns; `row` stands for the row as a whole.
    pub errors: FieldErrors,
    /// Names of the fields that would change.
    pub changed: Vec<&'static str>,
}

/// Every row of a sheet, in its order.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    pub rows: Vec<Planned>,
}

impl Plan {
    pub fn count(&self, action: Action) -> usize {
        self.rows.iter().filter(|row| row.action == action).count()
    }

    pub fn errors(&self) -> impl Iterator<Item = &Planned> {
        self.rows.iter().filter(|row| row.action == Action::Error)
    }
}

/// Plans a sheet for somebody. Reads only.
pub async fn plan(
    app: &App,
    actor: &Actor,
    kind: &'static RecordType,
    table: &Table,
    options: &Options,
) -> Result<Plan> {
    let mut terms = rows::Terms::new();
    let mut input =
        |row| rows::with_codes(kind, rows::input(kind, row, &options.paths, options.clear_empty), &mut terms);
    let inputs: Vec<Input> = table.rows.iter().map(&mut input).collect();
    let lines: Vec<usize> = table.rows.iter().map(|row| row.line).collect();
    let by_key = find::by_keys(&app.db, kind, &inputs).await?;
    let planner = Planner {
        app: app.clone(),
        actor: actor.clone(),
        keyring: actor.keyring(),
        kind,
        options: options.clone(),
        inputs,
        lines,
    };
    // Reading cells is work for the processor; it leaves the async threads.
    let (planner, found) = blocking(move || {
        let found = planner.find_all(&by_key);
        (planner, found)
    })
    .await?;
    let ids: Vec<Uuid> =
        found.iter().filter_map(|found| if let Found::Record(id) = found { Some(*id) } else { None }).collect();
    let keyring = planner.keyring.clone();
    let stored = records::by_ids(&app.db, kind, &unique(ids), Scope::Keys(&keyring)).await?;
    let stored: HashMap<Uuid, Record> = stored.into_iter().map(|record| (record.id, record)).collect();
    let mut plan = blocking(move || planner.read_all(found, &stored)).await?;
    find::same_content(app, kind, &keyring, &mut plan).await?;
    Ok(plan)
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(Error::internal)
}

/// Names of the fields of a record that have a value which this actor may not see.
pub fn hidden_fields(record: &Record, actor: &Actor) -> Vec<&'static str> {
    let seen = record.seen_by(actor);
    record.values.keys().copied().filter(|name| seen.get(name).is_none()).collect()
}

/// Every record that a record points at.
pub fn link_ids(record: &Record) -> HashSet<Uuid> {
    let mut ids: HashSet<Uuid> = record.audience.parties.iter().copied().collect();
    for value in record.values.values() {
        match value {
            FieldValue::Link(id) => {
                ids.insert(*id);
            }
            FieldValue::Links(many) => ids.extend(many),
            _ => {}
        }
    }
    ids
}
