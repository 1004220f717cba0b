//! When a person record becomes another one: their registrations follow, and come back when the merge is undone.

use crate::gatherings::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Error, Result, Uuid};
use serde_json::{Value, json};
use store::Tx;
use web::hooks::Following;

pub static FOLLOWING: Following = Following { key: "gatherings", forth, back };

fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> BoxFuture<'_, Result<Value>> {
    async move { Ok(json!(rows::move_person(tx, loser, survivor).await?)) }.boxed()
}

fn back<'a>(tx: &'a mut Tx, moved: &'a Value, loser: Uuid, survivor: Uuid) -> BoxFuture<'a, Result<()>> {
    async move {
        let moved: Vec<Uuid> = serde_json::from_value(moved.clone()).map_err(Error::internal)?;
        rows::move_person_back(tx, &moved, loser, survivor).await
    }
    .boxed()
}
