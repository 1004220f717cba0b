//! Records of a type as they lie in their table, read in a snapshot and written back with ids, versions and instants.
//! The ordinary way of storing (`store::records`) would give new versions and new entries in the feed.

use kernel::record::{FieldValue, Kind, Record, RecordType};
use kernel::{Audience, Error, Lang, Level, Result, Uuid};
use serde_json::json;
use store::records::{column_kind, columns};
use store::{Line, Select, Snapshot, Tx, Value, ValueKind, args};

/// Records with ids above `after`, deleted ones too.
pub async fn read(
    snapshot: &mut Snapshot,
    kind: &'static RecordType,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Record>> {
    let (sql, args) = Select::new(&format!("SELECT * FROM {}", kind.key))
        .and("id > ?", after.map(|id| vec![Value::from(id)]))
        .then("ORDER BY id LIMIT ?", vec![Value::from(limit)])
        .into_parts();
    let mut records = Vec::new();
    snapshot
        .each(sql, args, |line| {
            records.push(record_of(kind, line)?);
            Ok(())
        })
        .await?;
    let named: Vec<Value> =
        records.iter().filter(|r: &&Record| r.audience.level == Level::Parties).map(|r| Value::from(r.id)).collect();
    if !named.is_empty() {
        let (sql, args) = Select::new("SELECT record_id, party_id FROM audience_party")
            .within("record_id", Some(named))
            .then("ORDER BY record_id, party_id", Vec::new())
            .into_parts();
        for (record_id, party_id) in snapshot.all::<(Uuid, Uuid)>(sql, args).await? {
            if let Some(record) = records.iter_mut().find(|record| record.id == record_id) {
                record.audience.parties.push(party_id);
            }
        }
    }
    Ok(records)
}

fn record_of(kind: &'static RecordType, line: &Line<'_>) -> store::Result<Record> {
    let audience: String = line.get("audience")?;
    let created_by: Option<Uuid> = line.get("created_by")?;
    let levels: Option<serde_json::Value> = line.get("field_levels")?;
    let mut record = Record::new(kind, line.get("created_at")?);
    record.id = line.get("id")?;
    record.version = line.get("version")?;
    record.code = line.get("code")?;
    record.audience = Audience { owner: created_by, ..Level::from_code(&audience).unwrap_or(Level::Me).into() };
    record.field_levels = levels.and_then(|json| serde_json::from_value(json).ok()).unwrap_or_default();
    record.source = line.get("source")?;
    record.fictional = line.get("fictional")?;
    record.updated_at = line.get("updated_at")?;
    record.created_by = created_by;
    record.deleted_at = line.get("deleted_at")?;
    for field in kind.fields {
        if let Some(value) = value_of(&field.kind, line.value(field.name, column_kind(&field.kind))?) {
            record.values.insert(field.name, value);
        }
    }
    Ok(record)
}

fn value_of(kind: &Kind, cell: Value) -> Option<FieldValue> {
    match cell {
        Value::Text(text) => text.map(FieldValue::Plain),
        Value::Int(number) => number.map(FieldValue::Integer),
        Value::Bool(flag) => flag.map(FieldValue::Flag),
        Value::Uuid(id) => id.map(FieldValue::Link),
        Value::Json(json) => json.and_then(|json| FieldValue::from_json(kind, &json)),
        _ => None,
    }
}

/// Writes a record exactly as it is, without an entry in the feed.
pub async fn write(tx: &mut Tx, record: &Record) -> Result<()> {
    let columns = columns(record.kind);
    let names: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    let marks: Vec<String> = (1..=names.len()).map(|n| format!("${n}")).collect();
    let sql = format!("INSERT INTO {} ({}) VALUES ({})", record.kind.key, names.join(", "), marks.join(", "));
    let cells = columns.iter().map(|(name, kind)| cell(record, name, *kind)).collect();
    tx.run(sql, cells).await?;
    for party in record.audience.parties.iter().filter(|_| record.audience.level == Level::Parties) {
        tx.run("INSERT INTO audience_party (record_id, party_id) VALUES ($1, $2)", args![record.id, *party]).await?;
    }
    Ok(())
}

fn cell(record: &Record, column: &str, kind: ValueKind) -> Value {
    match column {
        "id" => Value::from(record.id),
        "version" => Value::from(record.version),
        "code" => Value::from(&record.code),
        "audience" => Value::from(record.audience.level.code()),
        "field_levels" => Value::Json((!record.field_levels.is_empty()).then(|| json!(record.field_levels))),
        "source" => Value::from(&record.source),
        "fictional" => Value::from(record.fictional),
        // Sort keys follow from the record and the collation of this program.
        "sort_ja" => Value::from(store::catalogue::sort_key(record, Lang::Ja)),
        "sort_en" => Value::from(store::catalogue::sort_key(record, Lang::En)),
        "created_at" => Value::from(record.created_at),
        "updated_at" => Value::from(record.updated_at),
        "created_by" => Value::Uuid(record.created_by),
        "deleted_at" => Value::Time(record.deleted_at),
        field => field_cell(record.get(field), kind),
    }
}

fn field_cell(value: Option<&FieldValue>, kind: ValueKind) -> Value {
    match value {
        None => Value::null(kind),
        Some(FieldValue::Plain(text)) => Value::from(text),
        Some(FieldValue::Integer(number)) => Value::from(*number),
        Some(FieldValue::Flag(flag)) => Value::from(*flag),
        Some(FieldValue::Link(id)) => Value::from(*id),
        Some(many) => Value::from(many.to_json()),
    }
}

/// Whether the hub holds anything: a record of a known type, or history.
pub async fn is_empty(tx: &mut Tx, kinds: &[&'static RecordType]) -> Result<bool> {
    let store::One(seq) = tx.one::<store::One<i64>>("SELECT seq FROM feed_head WHERE one = 1", args![]).await?;
    if seq > 0 {
        return Ok(false);
    }
    for kind in kinds {
        if tx
            .opt::<store::One<Uuid>>(format!("SELECT id FROM {} LIMIT 1", kind.key), args![])
            .await
            .map_err(Error::from)?
            .is_some()
        {
            return Ok(false);
        }
    }
    Ok(true)
}
