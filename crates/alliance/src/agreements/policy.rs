//! Who may do what with an agreement beyond the kit's rules. Pure.

use super::model::State;
use kernel::record::Record;
use kernel::{Actor, Error, Level, Permission, Result, Uuid, both};

/// Suspending, resuming, ending, attaching documents: whoever keeps agreements.
pub fn may_keep(actor: &Actor) -> Result<()> {
    actor.require(Permission::EditAgreements)
}

/// The terms between the parties are read by the parties' people, by whoever keeps agreements, and by those who read
/// every party's matters.
pub fn reads_terms(actor: &Actor, parties: &[Uuid]) -> bool {
    let keyring = actor.keyring();
    actor.may(Permission::EditAgreements)
        || keyring.opens(Level::Parties)
        || parties.iter().any(|party| keyring.parties.contains(party))
}

/// The agreement as the reader sees it: [`Record::seen_by`], with the parties' own fields for the parties.
pub fn seen(agreement: &Record, actor: &Actor, parties: &[Uuid]) -> Record {
    let mut seen = agreement.seen_by(actor);
    if reads_terms(actor, parties) {
        let own = agreement.kind.fields.iter().filter(|field| agreement.level_of(field) == Level::Parties);
        for field in own {
            if let Some(value) = agreement.get(field.name) {
                seen.values.insert(field.name, value.clone());
            }
        }
    }
    seen
}

/// A change of state that may not follow is a conflict, and says what would be possible.
pub fn may_become(from: State, next: State) -> Result<()> {
    if from.may_become(next) { Ok(()) } else { Err(not_from(from)) }
}

/// The verbs suspend, resume and end: as [`may_become`], but what has ended is only taken back, never changed.
pub fn may_turn(from: State, next: State) -> Result<()> {
    if from == State::Ended { Err(not_from(from)) } else { may_become(from, next) }
}

fn not_from(state: State) -> Error {
    Error::conflict(match state {
        State::Draft => {
            both("まだ起案中です。先に「締結済み」にしてください。", "This is still a draft. Mark it as signed first.")
        }
        State::Signed => both("すでに締結済みで有効です。", "This is signed and in force already."),
        State::Suspended => {
            both("停止中です。再開するか、終了してください。", "This is suspended. Resume it or end it.")
        }
        State::Ended => both(
            "終了しています。続けるときは、先に終了を取り消してください。",
            "This has ended. Take the end back first if it goes on.",
        ),
    })
}
