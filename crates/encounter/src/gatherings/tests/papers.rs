//! Badges and certificates as PDF.

use super::{World, noon, runner, wanted};
use crate::gatherings::actions::check_in::{Arrival, arrive};
use crate::gatherings::actions::register::{Wanted, register};
use crate::gatherings::papers::{self, Badge, Certificate, Occasion};
use crate::gatherings::store as rows;
use crate::print::{Paper, library};
use kernel::{Actor, Lang, Role, Text, Uuid};
use store::atomically;
use web::test_support::TestApp;

fn pages(body: &str) -> usize {
    body.matches("/Type /Page\n").count() + body.matches("/Type /Page ").count() + body.matches("/Type/Page/").count()
}

async fn check_in(world: &World, forum: Uuid, id: Uuid) {
    let staff = runner();
    arrive(&super::doing(world, &staff), forum, &[Arrival { registration: id, at: noon() }]).await.unwrap();
}

#[tokio::test]
async fn badges_are_for_the_confirmed_and_certificates_for_those_who_came() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("capacity", 9)).await;
    let (badges, certificates) =
        (format!("/ja/gatherings/{forum}/badges.pdf"), format!("/en/gatherings/{forum}/certificates.pdf"));
    assert_eq!(world.web.get(&runner(), &badges).await.status, 409);
    for number in 1..=10 {
        world.register(forum, number, 1).await.unwrap();
    }
    let sheet = world.web.get(&runner(), &badges).await;
    assert_eq!((sheet.status.as_u16(), sheet.headers["content-type"].to_str().unwrap()), (200, "application/pdf"));
    assert_eq!(sheet.headers["cache-control"], "private, no-store");
    assert!(sheet.body.starts_with("%PDF-") && pages(&sheet.body) == 2, "nine seats make two sheets of eight");
    assert_eq!(world.web.get(&runner(), &certificates).await.status, 409);
    check_in(&world, forum, world.registrations(forum).await[3].id).await;
    let certificate = world.web.get(&runner(), &certificates).await;
    assert_eq!((certificate.status.as_u16(), pages(&certificate.body)), (200, 1));
}

#[tokio::test]
async fn everybody_opens_their_own_papers_and_nobody_elses() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("group_max", 3)).await;
    let (member, other) = (TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::Member]));
    let mine = Wanted { account: member.account, ..wanted(1, 2) };
    register(&super::doing(&world, &member), forum, &mine).await.unwrap();
    let people = world.registrations(forum).await;
    let party = people[0].party;
    let badge = format!("/ja/registrations/{party}/badges.pdf");
    assert_eq!(pages(&world.web.get(&member, &badge).await.body), 2);
    let one = world.web.get(&member, &format!("{badge}?person={}", people[1].id)).await;
    assert_eq!(pages(&one.body), 1);
    assert_eq!(world.web.get(&other, &badge).await.status, 404);
    assert_eq!(world.web.get(&member, &format!("/ja/registrations/{party}/certificates.pdf")).await.status, 409);
    let page = world.web.get(&member, &format!("/ja/registrations/{party}")).await.body;
    assert!(page.contains("badges.pdf") && !page.contains("certificates.pdf"));
    check_in(&world, forum, people[0].id).await;
    let page = world.web.get(&member, &format!("/ja/registrations/{party}")).await.body;
    assert_eq!(page.matches("certificates.pdf").count(), 1);

    let secret = atomically!(world.web.app.db, |tx| { rows::new_ticket(tx, party).await }).unwrap();
    let visitor = Actor::visitor();
    assert_eq!(world.web.get(&visitor, &format!("/en/tickets/{secret}/certificates.pdf")).await.status, 200);
    assert_eq!(world.web.get(&visitor, "/en/tickets/wrong/badges.pdf").await.status, 404);
    for actor in [TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::Facilities])] {
        assert_eq!(world.web.get(&actor, &format!("/ja/gatherings/{forum}/badges.pdf")).await.status, 403);
    }
}

#[tokio::test]
async fn a_paper_speaks_the_language_of_its_reader() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    world.register(forum, 1, 1).await.unwrap();
    let gathering = world.read(&crate::gatherings::records::GATHERING, forum).await;
    let mut one = world.registrations(forum).await.remove(0);
    let hub = Text::pair("試験の拠点", "Test Hub");
    let occasion = Occasion {
        gathering: &gathering,
        hub: &hub,
        zone: chrono_tz::Asia::Tokyo,
        hosts: vec![],
        today: noon().date_naive(),
    };
    let faces = library().faces().unwrap();
    let mut paper = Paper::new(&faces).unwrap();
    papers::sheets(&mut paper, &[Badge::of(&occasion, &one)]);
    papers::certificates(&mut paper, &[Certificate::of(&occasion, &one)]);
    one.language = "en".to_owned();
    papers::certificates(&mut paper, &[Certificate::of(&occasion, &one)]);
    let said = |page: usize| paper.words(page).join("\n");
    assert_eq!(said(0), "第3回 クロスフォーラム\n客1\n川の手\n試験の拠点");
    for words in ["参加証明書", "客1 様", "下記の催しに参加されたことを証明します。", "2026年12月1日", "ホール2"]
    {
        assert!(said(1).contains(words), "{words} in {}", said(1));
    }
    for words in ["Certificate of Attendance", "has attended", "3rd Cross Forum", "Hall 2", "Test Hub"] {
        assert!(said(2).contains(words), "{words} in {}", said(2));
    }
    assert!(paper.finish("x", Lang::Ja).unwrap().starts_with(b"%PDF-"));
}
