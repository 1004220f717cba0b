use super::{World, by_name, officer};
use crate::matching::Features;
use crate::rounds::actions::{answers, publish};
use directory::records as d;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Audience, Level, Text, Uuid};
use web::records::actions;

const DAYS: &str = "2026-12-07 10:00-12:00";

async fn put(world: &World, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Uuid {
    let mut record = Record::new(kind, world.web.app.clock.now());
    record.audience = Audience::from(Level::Public);
    fill(&mut record);
    let stored = actions::create(&world.doing(), record).await.unwrap();
    world.web.settle().await.unwrap();
    stored.id
}

async fn organization(world: &World, name: &str, kind: &'static str) -> Uuid {
    put(world, &d::ORGANIZATION, |record| {
        record.set("name", Text::pair(name, name));
        record.set("kind", kind);
        record.set("country", "JP");
    })
    .await
}

async fn listing(world: &World, party: Uuid, side: &'static str, title: (&str, &str), level: Level) {
    put(world, &d::LISTING, |record| {
        record.set("title", Text::pair(title.0, title.1));
        record.set("party", party);
        record.set("side", side);
        record.set("kind", "technology");
        record.set("state", "open");
        record.audience = Audience::from(level);
    })
    .await;
}

/// A lab that makes organoids and firms of which one needs them; a second one says so to staff alone.
async fn prepared() -> (World, Uuid) {
    let world = World::new().await;
    let lab = organization(&world, "オルガノイド研究所", "university").await;
    let firm = organization(&world, "湊製薬", "pharma").await;
    let hidden = organization(&world, "秘匿製薬", "pharma").await;
    let offer = ("肝オルガノイドによる毒性評価", "Toxicity evaluation with liver organoids");
    let need = ("肝オルガノイドで毒性を評価したい", "We need toxicity evaluation with liver organoids");
    listing(&world, lab, "offer", offer, Level::Public).await;
    listing(&world, firm, "need", need, Level::Public).await;
    listing(
        &world,
        hidden,
        "need",
        ("CANARY 肝オルガノイドの毒性評価", "CANARY liver organoids toxicity"),
        Level::Staff,
    )
    .await;
    let round = world.round(DAYS, |_| ()).await;
    world
        .participants(round, "名称,区分\nオルガノイド研究所,研究室\n湊製薬,企業\n秘匿製薬,企業\n看護研,研究室\n")
        .await;
    world.matching.refresh(&world.web.app, &mut Features::default()).await.unwrap();
    (world, round)
}

#[tokio::test]
async fn suggestions_fill_the_gaps_of_those_who_wish_little_and_are_marked_as_such() {
    let (world, round) = prepared().await;
    let dossier = world.dossier(round).await;
    let (lab, firm) = (by_name(&dossier, "オルガノイド研究所").clone(), by_name(&dossier, "湊製薬").clone());
    assert!(lab.party.is_some() && firm.party.is_some(), "linked by name");
    let path = format!("/ja/rounds/{round}/suggestions");
    let page = world.web.get(&officer(), &path).await.body;
    let pair = format!("{}:{}", lab.id, firm.id);
    assert!(page.contains(&pair), "{page}");
    assert!(!page.contains("CANARY"), "reasons hold nothing that the participant may not see");
    publish::ask(&world.doing(), round, false).await.unwrap();
    let own = world.web.get(&Actor::visitor(), &format!("/ja/my-round/{}", lab.secret)).await.body;
    assert!(own.contains("提案") && !own.contains("CANARY"), "{own}");

    let sent = [("pair", pair.as_str()), ("pair", "nonsense"), ("pair", &format!("{}:{}", lab.id, lab.id))];
    assert_eq!(world.web.post(&officer(), &path, &sent).await.status, 303);
    let dossier = world.dossier(round).await;
    assert_eq!(dossier.wishes.len(), 1);
    assert!(dossier.wishes[&(lab.id, firm.id)].suggested);
    assert!(crate::rounds::model::before::silent(&dossier).iter().any(|p| p.id == lab.id), "it said nothing itself");
    world.solve(round).await;
    crate::rounds::files::publish_quietly(&world.doing(), round).await.unwrap();
    let schedule = world.web.get(&Actor::visitor(), &format!("/ja/my-round/{}", firm.secret)).await.body;
    assert!(schedule.contains(">提案<"), "{schedule}");
    let timetable = world.web.get(&officer(), &format!("/ja/rounds/{round}/timetable")).await.body;
    assert!(timetable.contains(">提案</span>"), "{timetable}");
    let open = world.web.get(&officer(), &format!("/en/rounds/{round}/suggestions")).await;
    assert_eq!(open.status, 200);
}

#[tokio::test]
async fn what_somebody_said_themselves_is_not_replaced_by_a_suggestion() {
    let (world, round) = prepared().await;
    let dossier = world.dossier(round).await;
    let (lab, firm) = (by_name(&dossier, "オルガノイド研究所").id, by_name(&dossier, "湊製薬").id);
    world.wishes(round, "だれが,だれに,希望\nオルガノイド研究所,湊製薬,◎\n").await;
    assert_eq!(answers::take_suggestions(&world.doing(), round, &[(lab, firm)]).await.unwrap(), 0);
    world.wishes(round, "だれが,だれに,希望\n湊製薬,オルガノイド研究所,×\n").await;
    let other = by_name(&world.dossier(round).await, "看護研").id;
    assert_eq!(answers::take_suggestions(&world.doing(), round, &[(other, firm), (other, firm)]).await.unwrap(), 1);
    assert_eq!(answers::take_suggestions(&world.doing(), round, &[(firm, lab)]).await.unwrap(), 0, "they said no");
}
