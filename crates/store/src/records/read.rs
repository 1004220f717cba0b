//! Reading records within a scope. Absent, deleted and hidden look the same.

use super::Scope;
use super::columns::record_from;
use crate::db::{Db, Line, Select, Tx, Value};
use crate::error::Result;
use kernel::record::{Record, RecordType};
use kernel::{Level, Uuid};
use std::collections::HashMap;

/// Ids in one statement; more are read in rounds.
const ROUND: usize = 200;

fn select(kind: &RecordType) -> Select {
    Select::new(&format!("SELECT * FROM {}", kind.key))
}

/// One record, if it is there and visible.
pub async fn find(db: &Db, kind: &'static RecordType, id: Uuid, scope: Scope<'_>) -> Result<Option<Record>> {
    Ok(by_ids(db, kind, &[id], scope).await?.pop())
}

/// One record, deleted or not; for histories and undo.
pub async fn find_any(db: &Db, kind: &'static RecordType, id: Uuid, scope: Scope<'_>) -> Result<Option<Record>> {
    let query = scope.narrow(select(kind).and("id = ?", Some(vec![Value::from(id)])));
    Ok(fetch(db, kind, query).await?.pop())
}

/// Records by id, in the order asked for; those that are absent or hidden are left out.
pub async fn by_ids(db: &Db, kind: &'static RecordType, ids: &[Uuid], scope: Scope<'_>) -> Result<Vec<Record>> {
    let mut found: HashMap<Uuid, Record> = HashMap::with_capacity(ids.len());
    for round in ids.chunks(ROUND) {
        let ids = round.iter().map(|id| Value::from(*id)).collect();
        let query = scope.narrow(select(kind).within("id", Some(ids)).and("deleted_at IS NULL", Some(Vec::new())));
        found.extend(fetch(db, kind, query).await?.into_iter().map(|record| (record.id, record)));
    }
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// Every record of a type with an id above `after`, at most `limit`, ordered by id: for projections and exports.
pub async fn all(
    db: &Db,
    kind: &'static RecordType,
    after: Option<Uuid>,
    limit: i64,
    scope: Scope<'_>,
) -> Result<Vec<Record>> {
    let query = scope
        .narrow(select(kind).and("deleted_at IS NULL", Some(Vec::new())))
        .and("id > ?", after.map(|id| vec![Value::from(id)]))
        .then("ORDER BY id LIMIT ?", vec![Value::from(limit)]);
    fetch(db, kind, query).await
}

/// Records whose link field points at `target`.
pub async fn linking(
    db: &Db,
    kind: &'static RecordType,
    field: &'static str,
    target: Uuid,
    scope: Scope<'_>,
) -> Result<Vec<Record>> {
    let query = scope
        .narrow(select(kind).and(&format!("\"{field}\" = ?"), Some(vec![Value::from(target)])))
        .and("deleted_at IS NULL", Some(Vec::new()))
        .then("ORDER BY id", Vec::new());
    fetch(db, kind, query).await
}

/// One record inside a write, deleted or not.
pub async fn in_tx(tx: &mut Tx, kind: &'static RecordType, id: Uuid) -> Result<Option<Record>> {
    let (sql, args) = select(kind).and("id = ?", Some(vec![Value::from(id)])).into_parts();
    let mut found = tx.all_with(sql, args, |line| record_from(kind, line)).await?;
    let Some(mut record) = found.pop() else { return Ok(None) };
    if record.audience.level == Level::Parties {
        let sql = "SELECT party_id FROM audience_party WHERE record_id = $1 ORDER BY party_id";
        record.audience.parties = tx.all_with(sql, vec![Value::from(id)], |line| line.at(0)).await?;
    }
    Ok(Some(record))
}

async fn fetch(db: &Db, kind: &'static RecordType, query: Select) -> Result<Vec<Record>> {
    let (sql, args) = query.into_parts();
    let mut records = db.all_with(sql, args, |line| record_from(kind, line)).await?;
    name_parties(db, &mut records).await?;
    Ok(records)
}

/// Fills in the named parties of those records whose audience has any.
async fn name_parties(db: &Db, records: &mut [Record]) -> Result<()> {
    let named: Vec<Value> =
        records.iter().filter(|r| r.audience.level == Level::Parties).map(|r| Value::from(r.id)).collect();
    for round in named.chunks(ROUND) {
        let (sql, args) = Select::new("SELECT record_id, party_id FROM audience_party")
            .within("record_id", Some(round.to_vec()))
            .then("ORDER BY record_id, party_id", Vec::new())
            .into_parts();
        let pair = |line: &Line<'_>| Ok((line.at::<Uuid>(0)?, line.at::<Uuid>(1)?));
        for (record_id, party_id) in db.all_with(sql, args, pair).await? {
            if let Some(record) = records.iter_mut().find(|r| r.id == record_id) {
                record.audience.parties.push(party_id);
            }
        }
    }
    Ok(())
}

/// Parts that were deleted at the same instant as the record they belong to; they come back with it.
pub async fn deleted_with(
    tx: &mut Tx,
    kind: &'static RecordType,
    field: &'static str,
    target: Uuid,
    at: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<Record>> {
    let (sql, args) = select(kind)
        .and(&format!("\"{field}\" = ?"), Some(vec![Value::from(target)]))
        .and("deleted_at = ?", Some(vec![Value::from(at)]))
        .then("ORDER BY id", Vec::new())
        .into_parts();
    tx.all_with(sql, args, |line| record_from(kind, line)).await
}
