//! All SQL of duplicates: gathering what is compared, pairs and decisions, merges and old addresses.
//!
//! Never here: rules; the order of a merge.

use super::evidence::{Class, Finding, Pair, Reason};
use super::profile::Facts;
use ::store::records::{self, Scope};
use ::store::{Db, One, Select, Tx, Value, args, record};
use chrono::{DateTime, Utc};
use kernel::record::{FieldValue, Kind, RecordType};
use kernel::{Actor, Error, Result, Text, Uuid};
use std::collections::{HashMap, HashSet};
use web::App;

/// Records in one read.
const BATCH: i64 = 1_000;
/// Open pairs that are kept, the surest first; nobody reads more.
const KEPT: usize = 5_000;

/// Everything that a comparison asks about records of a type: all of them, or those with these ids.
pub(super) async fn facts(
    app: &App,
    kind: &'static RecordType,
    ids: Option<&[Uuid]>,
    scope: Scope<'_>,
) -> Result<Vec<Facts>> {
    let db = &app.db;
    let mut found: Vec<Facts> = Vec::new();
    match ids {
        Some(ids) => found.extend(records::by_ids(db, kind, ids, scope).await?.into_iter().map(Facts::alone)),
        None => {
            let mut after = None;
            loop {
                let batch = records::all(db, kind, after, BATCH, scope).await?;
                let Some(last) = batch.last().map(|record| record.id) else { break };
                after = Some(last);
                found.extend(batch.into_iter().map(Facts::alone));
            }
        }
    }
    let places: HashMap<Uuid, usize> =
        found.iter().enumerate().map(|(place, facts)| (facts.record.id, place)).collect();
    add_aliases(db, &mut found, &places, ids).await?;
    add_relations(db, &mut found, &places, ids).await?;
    if kind.key == "person" {
        add_affiliations(app, &mut found, &places, ids).await?;
    }
    for facts in &mut found {
        facts.held_apart.extend(facts.record.link("parent"));
        let home = facts.record.link("organization").and_then(|home| app.catalogue.entry(home, &everything()));
        facts.home_names.extend(home.map(|home| home.title));
    }
    Ok(found)
}

/// The keys of the program itself: comparing sees all, showing does not.
pub(super) fn everything() -> kernel::audience::Keyring {
    Actor::system("duplicates").keyring()
}

fn among(select: Select, column: &str, ids: Option<&[Uuid]>) -> Select {
    select.within(column, ids.map(|ids| ids.iter().take(500).map(|id| Value::from(*id)).collect()))
}

async fn add_aliases(db: &Db, found: &mut [Facts], places: &HashMap<Uuid, usize>, ids: Option<&[Uuid]>) -> Result<()> {
    let select = Select::new("SELECT party, name, kind FROM alias").and("deleted_at IS NULL", Some(Vec::new()));
    let rows: Vec<(Uuid, serde_json::Value, Option<String>)> = among(select, "party", ids).all(db).await?;
    for (party, name, kind) in rows {
        let Some(FieldValue::Text(name)) = FieldValue::from_json(&Kind::Text { max: 0 }, &name) else { continue };
        if let Some(facts) = places.get(&party).and_then(|place| found.get_mut(*place)) {
            facts.aliases.push((name, kind.as_deref() == Some("abbreviation")));
        }
    }
    Ok(())
}

async fn add_relations(
    db: &Db,
    found: &mut [Facts],
    places: &HashMap<Uuid, usize>,
    ids: Option<&[Uuid]>,
) -> Result<()> {
    let select = Select::new("SELECT \"from\", \"to\" FROM relation").and("deleted_at IS NULL", Some(Vec::new()));
    let rows: Vec<(Uuid, Uuid)> = among(select, "\"from\"", ids).all(db).await?;
    for (from, to) in rows {
        if let Some(facts) = places.get(&from).and_then(|place| found.get_mut(*place)) {
            facts.held_apart.push(to);
        }
    }
    Ok(())
}

