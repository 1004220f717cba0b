//! The tables of the sample hub: they load without a fault, and there is enough of everything to be alive.

use crate::hub::{Hub, alone, reading};
use kernel::Actor;
use web::records::actions::Doing;
use web::records::exchange::check_csv;

fn tables() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("sample");
    let mut tables: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "csv"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap()))
        .collect();
    tables.sort();
    tables
}

#[test]
fn every_table_is_of_a_known_record_type_and_its_rows_are_all_in_the_hub() {
    reading(async |hub| {
        let keys = Actor::system("test").keyring();
        for (key, table) in tables() {
            assert!(hub.app.kind(&key).is_some(), "{key}.csv is no record type");
            let rows = csv_rows(&table);
            assert_eq!(hub.app.catalogue.count(&[&key], &keys) as usize, rows, "{key}");
        }
    });
}

#[test]
fn loading_the_tables_again_would_change_nothing() {
    reading(async |hub| {
        let actor = Actor::system("test");
        for (key, table) in tables() {
            let report = check_csv(&Doing::system(&hub.app, &actor), hub.app.kind(&key).unwrap(), table.as_slice())
                .await
                .unwrap();
            assert!(report.errors.is_empty(), "{key}: {:?}", report.errors.first());
            assert_eq!((report.counts.created, report.counts.updated), (0, 0), "{key}");
        }
    });
}

#[test]
fn there_is_enough_of_everything_to_be_alive() {
    reading(async |hub| {
        let keys = Actor::system("test").keyring();
        for (key, least) in
            [("organization", 60), ("unit", 40), ("person", 150), ("listing", 200), ("agreement", 13), ("clause", 40)]
        {
            let count = hub.app.catalogue.count(&[key], &keys);
            assert!(count >= least, "{count} of {key}, {least} wanted");
        }
    });
}

#[test]
fn sample_accounts_belong_to_records_of_the_sample() {
    alone(async || {
        let hub = Hub::with_sample().await;
        let links = musubi_program::sample::links(&hub.app);
        assert!(links.member.is_some() && links.manager.is_some() && !links.manages.is_empty(), "{links:?}");
    });
}

/// Records of a table, its heading not counted; a line break inside quotes does not end one.
fn csv_rows(table: &[u8]) -> usize {
    let mut quoted = false;
    let mut rows = 0;
    let mut filled = false;
    for byte in table {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => {
                rows += usize::from(filled);
                filled = false;
                continue;
            }
            _ => {}
        }
        filled |= !byte.is_ascii_whitespace();
    }
    rows + usize::from(filled) - 1
}
