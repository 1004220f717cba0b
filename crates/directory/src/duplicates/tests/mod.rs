//! Duplicates: what is found, what is not, and that a merge can be seen before and taken back after.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod finding;
mod merging;
mod pages;
mod rules;
mod scale;
mod table;

use crate::records;
use ::store::records::Scope;
use ::store::test_support::{TestDb, TestEngine};
use kernel::record::{FieldValue, Record, RecordType};
use kernel::{Actor, Clock, Role, Text, Uuid};
use std::collections::BTreeMap;
use web::Routes;
use web::records::actions::{self, Doing};
use web::test_support::TestApp;

/// An agreement-like type of another subsystem, over a real table, so that merging proves to know only descriptions.
static SIGNATORY: RecordType = RecordType {
    key: "signatory",
    path: "signatories",
    one: kernel::both("署名者", "Signatory"),
    many: kernel::both("署名者", "Signatories"),
    fields: &[
        kernel::record::Field::new(
            "agreement",
            kernel::both("協定", "Agreement"),
            kernel::record::Kind::Link(&["agreement"]),
        ),
        kernel::record::Field::new("person", kernel::both("人", "Person"), kernel::record::Kind::Link(&["person"])),
        kernel::record::Field::new(
            "party",
            kernel::both("当事者", "Party"),
            kernel::record::Kind::Link(records::PARTIES),
        ),
        kernel::record::Field::new("title", kernel::both("役職", "Title"), kernel::record::Kind::Text { max: 160 }),
        kernel::record::Field::new("signed_on", kernel::both("署名日", "Signed on"), kernel::record::Kind::Date),
    ],
    title: |record| record.text("title"),
    reading: None,
    summary: None,
    default_level: kernel::Level::Public,
    edit: kernel::Permission::EditAgreements,
    owners: &[],
    own_edits: kernel::record::OwnEdits::No,
    part_of: None,
    rules: kernel::record::no_rules,
};

pub(super) fn kinds() -> Vec<&'static RecordType> {
    records::ALL.iter().copied().chain([&SIGNATORY]).collect()
}

pub(super) async fn app_on(engine: TestEngine) -> TestApp {
    let db = TestDb::on(engine, Clock::system()).await;
    let routes = records::ALL.iter().fold(Routes::new(), |routes, kind| routes.with(web::records::routes(kind)));
    TestApp::over(db, kinds(), crate::hooks::hooks(), routes.with(super::routes())).await.unwrap()
}

pub(super) fn concierge() -> Actor {
    TestApp::actor(&[Role::Concierge])
}

/// Stores a record as the program itself.
pub(super) async fn store(app: &TestApp, kind: &'static RecordType, values: Vec<(&'static str, FieldValue)>) -> Record {
    let mut record = Record::new(kind, app.app.clock.now());
    record.id = app.app.db.new_id();
    record.values.extend(values);
    put(app, record).await
}

pub(super) async fn put(app: &TestApp, record: Record) -> Record {
    let actor = Actor::system("test");
    let made = actions::create(&Doing::system(&app.app, &actor), record).await.unwrap();
    app.settle().await.unwrap();
    made
}

pub(super) fn text(ja: &str, en: &str) -> FieldValue {
    FieldValue::Text(Text::pair(ja, en))
}

pub(super) fn plain(value: &str) -> FieldValue {
    FieldValue::Plain(value.to_owned())
}

pub(super) async fn organization(app: &TestApp, ja: &str, en: &str) -> Record {
    store(app, &records::ORGANIZATION, vec![("name", text(ja, en)), ("kind", plain("company"))]).await
}

pub(super) async fn person(app: &TestApp, family: &str, given: &str) -> Record {
    store(app, &records::PERSON, vec![("family", text(family, "")), ("given", text(given, ""))]).await
}

pub(super) async fn role(app: &TestApp, person: Uuid, party: Uuid, title: &str, period: &str) -> Record {
    let values = vec![
        ("person", FieldValue::Link(person)),
        ("party", FieldValue::Link(party)),
        ("title", text(title, "")),
        ("period", plain(period)),
    ];
    store(app, &records::ROLE, values).await
}

pub(super) async fn relation(app: &TestApp, from: Uuid, kind: &str, to: Uuid, period: &str) -> Record {
    let values = vec![
        ("from", FieldValue::Link(from)),
        ("kind", plain(kind)),
        ("to", FieldValue::Link(to)),
        ("period", plain(period)),
    ];
    store(app, &records::RELATION, values).await
}

/// Every live record without version and instant of change.
pub(super) async fn export(app: &TestApp) -> BTreeMap<Uuid, serde_json::Value> {
    let mut all = BTreeMap::new();
    for kind in kinds() {
        for record in ::store::records::all(&app.app.db, kind, None, 10_000, Scope::Everything).await.unwrap() {
            let mut json = record.to_json();
            let object = json.as_object_mut().unwrap();
            object.remove("version");
            object.remove("updated_at");
            all.insert(record.id, json);
        }
    }
    all
}

pub(super) async fn now(app: &TestApp, record: &Record) -> Option<Record> {
    ::store::records::find(&app.app.db, record.kind, record.id, Scope::Everything).await.unwrap()
}

/// Runs a test on every engine that can be reached.
macro_rules! on_every_engine {
    ($($(#[$doc:meta])* async fn $name:ident($app:ident) $body:block)*) => {$(
        $(#[$doc])*
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            for engine in ::store::test_support::TestEngine::available() {
                println!("on {engine:?}");
                let $app = crate::duplicates::tests::app_on(engine).await;
                $body
            }
        }
    )*};
}
pub(super) use on_every_engine;
