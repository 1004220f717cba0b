//! Each way of asking, to its end.

use super::{Ask, World, address, between, concierge};
use crate::introductions::actions::answer::{nudge, withdraw};
use crate::introductions::jobs;
use crate::introductions::model::State;
use kernel::{Actor, Error};

#[tokio::test]
async fn two_who_say_yes_are_handed_to_each_other() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (a, b) = (a.to_string(), b.to_string());
    let form = [("asker", &*a), ("other", &*b), ("through", ""), ("about", ""), ("message", "細胞の輸送について")];
    let asked = world.web.post(&asker, "/ja/introductions/new", &form).await;
    assert_eq!(asked.status, 303, "{}", asked.body);
    let mails = world.mails().await;
    assert_eq!(mails.iter().map(|(to, ..)| to.clone()).collect::<Vec<_>>(), [address("bashi")]);
    let id = crate::introductions::store::of_party(&world.web.app.db, a.parse().unwrap()).await.unwrap()[0].id;
    let path = format!("/ja/introductions/{id}");
    assert!(world.page(&other, "/ja/introductions").await.contains(&path));
    let before = world.page(&other, &path).await;
    assert!(before.contains("細胞の輸送について") && before.contains("お会いになりますか"));
    let answered = world.web.post(&other, &format!("{path}/answer"), &[("answer", "yes")]).await;
    assert_eq!(answered.status, 303, "{}", answered.body);
    assert_eq!(world.state(id).await, State::Made);
    assert!(world.page(&asker, &path).await.contains("mailto:bashi@example.jp"));
    assert!(world.page(&other, &path).await.contains("mailto:aoba@example.jp"));
    assert!(world.mails_to("aoba").await[0].1.contains("bashi@example.jp"));
    assert!(world.mails_to("bashi").await[1].1.contains("aoba@example.jp"));
}

#[tokio::test]
async fn a_common_contact_is_asked_first_and_the_other_hears_of_it_only_then() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, contact) = world.party("chubu").await;
    let id = world.ask(&asker, &Ask { through: Some(c), ..between(a, b) }).await.unwrap();
    assert_eq!(world.state(id).await, State::Asked);
    assert!(world.mails_to("bashi").await.is_empty());
    let path = format!("/ja/introductions/{id}");
    assert_eq!(world.web.get(&other, &path).await.status, 404, "nothing was asked of the other yet");
    assert_eq!(world.says(&other, id, true).await, Err(Error::NotFound));
    world.says(&contact, id, true).await.unwrap();
    assert_eq!(world.state(id).await, State::Offered);
    assert_eq!(world.mails_to("bashi").await.len(), 1);
    assert!(matches!(world.says(&contact, id, false).await, Err(Error::Conflict(_))), "the contact has answered");
    world.says(&other, id, true).await.unwrap();
    assert_eq!(world.state(id).await, State::Made);
    let seen = world.page(&contact, &path).await;
    assert!(!seen.contains("aoba@") && !seen.contains("bashi@"), "the contact is handed nothing");
    assert_eq!(world.mails_to("chubu").await.len(), 1);
}

#[tokio::test]
async fn the_concierge_asks_both() {
    let world = World::new().await;
    let ((a, one), (b, two)) = (world.party("aoba").await, world.party("bashi").await);
    let staff = concierge();
    let refused = world.ask(&one, &Ask { by_staff: true, ..between(a, b) }).await;
    assert_eq!(refused, Err(Error::Forbidden));
    let id = world.ask(&staff, &Ask { by_staff: true, ..between(a, b) }).await.unwrap();
    assert_eq!((world.mails_to("aoba").await.len(), world.mails_to("bashi").await.len()), (1, 1));
    assert!(world.page(&staff, "/ja/staff/introductions").await.contains("aoba × bashi"));
    world.says(&two, id, true).await.unwrap();
    assert_eq!(world.state(id).await, State::Offered, "one yes hands over nothing");
    assert!(!world.page(&two, &format!("/ja/introductions/{id}")).await.contains("aoba@"));
    world.says(&one, id, true).await.unwrap();
    assert_eq!(world.state(id).await, State::Made);
    let seen = world.page(&staff, &format!("/ja/introductions/{id}")).await;
    assert!(!seen.contains("aoba@") && !seen.contains("bashi@"), "staff bring together; nothing is handed to them");
}

