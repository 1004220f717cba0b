//! Backup while writing, restore on either engine, doctor.

use crate::support::{actor, add, change};
use bytes::Bytes;
use kernel::Clock;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use store::backup::{self, Manifest};
use store::doctor::{self, Severity};
use store::files::{self, Files, NewFile};
use store::jobs::NewJob;
use store::outbox::NewMail;
use store::test_support::{TestDb, TestEngine};
use store::{Db, Error, One, Settings, args, atomically, feed, jobs, outbox};

/// One of everything.
async fn furnish(db: &Db, files: &Files, number: i64) {
    let stored = files.put_bytes(Bytes::from(format!("attachment {}", number % 5)), 1000).await.unwrap();
    let done: store::Result<()> = atomically!(db, |tx| -> Error {
        let id = tx.new_id();
        files::register(
            tx,
            &stored,
            NewFile { name: format!("付録{number}"), media_type: "text/plain".into(), created_by: Some(id) },
        )
        .await?;
        jobs::enqueue(tx, NewJob::new("index", serde_json::json!({"n": number, "half": 0.5, "text": "再生"}))).await?;
        outbox::post(
            tx,
            NewMail {
                recipient: "a@example.org".into(),
                subject: "s".into(),
                text_body: "t".into(),
                html_body: None,
                host: "h".into(),
            },
        )
        .await?;
        tx.run("INSERT INTO feed_cursor (consumer, seq) VALUES ($1, $2)", args![id.to_string(), number]).await?;
        tx.note(&actor(), change(id, number));
        Ok(())
    });
    done.unwrap();
}

/// Everything that must be equal after a move, in a form that does not depend on the engine.
async fn contents(db: &Db) -> Vec<String> {
    let mut all = Vec::new();
    for entry in feed::read(db, 0, 10_000).await.unwrap() {
        all.push(format!(
            "{} {} {} {}",
            entry.seq,
            entry.at,
            feed::canonical(entry.after.as_ref().unwrap_or(&Value::Null)),
            hex::encode(entry.hash)
        ));
    }
    for job in jobs::recent(db, 10_000).await.unwrap() {
        all.push(format!(
            "{} {} {} {} {:?}",
            job.id,
            job.state,
            feed::canonical(&job.payload),
            job.cancel_requested,
            job.created_at
        ));
    }
    let files: Vec<files::FileRow> = db.all("SELECT * FROM file ORDER BY id", args![]).await.unwrap();
    all.extend(files.iter().map(|row| format!("{row:?}")));
    let cursors: Vec<(String, i64)> =
        db.all("SELECT consumer, seq FROM feed_cursor ORDER BY consumer", args![]).await.unwrap();
    all.extend(cursors.iter().map(|row| format!("{row:?}")));
    all
}

async fn back_up(db: &Db, to: &Path) -> Manifest {
    backup::create(db, &Files::of(db).unwrap(), to, &|_, _| ()).await.unwrap()
}

/// An empty place on an engine: a fresh folder, and for PostgreSQL an empty, unmigrated database.
struct Empty {
    settings: Settings,
    admin: Option<String>,
}

