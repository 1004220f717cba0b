//! Surveys after a gathering: who is asked, one answer each, and what is shown of the answers.

use super::{World, noon, runner, wanted};
use crate::gatherings::actions::check_in::{Arrival, arrive};
use crate::gatherings::actions::register::{Wanted, register};
use crate::gatherings::actions::survey::{self, answer, ask};
use crate::gatherings::model::survey::{Mode, tally};
use crate::gatherings::records::SURVEY_QUESTION;
use crate::gatherings::store::{self as rows, Registration};
use chrono::TimeDelta;
use kernel::record::Record;
use kernel::{Actor, Error, Lang, Role, Text, Uuid};
use serde_json::{Map, Value, json};
use store::atomically;
use web::test_support::TestApp;

/// A forum with a survey of one scale and one line, and so many people, half of them checked in; it is over.
async fn over(mode: &str, people: usize) -> (World, Uuid, Uuid, Uuid) {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("survey", mode)).await;
    let scale = question(&world, forum, "scale", 1, true).await;
    let line = question(&world, forum, "text", 2, false).await;
    for number in 1..=people {
        world.register(forum, number, 1).await.unwrap();
    }
    (world, forum, scale, line)
}

async fn question(world: &World, forum: Uuid, kind: &'static str, ordinal: i64, required: bool) -> Uuid {
    world
        .put(&SURVEY_QUESTION, |record| {
            record.set("gathering", forum);
            record.set("label", Text::pair(format!("質問{ordinal}"), format!("Question {ordinal}")));
            record.set("kind", kind);
            record.set("required", required);
            record.set("ordinal", ordinal);
        })
        .await
}

async fn everybody_asked(world: &World, forum: Uuid) -> Vec<Registration> {
    world.web.app.clock.advance(TimeDelta::days(10));
    ask(&world.web.app, forum).await.unwrap();
    world.registrations(forum).await
}

fn given(question: Uuid, value: Value) -> Map<String, Value> {
    Map::from_iter([(question.to_string(), value)])
}

#[tokio::test]
async fn those_who_came_are_asked_once_after_the_end() {
    let (world, forum, ..) = over("anonymous", 3).await;
    let people = world.registrations(forum).await;
    let staff = runner();
    let came: Vec<Arrival> = people[..2].iter().map(|one| Arrival { registration: one.id, at: noon() }).collect();
    arrive(&super::doing(&world, &staff), forum, &came).await.unwrap();
    assert_eq!(survey::due(&world.web.app).await.unwrap(), Vec::<Uuid>::new(), "it is not over");
    world.web.app.clock.advance(TimeDelta::days(10));
    assert_eq!(survey::due(&world.web.app).await.unwrap(), [forum]);
    assert_eq!(ask(&world.web.app, forum).await.unwrap(), 2);
    assert_eq!(ask(&world.web.app, forum).await.unwrap(), 0, "asked once");
    let mails = world.mails().await;
    let asked: Vec<_> = mails.iter().filter(|(_, subject, ..)| subject.starts_with("アンケートのお願い")).collect();
    assert_eq!(asked.len(), 2);
    assert!(asked.iter().all(|(.., body, _)| body.contains("/survey") && body.contains("アンケートに答える")));
    world.web.app.clock.advance(TimeDelta::days(20));
    assert_eq!(survey::due(&world.web.app).await.unwrap(), Vec::<Uuid>::new(), "too late to ask");
}

#[tokio::test]
async fn a_gathering_without_a_survey_or_without_questions_asks_nobody() {
    let world = World::new().await;
    world.forum(|record| record.set("survey", "named")).await;
    let without = world.forum(|_| {}).await;
    question(&world, without, "text", 1, false).await;
    world.web.app.clock.advance(TimeDelta::days(10));
    assert_eq!(survey::due(&world.web.app).await.unwrap(), Vec::<Uuid>::new());
}

