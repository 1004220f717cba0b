//! All SQL of rounds. Officers' pages read whole rounds, a personal schedule only its own rows; what is written in numbers
//! is written in batches.
//!
//! Never here: rules, permissions, words.

mod meetings;
mod merges;
mod participants;
mod personal;
mod runs;
mod schedule;
mod versions;

pub use meetings::{
    SpotTaken, delete_unpublished, insert_meeting, mark_all, meetings, meetings_in, replace_plan, save_meeting,
};
pub use merges::{Moved, move_back, move_party};
pub use participants::{delete_participant, put_participants, save_participant};
pub use personal::{
    TakesPart, attends, attends_in, blank, drop_sheets, forget_address, takes_part, takes_part_in, wishes_by, words_by,
};
pub use runs::{Run, begin_run, finish_run, mark_accepted, run, runs, set_job};
pub use runs::{Sheet, keep_sheet, mark_taken, sheet};
pub use schedule::{Asked, Next, Written, asked_of, next_of, own, written_of};
pub use versions::{
    Delay, NewVersion, Outcome, Version, add_version, delays, newest_version, newest_version_in, outcomes, published,
    published_in, put_delay, put_outcome, versions,
};

use super::model::delegation::Attendee;
use super::model::grid::Grid;
use super::model::{Dossier, Meeting, Participant, Side, Wish, Wished};
use super::records::ROUND;
use chrono::{DateTime, Utc};
use kernel::record::Record;
use kernel::{Error, Result, Uuid};
use std::collections::{BTreeSet, HashMap};
use store::records::{self, Scope};
use store::{Db, Line, Tx, Value, args};

const PARTICIPANTS: &str = "SELECT * FROM round_participant WHERE round = $1 ORDER BY side, position, id";
const OFF: &str = "SELECT participant, starts_at FROM round_off WHERE round = $1";
const ATTENDEES: &str = "SELECT participant, id, name, email, person FROM round_attendee WHERE round = $1 ORDER BY participant, position, id";
const ATTENDEE_OFF: &str = "SELECT attendee, starts_at FROM round_attendee_off WHERE round = $1";
const WISHES: &str = "SELECT asker, asked, wish, note, suggested FROM round_wish WHERE round = $1";
/// Pairs of this round that met in another one: it took place, or its round is over and nobody was missing.
const MET: &str = "SELECT h1.id, h2.id, m.starts_at FROM round_participant AS h1 \
     JOIN round_participant AS t1 ON t1.party = h1.party AND t1.round <> h1.round \
     JOIN round_meeting AS m ON m.a = t1.id \
     JOIN round AS r ON r.id = m.round \
     JOIN round_participant AS t2 ON t2.id = m.b \
     JOIN round_participant AS h2 ON h2.party = t2.party AND h2.round = h1.round \
     WHERE h1.round = $1 AND h1.party IS NOT NULL AND r.deleted_at IS NULL \
     AND (m.state = 'held' OR (m.state = 'planned' AND r.state = 'held')) ORDER BY m.starts_at, h1.id, h2.id";

type OffRow = (Uuid, DateTime<Utc>);
type AttendeeRow = (Uuid, Attendee);
type WishRow = ((Uuid, Uuid), Wished);

fn read_wish(line: &Line<'_>) -> store::Result<WishRow> {
    let wish: String = line.at(2)?;
    // The column admits nothing else; what is no wish any more counts as the mildest one.
    let wish = Wish::from_code(&wish).unwrap_or(Wish::Want);
    Ok(((line.at(0)?, line.at(1)?), Wished { wish, note: line.at(3)?, suggested: line.at(4)? }))
}

fn read_attendee(line: &Line<'_>) -> store::Result<AttendeeRow> {
    let off = BTreeSet::new();
    let attendee = Attendee { id: line.at(1)?, name: line.at(2)?, email: line.at(3)?, person: line.at(4)?, off };
    Ok((line.at(0)?, attendee))
}

/// The rows of a round as they come from the database.
struct Rows {
    participants: Vec<Participant>,
    off: Vec<OffRow>,
    attendees: Vec<AttendeeRow>,
    attendee_off: Vec<OffRow>,
    wishes: Vec<WishRow>,
    met: Vec<(Uuid, Uuid, DateTime<Utc>)>,
    meetings: Vec<Meeting>,
}

fn by_owner(rows: Vec<OffRow>) -> HashMap<Uuid, BTreeSet<DateTime<Utc>>> {
    let mut by_owner: HashMap<Uuid, BTreeSet<DateTime<Utc>>> = HashMap::new();
    for (owner, at) in rows {
        by_owner.entry(owner).or_default().insert(at);
    }
    by_owner
}

