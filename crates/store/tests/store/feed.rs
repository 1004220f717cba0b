//! The change feed: order, chain, cursors, erasure.

use crate::on_every_engine;
use crate::support::{actor, add, change};
use std::time::Duration;
use store::{Db, args, atomically, feed};
use tokio::task::JoinSet;

async fn tamper(db: &Db, sql: &'static str) {
    let done: store::Result<u64> = atomically!(db, |tx| -> store::Error { tx.run(sql, args![]).await });
    assert!(done.unwrap() > 0);
}

on_every_engine! {
    async fn entries_are_numbered_without_gaps_in_commit_order(db) {
        let mut tasks = JoinSet::new();
        for n in 0..40 {
            let db = db.for_request(&format!("request-{n}"));
            tasks.spawn(async move {
                loop {
                    let kept: kernel::Result<()> = atomically!(db, |tx| {
                        let id = tx.new_id();
                        tx.note(&actor(), change(id, n));
                        tx.note(&actor(), change(id, n));
                        if n % 4 == 0 { Err(kernel::Error::Forbidden) } else { Ok(()) }
                    });
                    if kept != Err(kernel::Error::Busy) { break; }
                }
            });
        }
        while let Some(task) = tasks.join_next().await { task.unwrap(); }
        let entries = feed::read(&db, 0, 1000).await.unwrap();
        assert_eq!(entries.iter().map(|e| e.seq).collect::<Vec<_>>(), (1..=60).collect::<Vec<_>>());
        assert!(entries.chunks(2).all(|pair| pair[0].record_id == pair[1].record_id), "entries of a block stand together");
        assert!(entries[0].request_id.as_deref().unwrap().starts_with("request-"));
        assert_eq!(entries[0].actor["label"], "test");
        let verdict = feed::verify(&db, |_, _| ()).await.unwrap();
        assert_eq!((verdict.checked, verdict.broken), (60, None));
        assert_eq!(*db.feed_watch().borrow(), 60);
    }

    async fn tampering_is_found_where_it_happened(db) {
        for n in 0..9 { add(&db, &format!("{n}")).await.unwrap(); }
        let text = "UPDATE change SET action = 'deleted' WHERE seq = 4";
        tamper(&db, text).await;
        assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, Some(4));
        tamper(&db, "UPDATE change SET action = 'updated' WHERE seq = 4").await;
        assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
        tamper(&db, "DELETE FROM change WHERE seq = 6").await;
        assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, Some(6));
    }

    async fn a_cut_off_end_is_found(db) {
        for n in 0..5 { add(&db, &format!("{n}")).await.unwrap(); }
        tamper(&db, "DELETE FROM change WHERE seq = 5").await;
        assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, Some(5));
    }

    async fn erased_contents_leave_a_chain_that_verifies(db) {
        let id = add(&db, "person").await.unwrap();
        add(&db, "other").await.unwrap();
        let erased: store::Result<u64> = atomically!(db, |tx| -> store::Error { feed::erase(tx, "thing", id).await });
        assert_eq!(erased.unwrap(), 1);
        let history = feed::history(&db, "thing", id).await.unwrap();
        assert!(history[0].after.as_ref().unwrap().get("$erased").is_some());
        assert!(!format!("{history:?}").contains("再生"));
        assert_eq!(feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
    }

    async fn a_consumer_reads_everything_once_in_order_and_can_start_over(db) {
        for n in 0..7 { add(&db, &format!("{n}")).await.unwrap(); }
        let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let reader = db.db();
        let consumer = tokio::spawn(async move {
            feed::follow(&reader, "search", 3, |entries| {
                let told = told.clone();
                async move { for entry in entries { told.send(entry.seq).unwrap(); } Ok(()) }
            }).await;
        });
        let mut seen = Vec::new();
        for _ in 0..7 { seen.push(heard.recv().await.unwrap()); }
        add(&db, "late").await.unwrap();
        seen.push(tokio::time::timeout(Duration::from_secs(5), heard.recv()).await.unwrap().unwrap());
        assert_eq!(seen, (1..=8).collect::<Vec<_>>());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert_eq!(feed::cursor(&db, "search").await.unwrap(), 8);
        let back: store::Result<()> = atomically!(db, |tx| -> store::Error { feed::advance(tx, "search", 3).await });
        back.unwrap();
        assert_eq!(feed::cursor(&db, "search").await.unwrap(), 8, "a cursor never goes back by itself");
        let reset: store::Result<()> = atomically!(db, |tx| -> store::Error { feed::reset(tx, "search").await });
        reset.unwrap();
        add(&db, "again").await.unwrap();
        let first = tokio::time::timeout(Duration::from_secs(6), heard.recv()).await.unwrap().unwrap();
        assert_eq!(first, 1);
        consumer.abort();
    }
}
