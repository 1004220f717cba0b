//! Mails in the words of staff.

use super::{World, runner, wanted};
use crate::gatherings::actions::clone::clone_edition;
use crate::gatherings::actions::register::{Wanted, register};
use crate::gatherings::mails::{Kind, standard};
use crate::gatherings::model::template;
use crate::gatherings::store as rows;
use kernel::{Actor, FieldErrors, Lang, Role, Uuid, WallTime};
use web::test_support::TestApp;

fn path(forum: Uuid) -> String {
    format!("/ja/gatherings/{forum}/mails/confirmed")
}

/// A form as the editor sends it: the Japanese side as given, the English one as it stands.
async fn send(world: &World, forum: Uuid, act: &str, subject: &str, body: &str, version: &str) -> (u16, String) {
    let (english, text) = standard(Kind::Confirmed, Lang::En);
    let fields = [
        ("act", act),
        ("subject.ja", subject),
        ("body.ja", body),
        ("version.ja", version),
        ("subject.en", &english),
        ("body.en", &text),
        ("version.en", "0"),
    ];
    let answer = world.web.post(&runner(), &path(forum), &fields).await;
    (answer.status.as_u16(), answer.body)
}

#[test]
fn the_standard_words_are_good_templates() {
    for kind in Kind::ALL {
        for lang in Lang::ALL {
            let (subject, body) = standard(kind, lang);
            let mut errors = FieldErrors::default();
            template::check(lang, &subject, &body, &mut errors);
            assert!(errors.is_empty(), "{kind:?} {lang}: {errors:?}");
        }
    }
}

#[tokio::test]
async fn what_staff_wrote_goes_out_and_what_strangers_typed_stays_harmless() {
    let world = World::new().await;
    let forum = world.forum(|record| record.set("online_url", "https://meet.example/1")).await;
    let body = "{{name}}様({{organization}})\r\nようこそ {{ title }} へ。https://hub.example/map\r\n参加: {{online}}\r\n備考: {{note}}\r\n{{link}}";
    let (status, page) = send(&world, forum, "save", "【{{title}}】{{name}}様", body, "0").await;
    assert_eq!(status, 303, "{page}");
    let eve = Wanted { name: "{{link}} http://evil.example".to_owned(), ..wanted(1, 1) };
    let visitor = Actor::visitor();
    register(&super::doing(&world, &visitor), forum, &eve).await.unwrap();
    let (_, subject, text, _) = world.mails().await.remove(0);
    assert!(subject.starts_with("【第3回 クロスフォーラム】{{link}}"), "{subject}");
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].contains("{{link}}") && !text.contains("http://evil.example") && !text.contains("備考"), "{text}");
    assert_eq!(lines[1], "ようこそ 第3回 クロスフォーラム へ。https://hub.example/map");
    assert_eq!(lines[2], "参加: https://meet.example/1");
    assert!(lines[3].starts_with("http://localhost/ja/tickets/"), "{text}");
    let english = Wanted { lang: Lang::En, ..wanted(2, 1) };
    register(&super::doing(&world, &visitor), forum, &english).await.unwrap();
    let (_, subject, text, _) = world.mails().await.remove(1);
    assert_eq!(subject, "You are registered: 3rd Cross Forum");
    assert!(text.starts_with("Dear 客2,\n\nYour registration is confirmed."), "{text}");
}

#[tokio::test]
async fn a_template_that_cannot_be_filled_in_is_not_saved_and_nothing_is_lost() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let (status, page) = send(&world, forum, "save", "{{link}}", "{{namae}} 様 かなりあ", "0").await;
    assert_eq!(status, 422);
    for words in
        ["{{namae}} という差し込みはありません", "件名には使えません", "本文に {{link}} を入れてください", "かなりあ"]
    {
        assert!(page.contains(words), "{words} in {page}");
    }
    assert_eq!(rows::templates(&world.web.app.db, forum).await.unwrap(), []);
    assert_eq!(world.web.get(&runner(), &format!("/ja/gatherings/{forum}/mails/nonsense")).await.status, 404);
    for role in [Role::Member, Role::Facilities] {
        assert_eq!(world.web.get(&TestApp::actor(&[role]), &path(forum)).await.status, 403);
    }
}

#[tokio::test]
async fn a_preview_is_the_mail_that_somebody_would_get_and_saves_nothing() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    let (status, page) = send(&world, forum, "preview", "件名 {{name}}", "{{name}} 様 {{place}}\n{{link}}", "0").await;
    assert!(status == 200 && page.contains("見本 花子 様 ホール2"), "{page}");
    world.register(forum, 1, 1).await.unwrap();
    let (_, page) = send(&world, forum, "preview", "件名 {{name}}", "{{name}} 様 {{place}}\n{{link}}", "0").await;
    assert!(page.contains("客1 様 ホール2") && page.contains("件名 客1"), "{page}");
    assert_eq!(rows::templates(&world.web.app.db, forum).await.unwrap(), []);
}

#[tokio::test]
async fn two_editors_are_told_of_each_other_and_the_standard_words_come_back() {
    let world = World::new().await;
    let forum = world.forum(|_| {}).await;
    assert_eq!(send(&world, forum, "save", "一", "{{link}}", "0").await.0, 303);
    assert_eq!(send(&world, forum, "save", "二", "{{link}}", "0").await.0, 409);
    assert_eq!(send(&world, forum, "save", "三", "{{link}}", "1").await.0, 303);
    assert_eq!(rows::templates(&world.web.app.db, forum).await.unwrap()[0].subject, "三");
    let staff = runner();
    let later = WallTime::parse("2027-12-01T14:00").unwrap();
    let next = clone_edition(&super::doing(&world, &staff), forum, later).await.unwrap();
    assert_eq!(rows::templates(&world.web.app.db, next).await.unwrap()[0].subject, "三");
    let list = world.web.get(&runner(), &format!("/en/gatherings/{forum}/mails")).await.body;
    assert!(list.contains("日本語") && list.contains("Reminder, two days ahead"), "{list}");
    assert_eq!(send(&world, forum, "reset", "", "", "9").await.0, 303);
    assert_eq!(rows::templates(&world.web.app.db, forum).await.unwrap(), []);
    let (subject, body) = standard(Kind::Confirmed, Lang::Ja);
    assert_eq!(send(&world, forum, "save", &subject, &body, "0").await.0, 303);
    assert_eq!(rows::templates(&world.web.app.db, forum).await.unwrap(), [], "the standard's own words are not kept");
}
