//! Passwords at rest and under test: Argon2id (RFC 9106) with the parameters that OWASP names first
//! (19 MiB, 2 passes, 1 lane), off the async threads, a few at a time.
//!
//! Never here: which passwords are accepted (see [`super::policy`]).

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Error, Result};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

/// Memory in KiB; every hash at work takes this much.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
/// Hashes at work at the same time: 4 take 76 MiB.
const AT_ONCE: usize = 4;
/// Longer than this nobody waits for a turn; the answer is then "busy".
const PATIENCE: Duration = Duration::from_secs(10);

/// Hashes and checks passwords. Cheap to clone.
#[derive(Clone)]
pub struct Passwords {
    turns: Arc<Semaphore>,
    /// Hash of nothing anybody knows, checked when there is no account, so that the answer takes as long.
    decoy: Arc<OnceLock<String>>,
}

impl Default for Passwords {
    fn default() -> Passwords {
        Passwords { turns: Arc::new(Semaphore::new(AT_ONCE)), decoy: Arc::new(OnceLock::new()) }
    }
}

fn hasher() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::internal)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The same password typed with another input method must be the same bytes (NIST SP 800-63B 5.1.1.2).
fn normalized(password: &str) -> String {
    password.nfkc().collect()
}

impl Passwords {
    /// The hash of a password as a PHC string with a random salt.
    pub async fn hash(&self, password: &str) -> Result<String> {
        let password = normalized(password);
        self.in_turn(move || {
            let hash = hasher()?.hash_password(password.as_bytes()).map_err(Error::internal)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether the password belongs to the hash. With `None` the work is done all the same, and the answer is no.
    pub async fn matches(&self, password: &str, hash: Option<String>) -> Result<bool> {
        let password = normalized(password);
        let real = hash.is_some();
        let decoy = Arc::clone(&self.decoy);
        self.in_turn(move || {
            let hash = match hash {
                Some(hash) => hash,
                None => decoy_hash(&decoy)?,
            };
            let parsed = PasswordHash::new(&hash).map_err(Error::internal)?;
            Ok(hasher()?.verify_password(password.as_bytes(), &parsed).is_ok() && real)
        })
        .await
    }

    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let turn =
            tokio::time::timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned()).await.map_err(|_| Error::Busy)?;
        let turn = turn.map_err(Error::internal)?;
        let done = tokio::task::spawn_blocking(move || {
            let outcome = work();
            drop(turn);
            outcome
        });
        done.await.map_err(Error::internal)?
    }
}

fn decoy_hash(kept: &OnceLock<String>) -> Result<String> {
    if let Some(hash) = kept.get() {
        return Ok(hash.clone());
    }
    let hash = hasher()?.hash_password(super::secrets::random().as_bytes()).map_err(Error::internal)?.to_string();
    Ok(kept.get_or_init(|| hash).clone())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_password_matches_its_own_hash_however_its_width_was_typed() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse １２").await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.matches("correct horse 12", Some(hash.clone())).await.unwrap());
        assert!(!passwords.matches("correct horse 13", Some(hash)).await.unwrap());
    }

    #[tokio::test]
    async fn without_an_account_the_answer_is_no_after_the_same_work() {
        assert!(!Passwords::default().matches("anything", None).await.unwrap());
    }
}
