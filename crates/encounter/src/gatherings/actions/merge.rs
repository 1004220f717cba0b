//! When a person record becomes another one: their registrations follow, and come back when the merge is undone.

use crate::gatherings::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::change::{Change, Verb};
use kernel::{Actor, Error, Result, Uuid};
use serde_json::{Value, json};
use store::Tx;
use web::hooks::Following;

pub static FOLLOWING: Following = Following { key: "gatherings", forth, back };

fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> BoxFuture<'_, Result<Value>> {
    async move {
        let moved = rows::move_person(tx, loser, survivor).await?;
        for (registration, gathering) in &moved {
            note(tx, *registration, *gathering);
        }
        Ok(json!(moved.into_iter().map(|(registration, _)| registration).collect::<Vec<_>>()))
    }
    .boxed()
}

fn back<'a>(tx: &'a mut Tx, moved: &'a Value, loser: Uuid, survivor: Uuid) -> BoxFuture<'a, Result<()>> {
    async move {
        let moved: Vec<Uuid> = serde_json::from_value(moved.clone()).map_err(Error::internal)?;
        for (registration, gathering) in rows::move_person_back(tx, &moved, loser, survivor).await? {
            note(tx, registration, gathering);
        }
        Ok(())
    }
    .boxed()
}

/// Whoever reads who was there has to read it again.
fn note(tx: &mut Tx, registration: Uuid, gathering: Uuid) {
    let change = Change {
        verb: Verb::Other("moved".to_owned()),
        record_type: "registration",
        record_id: registration,
        before: None,
        after: Some(json!({ "gathering": gathering })),
    };
    tx.note(&Actor::system("gatherings"), change);
}