async fn add_affiliations(
    app: &App,
    found: &mut [Facts],
    places: &HashMap<Uuid, usize>,
    ids: Option<&[Uuid]>,
) -> Result<()> {
    let select = Select::new("SELECT person, party FROM role").and("deleted_at IS NULL", Some(Vec::new()));
    let rows: Vec<(Uuid, Uuid)> = among(select, "person", ids).all(&app.db).await?;
    let keys = everything();
    for (person, party) in rows {
        let Some(facts) = places.get(&person).and_then(|place| found.get_mut(*place)) else { continue };
        let house = app.catalogue.entry(party, &keys).and_then(|entry| entry.link("organization"));
        for body in [Some(party), house].into_iter().flatten() {
            if !facts.affiliations.contains(&body) {
                facts.affiliations.push(body);
            }
        }
    }
    Ok(())
}

/// Records of a type that share an identifier, the website's host or the e-mail address with a new one.
pub(super) async fn reached_alike(db: &Db, record: &kernel::record::Record) -> Result<Vec<Uuid>> {
    let mut ids = Vec::new();
    for field in record.kind.fields {
        let value = record.plain(field.name);
        if value.is_empty() {
            continue;
        }
        let (condition, value) = match field.kind {
            Kind::Identifier(_) => (format!("\"{}\" = $1", field.name), value.to_owned()),
            Kind::Email => (format!("lower(\"{}\") = $1", field.name), value.to_lowercase()),
            Kind::Url => {
                let host = url::Url::parse(value)
                    .ok()
                    .and_then(|url| url.host_str().map(|h| h.trim_start_matches("www.").to_lowercase()));
                let Some(host) = host else { continue };
                (format!("lower(\"{}\") LIKE $1", field.name), format!("%{}%", host.replace(['%', '_'], "")))
            }
            _ => continue,
        };
        let sql = format!("SELECT id FROM {} WHERE deleted_at IS NULL AND {condition} LIMIT 20", record.kind.key);
        ids.extend(db.all::<One<Uuid>>(sql, args![value]).await?.into_iter().map(|One(id)| id));
    }
    Ok(ids)
}

record! {
    /// A row of `duplicate_pair`.
    struct PairRow {
        pub one: Uuid,
        pub other: Uuid,
        pub record_type: String,
        pub class: i64,
        pub reasons: serde_json::Value,
    }
}

fn class_number(class: Class) -> i64 {
    match class {
        Class::Possible => 1,
        Class::Likely => 2,
        Class::Certain => 3,
    }
}

impl PairRow {
    fn read(self) -> Pair {
        let class = match self.class {
            3 => Class::Certain,
            2 => Class::Likely,
            _ => Class::Possible,
        };
        let reasons: Vec<Reason> = serde_json::from_value(self.reasons).unwrap_or_default();
        Pair { one: self.one, other: self.other, record_type: self.record_type, finding: Finding { class, reasons } }
    }
}

/// Open pairs, the surest first, of one type or all, after a number of them.
pub(super) async fn open_pairs(db: &Db, record_type: Option<&str>, skip: i64, limit: i64) -> Result<Vec<Pair>> {
    let select = Select::new("SELECT one, other, record_type, class, reasons FROM duplicate_pair")
        .and("state = 'open'", Some(Vec::new()))
        .and("record_type = ?", record_type.map(|t| args![t]))
        .then("ORDER BY class DESC, one, other LIMIT ? OFFSET ?", args![limit, skip]);
    Ok(select.all::<PairRow>(db).await?.into_iter().map(PairRow::read).collect())
}

/// The pair as it was found, open or decided.
pub(super) async fn pair(db: &Db, one: Uuid, other: Uuid) -> Result<Option<Pair>> {
    let sql = "SELECT one, other, record_type, class, reasons FROM duplicate_pair WHERE one = $1 AND other = $2";
    Ok(db.opt::<PairRow>(sql, args![one.min(other), one.max(other)]).await?.map(PairRow::read))
}

/// Feed position of the last check, and when it was.
pub(super) async fn last_check(db: &Db) -> Result<Option<(i64, DateTime<Utc>)>> {
    Ok(db.opt("SELECT feed_seq, checked_at FROM duplicate_check WHERE one = 1", args![]).await?)
}

