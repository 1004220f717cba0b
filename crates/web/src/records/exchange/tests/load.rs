//! Files that the program loads itself.

use super::*;

#[tokio::test]
async fn files_load_with_links_to_later_rows_and_not_at_all_with_errors() {
    let test = hub_app().await;
    let report = load(&test, &UNIT, "code,name.ja,name.en,parent\nchild,子,Child,mother\nmother,母,Mother,\n").await;
    assert_eq!((report.counts.created, report.errors.len()), (2, 0));
    let again = load(&test, &UNIT, "code,name.ja,name.en,parent\nchild,子,Child,mother\nmother,母,Mother 2,\n").await;
    assert_eq!((again.counts.updated, again.counts.unchanged), (1, 1));
    let bad = load(&test, &UNIT, "code,name.ja,parent\nx,良,\ny,悪,nowhere\n").await;
    assert_eq!((bad.errors.len(), bad.errors[0].line, count(&test, "unit").await), (1, 3, 2));
    let actor = system();
    let unknown = load_csv(&Doing::system(&test.app, &actor), &UNIT, "code,nmae\nx,y\n".as_bytes()).await;
    assert!(matches!(unknown, Err(Error::Invalid(errors)) if errors.0[0].field == "nmae"));
    let id = test.app.catalogue.by_code("unit", "mother", &actor.keyring()).unwrap();
    let mother =
        store::records::find(&test.app.db, &UNIT, id, store::records::Scope::Everything).await.unwrap().unwrap();
    assert_eq!(mother.text("name").get("ja").unwrap().standing, Standing::Original);
}
