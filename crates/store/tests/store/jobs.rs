//! Jobs and outgoing mail: once, again after failure, never lost.

use crate::on_every_engine;
use chrono::TimeDelta;
use futures_util::StreamExt;
use kernel::Uuid;
use kernel::lang::Said;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use store::jobs::{self, AfterCrash, Job, JobState, NewJob, Policy, Runner};
use store::outbox::{self, NewMail};
use store::{Db, Error, args, atomically};
use tokio::sync::watch;
use tokio::task::JoinHandle;

async fn enqueue(db: &Db, job: NewJob) -> Uuid {
    let id: store::Result<Uuid> = atomically!(db, |tx| -> Error { jobs::enqueue(tx, job.clone()).await });
    id.unwrap()
}

fn start(runner: Runner) -> (watch::Sender<bool>, JoinHandle<()>) {
    let (stop, stopped) = watch::channel(false);
    (stop, tokio::spawn(runner.run(stopped)))
}

/// Waits until a job is over.
async fn ended(db: &Db, id: Uuid) -> Job {
    let all = jobs::watch(db, id).map(Result::unwrap).collect::<Vec<_>>();
    tokio::time::timeout(Duration::from_secs(20), all).await.expect("job ends").pop().unwrap()
}

on_every_engine! {
    async fn a_job_runs_with_progress_and_leaves_its_result(db) {
        let id = enqueue(&db, NewJob::new("count", json!({"to": 3}))).await;
        let (stop, task) = start(Runner::new(&db).on("count", |job| async move {
            let to = job.payload::<serde_json::Value>()?["to"].as_i64().unwrap_or(0);
            for n in 1..=to {
                job.report(n, Some(to), Some(Said::new("数えています", "counting"))).await?;
            }
            Ok(json!({"counted": to}))
        }));
        let job = ended(&db, id).await;
        assert_eq!((job.state(), job.result.clone(), job.done, job.fraction()), (JobState::Done, Some(json!({"counted": 3})), 3, Some(1.0)));
        assert_eq!(job.note().unwrap().ja, "数えています");
        stop.send(true).unwrap();
        task.await.unwrap();
    }

    async fn many_runners_run_each_job_once(db) {
        let runs = Arc::new(AtomicI64::new(0));
        let mut ids = Vec::new();
        for n in 0..30 { ids.push(enqueue(&db, NewJob::new("once", json!(n))).await); }
        let runners: Vec<_> = (0..3).map(|_| {
            let runs = Arc::clone(&runs);
            start(Runner::new(&db).lease(Duration::from_secs(600)).workers(3).on("once", move |_| {
                let runs = Arc::clone(&runs);
                async move { runs.fetch_add(1, Ordering::SeqCst); tokio::time::sleep(Duration::from_millis(5)).await; Ok(json!(null)) }
            }))
        }).collect();
        for id in ids { assert_eq!(ended(&db, id).await.state(), JobState::Done); }
        // On SQLite one process owns the folder, so a runner started later takes over what "runs": use is one runner there.
        if db.is_postgres() { assert_eq!(runs.load(Ordering::SeqCst), 30); }
        for (stop, task) in runners { stop.send(true).unwrap(); task.await.unwrap(); }
    }

    async fn a_key_keeps_a_second_active_job_away_until_the_first_is_over(db) {
        let first = enqueue(&db, NewJob::new("index", json!(1)).key("all")).await;
        assert_eq!(enqueue(&db, NewJob::new("index", json!(2)).key("all")).await, first);
        assert_ne!(enqueue(&db, NewJob::new("other", json!(2)).key("all")).await, first);
        let cancelled: store::Result<()> = atomically!(db, |tx| -> Error { jobs::cancel(tx, first).await });
        cancelled.unwrap();
        assert_eq!(jobs::get(&db, first).await.unwrap().unwrap().state(), JobState::Cancelled);
        assert_ne!(enqueue(&db, NewJob::new("index", json!(2)).key("all")).await, first);
    }

    async fn a_failing_job_is_tried_again_later_and_becomes_a_dead_letter(db) {
        let clocked = store::test_support::TestDb::on(if db.is_postgres() { store::test_support::TestEngine::Postgres } else { store::test_support::TestEngine::Sqlite },
            kernel::Clock::fixed(chrono::Utc::now())).await;
        let id = enqueue(&clocked, NewJob::new("fails", json!(null))).await;
        let policy = Policy { attempts: 3, after_crash: AfterCrash::Requeue };
        let (stop, task) = start(Runner::new(&clocked).on_with("fails", policy, |_| async { Err(kernel::Error::internal("the weather")) }));
        for attempt in 1..=3 {
            let waited = async { loop {
                let job = jobs::get(&clocked, id).await.unwrap().unwrap();
                if job.attempts == attempt && job.state() != JobState::Running { break job; }
                tokio::time::sleep(Duration::from_millis(20)).await;
            } };
            let job = tokio::time::timeout(Duration::from_secs(10), waited).await.unwrap();
            assert_eq!(job.state(), if attempt < 3 { JobState::Queued } else { JobState::Failed });
            assert!(attempt == 3 || job.run_at > clocked.now());
            clocked.clock().advance(TimeDelta::minutes(5));
        }
        assert!(jobs::get(&clocked, id).await.unwrap().unwrap().error.unwrap().contains("the weather"));
        stop.send(true).unwrap();
        task.await.unwrap();
        let again: store::Result<()> = atomically!(clocked, |tx| -> Error { jobs::retry(tx, id).await });
        again.unwrap();
        assert_eq!(jobs::get(&clocked, id).await.unwrap().unwrap().state(), JobState::Queued);
    }

    async fn bad_input_is_not_tried_again_and_a_panic_is_a_failure(db) {
        let invalid = enqueue(&db, NewJob::new("invalid", json!(null))).await;
        let panics = enqueue(&db, NewJob::new("panics", json!(null))).await;
        let once = Policy { attempts: 1, after_crash: AfterCrash::Requeue };
        let (stop, task) = start(Runner::new(&db)
            .on("invalid", |_| async { Err(kernel::Error::NotFound) })
            .on_with("panics", once, |job| async move { assert!(job.job.attempts > 1, "a fault"); Ok(json!(null)) }));
        assert_eq!((ended(&db, invalid).await.state(), ended(&db, panics).await.state()), (JobState::Failed, JobState::Failed));
        stop.send(true).unwrap();
        task.await.unwrap();
    }

    async fn a_running_job_is_cancelled_when_it_notices(db) {
        let id = enqueue(&db, NewJob::new("long", json!(null))).await;
        let (stop, task) = start(Runner::new(&db).on("long", |job| async move {
            loop { job.check()?; tokio::time::sleep(Duration::from_millis(10)).await; }
        }));
        while jobs::get(&db, id).await.unwrap().unwrap().state() != JobState::Running { tokio::time::sleep(Duration::from_millis(10)).await; }
        let asked: store::Result<()> = atomically!(db, |tx| -> Error { jobs::cancel(tx, id).await });
        asked.unwrap();
        assert_eq!(ended(&db, id).await.state(), JobState::Cancelled);
        stop.send(true).unwrap();
        task.await.unwrap();
    }

    async fn what_a_crash_left_running_is_queued_again_or_shown_as_interrupted(db) {
        let again = enqueue(&db, NewJob::new("again", json!(null))).await;
        let ask = enqueue(&db, NewJob::new("ask", json!(null))).await;
        // As a killed process leaves them: running, under a lease that has run out.
        let crashed: store::Result<u64> = atomically!(db, |tx| -> Error {
            tx.run("UPDATE job SET state = 'running', worker = 'dead', attempts = 1, locked_until = $1", args![tx.now() - TimeDelta::seconds(1)]).await
        });
        crashed.unwrap();
        let (stop, task) = start(Runner::new(&db)
            .on("again", |_| async { Ok(json!("done after all")) })
            .on_with("ask", Policy { attempts: 5, after_crash: AfterCrash::Interrupt }, |_| async { Ok(json!(null)) }));
        let job = ended(&db, again).await;
        assert_eq!((job.state(), job.attempts), (JobState::Done, 2));
        assert_eq!(ended(&db, ask).await.state(), JobState::Interrupted);
        stop.send(true).unwrap();
        task.await.unwrap();
    }

    async fn a_schedule_runs_once_per_period_whatever_the_number_of_nodes(db) {
        let runners: Vec<_> = (0..3).map(|_| start(Runner::new(&db)
            .every("nightly", Duration::from_secs(864_000_000), NewJob::new("clean", json!(null)))
            .on("clean", |_| async { Ok(json!(null)) }))).collect();
        tokio::time::sleep(Duration::from_millis(1200)).await;
        for (stop, task) in runners { stop.send(true).unwrap(); task.await.unwrap(); }
        assert_eq!(jobs::recent(&db, 10).await.unwrap().len(), 1);
    }

    async fn mail_is_written_with_the_change_and_claimed_once(db) {
        let mail = |n: i64| NewMail { recipient: format!("p{n}@example.org"), subject: "ご案内".into(), text_body: "本文".into(), html_body: None, host: "hub.example".into() };
        for n in 0..5 {
            let posted: kernel::Result<()> = atomically!(db, |tx| {
                outbox::post(tx, mail(n)).await?;
                if n == 4 { Err(kernel::Error::Forbidden) } else { Ok(()) }
            });
            assert_eq!(posted.is_ok(), n < 4);
        }
        let (first, second) = tokio::join!(outbox::claim(&db, 3, TimeDelta::minutes(5)), outbox::claim(&db, 3, TimeDelta::minutes(5)));
        // At SERIALIZABLE one of two claims at a time may be told to come again.
        let mut mails = first.unwrap_or_default();
        mails.extend(second.unwrap_or_default());
        mails.extend(outbox::claim(&db, 3, TimeDelta::minutes(5)).await.unwrap());
        let mut ids: Vec<_> = mails.iter().map(|mail| mail.message_id.clone()).collect();
        ids.sort();
        ids.dedup();
        assert_eq!((mails.len(), ids.len()), (4, 4));
        assert!(ids[0].ends_with("@hub.example"));
        let marked: store::Result<()> = atomically!(db, |tx| -> Error {
            outbox::mark_sent(tx, mails[0].id).await?;
            outbox::mark_failed(tx, mails[1].id, "550 no such user", true).await?;
            outbox::mark_failed(tx, mails[2].id, "421 later", false).await
        });
        marked.unwrap();
        assert_eq!(outbox::counts(&db).await.unwrap(), ["failed", "queued", "sending", "sent"].map(|state| (state.to_owned(), 1)));
        let held: store::Result<u64> = atomically!(db, |tx| -> Error { outbox::hold_all(tx).await });
        assert_eq!(held.unwrap(), 2);
    }
}
