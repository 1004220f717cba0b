use super::{World, doing};
use crate::gatherings::actions::promises::{Held, Promises, Use, tell};
use crate::gatherings::records::GATHERING_PART;
use crate::gatherings::store as rows;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{Actor, Result};
use std::sync::Mutex;
use store::Tx;
use web::records::actions::Doing;

#[derive(Default)]
struct Listener(Mutex<Vec<Held>>);

impl Promises for Listener {
    fn held<'a>(&'a self, _: &'a Doing<'a>, _: &'a mut Tx, held: Held) -> BoxFuture<'a, Result<u64>> {
        self.0.lock().unwrap().push(held);
        async { Ok(1) }.boxed()
    }
}

#[tokio::test]
async fn what_took_place_is_told_for_every_host_and_partner_once() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let visit = world.forum(|record| record.set("kind", "visit")).await;
    let (hub, partner, sponsor) =
        (world.organization("拠点").await, world.organization("相手").await, world.organization("協賛").await);
    for (gathering, party, role) in [
        (forum, hub, "host"),
        (forum, partner, "cohost"),
        (forum, sponsor, "sponsor"),
        (visit, hub, "host"),
        (visit, partner, "visitor"),
    ] {
        world
            .put(&GATHERING_PART, |part| {
                part.set("gathering", gathering);
                part.set("party", party);
                part.set("role", role);
            })
            .await;
    }
    let app = &world.web.app;
    assert!(rows::untold(&app.db, app.clock.now()).await.unwrap().is_empty(), "nothing took place yet");
    app.clock.advance(chrono::TimeDelta::days(30));
    let system = Actor::system("test");
    let listener = Listener::default();
    for id in rows::untold(&app.db, app.clock.now()).await.unwrap() {
        tell(&doing(&world, &system), &listener, id).await.unwrap();
    }
    let mut told: Vec<_> =
        listener.0.lock().unwrap().iter().map(|h| (h.of, h.one, h.other, h.source.clone())).collect();
    told.sort_by_key(|(of, _, other, _)| (*of == Use::Visit, *other != partner));
    let source = |id| format!("gathering:{id}");
    assert_eq!(
        told,
        [
            (Use::Together, hub, partner, source(forum)),
            (Use::Together, hub, sponsor, source(forum)),
            (Use::Visit, hub, partner, source(visit)),
        ]
    );
    assert!(rows::untold(&app.db, app.clock.now()).await.unwrap().is_empty());
}
