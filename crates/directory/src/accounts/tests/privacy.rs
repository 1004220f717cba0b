//! Consents, the copy of one's data, and being forgotten.

use super::harness::{TestHub, on_every_engine};
use crate::accounts::store;
use crate::records::{ALIAS, LISTING, PERSON};
use ::store::records::Scope;
use ::store::{One, Tx, args, atomically, feed, records};
use kernel::record::Record;
use kernel::{Actor, Role, Text, Uuid};

const CANARY: &str = "かなりあ";

/// An account whose person and listing carry a word that is to be found nowhere afterwards.
async fn person(hub: &TestHub) -> (Uuid, Uuid) {
    let (actor, now) = (Actor::system("test"), hub.db.now());
    let mut person = Record::new(&PERSON, now);
    person.set("family", Text::pair(CANARY, "Kanaria"));
    person.set("email", "kanaria@example.jp");
    person.set("about", Text::pair("かなりあの紹介", "About Kanaria"));
    person.code = Some("kanaria".to_owned());
    let mut listing = Record::new(&LISTING, now);
    listing.set("party", person.id);
    listing.set("title", Text::pair("かなりあの知恵", "Wisdom of Kanaria"));
    let mut alias = Record::new(&ALIAS, now);
    alias.set("party", person.id);
    alias.set("name", Text::pair("旧かなりあ", "Old Kanaria"));
    let account = hub.account("kanaria", Role::Member).await;
    atomically!(hub.db, |tx| {
        for record in [&person, &listing, &alias] {
            records::insert(tx, &actor, record).await?;
        }
        let mut edited = person.clone();
        edited.set("about", Text::pair("かなりあの新しい紹介", "More about Kanaria"));
        records::update(tx, &actor, &mut edited, 1, now).await?;
        tx.run("UPDATE account SET person = $2 WHERE id = $1", args![account, person.id]).await?;
        copies(tx, account, &person, now).await?;
        Ok(())
    })
    .unwrap();
    (account, person.id)
}

/// The person as other parts of the program keep it: a proposal, a draft, a merged twin with its journal.
async fn copies(tx: &mut Tx, account: Uuid, person: &Record, now: chrono::DateTime<chrono::Utc>) -> kernel::Result<()> {
    let mut twin = Record { id: Uuid::now_v7(), code: None, ..person.clone() };
    twin.set("orcid", "0000-0002-1825-0097");
    records::insert(tx, &Actor::system("test"), &twin).await?;
    records::delete(tx, &Actor::system("test"), &PERSON, twin.id, now).await?;
    let sql = "INSERT INTO record_merge (id, record_type, survivor, loser, journal, label, merged_at) VALUES ($1, 'person', $2, $3, $4, 'x', $5)";
    tx.run(sql, args![Uuid::now_v7(), person.id, twin.id, twin.to_json(), now]).await?;
    let sql = "INSERT INTO proposal (id, record_type, record_id, before, after, created_by, label, created_at, state) \
               VALUES ($1, 'person', $2, $3, $3, $4, 'x', $5, 'waiting')";
    tx.run(sql, args![Uuid::now_v7(), person.id, person.to_json(), account, now]).await?;
    let sql = "INSERT INTO draft (account, key, body, updated_at) VALUES ($1, 'person', $2, $3)";
    tx.run(sql, args![account, format!("about={CANARY}"), now]).await?;
    Ok(())
}

/// Every place in tables and feed that still has the word. Actors of feed entries carry names by design.
async fn traces(hub: &TestHub) -> Vec<String> {
    let mut found = Vec::new();
    let columns: [(&str, &str); 16] = [
        ("person", "family"),
        ("person", "about"),
        ("person", "email"),
        ("person", "code"),
        ("listing", "title"),
        ("alias", "name"),
        ("account", "email"),
        ("account", "label"),
        ("mail", "recipient"),
        ("account_link", "email"),
        ("change", "before"),
        ("change", "after"),
        ("proposal", "before"),
        ("proposal", "after"),
        ("draft", "body"),
        ("record_merge", "journal"),
    ];
    for (table, column) in columns {
        let sql = format!("SELECT CAST({column} AS TEXT) FROM {table} WHERE {column} IS NOT NULL");
        let texts: Vec<One<String>> = hub.db.all(sql, args![]).await.unwrap();
        let left =
            texts.iter().filter(|One(text)| text.contains(CANARY) || text.to_lowercase().contains("kanaria")).count();
        if left > 0 {
            found.push(format!("{table}.{column}: {left}"));
        }
    }
    found
}

