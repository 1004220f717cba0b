//! Who may do what with a gathering beyond the kit's rules. Pure.

use super::model::State;
use super::store::Registration;
use kernel::record::Record;
use kernel::{Actor, Error, Permission, Result, both};

/// Publishing, cancelling, answering registrations, checking people in.
pub fn may_run(actor: &Actor) -> Result<()> {
    actor.require(Permission::EditGatherings)
}

/// A change of state that may not follow is a conflict.
pub fn may_become(from: State, next: State) -> Result<()> {
    if from.may_become(next) {
        return Ok(());
    }
    Err(Error::conflict(both(
        "一度公開した催しは準備中に戻せません。中止にするか、公開範囲を狭めてください。",
        "A gathering that was published cannot be a draft again. Cancel it, or narrow who may see it.",
    )))
}

/// Whether the actor may see a gathering at all.
pub fn sees(actor: &Actor, gathering: &Record) -> bool {
    gathering.deleted_at.is_none() && gathering.audience.admits(&actor.keyring())
}

/// A registration is its own account's, and the staff's.
pub fn reads_registration(actor: &Actor, registration: &Registration) -> bool {
    let own = registration.account.is_some() && registration.account == actor.account;
    own || actor.may(Permission::EditGatherings)
}
