//! The one writer of a SQLite database, and the commit that concurrent small writes share.
//!
//! Each write is a savepoint in a transaction that stays open while others queue; the last one (or the 64th, or
//! the first after 5 ms) commits for all, so that many writes cost one sync of the disk. A write is acknowledged
//! only after that COMMIT with `synchronous=FULL`. A failed or abandoned write rolls back to its own savepoint and
//! takes nothing from the others.
//!
//! Nothing here can be cut in the middle by a cancelled request: between taking the writer and giving it on there is
//! nothing to wait for but the commit, which runs to its end by itself. That also keeps the writer from being held while
//! its holder waits for a thread to run on.

use super::lite::Lite;
use super::readers::elsewhere;
use crate::error::{Error, Result};
use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
};
use std::time::Duration;
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot, watch};
use tokio::time::Instant;

/// Most writes in one shared commit.
const MOST_MEMBERS: usize = 64;
/// A shared transaction older than this is committed although others wait.
const LONGEST_OPEN: Duration = Duration::from_millis(5);

/// The connection and what the open transaction holds.
pub(super) struct Writer {
    connection: Lite,
    open: bool,
    opened_at: Instant,
    /// Something in the open transaction changed a row.
    dirty: bool,
    /// Writers that are done and wait for the shared commit.
    members: Vec<oneshot::Sender<Result<()>>>,
    /// Newest feed entry in the open transaction.
    feed_seq: Option<i64>,
    /// Set when the disk failed to keep something; see [`Error::Disk`].
    broken: Option<Error>,
    /// The same for those who only ask.
    stopped: Arc<AtomicBool>,
}

/// The queue in front of the writer.
pub(super) struct Gate {
    writer: Arc<Mutex<Writer>>,
    waiting: AtomicUsize,
    syncs: AtomicU64,
    patience: Duration,
    feed: watch::Sender<i64>,
    stopped: Arc<AtomicBool>,
}

impl Gate {
    pub(super) fn new(connection: Lite, patience: Duration, feed: watch::Sender<i64>) -> Arc<Gate> {
        let stopped = Arc::new(AtomicBool::new(false));
        let writer = Writer {
            connection,
            open: false,
            opened_at: Instant::now(),
            dirty: false,
            members: Vec::new(),
            feed_seq: None,
            broken: None,
            stopped: Arc::clone(&stopped),
        };
        Arc::new(Gate {
            writer: Arc::new(Mutex::new(writer)),
            waiting: AtomicUsize::new(0),
            syncs: AtomicU64::new(0),
            patience,
            feed,
            stopped,
        })
    }

    /// Whether the disk failed to keep something, so that nothing is written until the next start.
    pub(super) fn has_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Commits that changed something since the start: the syncs that writers shared.
    pub(super) fn syncs(&self) -> u64 {
        self.syncs.load(Ordering::Relaxed)
    }

    /// Waits for the writer and opens a savepoint.
    ///
    /// # Errors
    /// [`Error::Busy`] when the writer stays taken longer than the patience of the gate.
    pub(super) async fn begin(self: &Arc<Gate>) -> Result<Hold> {
        let place = Place::take(self);
        let queue = Arc::clone(&self.writer).lock_owned();
        let writer = tokio::time::timeout(self.patience, queue).await.map_err(|_| Error::Busy)?;
        place.served();
        Hold::new(Arc::clone(self), writer, false).start().await
    }

    /// Folds the write-ahead log into the file, calls `folded`, and closes the connection, which takes the log away. Writes fail
    /// from then on. After a failed sync the log stays as it is: the next start reads it as after a power cut.
    pub(super) async fn close(&self, folded: impl FnOnce() -> Result<()>) -> Result<()> {
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        if writer.connection.is_closed() {
            return Ok(());
        }
        if writer.broken.is_some() {
            writer.connection.leave();
            return Ok(());
        }
        let fold = move || writer.connection.fold().map(|()| writer);
        let mut writer = elsewhere(fold).await?;
        // Before the log goes: a hub that is killed in between must not miss it at the next start.
        folded()?;
        elsewhere(move || writer.connection.close()).await
    }
}

/// A place in the queue. Whoever held the writer before may have left the commit to this one: when it goes away instead (a
/// request that was given up, or patience at its end), a task takes its place and commits for the others.
struct Place {
    gate: Arc<Gate>,
    served: bool,
}

impl Place {
    fn take(gate: &Arc<Gate>) -> Place {
        gate.waiting.fetch_add(1, Ordering::SeqCst);
        Place { gate: Arc::clone(gate), served: false }
    }

    fn served(mut self) {
        self.served = true;
        self.gate.waiting.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let (false, Ok(runtime)) = (self.served, tokio::runtime::Handle::try_current()) else { return };
        let gate = Arc::clone(&self.gate);
        runtime.spawn(async move {
            let writer = Arc::clone(&gate.writer).lock_owned().await;
            gate.waiting.fetch_sub(1, Ordering::SeqCst);
            Hold::new(gate, writer, false).end(false, false, None).await
        });
    }
}

/// Awaits a task that is never cancelled by its caller.
pub(super) async fn finish<T>(task: tokio::task::JoinHandle<Result<T>>) -> Result<T> {
    match task.await {
        Ok(result) => result,
        Err(error) => Err(Error::Other(format!("write task stopped: {error}"))),
    }
}

