//! Whether the first that was found is meant, or rather none of it: an honest "none of these".
//!
//! A search always finds something. For an organization named in an address line the first is taken for what is meant only when it
//! explains enough of the line and nothing else explains it nearly as well. Both limits are calibrated in `docs/matching.md`.

/// A first score below this explains too little.
pub const SURE_SCORE: f32 = 0.8;
/// The first has to lead the second by this share of its own score.
pub const SURE_LEAD: f32 = 0.3;

/// Whether the first of two best scores is sure enough to be taken without asking somebody; `second` is 0 when there is none.
pub fn is_sure(first: f32, second: f32) -> bool {
    first >= SURE_SCORE && first - second.max(0.0) >= SURE_LEAD * first
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sure_is_what_explains_enough_and_leads_clearly() {
        assert!(is_sure(2.0, 1.0) && is_sure(0.9, 0.0));
        assert!(!is_sure(2.0, 1.9), "another is nearly as good");
        assert!(!is_sure(0.5, 0.0), "too little is explained");
        assert!(!is_sure(f32::NAN, 0.0) && !is_sure(0.0, 0.0));
    }
}
