//! Whole ways: what is exported comes back as it was, what is imported can be taken back, archives are the hub.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod archive;
mod dry_run;
mod load;
mod pages;
mod roundtrip;
mod speed;

use super::plan::{self, Action, Options, Plan, SameName};
use super::sample::{ORG, PERSON, UNIT};
use super::table::{self, Table};
use super::{LoadReport, columns, load_csv};
use crate::hooks::Hooks;
use crate::records::actions::{self, Doing};
use crate::routes::Routes;
use crate::test_support::TestApp;
use kernel::record::{Record, RecordType};
use kernel::text::Standing;
use kernel::{Actor, Audience, Error, Lang, Level, Role, Text, Uuid};
use store::{One, args};

pub(super) async fn hub_with(hooks: Hooks) -> TestApp {
    let routes = [&ORG, &UNIT, &PERSON]
        .into_iter()
        .fold(Routes::new(), |routes, kind| routes.with(crate::records::routes(kind)));
    TestApp::new(vec![&ORG, &UNIT, &PERSON], hooks, routes).await.unwrap()
}

pub(super) async fn hub_app() -> TestApp {
    hub_with(Hooks::default()).await
}

pub(super) fn staff() -> Actor {
    TestApp::actor(&[Role::Concierge])
}

pub(super) fn system() -> Actor {
    Actor::system("test")
}

pub(super) async fn load(test: &TestApp, kind: &'static RecordType, csv: &str) -> LoadReport {
    let actor = system();
    load_csv(&Doing::system(&test.app, &actor), kind, csv.as_bytes()).await.unwrap()
}

pub(super) async fn planned(
    test: &TestApp,
    actor: &Actor,
    kind: &'static RecordType,
    sheet: &Table,
    same_name: SameName,
) -> Plan {
    let options = Options { paths: columns::recognize(kind, &sheet.header), same_name, ..Options::default() };
    plan::plan(&test.app, actor, kind, sheet, &options).await.unwrap()
}

pub(super) fn actions_of(plan: &Plan) -> Vec<Action> {
    plan.rows.iter().map(|row| row.action).collect()
}

pub(super) fn faults(plan: &Plan) -> Vec<(usize, String, String)> {
    plan.errors()
        .flat_map(|row| row.errors.0.iter().map(|e| (row.line, e.field.clone(), e.message.en.clone())))
        .collect()
}

pub(super) async fn count(test: &TestApp, table: &str) -> i64 {
    let One(n) = test
        .app
        .db
        .one::<One<i64>>(format!("SELECT count(*) FROM {table} WHERE deleted_at IS NULL"), args![])
        .await
        .unwrap();
    n
}

/// Records with everything that is hard to carry in a sheet.
pub(super) async fn hard_records(test: &TestApp) -> Vec<Record> {
    let actor = system();
    let doing = Doing::system(&test.app, &actor);
    let mut org = Record::new(&ORG, test.app.clock.now());
    let mut name = Text::pair("髙島屋𠮷野", "=HYPERLINK(\"x\")");
    name.put("de", "+Häuser, \"quoted\"", Standing::Machine);
    org.code = Some("=org|1".to_owned());
    org.set("name", name);
    org.set("about", Text::original(Lang::En, "-first line\n@second\tline, with \"quotes\""));
    org.set("kind", "company");
    org.values.insert("fields", kernel::record::FieldValue::Codes(vec!["oncology".into(), "devices".into()]));
    org.set("phone", "+81 6 1234 5678");
    org.set("employees", "~120");
    org.set("founded", "2015~");
    org.field_levels.insert("email".to_owned(), Level::Staff);
    org.source = Some("@source".to_owned());
    let org = actions::create(&doing, org).await.unwrap();
    let mut plain = Record::new(&ORG, test.app.clock.now());
    plain.set("name", Text::original(Lang::En, "'=quoted"));
    plain.audience = Audience { level: Level::Parties, parties: vec![org.id], owner: None };
    plain.fictional = true;
    let plain = actions::create(&doing, plain).await.unwrap();
    test.settle().await.unwrap();
    vec![org, plain]
}

/// The same account on every call.
pub(super) fn staff_once() -> Actor {
    Actor { account: Some(Uuid::from_u128(7)), label: "Staff".into(), roles: vec![Role::Concierge], ..Actor::visitor() }
}
