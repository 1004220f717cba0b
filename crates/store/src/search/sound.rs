//! Sound keys of single words: what さわ, サワ, ｻﾜ, Sawa and SAWA have in common.
//!
//! Never here: how spellings are reduced, which is [`kernel::fold::kana_key`]'s.

/// Longer words are not names; converting them would only cost time.
const MAX_SPOKEN_BYTES: usize = 60;

/// The key of one folded word, or `None` when it does not read as Japanese.
pub(super) fn key(word: &str) -> Option<String> {
    if word.is_empty() || word.len() > MAX_SPOKEN_BYTES {
        return None;
    }
    kernel::fold::kana_key(word).map(|key| key.replace(' ', "")).filter(|key| key.len() >= 2)
}
