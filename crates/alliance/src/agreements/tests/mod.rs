//! Behaviour of agreements, over a real store and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod chairs;
mod documents;
mod grants;
mod life;
mod model;
mod privacy;
mod register;
mod reminders;
mod schema;
mod seeds;

use super::records as r;
use chrono::{DateTime, NaiveDate, Utc};
use directory::records as d;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Role, Text, Uuid};
use store::test_support::TestDb;
use web::Routes;
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

/// A hub whose clock stands at noon in Osaka of a day.
pub struct World {
    pub web: TestApp,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl World {
    pub async fn on(date: &str) -> World {
        World::with(date, Routes::new()).await
    }

    pub async fn with(date: &str, more: Routes) -> World {
        let noon: DateTime<Utc> = format!("{date}T03:00:00Z").parse().unwrap();
        let db = TestDb::at(noon).await;
        let kinds: Vec<&'static RecordType> = d::ALL.iter().chain(r::ALL).copied().collect();
        let web = TestApp::over(db, kinds, super::hooks(), super::routes().with(more)).await.unwrap();
        World { web }
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

    pub async fn organization(&self, name: &str, kind: &'static str, country: &'static str) -> Uuid {
        self.put(&d::ORGANIZATION, |record| {
            record.set("name", Text::pair(name, name));
            record.set("kind", kind);
            record.set("country", country);
        })
        .await
    }

    /// A signed agreement between a hub and another party.
    pub async fn agreement(&self, hub: Uuid, other: Uuid, fill: impl FnOnce(&mut Record)) -> Uuid {
        let id = self
            .put(&r::AGREEMENT, |record| {
                record.set("title", Text::pair("提携の覚書", "Memorandum"));
                record.set("type", "mou");
                record.set("state", "signed");
                fill(record);
            })
            .await;
        self.party(id, hub, "hub", 1).await;
        self.party(id, other, "party", 2).await;
        id
    }

    pub async fn party(&self, agreement: Uuid, party: Uuid, capacity: &'static str, ordinal: i64) -> Uuid {
        self.put(&r::AGREEMENT_PARTY, |record| {
            record.set("agreement", agreement);
            record.set("party", party);
            record.set("capacity", capacity);
            record.set("ordinal", ordinal);
        })
        .await
    }

    pub async fn clause(&self, agreement: Uuid, letter: &'static str, ordinal: i64, open_ended: bool) -> Uuid {
        self.put(&r::CLAUSE, |record| {
            record.set("agreement", agreement);
            record.set("letter", letter);
            record.set("text", Text::original(kernel::Lang::Ja, "条文"));
            record.set("ordinal", ordinal);
            record.set("open_ended", open_ended);
        })
        .await
    }

    pub async fn used(&self, clause: Uuid, happened: &'static str) -> Uuid {
        self.put(&r::EVIDENCE, |record| {
            record.set("clause", clause);
            record.set("happened", happened);
            record.set("title", Text::pair("共催の催し", "A joint event"));
        })
        .await
    }

    pub async fn read(&self, kind: &'static RecordType, id: Uuid) -> Record {
        store::records::find(&self.web.app.db, kind, id, store::records::Scope::Everything).await.unwrap().unwrap()
    }
}

pub fn keeper() -> Actor {
    TestApp::actor(&[Role::Agreements])
}
