//! Helpers: run a test on all engines, a table to write to, a sample change.

use kernel::change::{Change, Verb};
use kernel::{Actor, Clock, Uuid};
use store::test_support::{TestDb, TestEngine};
use store::{Db, One, args, atomically};

/// Runs a test body once per reachable engine.
#[macro_export]
macro_rules! on_every_engine {
    ($(async fn $name:ident($db:ident) $body:block)*) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            for engine in store::test_support::TestEngine::available() {
                println!("on {engine:?}");
                #[allow(unused_mut)]
                let mut $db = $crate::support::fresh(engine).await;
                $body
            }
        }
    )*};
}

pub(crate) async fn fresh(engine: TestEngine) -> TestDb {
    let db = TestDb::on(engine, Clock::system()).await;
    atomically!(db, |tx| -> store::Error {
        let (uuid, int, json, time, bytes, real, boolean) = match tx.is_postgres() {
            true => ("UUID", "BIGINT", "JSONB", "TIMESTAMPTZ", "BYTEA", "DOUBLE PRECISION", "BOOLEAN"),
            false => ("BLOB", "INTEGER", "TEXT", "TEXT", "BLOB", "REAL", "INTEGER"),
        };
        let sql = format!(
            "CREATE TABLE thing (id {uuid} PRIMARY KEY NOT NULL, name TEXT UNIQUE, n {int} NOT NULL DEFAULT 0 CHECK (n >= 0), version {int} NOT NULL DEFAULT 1, \
             data {json}, at {time}, raw {bytes}, ratio {real}, flag {boolean}, parent {uuid} REFERENCES thing (id))"
        );
        tx.run(sql, args![]).await?;
        Ok(())
    })
    .unwrap();
    db
}

pub(crate) fn actor() -> Actor {
    Actor::system("test")
}

pub(crate) fn change(id: Uuid, n: i64) -> Change {
    Change {
        verb: Verb::Updated,
        record_type: "thing",
        record_id: id,
        before: None,
        after: Some(serde_json::json!({ "n": n, "z": 1.0, "a": "再生" })),
    }
}

pub(crate) async fn add(db: &Db, name: &str) -> store::Result<Uuid> {
    atomically!(db, |tx| -> store::Error {
        let id = tx.new_id();
        tx.run("INSERT INTO thing (id, name) VALUES ($1, $2)", args![id, name]).await?;
        tx.note(&actor(), change(id, 0));
        Ok(id)
    })
}

pub(crate) async fn count(db: &Db) -> i64 {
    let One(n) = db.one::<One<i64>>("SELECT count(*) FROM thing", args![]).await.unwrap();
    n
}
