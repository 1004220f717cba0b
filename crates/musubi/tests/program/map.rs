//! The map over the sample hub: ties of every subsystem are on it, and hidden ones nowhere.

use crate::hub::{Hub, alone, reading};
use alliance::agreements::records::{AGREEMENT, AGREEMENT_PARTY};
use kernel::record::Record;
use kernel::{Actor, Audience, Level, Text};
use web::records::actions::{self, Doing};

const PAGES: [&str; 12] = [
    "/en/map",
    "/ja/map?on=2020-09-30",
    "/en/map/table",
    "/en/map/balance",
    "/en/map/changes?since=2015-01-01",
    "/en/map/embed",
    "/en/map/export.svg",
    "/en/map/export.csv",
    "/en/map/export.json",
    "/en/map/export.graphml",
    "/en/map/export.gexf",
    "/en/map/bridges?left=sector:start&right=sector:comp",
];

#[test]
fn agreements_roles_structure_and_gatherings_are_on_the_map() {
    reading(async |hub| {
        let csv = hub.page("/en/map/export.csv?g=pers&g=lab&g=hosp&g=comp&g=dev&g=start&g=inv&g=pub&g=hub&g=oth").await;
        for kind in ["agreement", "clause", "use", "role", "structure", "cohost"] {
            assert!(csv.body.contains(&format!(",{kind},")), "no {kind}");
        }
        let page = hub.page("/en/map").await;
        assert!(page.body.matches("<path class=\"e").count() > 20, "{}", page.words());
    });
}

#[test]
fn an_agreement_for_staff_changes_no_byte_for_others() {
    alone(async || {
        let hub = Hub::with_sample().await;
        let mut before = Vec::new();
        for who in ["", "member"] {
            for page in PAGES {
                before.push((who, page, hub.get(who, page).await));
            }
        }
        let system = Actor::system("test");
        let doing = Doing::system(&hub.app, &system);
        let put = async |mut record: Record, fill: &dyn Fn(&mut Record)| {
            fill(&mut record);
            record.audience = Audience::from(Level::Staff);
            actions::create(&doing, record).await.unwrap()
        };
        let now = hub.app.clock.now();
        let agreement = put(Record::new(&AGREEMENT, now), &|record| {
            record.set("title", Text::pair("蛙の覚書", "Kaeru memorandum"));
            record.set("type", "mou");
            record.set("state", "signed");
            record.set("signed", "2026-01-15");
        })
        .await;
        for code in ["linkj", "miotsukushi-bio"] {
            let party = hub.id("organization", code);
            put(Record::new(&AGREEMENT_PARTY, now), &|record| {
                record.set("agreement", agreement.id);
                record.set("party", party);
            })
            .await;
        }
        hub.app.projections.catch_up(&hub.app).await;
        for (who, page, was) in before {
            let is = hub.get(who, page).await;
            assert_eq!((was.status, was.body), (is.status, is.body), "{who} {page}");
        }
        let staff = hub.get("director", "/en/map/table").await;
        assert!(
            staff.body.contains("Kaeru memorandum")
                || hub.get("director", "/en/map/export.csv").await.body.contains(&agreement.id.to_string())
        );
    });
}
