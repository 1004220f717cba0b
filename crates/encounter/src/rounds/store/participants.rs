//! Participants with their attendees and the times at which they cannot come.

use crate::rounds::model::delegation::Attendance;
use crate::rounds::model::{Participant, Side};
use kernel::{Lang, Result, Uuid};
use std::collections::BTreeSet;
use store::{Line, Tx, Value, args};

pub(super) fn read(line: &Line<'_>) -> store::Result<Participant> {
    let (side, language, attendance): (String, String, String) =
        (line.get("side")?, line.get("language")?, line.get("attendance")?);
    Ok(Participant {
        id: line.get("id")?,
        side: Side::from_code(&side).unwrap_or(Side::B),
        party: line.get("party")?,
        name: line.get("name")?,
        name_en: line.get("name_en")?,
        room: line.get("room")?,
        most: line.get("most")?,
        most_per_day: line.get("most_per_day")?,
        language: Lang::from_tag(&language).unwrap_or(Lang::Ja),
        interpreter: line.get("interpreter")?,
        remote: line.get("remote")?,
        representatives: line.get("representatives")?,
        offer: line.get("offer")?,
        issue: line.get("issue")?,
        email: line.get("email")?,
        secret: line.get("secret")?,
        withdrawn: line.get("withdrawn")?,
        answered_at: line.get("answered_at")?,
        position: line.get("position")?,
        version: line.get("version")?,
        zone: line.get("zone")?,
        attendance: Attendance::from_code(&attendance),
        off: BTreeSet::new(),
        attendees: Vec::new(),
    })
}

const COLUMNS: &[&str] = &[
    "party",
    "name",
    "name_en",
    "room",
    "most",
    "most_per_day",
    "language",
    "interpreter",
    "remote",
    "representatives",
    "offer",
    "issue",
    "email",
    "withdrawn",
    "answered_at",
    "position",
    "zone",
    "attendance",
];

/// Adds participants, or stores the next version of those that are there; attendees and times go with them.
pub async fn put_participants(tx: &mut Tx, round: Uuid, participants: &[Participant]) -> Result<()> {
    let now = tx.now();
    let rows: Vec<Vec<Value>> = participants
        .iter()
        .map(|p| {
            args![
                p.id,
                round,
                p.side.code(),
                &p.secret,
                now,
                p.party,
                &p.name,
                &p.name_en,
                &p.room,
                p.most,
                p.most_per_day,
                p.language.tag(),
                p.interpreter,
                p.remote,
                &p.representatives,
                &p.offer,
                &p.issue,
                &p.email,
                p.withdrawn,
                p.answered_at,
                p.position,
                &p.zone,
                p.attendance.code()
            ]
        })
        .collect();
    let head = format!("INSERT INTO round_participant (id, round, side, secret, created_at, {})", COLUMNS.join(", "));
    let sets: Vec<String> = COLUMNS.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    let tail = format!(
        "ON CONFLICT (id) DO UPDATE SET {}, version = round_participant.version + 1, \
         merged_from = CASE WHEN round_participant.party = excluded.party THEN round_participant.merged_from END",
        sets.join(", ")
    );
    tx.insert_all(&head, &tail, rows).await?;
    put_people(tx, round, participants).await
}

/// Stores one participant that an editor had read in version `seen`. `false`: somebody was faster.
pub async fn save_participant(tx: &mut Tx, round: Uuid, participant: &Participant, seen: i64) -> Result<bool> {
    let sql = "SELECT version FROM round_participant WHERE id = $1";
    let now: Option<store::One<i64>> = tx.opt(sql, args![participant.id]).await?;
    if now.is_some_and(|store::One(version)| version != seen) {
        return Ok(false);
    }
    put_participants(tx, round, std::slice::from_ref(participant)).await?;
    Ok(true)
}

async fn put_people(tx: &mut Tx, round: Uuid, participants: &[Participant]) -> Result<()> {
    let ids: Vec<Uuid> = participants.iter().map(|p| p.id).collect();
    tx.run_within("DELETE FROM round_off WHERE participant IN (?)", &ids).await?;
    tx.run_within(
        "DELETE FROM round_attendee_off WHERE attendee IN (SELECT id FROM round_attendee WHERE participant IN (?))",
        &ids,
    )
    .await?;
    tx.run_within("DELETE FROM round_attendee WHERE participant IN (?)", &ids).await?;
    let (mut off, mut attendees, mut attendee_off) = (Vec::new(), Vec::new(), Vec::new());
    for p in participants {
        off.extend(p.off.iter().map(|at| args![p.id, *at, round]));
        for (position, a) in p.attendees.iter().enumerate() {
            attendees.push(args![a.id, round, p.id, &a.name, &a.email, a.person, position as i64]);
            attendee_off.extend(a.off.iter().map(|at| args![a.id, *at, round]));
        }
    }
    tx.insert_all("INSERT INTO round_off (participant, starts_at, round)", "", off).await?;
    tx.insert_all("INSERT INTO round_attendee (id, round, participant, name, email, person, position)", "", attendees)
        .await?;
    tx.insert_all("INSERT INTO round_attendee_off (attendee, starts_at, round)", "", attendee_off).await?;
    Ok(())
}

/// Takes a participant out with all that is theirs; only before anything was published.
pub async fn delete_participant(tx: &mut Tx, id: Uuid) -> Result<()> {
    for sql in [
        "DELETE FROM round_off WHERE participant = $1",
        "DELETE FROM round_attendee_off WHERE attendee IN (SELECT id FROM round_attendee WHERE participant = $1)",
        "DELETE FROM round_attendee WHERE participant = $1",
        "DELETE FROM round_wish WHERE asker = $1 OR asked = $1",
        "DELETE FROM round_presence WHERE meeting IN (SELECT id FROM round_meeting WHERE a = $1 OR b = $1)",
        "DELETE FROM round_meeting WHERE a = $1 OR b = $1",
        "DELETE FROM round_participant WHERE id = $1",
    ] {
        tx.run(sql, args![id]).await?;
    }
    Ok(())
}
