//! What a merge moves, keeps and remembers, and that an undo leaves nothing behind.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use crate::duplicates::merge::{Choices, Merge, Take, merge, undo};
use crate::duplicates::resolve_merged;
use ::store::{One, args, atomically};
use kernel::{Error, Level};

fn wanted(survivor: &Record, loser: &Record, choices: Choices) -> Merge {
    Merge {
        kind: survivor.kind,
        survivor: survivor.id,
        survivor_version: survivor.version,
        loser: loser.id,
        loser_version: loser.version,
        choices,
    }
}

async fn merged(app: &TestApp, survivor: &Record, loser: &Record, choices: Choices) -> kernel::Result<Uuid> {
    let actor = concierge();
    let id = merge(&Doing { app: &app.app, actor: &actor, db: app.app.db.clone() }, &wanted(survivor, loser, choices))
        .await?;
    app.settle().await?;
    Ok(id)
}

async fn undone(app: &TestApp, id: Uuid) -> kernel::Result<()> {
    let actor = concierge();
    undo(&Doing { app: &app.app, actor: &actor, db: app.app.db.clone() }, id).await?;
    app.settle().await
}

/// Two labels of one organization with everything that can point at them.
async fn two_with_links(app: &TestApp) -> (Record, Record, Vec<Record>) {
    let mut values = vec![
        ("name", text("一般財団法人未来医療推進機構", "Organization of Future Medicine")),
        ("kind", plain("foundation")),
    ];
    values.push(("fields", FieldValue::Codes(vec!["regenerative_medicine".into()])));
    let survivor = store(app, &records::ORGANIZATION, values.clone()).await;
    values[0].1 = text("一般社団法人未来医療推進機構", "Organization for Advanced Healthcare Innovation");
    values[2].1 = FieldValue::Codes(vec!["cancer".into()]);
    values.push(("ror", plain("https://ror.org/035t8zc32")));
    values.push(("short", text("未来機構", "")));
    let mut loser = Record::new(&records::ORGANIZATION, app.app.clock.now());
    loser.values.extend(values);
    loser.code = Some("OLD-1".into());
    let loser = put(app, loser).await;
    let sawa = person(app, "澤", "芳樹").await;
    let parent = organization(app, "大阪府", "Osaka Prefecture").await;
    let mut links = vec![
        role(app, sawa.id, survivor.id, "理事長", "2020/..").await,
        role(app, sawa.id, loser.id, "理事長", "2020/..").await,
        role(app, sawa.id, loser.id, "理事長", "2019/..").await,
        relation(app, parent.id, "founder", loser.id, "2019").await,
        relation(app, loser.id, "partner", parent.id, "").await,
        relation(app, loser.id, "partner", survivor.id, "").await,
    ];
    let mut unit =
        vec![("name", text("事務局", "")), ("kind", plain("office")), ("organization", FieldValue::Link(loser.id))];
    unit.push(("funders", FieldValue::Links(vec![loser.id, survivor.id, parent.id])));
    links.push(store(app, &records::UNIT, unit).await);
    links.push(
        store(
            app,
            &records::ALIAS,
            vec![("party", FieldValue::Link(loser.id)), ("name", text("みらい機構", "")), ("kind", plain("alias"))],
        )
        .await,
    );
    links.push(
        store(
            app,
            &records::LISTING,
            vec![
                ("party", FieldValue::Link(loser.id)),
                ("side", plain("need")),
                ("kind", plain("mentor")),
                ("title", text("助言者", "")),
            ],
        )
        .await,
    );
    links.push(
        store(
            app,
            &SIGNATORY,
            vec![
                ("person", FieldValue::Link(sawa.id)),
                ("party", FieldValue::Link(loser.id)),
                ("title", text("理事長", "")),
            ],
        )
        .await,
    );
    let mut secret = Record::new(&records::CLAIM, app.app.clock.now());
    secret.set("subject", parent.id);
    secret.set("about", "operator");
    secret.set("value", "x");
    secret.audience.level = Level::Parties;
    secret.audience.parties = vec![loser.id];
    links.push(put(app, secret).await);
    (survivor, loser, links)
}

