//! What the change feed holds about a gathering and its programme, deleted parts too.

use chrono::{DateTime, Utc};
use kernel::{Result, Uuid};
use serde_json::Value;
use store::{Db, One, args};

store::record! {
    /// One change, without who made it.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Noted {
        pub seq: i64,
        pub at: DateTime<Utc>,
        pub record_type: String,
        pub record_id: Uuid,
        pub before: Option<Value>,
        pub after: Option<Value>,
    }
}

/// The changes of a gathering, its sessions and their speakers, the oldest first.
pub async fn programme_changes(db: &Db, gathering: Uuid) -> Result<Vec<Noted>> {
    let columns = "c.seq, c.at, c.record_type, c.record_id, c.before, c.after";
    let of_gathering =
        format!("SELECT {columns} FROM change c WHERE c.record_type = 'gathering' AND c.record_id = $1 ORDER BY c.seq");
    let of_sessions = format!(
        "SELECT {columns} FROM gathering_session s JOIN change c ON c.record_type = 'gathering_session' AND c.record_id = s.id \
         WHERE s.gathering = $1 ORDER BY c.seq"
    );
    let of_speakers = format!(
        "SELECT {columns} FROM gathering_session s JOIN speaker p ON p.session = s.id \
         JOIN change c ON c.record_type = 'speaker' AND c.record_id = p.id WHERE s.gathering = $1 ORDER BY c.seq"
    );
    let mut found: Vec<Noted> = Vec::new();
    for sql in [of_gathering, of_sessions, of_speakers] {
        found.extend(db.all::<Noted>(sql, args![gathering]).await?);
    }
    found.sort_by_key(|noted| noted.seq);
    Ok(found)
}

/// The speakers of all sessions of a gathering.
pub async fn speakers_of(db: &Db, gathering: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT p.id FROM gathering_session s JOIN speaker p ON p.session = s.id \
               WHERE s.gathering = $1 AND s.deleted_at IS NULL AND p.deleted_at IS NULL";
    Ok(db.all::<One<Uuid>>(sql, args![gathering]).await?.into_iter().map(|One(id)| id).collect())
}
