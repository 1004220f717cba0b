use super::{World, keeper};
use crate::agreements::records::DOCUMENT;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use kernel::{Actor, Role, Uuid};
use store::records::{Scope, linking};
use web::test_support::{Answer, TestApp};

const BOUNDARY: &str = "----musubi";

fn form(fields: &[(&str, &str)], name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").into_bytes(),
        );
    }
    body.extend(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n").into_bytes());
    body.extend_from_slice(bytes);
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").into_bytes());
    body
}

async fn send(world: &World, actor: &Actor, id: Uuid, body: Vec<u8>) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(format!("/en/agreements/{id}/documents"))
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .body(Body::from(body))
        .unwrap();
    world.web.send(actor, request).await
}

async fn world_with_agreement() -> (World, Uuid, Uuid) {
    let world = World::on("2026-11-22").await;
    let (hub, other) =
        (world.organization("拠点", "hub", "JP").await, world.organization("相手", "company", "JP").await);
    let id = world.agreement(hub, other, |record| record.set("signed", "2020-01-01")).await;
    (world, id, other)
}

#[tokio::test]
async fn a_document_is_given_out_only_to_its_circle_and_only_as_a_download() {
    let (world, id, other) = world_with_agreement().await;
    assert_eq!(world.web.get(&keeper(), &format!("/ja/agreements/{id}/documents/new")).await.status, 200);
    let pdf = b"%PDF-1.7 CANARY-FILE";
    let fields = [("title.ja", "署名済みの写し"), ("dated", "2020-09-07"), ("audience", "parties")];
    let sent = send(&world, &keeper(), id, form(&fields, "..\\覚書 &quot;最終&quot;.png", pdf)).await;
    assert_eq!(sent.status, 303, "{}", sent.body);
    let document = linking(&world.web.app.db, &DOCUMENT, "agreement", id, Scope::Everything).await.unwrap().remove(0);
    let address = format!("/files/agreements/{}", document.id);

    let mut party = TestApp::actor(&[Role::Member]);
    party.member_of = vec![other];
    let given = world.web.get(&party, &address).await;
    assert_eq!(given.status, 200);
    assert!(given.body.contains("CANARY-FILE"));
    let head = |name: &str| given.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(head("content-type"), "application/pdf", "told by the bytes, whatever was claimed");
    assert!(head("content-disposition").starts_with("attachment; filename="));
    assert!(head("content-disposition").ends_with(".pdf"));
    assert_eq!(head("x-content-type-options"), "nosniff");
    assert!(head("content-security-policy").contains("sandbox"));
    assert_eq!(head("cache-control"), "private, no-store");

    for actor in [Actor::visitor(), TestApp::actor(&[Role::Member]), TestApp::actor(&[Role::PartnerHub])] {
        let refused = world.web.get(&actor, &address).await;
        assert_eq!(refused.status, 404);
        let absent = world.web.get(&actor, &format!("/files/agreements/{}", Uuid::from_u128(1))).await;
        assert_eq!(absent.status, refused.status, "hidden and absent look the same");
        assert!(!world.web.get(&actor, &format!("/ja/agreements/{id}")).await.body.contains("署名済みの写し"));
    }
}

#[tokio::test]
async fn what_is_not_allowed_is_refused_by_its_bytes_and_the_form_comes_back() {
    let (world, id, _) = world_with_agreement().await;
    let fields = [("title.ja", "入れ替え"), ("audience", "staff")];
    let refused: [&[u8]; 4] =
        [b"<html><script>alert(1)</script>", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\0\x03\0\0\0", b""];
    for bytes in refused {
        let answer = send(&world, &keeper(), id, form(&fields, "picture.png", bytes)).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains("入れ替え"), "what was written is kept");
    }
    let nameless = send(&world, &keeper(), id, form(&[("audience", "staff")], "a.pdf", b"%PDF-1.7")).await;
    assert_eq!(nameless.status, 422);
    let cut = send(&world, &keeper(), id, form(&fields, "a.pdf", b"%PDF-1.7")[..120].to_vec()).await;
    assert!(cut.status.is_client_error(), "{}", cut.status);
    assert!(linking(&world.web.app.db, &DOCUMENT, "agreement", id, Scope::Everything).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_file_beyond_the_limit_is_refused_and_nothing_is_stored() {
    let (world, id, _) = world_with_agreement().await;
    let mut big = b"%PDF-1.7".to_vec();
    big.resize(world.web.app.settings.upload_limit + 1, b'x');
    let answer = send(&world, &keeper(), id, form(&[("title.ja", "大きい")], "big.pdf", &big)).await;
    assert_eq!(answer.status, 413);
    assert!(linking(&world.web.app.db, &DOCUMENT, "agreement", id, Scope::Everything).await.unwrap().is_empty());
}
