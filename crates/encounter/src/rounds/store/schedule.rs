//! What one participant sees: its own published meetings and the names of those it meets, and nothing else of the round.

use super::versions::{PUBLISHED, read_published};
use super::{participants, read_attendee, read_wish};
use crate::rounds::model::Dossier;
use crate::rounds::model::grid::Grid;
use crate::rounds::records::ROUND;
use chrono::{DateTime, Utc};
use kernel::{Error, Result, Uuid};
use std::collections::BTreeSet;
use store::records::{self, Scope};
use store::{Db, Select, Value, args};

/// The round as one participant knows it: itself, its counterparts, its published meetings, the wishes between them.
pub async fn own(db: &Db, usual: chrono_tz::Tz, round: Uuid, who: Uuid) -> Result<Dossier> {
    let record = records::find(db, &ROUND, round, Scope::Everything).await?.ok_or(Error::NotFound)?;
    let sql = format!("{PUBLISHED} WHERE p.a = $1 OR p.b = $1 ORDER BY p.starts_at, p.meeting");
    let mut meetings = db.all_with(sql, args![who], read_published).await?;
    meetings.retain(|m| m.has(who));
    let others: BTreeSet<Uuid> = meetings.iter().flat_map(|m| [m.a, m.b]).chain([who]).collect();
    let ids: Vec<Value> = others.into_iter().map(Value::from).collect();
    // By key alone: asked for the round and its order too, a database may rather read all who take part.
    let (sql, values) = Select::new("SELECT * FROM round_participant").within("id", Some(ids)).into_parts();
    let mut people = db.all_with(sql, values, participants::read).await?;
    people.sort_by_key(|p| (p.side, p.position, p.id));
    // Only the own side's people are named to it.
    let sql = "SELECT participant, id, name, email, person FROM round_attendee WHERE round = $1 AND participant = $2 ORDER BY position, id";
    let attendees = db.all_with(sql, args![round, who], read_attendee).await?;
    if let Some(own) = people.iter_mut().find(|p| p.id == who) {
        own.attendees = attendees.into_iter().map(|(_, attendee)| attendee).collect();
    }
    let grid = Grid::of(&record, usual).map_err(Error::Conflict)?;
    let mut dossier = Dossier::new(record, grid, people);
    dossier.participant(who).ok_or(Error::NotFound)?;
    let sql = "SELECT asker, asked, wish, note, suggested FROM round_wish WHERE asker = $1 UNION ALL \
               SELECT asker, asked, wish, note, suggested FROM round_wish WHERE asked = $1 ORDER BY 1, 2";
    let wishes = db.all_with(sql, args![who], read_wish).await?;
    dossier.wishes = wishes.into_iter().collect();
    dossier.meetings = meetings;
    Ok(dossier)
}

store::record! {
    /// A published meeting to come.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Next {
        pub round: Uuid,
        pub participant: Uuid,
        pub meeting: Uuid,
        pub starts_at: DateTime<Utc>,
    }
}

/// The next published meeting of a party in each of its rounds, from an instant on.
pub async fn next_of(db: &Db, party: Uuid, from: DateTime<Utc>) -> Result<Vec<Next>> {
    let sql = "SELECT p.round, w.id AS participant, p.meeting, p.starts_at FROM round_participant AS w \
               JOIN round_published AS p ON p.a = w.id OR p.b = w.id JOIN round AS r ON r.id = p.round \
               WHERE w.party = $1 AND p.starts_at >= $2 AND p.state = 'planned' AND r.state = 'published' AND r.deleted_at IS NULL \
               ORDER BY p.starts_at, p.meeting LIMIT 50";
    let mut found: Vec<Next> = db.all(sql, args![party, from]).await?;
    let mut seen = BTreeSet::new();
    found.retain(|next| seen.insert(next.round));
    Ok(found)
}

store::record! {
    /// A round that waits for an answer of a party.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Asked {
        pub round: Uuid,
        pub participant: Uuid,
    }
}

/// Rounds that ask a party for its wishes and have no answer yet.
pub async fn asked_of(db: &Db, party: Uuid) -> Result<Vec<Asked>> {
    let sql = "SELECT w.round, w.id AS participant FROM round_participant AS w JOIN round AS r ON r.id = w.round \
               WHERE w.party = $1 AND w.answered_at IS NULL AND w.withdrawn = FALSE AND r.state = 'asking' AND r.deleted_at IS NULL \
               ORDER BY r.created_at, w.id";
    Ok(db.all(sql, args![party]).await?)
}

store::record! {
    /// What somebody wrote down after a meeting of a party: whose it is, not the words.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Written {
        pub round: Uuid,
        pub meeting: Uuid,
        /// The party's own side: a or b.
        pub own: String,
        /// The other participant: its name in both languages, and its party.
        pub name: String,
        pub name_en: String,
        pub other: Option<Uuid>,
        /// Whose words they are: a, b, or both.
        pub side: String,
        pub written_at: DateTime<Utc>,
    }
}

/// Everything that was written down after meetings of a party, the newest first.
pub async fn written_of(db: &Db, party: Uuid) -> Result<Vec<Written>> {
    // One search a side: with both in one condition a database reads every outcome there is.
    let of_side = |own: &str, other: &str| {
        format!(
            "SELECT m.round AS round, m.id AS meeting, p.side AS own, q.name AS name, q.name_en AS name_en, q.party AS other, \
             o.side AS side, o.written_at AS written_at FROM round_participant p JOIN round_meeting m ON m.{own} = p.id \
             JOIN round_participant q ON q.id = m.{other} JOIN round_outcome o ON o.meeting = m.id AND o.words <> '' \
             WHERE p.party = $1"
        )
    };
    let (a, b) = (of_side("a", "b"), of_side("b", "a"));
    let sql = format!("{a} UNION ALL {b} ORDER BY written_at DESC, meeting, side LIMIT 300");
    Ok(db.all(sql, args![party]).await?)
}
