//! Which stored record a row of a sheet means.

use super::plan::{Action, Plan};
use crate::app::App;
use kernel::audience::Keyring;
use kernel::identifier::Identifier;
use kernel::lang::Said;
use kernel::record::{FieldValue, Input, Kind, Record, RecordType, Search};
use kernel::{Actor, FieldErrors, Lang, Result, Uuid, both};
use std::collections::HashMap;
use store::records::{self, Scope};
use store::{Db, Select, Value};

/// Keys in one statement.
const ROUND: usize = 200;

/// What a row was found to mean.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    Record(Uuid),
    Nothing,
    Refused(FieldErrors),
}

/// Records by key field and its canonical value.
pub type ByKey = HashMap<(&'static str, String), Uuid>;

/// Looks up the identifiers of all rows at once, hidden records included: a taken identifier is taken.
pub async fn by_keys(db: &Db, kind: &'static RecordType, inputs: &[Input]) -> Result<ByKey> {
    let mut found = ByKey::new();
    for field in kind.fields.iter().filter(|field| field.key) {
        let written = inputs.iter().filter_map(|input| canonical(&field.kind, input.first(field.name)?));
        let mut values: Vec<String> = written.collect();
        values.sort();
        values.dedup();
        for round in values.chunks(ROUND) {
            let sql = format!("SELECT id, \"{}\" FROM {}", field.name, kind.key);
            let column = format!("\"{}\"", field.name);
            let (sql, args) = Select::new(&sql)
                .within(&column, Some(round.iter().map(Value::from).collect()))
                .and("deleted_at IS NULL", Some(Vec::new()))
                .into_parts();
            let rows: Vec<(Uuid, String)> = db.all(sql, args).await?;
            found.extend(rows.into_iter().map(|(id, value)| ((field.name, value), id)));
        }
    }
    Ok(found)
}

/// A key as it is stored; `None` when it is empty or no such identifier.
fn canonical(kind: &Kind, written: &str) -> Option<String> {
    let written = written.trim();
    match kind {
        _ if written.is_empty() => None,
        Kind::Identifier(scheme) => Identifier::parse(*scheme, written).ok().map(|id| id.to_string()),
        _ => Some(written.to_owned()),
    }
}

/// Whether a row says which record it is.
pub fn has_key(kind: &RecordType, input: &Input) -> bool {
    let keys = kind.fields.iter().filter(|field| field.key).map(|field| field.name);
    ["id", "code"].into_iter().chain(keys).any(|path| input.first(path).is_some_and(|text| !text.trim().is_empty()))
}

/// Whether records of a type are known by their names: parties are, posts and relations are not.
pub fn goes_by_name(kind: &RecordType) -> bool {
    kind.part_of.is_none() && kind.fields.iter().any(|field| field.search == Search::Name)
}

/// By id, then code, then identifiers. Two keys that lead to two records are an error of the row.
pub fn find(app: &App, kind: &'static RecordType, keyring: &Keyring, input: &Input, by_key: &ByKey) -> Found {
    let text = |path: &str| input.first(path).map(str::trim).filter(|text| !text.is_empty());
    if let Some(id) = text("id") {
        return match id.parse().ok().filter(|id| visible(app, kind, *id, keyring)) {
            Some(id) => Found::Record(id),
            None => Found::Refused(FieldErrors::one(
                "id",
                both("この番号の記録はありません。", "There is no record with this id."),
            )),
        };
    }
    let everything = Actor::system("import").keyring();
    let by_code = text("code").and_then(|code| Some(("code", app.catalogue.by_code(kind.key, code, &everything)?)));
    let fields = kind.fields.iter().filter(|field| field.key);
    let keyed = fields.filter_map(|field| {
        let value = canonical(&field.kind, input.first(field.name)?)?;
        Some((field.name, *by_key.get(&(field.name, value))?))
    });
    let mut first: Option<(&str, Uuid)> = None;
    for (field, id) in by_code.into_iter().chain(keyed) {
        match first {
            Some((_, known)) if known != id => {
                return Found::Refused(FieldErrors::one(field, taken(text(field).unwrap_or_default())));
            }
            Some(_) => {}
            None if visible(app, kind, id, keyring) => first = Some((field, id)),
            None => return Found::Refused(FieldErrors::one(field, taken(text(field).unwrap_or_default()))),
        }
    }
    first.map_or(Found::Nothing, |(_, id)| Found::Record(id))
}

fn visible(app: &App, kind: &RecordType, id: Uuid, keyring: &Keyring) -> bool {
    app.catalogue.entry(id, keyring).is_some_and(|entry| entry.kind.key == kind.key)
}

fn taken(value: &str) -> Said {
    Said::new(
        format!("「{value}」はほかの記録で使われています。同じものなら、その記録を直すか統合してください。"),
        format!("“{value}” belongs to another record. If it is the same thing, edit that record or merge the two."),
    )
}

/// By name, for rows without a key. `agreed`: the importer wants one record of the same name to be updated.
pub fn by_name(app: &App, record: &Record, keyring: &Keyring, agreed: bool) -> Found {
    let mut same: Vec<store::catalogue::Entry> = Vec::new();
    for (_, version) in record.title().versions() {
        for entry in app.catalogue.by_name(&[record.kind.key], &version.text, keyring) {
            if !same.iter().any(|known| known.id == entry.id) {
                same.push(entry);
            }
        }
    }
    let names = |lang: Lang| {
        let name = |entry: &store::catalogue::Entry| {
            format!("{} [{}]", entry.called(lang), entry.code.clone().unwrap_or_else(|| entry.id.to_string()))
        };
        same.iter().take(3).map(name).collect::<Vec<_>>().join(", ")
    };
    match same.as_slice() {
        [] => Found::Nothing,
        [one] if agreed => Found::Record(one.id),
        [_] => Found::Refused(FieldErrors::one(
            "row",
            Said::new(
                format!(
                    "同じ名称の記録があります: {}。同じものなら「名前が同じ記録を更新する」を選ぶか、この管理番号を入れてください。",
                    names(Lang::Ja)
                ),
                format!(
                    "There is a record of this name: {}. If it is the same, choose to update records of the same name, or add its code.",
                    names(Lang::En)
                ),
            ),
        )),
        several => Found::Refused(FieldErrors::one(
            "row",
            Said::new(
                format!(
                    "同じ名称の記録が{}件あります: {}。どれかの管理番号を入れてください。",
                    several.len(),
                    names(Lang::Ja)
                ),
                format!(
                    "There are {} records of this name: {}. Add the code of the right one.",
                    several.len(),
                    names(Lang::En)
                ),
            ),
        )),
    }
}

/// Rows of types without keys or names (posts, relations, listings) that say exactly what a stored record says are
/// that record; otherwise a sheet brought in twice would store everything twice.
pub async fn same_content(app: &App, kind: &'static RecordType, keyring: &Keyring, plan: &mut Plan) -> Result<()> {
    let link = kind.fields.iter().find(|field| field.required && matches!(field.kind, Kind::Link(_)));
    let Some(link) = link.filter(|_| !goes_by_name(kind)) else { return Ok(()) };
    let keyless = |record: &Record| record.code.is_none();
    let mut wanted: Vec<Uuid> = Vec::new();
    let mut candidates: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for row in plan.rows.iter().filter(|row| row.action == Action::Create && keyless(&row.record)) {
        let Some(FieldValue::Link(target)) = row.record.get(link.name) else { continue };
        candidates.entry(*target).or_insert_with(|| {
            let ids = app.catalogue.referring(kind.key, link.name, *target, keyring, Lang::Ja);
            wanted.extend(&ids);
            ids
        });
    }
    let stored = records::by_ids(&app.db, kind, &wanted, Scope::Keys(keyring)).await?;
    let stored: HashMap<Uuid, Record> = stored.into_iter().map(|record| (record.id, record)).collect();
    let mut used: Vec<Uuid> = Vec::new();
    for row in plan.rows.iter_mut().filter(|row| row.action == Action::Create && keyless(&row.record)) {
        let Some(target) = row.record.link(link.name) else { continue };
        let mut same = candidates.get(&target).into_iter().flatten().filter_map(|id| stored.get(id));
        if let Some(known) = same.find(|known| known.values == row.record.values && !used.contains(&known.id)) {
            used.push(known.id);
            row.action = Action::Unchanged;
            row.seen = known.version;
            row.record = known.clone();
        }
    }
    Ok(())
}
