//! What took place becomes evidence on the clauses that promised it, in the sample hub.

use crate::hub::{Hub, alone};
use encounter::gatherings::actions::promises::tell;
use kernel::Actor;
use musubi_program::promises::Agreements;
use web::records::actions::Doing;

/// How many clauses a gathering of the sample proves anew.
async fn told(hub: &Hub, gathering: &str) -> u64 {
    let actor = Actor::system("test");
    let id = hub.app.catalogue.by_code("gathering", gathering, &actor.keyring()).unwrap();
    tell(&Doing::system(&hub.app, &actor), &Agreements, id).await.unwrap()
}

#[test]
fn a_visit_and_an_evening_held_together_prove_what_was_promised_once() {
    alone(async || {
        let hub = Hub::with_sample().await;
        assert_eq!(told(&hub, "kx-nordic-visit").await, 1);
        assert_eq!(told(&hub, "kx-nordic-visit").await, 0, "told twice, it counts once");
        assert_eq!(told(&hub, "kx-taipei-evening").await, 1);
        assert_eq!(told(&hub, "kx-cc-22").await, 0, "no agreement, no evidence");
    });
}
