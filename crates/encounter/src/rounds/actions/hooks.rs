//! What follows from saving a round on any surface: its state and audience are derived, never entered, and slots in
//! which meetings lie stay.

use crate::rounds::model::State;
use crate::rounds::model::grid::Grid;
use crate::rounds::records::ROUND;
use crate::rounds::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::audience::Audience;
use kernel::{Error, Level, Result, both};
use web::{Hooks, Saving};

/// Everything that rounds add to saving, and to the histories of those who met.
pub fn hooks() -> Hooks {
    let tell = crate::rounds::pages::history::tell;
    let hooks = Hooks::default().on(ROUND.key, saved);
    directory::records::PARTIES.iter().fold(hooks, |hooks, kind| hooks.telling(kind, tell))
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
