//! Imports as rows of their own: the sheet as it was recognized, how it is to be read, who brought it, what came of it.
//!
//! ```text
//! ready ──► running ──► done ──► undoing ──► undone
//!              └──────► stopped ──┘
//! ```

use super::apply::{Counts, Undone};
use super::plan::Options;
use super::table::Table;
use chrono::TimeDelta;
use kernel::lang::Said;
use kernel::record::RecordType;
use kernel::{Actor, Error, FieldErrors, Permission, Result, Role, Uuid, both};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::{Db, Tx, args, atomically, record};

/// Sheets are forgotten after this; the import can still be undone.
const SHEET_KEPT: TimeDelta = TimeDelta::days(30);

record! {
    struct Stored {
        pub id: Uuid,
        pub record_type: String,
        pub name: String,
        pub state: String,
        pub actor: Value,
        pub account: Option<Uuid>,
        pub sheet: Value,
        pub options: Value,
        pub result: Option<Value>,
        pub job: Option<Uuid>,
        pub feed_from: Option<i64>,
        pub feed_to: Option<i64>,
    }
}

/// What came of an import.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    pub counts: Counts,
    /// Rows that were left out, with what is wrong in them.
    pub errors: Vec<RowErrors>,
    /// Why the import ended before its end, and at which row.
    pub stopped: Option<(usize, Said)>,
    pub undone: Option<Undone>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowErrors {
    pub line: usize,
    /// Path and message.
    pub errors: Vec<(String, Said)>,
}

impl RowErrors {
    pub fn of(line: usize, errors: &FieldErrors) -> RowErrors {
        RowErrors { line, errors: errors.0.iter().map(|error| (error.field.clone(), error.message.clone())).collect() }
    }
}

/// One import.
#[derive(Debug, Clone)]
pub struct Run {
    pub id: Uuid,
    pub record_type: String,
    /// Name of the file, or what the paste is called.
    pub name: String,
    pub state: String,
    pub actor: Actor,
    pub sheet: Table,
    pub options: Options,
    pub outcome: Outcome,
    pub job: Option<Uuid>,
    pub feed_from: Option<i64>,
    pub feed_to: Option<i64>,
}

impl Run {
    /// How the feed marks the changes of this import.
    pub fn request_id(&self) -> String {
        format!("import-{}", self.id)
    }

    pub fn is_over(&self) -> bool {
        matches!(self.state.as_str(), "done" | "stopped" | "undone")
    }
}

fn typed<T: DeserializeOwned + Default>(json: Value) -> T {
    serde_json::from_value(json).unwrap_or_default()
}

fn run_of(stored: Stored) -> Run {
    Run {
        id: stored.id,
        record_type: stored.record_type,
        name: stored.name,
        state: stored.state,
        actor: actor_from(&stored.actor),
        sheet: typed(stored.sheet),
        options: typed(stored.options),
        outcome: stored.result.map(typed).unwrap_or_default(),
        job: stored.job,
        feed_from: stored.feed_from,
        feed_to: stored.feed_to,
    }
}

/// The rights with which the work goes on in a job.
fn actor_json(actor: &Actor) -> Value {
    json!({
        "account": actor.account, "person": actor.person, "label": actor.label, "roles": actor.roles, "member_of": actor.member_of,
        "manages": actor.manages, "token": actor.token_permissions, "system": actor.system,
    })
}

fn actor_from(json: &Value) -> Actor {
    let get = |key: &str| json.get(key).cloned().unwrap_or(Value::Null);
    Actor {
        account: typed(get("account")),
        person: typed(get("person")),
        label: typed(get("label")),
        roles: typed::<Vec<Role>>(get("roles")),
        member_of: typed(get("member_of")),
        manages: typed(get("manages")),
        // A token whose rights cannot be read has none.
        token_permissions: match get("token") {
            Value::Null => None,
            given => Some(typed::<Vec<Permission>>(given)),
        },
        system: typed(get("system")),
    }
}