on_every_engine! {
    async fn f115_an_erased_person_is_gone_from_tables_and_history_and_the_chain_verifies(hub) {
        let (account, person) = person(&hub).await;
        hub.account("admin", Role::Administrator).await;
        let mut owner = hub.signed_in("kanaria").await;
        crate::accounts::actions::recovery::send_link(&hub.app, &hub.db, "kanaria@example.jp").await.unwrap();
        assert!(traces(&hub).await.len() > 8);
        assert_eq!(owner.post("/ja/account/data/erasure", &[("reason", "退会します")]).await.status, 303);
        assert_eq!(owner.post("/ja/account/data/erasure", &[]).await.status, 409);

        let mut admin = hub.signed_in("admin").await;
        assert_eq!(admin.who().await["waiting"], 1);
        let list = admin.get("/ja/staff/privacy").await.body;
        assert!(list.contains("退会します"));
        let erase = list.split("href=\"/ja/staff/privacy/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        assert_eq!(admin.get(&format!("/ja/staff/privacy/{erase}")).await.status, 200);
        let answer = admin.post(&format!("/ja/staff/privacy/{erase}"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.body);

        assert_eq!(traces(&hub).await, Vec::<String>::new());
        let verdict = feed::verify(&hub.db, |_, _| {}).await.unwrap();
        assert_eq!(verdict.broken, None);
        assert!(!owner.is_in().await);
        assert_eq!(owner.sign_in("kanaria", super::harness::PASSWORD).await.status, 422);
        let left = records::find(&hub.db, &PERSON, person, Scope::Everything).await.unwrap().unwrap();
        assert_eq!((left.called(kernel::Lang::Ja).as_str(), left.called(kernel::Lang::En).as_str()), ("退会した方", "Former member"));
        let entry = hub.app.catalogue.entry(person, &Actor::system("test").keyring()).expect("ties still lead to somebody");
        assert_eq!(entry.called(kernel::Lang::Ja), "退会した方");
        assert_eq!(store::find(&hub.db, account).await.unwrap().unwrap().state.code(), "closed");
        assert_eq!(admin.who().await["waiting"], 0);
        assert_eq!(admin.post(&format!("/ja/staff/privacy/{erase}"), &[]).await.status, 404);
    }

    async fn a_request_can_be_declined_with_a_reason_or_withdrawn(hub) {
        person(&hub).await;
        hub.account("admin", Role::Administrator).await;
        let (mut owner, mut admin) = (hub.signed_in("kanaria").await, hub.signed_in("admin").await);
        owner.post("/ja/account/data/erasure", &[]).await;
        let list = admin.get("/ja/staff/privacy").await.body;
        let decline = list.split("action=\"").find_map(|part| part.split('"').next().filter(|path| path.ends_with("/decline"))).unwrap().to_owned();
        assert_eq!(admin.post(&decline, &[("answer", " ")]).await.status, 422);
        assert_eq!(admin.post(&decline, &[("answer", "契約の期間中です")]).await.status, 303);
        assert!(owner.get("/ja/account/data").await.body.contains("契約の期間中です"));
        assert_eq!(owner.post("/ja/account/data/erasure", &[]).await.status, 303);
        assert_eq!(owner.post("/ja/account/data/erasure/withdraw", &[]).await.status, 303);
        assert!(admin.get("/ja/staff/privacy").await.body.contains("申し出はありません"));
    }

    async fn the_copy_holds_everything_about_the_person_and_no_secret(hub) {
        person(&hub).await;
        let mut owner = hub.signed_in("kanaria").await;
        let copy = owner.get("/ja/account/data/export").await;
        assert!(copy.headers["content-disposition"].to_str().unwrap().starts_with("attachment"));
        let json: serde_json::Value = serde_json::from_str(&copy.body).unwrap();
        assert_eq!(json["account"]["email"], "kanaria@example.jp");
        let kinds: Vec<&str> = json["records"].as_array().unwrap().iter().map(|record| record["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["person", "alias", "listing"]);
        assert!(json["acts"].to_string().contains("signed_in"));
        assert!(!copy.body.contains("argon2id") && !copy.body.contains(&owner.jar["musubi"]));
    }

    async fn consents_are_given_withdrawn_and_kept_with_their_wording(hub) {
        let (account, _) = person(&hub).await;
        let mut owner = hub.signed_in("kanaria").await;
        assert!(!crate::accounts::has_consent(&hub.db, account, "news").await.unwrap());
        assert_eq!(owner.post("/ja/account/data/consents", &[("purpose", "news"), ("given", "true")]).await.status, 303);
        assert!(crate::accounts::has_consent(&hub.db, account, "news").await.unwrap());
        assert_eq!(owner.post("/ja/account/data/consents", &[("purpose", "news")]).await.status, 303);
        assert!(!crate::accounts::has_consent(&hub.db, account, "news").await.unwrap());
        let kept = store::privacy::consents(&hub.db, account).await.unwrap();
        assert!(kept.len() == 1 && kept[0].withdrawn_at.is_some() && kept[0].wording == "2026-04");
        assert_eq!(owner.post("/ja/account/data/consents", &[("purpose", "terms")]).await.status, 409);
        assert_eq!(owner.post("/ja/account/data/consents", &[("purpose", "soul"), ("given", "true")]).await.status, 404);
    }
}
