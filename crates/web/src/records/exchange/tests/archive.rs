//! A whole hub in one archive, on every engine that can be reached.

use super::*;
use crate::records::exchange::hub;
use std::io::Cursor;
use store::feed;
use store::test_support::{TestDb, TestEngine};

pub(super) async fn archive(test: &TestApp) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    hub::export_hub(&test.app, &mut bytes, |_, _| ()).await.unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_moves_to_another_database_and_stays_the_same() {
    let source = hub_app().await;
    let [org, _] = <[Record; 2]>::try_from(hard_records(&source).await).unwrap();
    let actor = system();
    let doing = Doing::system(&source.app, &actor);
    load(&source, &UNIT, &format!("code,name.ja,organization\nu,室,{}\nv,消える,\n", org.id)).await;
    let gone = source.app.catalogue.by_code("unit", "v", &actor.keyring()).unwrap();
    actions::delete(&doing, &UNIT, gone).await.unwrap();
    let stored = source.app.files.put_bytes("attached".into(), 1_000).await.unwrap();
    store::atomically!(source.app.db, |tx| {
        let file =
            store::files::NewFile { name: "覚書.txt".into(), media_type: "text/plain".into(), created_by: None };
        Ok(store::files::register(tx, &stored, file).await?)
    })
    .unwrap();
    let first = archive(&source).await;
    assert_eq!(first, archive(&source).await, "the same hub gives the same bytes");
    for engine in TestEngine::available() {
        let db = TestDb::on(engine, kernel::Clock::system()).await;
        let target = TestApp::over(db, vec![&ORG, &UNIT, &PERSON], Hooks::default(), Routes::new()).await.unwrap();
        hub::import_hub(&target.app, Cursor::new(first.clone()), |_, _| ()).await.unwrap();
        assert_eq!(archive(&target).await, first, "{engine:?}");
        let verdict = feed::verify(&target.app.db, |_, _| ()).await.unwrap();
        assert_eq!((verdict.broken, verdict.checked > 0), (None, true));
        assert_eq!(target.app.files.get_bytes(&stored.sha256).await.unwrap().unwrap(), "attached");
        assert_eq!(target.app.catalogue.by_code("unit", "u", &actor.keyring()).map(|_| ()), Some(()));
        assert!(target.app.catalogue.by_code("unit", "v", &actor.keyring()).is_none());
        // The feed goes on where it ended.
        load(&target, &UNIT, "code,name.ja\nnew,新\n").await;
        assert_eq!(feed::verify(&target.app.db, |_, _| ()).await.unwrap().broken, None);
        let again = hub::import_hub(&target.app, Cursor::new(first.clone()), |_, _| ()).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "only an empty hub is filled");
    }
}

#[tokio::test]
async fn a_damaged_archive_leaves_the_hub_empty() {
    let source = hub_app().await;
    hard_records(&source).await;
    let good = archive(&source).await;
    let mut zip = zip::ZipArchive::new(Cursor::new(good)).unwrap();
    let mut changed = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..zip.len() {
        let mut part = zip.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        let name = part.name().unwrap().into_owned();
        if name == "records/organization.jsonl" {
            text = text.replace("company", "university");
        }
        changed.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut changed, text.as_bytes()).unwrap();
    }
    let target = hub_app().await;
    let outcome = hub::import_hub(&target.app, changed.finish().unwrap(), |_, _| ()).await;
    assert!(matches!(outcome, Err(Error::BadRequest(_))));
    assert_eq!((count(&target, "organization").await, feed::newest(&target.app.db).await.unwrap()), (0, 0));
}
