//! OpenID Connect against a provider on loopback that can be told to misbehave.

use super::harness::{Answer, Browser, Options, PASSWORD, TestHub};
use crate::accounts::settings::{AccessSettings, OidcProvider};
use axum::extract::State as Shared;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use kernel::lang::Said;
use kernel::{Actor, Role};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::{JsonWebKeyId, PrivateSigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use store::test_support::TestEngine;

/// What the provider puts into its next token, and what it was asked.
#[derive(Default)]
struct Plan {
    claims: Value,
    userinfo: Value,
    algorithm: &'static str,
    challenge: String,
    /// Whether the code verifier fitted the challenge.
    verified: bool,
}

#[derive(Clone)]
struct Provider {
    issuer: String,
    key: Arc<CoreEdDsaPrivateSigningKey>,
    plan: Arc<Mutex<Plan>>,
}

fn signing_key() -> CoreEdDsaPrivateSigningKey {
    // PKCS #8 (RFC 8410 7) around 32 random bytes.
    let mut der = hex::decode("302e020100300506032b657004220420").unwrap();
    der.extend(rand::random::<[u8; 32]>());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new("one".to_owned()))).unwrap()
}

impl Provider {
    async fn start() -> Provider {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let provider = Provider { issuer, key: Arc::new(signing_key()), plan: Arc::default() };
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(Provider::discovery))
            .route("/keys", get(Provider::keys))
            .route("/token", post(Provider::token))
            .route("/userinfo", get(Provider::userinfo))
            .with_state(provider.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        provider
    }

    async fn discovery(Shared(me): Shared<Provider>) -> Json<Value> {
        let at = |path: &str| format!("{}{path}", me.issuer);
        Json(json!({
            "issuer": me.issuer, "authorization_endpoint": at("/auth"), "token_endpoint": at("/token"), "jwks_uri": at("/keys"), "userinfo_endpoint": at("/userinfo"),
            "response_types_supported": ["code"], "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": ["EdDSA"],
        }))
    }

    async fn keys(Shared(me): Shared<Provider>) -> Json<Value> {
        Json(json!({ "keys": [me.key.as_verification_key()] }))
    }

    async fn userinfo(Shared(me): Shared<Provider>) -> Json<Value> {
        Json(me.plan.lock().unwrap().userinfo.clone())
    }

    async fn token(Shared(me): Shared<Provider>, Form(form): Form<HashMap<String, String>>) -> Json<Value> {
        let (claims, algorithm) = {
            let mut plan = me.plan.lock().unwrap();
            let digest = Sha256::digest(form.get("code_verifier").cloned().unwrap_or_default());
            plan.verified = URL_SAFE_NO_PAD.encode(digest) == plan.challenge;
            (plan.claims.clone(), plan.algorithm)
        };
        let encode = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", encode(&json!({ "alg": algorithm, "kid": "one" })), encode(&claims));
        let signature = match algorithm {
            "none" => Vec::new(),
            _ => me.key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap(),
        };
        let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
        Json(json!({ "access_token": "access", "token_type": "Bearer", "id_token": id_token }))
    }
}

struct World {
    hub: TestHub,
    provider: Provider,
}

async fn world(link_by_email: bool) -> World {
    let provider = Provider::start().await;
    let configured = OidcProvider {
        key: "fake".to_owned(),
        name: Said::new("試験のログイン", "Test login"),
        issuer: provider.issuer.clone(),
        client_id: "hub".to_owned(),
        client_secret: Some("secret".to_owned()),
        scopes: vec!["email".to_owned()],
        link_by_email,
    };
    let access = AccessSettings { providers: vec![configured], ..AccessSettings::default() };
    let hub = TestHub::with(TestEngine::from_environment(), Options { access, ..Options::default() }).await;
    hub.account("hana", Role::Member).await;
    World { hub, provider }
}

/// The parameters with which the hub sent the browser to the provider.
async fn depart(browser: &mut Browser<'_>, query: &str) -> HashMap<String, String> {
    let answer = browser.get(&format!("/oidc/fake/start{query}")).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    url::Url::parse(answer.location()).unwrap().query_pairs().into_owned().collect()
}

fn claims(world: &World, asked: &HashMap<String, String>, now: DateTime<Utc>) -> Value {
    json!({
        "iss": world.provider.issuer, "sub": "subject-1", "aud": "hub", "exp": (now + TimeDelta::minutes(5)).timestamp(), "iat": now.timestamp(),
        "nonce": asked["nonce"], "email": "hana@example.jp", "email_verified": true,
    })
}

