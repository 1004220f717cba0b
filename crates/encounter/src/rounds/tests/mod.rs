//! Behaviour of rounds, over a real store and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod delegations;
mod editing;
mod grid;
mod journey;
mod known;
mod parties;
mod privacy;
mod publishing;
mod races;
mod sheets;
mod suggesting;
mod zones;

use super::model::build::Options;
use super::model::{Dossier, Participant, Side};
use super::{AgreementHolders, files, records as r, store as rows};
use crate::matching::{Matching, Reading};
use axum::body::Body;
use axum::extract::Request;
use chrono::{DateTime, NaiveDate, Utc};
use engine::affinity::concepts::{Concepts, Vocabulary, glossary};
use engine::affinity::{Analyzer, Meaning};
use futures_util::future::BoxFuture;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Result, Role, Text, Uuid};
use std::sync::Arc;
use store::test_support::TestDb;
use web::App;
use web::records::actions::Doing;
use web::test_support::{Answer, TestApp};

struct Nobody;

impl AgreementHolders for Nobody {
    fn current<'a>(&'a self, _: &'a App, _: NaiveDate) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// A hub whose clock stands at noon in Osaka of 20 November 2026.
pub struct World {
    pub web: TestApp,
    pub system: Actor,
    pub matching: Arc<Matching>,
}

/// Reads with the shipped glossary alone.
struct Glossary;

impl Reading for Glossary {
    fn lend(&self, work: &mut dyn FnMut(&Analyzer<'_>, Option<&dyn Meaning>)) {
        let shipped = glossary::shipped();
        work(&Analyzer::new(Concepts::new(vec![Vocabulary::open(&shipped).unwrap()])), None);
    }

    fn edition(&self) -> u64 {
        1
    }
}

pub fn noon() -> DateTime<Utc> {
    "2026-11-20T03:00:00Z".parse().unwrap()
}

pub fn officer() -> Actor {
    TestApp::actor(&[Role::Events])
}

impl World {
    pub async fn new() -> World {
        World::over(TestDb::at(noon()).await).await
    }

    pub async fn over(db: TestDb) -> World {
        let kinds: Vec<&'static RecordType> = directory::records::ALL.iter().chain(r::ALL).copied().collect();
        let hooks = super::hooks();
        let matching = Arc::new(Matching::new(Arc::new(Glossary), &[]));
        let web = TestApp::over(db, kinds, hooks, super::routes(Arc::new(Nobody), &matching)).await.unwrap();
        World { web, system: Actor::system("test"), matching }
    }

    pub fn doing(&self) -> Doing<'_> {
        Doing::system(&self.web.app, &self.system)
    }

    pub async fn round(&self, days: &str, fill: impl FnOnce(&mut Record)) -> Uuid {
        let id = files::create(&self.doing(), |record| {
            record.set("name", Text::pair("面談会", "The round"));
            record.set("kind", "discussion");
            record.set("days", days);
            record.set("slot_minutes", 20_i64);
            record.set("zone", "Asia/Tokyo");
            record.set("rooms", "own");
            fill(record);
        })
        .await
        .unwrap();
        self.web.settle().await.unwrap();
        id
    }

    pub async fn participants(&self, round: Uuid, sheet: &str) {
        let report = files::import_participants(&self.doing(), round, sheet.as_bytes().to_vec(), None).await.unwrap();
        assert!(report.faults.is_empty(), "{:?}", report.faults);
    }

    pub async fn wishes(&self, round: Uuid, sheet: &str) -> files::Report {
        let whose = super::sheet::wishes::Whose::Rows;
        files::import_wishes(&self.doing(), round, sheet.as_bytes().to_vec(), whose, &files::Meant::new())
            .await
            .unwrap()
    }

    pub async fn solve(&self, round: Uuid) -> rows::Run {
        // On a busy machine a second may be too short for any timetable.
        for seconds in [1, 10] {
            let run = files::solve_now(&self.doing(), round, seconds, Options::default(), false).await.unwrap();
            if run.state != "none" {
                return run;
            }
        }
        files::solve_now(&self.doing(), round, 60, Options::default(), false).await.unwrap()
    }

    pub async fn dossier(&self, round: Uuid) -> Dossier {
        files::dossier(&self.doing(), round).await.unwrap()
    }

    /// A round of labs A1… and companies B1… in which everyone wants everyone.
    pub async fn full(&self, labs: usize, companies: usize, days: &str) -> Uuid {
        let round = self.round(days, |_| ()).await;
        let mut sheet = "名称,区分,メール\n".to_owned();
        (1..=labs).for_each(|n| sheet += &format!("A{n},研究室,\n"));
        (1..=companies).for_each(|n| sheet += &format!("B{n},企業,b{n}@canary.example\n"));
        self.participants(round, &sheet).await;
        let mut wishes = "だれが,だれに,希望\n".to_owned();
        for a in 1..=labs {
            (1..=companies).for_each(|b| wishes += &format!("B{b},A{a},○\n"));
        }
        self.wishes(round, &wishes).await;
        round
    }

    /// Sends a form with files.
    pub async fn upload(&self, path: &str, what: &str, name: &str, content: &[u8]) -> Answer {
        let mut body = Vec::new();
        body.extend_from_slice(
            format!("--x\r\nContent-Disposition: form-data; name=\"what\"\r\n\r\n{what}\r\n").as_bytes(),
        );
        body.extend_from_slice(
            format!("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--x--\r\n");
        let request = Request::builder()
            .method("POST")
            .uri(path)
            .header("content-type", "multipart/form-data; boundary=x")
            .body(Body::from(body))
            .unwrap();
        self.web.send(&officer(), request).await
    }
}

pub fn by_name<'a>(dossier: &'a Dossier, name: &str) -> &'a Participant {
    dossier.participants.iter().find(|p| p.name == name).unwrap()
}

pub fn location(answer: &Answer) -> String {
    answer.headers.get("location").unwrap().to_str().unwrap().to_owned()
}

/// No participant twice in a slot.
pub fn holds(dossier: &Dossier) {
    for side in Side::BOTH {
        let mut seen: Vec<_> = dossier.planned().map(|m| (m.with(side), m.starts_at)).collect();
        let count = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), count, "somebody meets two at once");
    }
}
