//! Rounds of a party that becomes another one, and of a person who attends.

use kernel::{Result, Uuid};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

/// What a merge did to rounds, for its undo.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    pub participants: Vec<Named>,
    pub attendees: Vec<Uuid>,
    /// The rounds in which something moved.
    pub rounds: Vec<Uuid>,
}

/// A participant that another party stands behind now, and which one it had been in an earlier merge.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Named {
    pub id: Uuid,
    pub merged_from: Option<Uuid>,
}

type Found = (Uuid, Uuid, Option<Uuid>);

/// Names every participant and attendee `from` as `to`. Where both take part in one round, both stay: each has meetings of
/// its own. Whoever has a participant's form open reads it again.
pub async fn move_party(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Moved> {
    let sql = "SELECT id, round, merged_from FROM round_participant WHERE party = $1 ORDER BY id";
    let found: Vec<Found> = tx.all(sql, args![from]).await?;
    let sql = "UPDATE round_participant SET party = $2, version = version + 1, merged_from = CASE \
               WHEN merged_from IS NOT NULL THEN merged_from \
               WHEN EXISTS (SELECT 1 FROM round_participant o WHERE o.round = round_participant.round AND o.party = $2) \
               THEN $1 END WHERE party = $1";
    tx.run(sql, args![from, to]).await?;
    let sql = "UPDATE round_attendee SET person = $2 WHERE person = $1 RETURNING id, round";
    let attend: Vec<(Uuid, Uuid)> = tx.all(sql, args![from, to]).await?;
    let mut rounds: Vec<Uuid> =
        found.iter().map(|(_, round, _)| *round).chain(attend.iter().map(|(_, round)| *round)).collect();
    rounds.sort_unstable();
    rounds.dedup();
    Ok(Moved {
        participants: found.into_iter().map(|(id, _, merged_from)| Named { id, merged_from }).collect(),
        attendees: attend.into_iter().map(|(id, _)| id).collect(),
        rounds,
    })
}

/// Puts back what [`move_party`] moved and what still names the survivor.
pub async fn move_back(tx: &mut Tx, moved: &Moved, from: Uuid, to: Uuid) -> Result<()> {
    for Named { id, merged_from } in &moved.participants {
        let sql = "UPDATE round_participant SET party = $3, merged_from = $4, version = version + 1 \
                   WHERE id = $1 AND party = $2";
        tx.run(sql, args![*id, to, from, *merged_from]).await?;
    }
    for id in &moved.attendees {
        tx.run("UPDATE round_attendee SET person = $3 WHERE id = $1 AND person = $2", args![*id, to, from]).await?;
    }
    Ok(())
}
