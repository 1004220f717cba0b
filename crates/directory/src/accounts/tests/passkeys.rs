//! Passkeys with an authenticator in software (WebAuthn level 2, "none" attestation, ES256).

use super::harness::{Browser, TestHub, on_every_engine};
use crate::accounts::actions::staff;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::{Actor, Role, Uuid};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use store::{One, args};

const ORIGIN: &str = "http://hub.example";

struct Device {
    key: SigningKey,
    id: Vec<u8>,
    owner: Vec<u8>,
    counter: u32,
    origin: &'static str,
}

fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Device {
    fn new() -> Device {
        Device {
            key: SigningKey::from_slice(&rand::random::<[u8; 32]>()).unwrap(),
            id: rand::random::<[u8; 16]>().to_vec(),
            owner: Vec::new(),
            counter: 0,
            origin: ORIGIN,
        }
    }

    /// RP id hash, flags (present, verified), counter (section 6.1).
    fn data(&mut self, flags: u8) -> Vec<u8> {
        self.counter += 1;
        let mut data = Sha256::digest(b"hub.example").to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
            .into_bytes()
    }

    fn create(&mut self, options: &Value) -> Value {
        self.owner = URL_SAFE_NO_PAD.decode(options["user"]["id"].as_str().unwrap()).unwrap();
        let point = self.key.verifying_key().to_sec1_point(false);
        let point = point.as_bytes();
        let mut data = self.data(0x45);
        data.extend([0; 16]);
        data.extend([0, 16]);
        data.extend(&self.id);
        // COSE key: EC2, ES256, P-256, x, y (RFC 9053 7.1).
        data.extend(hex::decode("a5010203262001215820").unwrap());
        data.extend(&point[1..33]);
        data.extend(hex::decode("225820").unwrap());
        data.extend(&point[33..]);
        // CBOR map {fmt: "none", attStmt: {}, authData: bytes}.
        let mut object = hex::decode("a363666d74646e6f6e656761747453746d74a068617574684461746158").unwrap();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        json!({
            "id": b64(&self.id), "rawId": b64(&self.id), "type": "public-key", "extensions": {},
            "response": { "attestationObject": b64(&object), "clientDataJSON": b64(&self.client_data("webauthn.create", options)) },
        })
    }

    fn get(&mut self, options: &Value) -> Value {
        let data = self.data(0x05);
        let client = self.client_data("webauthn.get", options);
        let signature: Signature = self.key.sign(&[data.as_slice(), &Sha256::digest(&client)].concat());
        json!({
            "id": b64(&self.id), "rawId": b64(&self.id), "type": "public-key", "extensions": {},
            "response": {
                "authenticatorData": b64(&data), "clientDataJSON": b64(&client), "signature": b64(signature.to_der().as_bytes()),
                "userHandle": b64(&self.owner),
            },
        })
    }
}

async fn register(owner: &mut Browser<'_>, device: &mut Device) -> u16 {
    let begun = owner.json("/ja/account/passkeys/start", &json!({})).await;
    assert_eq!(begun.status, 200, "{}", begun.body);
    let begun: Value = serde_json::from_str(&begun.body).unwrap();
    let options = &begun["options"]["publicKey"];
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let sent =
        json!({ "ceremony": begun["ceremony"], "credential": device.create(options), "label": "研究室のノートPC" });
    owner.json("/ja/account/passkeys/finish", &sent).await.status.as_u16()
}

async fn begin(browser: &mut Browser<'_>) -> Value {
    serde_json::from_str(&browser.json("/ja/sign-in/passkey/start", &json!({})).await.body).unwrap()
}

async fn use_it(browser: &mut Browser<'_>, device: &mut Device) -> u16 {
    let begun = begin(browser).await;
    let sent = json!({ "ceremony": begun["ceremony"], "credential": device.get(&begun["options"]["publicKey"]), "next": "/ja/people" });
    browser.json("/ja/sign-in/passkey/finish", &sent).await.status.as_u16()
}

