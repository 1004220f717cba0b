//! How strong ties are on a day. The formula is stated for readers in `docs/map.md`.

use super::Tie;
use chrono::NaiveDate;

/// Fainter ties are neither drawn nor counted.
pub const FAINTEST: f64 = 0.02;

/// `weight × 2^(−age / half-life)`; the age is the years since the last day the tie may have lasted, and none while it
/// lasts. 0 before it has begun.
pub fn strength(tie: &Tie, day: NaiveDate) -> f64 {
    if !tie.had_begun(day) {
        return 0.0;
    }
    let days = tie.ended().map_or(0, |end| (day - end).num_days().max(0));
    let years = days as f64 / 365.25;
    tie.weight as f64 / 1000.0 * (-years / tie.kind.half_life()).exp2()
}

/// Several ties of one pair, as if each were a chance of its own: `1 − Π(1 − s)`. Never above 1, and never below the
/// strongest.
pub fn together(strengths: impl IntoIterator<Item = f64>) -> f64 {
    1.0 - strengths.into_iter().fold(1.0, |left, strength| left * (1.0 - strength.clamp(0.0, 1.0)))
}