impl Writer {
    /// The whole transaction is lost: everybody in it is told.
    fn abandon(&mut self, cause: &Error) {
        let _ = self.connection.run("ROLLBACK");
        self.open = false;
        self.dirty = false;
        self.feed_seq = None;
        if let Error::Disk(_) | Error::Corrupt(_) = cause {
            self.broken = Some(cause.clone());
            self.stopped.store(true, Ordering::Relaxed);
        }
        for member in self.members.drain(..) {
            let _ = member.send(Err(cause.clone()));
        }
    }

    /// Waits for the disk.
    fn commit(&mut self, syncs: &AtomicU64, feed: &watch::Sender<i64>) -> Result<()> {
        if let Err(error) = self.connection.run("COMMIT") {
            tracing::error!(%error, writers = self.members.len(), "commit failed");
            self.abandon(&error);
            return Err(error);
        }
        self.open = false;
        if std::mem::take(&mut self.dirty) {
            syncs.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(seq) = self.feed_seq.take() {
            feed.send_if_modified(|newest| std::mem::replace(newest, seq.max(*newest)) < seq);
        }
        for member in self.members.drain(..) {
            let _ = member.send(Ok(()));
        }
        Ok(())
    }
}

/// The writer in one caller's hands, with a savepoint of its own. Dropped without [`Hold::end`], it rolls back.
pub(super) struct Hold {
    gate: Arc<Gate>,
    writer: Option<OwnedMutexGuard<Writer>>,
    savepoint: bool,
    /// The first statement error, which tells more than the failing rollback that may follow it.
    cause: Option<Error>,
    /// Already handed over once to be rolled back.
    last: bool,
}

impl Hold {
    fn new(gate: Arc<Gate>, writer: OwnedMutexGuard<Writer>, savepoint: bool) -> Hold {
        Hold { gate, writer: Some(writer), savepoint, cause: None, last: false }
    }

    /// Remembers why a statement failed.
    pub(super) fn failed(&mut self, error: &Error) {
        self.cause.get_or_insert_with(|| error.clone());
    }

    pub(super) fn connection(&self) -> Result<&Lite> {
        self.writer.as_ref().map(|writer| &writer.connection).ok_or(Error::Aborted)
    }

    async fn start(mut self) -> Result<Hold> {
        let Some(writer) = &mut self.writer else { return Err(Error::Aborted) };
        if let Some(error) = &writer.broken {
            let error = error.clone();
            return self.end(false, false, None).await.and(Err(error));
        }
        if !writer.open {
            if let Err(error) = writer.connection.run("BEGIN IMMEDIATE") {
                self.writer = None;
                return Err(error);
            }
            writer.open = true;
            writer.opened_at = Instant::now();
        }
        self.savepoint = true;
        if let Err(error) = writer.connection.run("SAVEPOINT one_write") {
            writer.abandon(&error);
            self.writer = None;
            return Err(error);
        }
        Ok(self)
    }

    /// Ends the savepoint, keeping or undoing it, then commits for the batch, or leaves that to the next in the
    /// queue and waits for it. `wrote`: whether rows changed; `feed_seq`: newest feed entry written.
    pub(super) async fn end(mut self, keep: bool, wrote: bool, feed_seq: Option<i64>) -> Result<()> {
        let Some(mut writer) = self.writer.take() else { return Err(Error::Aborted) };
        if !writer.open {
            return Ok(());
        }
        let kept = self.close_savepoint(&mut writer, keep);
        if !writer.open {
            return kept;
        }
        writer.dirty |= keep && wrote;
        writer.feed_seq = writer.feed_seq.max(feed_seq.filter(|_| keep));
        let joins = keep && (wrote || !writer.members.is_empty());
        let others_follow = self.gate.waiting.load(Ordering::SeqCst) > 0;
        if others_follow && writer.members.len() + 1 < MOST_MEMBERS && writer.opened_at.elapsed() < LONGEST_OPEN {
            if !joins {
                return Ok(());
            }
            let (told, news) = oneshot::channel();
            writer.members.push(told);
            drop(writer);
            return news.await.unwrap_or_else(|_| Err(Error::Unavailable("writer stopped".to_owned())));
        }
        let gate = Arc::clone(&self.gate);
        // On a thread that may wait for the disk, and to its end even when the caller goes away.
        let committed = finish(tokio::task::spawn_blocking(move || writer.commit(&gate.syncs, &gate.feed))).await;
        if keep { committed } else { Ok(()) }
    }

    fn close_savepoint(&self, writer: &mut Writer, keep: bool) -> Result<()> {
        if !self.savepoint {
            return Ok(());
        }
        let ended = if keep {
            writer.connection.run("RELEASE one_write")
        } else {
            match writer.connection.run("ROLLBACK TO one_write") {
                Ok(()) => writer.connection.run("RELEASE one_write"),
                Err(error) => Err(error),
            }
        };
        // SQLite itself rolls back the whole transaction on a full disk or an I/O error; then the savepoint is gone.
        if let Err(error) = &ended {
            writer.abandon(self.cause.as_ref().unwrap_or(error));
        }
        if keep { ended } else { Ok(()) }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let Some(writer) = self.writer.take() else { return };
        if self.last {
            // The runtime is ending and dropped what was to roll back before it ran; handing it over once more would come
            // back here for ever. The open transaction ends with its connection, and nobody may write before that.
            std::mem::forget(writer);
            return;
        }
        let hold = Hold {
            gate: Arc::clone(&self.gate),
            writer: Some(writer),
            savepoint: self.savepoint,
            cause: self.cause.take(),
            last: true,
        };
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => {
                runtime.spawn(hold.end(false, false, None));
            }
            // No runtime any more: the process is ending.
            Err(_) => drop(hold),
        }
    }
}
