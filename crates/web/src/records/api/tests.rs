//! The API from outside: requests against the whole router.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use crate::hooks::Hooks;
use crate::records::actions::{self, Doing};
use crate::records::exchange::sample::{ORG, PERSON, UNIT};
use crate::routes::Routes;
use crate::test_support::{Answer, TestApp};
use axum::body::Body;
use axum::extract::Request;
use kernel::record::Record;
use kernel::{Actor, Level, Role, Text, Uuid};
use serde_json::{Value, json};

async fn hub() -> TestApp {
    let routes = [&ORG, &UNIT, &PERSON]
        .into_iter()
        .fold(Routes::new(), |routes, kind| routes.with(crate::records::routes(kind)));
    TestApp::new(vec![&ORG, &UNIT, &PERSON], Hooks::default(), routes).await.unwrap()
}

fn staff() -> Actor {
    Actor { account: Some(Uuid::from_u128(7)), label: "Staff".into(), roles: vec![Role::Concierge], ..Actor::visitor() }
}

fn body(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("{} {}", answer.status, answer.body))
}

async fn send(test: &TestApp, actor: &Actor, method: &str, path: &str, headers: &[(&str, &str)], text: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    test.send(actor, request.body(Body::from(text.to_owned())).unwrap()).await
}

async fn make(test: &TestApp, name: &str, level: Level) -> Record {
    let actor = Actor::system("test");
    let mut record = Record::new(&ORG, test.app.clock.now());
    record.set("name", Text::pair(name, name));
    record.set("email", "info@example.jp");
    record.set("phone", "06-1234-5678");
    record.audience = level.into();
    let made = actions::create(&Doing::system(&test.app, &actor), record).await.unwrap();
    test.settle().await.unwrap();
    made
}