fn put_together(round: Record, usual: chrono_tz::Tz, mut rows: Rows) -> Result<Dossier> {
    let (mut off, mut attendee_off) = (by_owner(rows.off), by_owner(rows.attendee_off));
    let mut attendees: HashMap<Uuid, Vec<Attendee>> = HashMap::new();
    for (participant, mut attendee) in rows.attendees {
        attendee.off = attendee_off.remove(&attendee.id).unwrap_or_default();
        attendees.entry(participant).or_default().push(attendee);
    }
    for participant in &mut rows.participants {
        participant.off = off.remove(&participant.id).unwrap_or_default();
        participant.attendees = attendees.remove(&participant.id).unwrap_or_default();
    }
    let grid = Grid::of(&round, usual).map_err(Error::Conflict)?;
    let mut dossier = Dossier::new(round, grid, rows.participants);
    dossier.wishes = rows.wishes.into_iter().collect();
    dossier.meetings = rows.meetings;
    for (one, other, at) in rows.met {
        let pair = match dossier.participant(one).map(|p| p.side) {
            Some(Side::B) => (other, one),
            _ => (one, other),
        };
        // They come in order of time: the last one stays.
        dossier.met.insert(pair, at);
    }
    Ok(dossier)
}

/// Everything about a round. The record is read whatever its audience: who may see what is the caller's question.
pub async fn dossier(db: &Db, usual: chrono_tz::Tz, id: Uuid) -> Result<Dossier> {
    let round = records::find(db, &ROUND, id, Scope::Everything).await?.ok_or(Error::NotFound)?;
    let rows = Rows {
        participants: db.all_with(PARTICIPANTS, args![id], participants::read).await?,
        off: db.all(OFF, args![id]).await?,
        attendees: db.all_with(ATTENDEES, args![id], read_attendee).await?,
        attendee_off: db.all(ATTENDEE_OFF, args![id]).await?,
        wishes: db.all_with(WISHES, args![id], read_wish).await?,
        met: db.all(MET, args![id]).await?,
        meetings: meetings(db, id).await?,
    };
    put_together(round, usual, rows)
}

/// The same inside a write, with the round held against other writers.
pub async fn dossier_in(tx: &mut Tx, usual: chrono_tz::Tz, id: Uuid) -> Result<Dossier> {
    tx.lock("round", id).await?;
    let round = records::in_tx(tx, &ROUND, id).await?.filter(|r| r.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let rows = Rows {
        participants: tx.all_with(PARTICIPANTS, args![id], participants::read).await?,
        off: tx.all(OFF, args![id]).await?,
        attendees: tx.all_with(ATTENDEES, args![id], read_attendee).await?,
        attendee_off: tx.all(ATTENDEE_OFF, args![id]).await?,
        wishes: tx.all_with(WISHES, args![id], read_wish).await?,
        met: tx.all(MET, args![id]).await?,
        meetings: meetings_in(tx, id).await?,
    };
    put_together(round, usual, rows)
}

/// Round and participant that a secret opens.
pub async fn by_secret(db: &Db, secret: &str) -> Result<Option<(Uuid, Uuid)>> {
    Ok(db.opt("SELECT round, id FROM round_participant WHERE secret = $1", args![secret]).await?)
}

/// Stores wishes; `None` takes one away. No pair comes twice.
pub async fn put_wishes(tx: &mut Tx, round: Uuid, wishes: &[((Uuid, Uuid), Option<Wished>)]) -> Result<()> {
    for ((asker, asked), _) in wishes.iter().filter(|(_, wished)| wished.is_none()) {
        tx.run("DELETE FROM round_wish WHERE asker = $1 AND asked = $2", args![*asker, *asked]).await?;
    }
    let rows: Vec<Vec<Value>> = wishes
        .iter()
        .filter_map(|((asker, asked), wished)| {
            let wished = wished.as_ref()?;
            Some(args![*asker, *asked, round, wished.wish.code(), &wished.note, wished.suggested])
        })
        .collect();
    tx.insert_all(
        "INSERT INTO round_wish (asker, asked, round, wish, note, suggested)",
        "ON CONFLICT (asker, asked) DO UPDATE SET wish = excluded.wish, note = excluded.note, suggested = excluded.suggested",
        rows,
    )
    .await?;
    Ok(())
}

/// Directory records that take part.
pub async fn linked_parties(tx: &mut Tx, round: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT party FROM round_participant WHERE round = $1 AND party IS NOT NULL ORDER BY party";
    let found: Vec<store::One<Uuid>> = tx.all(sql, args![round]).await?;
    Ok(found.into_iter().map(|store::One(id)| id).collect())
}
