//! Who may change a record. Pure rules over actor and record; every surface asks them.

use kernel::record::{OwnEdits, Record, RecordType};
use kernel::{Actor, Error, Permission, Result};

/// How far an actor may go with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditRight {
    /// Change it at once.
    Direct,
    /// Propose a change that staff review.
    Propose,
    No,
}

/// What the actor may do with this record.
pub fn edit_right(actor: &Actor, record: &Record) -> EditRight {
    if actor.may(record.kind.edit) {
        return EditRight::Direct;
    }
    let own = actor.may(Permission::EditOwnParty) && record.owners().iter().any(|party| actor.acts_for(*party));
    match record.kind.own_edits {
        OwnEdits::Direct if own => EditRight::Direct,
        OwnEdits::Reviewed if own => EditRight::Propose,
        _ => EditRight::No,
    }
}

/// New records: staff, or people who speak for a party that will own it.
pub fn may_create(actor: &Actor, record: &Record) -> Result<()> {
    let for_own_party = record.kind.own_edits == OwnEdits::Direct
        && actor.may(Permission::EditOwnParty)
        && record.owners().iter().any(|party| *party != record.id && actor.acts_for(*party));
    if actor.may(record.kind.edit) || for_own_party { Ok(()) } else { Err(Error::Forbidden) }
}

/// Changing at once. Whoever may only propose gets `Forbidden` here.
pub fn may_change(actor: &Actor, record: &Record) -> Result<()> {
    if edit_right(actor, record) == EditRight::Direct { Ok(()) } else { Err(Error::Forbidden) }
}

/// Whether to offer the button that makes a new record of a type.
pub fn may_start(actor: &Actor, kind: &RecordType) -> bool {
    let speaks = actor.person.is_some() || !actor.manages.is_empty();
    actor.may(kind.edit) || (kind.own_edits == OwnEdits::Direct && actor.may(Permission::EditOwnParty) && speaks)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use kernel::record::{Field, Kind, no_rules};
    use kernel::{Level, Role, Text, Uuid, both};

    static NOTE: RecordType = RecordType {
        key: "note",
        path: "notes",
        one: both("メモ", "Note"),
        many: both("メモ", "Notes"),
        fields: &[Field::new("party", both("だれの", "Whose"), Kind::Link(&["organization"]))],
        title: |_| Text::default(),
        reading: None,
        summary: None,
        default_level: Level::Members,
        edit: Permission::EditDirectory,
        owners: &["party"],
        own_edits: OwnEdits::Direct,
        part_of: None,
        rules: no_rules,
    };

    #[test]
    fn managers_change_only_what_their_party_owns() {
        let (ours, theirs) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let manager = Actor {
            roles: vec![Role::OrganizationManager],
            manages: vec![ours],
            account: Some(ours),
            ..Actor::visitor()
        };
        let mut record = Record::new(&NOTE, DateTime::UNIX_EPOCH);
        record.set("party", ours);
        assert_eq!(edit_right(&manager, &record), EditRight::Direct);
        assert!(may_create(&manager, &record).is_ok());
        record.set("party", theirs);
        assert_eq!(edit_right(&manager, &record), EditRight::No);
        assert_eq!(may_create(&manager, &record), Err(Error::Forbidden));
        assert_eq!(edit_right(&Actor::visitor(), &record), EditRight::No);
    }
}
