//! Rules of introductions in one place: who may do what, how long, how many. Pure; the numbers are data (setting
//! `introductions`).

use super::model::{Act, Side, seen};
use super::store::Introduction;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::lang::Said;
use kernel::{Actor, Error, FieldErrors, Permission, Result, Uuid, both};
use serde::{Deserialize, Serialize};

/// Longest message, in characters.
pub const LONGEST: usize = 1_000;

/// Numbers that a hub may set; absent ones are as here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Days for an answer: of the contact, and again of the other.
    pub answer_days: u32,
    /// Days after which somebody who did not answer is reminded, once.
    pub remind_days: u32,
    /// Requests that one party may have asked in `period_days`. Declined and expired ones do not count after their last day.
    pub cap: u32,
    pub period_days: u32,
    /// Days after which the sides are asked what came of it.
    pub outcome_days: [u32; 2],
}

impl Default for Policy {
    fn default() -> Policy {
        Policy { answer_days: 14, remind_days: 7, cap: 10, period_days: 30, outcome_days: [14, 90] }
    }
}

/// So many days.
pub fn days(count: u32) -> TimeDelta {
    TimeDelta::days(i64::from(count))
}

impl Policy {
    /// Last instants for the contact (if there is one) and for everybody.
    pub fn last_instants(&self, through: bool, now: DateTime<Utc>) -> (Option<DateTime<Utc>>, DateTime<Utc>) {
        let answer = now + days(self.answer_days);
        if through { (Some(answer), answer + days(self.answer_days)) } else { (None, answer) }
    }

    /// # Errors
    /// `Conflict` when the cap is reached.
    pub fn check_cap(&self, used: i64) -> Result<()> {
        if used < i64::from(self.cap) {
            return Ok(());
        }
        Err(Error::Conflict(Said::new(
            format!(
                "{}日間にお願いできる紹介は{}件までです。結ばれなかったものは、期限の後に件数から外れます。",
                self.period_days, self.cap
            ),
            format!(
                "A party may ask for {} introductions in {} days. Those that did not come about stop counting after their last day.",
                self.cap, self.period_days
            ),
        )))
    }
}

/// Whoever brings others together for the hub.
pub fn is_concierge(actor: &Actor) -> bool {
    actor.may(Permission::ReviewDirectory)
}

/// # Errors
/// `NotFound` unless the actor speaks for the party, as if it were not there.
pub fn may_ask_for(actor: &Actor, asker: Uuid) -> Result<()> {
    if actor.acts_for(asker) || actor.system { Ok(()) } else { Err(Error::NotFound) }
}

/// The sides for which an actor speaks and which see the introduction now.
pub fn sides(actor: &Actor, one: &Introduction, now: DateTime<Utc>) -> Vec<Side> {
    let speaks = |side: &Side| one.party(*side).is_some_and(|party| actor.acts_for(party));
    Side::ALL.into_iter().filter(speaks).filter(|side| seen(one, *side, now).is_some()).collect()
}

/// The side for which an actor answers: the one that is waited for before the others.
///
/// # Errors
/// `NotFound` for everybody whom it does not concern.
pub fn side_of(actor: &Actor, one: &Introduction, now: DateTime<Utc>) -> Result<Side> {
    let sides = sides(actor, one, now);
    let awaited = super::model::awaited(one);
    let waited_for = sides.iter().find(|side| awaited.contains(side));
    // Whoever passed it on to a party of their own reads what that party is told.
    let of_the_two = sides.iter().find(|side| **side != Side::Through);
    waited_for.or(of_the_two).or(sides.first()).copied().ok_or(Error::NotFound)
}

/// Whether a side is another party now than when `said` was said: a merge of records came between.
fn merged_since(one: &Introduction, side: Side, said: Option<DateTime<Utc>>) -> bool {
    let merged_at = match side {
        Side::Asker => one.asker_merged_at,
        Side::Other => one.other_merged_at,
        Side::Through => None,
    };
    merged_at.is_some_and(|merged_at| said.is_none_or(|said| said <= merged_at))
}

fn yes_of(one: &Introduction, side: Side) -> (Option<DateTime<Utc>>, Option<Uuid>) {
    match side {
        Side::Asker => (one.asker_yes_at, one.asker_account),
        Side::Other => (one.other_yes_at, one.other_account),
        Side::Through => (None, None),
    }
}

/// Whether an account that speaks for a side may be handed what the other side hands over. Their yes was for the party as it
/// was: after a merge it goes on to the account that said yes for this side, and to nobody who came with the merge.
pub fn is_handed(one: &Introduction, to: Side, account: Option<Uuid>) -> bool {
    let from = if to == Side::Asker { Side::Other } else { Side::Asker };
    let (yes_at, _) = yes_of(one, from);
    let (_, said_yes) = yes_of(one, to);
    !merged_since(one, to, yes_at) || (account.is_some() && account == said_yes)
}

/// Whether what the record says may be handed over of a side: not when the yes came from before a merge, for then it was
/// another record.
pub fn hands_record(one: &Introduction, side: Side) -> bool {
    !merged_since(one, side, yes_of(one, side).0)
}

/// # Errors
/// `NotFound` unless the actor asked, or is the concierge.
pub fn may_lead(actor: &Actor, one: &Introduction) -> Result<()> {
    let own = !one.by_staff && actor.acts_for(one.asker);
    if own || is_concierge(actor) { Ok(()) } else { Err(Error::NotFound) }
}

/// What is said when an act is not possible: that it was answered, taken back or is too late; not which.
pub fn too_late(_: Act) -> Error {
    Error::conflict(both(
        "この紹介には、もうお返事できません。すでに回答済みか、取り下げられたか、期限を過ぎています。",
        "This introduction can no longer be answered: it was answered or taken back already, or its last day has passed.",
    ))
}

/// The message of a request: not too long, and without contact details, which are handed over after both said yes.
pub fn check_message(message: &str, errors: &mut FieldErrors) {
    if message.chars().count() > LONGEST {
        errors.add("message", both("1,000字までにしてください。", "Use at most 1,000 characters."));
    }
    if names_a_way_to_reach(message) {
        errors.add(
            "message",
            both(
                "連絡先(メール、電話、住所のリンク)は書かないでください。双方が承諾した時に、自動で伝わります。",
                "Leave out contact details (e-mail, telephone, links). They are handed over when both have said yes.",
            ),
        );
    }
}

/// Whether a text holds an e-mail address, a link or a telephone number, in any width of characters.
pub fn names_a_way_to_reach(text: &str) -> bool {
    let narrow: String = text
        .chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
            c => c,
        })
        .collect::<String>()
        .to_lowercase();
    let bytes: Vec<char> = narrow.chars().collect();
    let at_sign = bytes.windows(3).any(|w| w[1] == '@' && !w[0].is_whitespace() && !w[2].is_whitespace());
    let link = ["http:", "https:", "www.", "mailto:", "tel:"].iter().any(|start| narrow.contains(start));
    at_sign || link || longest_number(&bytes) >= 9
}

/// Digits in a row, with the marks that people put between the groups of a telephone number.
fn longest_number(text: &[char]) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text {
        match c {
            c if c.is_ascii_digit() => run += 1,
            '-' | ' ' | '(' | ')' | '+' | '.' | 'ー' | '‐' | '–' if run > 0 => {}
            _ => run = 0,
        }
        longest = longest.max(run);
    }
    longest
}