/// Keeps a recognized sheet. Forgets the sheets of old imports on the way.
pub async fn create(
    db: &Db,
    actor: &Actor,
    kind: &RecordType,
    name: &str,
    sheet: &Table,
    options: &Options,
) -> Result<Uuid> {
    let (id, now) = (db.new_id(), db.now());
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let (sheet, mut options) = (json!(sheet), options.clone());
    options.seed = Some(id);
    atomically!(db, |tx| {
        let empty = "UPDATE import_run SET sheet = $2 WHERE created_at < $1 AND state <> 'running'";
        tx.run(empty, args![now - SHEET_KEPT, json!({"header": [], "rows": [], "format": ""})]).await?;
        let sql = "INSERT INTO import_run (id, record_type, name, state, actor, account, sheet, options, created_at) \
                   VALUES ($1, $2, $3, 'ready', $4, $5, $6, $7, $8)";
        tx.run(
            sql,
            args![id, kind.key, name.as_str(), actor_json(actor), actor.account, sheet.clone(), json!(options), now],
        )
        .await?;
        Ok(())
    })?;
    Ok(id)
}

/// An import of this account, or any for those who keep all jobs. Absent and foreign look the same.
pub async fn find(db: &Db, actor: &Actor, kind: &RecordType, id: Uuid) -> Result<Run> {
    let stored: Option<Stored> = db.opt("SELECT * FROM import_run WHERE id = $1", args![id]).await?;
    let stored = stored.filter(|run| run.record_type == kind.key).ok_or(Error::NotFound)?;
    let own = stored.account.is_some() && stored.account == actor.account;
    if own || actor.may(Permission::ManageJobs) { Ok(run_of(stored)) } else { Err(Error::NotFound) }
}

/// For the job that does the work.
pub async fn get(db: &Db, id: Uuid) -> Result<Run> {
    let stored: Option<Stored> = db.opt("SELECT * FROM import_run WHERE id = $1", args![id]).await?;
    stored.map(run_of).ok_or(Error::NotFound)
}

/// The newest imports of an account into a type: id, name, state, instant.
pub async fn recent(db: &Db, actor: &Actor, kind: &RecordType) -> Result<Vec<(Uuid, String, String)>> {
    let sql = "SELECT id, name, state FROM import_run WHERE record_type = $1 AND account = $2 AND state <> 'ready' ORDER BY created_at DESC, id DESC LIMIT 10";
    Ok(db.all(sql, args![kind.key, actor.account]).await?)
}

/// Changes how the sheet is read, as long as nothing was done with it.
pub async fn set_options(db: &Db, id: Uuid, options: &Options) -> Result<()> {
    let rows = atomically!(db, |tx| {
        Ok(tx
            .run("UPDATE import_run SET options = $2 WHERE id = $1 AND state = 'ready'", args![id, json!(options)])
            .await?)
    })?;
    if rows == 0 { Err(begun()) } else { Ok(()) }
}

fn begun() -> Error {
    Error::conflict(both("この取り込みはもう始まっています。", "This import has begun already."))
}

/// Moves an import from one of `from` to `to`, once: of two requests the second is told so. The work is done with the
/// rights of this actor.
///
/// # Errors
/// A conflict when it is in another state.
pub async fn begin(
    tx: &mut Tx,
    actor: &Actor,
    id: Uuid,
    from: &[&str],
    to: &'static str,
    job: Option<Uuid>,
) -> Result<()> {
    let marks: Vec<String> = from.iter().map(|state| format!("'{state}'")).collect();
    let sql = format!(
        "UPDATE import_run SET state = $2, job = $3, actor = $4, finished_at = NULL WHERE id = $1 AND state IN ({})",
        marks.join(", ")
    );
    if tx.run(sql, args![id, to, job, actor_json(actor)]).await? == 0 { Err(begun()) } else { Ok(()) }
}

/// Where in the feed the changes begin; kept when the work is done again.
pub async fn set_feed_from(db: &Db, id: Uuid, seq: i64) -> Result<()> {
    atomically!(db, |tx| {
        tx.run("UPDATE import_run SET feed_from = COALESCE(feed_from, $2) WHERE id = $1", args![id, seq]).await?;
        Ok(())
    })
}

/// Writes down the end.
pub async fn finish(db: &Db, id: Uuid, state: &'static str, outcome: &Outcome, feed_to: Option<i64>) -> Result<()> {
    let (now, outcome) = (db.now(), json!(outcome));
    atomically!(db, |tx| {
        let sql = "UPDATE import_run SET state = $2, result = $3, feed_to = COALESCE($4, feed_to), finished_at = $5 WHERE id = $1";
        tx.run(sql, args![id, state, outcome.clone(), feed_to, now]).await?;
        Ok(())
    })
}
