//! Suspending, resuming, ending, and taking an end back. They hold from the commit on: whoever asks for a grant
//! afterwards gets none.

use crate::agreements::model::State;
use crate::agreements::records::{AGREEMENT, SUSPENSION};
use crate::agreements::{policy, store as rows};
use chrono::NaiveDate;
use kernel::record::Record;
use kernel::{Error, Result, Text, Uuid, both};
use store::{Tx, atomically, feed, records};
use web::records::actions::{self, Doing};

/// Today at the hub.
pub fn today(doing: &Doing<'_>) -> NaiveDate {
    doing.app.clock.today(doing.app.hub.zone)
}

/// Loads an agreement for a change of its state, held against other writers.
async fn hold(doing: &Doing<'_>, tx: &mut Tx, id: Uuid, next: State) -> Result<Record> {
    policy::may_keep(doing.actor)?;
    let record = records::in_tx(tx, &AGREEMENT, id)
        .await?
        .filter(|record| record.deleted_at.is_none())
        .ok_or(Error::NotFound)?;
    tx.lock("agreement", id).await?;
    // Read again: only now nobody else can change it.
    let record = records::in_tx(tx, &AGREEMENT, id).await?.unwrap_or(record);
    let state = State::from_code(record.plain("state"));
    if state == next {
        return Err(already(next));
    }
    policy::may_turn(state, next)?;
    Ok(record)
}

fn already(state: State) -> Error {
    Error::conflict(match state {
        State::Suspended => both("すでに停止中です。", "This is suspended already."),
        State::Ended => both("すでに終了しています。", "This has ended already."),
        State::Signed => both("停止も終了もしていません。", "This is neither suspended nor ended."),
        State::Draft => both("まだ起案中です。", "This is a draft still."),
    })
}

async fn set_state(doing: &Doing<'_>, tx: &mut Tx, mut record: Record, state: State) -> Result<Record> {
    let seen = record.version;
    record.set("state", state.code());
    actions::update_within(doing, tx, record, seen).await
}

/// Lets an agreement rest from a day on, today unless it began to rest earlier.
///
/// # Errors
/// `Conflict` unless it is signed; `Invalid` for a day to come.
pub async fn suspend(doing: &Doing<'_>, id: Uuid, since: NaiveDate, reason: Text) -> Result<Record> {
    if since > today(doing) {
        return Err(Error::invalid(
            "since",
            both(
                "今日かそれより前の日を入れてください。停止はすぐに効きます。",
                "Write today or an earlier day: a suspension holds at once.",
            ),
        ));
    }
    let rest = new_rest(doing, id, since, reason);
    atomically!(doing.db, |tx| {
        let agreement = hold(doing, tx, id, State::Suspended).await?;
        let mut rest = rest.clone();
        rest.audience = agreement.audience.clone();
        rest.fictional = agreement.fictional;
        records::insert(tx, doing.actor, &rest).await?;
        set_state(doing, tx, agreement, State::Suspended).await
    })
}

/// A suspension without an end.
pub(super) fn new_rest(doing: &Doing<'_>, agreement: Uuid, since: NaiveDate, reason: Text) -> Record {
    let mut rest = Record::new(&SUSPENSION, doing.app.clock.now());
    rest.created_by = doing.actor.account;
    rest.set("agreement", agreement);
    rest.set("since", since.to_string());
    if !reason.is_empty() {
        rest.set("reason", reason);
    }
    rest
}

/// Puts a suspended agreement in force again, from today on.
///
/// # Errors
/// `Conflict` unless it is suspended.
pub async fn resume(doing: &Doing<'_>, id: Uuid) -> Result<Record> {
    atomically!(doing.db, |tx| {
        let agreement = hold(doing, tx, id, State::Signed).await?;
        if State::from_code(agreement.plain("state")) != State::Suspended {
            return Err(already(State::Signed));
        }
        // The hook of the agreement closes the open suspension.
        set_state(doing, tx, agreement, State::Signed).await
    })
}

/// Ends an agreement after its last day in force. A last day before today ends it at once; a later one is written
/// down as its end, and it stays in force until then.
///
/// # Errors
/// `Conflict` unless it is signed or suspended; `Invalid` for a day before it was signed.
pub async fn end(doing: &Doing<'_>, id: Uuid, last_day: NaiveDate) -> Result<Record> {
    let today = today(doing);
    atomically!(doing.db, |tx| {
        let mut agreement = hold(doing, tx, id, State::Ended).await?;
        if agreement.date("signed").and_then(|signed| signed.earliest()).is_some_and(|signed| last_day < signed) {
            return Err(Error::invalid(
                "last_day",
                both("締結日より前の日付です。", "This is before the day of signing."),
            ));
        }
        agreement.set("end", last_day.to_string());
        if last_day < today {
            return set_state(doing, tx, agreement, State::Ended).await;
        }
        // What would renew itself must not.
        agreement.set("renewal", "none");
        let seen = agreement.version;
        actions::update_within(doing, tx, agreement, seen).await
    })
}

/// Takes the newest end back: the agreement is as it was before.
///
/// # Errors
/// `Conflict` when it has not ended, or when nobody recorded how it was before.
pub async fn take_end_back(doing: &Doing<'_>, id: Uuid) -> Result<Record> {
    policy::may_keep(doing.actor)?;
    let record = records::find(&doing.db, &AGREEMENT, id, records::Scope::Everything).await?.ok_or(Error::NotFound)?;
    if State::from_code(record.plain("state")) != State::Ended {
        return Err(Error::conflict(both("終了していません。", "This has not ended.")));
    }
    let state_in = |json: &Option<serde_json::Value>| {
        json.as_ref().and_then(|json| json["fields"]["state"].as_str()).unwrap_or_default().to_owned()
    };
    let history = feed::history(&doing.db, AGREEMENT.key, id).await?;
    let ending = history.iter().find(|entry| {
        state_in(&entry.after) == "ended" && entry.before.is_some() && state_in(&entry.before) != "ended"
    });
    let Some(seq) = ending.map(|entry| entry.seq) else {
        return Err(Error::conflict(both(
            "終了前の内容が記録されていません。編集して直してください。",
            "How it was before is not recorded. Edit it instead.",
        )));
    };
    actions::undo(doing, &AGREEMENT, id, seq).await
}

/// Keeps the rows of rest in step with the state, whichever surface changed it: a form, an import, a verb, an undo.
pub(super) async fn follow_state(doing: &Doing<'_>, tx: &mut Tx, agreement: &Record, next: State) -> Result<()> {
    let open = rows::open_suspension(tx, agreement.id).await?;
    match (next, open) {
        (State::Suspended, None) => {
            let mut rest = new_rest(doing, agreement.id, today(doing), Text::default());
            rest.audience = agreement.audience.clone();
            rest.fictional = agreement.fictional;
            records::insert(tx, doing.actor, &rest).await
        }
        (State::Signed | State::Ended, Some(open)) => {
            let mut rest = records::in_tx(tx, &SUSPENSION, open).await?.ok_or(Error::NotFound)?;
            let since = rest.plain("since").parse::<NaiveDate>().unwrap_or(NaiveDate::MIN);
            rest.set("until", today(doing).max(since).to_string());
            let seen = rest.version;
            records::update(tx, doing.actor, &mut rest, seen, doing.app.clock.now()).await
        }
        _ => Ok(()),
    }
}
