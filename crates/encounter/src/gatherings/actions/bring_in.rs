//! Bringing in a gathering that took place: who came, and what they answered afterwards. Without a mail to anybody, for
//! samples and for hubs that come from another program. Never through a page: no rule of admission is asked.

use super::register::email_key;
use super::seating::note;
use crate::gatherings::model::survey::Mode;
use crate::gatherings::policy;
use crate::gatherings::records::GATHERING;
use crate::gatherings::store::{self as rows, Registration};
use kernel::{Error, Lang, Result, Uuid, both};
use serde_json::{Map, Value};
use store::{atomically, records};
use web::records::actions::Doing;

/// Somebody who came.
#[derive(Debug, Clone)]
pub struct Guest {
    pub name: String,
    pub organization: String,
    pub email: Option<String>,
    pub lang: Lang,
    pub account: Option<Uuid>,
    /// Answers to the survey by the id of the question; `None`: asked, and not answered yet.
    pub answers: Option<Map<String, Value>>,
}

/// Notes that they came, asks each of them, and keeps what they answered.
///
/// # Errors
/// `Conflict` when the gathering is not over or has fewer seats than guests.
pub async fn bring_in(doing: &Doing<'_>, gathering: Uuid, guests: &[Guest]) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        let row = rows::hold_seats(tx, gathering).await?;
        let record = records::in_tx(tx, &GATHERING, gathering).await?.ok_or(Error::NotFound)?;
        if row.ends_at > tx.now() {
            return Err(Error::conflict(both("この催しはまだ終わっていません。", "This gathering is not over yet.")));
        }
        let mode = Mode::of(&record);
        for guest in guests {
            if !rows::take_seats(tx, gathering, 1, 0).await? {
                return Err(Error::conflict(both("席が足りません。", "There are not enough seats.")));
            }
            let id = tx.new_id();
            let one = registration(guest, gathering, id, row.starts_at);
            rows::add(tx, &one).await?;
            note(tx, doing.actor, gathering, id, "confirmed", 1);
            rows::check_in(tx, gathering, id, row.starts_at).await?;
            let Some(mode) = mode else { continue };
            rows::give_turn(tx, &one).await?;
            if let Some(answers) = &guest.answers {
                rows::take_turn(tx, id).await?;
                let named = (mode == Mode::Named).then_some(id);
                rows::add_survey_answer(tx, gathering, named, Value::Object(answers.clone())).await?;
            }
        }
        Ok(())
    })
}

fn registration(guest: &Guest, gathering: Uuid, id: Uuid, at: chrono::DateTime<chrono::Utc>) -> Registration {
    Registration {
        id,
        gathering,
        party: id,
        leads: true,
        account: guest.account,
        person: None,
        name: guest.name.clone(),
        organization: guest.organization.clone(),
        email: guest.email.clone(),
        email_key: guest.email.as_deref().map(email_key),
        language: guest.lang.tag().to_owned(),
        state: "confirmed".to_owned(),
        listed: false,
        answers: None,
        created_at: at,
        updated_at: at,
        checked_in_at: None,
        // Nobody is reminded of what is over.
        reminded_at: Some(at),
        reserved: false,
    }
}
