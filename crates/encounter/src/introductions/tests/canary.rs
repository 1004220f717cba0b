//! Nothing by which a side can be reached gets to anybody before both said yes; after that, to the two alone.

use super::{Ask, World, address, between, concierge};
use directory::records as d;
use kernel::{Actor, Role, Text, Uuid};

/// What a side can be reached by, and who stands for it in an account.
const CANARIES: [&str; 4] = ["kanaria-asker@", "kanaria-other@", "kanaria-through@", "+81-6-0000-1234"];

/// Everything that an actor can read, as one text.
async fn everything(world: &World, actor: &Actor, id: Uuid, parties: &[Uuid]) -> String {
    let mut addresses = vec![
        "/ja/introductions".to_owned(),
        "/en/introductions?show=waiting".to_owned(),
        "/en/introductions?show=made".to_owned(),
        "/en/introductions?show=closed".to_owned(),
        "/ja/introductions/new".to_owned(),
        "/api/v1/introductions".to_owned(),
        "/ja/staff/introductions".to_owned(),
        "/ja/staff/introductions?state=made".to_owned(),
        "/ja/search?q=kanaria".to_owned(),
        "/ja/lookup?q=kanaria&types=organization,person".to_owned(),
        "/ja/organizations".to_owned(),
        "/api/v1/openapi.json".to_owned(),
        format!("/ja/introductions/{id}"),
        format!("/api/v1/introductions/{id}"),
    ];
    for party in parties {
        addresses.extend([
            format!("/ja/introductions/new?other={party}"),
            format!("/ja/organizations/{party}"),
            format!("/api/v1/organizations/{party}"),
            format!("/ja/organizations/{party}/history"),
        ]);
    }
    let mut all = String::new();
    for address in addresses {
        let answer = world.web.get(actor, &address).await;
        all.push_str(&format!("{address} {} {:?} {}\n", answer.status, answer.headers, answer.body));
    }
    all
}

/// The feed, as the record keepers and exports read it.
async fn feed(world: &World) -> String {
    let entries = store::feed::read(&world.web.app.db, 0, 10_000).await.unwrap();
    let told = entries.into_iter().filter(|entry| entry.record_type == "introduction");
    told.map(|entry| format!("{:?} {:?} {:?}", entry.action, entry.before, entry.after)).collect()
}

fn caught(text: &str) -> Vec<&'static str> {
    CANARIES.into_iter().filter(|canary| text.contains(canary)).collect()
}

#[tokio::test]
async fn nothing_by_which_a_side_is_reached_flies_before_both_said_yes() {
    let world = World::new().await;
    let mut sides = Vec::new();
    for name in ["asker", "other", "through"] {
        let party = world
            .put(&d::ORGANIZATION, |record| {
                record.set("name", Text::pair(name, name));
                record.set("kind", "company");
                record.set("country", "JP");
                record.set("phone", "+81-6-0000-1234");
                record.field_levels.insert("phone".to_owned(), kernel::Level::Staff);
            })
            .await;
        let actor = world.account(&format!("kanaria-{name}"), None, &[party], &[Role::Member]).await;
        sides.push((party, actor));
    }
    let [(a, asker), (b, other), (c, contact)] = &sides[..] else { panic!("three sides") };
    let parties = [*a, *b, *c];
    let stranger = world.party("stranger").await.1;
    let readers = [asker, other, contact, &stranger, &Actor::visitor()].map(Clone::clone);
    let id = world.ask(asker, &Ask { through: Some(*c), ..between(*a, *b) }).await.unwrap();
    // Asked of the contact; passed on; and, beside it, an introduction that was declined.
    let declined = world.ask(asker, &between(*a, *c)).await.unwrap();
    world.says(contact, declined, false).await.unwrap();
    for step in ["asked", "offered"] {
        if step == "offered" {
            world.says(contact, id, true).await.unwrap();
        }
        for (at, reader) in readers.iter().enumerate() {
            for id in [id, declined] {
                let text = everything(&world, reader, id, &parties).await;
                // A manager reads the number on the page of the own organization.
                let text = if at < 3 { text.replace(CANARIES[3], "") } else { text };
                let own = CANARIES.get(at).copied().filter(|_| at < 3);
                let found: Vec<_> = caught(&text).into_iter().filter(|canary| Some(*canary) != own).collect();
                assert_eq!(found, Vec::<&str>::new(), "{step}: reader {at}");
            }
        }
        for (_, subject, body) in world.mails().await {
            assert_eq!(caught(&format!("{subject}{body}")), Vec::<&str>::new(), "{step}: {subject}");
        }
        assert_eq!(caught(&feed(&world).await), Vec::<&str>::new());
        let whose = web::Whose { account: asker.account.unwrap(), persons: parties.to_vec(), email_key: String::new() };
        let copies = world.web.app.hooks.copies(&world.web.app, &whose).await.unwrap();
        assert_eq!(caught(&format!("{copies:?}")), Vec::<&str>::new());
    }
    world.says(other, id, true).await.unwrap();
    for (at, reader) in readers.iter().enumerate() {
        let text = everything(&world, reader, id, &parties).await;
        let hears = |canary: &str| text.contains(canary);
        assert_eq!((hears(CANARIES[0]), hears(CANARIES[1])), (at == 1, at == 0), "made: reader {at}");
    }
    let staff = everything(&world, &concierge(), id, &parties).await;
    assert_eq!(caught(&staff.replace(CANARIES[3], "")), Vec::<&str>::new());
    for (to, subject, body) in world.mails().await {
        let may = match &*to {
            "kanaria-asker@example.jp" => CANARIES[1],
            "kanaria-other@example.jp" => CANARIES[0],
            _ => "",
        };
        let found: Vec<_> = caught(&format!("{subject}{body}")).into_iter().filter(|canary| *canary != may).collect();
        assert_eq!(found, Vec::<&str>::new(), "{to}: {subject}: a number that only staff may see is not handed over");
    }
    assert_eq!(caught(&feed(&world).await), Vec::<&str>::new());
}

#[tokio::test]
async fn a_request_that_names_a_way_to_reach_somebody_is_refused() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    for message in [
        "書いてください a@example.jp",
        "ｂ＠example.jp",
        "https://example.jp/me",
        "06-1234-5678",
        "０６（１２３４）５６７８",
    ] {
        let ids = (a.to_string(), b.to_string());
        let form = [("asker", &*ids.0), ("other", &*ids.1), ("message", message)];
        let answer = world.web.post(&asker, "/ja/introductions/new", &form).await;
        assert_eq!(answer.status, 422, "{message}");
        assert!(answer.body.contains("連絡先"), "the reason is said");
        assert!(answer.body.contains(message), "what was typed is kept");
    }
    assert!(world.mails().await.is_empty());
    let _ = address("aoba");
}
