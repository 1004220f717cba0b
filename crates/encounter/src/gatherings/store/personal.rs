//! Everything that registrations hold about one person, to copy and to forget.

use super::Registration;
use kernel::{Result, Uuid};
use store::{Db, Select, Tx, Value, args};
use web::Whose;

/// Registrations by the account, by the person, or under the address; the oldest first.
fn mine(whose: &Whose) -> Select {
    let key = (!whose.email_key.is_empty()).then(|| whose.email_key.clone());
    let mut named: Vec<Value> = args![whose.account, key];
    named.extend(whose.persons.iter().map(|person| Value::from(*person)));
    let condition = format!("(account = ? OR email_key = ?{})", " OR person = ?".repeat(whose.persons.len()));
    Select::new("SELECT * FROM registration").and(&condition, Some(named)).then("ORDER BY created_at, id", args![])
}

pub async fn of_person(db: &Db, whose: &Whose) -> Result<Vec<Registration>> {
    Ok(mine(whose).all(db).await?)
}

pub async fn of_person_in(tx: &mut Tx, whose: &Whose) -> Result<Vec<Registration>> {
    Ok(mine(whose).all_in(tx).await?)
}

/// Takes everything out of a registration by which somebody could be known, and the secrets that open it. The row
/// stays as a number.
pub async fn blank(tx: &mut Tx, registration: Uuid, party: Uuid) -> Result<()> {
    let now = tx.now();
    let sql = "UPDATE registration SET name = '退会した方 / Former member', organization = '', email = NULL, \
               email_key = NULL, account = NULL, person = NULL, answers = NULL, listed = FALSE, updated_at = $2 WHERE id = $1";
    tx.run(sql, args![registration, now]).await?;
    if registration == party {
        tx.run("DELETE FROM registration_ticket WHERE party = $1", args![party]).await?;
    }
    Ok(())
}

pub async fn forget_marks(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("DELETE FROM session_star WHERE account = $1", args![account]).await?;
    Ok(())
}

/// A registration and its gathering.
type Of = (Uuid, Uuid);

/// Names every registration of one person record to another. Gives those that moved.
pub async fn move_person(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Vec<Of>> {
    let sql = "UPDATE registration SET person = $2 WHERE person = $1 RETURNING id, gathering";
    Ok(tx.all(sql, args![from, to]).await?)
}

/// Puts back what [`move_person`] moved and what still names the survivor.
pub async fn move_person_back(tx: &mut Tx, moved: &[Uuid], from: Uuid, to: Uuid) -> Result<Vec<Of>> {
    let mut back: Vec<Of> = Vec::with_capacity(moved.len());
    for id in moved {
        let sql = "UPDATE registration SET person = $3 WHERE id = $1 AND person = $2 RETURNING id, gathering";
        let moved: Option<Of> = tx.opt(sql, args![*id, to, from]).await?;
        back.extend(moved);
    }
    Ok(back)
}
