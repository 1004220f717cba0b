//! What is exported comes back as it was, and shows nobody more than they may see.

use super::*;
use crate::records::exchange::export::{self, Sheet, Survey, Wording};

#[tokio::test]
async fn what_is_exported_comes_back_unchanged() {
    let test = hub_app().await;
    let director = TestApp::actor(&[Role::Director]);
    let [org, plain] = <[Record; 2]>::try_from(hard_records(&test).await).unwrap();
    let units = format!(
        "code,name.ja,organization,funders\nu1,一番,=org|1 [{}],\nu2,二番,{},{} | {}\n",
        org.id, plain.id, plain.id, org.id
    );
    assert_eq!(load(&test, &UNIT, &units).await.errors, []);
    for kind in [&ORG, &UNIT] {
        for (query, wording) in [
            ("header=codes&bom=0", Wording::Codes),
            ("header=ja", Wording::Labels(Lang::Ja)),
            ("header=en", Wording::Labels(Lang::En)),
        ] {
            let csv = exported(&test, &director, &format!("/en/{}/export.csv?{query}", kind.path)).await;
            for (ending, bytes) in [("csv", csv), ("xlsx", workbook_of(&test, &director, kind, wording).await)] {
                let sheet = table::read_file(bytes).unwrap();
                let plan = planned(&test, &director, kind, &sheet, SameName::Ask).await;
                let changed: Vec<_> = plan.rows.iter().map(|row| &row.changed).collect();
                assert_eq!(
                    actions_of(&plan),
                    vec![Action::Unchanged; 2],
                    "{} {ending} {query}: {:?} {changed:?}",
                    kind.key,
                    faults(&plan)
                );
                assert!(columns::recognize(kind, &sheet.header).iter().all(Option::is_some), "{:?}", sheet.header);
            }
            assert_eq!(test.get(&director, &format!("/en/{}/export.xlsx?{query}", kind.path)).await.status, 200);
        }
    }
}

async fn exported(test: &TestApp, actor: &Actor, path: &str) -> Vec<u8> {
    let answer = test.get(actor, path).await;
    assert_eq!(answer.status, 200, "{path}");
    answer.body.into_bytes()
}

async fn workbook_of(test: &TestApp, actor: &Actor, kind: &'static RecordType, wording: Wording) -> Vec<u8> {
    let records = store::records::all(&test.app.db, kind, None, 100, store::records::Scope::Everything).await.unwrap();
    let mut survey = Survey::default();
    records.iter().for_each(|record| survey.look(record));
    let keyring = actor.keyring();
    let sheet = Sheet::new(&test.app, &keyring, kind, wording, &survey);
    let rows: Vec<Vec<String>> =
        std::iter::once(sheet.header()).chain(records.iter().map(|record| sheet.row(record))).collect();
    export::workbook("x", &rows).unwrap()
}

#[tokio::test]
async fn exported_cells_are_no_formulas_and_hold_nothing_that_the_reader_may_not_see() {
    let test = hub_app().await;
    let [org, _] = <[Record; 2]>::try_from(hard_records(&test).await).unwrap();
    let mut hidden = org.clone();
    hidden.set("website", "https://canary.example/");
    hidden.field_levels.insert("website".to_owned(), Level::Parties);
    let actor = system();
    actions::update(&Doing::system(&test.app, &actor), hidden, org.version).await.unwrap();
    test.settle().await.unwrap();
    let text = test.get(&staff(), "/ja/organizations/export.csv").await.body;
    assert!(text.starts_with('\u{FEFF}') && text.contains("\r\n"));
    for row in csv::Reader::from_reader(text.as_bytes()).records() {
        for cell in row.unwrap().iter() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
        }
    }
    // A record for named parties only, and a field for them only.
    assert!(!text.contains("quoted") || !text.contains("'=quoted"));
    assert!(!text.contains("canary"));
    assert!(test.get(&TestApp::actor(&[Role::Director]), "/ja/organizations/export.csv").await.body.contains("canary"));
    assert_eq!(test.get(&TestApp::actor(&[Role::Member]), "/ja/organizations/export.csv").await.status, 403);
    assert_eq!(test.get(&Actor::visitor(), "/ja/organizations/export.xlsx").await.status, 401);
    // The hidden field survives a staff member's round trip.
    let sheet = table::read_file(exported(&test, &staff(), "/ja/organizations/export.csv").await).unwrap();
    let plan = planned(&test, &staff(), &ORG, &sheet, SameName::Ask).await;
    assert_eq!(plan.count(Action::Unchanged), plan.rows.len(), "{:?}", faults(&plan));
}

#[test]
fn a_workbook_opens_again_with_text_cells_only() {
    let rows = vec![vec!["a".to_owned(), "b".to_owned()], vec!["=1+1".to_owned(), "007".to_owned()]];
    let sheet = table::read_file(export::workbook("組織: [x]", &rows).unwrap()).unwrap();
    assert_eq!(sheet.rows[0].cells, ["=1+1", "007"]);
}
