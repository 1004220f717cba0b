//! Who may read the suggestions of a party and answer them: whoever speaks for it, and the hub's concierge and directors.

use kernel::{Actor, Error, Permission, Result, Uuid};

/// # Errors
/// [`Error::NotFound`], as for a party that does not exist: whose suggestions there are is nobody else's business.
pub fn may_read(actor: &Actor, party: Uuid) -> Result<()> {
    match actor.acts_for(party) || actor.may(Permission::ReviewDirectory) {
        true => Ok(()),
        false => Err(Error::NotFound),
    }
}
