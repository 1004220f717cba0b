//! Random secrets and how they are kept: what a browser or program holds is 256 random bits; the database holds
//! their SHA-256 only, so that a copy of the database opens nothing.
//!
//! Never here: passwords, which need a slow hash (see [`super::passwords`]).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

/// SHA-256 of a secret, as the database keeps it.
pub type Digest256 = [u8; 32];

/// What every API token starts with, so that scanners of leaked secrets know it.
pub const TOKEN_START: &str = "mus_";

/// A new secret of 256 bits in 43 characters that need no escaping in addresses and cookies (RFC 4648 5).
pub fn random() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A new API token: `mus_` and 64 hex digits.
pub fn random_token() -> String {
    format!("{TOKEN_START}{}", hex::encode(rand::random::<[u8; 32]>()))
}

/// The part of a token that may be shown: enough to tell tokens apart, 32 of 256 bits.
pub fn shown_part(token: &str) -> String {
    token.chars().take(TOKEN_START.len() + 8).collect()
}

pub fn digest(secret: &str) -> Digest256 {
    Sha256::digest(secret.as_bytes()).into()
}

/// Key of a counter about something that is not to be readable in the database, such as an address.
pub fn subject(kind: &str, name: &str) -> Digest256 {
    digest(&format!("{kind}:{name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_differ_and_carry_256_bits() {
        assert_ne!(random(), random());
        assert_eq!(random().len(), 43);
        assert_eq!(random_token().len(), 68);
    }

    #[test]
    fn the_shown_part_of_a_token_is_its_beginning() {
        assert_eq!(shown_part("mus_0123456789abcdef"), "mus_01234567");
    }
}