impl Empty {
    async fn on(engine: TestEngine) -> Empty {
        let folder = std::env::temp_dir().join(format!("musubi-restore-{}", uuid::Uuid::new_v4().simple()));
        if engine == TestEngine::Sqlite {
            return Empty { settings: Settings::new(folder, Clock::system()), admin: None };
        }
        let admin = std::env::var("MUSUBI_TEST_PG").unwrap();
        let name = format!("musubi_restore_{}", uuid::Uuid::new_v4().simple());
        psql(&admin, &format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"))
            .await;
        let url = format!("{}/{name}", admin.rsplit_once('/').unwrap().0);
        Empty { settings: Settings::postgres(folder, &url, Clock::system()), admin: Some(format!("{admin} {name}")) }
    }

    async fn clean(self) {
        let _ = fs::remove_dir_all(&self.settings.folder);
        if let Some((admin, name)) = self.admin.as_deref().and_then(|text| text.split_once(' ')) {
            psql(admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn psql(admin: &str, sql: &str) {
    use sqlx::{AssertSqlSafe, Connection, Executor};
    let mut connection = sqlx::PgConnection::connect(admin).await.unwrap();
    connection.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
}

fn target() -> PathBuf {
    std::env::temp_dir().join(format!("musubi-backup-{}.zip", uuid::Uuid::new_v4().simple()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_restores_equal_on_the_same_and_on_the_other_engine() {
    let engines: Vec<_> =
        TestEngine::available().into_iter().filter(|engine| *engine != TestEngine::PostgresSerializable).collect();
    for from in &engines {
        let source = TestDb::on(*from, Clock::system()).await;
        let files = Files::of(&source).unwrap();
        for number in 0..12 {
            furnish(&source, &files, number).await;
        }
        let (zip, before) = (target(), contents(&source).await);
        let manifest = back_up(&source, &zip).await;
        assert_eq!((manifest.feed_seq, manifest.missing.len()), (12, 0));
        for to in &engines {
            println!("{from:?} → {to:?}");
            let place = Empty::on(*to).await;
            let restored = backup::restore(&zip, &place.settings, &|_, _| ()).await.unwrap();
            assert_eq!(restored.held_mail, 12);
            let db = Db::open(&place.settings).await.unwrap();
            assert_eq!(contents(&db).await, before);
            assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
            let findings = doctor::examine(&db, &Files::of(&db).unwrap(), |_, _| ()).await.unwrap();
            assert!(findings.iter().all(|finding| finding.severity < Severity::Fault), "{findings:?}");
            furnish(&db, &Files::of(&db).unwrap(), 99).await;
            // And back again, from the restored hub.
            let again = target();
            assert_eq!(back_up(&db, &again).await.feed_seq, 13);
            assert!(backup::restore(&again, &place.settings, &|_, _| ()).await.is_err(), "a hub is not overwritten");
            fs::remove_file(again).unwrap();
            db.close().await.unwrap();
            drop(db);
            place.clean().await;
        }
        fs::remove_file(zip).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_made_while_others_write_is_consistent() {
    for engine in TestEngine::available() {
        let source = TestDb::on(engine, Clock::system()).await;
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let db = source.db();
                tokio::spawn(async move {
                    let files = Files::of(&db).unwrap();
                    for number in 0..40 {
                        furnish(&db, &files, writer * 1000 + number).await;
                    }
                })
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(60)).await;
        let zip = target();
        let manifest = back_up(&source, &zip).await;
        for writer in writers {
            writer.await.unwrap();
        }
        let place = Empty::on(TestEngine::Sqlite).await;
        backup::restore(&zip, &place.settings, &|_, _| ()).await.unwrap();
        let db = Db::open(&place.settings).await.unwrap();
        let count = async |table: &str| -> i64 {
            let One(count) = db.one::<One<i64>>(format!("SELECT count(*) FROM {table}"), args![]).await.unwrap();
            count
        };
        let seq = manifest.feed_seq;
        println!("{engine:?}: backup at change {seq} of {}", feed::newest(&source).await.unwrap());
        // Each transaction wrote one row to each table and one entry: in a consistent copy all counts agree.
        for table in ["change", "file", "job", "mail", "feed_cursor"] {
            assert_eq!(count(table).await, seq, "{table}");
        }
        assert!(Files::of(&db).unwrap().missing(&db).await.unwrap().is_empty());
        db.close().await.unwrap();
        drop(db);
        fs::remove_file(zip).unwrap();
        place.clean().await;
    }
}

#[tokio::test]
async fn damaged_or_forged_backups_are_refused() {
    let source = TestDb::on(TestEngine::Sqlite, Clock::system()).await;
    furnish(&source, &Files::of(&source).unwrap(), 1).await;
    let zip = target();
    back_up(&source, &zip).await;
    assert!(
        backup::create(&source, &Files::of(&source).unwrap(), &zip, &|_, _| ()).await.is_err(),
        "an older backup is not overwritten"
    );
    let good = fs::read(&zip).unwrap();
    for (what, bad) in [
        ("cut", good[..good.len() / 2].to_vec()),
        ("empty", Vec::new()),
        ("flipped", {
            let mut bad = good.clone();
            let at = bad.len() / 3;
            bad[at..at + 64].iter_mut().for_each(|byte| *byte ^= 0x55);
            bad
        }),
    ] {
        fs::write(&zip, bad).unwrap();
        let place = Empty::on(TestEngine::Sqlite).await;
        let refused = backup::restore(&zip, &place.settings, &|_, _| ()).await;
        assert!(matches!(refused, Err(Error::Backup(_))), "{what}: {refused:?}");
        assert!(!place.settings.folder.join("hub.db").exists());
        if place.settings.folder.join("restore.partial").exists() {
            assert!(
                matches!(Db::open(&place.settings).await, Err(Error::Refused(_))),
                "{what}: an unfinished restore does not start"
            );
        }
        fs::write(&zip, &good).unwrap();
        backup::restore(&zip, &place.settings, &|_, _| ()).await.unwrap();
        let db = Db::open(&place.settings).await.unwrap();
        assert_eq!(feed::newest(&db).await.unwrap(), 1);
        drop(db);
        place.clean().await;
    }
    fs::remove_file(zip).unwrap();
}

#[tokio::test]
async fn the_doctor_finds_missing_files_and_an_altered_log() {
    for engine in TestEngine::available() {
        let db = crate::support::fresh(engine).await;
        let files = Files::of(&db).unwrap();
        furnish(&db, &files, 1).await;
        add(&db, "x").await.unwrap();
        let severity = async |check: &str| {
            let findings = doctor::examine(&db, &files, |_, _| ()).await.unwrap();
            findings.iter().find(|finding| finding.check == check).map(|finding| finding.severity)
        };
        assert_eq!((severity("files").await, severity("feed").await), (Some(Severity::Good), Some(Severity::Good)));
        assert_eq!(severity("foreign_keys").await, Some(Severity::Good));
        fs::remove_dir_all(db.folder().files()).unwrap();
        let altered: store::Result<u64> = atomically!(db, |tx| -> Error {
            tx.run("UPDATE change SET record_type = 'other' WHERE seq = 2", args![]).await
        });
        altered.unwrap();
        assert_eq!((severity("files").await, severity("feed").await), (Some(Severity::Fault), Some(Severity::Fault)));
    }
}
