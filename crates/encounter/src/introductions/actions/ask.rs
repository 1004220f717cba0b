//! Asking for an introduction, for oneself or as the concierge.

use super::{entry, note};
use crate::introductions::mails::{self, Kind, People};
use crate::introductions::model::{Side, State};
use crate::introductions::policy::{self, days};
use crate::introductions::store::{self as rows, Introduction};
use crate::matching::store::never_between;
use chrono::{DateTime, Utc};
use kernel::{Error, FieldErrors, Result, Uuid, both};
use store::{Tx, atomically};
use web::records::actions::Doing;

/// What somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub asker: Uuid,
    pub other: Uuid,
    /// The common contact who is asked first.
    pub through: Option<Uuid>,
    /// The listing it is about.
    pub about: Option<Uuid>,
    pub message: String,
    /// The concierge brings the two together: both are asked.
    pub by_staff: bool,
}

/// Asks. A "not again" of the other side is obeyed without saying so to the asker: nobody is written to, and the request
/// ends on its last day like one that was not answered.
///
/// # Errors
/// Field errors for parties that are not there or the same and for contact details in the message; `Conflict` when the cap
/// is reached, when the two are in an open introduction already, or, to staff, when one of them said "not again".
pub async fn ask(doing: &Doing<'_>, ask: &Ask) -> Result<Uuid> {
    match ask.by_staff {
        true if policy::is_concierge(doing.actor) => {}
        true => return Err(Error::Forbidden),
        false => policy::may_ask_for(doing.actor, ask.asker)?,
    }
    check(doing, ask)?;
    let numbers = rows::policy(&doing.db).await?;
    let now = doing.app.clock.now();
    let (contact_until, expires_at) = numbers.last_instants(ask.through.is_some(), now);
    let fresh = fresh(doing, ask, contact_until, expires_at);
    let people = People::of(doing, &fresh).await?;
    atomically!(doing.db, |tx| {
        let mut one = fresh.clone();
        rows::take_turn(tx, one.asker).await?;
        if !one.by_staff {
            numbers.check_cap(rows::used(tx, one.asker, now - days(numbers.period_days)).await?)?;
        }
        // First, so that staff hear of a "not again" and not of a request that stands only in the asker's eyes.
        obey_not_again(tx, &mut one).await?;
        nothing_open(tx, &one).await?;
        rows::insert(tx, &one).await?;
        note(tx, doing.actor, &one, "asked");
        if one.state().is_open() {
            for side in crate::introductions::model::awaited(&one) {
                mails::post(doing.app, tx, &one, &people, side, Kind::Question).await?;
            }
        }
        Ok(one.id)
    })
}

fn fresh(
    doing: &Doing<'_>,
    ask: &Ask,
    contact_until: Option<DateTime<Utc>>,
    expires_at: DateTime<Utc>,
) -> Introduction {
    let (now, through) = (doing.app.clock.now(), ask.through.is_some());
    Introduction {
        id: doing.db.new_id(),
        asker: ask.asker,
        other: ask.other,
        through: ask.through,
        by_staff: ask.by_staff,
        about: ask.about,
        message: ask.message.trim().to_owned(),
        state: (if through { State::Asked } else { State::Offered }).code().to_owned(),
        declined_by: None,
        asker_yes_at: (!ask.by_staff).then_some(now),
        other_yes_at: None,
        asker_account: (!ask.by_staff).then_some(doing.actor.account).flatten(),
        other_account: None,
        created_at: now,
        created_by: doing.actor.account,
        contact_until,
        expires_at,
        offered_at: (!through).then_some(now),
        made_at: None,
        closed_at: None,
        withdrawn_at: None,
        asker_reminded_at: None,
        through_reminded_at: None,
        other_reminded_at: None,
        two_weeks_at: None,
        three_months_at: None,
        told_at: None,
        next_step: String::new(),
        asker_merged_at: None,
        other_merged_at: None,
    }
}