/// What the other endpoint says: the same as the token.
fn userinfo_of(token: &Value) -> Value {
    let mut info = json!({ "sub": token["sub"] });
    for name in ["email", "email_verified"] {
        if let Some(value) = token.get(name) {
            info[name] = value.clone();
        }
    }
    info
}

/// One sign-in whose token and answer are spoiled by the test.
async fn attempt(
    world: &World,
    browser: &mut Browser<'_>,
    spoil: impl FnOnce(&mut Value, &mut HashMap<String, String>, &mut &'static str),
) -> Answer {
    let asked = depart(browser, "?next=/en/people").await;
    let mut token = claims(world, &asked, world.hub.app.clock.now());
    let mut answer =
        HashMap::from([("code".to_owned(), "code".to_owned()), ("state".to_owned(), asked["state"].clone())]);
    let mut algorithm = "EdDSA";
    spoil(&mut token, &mut answer, &mut algorithm);
    *world.provider.plan.lock().unwrap() = Plan {
        userinfo: userinfo_of(&token),
        claims: token,
        algorithm,
        challenge: asked["code_challenge"].clone(),
        verified: false,
    };
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&answer).finish();
    browser.get(&format!("/oidc/fake/callback?{query}")).await
}

#[tokio::test]
async fn f65_a_verified_address_opens_the_account_and_from_then_on_the_subject_does() {
    let world = world(true).await;
    let mut browser = world.hub.browser();
    let answer = attempt(&world, &mut browser, |_, _, _| {}).await;
    assert!(answer.is_entry(), "{} {}", answer.status, answer.body);
    assert_eq!(answer.location(), "/en/people");
    assert_eq!(browser.who().await["label"], "hana さん");
    assert!(world.provider.plan.lock().unwrap().verified, "PKCE");
    let mut again = world.hub.browser();
    let answer = attempt(&world, &mut again, |token, _, _| {
        token["email"] = json!("moved@example.org");
        token["email_verified"] = json!(false);
    })
    .await;
    assert!(answer.is_entry() && again.who().await["label"] == "hana さん");
}

#[tokio::test]
async fn an_address_that_only_the_userinfo_endpoint_tells_counts_when_the_subject_is_the_same() {
    let world = world(true).await;
    for (subject, enters) in [("somebody-else", false), ("subject-1", true)] {
        let mut browser = world.hub.browser();
        let asked = depart(&mut browser, "").await;
        let mut token = claims(&world, &asked, world.hub.app.clock.now());
        let userinfo = json!({ "sub": subject, "email": "hana@example.jp", "email_verified": true });
        token.as_object_mut().unwrap().retain(|name, _| !name.starts_with("email"));
        *world.provider.plan.lock().unwrap() =
            Plan { claims: token, userinfo, algorithm: "EdDSA", challenge: String::new(), verified: false };
        let answer = browser.get(&format!("/oidc/fake/callback?code=code&state={}", asked["state"])).await;
        assert_eq!(answer.is_entry(), enters, "{subject} {}", answer.status);
    }
}

