//! When a person record becomes another one: their registrations follow, and come back when the merge is undone.

use crate::gatherings::store as rows;
use kernel::change::{Change, Verb};
use kernel::{Actor, Result, Uuid};
use serde_json::json;
use store::Tx;
use web::hooks::{Following, Follows};

pub static FOLLOWING: Following = Following::of::<People>("gatherings");

struct People;

impl Follows for People {
    type Moved = Vec<Uuid>;

    async fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> Result<Vec<Uuid>> {
        let moved = rows::move_person(tx, loser, survivor).await?;
        moved.iter().for_each(|(registration, gathering)| note(tx, *registration, *gathering));
        Ok(moved.into_iter().map(|(registration, _)| registration).collect())
    }

    async fn back(tx: &mut Tx, moved: Vec<Uuid>, loser: Uuid, survivor: Uuid) -> Result<()> {
        let back = rows::move_person_back(tx, &moved, loser, survivor).await?;
        back.into_iter().for_each(|(registration, gathering)| note(tx, registration, gathering));
        Ok(())
    }
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