/// Brings an introduction in that stands already, without a mail to anybody: for a sample hub. `made` says whether both had
/// said yes, now.
///
/// # Errors
/// As the store tells.
pub async fn bring_in(doing: &Doing<'_>, ask: &Ask, made: bool) -> Result<Uuid> {
    let (contact_until, expires_at) =
        rows::policy(&doing.db).await?.last_instants(ask.through.is_some(), doing.app.clock.now());
    let fresh = fresh(doing, ask, contact_until, expires_at);
    atomically!(doing.db, |tx| {
        let mut one = fresh.clone();
        rows::insert(tx, &one).await?;
        note(tx, doing.actor, &one, "asked");
        if made {
            let now = Some(tx.now());
            (one.asker_yes_at, one.other_yes_at, one.offered_at, one.made_at) = (now, now, now, now);
            one.state = State::Made.code().to_owned();
            rows::save(tx, &one).await?;
            note(tx, doing.actor, &one, "made");
        }
        Ok(one.id)
    })
}

fn check(doing: &Doing<'_>, ask: &Ask) -> Result<()> {
    let mut errors = FieldErrors::default();
    let keyring = doing.actor.keyring();
    let is_party = |id: Uuid| {
        let found = doing.app.catalogue.entry(id, &keyring);
        found.is_some_and(|entry| directory::records::PARTIES.contains(&entry.kind.key))
    };
    let unknown = both("名簿にある組織か人を選んでください。", "Choose an organization or person of the directory.");
    if !is_party(ask.asker) {
        errors.add("asker", unknown);
    }
    if !is_party(ask.other) {
        errors.add("other", unknown);
    } else if ask.other == ask.asker {
        errors.add("other", both("別の相手を選んでください。", "Choose somebody else."));
    }
    if let Some(through) = ask.through {
        if !is_party(through) {
            errors.add("through", unknown);
        } else if through == ask.asker || through == ask.other {
            errors.add(
                "through",
                both("二者のどちらでもない人を選んでください。", "Choose somebody who is neither of the two."),
            );
        }
    }
    if ask.about.is_some_and(|about| doing.app.catalogue.entry(about, &keyring).is_none()) {
        errors.add("about", both("この求める・応えるは見つかりません。", "There is no such need or offer."));
    }
    policy::check_message(&ask.message, &mut errors);
    errors.into_result()
}

/// Refuses a second open introduction of two parties; what one of them may not know of does not count.
async fn nothing_open(tx: &mut Tx, one: &Introduction) -> Result<()> {
    for known in rows::standing_between(tx, one.asker, one.other).await? {
        let same_way = known.asker == one.asker;
        let taken_back = known.withdrawn_at.is_some();
        // The asker must not notice that a request had been declined, so it counts until its last day.
        let counts = match known.state() {
            State::Withdrawn => false,
            State::Made => true,
            State::Offered => true,
            State::Asked => same_way || one.by_staff,
            State::Declined | State::Expired => same_way && !taken_back && !known.by_staff,
        };
        if counts {
            return Err(Error::conflict(both(
                "この二者の紹介は、すでに進んでいるか、済んでいます。受信箱をご覧ください。",
                "An introduction of these two is under way or made already. See the inbox.",
            )));
        }
    }
    Ok(())
}

async fn obey_not_again(tx: &mut Tx, one: &mut Introduction) -> Result<()> {
    let (mine, theirs) = never_between(tx, one.asker, one.other).await?;
    if one.by_staff && (mine || theirs) {
        return Err(Error::conflict(both(
            "二者のどちらかが「今後は出さない」を選んでいます。拠点はこれを守り、この紹介はできません。",
            "One of the two said “not again”. The hub keeps to that: they cannot be introduced.",
        )));
    }
    if mine {
        return Err(Error::invalid(
            "other",
            both(
                "この相手には「今後は出さない」を選んでいます。先に「会うとよい相手」のページで取り消してください。",
                "You said “not again” of them. Take that back on the page “Whom to meet” first.",
            ),
        ));
    }
    let contact_said_so = match one.through {
        Some(contact) => never_between(tx, contact, one.asker).await?.0,
        None => false,
    };
    if theirs || contact_said_so {
        let now = tx.now();
        one.state = State::Declined.code().to_owned();
        one.declined_by = Some("veto".to_owned());
        one.offered_at = None;
        one.closed_at = Some(now);
    }
    Ok(())
}

/// The name of a side in a language; of a party that is no more, a word for it.
pub fn name_of(app: &web::App, one: &Introduction, side: Side, lang: kernel::Lang) -> String {
    let gone = both("退会した方", "A former member");
    let found = one.party(side).and_then(|id| entry(app, id));
    found.map_or_else(|| gone.get(lang).to_owned(), |entry| entry.called(lang).to_owned())
}