#[tokio::test]
async fn one_answer_a_person_however_often_and_fast_it_is_sent() {
    let (world, forum, scale, _) = over("named", 1).await;
    let one = everybody_asked(&world, forum).await.remove(0);
    let (db, five) = (&world.web.app.db, given(scale, json!(5)));
    let all = futures_util::future::join_all((0..8).map(|_| answer(db, &one, Mode::Named, &five))).await;
    assert_eq!(all.iter().filter(|done| done.is_ok()).count(), 1);
    assert!(all.iter().all(|done| matches!(done, Ok(()) | Err(Error::Conflict(_)))), "{all:?}");
    assert_eq!(rows::survey_answers(db, forum).await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_the_form_promised_about_names_holds() {
    let (world, forum, scale, _) = over("anonymous", 1).await;
    let one = everybody_asked(&world, forum).await.remove(0);
    let db = &world.web.app.db;
    let refused = answer(db, &one, Mode::Named, &given(scale, json!(4))).await;
    assert!(matches!(refused, Err(Error::Conflict(_))));
    answer(db, &one, Mode::Anonymous, &given(scale, json!(4))).await.unwrap();
    let kept = rows::survey_answers(db, forum).await.unwrap();
    assert_eq!(kept, [(None, json!({ scale.to_string(): 4 }))]);
    let sql = "SELECT count(*) FROM change WHERE record_type LIKE 'survey%' AND record_type <> 'survey_question'";
    let store::One(noted): store::One<i64> = db.one(sql, store::args![]).await.unwrap();
    assert_eq!(noted, 0, "the feed does not tell who answered when");
}

#[tokio::test]
async fn the_form_works_by_mail_and_by_account_and_names_every_fault() {
    let (world, forum, scale, line) = over("named", 1).await;
    let member = TestApp::actor(&[Role::Member]);
    let mine = Wanted { account: member.account, ..wanted(2, 2) };
    let group = world.forum(|record| record.set("group_max", 2)).await;
    register(&super::doing(&world, &member), group, &mine).await.unwrap();
    let people = everybody_asked(&world, forum).await;
    let (visitor, party) = (Actor::visitor(), people[0].party);
    let secret = atomically!(world.web.app.db, |tx| { rows::new_ticket(tx, party).await }).unwrap();
    let path = format!("/ja/tickets/{secret}/survey");
    let form = world.web.get(&visitor, &path).await;
    assert!(
        form.status == 200 && form.body.contains("お名前とともに") && form.body.contains("5(最高)"),
        "{}",
        form.body
    );
    let (scale, line) = (format!("q.{scale}"), format!("q.{line}"));
    let (scale, line) = (scale.as_str(), line.as_str());
    let wrong = world.web.post(&visitor, &path, &[("mode", "named"), (line, "二行\nです"), (scale, "9")]).await;
    assert!(wrong.status == 422 && wrong.body.contains("1から5") && wrong.body.contains("一行で"), "{}", wrong.body);
    assert_eq!(world.web.post(&visitor, &path, &[("mode", "named")]).await.status, 422, "the scale is needed");
    let sent = [("mode", "named"), (scale, "5"), (line, "=1+1")];
    assert_eq!(world.web.post(&visitor, &path, &sent).await.status, 303);
    assert_eq!(world.web.post(&visitor, &path, &sent).await.status, 409);
    assert!(world.web.get(&visitor, &path).await.body.contains("ありがとうございました"));
    assert_eq!(world.web.get(&visitor, "/ja/tickets/wrong/survey").await.status, 404);

    let own = world.registrations(group).await[0].party;
    let page = format!("/ja/registrations/{own}/survey");
    assert_eq!(world.web.get(&member, &page).await.status, 409, "this gathering has no survey");
    assert_eq!(world.web.get(&TestApp::actor(&[Role::Member]), &page).await.status, 404);
    let staff = format!("/ja/registrations/{party}/survey");
    assert_eq!(world.web.post(&runner(), &staff, &sent).await.status, 403, "nobody answers for others");

    let csv = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/survey.csv")).await;
    assert_eq!(csv.body, "\u{feff}名前,所属,質問1,質問2\r\n客1,川の手,5,'=1+1\r\n");
    let book = world.web.get(&runner(), &format!("/ja/gatherings/{forum}/survey.xlsx")).await;
    assert!(book.status == 200 && book.body.starts_with("PK"));
    assert_eq!(world.web.get(&member, &format!("/ja/gatherings/{forum}/survey")).await.status, 403);
}

#[tokio::test]
async fn anonymous_answers_are_shown_from_the_third_on() {
    let (world, forum, scale, line) = over("anonymous", 4).await;
    let people = everybody_asked(&world, forum).await;
    let page = format!("/ja/gatherings/{forum}/survey");
    for (count, one) in people.iter().enumerate() {
        let body = world.web.get(&runner(), &page).await.body;
        let csv = world.web.get(&runner(), &format!("{page}.csv")).await.status;
        assert_eq!((body.contains("とても良い"), csv == 200), (count >= 3, count >= 3), "{count} answers");
        let mut answers = given(scale, json!(5 - (count as u64 % 2)));
        answers.insert(line.to_string(), json!("とても良い"));
        answer(&world.web.app.db, one, Mode::Anonymous, &answers).await.unwrap();
    }
    let body = world.web.get(&runner(), &page).await.body;
    assert!(body.contains("4.5") && body.contains("100 %") && !body.contains("客1"), "{body}");
    let csv = world.web.get(&runner(), &format!("{page}.csv")).await.body;
    assert!(csv.starts_with("\u{feff}質問1,質問2\r\n") && !csv.contains("客"), "{csv}");
}

#[tokio::test]
async fn answers_with_names_are_copied_and_forgotten_with_their_person() {
    let (world, forum, scale, _) = over("named", 1).await;
    let one = everybody_asked(&world, forum).await.remove(0);
    answer(&world.web.app.db, &one, Mode::Named, &given(scale, json!(3))).await.unwrap();
    let app = &world.web.app;
    let whose = web::Whose { account: Uuid::from_u128(9), persons: vec![], email_key: "guest1@example.jp".to_owned() };
    let copies = app.hooks.copies(app, &whose).await.unwrap();
    assert_eq!(copies[0].1["registrations"][0]["survey"][scale.to_string()], 3);
    let actor = TestApp::actor(&[Role::Director]);
    atomically!(app.db, |tx| { app.hooks.forget(app, &actor, tx, &whose).await }).unwrap();
    assert_eq!(rows::survey_answers(&app.db, forum).await.unwrap(), []);
}

#[test]
fn a_tally_counts_choices_and_rounds_the_mean() {
    let mut choice = Record::new(&SURVEY_QUESTION, noon());
    choice.set("kind", "choice");
    choice.set("options", Text::pair("はい\nいいえ", "Yes\nNo"));
    let key = choice.id.to_string();
    let all = [json!({ &key: 0 }), json!({ &key: 0 }), json!({ &key: 1 }), json!({})];
    let counted = tally(&choice, &all, Lang::En);
    assert_eq!((counted.answered, counted.mean), (3, None));
    assert_eq!(counted.counts, [("Yes".to_owned(), 2), ("No".to_owned(), 1)]);
    choice.set("kind", "scale");
    let all = [json!({ &key: 5 }), json!({ &key: 4 }), json!({ &key: 4 })];
    let counted = tally(&choice, &all, Lang::En);
    assert_eq!(counted.mean.as_deref(), Some("4.3"));
    assert_eq!(counted.counts[1], ("4".to_owned(), 2));
}
