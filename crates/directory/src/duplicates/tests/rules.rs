//! Rules of the directory at the write path: links that exist, units within one organization, no circles (fault 39).
#![allow(clippy::unwrap_used, clippy::expect_used)]

use super::*;
use kernel::Error;

async fn try_store(
    app: &TestApp,
    kind: &'static RecordType,
    values: Vec<(&'static str, FieldValue)>,
) -> kernel::Result<Record> {
    let actor = Actor::system("test");
    let mut record = Record::new(kind, app.app.clock.now());
    record.values.extend(values);
    let made = actions::create(&Doing::system(&app.app, &actor), record).await;
    app.settle().await.unwrap();
    made
}

async fn try_update(app: &TestApp, record: &Record, field: &'static str, value: FieldValue) -> kernel::Result<Record> {
    let actor = Actor::system("test");
    let mut record = now(app, record).await.unwrap();
    record.values.insert(field, value);
    let seen = record.version;
    actions::update(&Doing::system(&app.app, &actor), record, seen).await
}

fn faulty_field<T: std::fmt::Debug>(outcome: kernel::Result<T>) -> String {
    match outcome {
        Err(Error::Invalid(errors)) => {
            assert!(!errors.0[0].message.ja.is_empty() && !errors.0[0].message.en.is_empty());
            errors.0[0].field.clone()
        }
        other => panic!("not refused: {other:?}"),
    }
}

async fn unit(app: &TestApp, organization: &Record, parent: Option<&Record>) -> kernel::Result<Record> {
    let mut values = vec![
        ("name", text("部局", "")),
        ("kind", plain("department")),
        ("organization", FieldValue::Link(organization.id)),
    ];
    values.extend(parent.map(|p| ("parent", FieldValue::Link(p.id))));
    try_store(app, &records::UNIT, values).await
}

on_every_engine! {
    async fn f39_units_do_not_run_in_a_circle_and_stay_in_one_organization(app) {
        let university = organization(&app, "大阪大学", "").await;
        let other = organization(&app, "京都大学", "").await;
        let top = unit(&app, &university, None).await.unwrap();
        let middle = unit(&app, &university, Some(&top)).await.unwrap();
        let low = unit(&app, &university, Some(&middle)).await.unwrap();
        assert_eq!(faulty_field(try_update(&app, &top, "parent", FieldValue::Link(low.id)).await), "parent");
        assert_eq!(faulty_field(try_update(&app, &top, "parent", FieldValue::Link(top.id)).await), "parent");
        assert_eq!(faulty_field(unit(&app, &other, Some(&top)).await), "parent");
        assert_eq!(faulty_field(try_update(&app, &top, "organization", FieldValue::Link(other.id)).await), "organization");
    }

    async fn f39_relations_do_not_run_in_a_circle_but_may_turn_round_in_time(app) {
        let a = organization(&app, "甲", "").await;
        let b = organization(&app, "乙", "").await;
        let c = organization(&app, "丙", "").await;
        let tie = |from: &Record, kind: &str, to: &Record, period: &str| {
            vec![("from", FieldValue::Link(from.id)), ("kind", plain(kind)), ("to", FieldValue::Link(to.id)), ("period", plain(period))]
        };
        for kind in ["parent", "branch", "successor"] {
            try_store(&app, &records::RELATION, tie(&a, kind, &b, "2000/2010")).await.unwrap();
            try_store(&app, &records::RELATION, tie(&b, kind, &c, "2005/..")).await.unwrap();
            assert_eq!(faulty_field(try_store(&app, &records::RELATION, tie(&c, kind, &a, "2008/..")).await), "from", "{kind}");
        }
        try_store(&app, &records::RELATION, tie(&b, "parent", &a, "2012/..")).await.unwrap();
        assert_eq!(faulty_field(try_store(&app, &records::RELATION, tie(&b, "successor", &a, "2012/..")).await), "from");
        try_store(&app, &records::RELATION, tie(&c, "partner", &a, "")).await.unwrap();
    }

    async fn f39_two_writers_cannot_close_a_circle_between_them(app) {
        let (a, b) = (organization(&app, "甲", "").await, organization(&app, "乙", "").await);
        let (c, d) = (organization(&app, "丙", "").await, organization(&app, "丁", "").await);
        relation(&app, b.id, "parent", c.id, "").await;
        relation(&app, d.id, "parent", a.id, "").await;
        let tie = |from: &Record, to: &Record| vec![("from", FieldValue::Link(from.id)), ("kind", plain("parent")), ("to", FieldValue::Link(to.id))];
        let (one, two) = tokio::join!(try_store(&app, &records::RELATION, tie(&a, &b)), try_store(&app, &records::RELATION, tie(&c, &d)));
        assert_eq!([&one, &two].iter().filter(|outcome| outcome.is_ok()).count(), 1, "{one:?} {two:?}");
    }

    async fn links_lead_to_records_that_are_there(app) {
        let body = organization(&app, "大阪大学", "").await;
        let sawa = person(&app, "澤", "芳樹").await;
        let nobody = app.app.db.new_id();
        let role = |party: Uuid| vec![("person", FieldValue::Link(sawa.id)), ("party", FieldValue::Link(party)), ("title", text("教授", ""))];
        assert_eq!(faulty_field(try_store(&app, &records::ROLE, role(nobody)).await), "party");
        let listing = vec![("party", FieldValue::Link(nobody)), ("side", plain("need")), ("kind", plain("mentor")), ("title", text("x", ""))];
        assert_eq!(faulty_field(try_store(&app, &records::LISTING, listing).await), "party");
        let system = Actor::system("test");
        actions::delete(&Doing::system(&app.app, &system), body.kind, body.id).await.unwrap();
        app.settle().await.unwrap();
        assert_eq!(faulty_field(try_store(&app, &records::ROLE, role(body.id)).await), "party");
    }
}
