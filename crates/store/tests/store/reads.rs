//! Reads that are short, long, or given up in the middle.

use crate::on_every_engine;
use crate::support::{add, count, fresh};
use std::time::Duration;
use store::test_support::TestEngine;
use store::{Error, One, args};

/// Counts as far as the parameter: as long a read as one likes.
const COUNTED: &str = "WITH RECURSIVE counted(n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < $1) \
                       SELECT n FROM counted ORDER BY n";

on_every_engine! {
    async fn a_long_read_gives_what_a_short_one_gives(db) {
        for most in [3_i64, 70_000, 3, 70_000] {
            let read: Vec<One<i64>> = db.all(COUNTED, args![most]).await.unwrap();
            assert_eq!((read.len() as i64, read.last().map(|One(n)| *n)), (most, Some(most)));
            let first: One<i64> = db.one(COUNTED, args![most]).await.unwrap();
            assert_eq!(first.0, 1);
        }
    }

    async fn a_snapshot_that_is_given_up_shows_nobody_the_past(db) {
        for n in 0..600 {
            add(&db, &format!("thing {n}")).await.unwrap();
        }
        for _ in 0..3 {
            let mut snapshot = db.snapshot().await.unwrap();
            let mut seen = 0;
            let stopped = snapshot.each("SELECT name FROM thing", args![], |_| {
                seen += 1;
                if seen == 10 { Err(Error::Other("enough".to_owned())) } else { Ok(()) }
            });
            assert!(stopped.await.is_err());
            let given_up = tokio::time::timeout(Duration::from_millis(1), snapshot.each(COUNTED, args![400_000_i64], |_| Ok(())));
            let _ = given_up.await;
        }
        let before = count(&db).await;
        add(&db, "later").await.unwrap();
        for _ in 0..10 {
            assert_eq!(count(&db).await, before + 1);
            let mut snapshot = db.snapshot().await.unwrap();
            let seen: Vec<One<i64>> = snapshot.all("SELECT COUNT(*) FROM thing", args![]).await.unwrap();
            assert_eq!(seen[0].0, before + 1);
        }
    }

    async fn reads_end_with_the_database(db) {
        let long = tokio::spawn({
            let db = db.clone();
            async move { db.all::<One<i64>>(COUNTED, args![300_000_i64]).await }
        });
        tokio::time::sleep(Duration::from_millis(5)).await;
        db.close().await.unwrap();
        // One that was under way comes to its end, or says that it could not.
        let _ = long.await.unwrap();
        assert!(db.all::<One<i64>>(COUNTED, args![3_i64]).await.is_err());
    }
}

/// One thread for everything: short reads are answered while a long one is under way.
#[tokio::test]
async fn a_long_read_keeps_nobody_waiting() {
    let db = fresh(TestEngine::Sqlite).await;
    let long = tokio::spawn({
        let db = db.clone();
        async move { db.all::<One<i64>>(COUNTED, args![1_000_000_i64]).await.map(|rows| rows.len()) }
    });
    let mut asked = 0;
    while !long.is_finished() {
        count(&db).await;
        asked += 1;
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(long.await.unwrap().unwrap(), 1_000_000);
    assert!(asked > 3, "{asked}");
}
