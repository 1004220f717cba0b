//! All SQL of rounds. Reading takes whole rounds: one has at most some thousand rows.
//!
//! Never here: rules, permissions, words.

mod meetings;
mod runs;
mod versions;

pub use meetings::{
    SpotTaken, delete_unpublished, insert_meeting, meeting, meetings, meetings_in, replace_plan, save_meeting,
};
pub use runs::{Run, begin_run, finish_run, mark_accepted, run, runs, set_job};
pub use runs::{Sheet, keep_sheet, mark_taken, sheet};
pub use versions::{
    Delay, NewVersion, Outcome, Version, add_version, delays, newest_version, newest_version_in, outcomes, put_delay,
    put_outcome, versions,
};

use super::model::grid::Grid;
use super::model::{Dossier, Participant, Side, Wish, Wished};
use super::records::ROUND;
use chrono::{DateTime, Utc};
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid};
use std::collections::{BTreeMap, BTreeSet};
use store::records::{self, Scope};
use store::{Db, Line, Tx, args};

const PARTICIPANTS: &str = "SELECT * FROM round_participant WHERE round = $1 ORDER BY side, position, id";
const OFF: &str = "SELECT participant, starts_at FROM round_off WHERE round = $1 ORDER BY participant, starts_at";
const WISHES: &str = "SELECT asker, asked, wish, note FROM round_wish WHERE round = $1 ORDER BY asker, asked";

fn read_participant(line: &Line<'_>) -> store::Result<Participant> {
    let (side, language): (String, String) = (line.get("side")?, line.get("language")?);
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
        off: BTreeSet::new(),
    })
}

type OffRow = (Uuid, DateTime<Utc>);
type WishRow = (Uuid, Uuid, String, String);

fn read_wish(line: &Line<'_>) -> store::Result<WishRow> {
    Ok((line.at(0)?, line.at(1)?, line.at(2)?, line.at(3)?))
}

fn put_together(
    round: Record,
    usual: chrono_tz::Tz,
    mut participants: Vec<Participant>,
    off: Vec<OffRow>,
    wishes: Vec<WishRow>,
    meetings: Vec<super::model::Meeting>,
) -> Result<Dossier> {
    let mut by_id: BTreeMap<Uuid, BTreeSet<DateTime<Utc>>> = BTreeMap::new();
    for (participant, at) in off {
        by_id.entry(participant).or_default().insert(at);
    }
    for participant in &mut participants {
        participant.off = by_id.remove(&participant.id).unwrap_or_default();
    }
    let wishes = wishes.into_iter().filter_map(|(asker, asked, wish, note)| {
        Some(((asker, asked), Wished { wish: Wish::from_code(&wish)?, note }))
    });
    let grid = Grid::of(&round, usual).map_err(Error::Conflict)?;
    Ok(Dossier { grid, participants, wishes: wishes.collect(), meetings, round })
}

/// Everything about a round. The record is read whatever its audience: who may see what is the caller's question.
pub async fn dossier(db: &Db, usual: chrono_tz::Tz, id: Uuid) -> Result<Dossier> {
    let round = records::find(db, &ROUND, id, Scope::Everything).await?.ok_or(Error::NotFound)?;
    let participants = db.all_with(PARTICIPANTS, args![id], read_participant).await?;
    let off: Vec<OffRow> = db.all(OFF, args![id]).await?;
    let wishes = db.all_with(WISHES, args![id], read_wish).await?;
    let meetings = meetings(db, id).await?;
    put_together(round, usual, participants, off, wishes, meetings)
}

/// The same inside a write, with the round held against other writers.
pub async fn dossier_in(tx: &mut Tx, usual: chrono_tz::Tz, id: Uuid) -> Result<Dossier> {
    tx.lock("round", id).await?;
    let round = records::in_tx(tx, &ROUND, id).await?.filter(|r| r.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let participants = tx.all_with(PARTICIPANTS, args![id], read_participant).await?;
    let off: Vec<OffRow> = tx.all(OFF, args![id]).await?;
    let wishes = tx.all_with(WISHES, args![id], read_wish).await?;
    let meetings = meetings_in(tx, id).await?;
    put_together(round, usual, participants, off, wishes, meetings)
}

/// Round and participant that a secret opens.
pub async fn by_secret(db: &Db, secret: &str) -> Result<Option<(Uuid, Uuid)>> {
    Ok(db.opt("SELECT round, id FROM round_participant WHERE secret = $1", args![secret]).await?)
}

/// Adds a participant, or stores one that is there again. `off` goes with it.
pub async fn put_participant(tx: &mut Tx, round: Uuid, p: &Participant) -> Result<()> {
    let now = tx.now();
    let sql = "INSERT INTO round_participant (id, round, side, party, name, name_en, room, most, most_per_day, language, interpreter, \
               remote, representatives, offer, issue, email, secret, withdrawn, answered_at, position, created_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) \
               ON CONFLICT (id) DO UPDATE SET party = excluded.party, name = excluded.name, name_en = excluded.name_en, room = excluded.room, \
               most = excluded.most, most_per_day = excluded.most_per_day, language = excluded.language, interpreter = excluded.interpreter, \
               remote = excluded.remote, representatives = excluded.representatives, offer = excluded.offer, issue = excluded.issue, \
               email = excluded.email, withdrawn = excluded.withdrawn, answered_at = excluded.answered_at, position = excluded.position";
    let args = args![
        p.id,
        round,
        p.side.code(),
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
        &p.secret,
        p.withdrawn,
        p.answered_at,
        p.position,
        now
    ];
    tx.run(sql, args).await?;
    tx.run("DELETE FROM round_off WHERE participant = $1", args![p.id]).await?;
    for at in &p.off {
        let sql = "INSERT INTO round_off (participant, starts_at, round) VALUES ($1, $2, $3)";
        tx.run(sql, args![p.id, *at, round]).await?;
    }
    Ok(())
}

/// Takes a participant out with all that is theirs; only before anything was published.
pub async fn delete_participant(tx: &mut Tx, id: Uuid) -> Result<()> {
    for sql in [
        "DELETE FROM round_off WHERE participant = $1",
        "DELETE FROM round_wish WHERE asker = $1 OR asked = $1",
        "DELETE FROM round_meeting WHERE a = $1 OR b = $1",
        "DELETE FROM round_participant WHERE id = $1",
    ] {
        tx.run(sql, args![id]).await?;
    }
    Ok(())
}

/// Stores a wish; `None` takes it away.
pub async fn put_wish(tx: &mut Tx, round: Uuid, pair: (Uuid, Uuid), wished: Option<&Wished>) -> Result<()> {
    let Some(wished) = wished else {
        tx.run("DELETE FROM round_wish WHERE asker = $1 AND asked = $2", args![pair.0, pair.1]).await?;
        return Ok(());
    };
    let sql = "INSERT INTO round_wish (asker, asked, round, wish, note) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT (asker, asked) DO UPDATE SET wish = excluded.wish, note = excluded.note";
    tx.run(sql, args![pair.0, pair.1, round, wished.wish.code(), &wished.note]).await?;
    Ok(())
}

/// Directory records that take part.
pub async fn linked_parties(tx: &mut Tx, round: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT party FROM round_participant WHERE round = $1 AND party IS NOT NULL ORDER BY party";
    let found: Vec<store::One<Uuid>> = tx.all(sql, args![round]).await?;
    Ok(found.into_iter().map(|store::One(id)| id).collect())
}
