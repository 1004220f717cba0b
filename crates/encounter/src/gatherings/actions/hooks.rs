//! What follows from saving gatherings and their parts, on every surface: the zone, times that exist, drafts that only
//! staff see, seats that are never fewer than people, parts that are seen with their gathering.

use super::seating;
use crate::gatherings::jobs;
use crate::gatherings::model::{State, when};
use crate::gatherings::policy;
use crate::gatherings::records as r;
use crate::gatherings::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Error, FieldErrors, Level, Result, Uuid, both};
use store::{Tx, records};
use web::{Hooks, Saving};

/// Direct parts of a gathering, and parts of those.
const PARTS: [&RecordType; 7] =
    [&r::GATHERING_PART, &r::ROOM, &r::SESSION, &r::QUESTION, &r::SURVEY_QUESTION, &r::AGENDA_ITEM, &r::ACTION_ITEM];

/// Everything that gatherings add to saving.
pub fn hooks() -> Hooks {
    let hooks = Hooks::default()
        .personal(super::personal::PERSONAL)
        .following(super::merge::FOLLOWING)
        .on(r::GATHERING.key, gathering_saved)
        .on(r::SESSION.key, session_saved)
        .on(r::GATHERING_PART.key, part_saved);
    let parts = PARTS.into_iter().chain([&r::SPEAKER]);
    parts.fold(hooks, |hooks, part| hooks.on(part.key, no_wider_than_its_whole))
}

fn gathering_saved(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { app, actor, tx, before, after } = saving;
        if after.plain("zone").is_empty() {
            after.set("zone", app.hub.zone.name());
        }
        let zone = when::zone_of(after, app.hub.zone);
        let mut errors = FieldErrors::default();
        when::times_exist(after, zone, &mut errors);
        errors.into_result()?;
        let span = when::span(after, zone)
            .ok_or_else(|| Error::invalid("start", both("開始と終了を入れてください。", "Write start and end.")))?;
        let state = State::from_code(after.plain("state"));
        if let Some(before) = before {
            policy::may_become(State::from_code(before.plain("state")), state)?;
        }
        if state == State::Draft && after.audience.level > Level::Staff {
            after.audience = Level::Staff.into();
        }
        let known = match rows::seats_in(tx, after.id).await? {
            Some(_) => Some(rows::hold_seats(tx, after.id).await?),
            None => None,
        };
        let capacity = after.integer("capacity");
        let reserved = after.integer("member_seats").unwrap_or(0);
        if let Some(known) = &known {
            seats_suffice(known, capacity, reserved)?;
        }
        let notable = before.filter(|before| is_notable(before, after));
        let sequence = known.as_ref().map_or(0, |known| known.sequence) + i64::from(notable.is_some());
        rows::put_seats(tx, after.id, &span, capacity, reserved, sequence).await?;
        if let Some(before) = before {
            if before.audience != after.audience {
                carry_audience(app, actor, tx, before, after).await?;
            }
            if state == State::Published {
                seating::promote(app, tx, after).await?;
            }
            if notable.is_some() && State::from_code(before.plain("state")) != State::Draft {
                jobs::announce_change(tx, before, after, sequence).await?;
            }
        }
        Ok(())
    }
    .boxed()
}

/// Nobody who has a seat loses it: neither to a smaller room nor to seats kept for members.
fn seats_suffice(known: &rows::SeatsRow, capacity: Option<i64>, reserved: i64) -> Result<()> {
    if capacity.is_some_and(|capacity| capacity < known.taken) {
        return Err(Error::invalid("capacity", too_few(known.taken)));
    }
    if reserved < known.reserved_taken {
        let taken = known.reserved_taken;
        return Err(Error::invalid(
            "member_seats",
            Said::new(
                format!("すでに{taken}人の会員がこの席に決まっています。それより少なくはできません。"),
                format!("{taken} members sit on these seats already. It cannot be fewer."),
            ),
        ));
    }
    let open = known.taken - known.reserved_taken;
    if capacity.is_some_and(|capacity| capacity - reserved < open) {
        return Err(Error::invalid(
            "member_seats",
            Said::new(
                format!("一般の席に{open}人が決まっています。取っておける席はその残りまでです。"),
                format!("{open} people sit on the other seats. Only what they leave can be kept."),
            ),
        ));
    }
    Ok(())
}

