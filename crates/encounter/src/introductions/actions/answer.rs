//! Yes, no, taking back, reminding, and what ends by itself. Every act holds the row, so that of two at once one wins.

use super::note;
use crate::introductions::mails::{self, Kind, People};
use crate::introductions::model::{Act, Seen, Side, State, Step, awaited, seen, step};
use crate::introductions::policy;
use crate::introductions::store::{self as rows, Introduction};
use crate::matching::store::{keep_never, log};
use kernel::{Error, Result, Uuid, both};
use store::{Tx, atomically};
use web::records::actions::Doing;

/// An answer, and whether its giver wants to hear of the asking party never again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    pub yes: bool,
    pub never_again: bool,
}

/// Answers for the party the actor speaks for.
///
/// # Errors
/// `NotFound` for whom it does not concern, `Conflict` when nothing is asked of that side (any more).
pub async fn answer(doing: &Doing<'_>, id: Uuid, answer: Answer) -> Result<()> {
    let one = rows::find(&doing.db, id).await?.ok_or(Error::NotFound)?;
    let side = policy::side_of(doing.actor, &one, doing.app.clock.now())?;
    act(doing, id, side, answer, None).await
}

/// Answers with the secret of a mail, which is used up.
///
/// # Errors
/// `NotFound` for a wrong secret, `Conflict` for a used one or when nothing is asked any more.
pub async fn answer_by_ticket(doing: &Doing<'_>, secret: &str, answer: Answer) -> Result<()> {
    let (id, side) = rows::ticket(&doing.db, secret).await?;
    act(doing, id, side, answer, Some(secret)).await
}

async fn act(doing: &Doing<'_>, id: Uuid, side: Side, answer: Answer, secret: Option<&str>) -> Result<()> {
    let found = rows::find(&doing.db, id).await?.ok_or(Error::NotFound)?;
    let people = People::of(doing, &found).await?;
    let act = if answer.yes { Act::Yes(side) } else { Act::No(side) };
    let veto = doing.db.new_id();
    atomically!(doing.db, |tx| {
        let mut one = rows::hold(tx, id).await?;
        if let Some(secret) = secret
            && !rows::use_ticket(tx, secret).await?
        {
            return Err(policy::too_late(act));
        }
        let step = step(&one, act, tx.now()).ok_or_else(|| policy::too_late(act))?;
        apply(doing, tx, &mut one, side, step, &people).await?;
        if !answer.yes && answer.never_again {
            never_again(doing, tx, veto, &one, side).await?;
        }
        Ok(())
    })
}

