//! Who may do what with a round. Pure.

use super::model::{Participant, State};
use chrono::{DateTime, Utc};
use kernel::{Actor, Error, Permission, Result, both};

/// Preparing, planning, publishing: whoever runs rounds.
pub fn may_run(actor: &Actor) -> Result<()> {
    actor.require(Permission::RunRounds)
}

/// Answering for a participant: whoever acts for the linked party. Staff who run rounds answer on behalf of anybody.
pub fn answers_for(actor: &Actor, participant: &Participant) -> bool {
    participant.party.is_some_and(|party| actor.acts_for(party))
}

/// Reading a participant's own schedule: those who act for the party, and its people.
pub fn reads_schedule(actor: &Actor, participant: &Participant) -> bool {
    answers_for(actor, participant) || participant.party.is_some_and(|party| actor.member_of.contains(&party))
}

/// Whether answers are taken now. The server's clock decides, for every surface; there is no grace: what arrives at the
/// deadline's instant is in time, what arrives after it is not.
pub fn takes_answers(state: State, deadline: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<()> {
    match state {
        State::Asking if deadline.is_none_or(|deadline| now <= deadline) => Ok(()),
        State::Asking => Err(Error::conflict(both(
            "回答の期限を過ぎました。変更は運営にお知らせください。",
            "The time for answers is over. Tell the organizers about changes.",
        ))),
        _ => Err(Error::conflict(both(
            "いまは回答を受け付けていません。変更は運営にお知らせください。",
            "Answers are not taken now. Tell the organizers about changes.",
        ))),
    }
}

/// A change of state that may not follow is a conflict, and says what would be possible.
pub fn may_become(from: State, next: State) -> Result<()> {
    if from.may_become(next) {
        return Ok(());
    }
    Err(Error::conflict(match from {
        State::Drafting => both(
            "準備中です。先に希望を募集するか、時間割をつくってください。",
            "This is being prepared. Ask for wishes or make a timetable first.",
        ),
        State::Asking => both(
            "希望を募集中です。先に時間割をつくってください。",
            "Wishes are being asked for. Make a timetable first.",
        ),
        State::Solving => {
            both("時間割の調整中です。公開してください。", "The timetable is being made. Publish it first.")
        }
        State::Published => both(
            "公開済みです。変更して公開し直すか、終了にしてください。",
            "This is published. Change and publish again, or mark it as held.",
        ),
        State::Held => both("終了しています。", "This is over."),
    }))
}

/// The plan may change until the round is over.
pub fn may_plan(state: State) -> Result<()> {
    if state == State::Held { may_become(state, State::Published) } else { Ok(()) }
}