#[tokio::test]
async fn a_record_is_created_read_changed_and_deleted() {
    let test = hub().await;
    let sent = json!({"code": "minato", "fields": {"name": {"en": "Minato", "ja": "湊"}, "kind": "企業", "fields": ["oncology"], "employees": "約120"}});
    let made = test.json(&staff(), "POST", "/api/v1/organizations", &sent).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let place = made.headers["location"].to_str().unwrap().to_owned();
    assert_eq!(made.headers["etag"], "\"1\"");
    assert_eq!(body(&made)["fields"]["name"]["ja"], json!({"text": "湊", "standing": "original"}));
    assert_eq!(body(&made)["fields"]["kind"], "company");

    let seen = test.get(&Actor::visitor(), &place).await;
    assert_eq!((seen.status.as_u16(), &body(&seen)["title"]["en"]), (200, &json!("Minato")));
    assert!(body(&seen).get("created_by").is_none());

    let patched = send(
        &test,
        &staff(),
        "PATCH",
        &place,
        &[("if-match", "\"1\"")],
        r#"{"fields":{"name":{"en":"Minato Pharma"},"employees":null}}"#,
    )
    .await;
    assert_eq!(patched.status, 200, "{}", patched.body);
    assert_eq!((&body(&patched)["version"], body(&patched)["fields"].get("employees")), (&json!(2), None));
    assert_eq!(body(&patched)["fields"]["name"]["ja"]["text"], "湊");

    let late =
        send(&test, &staff(), "PATCH", &place, &[("if-match", "\"1\"")], r#"{"fields":{"kana":"みなと"}}"#).await;
    assert_eq!((late.status.as_u16(), &body(&late)["current_version"]), (409, &json!(2)));
    assert_eq!(late.headers["content-type"], "application/problem+json");
    assert_eq!(
        send(&test, &staff(), "PATCH", &place, &[], r#"{"fields":{"kana":"みなと"}}"#).await.status,
        422,
        "the version is missing"
    );

    let whole = json!({"version": 2, "fields": {"name": {"ja": "湊製薬"}}});
    let replaced = test.json(&staff(), "PUT", &place, &whole).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    assert_eq!(body(&replaced)["fields"].as_object().unwrap().keys().collect::<Vec<_>>(), ["name"]);
    assert_eq!(body(&replaced)["code"], "minato", "members stay when they are left out");
    let back = test.json(&staff(), "PUT", &place, &body(&replaced)).await;
    assert_eq!(
        (back.status.as_u16(), &body(&back)["version"]),
        (200, &json!(3)),
        "what was read can be sent back: {}",
        back.body
    );

    let history = body(&test.get(&staff(), &format!("{place}/history")).await);
    assert_eq!(history["items"].as_array().unwrap().len(), 3);
    assert_eq!(history["items"][0]["before"]["version"], 2);
    assert_eq!(send(&test, &staff(), "DELETE", &place, &[("if-match", "\"1\"")], "").await.status, 409);
    assert_eq!(send(&test, &staff(), "DELETE", &place, &[("if-match", "\"3\"")], "").await.status, 204);
    assert_eq!(test.get(&staff(), &place).await.status, 404);
}

#[tokio::test]
async fn strangers_learn_nothing_from_absent_hidden_and_partly_hidden_records() {
    let test = hub().await;
    let (open, closed) = (make(&test, "公開", Level::Public).await, make(&test, "内部", Level::Staff).await);
    let visitor = Actor::visitor();
    let absent = test.get(&visitor, &format!("/api/v1/organizations/{}", Uuid::from_u128(5))).await;
    let hidden = test.get(&visitor, &format!("/api/v1/organizations/{}", closed.id)).await;
    let without_number = |answer: &Answer| {
        let mut json = body(answer);
        json["instance"].take();
        json
    };
    assert_eq!((absent.status, without_number(&absent)), (hidden.status, without_number(&hidden)));
    assert_eq!(test.get(&visitor, "/api/v1/organizations/not-an-id").await.status, 404);
    let list = body(&test.get(&visitor, "/api/v1/organizations").await);
    assert_eq!((&list["total"], list["items"].as_array().unwrap().len()), (&json!(1), 1));
    let seen = body(&test.get(&visitor, &format!("/api/v1/organizations/{}", open.id)).await);
    assert!(seen["fields"].get("email").is_none() && seen["fields"].get("phone").is_none());
    let member = TestApp::actor(&[Role::Member]);
    let seen = body(&test.get(&member, &format!("/api/v1/organizations/{}", open.id)).await);
    assert!(seen["fields"].get("email").is_some() && seen["fields"].get("phone").is_none());

    // A link to a hidden record is not named.
    let unit = json!({"fields": {"name": {"ja": "室"}, "organization": closed.id, "funders": [closed.id, open.id]}});
    let made = test.json(&staff(), "POST", "/api/v1/units", &unit).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let seen = body(&test.get(&visitor, made.headers["location"].to_str().unwrap()).await);
    assert_eq!((seen["fields"].get("organization"), &seen["fields"]["funders"]), (None, &json!([open.id])));
    assert_eq!(test.get(&visitor, &format!("/api/v1/organizations/{}/history", open.id)).await.status, 401);
}

#[tokio::test]
async fn only_those_who_may_can_write_and_staff_members_stay_the_staffs() {
    let test = hub().await;
    let org = make(&test, "湊", Level::Public).await;
    let place = format!("/api/v1/organizations/{}", org.id);
    let change = json!({"version": 1, "fields": {"kana": "みなと"}});
    assert_eq!(test.json(&Actor::visitor(), "PATCH", &place, &change).await.status, 401);
    assert_eq!(test.json(&TestApp::actor(&[Role::Member]), "PATCH", &place, &change).await.status, 403);
    assert_eq!(
        test.json(
            &TestApp::actor(&[Role::Member]),
            "POST",
            "/api/v1/organizations",
            &json!({"fields": {"name": {"ja": "x"}}})
        )
        .await
        .status,
        403
    );
    let manager = Actor { manages: vec![org.id], ..TestApp::actor(&[Role::OrganizationManager]) };
    let proposed = test.json(&manager, "PATCH", &place, &change).await;
    assert_eq!((proposed.status.as_u16(), &body(&proposed)["state"]), (202, &json!("proposed")));
    let grab = test
        .json(
            &manager,
            "PATCH",
            &place,
            &json!({"version": 1, "code": "mine", "audience": "members", "fictional": true, "source": "me"}),
        )
        .await;
    let fields: Vec<String> =
        body(&grab)["errors"].as_array().unwrap().iter().map(|e| e["field"].as_str().unwrap().to_owned()).collect();
    assert_eq!((grab.status.as_u16(), fields.join(",")), (422, "code,source,fictional,audience".to_owned()));
    let mass = test
        .json(
            &staff(),
            "PATCH",
            &place,
            &json!({"version": 1, "owner": "x", "verified": true, "fields": {"role": "admin"}}),
        )
        .await;
    assert_eq!(mass.status, 422);
    assert!(mass.body.contains("owner") && mass.body.contains("verified") && mass.body.contains("role"));
    assert_eq!(body(&test.get(&staff(), &place).await)["version"], 1, "nothing was changed");
}

#[tokio::test]
async fn a_whole_body_does_not_clear_what_its_sender_could_not_see() {
    let test = hub().await;
    let mut org = make(&test, "湊", Level::Public).await;
    org.field_levels.insert("phone".to_owned(), Level::Parties);
    let system = Actor::system("test");
    actions::update(&Doing::system(&test.app, &system), org.clone(), 1).await.unwrap();
    test.settle().await.unwrap();
    let place = format!("/api/v1/organizations/{}", org.id);
    let replaced =
        test.json(&staff(), "PUT", &place, &json!({"version": 2, "fields": {"name": {"ja": "湊", "en": "湊"}}})).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    let director = TestApp::actor(&[Role::Director]);
    let seen = body(&test.get(&director, &place).await);
    assert_eq!((&seen["fields"]["phone"], seen["fields"].get("email")), (&json!("06-1234-5678"), None));
    let blind = test.json(&staff(), "PATCH", &place, &json!({"version": 3, "fields": {"phone": "06-0000-0000"}})).await;
    assert_eq!(blind.status, 422);
}

#[tokio::test]
async fn the_same_call_sent_again_is_done_once() {
    let test = hub().await;
    let text = r#"{"fields":{"name":{"ja":"湊"}}}"#;
    let key = [("idempotency-key", "k-1")];
    let first = send(&test, &staff(), "POST", "/api/v1/organizations", &key, text).await;
    let spaced = r#"{ "fields": { "name": { "ja": "湊" } } }"#;
    let again = send(&test, &staff(), "POST", "/api/v1/organizations", &key, spaced).await;
    assert_eq!((first.status.as_u16(), again.status.as_u16()), (201, 201));
    assert_eq!((&first.body, &first.headers["location"]), (&again.body, &again.headers["location"]));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other =
        send(&test, &staff(), "POST", "/api/v1/organizations", &key, r#"{"fields":{"name":{"ja":"別"}}}"#).await;
    assert_eq!(other.status, 422);
    let elsewhere = send(&test, &staff(), "POST", "/api/v1/units", &key, text).await;
    assert_eq!(elsewhere.status, 422, "the address belongs to the call");
    let somebody = TestApp::actor(&[Role::Director]);
    assert_eq!(
        send(&test, &somebody, "POST", "/api/v1/organizations", &key, text).await.status,
        201,
        "keys belong to an account"
    );
    let bad = send(&test, &staff(), "POST", "/api/v1/organizations", &[("idempotency-key", "")], text).await;
    assert_eq!(bad.status, 400);
    // A refused call is not remembered: the mended one may use its key.
    let key = [("idempotency-key", "k-2")];
    assert_eq!(send(&test, &staff(), "POST", "/api/v1/organizations", &key, r#"{"fields":{}}"#).await.status, 422);
    assert_eq!(send(&test, &staff(), "POST", "/api/v1/organizations", &key, text).await.status, 201);
    let (one, two) = tokio::join!(
        send(&test, &somebody, "POST", "/api/v1/units", &[("idempotency-key", "k-3")], text),
        send(&test, &somebody, "POST", "/api/v1/units", &[("idempotency-key", "k-3")], text)
    );
    assert_eq!((one.status.as_u16(), two.status.as_u16()), (201, 201));
    assert_eq!(one.headers["location"], two.headers["location"]);
}

#[tokio::test]
async fn bodies_that_are_no_json_or_too_large_are_refused() {
    let test = hub().await;
    let as_text = Request::builder().method("POST").uri("/api/v1/organizations").header("content-type", "text/plain");
    assert_eq!(test.send(&staff(), as_text.body(Body::from("{}")).unwrap()).await.status, 400);
    for (text, status) in
        [("{\"fields\":{},\"fields\":{}}", 400), ("{\"fields\":{\"kana\":\"\\ud800\"}}", 400), ("[]", 400), ("{", 400)]
    {
        assert_eq!(send(&test, &staff(), "POST", "/api/v1/organizations", &[], text).await.status, status, "{text}");
    }
    let large = format!("{{\"fields\":{{\"kana\":\"{}\"}}}}", "あ".repeat(500_000));
    assert_eq!(send(&test, &staff(), "POST", "/api/v1/organizations", &[], &large).await.status, 413);
    let long = json!({"fields": {"name": {"ja": "あ".repeat(201)}, "kana": "x\u{0}y"}});
    let answer = test.json(&staff(), "POST", "/api/v1/organizations", &long).await;
    assert_eq!(
        (answer.status.as_u16(), body(&answer)["errors"].as_array().unwrap().len()),
        (422, 2),
        "{}",
        answer.body
    );
}

#[tokio::test]
async fn lists_come_in_pages_with_filters() {
    let test = hub().await;
    let rows: String =
        (0..7).map(|n| format!("c{n},組織{n},{}\n", if n % 2 == 0 { "company" } else { "university" })).collect();
    let system = Actor::system("test");
    let report = crate::records::exchange::load_csv(
        &Doing::system(&test.app, &system),
        &ORG,
        format!("code,name.ja,kind\n{rows}").as_bytes(),
    )
    .await
    .unwrap();
    assert_eq!(report.counts.created, 7);
    test.settle().await.unwrap();
    let mut next = Some("/api/v1/organizations?limit=3&lang=ja".to_owned());
    let mut codes = Vec::new();
    while let Some(address) = next {
        let page = body(&test.get(&Actor::visitor(), &address).await);
        assert_eq!(page["total"], 7);
        codes.extend(page["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()));
        next = page["next"].as_str().map(str::to_owned);
    }
    assert_eq!(codes, ["c0", "c1", "c2", "c3", "c4", "c5", "c6"]);
    let filtered =
        body(&test.get(&Actor::visitor(), "/api/v1/organizations?kind=university&q=%E7%B5%84%E7%B9%94").await);
    assert_eq!(filtered["total"], 3, "{filtered}");
    for bad in ["limit=1000", "after=x", "colour=red"] {
        assert_eq!(test.get(&Actor::visitor(), &format!("/api/v1/organizations?{bad}")).await.status, 400);
    }
    for hostile in ["%27%20OR%201%3D1--", "%25%5F", "AND%20OR%20NOT%20(", "%22%22%22", "*"] {
        assert_eq!(
            test.get(&Actor::visitor(), &format!("/api/v1/organizations?q={hostile}")).await.status,
            200,
            "{hostile}"
        );
    }
}

#[tokio::test]
async fn the_description_and_the_page_for_developers_are_served_in_both_languages() {
    let test = hub().await;
    make(&test, "湊", Level::Public).await;
    let ja = body(&test.get(&Actor::visitor(), "/openapi.json?lang=ja").await);
    assert_eq!(ja["components"]["schemas"]["Organization"]["title"], "組織");
    let en = body(&test.get(&Actor::visitor(), "/openapi.json?lang=en").await);
    assert_eq!(en["components"]["schemas"]["Organization"]["title"], "Organization");
    for route in test.app.routes.iter().filter(|route| !route.page) {
        assert!(en["paths"][&route.path].get(route.method.to_lowercase()).is_some(), "{route:?}");
    }
    for lang in ["ja", "en"] {
        let page = test.get(&Actor::visitor(), &format!("/{lang}/developers")).await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("/api/v1/organizations") && page.body.contains("Idempotency-Key"));
    }
}