#[tokio::test]
async fn f65_whatever_is_missing_or_wrong_in_a_token_is_refused() {
    let world = world(true).await;
    type Spoil = fn(&mut Value, &mut HashMap<String, String>, &mut &'static str);
    let cases: [(&str, Spoil); 12] = [
        ("no nonce", |token, _, _| drop(token.as_object_mut().unwrap().remove("nonce"))),
        ("another nonce", |token, _, _| token["nonce"] = json!("other")),
        ("another state", |_, answer, _| drop(answer.insert("state".to_owned(), "other".to_owned()))),
        ("no state", |_, answer, _| drop(answer.remove("state"))),
        ("no code", |_, answer, _| drop(answer.remove("code"))),
        ("an error", |_, answer, _| drop(answer.insert("error".to_owned(), "access_denied".to_owned()))),
        ("another issuer answers", |_, answer, _| {
            drop(answer.insert("iss".to_owned(), "https://evil.example".to_owned()))
        }),
        ("another issuer in the token", |token, _, _| token["iss"] = json!("https://evil.example")),
        ("another audience", |token, _, _| token["aud"] = json!("other")),
        ("expired", |token, _, _| token["exp"] = json!(1_000_000_000)),
        ("no signature", |_, _, algorithm| *algorithm = "none"),
        ("a shared secret as key", |_, _, algorithm| *algorithm = "HS256"),
    ];
    for (name, spoil) in cases {
        let mut browser = world.hub.browser();
        let answer = attempt(&world, &mut browser, spoil).await;
        assert_eq!(answer.status, 400, "{name}: {}", answer.body);
        assert!(!browser.is_in().await, "{name}");
    }
}

#[tokio::test]
async fn f65_an_unverified_unknown_or_closed_account_is_refused_in_the_same_words() {
    let world = world(true).await;
    let gone = world.hub.account("gone", Role::Member).await;
    world.hub.account("admin", Role::Administrator).await;
    crate::accounts::actions::staff::suspend(&world.hub.db, &Actor::system("test"), gone).await.unwrap();
    let mut bodies = Vec::new();
    for (email, verified) in [
        ("hana@example.jp", json!(false)),
        ("hana@example.jp", Value::Null),
        ("nobody@example.jp", json!(true)),
        ("gone@example.jp", json!(true)),
    ] {
        let mut browser = world.hub.browser();
        let answer = attempt(&world, &mut browser, |token, _, _| {
            token["email"] = json!(email);
            token["email_verified"] = verified.clone();
            if verified.is_null() {
                token.as_object_mut().unwrap().remove("email_verified");
            }
        })
        .await;
        assert_eq!(answer.status, 409, "{email} {verified}");
        assert!(!browser.is_in().await);
        bodies.push(answer.body);
    }
    bodies.dedup_by(|a, b| without_query(a) == without_query(b));
    assert_eq!(bodies.len(), 1);
}

/// The page without the address of itself, which has the state in it.
fn without_query(page: &str) -> String {
    page.split("?").map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)).collect()
}

#[tokio::test]
async fn f65_an_answer_without_the_cookie_of_the_start_or_used_before_is_refused() {
    let world = world(true).await;
    let mut attacker = world.hub.browser();
    let asked = depart(&mut attacker, "").await;
    let token = claims(&world, &asked, world.hub.app.clock.now());
    *world.provider.plan.lock().unwrap() = Plan {
        userinfo: userinfo_of(&token),
        claims: token,
        algorithm: "EdDSA",
        challenge: String::new(),
        verified: false,
    };
    let back = format!("/oidc/fake/callback?code=code&state={}", asked["state"]);
    let mut victim = world.hub.browser();
    assert_eq!(victim.get(&back).await.status, 400, "a link sent by somebody else signs nobody in");
    assert!(!victim.is_in().await);
    let kept = attacker.jar.clone();
    assert!(attacker.get(&back).await.is_entry());
    attacker.jar = kept;
    assert_eq!(attacker.get(&back).await.status, 400, "once");
    assert_eq!(attacker.get("/oidc/other/start").await.status, 404);
}

#[tokio::test]
async fn f65_without_trust_in_addresses_the_owner_connects_while_signed_in() {
    let world = world(false).await;
    let mut browser = world.hub.browser();
    assert_eq!(attempt(&world, &mut browser, |_, _, _| {}).await.status, 409);
    let mut owner = world.hub.signed_in("hana").await;
    let asked = depart(&mut owner, "?connect=1&next=/ja/account/passkeys").await;
    let token = claims(&world, &asked, world.hub.app.clock.now());
    *world.provider.plan.lock().unwrap() = Plan {
        userinfo: userinfo_of(&token),
        claims: token,
        algorithm: "EdDSA",
        challenge: String::new(),
        verified: false,
    };
    let answer = owner.get(&format!("/oidc/fake/callback?code=code&state={}", asked["state"])).await;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/ja/account/passkeys"));
    assert!(owner.get("/ja/account/passkeys").await.body.contains(&world.provider.issuer));
    assert!(attempt(&world, &mut world.hub.browser(), |_, _, _| {}).await.is_entry());
    // Somebody else cannot take the same outside account.
    world.hub.account("mallory", Role::Member).await;
    let mut mallory = world.hub.signed_in("mallory").await;
    let asked = depart(&mut mallory, "?connect=1").await;
    let token = claims(&world, &asked, world.hub.app.clock.now());
    *world.provider.plan.lock().unwrap() = Plan {
        userinfo: userinfo_of(&token),
        claims: token,
        algorithm: "EdDSA",
        challenge: String::new(),
        verified: false,
    };
    assert_eq!(mallory.get(&format!("/oidc/fake/callback?code=code&state={}", asked["state"])).await.status, 409);
    assert!(world.hub.browser().sign_in("hana", PASSWORD).await.is_entry());
}
