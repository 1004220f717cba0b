//! Everything that rounds hold about one person, to copy and to forget.

use kernel::{Result, Uuid};
use store::{Db, One, Select, Tx, Value, args};
use web::Whose;

store::record! {
    /// Somebody who takes part and is the person, or is reached at the person's address.
    #[derive(Debug, Clone, PartialEq)]
    pub struct TakesPart {
        pub id: Uuid,
        pub round: Uuid,
        pub party: Option<Uuid>,
        pub name: String,
        pub email: String,
        pub offer: String,
        pub issue: String,
    }
}

impl TakesPart {
    /// Whether the participant is the person, and not a company that gave the person's address.
    pub fn is_of(&self, whose: &Whose) -> bool {
        self.party.is_some_and(|party| whose.persons.contains(&party))
    }
}

store::record! {
    /// The person among those who attend for a participant.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Attends {
        pub id: Uuid,
        pub round: Uuid,
        pub participant: Uuid,
        pub name: String,
        pub email: String,
    }
}

/// By the person records in `column`, or under the address of the account.
fn mine(sql: &str, column: &str, whose: &Whose) -> Select {
    let key = (!whose.email_key.is_empty()).then(|| whose.email_key.clone());
    let mut values: Vec<Value> = args![key];
    values.extend(whose.persons.iter().map(|person| Value::from(*person)));
    let or = format!(" OR {column} = ?").repeat(whose.persons.len());
    Select::new(sql).and(&format!("(LOWER(email) = ?{or})"), Some(values)).then("ORDER BY round, id", args![])
}

const TAKES_PART: &str = "SELECT id, round, party, name, email, offer, issue FROM round_participant";
const ATTENDS: &str = "SELECT id, round, participant, name, email FROM round_attendee";

pub async fn takes_part(db: &Db, whose: &Whose) -> Result<Vec<TakesPart>> {
    Ok(mine(TAKES_PART, "party", whose).all(db).await?)
}

pub async fn takes_part_in(tx: &mut Tx, whose: &Whose) -> Result<Vec<TakesPart>> {
    Ok(mine(TAKES_PART, "party", whose).all_in(tx).await?)
}

pub async fn attends(db: &Db, whose: &Whose) -> Result<Vec<Attends>> {
    Ok(mine(ATTENDS, "person", whose).all(db).await?)
}

pub async fn attends_in(tx: &mut Tx, whose: &Whose) -> Result<Vec<Attends>> {
    Ok(mine(ATTENDS, "person", whose).all_in(tx).await?)
}

/// Whom a participant wished to meet or not: the asked one's name, the wish, the note.
pub async fn wishes_by(db: &Db, participant: Uuid) -> Result<Vec<(String, String, String)>> {
    let sql = "SELECT p.name, w.wish, w.note FROM round_wish w JOIN round_participant p ON p.id = w.asked \
               WHERE w.asker = $1 ORDER BY p.position, p.id";
    Ok(db.all(sql, args![participant]).await?)
}

/// What a participant noted for itself after its meetings.
pub async fn words_by(db: &Db, participant: Uuid) -> Result<Vec<String>> {
    let sql = "SELECT o.words FROM round_outcome o JOIN round_meeting m ON m.id = o.meeting \
               WHERE (o.side = 'a' AND m.a = $1) OR (o.side = 'b' AND m.b = $1) ORDER BY o.written_at, m.id";
    let words: Vec<One<String>> = db.all(sql, args![participant]).await?;
    Ok(words.into_iter().map(|One(words)| words).collect())
}

/// Takes out of a participant everything by which the person could be known, what it wrote, and the address that opens its
/// page. The row and its meetings stay as numbers.
pub async fn blank(tx: &mut Tx, participant: Uuid, new_secret: &str) -> Result<()> {
    let sql = "UPDATE round_participant SET name = '退会した方', name_en = 'Former member', party = NULL, merged_from = NULL, \
               room = '', email = '', representatives = '', offer = '', issue = '', secret = $2, withdrawn = TRUE, \
               version = version + 1 WHERE id = $1";
    tx.run(sql, args![participant, new_secret]).await?;
    for sql in [
        "DELETE FROM round_off WHERE participant = $1",
        "DELETE FROM round_attendee_off WHERE attendee IN (SELECT id FROM round_attendee WHERE participant = $1)",
        "DELETE FROM round_attendee WHERE participant = $1",
        "UPDATE round_wish SET note = '' WHERE asker = $1",
        "UPDATE round_outcome SET words = '', written_by = '' WHERE side = 'a' \
         AND meeting IN (SELECT id FROM round_meeting WHERE a = $1)",
        "UPDATE round_outcome SET words = '', written_by = '' WHERE side = 'b' \
         AND meeting IN (SELECT id FROM round_meeting WHERE b = $1)",
    ] {
        tx.run(sql, args![participant]).await?;
    }
    Ok(())
}

/// A company or laboratory is no longer reached at the person's address.
pub async fn forget_address(tx: &mut Tx, participant: Uuid) -> Result<()> {
    let sql = "UPDATE round_participant SET email = '', version = version + 1 WHERE id = $1";
    tx.run(sql, args![participant]).await?;
    Ok(())
}

/// Sheets as they were sent to a round, with everybody's names and addresses. What was taken over stands in the round;
/// what was not is sent again.
pub async fn drop_sheets(tx: &mut Tx, round: Uuid) -> Result<()> {
    tx.run("DELETE FROM round_sheet WHERE round = $1", args![round]).await?;
    Ok(())
}