async fn equipped<'h>(hub: &'h TestHub) -> (Device, Browser<'h>) {
    hub.account("hana", Role::Member).await;
    let mut device = Device::new();
    let mut owner = hub.signed_in("hana").await;
    assert_eq!(register(&mut owner, &mut device).await, 200);
    (device, owner)
}

on_every_engine! {
    async fn a_passkey_signs_in_without_an_address(hub) {
        let (mut device, mut owner) = equipped(&hub).await;
        assert!(owner.get("/ja/account/passkeys").await.body.contains("研究室のノートPC"));
        let mut second = Device::new();
        assert_eq!(register(&mut owner, &mut second).await, 200);
        let mut browser = hub.browser();
        let begun = begin(&mut browser).await;
        assert!(begun["options"]["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty), "f60: names nobody");
        let sent = json!({ "ceremony": begun["ceremony"], "credential": device.get(&begun["options"]["publicKey"]), "next": "//evil.example" });
        let answer = browser.json("/ja/sign-in/passkey/finish", &sent).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "{\"next\":\"/ja/desk\"}"));
        assert_eq!(browser.who().await["label"], "hana さん");
        let mut other = hub.browser();
        assert_eq!(other.json("/ja/sign-in/passkey/finish", &sent).await.status, 400, "an answer works once");
        assert_eq!(use_it(&mut hub.browser(), &mut second).await, 200);
    }

    async fn a_passkey_with_another_signature_origin_or_owner_is_refused(hub) {
        let (mut device, _) = equipped(&hub).await;
        let right = device.key.clone();
        device.key = SigningKey::from_slice(&[7; 32]).unwrap();
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 400);
        device.key = right;
        device.origin = "https://evil.example";
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 400);
        device.origin = ORIGIN;
        let owner = std::mem::replace(&mut device.owner, Uuid::now_v7().as_bytes().to_vec());
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 422);
        device.owner = owner;
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 200);
        device.counter = 0;
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 400, "a copy counts backwards");
    }

    async fn a_removed_passkey_and_one_of_a_suspended_account_open_nothing(hub) {
        let (mut device, mut owner) = equipped(&hub).await;
        hub.account("admin", Role::Administrator).await;
        let One(account): One<Uuid> = hub.db.one("SELECT account FROM account_passkey", args![]).await.unwrap();
        staff::suspend(&hub.db, &Actor::system("test"), account).await.unwrap();
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 422);
        staff::resume(&hub.db, &Actor::system("test"), account).await.unwrap();
        assert_eq!(use_it(&mut owner, &mut device).await, 200);
        let One(id): One<Uuid> = hub.db.one("SELECT id FROM account_passkey", args![]).await.unwrap();
        assert_eq!(owner.post(&format!("/ja/account/passkeys/{id}/remove"), &[]).await.status, 303);
        assert_eq!(use_it(&mut hub.browser(), &mut device).await, 422);
    }

    async fn a_passkey_is_added_only_by_its_owner_after_a_fresh_proof(hub) {
        let (_, mut owner) = equipped(&hub).await;
        hub.account("mallory", Role::Member).await;
        let mut mallory = hub.signed_in("mallory").await;
        let begun: Value = serde_json::from_str(&owner.json("/ja/account/passkeys/start", &json!({})).await.body).unwrap();
        let mut device = Device::new();
        let sent = json!({ "ceremony": begun["ceremony"], "credential": device.create(&begun["options"]["publicKey"]) });
        assert_eq!(mallory.json("/ja/account/passkeys/finish", &sent).await.status, 400, "begun by somebody else");
        hub.wait(chrono::TimeDelta::hours(1));
        assert_eq!(owner.json("/ja/account/passkeys/start", &json!({})).await.status, 409);
        assert_eq!(hub.browser().json("/ja/account/passkeys/start", &json!({})).await.status, 401);
    }
}
