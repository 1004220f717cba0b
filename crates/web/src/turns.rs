//! Readers take turns. A page is mostly one piece of work without a wait, and there are as many turns as threads; so the
//! queue of a busy hub stands here, and not in front of everything else that a thread has to do: writes, whose disk has
//! answered, come to their end beside any number of readers.
//!
//! Never here: refusing anybody, order by who asks.

use axum::extract::{Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The turns of one program.
#[derive(Clone)]
pub struct Turns(Arc<Semaphore>);

impl Turns {
    /// As many as there are processors.
    pub fn new() -> Turns {
        let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Turns(Arc::new(Semaphore::new(threads)))
    }

    /// Does `work` in its turn. A turn ends with the first wait: what waits for a long read, another node or a person must
    /// keep nobody else waiting.
    async fn take<T>(&self, work: impl Future<Output = T>) -> T {
        let mut turn = self.0.acquire().await.ok();
        let mut work = pin!(work);
        poll_fn(|context| {
            let polled = work.as_mut().poll(context);
            turn = None;
            polled
        })
        .await
    }
}

impl Default for Turns {
    fn default() -> Turns {
        Turns::new()
    }
}

/// The layer: requests that only read wait for their turn.
pub async fn in_turn(State(turns): State<Turns>, request: Request, next: Next) -> Response {
    match *request.method() {
        Method::GET | Method::HEAD => turns.take(next.run(request)).await,
        _ => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::oneshot;

    fn two() -> Turns {
        Turns(Arc::new(Semaphore::new(2)))
    }

    #[tokio::test]
    async fn what_waits_keeps_nobody_else_waiting() {
        let turns = two();
        let (mut wakes, mut waiting) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let (wake, woken) = oneshot::channel::<()>();
            wakes.push(wake);
            let turns = turns.clone();
            waiting.push(tokio::spawn(async move { turns.take(woken).await.is_ok() }));
        }
        assert_eq!(turns.take(async { 7 }).await, 7);
        wakes.into_iter().for_each(|wake| wake.send(()).unwrap_or_default());
        for one in waiting {
            assert!(one.await.unwrap_or_default());
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn no_more_work_at_once_than_there_are_turns() {
        let (turns, most, now) = (two(), Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let work = (0..40).map(|_| {
            let (turns, most, now) = (turns.clone(), Arc::clone(&most), Arc::clone(&now));
            tokio::spawn(async move {
                turns
                    .take(async {
                        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        (0..100_000).for_each(|n| {
                            std::hint::black_box(n);
                        });
                        now.fetch_sub(1, Ordering::SeqCst);
                    })
                    .await;
            })
        });
        for one in work.collect::<Vec<_>>() {
            assert!(one.await.is_ok());
        }
        assert!(most.load(Ordering::SeqCst) <= 2);
    }
}
