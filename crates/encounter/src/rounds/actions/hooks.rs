//! What follows from saving a round on any surface: its state and audience are derived, never entered, and slots in
//! which meetings lie stay.

use super::note;
use crate::rounds::model::State;
use crate::rounds::model::grid::Grid;
use crate::rounds::records::ROUND;
use crate::rounds::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::audience::Audience;
use kernel::{Actor, Error, Level, Result, Uuid, both};
use serde_json::json;
use store::Tx;
use web::hooks::{Following, Follows};
use web::{Hooks, Saving};

/// Everything that rounds add to saving, and to the histories of those who met.
pub fn hooks() -> Hooks {
    let tell = crate::rounds::pages::history::tell;
    let following = Following::of::<Parties>("rounds");
    let hooks = Hooks::default().on(ROUND.key, saved).following(following).personal(super::personal::PERSONAL);
    directory::records::PARTIES.iter().fold(hooks, |hooks, kind| hooks.telling(kind, tell))
}

/// Participants and attendees follow a party that becomes another one: what they met stays theirs.
struct Parties;

impl Follows for Parties {
    type Moved = rows::Moved;

    async fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> Result<rows::Moved> {
        let moved = rows::move_party(tx, loser, survivor).await?;
        tell_moved(tx, &moved);
        Ok(moved)
    }

    async fn back(tx: &mut Tx, moved: rows::Moved, loser: Uuid, survivor: Uuid) -> Result<()> {
        rows::move_back(tx, &moved, loser, survivor).await?;
        tell_moved(tx, &moved);
        Ok(())
    }
}

/// Whoever reads the meetings of these rounds has to read them again.
fn tell_moved(tx: &mut Tx, moved: &rows::Moved) {
    let actor = Actor::system("rounds");
    for round in &moved.rounds {
        note(tx, &actor, *round, "participants_moved", json!({}));
    }
}

fn saved(saving: Saving<'_>) -> BoxFuture<'_, Result<()>> {
    async move {
        if saving.before.is_none() {
            saving.after.set("state", State::Drafting.code());
        }
        if saving.after.plain("open_to").is_empty() {
            saving.after.set("open_to", "members");
        }
        let parties: Vec<_> = match State::of(saving.after) {
            State::Published | State::Held => rows::linked_parties(&mut *saving.tx, saving.after.id).await?,
            _ => Vec::new(),
        };
        saving.after.audience = match (State::of(saving.after), saving.after.plain("open_to")) {
            (State::Published | State::Held, "public") => Level::Public.into(),
            (State::Published | State::Held, "parties") => Audience { level: Level::Parties, parties, owner: None },
            (State::Published | State::Held, _) => Level::Members.into(),
            // Until it is published it is not there for anybody else, on any surface.
            _ => Level::Staff.into(),
        };
        if saving.before.is_some() {
            let grid = Grid::of(saving.after, saving.app.hub.zone).map_err(|said| Error::invalid("days", said))?;
            let meetings = rows::meetings_in(&mut *saving.tx, saving.after.id).await?;
            if meetings.iter().any(|m| m.is_on() && grid.index_of(m.starts_at).is_none()) {
                return Err(Error::invalid(
                    "days",
                    both(
                        "なくなる枠に面談が入っています。先にその面談を移すか、取り消してください。",
                        "Meetings lie in slots that would go. Move or cancel them first.",
                    ),
                ));
            }
        }
        Ok(())
    }
    .boxed()
}
