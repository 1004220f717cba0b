//! Behaviour of gatherings, over a real store and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod calendars;
mod changes;
mod entrance;
mod life;
mod many_races;
mod memberships;
mod model;
mod pages;
mod papers;
mod personal;
mod privacy;
mod promises;
mod races;
mod registering;
mod schema;
mod surveys;
mod templates;

use super::actions::register::{Wanted, register};
use super::records as r;
use super::store::Registration;
use super::{Grant, Memberships};
use chrono::{DateTime, NaiveDate, Utc};
use directory::records as d;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Lang, Level, Role, Text, Uuid};
use serde_json::Map;
use std::sync::Arc;
use store::test_support::TestDb;
use web::App;
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

/// A hub whose clock stands at noon in Osaka on 22 November 2026.
pub struct World {
    pub web: TestApp,
}

impl World {
    pub async fn new() -> World {
        World::over(TestDb::at(noon()).await).await
    }

    pub async fn over(db: TestDb) -> World {
        World::among(db, Members::default()).await
    }

    /// A hub with members.
    pub async fn among(db: TestDb, members: Members) -> World {
        let kinds: Vec<&'static RecordType> = d::ALL.iter().chain(r::ALL).copied().collect();
        let routes = super::routes(Arc::new(members), &Arc::new(crate::print::library()));
        World { web: TestApp::over(db, kinds, super::hooks(), routes).await.unwrap() }
    }

    /// Stores a record as the program does for a sample.
    pub async fn put(&self, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Uuid {
        let mut record = Record::new(kind, self.web.app.clock.now());
        fill(&mut record);
        let system = Actor::system("test");
        let stored = actions::create(&Doing::system(&self.web.app, &system), record).await.unwrap();
        self.web.settle().await.unwrap();
        stored.id
    }

    /// A published forum on 1 December 2026, 14:00 to 17:00 in Osaka, open to everybody.
    pub async fn forum(&self, fill: impl FnOnce(&mut Record)) -> Uuid {
        self.put(&r::GATHERING, |record| {
            record.set("title", Text::pair("第3回 クロスフォーラム", "3rd Cross Forum"));
            record.set("kind", "forum");
            record.set("state", "published");
            record.set("start", "2026-12-01T14:00");
            record.set("end", "2026-12-01T17:00");
            record.set("format", "on_site");
            record.set("place", Text::pair("ホール2", "Hall 2"));
            record.set("registration", "open");
            record.audience = Level::Public.into();
            fill(record);
        })
        .await
    }

    pub async fn session(&self, gathering: Uuid, room: Option<Uuid>, start: &str, end: &str) -> Uuid {
        let (start, end) = (format!("2026-12-01T{start}"), format!("2026-12-01T{end}"));
        self.put(&r::SESSION, |record| {
            record.set("title", Text::pair(format!("講演 {start}"), format!("Talk {start}")));
            record.set("gathering", gathering);
            record.set("kind", "talk");
            record.set("start", start);
            record.set("end", end);
            if let Some(room) = room {
                record.set("room", room);
            }
        })
        .await
    }

    pub async fn organization(&self, name: &str) -> Uuid {
        self.put(&d::ORGANIZATION, |record| {
            record.set("name", Text::pair(name, name));
            record.set("kind", "company");
            record.set("country", "JP");
        })
        .await
    }

    pub async fn read(&self, kind: &'static RecordType, id: Uuid) -> Record {
        store::records::find(&self.web.app.db, kind, id, store::records::Scope::Everything).await.unwrap().unwrap()
    }

    /// Registers somebody with this number, and so many people in all.
    pub async fn register(
        &self,
        gathering: Uuid,
        number: usize,
        people: usize,
    ) -> kernel::Result<super::actions::register::Outcome> {
        let actor = Actor::visitor();
        let doing = Doing { app: &self.web.app, actor: &actor, db: self.web.app.db.clone() };
        register(&doing, gathering, &wanted(number, people)).await
    }

    pub async fn registrations(&self, gathering: Uuid) -> Vec<Registration> {
        super::store::registrations(&self.web.app.db, gathering).await.unwrap()
    }

    pub async fn states(&self, gathering: Uuid) -> Vec<(String, String)> {
        self.registrations(gathering).await.into_iter().map(|one| (one.name, one.state)).collect()
    }

    pub async fn mails(&self) -> Vec<(String, String, String, String)> {
        let sql = "SELECT recipient, subject, text_body, state FROM mail ORDER BY created_at, id";
        let read = |line: &store::Line<'_>| Ok((line.at(0)?, line.at(1)?, line.at(2)?, line.at(3)?));
        self.web.app.db.all_with(sql, store::args![], read).await.unwrap()
    }
}

/// What parties are granted, whatever the day.
#[derive(Default)]
pub struct Members(pub Vec<(Uuid, Grant)>);

impl Memberships for Members {
    fn grants<'a>(&'a self, _: &'a App, party: Uuid, _: NaiveDate) -> BoxFuture<'a, kernel::Result<Vec<Grant>>> {
        let found = self.0.iter().filter(|(of, _)| *of == party).map(|(_, grant)| grant.clone()).collect();
        async { Ok(found) }.boxed()
    }
}

pub fn noon() -> DateTime<Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

pub fn wanted(number: usize, people: usize) -> Wanted {
    Wanted {
        name: format!("客{number}"),
        organization: "川の手".to_owned(),
        email: format!("guest{number}@example.jp"),
        lang: Lang::Ja,
        account: None,
        person: None,
        companions: (1..people).map(|n| format!("客{number}の連れ{n}")).collect(),
        listed: false,
        answers: Map::new(),
        invited: false,
        grants: Vec::new(),
    }
}

pub fn runner() -> Actor {
    TestApp::actor(&[Role::Events])
}

pub fn doing<'a>(world: &'a World, actor: &'a Actor) -> Doing<'a> {
    Doing { app: &world.web.app, actor, db: world.web.app.db.clone() }
}