/// Replaces the open pairs by what a check found. Decisions stay, also those about records that were merged since.
pub(super) async fn keep(tx: &mut Tx, pairs: &[Pair], feed_seq: i64, records: i64) -> Result<()> {
    let now = tx.now();
    tx.run("DELETE FROM duplicate_pair WHERE state = 'open'", args![]).await?;
    let decided: Vec<(Uuid, Uuid)> =
        tx.all("SELECT one, other FROM duplicate_pair WHERE state = 'different'", args![]).await?;
    let moved: HashMap<Uuid, Uuid> =
        tx.all::<(Uuid, Uuid)>("SELECT old_id, survivor FROM merged_from", args![]).await?.into_iter().collect();
    let today = |mut id: Uuid| {
        for _ in 0..CHAIN {
            match moved.get(&id) {
                Some(next) => id = *next,
                None => break,
            }
        }
        id
    };
    let different: HashSet<(Uuid, Uuid)> = decided
        .into_iter()
        .map(|(one, other)| (today(one), today(other)))
        .map(|(one, other)| (one.min(other), one.max(other)))
        .collect();
    let sql = "INSERT INTO duplicate_pair (one, other, record_type, class, reasons, state, found_at) VALUES ($1, $2, $3, $4, $5, 'open', $6) ON CONFLICT DO NOTHING";
    for pair in pairs.iter().filter(|p| !different.contains(&(p.one, p.other))).take(KEPT) {
        let reasons = serde_json::to_value(&pair.finding.reasons).map_err(Error::internal)?;
        tx.run(sql, args![pair.one, pair.other, &pair.record_type, class_number(pair.finding.class), reasons, now])
            .await?;
    }
    let sql = "INSERT INTO duplicate_check (one, feed_seq, checked_at, records) VALUES (1, $1, $2, $3) \
               ON CONFLICT (one) DO UPDATE SET feed_seq = $1, checked_at = $2, records = $3";
    tx.run(sql, args![feed_seq, now, records]).await?;
    Ok(())
}

/// Remembers that two records are two things, or opens the question again.
pub(super) async fn decide(
    tx: &mut Tx,
    record_type: &str,
    one: Uuid,
    other: Uuid,
    different: bool,
    by: Option<Uuid>,
) -> Result<()> {
    let (one, other, now) = (one.min(other), one.max(other), tx.now());
    let sql = "INSERT INTO duplicate_pair (one, other, record_type, class, reasons, state, found_at, decided_at, decided_by) \
               VALUES ($1, $2, $3, 1, $4, $5, $6, $6, $7) \
               ON CONFLICT (one, other) DO UPDATE SET state = $5, decided_at = $6, decided_by = $7";
    let state = if different { "different" } else { "open" };
    tx.run(sql, args![one, other, record_type, serde_json::json!([]), state, now, by]).await?;
    Ok(())
}

/// Drops the open pairs of a record that is no more.
pub(super) async fn drop_open(tx: &mut Tx, id: Uuid) -> Result<()> {
    tx.run("DELETE FROM duplicate_pair WHERE state = 'open' AND (one = $1 OR other = $1)", args![id]).await?;
    Ok(())
}

/// Longest row of merges into merges that is followed.
const CHAIN: usize = 32;

/// The record that stands for a merged one today, through any number of merges.
pub(super) async fn resolve(db: &Db, old: Uuid) -> Result<Option<Uuid>> {
    let mut at = old;
    for _ in 0..CHAIN {
        match db.opt::<One<Uuid>>("SELECT survivor FROM merged_from WHERE old_id = $1", args![at]).await? {
            Some(One(next)) => at = next,
            None => break,
        }
    }
    Ok((at != old).then_some(at))
}

record! {
    /// A row of `record_merge`.
    #[derive(Debug, Clone)]
    pub(super) struct MergeRow {
        pub id: Uuid,
        pub record_type: String,
        pub survivor: Uuid,
        pub loser: Uuid,
        pub journal: serde_json::Value,
        pub label: String,
        pub merged_at: DateTime<Utc>,
        pub undone_at: Option<DateTime<Utc>>,
    }
}

const MERGES: &str = "SELECT id, record_type, survivor, loser, journal, label, merged_at, undone_at FROM record_merge";

/// Merges that stand, newest first.
pub(super) async fn recent_merges(db: &Db, limit: i64) -> Result<Vec<MergeRow>> {
    Ok(db
        .all(format!("{MERGES} WHERE undone_at IS NULL ORDER BY merged_at DESC, id DESC LIMIT $1"), args![limit])
        .await?)
}

