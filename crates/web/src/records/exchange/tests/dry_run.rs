//! Errors of rows, and how rows find their records.

use super::*;

async fn dry(test: &TestApp, actor: &Actor, kind: &'static RecordType, csv: &str, same_name: SameName) -> Plan {
    let sheet = table::read_text(csv, None).unwrap();
    planned(test, actor, kind, &sheet, same_name).await
}

#[tokio::test]
async fn a_dry_run_names_every_error_and_stores_nothing() {
    let test = hub_app().await;
    load(&test, &ORG, "code,name.ja,ror\nminato,湊製薬,https://ror.org/035t8zc32\n").await;
    let rows = "管理番号,名称(日本語),組織,上位\nu1,研究室,湊製薬,u3\nu2,,minato,\nu3,部門,湊製藥,\nu1,別の研究室,minato,\nu4,研究室2,minato,u5\nu5,第五,minato,\n";
    let plan = dry(&test, &staff(), &UNIT, rows, SameName::Ask).await;
    let found = faults(&plan);
    let has = |line: usize, field: &str, words: &str| {
        found.iter().any(|(l, f, m)| *l == line && f == field && m.contains(words))
    };
    assert!(has(3, "name.ja", "fill this in"), "{found:?}");
    assert!(has(4, "organization", "not found"), "{found:?}");
    assert!(has(5, "row", "Row 2") || has(5, "code", "Row 2"), "{found:?}");
    assert!(has(2, "row", "Row 4"), "row 2 links to row 4, which has an error: {found:?}");
    assert_eq!(plan.count(Action::Create), 2, "{found:?}");
    assert_eq!(count(&test, "unit").await, 0);
    let taken = dry(
        &test,
        &staff(),
        &ORG,
        "code,name.ja,ROR\nother,別,https://ror.org/035t8zc32\nx,悪い,https://ror.org/000000000\ny,日付,\n",
        SameName::Ask,
    )
    .await;
    assert_eq!(taken.rows[0].action, Action::Update, "an identifier finds its record: {:?}", faults(&taken));
    assert!(faults(&taken).iter().any(|(line, field, _)| *line == 3 && field == "ror"));
}

#[tokio::test]
async fn names_find_records_only_when_the_importer_agrees() {
    let test = hub_app().await;
    load(&test, &ORG, "code,name.ja\nminato,株式会社湊製薬\n").await;
    let rows = "会社名,ホームページ\n湊製薬,https://minato.example/\n";
    let ask = dry(&test, &staff(), &ORG, rows, SameName::Ask).await;
    assert!(faults(&ask)[0].2.contains("minato"), "{:?}", faults(&ask));
    assert_eq!(actions_of(&dry(&test, &staff(), &ORG, rows, SameName::Update).await), [Action::Update]);
    assert_eq!(actions_of(&dry(&test, &staff(), &ORG, rows, SameName::Separate).await), [Action::Create]);
}
