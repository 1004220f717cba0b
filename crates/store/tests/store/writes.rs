//! Transactions: nothing lost, nothing half, shared commits, cancelled requests.

use crate::on_every_engine;
use crate::support::{actor, add, change, count, fresh};
use std::sync::Arc;
use std::time::Duration;
use store::test_support::TestEngine;
use store::{Db, Error, One, args, atomically};
use tokio::task::JoinSet;

on_every_engine! {
    async fn fifty_increments_by_eight_writers_on_one_row_are_all_counted(db) {
        let id = add(&db, "hot").await.unwrap();
        let mut tasks = JoinSet::new();
        for _ in 0..8 {
            let db = db.db();
            tasks.spawn(async move {
                for _ in 0..50 {
                    // Read, then write: the way a lost update is made.
                    loop {
                        let done: store::Result<()> = atomically!(db, |tx| -> Error {
                            tx.lock("thing", id).await?;
                            let One(n) = tx.one::<One<i64>>("SELECT n FROM thing WHERE id = $1", args![id]).await?;
                            tx.run("UPDATE thing SET n = $2 WHERE id = $1", args![id, n + 1]).await?;
                            tx.note(&actor(), change(id, n + 1));
                            Ok(())
                        });
                        match done {
                            Ok(()) => break,
                            Err(Error::Busy) => tokio::time::sleep(Duration::from_millis(5)).await,
                            Err(error) => panic!("{error:?}"),
                        }
                    }
                }
            });
        }
        while let Some(task) = tasks.join_next().await { task.unwrap(); }
        let One(n) = db.one::<One<i64>>("SELECT n FROM thing WHERE id = $1", args![id]).await.unwrap();
        assert_eq!(n, 400);
        assert_eq!(store::feed::newest(&db).await.unwrap(), 401);
        assert_eq!(store::feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
    }

    async fn of_many_edits_with_one_version_a_single_one_wins(db) {
        let id = add(&db, "row").await.unwrap();
        let mut tasks = JoinSet::new();
        for n in 0..20_i64 {
            let db = db.db();
            tasks.spawn(async move {
                let rows: store::Result<u64> = atomically!(db, |tx| -> Error {
                    tx.run("UPDATE thing SET n = $2, version = version + 1 WHERE id = $1 AND version = 1", args![id, n]).await
                });
                rows.unwrap()
            });
        }
        let mut won = 0;
        while let Some(task) = tasks.join_next().await { won += task.unwrap(); }
        assert_eq!(won, 1);
    }

    async fn an_error_undoes_the_whole_block_and_its_notes(db) {
        let outcome: kernel::Result<()> = atomically!(db, |tx| {
            let id = tx.new_id();
            tx.run("INSERT INTO thing (id, name) VALUES ($1, 'x')", args![id]).await?;
            tx.note(&actor(), change(id, 1));
            Err(kernel::Error::Forbidden)
        });
        assert_eq!(outcome, Err(kernel::Error::Forbidden));
        assert_eq!((count(&db).await, store::feed::newest(&db).await.unwrap()), (0, 0));
    }

    async fn a_request_that_goes_away_takes_nothing_from_the_others(db) {
        let mut tasks = JoinSet::new();
        for n in 0..60_u64 {
            let db = db.db();
            tasks.spawn(async move {
                if n % 3 != 0 {
                    return add(&db, &format!("kept {n}")).await.map(|_| true);
                }
                let slow = async {
                    let outcome: store::Result<()> = atomically!(db, |tx| -> Error {
                        tx.run("INSERT INTO thing (id, name) VALUES ($1, $2)", args![tx.new_id(), format!("gone {n}")]).await?;
                        tokio::time::sleep(Duration::from_millis(30)).await;
                        Ok(())
                    });
                    outcome
                };
                let _ = tokio::time::timeout(Duration::from_millis(n % 20), slow).await;
                Ok(false)
            });
        }
        let mut kept = 0;
        while let Some(task) = tasks.join_next().await { kept += i64::from(task.unwrap().unwrap()); }
        assert_eq!(kept, 40);
        let One(names) = db.one::<One<i64>>("SELECT count(*) FROM thing WHERE name LIKE 'kept%'", args![]).await.unwrap();
        assert_eq!((names, count(&db).await), (40, 40));
        add(&db, "afterwards").await.unwrap();
    }

    async fn a_panic_in_a_block_rolls_back(db) {
        let inner = db.db();
        let task = tokio::spawn(async move {
            let outcome: store::Result<()> = atomically!(inner, |tx| -> Error {
                tx.run("INSERT INTO thing (id, name) VALUES ($1, 'x')", args![tx.new_id()]).await?;
                if tx.now().timestamp() > 0 { panic!("a fault in a handler"); }
                Ok(())
            });
            outcome
        });
        assert!(task.await.is_err());
        add(&db, "x").await.unwrap();
    }
}

async fn add_together(db: &Db, writers: usize, each: usize) {
    let start = Arc::new(tokio::sync::Barrier::new(writers));
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        let (db, start) = (db.clone(), Arc::clone(&start));
        tasks.spawn(async move {
            start.wait().await;
            for n in 0..each {
                add(&db, &format!("{writer}-{n}")).await.unwrap();
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_writes_share_commits_on_sqlite() {
    let db = fresh(TestEngine::Sqlite).await;
    let before = db.shared_commits();
    add_together(&db, 32, 10).await;
    let commits = db.shared_commits() - before;
    assert_eq!(count(&db).await, 320);
    assert!(commits <= 160, "{commits} commits for 320 writes");
    let before = db.shared_commits();
    for n in 0..5 {
        add(&db, &format!("alone {n}")).await.unwrap();
    }
    assert_eq!(db.shared_commits() - before, 5, "a lone writer commits at once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_write_in_a_shared_commit_fails_alone() {
    let db = fresh(TestEngine::Sqlite).await;
    let mut tasks = JoinSet::new();
    for n in 0..64 {
        let db = db.db();
        tasks.spawn(async move { add(&db, &format!("{}", n % 32)).await.is_ok() });
    }
    let mut kept = 0;
    while let Some(task) = tasks.join_next().await {
        kept += usize::from(task.unwrap());
    }
    assert_eq!((kept, count(&db).await), (32, 32));
    assert_eq!(store::feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
}

#[tokio::test]
async fn a_write_block_can_run_in_a_spawned_task_and_borrow() {
    fn must_be_send<T: Send>(value: T) -> T {
        value
    }
    let db = fresh(TestEngine::Sqlite).await;
    let name = String::from("borrowed");
    let block = must_be_send(async {
        let name = &name;
        let made: kernel::Result<i64> = atomically!(db, |tx| {
            tx.run("INSERT INTO thing (id, name) VALUES ($1, $2)", args![tx.new_id(), name]).await?;
            let One(n) = tx.one::<One<i64>>("SELECT count(*) FROM thing", args![]).await?;
            Ok(n)
        });
        made
    });
    assert_eq!(block.await, Ok(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_lets_reads_go_on_and_recovers() {
    let db = fresh(TestEngine::Sqlite).await;
    add(&db, "kept").await.unwrap();
    // A page limit is SQLite's own way to play a full disk.
    let limit = async |pages: &'static str| {
        let done: store::Result<u64> = atomically!(db, |tx| -> Error { tx.run(pages, args![]).await });
        done.unwrap();
    };
    limit("PRAGMA max_page_count = 1").await;
    let mut tasks = JoinSet::new();
    for n in 0..20 {
        let db = db.db();
        tasks.spawn(async move { add(&db, &format!("{n} {}", "x".repeat(20_000))).await });
    }
    while let Some(task) = tasks.join_next().await {
        let error = task.unwrap().unwrap_err();
        assert_eq!(kernel::Error::from(error), kernel::Error::StorageFull);
    }
    assert_eq!(count(&db).await, 1);
    limit("PRAGMA max_page_count = 100000").await;
    add(&db, "after").await.unwrap();
    assert_eq!((count(&db).await, store::feed::verify(&db, |_, _| ()).await.unwrap().broken), (2, None));
}

/// The runtime drops what was to roll back before it ever ran; that must not be handed over again and again.
#[test]
fn an_open_transaction_ends_quietly_with_the_runtime() {
    let folder = tempfile::tempdir().unwrap();
    let settings = store::Settings::new(folder.path(), kernel::Clock::system());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let db = runtime.block_on(Db::open(&settings)).unwrap();
    let (begun, heard) = std::sync::mpsc::channel();
    runtime.spawn(async move {
        let _: store::Result<()> = atomically!(db, |tx| -> Error {
            tx.run("DELETE FROM setting", args![]).await?;
            let _ = begun.send(());
            std::future::pending::<()>().await;
            Ok(())
        });
    });
    heard.recv().unwrap();
    drop(runtime);
}