pub(super) async fn merge_row(tx: &mut Tx, id: Uuid) -> Result<MergeRow> {
    tx.lock("record_merge", id).await?;
    Ok(tx.one(format!("{MERGES} WHERE id = $1"), args![id]).await?)
}

pub(super) async fn insert_merge(tx: &mut Tx, row: &MergeRow, by: Option<Uuid>) -> Result<()> {
    let sql = "INSERT INTO record_merge (id, record_type, survivor, loser, journal, label, merged_at, merged_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    tx.run(
        sql,
        args![row.id, &row.record_type, row.survivor, row.loser, row.journal.clone(), &row.label, row.merged_at, by],
    )
    .await?;
    Ok(())
}

pub(super) async fn mark_undone(tx: &mut Tx, id: Uuid, by: Option<Uuid>) -> Result<()> {
    tx.run("DELETE FROM merged_from WHERE merge_id = $1", args![id]).await?;
    tx.run("UPDATE record_merge SET undone_at = $2, undone_by = $3 WHERE id = $1", args![id, tx.now(), by]).await?;
    Ok(())
}

/// Where the old address leads from now on.
pub(super) async fn redirect(tx: &mut Tx, loser: &kernel::record::Record, survivor: Uuid, merge: Uuid) -> Result<()> {
    let identifiers: serde_json::Map<String, serde_json::Value> = loser
        .kind
        .fields
        .iter()
        .filter(|field| matches!(field.kind, Kind::Identifier(_)) && !loser.plain(field.name).is_empty())
        .map(|field| (field.name.to_owned(), loser.plain(field.name).into()))
        .collect();
    let sql = "INSERT INTO merged_from (old_id, record_type, code, identifiers, survivor, merge_id) VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, args![loser.id, loser.kind.key, &loser.code, serde_json::Value::Object(identifiers), survivor, merge])
        .await?;
    Ok(())
}

/// Live records whose link field, of either shape, names `target`.
pub(super) async fn linking(
    tx: &mut Tx,
    kind: &RecordType,
    field: &kernel::record::Field,
    target: Uuid,
) -> Result<Vec<Uuid>> {
    let select = Select::new(&format!("SELECT id FROM {}", kind.key)).and("deleted_at IS NULL", Some(Vec::new()));
    let select = match field.kind {
        Kind::Links(_) => {
            select.and(&format!("CAST(\"{}\" AS TEXT) LIKE ?", field.name), Some(args![format!("%{target}%")]))
        }
        _ => select.and(&format!("\"{}\" = ?", field.name), Some(args![target])),
    };
    let found: Vec<One<Uuid>> = select.then("ORDER BY id", Vec::new()).all_in(tx).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}

/// Live records of a type that are open to a party by name.
pub(super) async fn open_to(tx: &mut Tx, kind: &RecordType, party: Uuid) -> Result<Vec<Uuid>> {
    let sql = format!(
        "SELECT id FROM {} WHERE deleted_at IS NULL AND id IN (SELECT record_id FROM audience_party WHERE party_id = $1) ORDER BY id",
        kind.key
    );
    Ok(tx.all::<One<Uuid>>(sql, args![party]).await?.into_iter().map(|One(id)| id).collect())
}

/// Takes a record out of use; the feed says that it was merged.
pub(super) async fn retire(
    tx: &mut Tx,
    actor: &Actor,
    record: &kernel::record::Record,
    now: DateTime<Utc>,
) -> Result<()> {
    let sql = format!(
        "UPDATE {} SET deleted_at = $2, updated_at = $2, version = version + 1 WHERE id = $1 AND version = $3 AND deleted_at IS NULL",
        record.kind.key
    );
    if tx.run(sql, args![record.id, now, record.version]).await? == 0 {
        return Err(Error::Busy);
    }
    let verb = kernel::change::Verb::Other("merged".to_owned());
    tx.note(
        actor,
        kernel::Change {
            verb,
            record_type: record.kind.key,
            record_id: record.id,
            before: Some(record.to_json()),
            after: None,
        },
    );
    Ok(())
}

/// The titles of all parties with a name text, for messages.
pub(super) fn called(title: &Text) -> (String, String) {
    (title.say(kernel::Lang::Ja).to_owned(), title.say(kernel::Lang::En).to_owned())
}