fn too_few(taken: i64) -> Said {
    Said::new(
        format!("すでに{taken}人の参加が決まっています。それより少なくはできません。"),
        format!("{taken} people are confirmed already. It cannot be fewer."),
    )
}

/// Whether calendars and participants must hear of a change (RFC 5546 2.1.4: time, place, state).
fn is_notable(before: &Record, after: &Record) -> bool {
    ["title", "start", "end", "zone", "place", "format", "state"]
        .iter()
        .any(|field| before.get(field) != after.get(field))
}

/// A session belongs into its gathering, in one of its rooms, at times that exist there.
fn session_saved(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { app, tx, after, .. } = saving;
        let Some(gathering) = whole_of(tx, &r::GATHERING, after.link("gathering")).await? else { return Ok(()) };
        let zone = when::zone_of(&gathering, app.hub.zone);
        let mut errors = FieldErrors::default();
        when::times_exist(after, zone, &mut errors);
        let outside = both("催しの開始から終了までの間にしてください。", "Choose a time within the gathering.");
        if after.wall_time("start") < gathering.wall_time("start") {
            errors.add("start", outside);
        }
        if after.wall_time("end") > gathering.wall_time("end") {
            errors.add("end", outside);
        }
        let room = whole_of(tx, &r::ROOM, after.link("room")).await?;
        if room.is_some_and(|room| room.link("gathering") != Some(gathering.id)) {
            errors.add("room", both("この部屋は別の催しのものです。", "This room belongs to another gathering."));
        }
        errors.into_result()
    }
    .boxed()
}

/// What a party does for a gathering may prove a promise: the agreements are told again.
fn part_saved(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        if let Some(gathering) = saving.after.link("gathering") {
            rows::forget_told(saving.tx, gathering).await?;
        }
        Ok(())
    }
    .boxed()
}

async fn whole_of(tx: &mut Tx, kind: &'static RecordType, id: Option<Uuid>) -> Result<Option<Record>> {
    match id {
        Some(id) => Ok(records::in_tx(tx, kind, id).await?.filter(|record| record.deleted_at.is_none())),
        None => Ok(None),
    }
}

/// A part of a draft, or of a gathering for few, must not be found by those who may not see the gathering.
fn no_wider_than_its_whole(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        let Saving { tx, after, .. } = saving;
        let whole = if after.kind.key == r::SPEAKER.key {
            whole_of(tx, &r::SESSION, after.link("session")).await?
        } else {
            whole_of(tx, &r::GATHERING, after.link("gathering")).await?
        };
        if let Some(whole) = whole.filter(|whole| after.audience.level > whole.audience.level) {
            after.audience = whole.audience;
        }
        Ok(())
    }
    .boxed()
}

/// Parts that were seen by the same people as their gathering are seen by its new audience; narrower ones stay.
async fn carry_audience(
    app: &web::App,
    actor: &kernel::Actor,
    tx: &mut Tx,
    before: &Record,
    after: &Record,
) -> Result<()> {
    for kind in PARTS {
        // Minutes and tasks are for members even when the gathering is public.
        let limit = after.audience.level.min(kind.default_level);
        for id in rows::part_ids(tx, kind, "gathering", after.id).await? {
            carry(app, actor, tx, kind, id, before, after, limit).await?;
            if kind.key == r::SESSION.key {
                for speaker in rows::part_ids(tx, &r::SPEAKER, "session", id).await? {
                    carry(app, actor, tx, &r::SPEAKER, speaker, before, after, limit).await?;
                }
            }
        }
    }
    Ok(())
}

#[allow(clippy::too_many_arguments, reason = "one step of a loop, taken out to be read")]
async fn carry(
    app: &web::App,
    actor: &kernel::Actor,
    tx: &mut Tx,
    kind: &'static RecordType,
    id: Uuid,
    before: &Record,
    after: &Record,
    limit: Level,
) -> Result<()> {
    let Some(mut part) = records::in_tx(tx, kind, id).await? else { return Ok(()) };
    let moved_along = part.audience.level == before.audience.level;
    if !moved_along && part.audience.level <= after.audience.level {
        return Ok(());
    }
    part.audience = after.audience.clone();
    if limit < after.audience.level {
        part.audience = limit.into();
    }
    let seen = part.version;
    records::update(tx, actor, &mut part, seen, app.clock.now()).await
}
