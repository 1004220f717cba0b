//! Surveys: asking those who took part, and taking one answer of each.

use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::survey::Mode;
use crate::gatherings::records::GATHERING;
use crate::gatherings::store::{self as rows, Registration};
use chrono::TimeDelta;
use kernel::{Error, Result, Uuid, both};
use serde_json::{Map, Value};
use store::records::{self, Scope};
use store::{Db, atomically};
use web::App;

/// How long after the end people are still asked, so that a survey that is finished late reaches them too.
const LATE: TimeDelta = TimeDelta::days(14);

/// Gatherings whose people are to be asked now.
pub async fn due(app: &App) -> Result<Vec<Uuid>> {
    let now = app.clock.now();
    rows::to_survey(&app.db, now - LATE, now).await
}

/// Gives everybody who took part a turn, and writes to those with an address, once. Returns the number of mails.
pub async fn ask(app: &App, gathering: Uuid) -> Result<u64> {
    let Some(record) = records::find(&app.db, &GATHERING, gathering, Scope::Everything).await? else { return Ok(0) };
    let mut mails = 0;
    for id in rows::unasked(&app.db, gathering).await? {
        mails += atomically!(app.db, |tx| {
            let Some(one) = rows::registration_in(tx, id).await?.filter(|one| one.state == "confirmed") else {
                return Ok(0);
            };
            if !rows::give_turn(tx, &one).await? || !one.leads || one.email.is_none() {
                return Ok(0);
            }
            mails::post(app, tx, &record, &one, Kind::Survey).await?;
            Ok(1)
        })?;
    }
    Ok(mails)
}

/// Keeps the answers of somebody who took part. `shown` is what the form promised about their name.
///
/// Nothing goes into the change feed: it would tell who answered when.
///
/// # Errors
/// `Conflict` when they have answered, were not asked, the survey is closed, or the promise has changed meanwhile.
pub async fn answer(db: &Db, one: &Registration, shown: Mode, answers: &Map<String, Value>) -> Result<()> {
    atomically!(db, |tx| {
        let gathering = records::in_tx(tx, &GATHERING, one.gathering).await?.ok_or(Error::NotFound)?;
        let mode = Mode::of(&gathering).ok_or_else(closed)?;
        if mode != shown {
            return Err(Error::conflict(both(
                "お名前の扱いが途中で変わりました。もう一度開いて、説明をお読みください。",
                "Whether your name is kept has changed meanwhile. Please open the survey again and read what it says.",
            )));
        }
        if !rows::take_turn(tx, one.id).await? {
            return Err(Error::conflict(both(
                "回答は一人一回です。すでに回答済みか、回答をお願いしていません。",
                "One answer a person: you have answered, or were not asked.",
            )));
        }
        let named = (mode == Mode::Named).then_some(one.id);
        rows::add_survey_answer(tx, one.gathering, named, Value::Object(answers.clone())).await
    })
}

/// Said where there is no survey.
pub fn closed() -> Error {
    Error::conflict(both("このアンケートは受け付けていません。", "This survey is not open."))
}
