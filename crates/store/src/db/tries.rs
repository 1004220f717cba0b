//! Write blocks that can be run again: `atomically!(db, |tx| { … })`.

use super::{Db, Tx};
use crate::error::{Error, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OwnedMutexGuard;

/// A block that fails this often to come first is answered with [`Error::Busy`].
const MOST_TRIES: u32 = 15;

/// Counts the runs of one write block. Used by [`atomically!`](crate::atomically).
pub struct Tries {
    db: Db,
    failed: u32,
    lane: Option<OwnedMutexGuard<()>>,
}

impl Tries {
    pub fn new(db: &Db) -> Tries {
        Tries { db: db.clone(), failed: 0, lane: None }
    }

    pub async fn begin(&mut self) -> Result<Tx> {
        self.db.begin().await
    }

    /// Commits after success, rolls back after failure; `None` asks to run the block again.
    pub async fn settle<T, E: From<Error>>(&mut self, tx: Tx, outcome: Result<T, E>) -> Option<Result<T, E>> {
        let failure = match outcome {
            Ok(value) => match tx.commit().await {
                Ok(()) => return Some(Ok(value)),
                Err(Error::Serialization) => Error::Serialization.into(),
                Err(error) => return Some(Err(error.into())),
            },
            Err(error) => {
                let retry = tx.wants_retry();
                tx.rollback().await;
                if !retry {
                    return Some(Err(error));
                }
                error
            }
        };
        drop(failure);
        self.failed += 1;
        if self.failed >= MOST_TRIES {
            return Some(Err(Error::Busy.into()));
        }
        self.wait().await;
        None
    }

    /// Random pause that doubles (2 ms to 250 ms). From the second failure on, one retried block at a time.
    async fn wait(&mut self) {
        let longest = (2_u64 << self.failed.min(7)).min(250);
        tokio::time::sleep(Duration::from_micros(rand::random_range(0..longest * 1000))).await;
        if self.failed >= 2 && self.lane.is_none() {
            self.lane = Some(Arc::clone(&self.db.inner.retry_lane).lock_owned().await);
        }
    }
}

/// Runs a block in one write transaction: all of it is kept, or nothing.
///
/// The block ends in a `Result`; `Ok` commits (feed entries included), `Err` rolls back. On a serialization failure
/// it runs again, at most 15 times, so nothing but database work belongs inside, and what it takes from outside is
/// borrowed or cloned. Inside, read through `tx`: `db` does not see what the block has written, and another
/// `atomically!` inside would wait for this one. `return` and `?` leave the block, not the function. The error type is `kernel::Error`
/// unless another is named.
///
/// ```ignore
/// let id = atomically!(db, |tx| {
///     tx.run("INSERT INTO desk (id, name) VALUES ($1, $2)", args![id, &name]).await?;
///     tx.note(&actor, change);
///     Ok(id)
/// })?;
/// let n = atomically!(db, |tx| -> store::Error { Ok(1) })?;
/// ```
#[macro_export]
macro_rules! atomically {
    ($db:expr, |$tx:ident| $body:block) => {
        $crate::atomically!($db, |$tx| -> $crate::KernelError $body)
    };
    ($db:expr, |$tx:ident| -> $error:ty $body:block) => {{
        let mut tries = $crate::Tries::new(&$db);
        loop {
            let mut transaction = match tries.begin().await {
                ::std::result::Result::Ok(transaction) => transaction,
                ::std::result::Result::Err(error) => break ::std::result::Result::Err(<$error>::from(error)),
            };
            let outcome: ::std::result::Result<_, $error> = {
                let $tx = &mut transaction;
                async { $body }.await
            };
            if let ::std::option::Option::Some(settled) = tries.settle(transaction, outcome).await {
                break settled;
            }
        }
    }};
}
