//! Reading connections of SQLite. A short read runs where it is called, like a write: handing it to another thread and its
//! rows back costs more than the read. What turns out long is broken off after about a millisecond and run again where it
//! keeps nobody waiting; from then on that statement goes there at once.
//!
//! Never here: writing.

use super::bind::Sql;
use super::lite::{Lite, LiteRow};
use super::value::Value;
use crate::error::{Error, Result};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::task::coop::consume_budget;

/// Steps of SQLite's machine that a read may take where it is called: about a millisecond, some hundred whole records.
const SHORT: i64 = 20_000;
/// Statements that are known to be long; beyond that they are found out anew.
const LONG_KNOWN: usize = 512;

/// The connections, made as they are needed and kept.
pub(super) struct Readers {
    file: PathBuf,
    patience: Duration,
    state: Mutex<State>,
    /// Rung when a connection comes back after the end.
    returned: Notify,
    /// Places for long reads.
    places: Arc<Semaphore>,
    /// Marks of statements that are known to be long.
    long: RwLock<HashSet<u64>>,
}

#[derive(Default)]
struct State {
    idle: Vec<Lite>,
    /// In somebody's hands.
    out: usize,
    closed: bool,
}

/// A connection in somebody's hands; goes back by itself.
pub(super) struct Reading {
    lite: Option<Lite>,
    readers: Arc<Readers>,
    /// Of a long read.
    _place: Option<OwnedSemaphorePermit>,
}

impl Readers {
    /// Opens the first connection, so that a file that cannot be read is found at once.
    pub(super) fn open(file: PathBuf, connections: u32, patience: Duration) -> Result<Arc<Readers>> {
        let readers = Readers {
            state: Mutex::new(State { idle: vec![Lite::reader(&file)?], ..State::default() }),
            file,
            patience,
            returned: Notify::new(),
            places: Arc::new(Semaphore::new(connections.max(1) as usize)),
            long: RwLock::default(),
        };
        Ok(Arc::new(readers))
    }

    /// At most `most` rows of a query.
    pub(super) async fn rows(self: &Arc<Self>, sql: Sql, args: Vec<Value>, most: usize) -> Result<Vec<LiteRow>> {
        consume_budget().await;
        let mark = mark_of(&sql);
        if !self.is_long(mark) {
            if let Some(rows) = self.take(None)?.lite()?.rows_within(&sql, &args, most, SHORT)? {
                return Ok(rows);
            }
            self.know_long(mark);
        }
        let reading = self.reserve().await?;
        elsewhere(move || reading.lite()?.rows(&sql, &args, most)).await
    }

    /// A connection for a while, when there is a place for it.
    pub(super) async fn reserve(self: &Arc<Self>) -> Result<Reading> {
        let place = tokio::time::timeout(self.patience, Arc::clone(&self.places).acquire_owned()).await;
        let place = place.map_err(|_| Error::Busy)?.map_err(|_| closed())?;
        self.take(Some(place))
    }

    fn take(self: &Arc<Self>, place: Option<OwnedSemaphorePermit>) -> Result<Reading> {
        let idle = {
            let mut state = self.state();
            if state.closed {
                return Err(closed());
            }
            state.out += 1;
            state.idle.pop()
        };
        // Goes back, and is counted back, whatever happens from here on.
        let mut reading = Reading { lite: idle, readers: Arc::clone(self), _place: place };
        if reading.lite.is_none() {
            reading.lite = Some(Lite::reader(&self.file)?);
        }
        Ok(reading)
    }

    /// Ends all connections; waits for those in somebody's hands. Reads fail from then on.
    pub(super) async fn close(&self) {
        self.places.close();
        loop {
            let returned = self.returned.notified();
            {
                let mut state = self.state();
                state.closed = true;
                state.idle.clear();
                if state.out == 0 {
                    return;
                }
            }
            returned.await;
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_long(&self, mark: u64) -> bool {
        self.long.read().unwrap_or_else(PoisonError::into_inner).contains(&mark)
    }

    fn know_long(&self, mark: u64) {
        let mut long = self.long.write().unwrap_or_else(PoisonError::into_inner);
        if long.len() >= LONG_KNOWN {
            long.clear();
        }
        long.insert(mark);
    }
}

impl Reading {
    pub(super) fn lite(&self) -> Result<&Lite> {
        self.lite.as_ref().ok_or_else(closed)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        // A snapshot that was given up in the middle would show the next reader the past.
        let lite = self.lite.take().filter(Lite::at_rest);
        let mut state = self.readers.state();
        state.out -= 1;
        match lite {
            Some(lite) if !state.closed => state.idle.push(lite),
            _ => self.readers.returned.notify_one(),
        }
    }
}

/// Runs what may take long on a thread of its own.
pub(super) async fn elsewhere<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Error::Other(error.to_string()))?
}

fn mark_of(sql: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    sql.hash(&mut hasher);
    hasher.finish()
}

fn closed() -> Error {
    Error::Unavailable("closed".to_owned())
}