#[tokio::test]
async fn whoever_has_no_account_answers_by_the_link_of_a_mail_with_a_button_once() {
    let world = World::new().await;
    let (a, asker) = world.party("aoba").await;
    let b = world.organization("bashi", &address("bashi")).await;
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    let (subject, body) = world.mails_to("bashi").await[0].clone();
    assert!(subject.contains("ご紹介") && subject.contains("An introduction"), "{subject}");
    let links: Vec<&str> = body.lines().filter_map(|line| line.strip_prefix("http://localhost")).collect();
    assert_eq!(links.len(), 2, "{body}");
    assert!(links[0].starts_with("/ja/") && links[1].starts_with("/en/"));
    let visitor = Actor::visitor();
    for link in &links {
        // Programs that follow links in mails answer nothing.
        assert!(!world.page(&visitor, link).await.contains("aoba@"));
    }
    assert_eq!(world.state(id).await, State::Offered);
    assert_eq!(world.web.get(&visitor, &format!("{}x", links[0])).await.status, 404);
    assert_eq!(world.web.post(&visitor, links[0], &[("answer", "perhaps")]).await.status, 422);
    assert_eq!(world.web.post(&visitor, links[1], &[("answer", "yes")]).await.status, 303);
    assert_eq!(world.state(id).await, State::Made);
    assert_eq!(world.web.post(&visitor, links[0], &[("answer", "no")]).await.status, 409, "it answers once");
    assert!(!world.page(&visitor, links[0]).await.contains("aoba@"), "contact details come by mail");
    assert!(world.mails_to("bashi").await[1].1.contains("aoba@example.jp"));
    assert!(world.mails_to("aoba").await[0].1.contains("bashi@example.jp"));
}

#[tokio::test]
async fn a_no_looks_to_the_asker_like_no_answer() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let (c, _) = world.party("chubu").await;
    let declined = world.ask(&asker, &between(a, b)).await.unwrap();
    let silent = world.ask(&asker, &between(a, c)).await.unwrap();
    world.says(&other, declined, false).await.unwrap();
    assert_eq!(world.state(declined).await, State::Declined);
    let alike = async |world: &World| {
        let (one, two) = (format!("/ja/introductions/{declined}"), format!("/ja/introductions/{silent}"));
        let (one, two) = (world.page(&asker, &one).await, world.page(&asker, &two).await);
        let plain = |page: String, id: kernel::Uuid, party: kernel::Uuid, name: &str| {
            page.replace(&id.to_string(), "ID").replace(&party.to_string(), "PARTY").replace(name, "NAME")
        };
        assert_eq!(plain(one, declined, b, "bashi"), plain(two, silent, c, "chubu"));
    };
    alike(&world).await;
    let mails = world.mails().await.len();
    nudge(&world.doing(&asker), declined).await.unwrap();
    assert_eq!(world.mails().await.len(), mails, "no mail to whoever declined");
    nudge(&world.doing(&asker), silent).await.unwrap();
    assert_eq!(world.mails().await.len(), mails + 1);
    alike(&world).await;
    world.pass_days(15);
    jobs::expire_due(&world.web.app).await.unwrap();
    assert_eq!(world.state(silent).await, State::Expired);
    alike(&world).await;
}

#[tokio::test]
async fn taking_back_ends_it_also_when_it_had_been_declined() {
    let world = World::new().await;
    let ((a, asker), (b, other)) = (world.party("aoba").await, world.party("bashi").await);
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    assert_eq!(withdraw(&world.doing(&other), id).await, Err(Error::NotFound));
    withdraw(&world.doing(&asker), id).await.unwrap();
    assert_eq!(world.state(id).await, State::Withdrawn);
    assert!(world.says(&other, id, true).await.is_err());
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    world.says(&other, id, false).await.unwrap();
    withdraw(&world.doing(&asker), id).await.unwrap();
    assert!(world.page(&asker, "/ja/introductions?show=closed").await.contains("取り下げました"));
}

#[tokio::test]
async fn strangers_find_nothing_and_counts_are_of_ones_own() {
    let world = World::new().await;
    let ((a, asker), (b, _)) = (world.party("aoba").await, world.party("bashi").await);
    let (_, stranger) = world.party("chubu").await;
    let id = world.ask(&asker, &between(a, b)).await.unwrap();
    for path in [format!("/ja/introductions/{id}"), format!("/api/v1/introductions/{id}")] {
        assert_eq!(world.web.get(&stranger, &path).await.status, 404, "{path}");
    }
    assert!(!world.page(&stranger, "/ja/introductions").await.contains("bashi"));
    assert_eq!(world.web.get(&stranger, "/api/v1/introductions").await.body, r#"{"items":[]}"#);
    assert_eq!(world.web.get(&stranger, "/ja/staff/introductions").await.status, 403);
    assert_eq!(world.ask(&stranger, &between(a, b)).await, Err(Error::NotFound), "nobody asks for others");
}
