//! Tests of the map: the formula, the projection, and that nothing hidden shows anywhere.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod algorithms;
mod canary;
mod model;
mod projection;

use super::{Map, Matcher, Teller, Tie, routes};
use ::store::feed;
use ::store::test_support::TestDb;
use directory::records as d;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::audience::Keyring;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Audience, Level, Result, Role, Text, Uuid};
use std::sync::Arc;
use web::App;
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

/// Finds that everybody fits everybody.
struct Everybody;

impl Matcher for Everybody {
    fn pairs(&self, _: &Actor, _: &Keyring, left: &[Uuid], right: &[Uuid]) -> Vec<(Uuid, Uuid, f32)> {
        left.iter().flat_map(|one| right.iter().map(|other| (*one, *other, 0.5))).collect()
    }

    fn reasons(&self, _: &App, _: &Actor, _: &Keyring, _: [Uuid; 2]) -> Vec<Said> {
        vec![Said::new("双方に合います。", "They fit each other.")]
    }

    fn floor(&self) -> f32 {
        0.1
    }
}

/// Tells nothing.
struct Silent;

impl Teller for Silent {
    fn touched<'a>(&'a self, _: &'a App, _: &'a feed::Entry) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        async { Ok(Vec::new()) }.boxed()
    }

    fn origins<'a>(&'a self, _: &'a App) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        async { Ok(Vec::new()) }.boxed()
    }

    fn ties<'a>(&'a self, _: &'a App, _: Uuid) -> BoxFuture<'a, Result<Vec<Tie>>> {
        async { Ok(Vec::new()) }.boxed()
    }
}

fn new_map() -> Arc<Map> {
    Arc::new(Map::new(vec![Arc::new(Silent)], Arc::new(Everybody)))
}

struct World {
    web: TestApp,
    map: Arc<Map>,
}

impl World {
    async fn new() -> World {
        let map = new_map();
        let kinds: Vec<&'static RecordType> = d::ALL.to_vec();
        let db = TestDb::at("2026-11-22T03:00:00Z".parse().unwrap()).await;
        let web = TestApp::over(db, kinds, super::hooks(), routes(&map)).await.unwrap();
        World { web, map }
    }

    async fn put(&self, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Record {
        let mut record = Record::new(kind, self.web.app.clock.now());
        fill(&mut record);
        let system = Actor::system("test");
        let stored = actions::create(&Doing::system(&self.web.app, &system), record).await.unwrap();
        self.web.app.projections.catch_up(&self.web.app).await;
        stored
    }

    async fn organization(&self, name: &str, kind: &'static str, level: Level) -> Uuid {
        let fill = |record: &mut Record| {
            record.set("name", Text::pair(name, name));
            record.set("kind", kind);
            record.audience = Audience::from(level);
        };
        self.put(&d::ORGANIZATION, fill).await.id
    }

    async fn relation(&self, from: Uuid, to: Uuid, period: &str, level: Level) -> Record {
        let fill = |record: &mut Record| {
            record.set("from", from);
            record.set("to", to);
            record.set("kind", "partner");
            if !period.is_empty() {
                record.set("period", period);
            }
            record.audience = Audience::from(level);
        };
        self.put(&d::RELATION, fill).await
    }

    fn member() -> Actor {
        TestApp::actor(&[Role::Member])
    }
}
