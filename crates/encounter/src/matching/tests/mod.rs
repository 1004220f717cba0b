//! Behaviour of matching, over a real store and the real router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod learning;

use super::{Features, Matching, Reading, report, routes};
use directory::records as d;
use engine::affinity::concepts::{Concepts, Vocabulary, glossary};
use engine::affinity::{Analyzer, Meaning};
use kernel::record::{Record, RecordType};
use kernel::{Actor, Audience, Level, Role, Text, Uuid};
use std::sync::Arc;
use store::test_support::TestDb;
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

/// Reads with the shipped glossary alone.
struct Glossary;

impl Reading for Glossary {
    fn lend(&self, work: &mut dyn FnMut(&Analyzer<'_>, Option<&dyn Meaning>)) {
        let shipped = glossary::shipped();
        let analyzer = Analyzer::new(Concepts::new(vec![Vocabulary::open(&shipped).unwrap()]));
        work(&analyzer, None);
    }

    fn edition(&self) -> u64 {
        1
    }
}

struct World {
    web: TestApp,
    matching: Arc<Matching>,
    features: Features,
}

impl World {
    async fn new() -> World {
        let matching = Arc::new(Matching::new(Arc::new(Glossary), &[]));
        let kinds: Vec<&'static RecordType> = d::ALL.to_vec();
        let web = TestApp::over(
            TestDb::at("2026-11-22T03:00:00Z".parse().unwrap()).await,
            kinds,
            web::Hooks::default(),
            routes(&matching),
        )
        .await
        .unwrap();
        World { web, matching, features: Features::default() }
    }

    async fn put(&self, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Uuid {
        let mut record = Record::new(kind, self.web.app.clock.now());
        fill(&mut record);
        let system = Actor::system("test");
        let stored = actions::create(&Doing::system(&self.web.app, &system), record).await.unwrap();
        self.web.settle().await.unwrap();
        stored.id
    }

    async fn organization(&self, name: &str, kind: &'static str) -> Uuid {
        self.put(&d::ORGANIZATION, |record| {
            record.set("name", Text::pair(name, name));
            record.set("kind", kind);
            record.audience = Audience::from(Level::Public);
        })
        .await
    }

    async fn listing(&self, party: Uuid, side: &'static str, ja: &str, en: &str, level: Level) -> Uuid {
        self.put(&d::LISTING, |record| {
            record.set("party", party);
            record.set("side", side);
            record.set("kind", "manufacturing_slot");
            record.set("title", Text::pair(ja, en));
            record.set("state", "open");
            record.audience = Audience::from(level);
        })
        .await
    }

    async fn refresh(&mut self) {
        self.matching.refresh(&self.web.app, &mut self.features).await.unwrap();
    }

    /// A start-up that seeks, a company that has, and some others that have something else.
    async fn pair(&mut self) -> (Uuid, Uuid) {
        let (startup, company) =
            (self.organization("澪つくし", "startup").await, self.organization("湊", "company").await);
        self.listing(startup, "need", "心筋シートの製造枠", "A slot for cardiac patches", Level::Public).await;
        self.listing(
            company,
            "offer",
            "心筋細胞シートを作れる製造枠",
            "A slot for cardiomyocyte sheets",
            Level::Public,
        )
        .await;
        for number in 0..4 {
            let other = self.organization(&format!("その他{number}"), "company").await;
            let (ja, en) = (format!("事務机{number}台"), format!("{number} office desks"));
            self.listing(other, "offer", &ja, &en, Level::Public).await;
        }
        self.refresh().await;
        (startup, company)
    }
}

fn manager_of(party: Uuid) -> Actor {
    let mut actor = TestApp::actor(&[Role::OrganizationManager]);
    actor.manages = vec![party];
    actor
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_a_need_comes_first_with_a_reason_that_names_both_records() {
    let mut world = World::new().await;
    let (startup, _) = world.pair().await;
    for (lang, need) in [("ja", "心筋シートの製造枠"), ("en", "A slot for cardiac patches")] {
        let page = world.web.get(&manager_of(startup), &format!("/{lang}/matches")).await;
        assert_eq!(page.status, 200);
        let first = page.body.split("<li class=\"card org\">").nth(1).unwrap();
        assert!(first.contains("湊") && first.contains(need), "{first}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_in_full_says_why_and_what_would_change_it() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let page = world.web.get(&manager_of(startup), &format!("/en/matches/{startup}/{company}")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Number 1 of the list"), "{}", page.body);
    let standing = world.matching.standing().unwrap();
    let staff = Actor::system("test");
    let told = report(&standing, &world.web.app.catalogue, &staff, &staff.keyring(), [startup, company]).unwrap();
    assert_eq!(told.place, Some(1));
    assert!(!told.reasons.is_empty() && told.reasons.iter().all(|words| !words.ja.is_empty() && !words.en.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn not_again_is_for_both_lists_and_can_be_taken_back_by_the_side_that_said_it() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let actor = manager_of(startup);
    let listed = |body: &str| body.contains(&format!("/matches/{startup}/{company}\""));
    let path = format!("/ja/matches/{startup}/{company}/never");
    for _ in 0..2 {
        assert_eq!(world.web.post(&actor, &path, &[]).await.status, 303, "saying it twice is saying it");
    }
    world.refresh().await;
    let page = world.web.get(&actor, "/ja/matches").await.body;
    assert!(!listed(&page) && page.contains("今後は出さない相手"), "{page}");
    let theirs = world.web.get(&manager_of(company), "/ja/matches").await.body;
    assert!(!theirs.contains("澪つくし"), "the other side is not told");
    assert_eq!(world.web.post(&actor, &format!("/ja/matches/{startup}/{company}/again"), &[]).await.status, 303);
    world.refresh().await;
    assert!(listed(&world.web.get(&actor, "/ja/matches").await.body));
}

#[tokio::test(flavor = "multi_thread")]
async fn suggestions_of_others_look_like_those_of_nobody() {
    let mut world = World::new().await;
    let (startup, company) = world.pair().await;
    let stranger = manager_of(company);
    for path in [format!("/ja/matches?for={startup}"), format!("/ja/matches/{startup}/{company}")] {
        assert_eq!(world.web.get(&stranger, &path).await.status, 404, "{path}");
    }
    assert_eq!(world.web.post(&stranger, &format!("/ja/matches/{startup}/{company}/never"), &[]).await.status, 404);
    let concierge = TestApp::actor(&[Role::Concierge]);
    assert_eq!(world.web.get(&concierge, &format!("/ja/matches?for={startup}")).await.status, 200);
}

/// f74: nothing of a hidden record, not even a rank.
#[tokio::test(flavor = "multi_thread")]
async fn a_hidden_listing_changes_nothing_for_those_who_may_not_see_it() {
    let mut world = World::new().await;
    let (startup, _) = world.pair().await;
    let actor = manager_of(startup);
    let before = world.web.get(&actor, "/en/matches").await.body;
    let rival = world.organization("その他9", "company").await;
    world.refresh().await;
    let plain = world.web.get(&actor, "/en/matches").await.body;
    world.listing(rival, "offer", "心筋シート カナリア", "cardiac patches canary slot", Level::Staff).await;
    world.refresh().await;
    let after = world.web.get(&actor, "/en/matches").await.body;
    assert_eq!(plain, after);
    assert!(!before.contains("canary") && !after.contains("canary"));
    let staff = world.web.get(&TestApp::actor(&[Role::Concierge]), &format!("/en/matches?for={startup}")).await.body;
    assert!(staff.contains("canary"), "who may see it is shown it");
}
