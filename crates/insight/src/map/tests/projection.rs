//! Following the feed and starting from zero give the same ties.

use super::{World, new_map};
use directory::records as d;
use kernel::record::{Record, RecordType};
use kernel::{Actor, Audience, Level, Text, Uuid};
use proptest::prelude::*;
use std::collections::HashMap;
use web::records::actions::{self, Doing};

/// One change of a hub.
#[derive(Debug, Clone)]
enum Act {
    Relate(usize, usize, usize),
    Employ(usize, usize),
    Found(usize, Option<usize>),
    Change(usize, usize),
    Remove(usize),
    Look,
}

fn act() -> impl Strategy<Value = Act> {
    let party = 0..5_usize;
    prop_oneof![
        (party.clone(), party.clone(), 0..4_usize).prop_map(|(a, b, level)| Act::Relate(a, b, level)),
        (0..3_usize, party.clone()).prop_map(|(person, party)| Act::Employ(person, party)),
        (party, prop::option::of(0..4_usize)).prop_map(|(party, funder)| Act::Found(party, funder)),
        (0..12_usize, 0..4_usize).prop_map(|(at, level)| Act::Change(at, level)),
        (0..12_usize).prop_map(Act::Remove),
        Just(Act::Look),
    ]
}

const LEVELS: [Level; 4] = [Level::Public, Level::Members, Level::Staff, Level::Parties];

fn audience(level: usize, party: Uuid) -> Audience {
    let level = LEVELS[level % LEVELS.len()];
    let parties = if level == Level::Parties { vec![party] } else { Vec::new() };
    Audience { level, parties, owner: None }
}

async fn put(world: &World, kind: &'static RecordType, fill: impl FnOnce(&mut Record)) -> Option<Record> {
    let mut record = Record::new(kind, world.web.app.clock.now());
    fill(&mut record);
    let system = Actor::system("test");
    actions::create(&Doing::system(&world.web.app, &system), record).await.ok()
}

async fn play(acts: Vec<Act>) {
    let world = World::new().await;
    let app = &world.web.app;
    let mut parties = Vec::new();
    let mut people = Vec::new();
    for n in 0..5 {
        parties.push(world.organization(&format!("Org {n}"), "company", Level::Public).await);
    }
    for n in 0..3 {
        let fill = |record: &mut Record| {
            record.set("family", Text::pair("山", "Yama"));
            record.set("given", Text::pair(format!("名{n}"), format!("Given {n}")));
        };
        people.push(world.put(&d::PERSON, fill).await.id);
    }
    world.map.catch_up(app).await.unwrap();
    let system = Actor::system("test");
    let doing = Doing::system(app, &system);
    let mut records: Vec<Record> = Vec::new();
    for act in acts {
        match act {
            Act::Relate(a, b, level) if a != b => {
                let fill = |record: &mut Record| {
                    record.set("from", parties[a]);
                    record.set("to", parties[b]);
                    record.set("kind", "founder");
                    record.set("period", "2020-04/..");
                    record.audience = audience(level, parties[a]);
                };
                records.extend(put(&world, &d::RELATION, fill).await);
            }
            Act::Employ(person, party) => {
                let fill = |record: &mut Record| {
                    record.set("person", people[person]);
                    record.set("party", parties[party]);
                    record.set("title", Text::pair("研究員", "Researcher"));
                };
                records.extend(put(&world, &d::ROLE, fill).await);
            }
            Act::Found(party, funder) => {
                let fill = |record: &mut Record| {
                    record.set("name", Text::pair("講座", "Chair"));
                    record.set("kind", "joint_research_chair");
                    record.set("organization", parties[party]);
                    if let Some(funder) = funder {
                        record.set("funders", vec![parties[funder]]);
                    }
                };
                records.extend(put(&world, &d::UNIT, fill).await);
            }
            Act::Change(at, level) if !records.is_empty() => {
                let at = at % records.len();
                let mut after = records[at].clone();
                after.audience = audience(level, parties[0]);
                if let Ok(stored) = actions::update(&doing, after.clone(), records[at].version).await {
                    records[at] = stored;
                }
            }
            Act::Remove(at) if !records.is_empty() => {
                let record = records.remove(at % records.len());
                let _ = actions::delete(&doing, record.kind, record.id).await;
            }
            Act::Look => world.map.catch_up(app).await.unwrap(),
            _ => {}
        }
    }
    world.map.catch_up(app).await.unwrap();
    let followed = world.map.ties().await;
    let kept = crate::map::store::ties(&app.db).await.unwrap();
    assert_eq!(followed, kept, "memory and table agree");
    let fresh = new_map();
    fresh.rebuild(app, |_| ()).await.unwrap();
    assert_eq!(followed, fresh.ties().await, "following and rebuilding agree");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]
    #[test]
    fn rebuilding_from_zero_gives_what_following_gave(acts in prop::collection::vec(act(), 1..14)) {
        tokio::runtime::Runtime::new().unwrap().block_on(play(acts));
    }
}

#[tokio::test]
async fn a_tie_is_there_as_soon_as_its_record_and_gone_with_it() {
    let world = World::new().await;
    let app = &world.web.app;
    let (a, b) = (
        world.organization("Aoba", "startup", Level::Public).await,
        world.organization("Minato", "pharma", Level::Public).await,
    );
    let relation = world.relation(a, b, "2021-04-01/..", Level::Public).await;
    let page = world.web.get(&Actor::visitor(), "/en/map/table").await;
    assert!(page.body.contains("Aoba") && page.body.contains("Minato"), "{}", page.body);
    let system = Actor::system("test");
    actions::delete(&Doing::system(app, &system), &d::RELATION, relation.id).await.unwrap();
    let page = world.web.get(&Actor::visitor(), "/en/map/table").await;
    assert!(!page.body.contains("Minato"));
    assert_eq!(world.map.ties().await, HashMap::new());
}
