//! The last few answers of something costly, for whoever asks the same next.
//!
//! Never here: when an answer no longer holds. Its key says what it was made of, as `Catalogue::edition` tells.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// At most so many answers, the oldest dropped first.
pub struct Recent<K, V> {
    kept: RwLock<VecDeque<(K, Arc<V>)>>,
    most: usize,
    /// Held by whoever makes an answer: many who ask for the same wait for one making of it.
    turn: Mutex<()>,
}

impl<K: PartialEq, V> Recent<K, V> {
    pub fn of(most: usize) -> Recent<K, V> {
        Recent { kept: RwLock::default(), most, turn: Mutex::default() }
    }

    pub fn get(&self, key: &K) -> Option<Arc<V>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        kept.iter().find(|(known, _)| known == key).map(|(_, value)| Arc::clone(value))
    }

    /// Keeps an answer, and of the others those that `hold` still: of its own edition, and of newer ones, for it may come late.
    pub fn put(&self, key: K, value: &Arc<V>, hold: impl Fn(&K) -> bool) {
        let mut kept = self.kept.write().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| hold(known) && *known != key);
        kept.push_back((key, Arc::clone(value)));
        while kept.len() > self.most {
            kept.pop_front();
        }
    }

    /// The known answer, or the one that `make` gives.
    ///
    /// # Errors
    /// Those of `make`; nothing is kept then.
    pub async fn get_or<E>(
        &self,
        key: K,
        hold: impl Fn(&K) -> bool,
        make: impl Future<Output = Result<V, E>>,
    ) -> Result<Arc<V>, E> {
        if let Some(known) = self.get(&key) {
            return Ok(known);
        }
        let _turn = self.turn.lock().await;
        if let Some(known) = self.get(&key) {
            return Ok(known);
        }
        let made = Arc::new(make.await?);
        self.put(key, &made, hold);
        Ok(made)
    }
}
