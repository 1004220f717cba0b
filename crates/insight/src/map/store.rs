//! All SQL of the map. Never here: rules, permissions.

use super::model::{Kind, Tie};
use chrono::{DateTime, Utc};
use kernel::audience::Audience;
use kernel::edtf::Edtf;
use kernel::{Error, Result, Uuid};
use serde_json::Value;
use std::collections::HashMap;
use store::{Db, One, Tx, args};

/// The consumer's name in the feed.
pub const CONSUMER: &str = "ties";

store::record! {
    struct Row {
        origin: Uuid,
        kind: String,
        a: Uuid,
        b: Uuid,
        period: String,
        weight: i64,
        proof_type: String,
        proof: Uuid,
        audiences: Value,
    }
}

/// Every tie by its origin.
pub async fn ties(db: &Db) -> Result<HashMap<Uuid, Vec<Tie>>> {
    let sql = "SELECT origin, kind, a, b, period, weight, proof_type, proof, audiences FROM tie ORDER BY origin, place";
    let rows: Vec<Row> = db.all(sql, args![]).await?;
    let mut found: HashMap<Uuid, Vec<Tie>> = HashMap::new();
    for row in rows {
        let Some(kind) = Kind::from_code(&row.kind) else { continue };
        // An audience that cannot be read opens to nobody.
        let audiences: Vec<Audience> = serde_json::from_value(row.audiences).unwrap_or_else(|_| vec![closed()]);
        found.entry(row.origin).or_default().push(Tie {
            kind,
            a: row.a,
            b: row.b,
            period: Edtf::parse(&row.period).ok(),
            weight: row.weight,
            proof: (row.proof_type, row.proof),
            audiences,
        });
    }
    Ok(found)
}

fn closed() -> Audience {
    Audience::from(kernel::Level::Me)
}

/// Replaces the ties of an origin.
pub async fn replace(tx: &mut Tx, origin: Uuid, ties: &[Tie]) -> Result<()> {
    tx.run("DELETE FROM tie WHERE origin = $1", args![origin]).await?;
    for (place, tie) in ties.iter().enumerate() {
        let sql = "INSERT INTO tie (origin, place, kind, a, b, period, weight, proof_type, proof, audiences) \
                   VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        let period = tie.period.map(|period| period.to_string()).unwrap_or_default();
        let (place, audiences) = (place as i64, serde_json::to_value(&tie.audiences).map_err(Error::internal)?);
        let args = args![
            origin,
            place,
            tie.kind.code(),
            tie.a,
            tie.b,
            period,
            tie.weight,
            tie.proof.0.as_str(),
            tie.proof.1,
            audiences
        ];
        tx.run(sql, args).await?;
    }
    Ok(())
}

/// Forgets every tie, before a rebuild.
pub async fn clear(tx: &mut Tx) -> Result<()> {
    tx.run("DELETE FROM tie", args![]).await?;
    Ok(())
}

/// Where a circle of readers sees parties, in hundred-thousandths of the map.
pub async fn places(db: &Db, circle: &str) -> Result<HashMap<Uuid, (i64, i64)>> {
    let found: Option<One<Value>> = db.opt("SELECT places FROM map_layout WHERE circle = $1", args![circle]).await?;
    Ok(found.and_then(|One(json)| serde_json::from_value(json).ok()).unwrap_or_default())
}

pub async fn keep_places(tx: &mut Tx, circle: &str, places: &HashMap<Uuid, (i64, i64)>) -> Result<()> {
    let (json, now) = (serde_json::to_value(places).map_err(Error::internal)?, tx.now());
    let sql = "INSERT INTO map_layout (circle, places, updated_at) VALUES ($1, $2, $3) \
               ON CONFLICT (circle) DO UPDATE SET places = excluded.places, updated_at = excluded.updated_at";
    tx.run(sql, args![circle, json, now]).await?;
    Ok(())
}

store::record! {
    struct NameRow {
        id: Uuid,
        name_ja: String,
        name_en: String,
        members: Value,
    }
}

/// A name that staff gave, with the parties that were in the community then.
#[derive(Debug, Clone, PartialEq)]
pub struct CommunityName {
    pub id: Uuid,
    pub ja: String,
    pub en: String,
    pub members: Vec<Uuid>,
}

/// Every name, the newest first.
pub async fn community_names(db: &Db) -> Result<Vec<CommunityName>> {
    let sql = "SELECT id, name_ja, name_en, members FROM map_community ORDER BY named_at DESC, id DESC";
    let rows: Vec<NameRow> = db.all(sql, args![]).await?;
    Ok(rows
        .into_iter()
        .map(|row| CommunityName {
            id: row.id,
            ja: row.name_ja,
            en: row.name_en,
            members: serde_json::from_value(row.members).unwrap_or_default(),
        })
        .collect())
}

pub async fn put_community_name(tx: &mut Tx, name: &CommunityName, by: &str) -> Result<()> {
    let (members, now) = (serde_json::to_value(&name.members).map_err(Error::internal)?, tx.now());
    let sql = "INSERT INTO map_community (id, name_ja, name_en, members, named_by, named_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    tx.run(sql, args![name.id, name.ja.as_str(), name.en.as_str(), members, by, now]).await?;
    Ok(())
}

store::record! {
    /// A list of introductions that somebody kept.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KeptBridges {
        pub id: Uuid,
        pub account: Uuid,
        pub left_group: String,
        pub right_group: String,
        pub reach: i64,
        pub pairs: Value,
        pub kept_at: DateTime<Utc>,
    }
}

const KEPT: &str = "SELECT id, account, left_group, right_group, reach, pairs, kept_at FROM map_bridges";

/// The lists that an account kept, newest first.
pub async fn kept_bridges(db: &Db, account: Uuid) -> Result<Vec<KeptBridges>> {
    Ok(db.all(format!("{KEPT} WHERE account = $1 ORDER BY kept_at DESC, id DESC LIMIT 50"), args![account]).await?)
}

/// One list, if the account kept it.
pub async fn kept(db: &Db, account: Uuid, id: Uuid) -> Result<Option<KeptBridges>> {
    Ok(db.opt(format!("{KEPT} WHERE account = $1 AND id = $2"), args![account, id]).await?)
}

pub async fn keep_bridges(tx: &mut Tx, list: &KeptBridges) -> Result<()> {
    let sql = "INSERT INTO map_bridges (id, account, left_group, right_group, reach, pairs, kept_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let args = args![
        list.id,
        list.account,
        list.left_group.as_str(),
        list.right_group.as_str(),
        list.reach,
        list.pairs.clone(),
        list.kept_at
    ];
    tx.run(sql, args).await?;
    Ok(())
}
