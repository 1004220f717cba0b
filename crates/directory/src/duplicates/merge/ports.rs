//! What points at parties outside the record types: accounts (their person, the bodies they speak for) and proposals
//! that wait, and rows of other subsystems that follow by hooks. Each is moved with the merge and put back with its undo.
//!
//! Never here: records.

use ::store::{Tx, args};
use kernel::change::Verb;
use kernel::{Actor, Change, Result, Uuid};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use web::hooks::Following;

/// What was moved, for the journal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Moved {
    /// Accounts whose person was the loser.
    pub persons: Vec<Uuid>,
    /// Accounts that spoke for the loser, with the list they had before and got instead.
    pub managers: Vec<(Uuid, Vec<Uuid>, Vec<Uuid>)>,
    /// Proposals about the loser that waited.
    pub proposals: Vec<Uuid>,
    /// What the rows of other subsystems told, by their key.
    #[serde(default)]
    pub followed: BTreeMap<String, Value>,
}

type AccountRow = (Uuid, Option<Uuid>, Value);

const ACCOUNTS: &str =
    "SELECT id, person, manages FROM account WHERE person = $1 OR CAST(manages AS TEXT) LIKE $2 ORDER BY id";

/// Moves everything from the loser to the survivor.
pub(super) async fn repoint(
    tx: &mut Tx,
    actor: &Actor,
    followers: &[Following],
    loser: Uuid,
    survivor: Uuid,
) -> Result<Moved> {
    let mut moved = Moved::default();
    for follower in followers {
        moved.followed.insert(follower.key.to_owned(), (follower.forth)(tx, loser, survivor).await?);
    }
    let rows: Vec<AccountRow> = tx.all(ACCOUNTS, args![loser, format!("%{loser}%")]).await?;
    for (account, person, manages) in rows {
        let before: Vec<Uuid> = serde_json::from_value(manages).unwrap_or_default();
        let mut after: Vec<Uuid> = Vec::new();
        for id in before.iter().map(|id| if *id == loser { survivor } else { *id }) {
            if !after.contains(&id) {
                after.push(id);
            }
        }
        let own = person == Some(loser);
        set(tx, actor, account, if own { Some(survivor) } else { person }, &after).await?;
        if own {
            moved.persons.push(account);
        }
        if before != after {
            moved.managers.push((account, before, after));
        }
    }
    let waiting: Vec<::store::One<Uuid>> =
        tx.all("SELECT id FROM proposal WHERE record_id = $1 AND state = 'waiting' ORDER BY id", args![loser]).await?;
    for ::store::One(id) in waiting {
        tx.run("UPDATE proposal SET state = 'replaced', decided_at = $2 WHERE id = $1", args![id, tx.now()]).await?;
        moved.proposals.push(id);
    }
    Ok(moved)
}

/// Puts back what [`repoint`] moved and nobody changed since.
pub(super) async fn put_back(
    tx: &mut Tx,
    actor: &Actor,
    followers: &[Following],
    moved: &Moved,
    loser: Uuid,
    survivor: Uuid,
) -> Result<()> {
    for follower in followers {
        if let Some(told) = moved.followed.get(follower.key) {
            (follower.back)(tx, told, loser, survivor).await?;
        }
    }
    let mut accounts: Vec<Uuid> =
        moved.persons.iter().copied().chain(moved.managers.iter().map(|(id, ..)| *id)).collect();
    accounts.sort();
    accounts.dedup();
    for account in accounts {
        let row: Option<AccountRow> =
            tx.opt("SELECT id, person, manages FROM account WHERE id = $1", args![account]).await?;
        let Some((_, person, manages)) = row else { continue };
        let now: Vec<Uuid> = serde_json::from_value(manages).unwrap_or_default();
        let own = moved.persons.contains(&account) && person == Some(survivor);
        let before = moved
            .managers
            .iter()
            .find(|(id, _, after)| *id == account && *after == now)
            .map(|(_, before, _)| before.clone());
        set(tx, actor, account, if own { Some(loser) } else { person }, &before.unwrap_or(now)).await?;
    }
    for id in &moved.proposals {
        tx.run(
            "UPDATE proposal SET state = 'waiting', decided_at = NULL WHERE id = $1 AND state = 'replaced'",
            args![*id],
        )
        .await?;
    }
    Ok(())
}

async fn set(tx: &mut Tx, actor: &Actor, account: Uuid, person: Option<Uuid>, manages: &[Uuid]) -> Result<()> {
    let sql = "UPDATE account SET person = $2, manages = $3, version = version + 1, updated_at = $4 WHERE id = $1";
    tx.run(sql, args![account, person, json!(manages), tx.now()]).await?;
    let after = Some(json!({ "person": person, "manages": manages }));
    tx.note(
        actor,
        Change {
            verb: Verb::Other("party_merged".to_owned()),
            record_type: "account",
            record_id: account,
            before: None,
            after,
        },
    );
    Ok(())
}
