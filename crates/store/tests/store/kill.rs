//! SIGKILL under write load: every acknowledged write is there after reopening (fault 1).

use kernel::Clock;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;
use store::{Db, One, Settings, args, atomically};

const FOLDER: &str = "MUSUBI_KILL_TEST_FOLDER";

/// Not a test of its own: the process that is killed. Writes forever and prints each acknowledged key.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn child_that_writes_until_it_is_killed() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let db = Db::open(&Settings::new(folder, Clock::system())).await.unwrap();
    let writers = (0..6).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            loop {
                let id = db.new_id();
                let done: store::Result<()> = atomically!(db, |tx| -> store::Error {
                    tx.run("INSERT INTO feed_cursor (consumer, seq) VALUES ($1, 1)", args![id.to_string()]).await?;
                    tx.note(&crate::support::actor(), crate::support::change(id, 1));
                    Ok(())
                });
                done.unwrap();
                let mut out = std::io::stdout().lock();
                writeln!(out, "ack {id}").unwrap();
                out.flush().unwrap();
            }
        })
    });
    futures_util::future::join_all(writers).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_writes_survive_sigkill() {
    let folder = std::env::temp_dir().join(format!("musubi-kill-{}", uuid::Uuid::new_v4().simple()));
    let mut acknowledged: Vec<String> = Vec::new();
    for cycle in 0..5_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "kill::child_that_writes_until_it_is_killed", "--nocapture", "--test-threads=1"])
            .env(FOLDER, &folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let lines = BufReader::new(output).lines().map_while(Result::ok);
            lines.filter_map(|line| line.split_once("ack ").map(|(_, id)| id.to_owned())).collect::<Vec<_>>()
        });
        tokio::time::sleep(Duration::from_millis(400 + cycle * 137)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // The last line may be cut in the middle by the kill.
        acknowledged.extend(reader.join().unwrap().into_iter().filter(|id| id.len() == 36));
        let db = Db::open(&Settings::new(&folder, Clock::system())).await.unwrap();
        for id in &acknowledged {
            let row = db.opt::<One<i64>>("SELECT seq FROM feed_cursor WHERE consumer = $1", args![id]).await.unwrap();
            assert!(row.is_some(), "cycle {cycle}: lost {id}");
        }
        let One(rows) = db.one::<One<i64>>("SELECT count(*) FROM feed_cursor", args![]).await.unwrap();
        assert_eq!(store::feed::newest(&db).await.unwrap(), rows, "each row has its entry");
        assert_eq!(store::feed::verify(&db, |_, _| ()).await.unwrap().broken, None);
        db.close().await.unwrap();
    }
    assert!(acknowledged.len() > 50, "only {} writes were acknowledged", acknowledged.len());
    let _ = std::fs::remove_dir_all(folder);
}