on_every_engine! {
    async fn every_link_of_every_type_moves_and_an_undo_restores_everything_exactly(app) {
        let (survivor, loser, links) = two_with_links(&app).await;
        let account = app.app.db.new_id();
        atomically!(app.app.db, |tx| {
            let sql = "INSERT INTO account (id, label, language, state, roles, manages, created_at, updated_at) VALUES ($1, 'M', 'ja', 'active', $2, $3, $4, $4)";
            tx.run(sql, args![account, serde_json::json!([]), serde_json::json!([loser.id, survivor.id]), tx.now()]).await?;
            kernel::Result::Ok(())
        }).unwrap();
        let before = export(&app).await;
        let choices = Choices::from([("name.en".to_owned(), Take::Loser)]);
        let id = merged(&app, &survivor, &loser, choices).await.unwrap();

        let kept = now(&app, &survivor).await.unwrap();
        assert_eq!(kept.text("name").say(kernel::Lang::Ja), "一般財団法人未来医療推進機構");
        assert_eq!(kept.text("name").say(kernel::Lang::En), "Organization for Advanced Healthcare Innovation");
        assert_eq!(kept.codes("fields"), ["regenerative_medicine", "cancer"], "lists are joined");
        assert_eq!(kept.plain("ror"), "https://ror.org/035t8zc32", "an identifier comes over");
        assert_eq!(kept.code.as_deref(), Some("OLD-1"));
        assert!(now(&app, &loser).await.is_none());
        let after = export(&app).await;
        let old = loser.id.to_string();
        for (id, json) in &after {
            assert!(!json.to_string().contains(&old), "{id} still points at the loser: {json}");
        }
        let gone: Vec<&Record> = links.iter().filter(|link| !after.contains_key(&link.id)).collect();
        assert_eq!(gone.len(), 2, "the identical role and the tie between the two, nothing else");
        assert!(gone.iter().any(|r| r.id == links[1].id) && gone.iter().any(|r| r.id == links[5].id));
        assert_eq!(now(&app, &links[2]).await.unwrap().plain("period"), "2019/..", "a role with other dates is kept beside");
        assert_eq!(now(&app, &links[6]).await.unwrap().links("funders")[0], survivor.id);
        assert_eq!(now(&app, &links[6]).await.unwrap().links("funders").len(), 2);
        assert_eq!(now(&app, &links[10]).await.unwrap().audience.parties, [survivor.id]);
        let aliases: Vec<String> = after.values().filter(|json| json["type"] == "alias").map(|json| json["fields"].to_string()).collect();
        assert!(aliases.iter().any(|a| a.contains("一般社団法人未来医療推進機構") && a.contains("\"period\":\"/20")), "{aliases:?}");
        assert_eq!(kept.text("short").say(kernel::Lang::Ja), "未来機構", "what the survivor lacked comes over");
        let One(manages): One<serde_json::Value> = app.app.db.one("SELECT manages FROM account WHERE id = $1", args![account]).await.unwrap();
        assert_eq!(manages, serde_json::json!([survivor.id]));
        assert_eq!(resolve_merged(&app.app, loser.id).await.unwrap(), Some(survivor.id));

        undone(&app, id).await.unwrap();
        assert_eq!(export(&app).await.into_values().collect::<Vec<_>>(), before.into_values().collect::<Vec<_>>());
        let One(manages): One<serde_json::Value> = app.app.db.one("SELECT manages FROM account WHERE id = $1", args![account]).await.unwrap();
        assert_eq!(manages, serde_json::json!([loser.id, survivor.id]));
        assert_eq!(resolve_merged(&app.app, loser.id).await.unwrap(), None);
        assert!(matches!(undone(&app, id).await, Err(Error::Conflict(_))), "once is enough");
    }

    async fn the_feed_tells_of_each_record_and_verifies(app) {
        let (survivor, loser, _) = two_with_links(&app).await;
        let start = ::store::feed::newest(&app.app.db).await.unwrap();
        merged(&app, &survivor, &loser, Choices::new()).await.unwrap();
        let entries = ::store::feed::read(&app.app.db, start, 100).await.unwrap();
        let of = |record_type: &str, action: &str| entries.iter().filter(|e| e.record_type == record_type && e.action == action).count();
        assert_eq!(of("organization", "merged"), 1);
        assert_eq!(of("organization", "updated"), 1);
        assert_eq!((of("role", "updated"), of("role", "deleted")), (1, 1));
        assert_eq!(of("record_merge", "merged"), 1);
        assert!(app.app.catalogue.entry(loser.id, &Actor::system("t").keyring()).is_none(), "lists follow");
    }

    async fn an_undo_keeps_what_was_edited_beside_and_refuses_what_was_edited_in_the_same_place(app) {
        let (survivor, loser, links) = two_with_links(&app).await;
        let id = merged(&app, &survivor, &loser, Choices::new()).await.unwrap();
        let actor = concierge();
        let doing = Doing { app: &app.app, actor: &actor, db: app.app.db.clone() };
        let mut beside = now(&app, &survivor).await.unwrap();
        beside.set("website", "https://mirai.example/");
        let seen = beside.version;
        actions::update(&doing, beside, seen).await.unwrap();
        let mut moved = now(&app, &links[3]).await.unwrap();
        let other = organization(&app, "別の組織", "Another").await;
        moved.set("to", other.id);
        let seen = moved.version;
        let moved = actions::update(&doing, moved, seen).await.unwrap();
        match undone(&app, id).await {
            Err(Error::Conflict(said)) => assert!(said.ja.contains("設立者") && said.en.contains("Founder"), "{said:?}"),
            refused => panic!("{refused:?}"),
        }
        assert!(now(&app, &loser).await.is_none(), "nothing was undone by half");
        let mut back = moved.clone();
        back.set("to", survivor.id);
        actions::update(&doing, back, moved.version).await.unwrap();
        undone(&app, id).await.unwrap();
        assert_eq!(now(&app, &survivor).await.unwrap().plain("website"), "https://mirai.example/");
        assert_eq!(now(&app, &survivor).await.unwrap().plain("ror"), "");
        assert_eq!(now(&app, &loser).await.unwrap().plain("ror"), "https://ror.org/035t8zc32");
    }

    async fn two_people_who_merge_one_pair_at_once_leave_one_merge(app) {
        for crossed in [false, true] {
            let one = organization(&app, "みなと製作所", "").await;
            let other = organization(&app, "㈱みなと製作所", "").await;
            let (actor, db) = (concierge(), app.app.db.clone());
            let doing = Doing { app: &app.app, actor: &actor, db };
            let first = wanted(&one, &other, Choices::new());
            let second = if crossed { wanted(&other, &one, Choices::new()) } else { first.clone() };
            let (a, b) = tokio::join!(merge(&doing, &first), merge(&doing, &second));
            let won = [&a, &b].iter().filter(|outcome| outcome.is_ok()).count();
            assert_eq!(won, 1, "{a:?} {b:?}");
            let lost = if a.is_ok() { b } else { a };
            assert!(matches!(lost, Err(Error::Conflict(_) | Error::NotFound)), "{lost:?}");
            app.settle().await.unwrap();
            let left = [now(&app, &one).await, now(&app, &other).await];
            assert_eq!(left.iter().flatten().count(), 1, "one record is left");
            atomically!(app.app.db, |tx| { tx.run("UPDATE organization SET deleted_at = $1 WHERE deleted_at IS NULL", args![tx.now()]).await?; kernel::Result::Ok(()) }).unwrap();
        }
    }

    async fn a_merge_needs_the_permission_and_the_versions_of_the_preview(app) {
        let one = organization(&app, "みなと製作所", "").await;
        let other = organization(&app, "㈱みなと製作所", "").await;
        for role in [Role::Member, Role::OrganizationManager, Role::Programme, Role::Agreements, Role::PartnerHub] {
            let actor = TestApp::actor(&[role]);
            let doing = Doing { app: &app.app, actor: &actor, db: app.app.db.clone() };
            assert_eq!(merge(&doing, &wanted(&one, &other, Choices::new())).await, Err(Error::Forbidden), "{role:?}");
        }
        let mut stale = wanted(&one, &other, Choices::new());
        stale.loser_version = 0;
        let actor = concierge();
        let doing = Doing { app: &app.app, actor: &actor, db: app.app.db.clone() };
        assert!(matches!(merge(&doing, &stale).await, Err(Error::Conflict(_))));
        let mut hidden = Record::new(&records::ORGANIZATION, app.app.clock.now());
        hidden.values.clone_from(&one.values);
        hidden.audience.level = Level::Parties;
        let hidden = put(&app, hidden).await;
        assert_eq!(merge(&doing, &wanted(&one, &hidden, Choices::new())).await, Err(Error::NotFound), "what one may not see cannot be merged");
    }

    async fn a_merge_publishes_nothing_by_itself(app) {
        let mut inside = Record::new(&records::ORGANIZATION, app.app.clock.now());
        inside.set("name", Text::pair("みなと製作所", ""));
        inside.set("kind", "company");
        inside.set("about", Text::pair("内々の話", ""));
        inside.audience.level = Level::Staff;
        let inside = put(&app, inside).await;
        let open = organization(&app, "㈱みなと製作所", "").await;
        let id = merged(&app, &open, &inside, Choices::new()).await.unwrap();
        assert_eq!(now(&app, &open).await.unwrap().audience.level, Level::Staff, "the narrower circle, unless somebody says otherwise");
        undone(&app, id).await.unwrap();
        let open = now(&app, &open).await.unwrap();
        let inside = now(&app, &inside).await.unwrap();
        merged(&app, &open, &inside, Choices::from([("audience".to_owned(), Take::Survivor)])).await.unwrap();
        let kept = now(&app, &open).await.unwrap();
        assert_eq!(kept.audience.level, Level::Public);
        assert!(kept.seen_by(&Actor::visitor()).get("about").is_none(), "what came over stays inside");
    }

    async fn merges_into_merges_lead_to_the_last_and_come_apart_in_order(app) {
        let a = organization(&app, "甲社", "").await;
        let b = organization(&app, "乙社", "").await;
        let c = organization(&app, "丙社", "").await;
        let first = merged(&app, &b, &a, Choices::new()).await.unwrap();
        let b = now(&app, &b).await.unwrap();
        let second = merged(&app, &c, &b, Choices::new()).await.unwrap();
        assert_eq!(resolve_merged(&app.app, a.id).await.unwrap(), Some(c.id));
        assert!(matches!(undone(&app, first).await, Err(Error::Conflict(_))), "the later merge stands in the way");
        undone(&app, second).await.unwrap();
        undone(&app, first).await.unwrap();
        assert_eq!(now(&app, &a).await.unwrap().text("name").say(kernel::Lang::Ja), "甲社");
    }

    async fn a_merge_that_would_make_a_circle_is_refused_whole(app) {
        let a = organization(&app, "甲社", "").await;
        let middle = organization(&app, "持株会社", "").await;
        let b = organization(&app, "甲㈱", "").await;
        relation(&app, a.id, "parent", middle.id, "").await;
        relation(&app, middle.id, "parent", b.id, "").await;
        let before = export(&app).await;
        assert!(matches!(merged(&app, &a, &b, Choices::new()).await, Err(Error::Invalid(_))));
        assert_eq!(export(&app).await, before);
    }

    async fn a_forgotten_person_leaves_nothing_in_the_journals(app) {
        let one = person(&app, "澤", "芳樹").await;
        let other = person(&app, "沢", "芳樹").await;
        let id = merged(&app, &one, &other, Choices::new()).await.unwrap();
        let gone = atomically!(app.app.db, |tx| { crate::duplicates::forget(tx, one.id).await }).unwrap();
        assert_eq!(gone, [other.id]);
        let One(journal): One<serde_json::Value> = app.app.db.one("SELECT journal FROM record_merge WHERE id = $1", args![id]).await.unwrap();
        assert!(!journal.to_string().contains("芳樹"));
        assert!(matches!(undone(&app, id).await, Err(Error::Conflict(_))));
    }
}