async fn apply(
    doing: &Doing<'_>,
    tx: &mut Tx,
    one: &mut Introduction,
    side: Side,
    step: Step,
    people: &People,
) -> Result<()> {
    let now = tx.now();
    let (state, verb) = match step {
        Step::Offer => (State::Offered, "passed_on"),
        Step::Note => (State::Offered, "agreed"),
        Step::Make => (State::Made, "made"),
        Step::Close(state) => (state, state.code()),
        Step::Pretend => return Ok(()),
    };
    one.state = state.code().to_owned();
    match step {
        Step::Offer => one.offered_at = Some(now),
        Step::Note | Step::Make => said_yes(one, side, doing.actor.account, now),
        _ => {
            one.closed_at = Some(now);
            one.declined_by = (state == State::Declined).then(|| side.code().to_owned());
        }
    }
    one.made_at = (step == Step::Make).then_some(now);
    rows::save(tx, one).await?;
    note(tx, doing.actor, one, verb);
    // A contact who does not pass it on says nothing about the two.
    match step {
        Step::Make => log(tx, [one.asker, one.other], "accepted").await?,
        Step::Close(State::Declined) if side != Side::Through => log(tx, [one.asker, one.other], "declined").await?,
        _ => {}
    }
    match step {
        Step::Offer => {
            for side in awaited(one) {
                mails::post(doing.app, tx, one, people, side, Kind::Question).await?;
            }
        }
        Step::Make => {
            for side in [Side::Asker, Side::Other] {
                mails::post(doing.app, tx, one, people, side, Kind::Made).await?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn said_yes(one: &mut Introduction, side: Side, account: Option<Uuid>, now: chrono::DateTime<chrono::Utc>) {
    match side {
        Side::Asker => (one.asker_yes_at, one.asker_account) = (Some(now), account),
        _ => (one.other_yes_at, one.other_account) = (Some(now), account),
    }
}

/// Keeps "not again" of the party that the giver was asked to meet.
async fn never_again(doing: &Doing<'_>, tx: &mut Tx, id: Uuid, one: &Introduction, side: Side) -> Result<()> {
    let (Some(party), of) = (one.party(side), if side == Side::Asker { one.other } else { one.asker }) else {
        return Ok(());
    };
    if keep_never(tx, id, party, of, doing.actor.account).await? {
        let after = Some(serde_json::json!({ "party": party, "other": of }));
        let verb = kernel::change::Verb::Other("not_again".to_owned());
        let change = kernel::Change { verb, record_type: "match_answer", record_id: id, before: None, after };
        tx.note(doing.actor, change);
    }
    Ok(())
}

/// Takes a request back. One that had been declined already is taken back as well, for whoever asked.
///
/// # Errors
/// `NotFound` for everybody but the asker and the concierge, `Conflict` when it is made or over.
pub async fn withdraw(doing: &Doing<'_>, id: Uuid) -> Result<()> {
    let found = rows::find(&doing.db, id).await?.ok_or(Error::NotFound)?;
    policy::may_lead(doing.actor, &found)?;
    let people = People::default();
    atomically!(doing.db, |tx| {
        let mut one = rows::hold(tx, id).await?;
        let step = step(&one, Act::Withdraw, tx.now()).ok_or_else(|| policy::too_late(Act::Withdraw))?;
        one.withdrawn_at = Some(tx.now());
        match step {
            Step::Pretend => rows::save(tx, &one).await,
            step => apply(doing, tx, &mut one, Side::Asker, step, &people).await,
        }
    })
}

/// Reminds whoever is waited for, once. What had been declined looks the same to the asker, and no mail goes out.
///
/// # Errors
/// `NotFound` for everybody but the asker and the concierge; `Conflict` when they were reminded, or nothing is waited for.
pub async fn nudge(doing: &Doing<'_>, id: Uuid) -> Result<()> {
    let found = rows::find(&doing.db, id).await?.ok_or(Error::NotFound)?;
    policy::may_lead(doing.actor, &found)?;
    let people = People::of(doing, &found).await?;
    let reminded = atomically!(doing.db, |tx| { remind_within(doing, tx, id, &people).await })?;
    match reminded {
        true => Ok(()),
        false => Err(Error::conflict(both(
            "お知らせは一度だけです。もう送ったか、お返事を待っていません。",
            "One reminder is all: it was sent, or no answer is waited for.",
        ))),
    }
}

/// The side that the asker believes to be waited for.
pub fn seems_awaited(one: &Introduction) -> Vec<Side> {
    match (one.state().is_open(), one.offered_at, one.through) {
        (true, ..) => awaited(one),
        (false, None, Some(_)) => vec![Side::Through],
        _ => vec![Side::Other],
    }
}

/// Whether the asker may remind somebody now.
pub fn may_nudge(one: &Introduction, now: chrono::DateTime<chrono::Utc>) -> bool {
    let waits = one.state().is_open() || seen(one, Side::Asker, now) == Some(Seen::Waiting);
    waits && now < one.expires_at && seems_awaited(one).iter().any(|side| one.reminded_at(*side).is_none())
}

/// Reminds those who were not reminded; whether there was anybody.
pub async fn remind_within(doing: &Doing<'_>, tx: &mut Tx, id: Uuid, people: &People) -> Result<bool> {
    let mut one = rows::hold(tx, id).await?;
    let now = tx.now();
    if !may_nudge(&one, now) {
        return Ok(false);
    }
    let open = one.state().is_open();
    for side in seems_awaited(&one) {
        if one.reminded_at(side).is_some() {
            continue;
        }
        match side {
            Side::Asker => one.asker_reminded_at = Some(now),
            Side::Through => one.through_reminded_at = Some(now),
            Side::Other => one.other_reminded_at = Some(now),
        }
        if open {
            mails::post(doing.app, tx, &one, people, side, Kind::Reminder).await?;
        }
    }
    rows::save(tx, &one).await?;
    Ok(true)
}

/// Ends an introduction whose last day has passed; whether it did.
pub async fn expire(doing: &Doing<'_>, id: Uuid) -> Result<bool> {
    let people = People::default();
    atomically!(doing.db, |tx| {
        let mut one = rows::hold(tx, id).await?;
        let Some(step) = step(&one, Act::Expire, tx.now()) else { return Ok(false) };
        apply(doing, tx, &mut one, Side::Other, step, &people).await?;
        Ok(true)
    })
}
