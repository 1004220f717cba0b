//! Suggestions within a given circle of parties, for those who plan who meets whom. Nothing is suggested here that the list
//! of a party would never hold: somebody whom it or the other side does not want to see again, or who is tied to it.

use super::Standing;
use super::report::shown_reasons;
use super::words::Names;
use engine::affinity::reciprocal::{Reader, Words, reason_words};
use kernel::audience::Keyring;
use kernel::{Lang, Uuid};
use store::catalogue::Catalogue;

/// One party that another could meet.
#[derive(Debug, Clone)]
pub struct Suggested {
    pub other: Uuid,
    pub score: f32,
    reasons: Vec<Words>,
}

impl Suggested {
    /// Why, in one language.
    pub fn reasons(&self, lang: Lang) -> Vec<&str> {
        self.reasons.iter().map(|words| if lang == Lang::Ja { words.ja.as_str() } else { words.en.as_str() }).collect()
    }
}

/// Reasons that a suggestion has at least.
const LEAST_REASONS: usize = 2;

/// The best of `others` for a party, at most `most`, as that party itself would be told: by what everybody may see and by its
/// own listings.
pub fn between(
    standing: &Standing,
    catalogue: &Catalogue,
    everybody: &Keyring,
    party: Uuid,
    others: &[Uuid],
    most: usize,
) -> Vec<Suggested> {
    let corpus = &standing.corpus;
    let Some(at) = corpus.index_of(party.as_u128()) else { return Vec::new() };
    let reader = Reader::of(super::corpus::keys(everybody), at);
    let mut scored: Vec<(f32, u32, Uuid)> = others
        .iter()
        .filter_map(|other| {
            let place = corpus.index_of(other.as_u128())?;
            let score = corpus.score(&reader, at, place).filter(|score| *score > 0.0)?;
            Some((score, place, *other))
        })
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.2.cmp(&other.2)));
    let suggested = scored.into_iter().filter_map(|(score, place, other)| {
        let names = Names { catalogue, keyring: everybody, concepts: &standing.concepts, pair: [party, other] };
        let found = shown_reasons(standing, &reader, at, place);
        let reasons: Vec<Words> = found.iter().take(4).map(|reason| reason_words(reason, &names)).collect();
        (reasons.len() >= LEAST_REASONS).then_some(Suggested { other, score, reasons })
    });
    suggested.take(most).collect()
}
