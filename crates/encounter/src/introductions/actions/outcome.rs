//! What came of an introduction: each side's word, a note for oneself, and the next step that both see.

use super::note;
use crate::introductions::model::{Outcome, Side, State};
use crate::introductions::policy;
use crate::introductions::store as rows;
use crate::matching::store::log;
use kernel::{Error, FieldErrors, Result, Uuid, both};
use store::atomically;
use web::records::actions::Doing;

/// Longest note and next step, in characters.
const LONGEST: usize = 4_000;

/// What one side writes; `None` leaves a thing as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    pub result: Option<Outcome>,
    pub note: Option<String>,
    pub next_step: Option<String>,
}

/// Keeps it.
///
/// # Errors
/// `NotFound` unless the actor speaks for one of the two and the introduction is made; field errors for what is too long.
pub async fn say(doing: &Doing<'_>, id: Uuid, word: &Word) -> Result<()> {
    let one = rows::find(&doing.db, id).await?.ok_or(Error::NotFound)?;
    let sides = policy::sides(doing.actor, &one, doing.app.clock.now());
    let side = sides.into_iter().find(|side| *side != Side::Through).ok_or(Error::NotFound)?;
    if one.state() != State::Made {
        return Err(Error::NotFound);
    }
    let mut errors = FieldErrors::default();
    for (field, text) in [("note", &word.note), ("next_step", &word.next_step)] {
        if text.as_ref().is_some_and(|text| text.chars().count() > LONGEST) {
            errors.add(field, both("4,000字までにしてください。", "Use at most 4,000 characters."));
        }
    }
    errors.into_result()?;
    atomically!(doing.db, |tx| {
        let mut one = rows::hold(tx, id).await?;
        if let Some(result) = word.result {
            rows::say_outcome(tx, &one, side, result, doing.actor.account).await?;
            if result.is_good() {
                rows::forget_told(tx, id).await?;
            }
            match result {
                Outcome::NotYet => {}
                Outcome::Nothing => log(tx, [one.asker, one.other], "declined").await?,
                _ => log(tx, [one.asker, one.other], "met").await?,
            }
            note(tx, doing.actor, &one, "outcome");
        }
        if let (Some(words), Some(account)) = (&word.note, doing.actor.account) {
            rows::write_note(tx, id, account, words.trim()).await?;
        }
        if let Some(words) = &word.next_step {
            one.next_step = words.trim().to_owned();
            rows::save(tx, &one).await?;
        }
        Ok(())
    })
}
