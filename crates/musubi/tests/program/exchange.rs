//! The whole hub as one archive: what comes out goes into an empty hub and comes out the same.

use crate::hub::{Hub, alone};
use std::io::{Cursor, Read};
use web::records::exchange::{export_hub, import_hub};

async fn exported(hub: &Hub) -> Vec<u8> {
    let mut archive = Cursor::new(Vec::new());
    export_hub(&hub.app, &mut archive, |_, _| {}).await.unwrap();
    archive.into_inner()
}

/// Names and contents of the files in an archive, by name.
fn contents(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut files: Vec<(String, Vec<u8>)> = (0..zip.len())
        .map(|at| {
            let mut file = zip.by_index(at).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().unwrap().into_owned(), bytes)
        })
        .collect();
    files.sort();
    files
}

#[test]
fn a_hub_exported_and_imported_into_an_empty_hub_is_the_same_hub() {
    alone(async || {
        let hub = Hub::with_sample().await;
        let first = exported(&hub).await;
        let copy = Hub::empty().await;
        import_hub(&copy.app, Cursor::new(first.clone()), |_, _| {}).await.unwrap();
        copy.app.projections.catch_up(&copy.app).await;
        let second = exported(&copy).await;
        let (first, second) = (contents(&first), contents(&second));
        let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&first), names(&second));
        for ((name, was), (_, is)) in first.iter().zip(&second) {
            if was == is || name.contains("manifest") {
                continue;
            }
            let (was, is) = (String::from_utf8_lossy(was), String::from_utf8_lossy(is));
            let differs = was
                .lines()
                .zip(is.lines())
                .position(|(a, b)| a != b)
                .unwrap_or(was.lines().count().min(is.lines().count()));
            panic!(
                "{name} differs at line {}:\nwas: {:?}\nis:  {:?}",
                differs + 1,
                was.lines().nth(differs),
                is.lines().nth(differs)
            );
        }
    });
}

#[test]
fn a_whole_hub_does_not_go_into_one_that_has_records() {
    alone(async || {
        let hub = Hub::with_sample().await;
        let archive = exported(&hub).await;
        assert!(import_hub(&hub.app, Cursor::new(archive), |_, _| {}).await.is_err());
    });
}
