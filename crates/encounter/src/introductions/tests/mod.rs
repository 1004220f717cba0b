//! Behaviour of introductions, over a real store and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod canary;
mod journey;
mod limits;
mod merges;
mod outcomes;
mod personal;
mod races;
mod rules;

use super::actions::answer::{Answer, answer};
use super::actions::ask::{Ask, ask};
use super::model::State;
use super::store::{self as rows, Introduction};
use chrono::{DateTime, Utc};
use directory::records as d;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Level, Result, Role, Text, Uuid};
use serde_json::json;
use store::test_support::TestDb;
use store::{args, atomically};
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
        let kinds: Vec<&'static RecordType> = d::ALL.to_vec();
        let routes = d::PARTIES.iter().filter_map(|key| d::ALL.iter().find(|kind| kind.key == *key));
        let routes = routes.fold(super::routes(), |routes, kind| routes.with(web::records::routes(kind)));
        World { web: TestApp::over(db, kinds, super::hooks(), routes).await.unwrap() }
    }

    pub async fn put(&self, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Uuid {
        let mut record = Record::new(kind, self.web.app.clock.now());
        record.audience = Level::Public.into();
        fill(&mut record);
        let system = Actor::system("test");
        let stored = actions::create(&Doing::system(&self.web.app, &system), record).await.unwrap();
        self.web.settle().await.unwrap();
        stored.id
    }

    /// An organization, and the actor of an account that manages it.
    pub async fn party(&self, name: &str) -> (Uuid, Actor) {
        let party = self.organization(name, "").await;
        (party, self.account(name, None, &[party], &[Role::Member]).await)
    }

    pub async fn organization(&self, name: &str, email: &str) -> Uuid {
        self.put(&d::ORGANIZATION, |record| {
            record.set("name", Text::pair(name, name));
            record.set("kind", "company");
            record.set("country", "JP");
            if !email.is_empty() {
                record.set("email", email);
            }
        })
        .await
    }

    /// An active account with the address `<name>@example.jp`.
    pub async fn account(&self, name: &str, person: Option<Uuid>, manages: &[Uuid], roles: &[Role]) -> Actor {
        let db = &self.web.app.db;
        let (id, now, email) = (db.new_id(), db.now(), address(name));
        atomically!(db, |tx| {
            let sql = "INSERT INTO account (id, email, email_key, label, language, person, state, roles, manages, created_at, updated_at) \
                       VALUES ($1, $2, $2, $3, 'ja', $4, 'active', $5, $6, $7, $7)";
            let (label, codes) = (format!("{name} label"), json!([]));
            tx.run(sql, args![id, email.as_str(), label, person, codes, json!(manages), now]).await?;
            Ok(())
        })
        .unwrap();
        let label = format!("{name} label");
        Actor { account: Some(id), label, roles: roles.to_vec(), person, manages: manages.to_vec(), ..Actor::visitor() }
    }

    pub async fn ask(&self, actor: &Actor, wanted: &Ask) -> Result<Uuid> {
        ask(&self.doing(actor), wanted).await
    }

    pub async fn says(&self, actor: &Actor, id: Uuid, yes: bool) -> Result<()> {
        answer(&self.doing(actor), id, Answer { yes, never_again: false }).await
    }

    pub async fn never(&self, actor: &Actor, id: Uuid) -> Result<()> {
        answer(&self.doing(actor), id, Answer { yes: false, never_again: true }).await
    }

    pub async fn read(&self, id: Uuid) -> Introduction {
        rows::find(&self.web.app.db, id).await.unwrap().unwrap()
    }

    pub async fn state(&self, id: Uuid) -> State {
        self.read(id).await.state()
    }

    /// Recipient, subject and body of every mail.
    pub async fn mails(&self) -> Vec<(String, String, String)> {
        let sql = "SELECT recipient, subject, text_body FROM mail ORDER BY created_at, id";
        self.web.app.db.all(sql, args![]).await.unwrap()
    }

    pub async fn mails_to(&self, name: &str) -> Vec<(String, String)> {
        let all = self.mails().await.into_iter().filter(|(to, ..)| *to == address(name));
        all.map(|(_, subject, body)| (subject, body)).collect()
    }

    /// The body of the page at an address.
    pub async fn page(&self, actor: &Actor, path: &str) -> String {
        let answer = self.web.get(actor, path).await;
        assert_eq!(answer.status, 200, "{path}");
        answer.body
    }

    pub fn doing<'a>(&'a self, actor: &'a Actor) -> Doing<'a> {
        Doing { app: &self.web.app, actor, db: self.web.app.db.clone() }
    }

    pub fn pass_days(&self, days: i64) {
        self.web.app.clock.advance(chrono::TimeDelta::days(days));
    }
}

pub fn noon() -> DateTime<Utc> {
    "2026-11-22T03:00:00Z".parse().unwrap()
}

pub fn address(name: &str) -> String {
    format!("{name}@example.jp")
}

pub fn concierge() -> Actor {
    TestApp::actor(&[Role::Concierge])
}

pub fn between(asker: Uuid, other: Uuid) -> Ask {
    Ask { asker, other, through: None, about: None, message: String::new(), by_staff: false }
}
