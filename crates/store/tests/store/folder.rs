//! Opening: damaged, foreign, newer or used folders are refused with words (faults 11, 13, 14, 25).

use kernel::Clock;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use store::{Db, Error, RefusalReason, Settings, args, atomically};

struct Place(PathBuf);

impl Place {
    fn new() -> Place {
        Place(std::env::temp_dir().join(format!("musubi-folder-{}", uuid::Uuid::new_v4().simple())))
    }
    fn settings(&self) -> Settings {
        Settings::new(&self.0, Clock::system())
    }
    async fn refused(&self) -> RefusalReason {
        match Db::open(&self.settings()).await {
            Err(Error::Refused(refusal)) => {
                assert!(!refusal.words.ja.is_empty() && !refusal.words.en.is_empty());
                refusal.reason
            }
            Err(other) => panic!("not a refusal: {other:?}"),
            Ok(_) => panic!("opened"),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A folder with a database of some pages, closed cleanly or left as by a killed process.
async fn seeded(clean: bool) -> Place {
    let place = Place::new();
    let db = Db::open(&place.settings()).await.unwrap();
    for n in 0..20 {
        let done: store::Result<()> = atomically!(db, |tx| -> Error {
            for _ in 0..20 {
                let id = tx.new_id();
                tx.note(&kernel::Actor::system("seed"), crate::support::change(id, n));
            }
            Ok(())
        });
        done.unwrap();
    }
    if clean {
        db.close().await.unwrap();
    } else {
        // What a killed process leaves: copy the files while the database is open, then put the copies back.
        let copy = place.0.join("copy");
        fs::create_dir(&copy).unwrap();
        for name in ["hub.db", "hub.db-wal", "hub.toml"] {
            fs::copy(place.0.join(name), copy.join(name)).unwrap();
        }
        db.close().await.unwrap();
        drop(db);
        for name in ["hub.db", "hub.db-wal", "hub.toml"] {
            fs::rename(copy.join(name), place.0.join(name)).unwrap();
        }
    }
    place
}

#[tokio::test]
async fn a_killed_process_leaves_a_folder_that_opens_with_everything() {
    let place = seeded(false).await;
    let db = Db::open(&place.settings()).await.unwrap();
    assert_eq!(store::feed::newest(&db).await.unwrap(), 400);
    assert_eq!(store::feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_second_process_is_refused_and_told_who_is_first() {
    let place = seeded(true).await;
    let db = Db::open(&place.settings()).await.unwrap();
    assert_eq!(place.refused().await, RefusalReason::InUse { pid: Some(std::process::id()) });
    let reader = Db::open(&place.settings().read_only()).await.unwrap();
    assert_eq!(store::feed::newest(&reader).await.unwrap(), 400);
    let write: store::Result<u64> = atomically!(reader, |tx| -> Error { tx.run("DELETE FROM mail", args![]).await });
    assert!(matches!(write, Err(Error::ReadOnly)));
    db.close().await.unwrap();
    Db::open(&place.settings()).await.unwrap();
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    let place = seeded(true).await;
    let db = Db::open(&place.settings()).await.unwrap();
    let sql = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9000, 'future', TRUE, x'00', 0)";
    let done: store::Result<u64> = atomically!(db, |tx| -> Error { tx.run(sql, args![]).await });
    done.unwrap();
    db.close().await.unwrap();
    drop(db);
    assert!(matches!(place.refused().await, RefusalReason::NewerSchema { found: 9000, .. }));
}

#[tokio::test]
async fn an_edited_migration_is_refused() {
    let place = seeded(true).await;
    let db = Db::open(&place.settings()).await.unwrap();
    let done: store::Result<u64> = atomically!(db, |tx| -> Error {
        tx.run("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1", args![]).await
    });
    done.unwrap();
    db.close().await.unwrap();
    drop(db);
    assert_eq!(place.refused().await, RefusalReason::ChangedMigration { version: 1 });
}

#[tokio::test]
async fn an_older_schema_is_copied_before_it_is_migrated() {
    let place = seeded(true).await;
    let db = Db::open(&place.settings()).await.unwrap();
    // As if the last migration had not run: it only adds, so undoing its record makes the next start fail or rerun it;
    // a copy must exist either way.
    let last = store::migrate::newest();
    if last < 2 {
        return;
    }
    let done: store::Result<u64> =
        atomically!(db, |tx| -> Error { tx.run("DELETE FROM _sqlx_migrations WHERE version = $1", args![last]).await });
    done.unwrap();
    db.close().await.unwrap();
    drop(db);
    let _ = Db::open(&place.settings()).await;
    let copies = fs::read_dir(&place.0)
        .unwrap()
        .filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with("hub.schema-"))
        .count();
    assert_eq!(copies, 1);
}

#[tokio::test]
async fn a_lost_database_is_not_replaced_by_an_empty_one() {
    let place = seeded(true).await;
    fs::remove_file(place.0.join("hub.db")).unwrap();
    assert_eq!(place.refused().await, RefusalReason::Missing);
    assert!(!place.0.join("hub.db").exists());
}

#[tokio::test]
async fn a_folder_of_a_postgres_hub_does_not_start_an_empty_sqlite_one() {
    if !store::test_support::TestEngine::available().contains(&store::test_support::TestEngine::Postgres) {
        return;
    }
    let db = crate::support::fresh(store::test_support::TestEngine::Postgres).await;
    let folder = db.folder_path().to_owned();
    db.close().await.unwrap();
    let without_address = Settings::new(&folder, Clock::system());
    assert!(matches!(Db::open(&without_address).await, Err(Error::Refused(_))));
    assert!(!folder.join("hub.db").exists());
}

#[tokio::test]
async fn a_lost_write_ahead_log_is_noticed() {
    let place = seeded(false).await;
    fs::remove_file(place.0.join("hub.db-wal")).unwrap();
    assert_eq!(place.refused().await, RefusalReason::Missing);
    let trusting = Settings { trust_file: true, ..place.settings() };
    // Without the log the file may be anything from empty to complete; it opens or is refused, but is asked for.
    let _ = Db::open(&trusting).await;
}

#[tokio::test]
async fn files_that_are_no_database_are_refused_and_left_alone() {
    for content in [&b""[..], b"hello", &[0_u8; 8192], b"PK\x03\x04 a zip file, by mistake"] {
        let place = seeded(true).await;
        fs::write(place.0.join("hub.db"), content).unwrap();
        assert_eq!(place.refused().await, RefusalReason::Damaged);
        assert_eq!(fs::read(place.0.join("hub.db")).unwrap(), content);
    }
}

#[tokio::test]
async fn forty_mutations_of_a_file_are_refused_or_harmless() {
    for clean in [true, false] {
        let place = seeded(clean).await;
        if !clean {
            // Fold the log in, so that the mutation is not repaired by it.
            let db = Db::open(&place.settings()).await.unwrap();
            db.close().await.unwrap();
            drop(db);
            let marker = fs::read_to_string(place.0.join("hub.toml")).unwrap();
            fs::write(place.0.join("hub.toml"), marker.replace("clean = true", "clean = false")).unwrap();
            fs::write(place.0.join("hub.db-wal"), b"").unwrap();
        }
        let (good, marker) = (fs::read(place.0.join("hub.db")).unwrap(), fs::read(place.0.join("hub.toml")).unwrap());
        let pages = good.len() / 4096;
        let mut refused = 0;
        for round in 0..20 {
            let mut bad = good.clone();
            let page = (round * 7919 + 1) % pages;
            match round % 4 {
                0 => bad.truncate(good.len() * (round + 1) / 40),
                1 => bad[page * 4096..(page + 1) * 4096].fill(0xA5),
                2 => bad[page * 4096..page * 4096 + 100].iter_mut().for_each(|byte| *byte ^= 0xFF),
                _ => bad[page * 4096..(page + 1) * 4096].reverse(),
            }
            fs::write(place.0.join("hub.db"), &bad).unwrap();
            fs::write(place.0.join("hub.toml"), &marker).unwrap();
            if !clean {
                fs::write(place.0.join("hub.db-wal"), b"").unwrap();
            }
            match Db::open(&place.settings()).await {
                Err(Error::Refused(refusal)) => {
                    assert_eq!(refusal.reason, RefusalReason::Damaged, "{refusal:?}");
                    refused += 1;
                }
                Err(other) => panic!("round {round}: {other:?}"),
                Ok(db) => {
                    // SQLite cannot see changes inside values; then at least nothing is missing and the feed tells.
                    assert!(!clean, "round {round} opened after a clean stop");
                    let _ = store::feed::verify(&db, |_, _| ()).await;
                    db.close().await.unwrap();
                }
            }
        }
        assert!(refused >= 18, "{refused} of 20 refused, clean: {clean}");
    }
}

#[tokio::test]
async fn a_change_while_stopped_is_refused_unless_trusted() {
    let place = seeded(true).await;
    let mut file = fs::OpenOptions::new().append(true).open(place.0.join("hub.db")).unwrap();
    file.write_all(&[0; 4096]).unwrap();
    assert_eq!(place.refused().await, RefusalReason::Damaged);
    Db::open(&Settings { trust_file: true, ..place.settings() }).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_refused_with_the_reason() {
    let place = Place::new();
    fs::create_dir_all(place.0.parent().unwrap()).unwrap();
    fs::write(&place.0, b"a file where the folder should be").unwrap();
    assert_eq!(place.refused().await, RefusalReason::Unusable);
    fs::remove_file(&place.0).unwrap();
}
