//! Lays the units of two texts beside each other: which unit of one says what which unit of the other says.
//!
//! A unit with several translations counts by its best one, not by their sum (the synonym operator of structured queries,
//! Pirkola 1998), and a translation of several words only as far as all of them are there. What stays unmatched on
//! either side lowers the score (the ratio model of Tversky 1977).

use super::units::Line;
use crate::affinity::text::sound::likeness;

/// How unmatched units count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Weight of what the query says and the passage does not.
    pub query: f32,
    /// Weight of what the passage says and the query does not.
    pub passage: f32,
}

/// How well each word of two lines is said by the other line, 0 to 1.
#[derive(Debug, Default)]
pub(super) struct Alignment {
    pub(super) left: Vec<f32>,
    pub(super) right: Vec<f32>,
}

/// Part of a translation counts less than its share.
const PARTIAL: f32 = 1.5;
/// Words of a line that are compared by sound.
const SPOKEN_WORDS: usize = 32;
/// How many times the query a passage may say besides before more makes no difference.
const LONG: f32 = 2.0;
/// Sounds less alike than this are different words.
const ALIKE: f32 = 0.62;

/// Aligns `rich`, whose words have translations, with `plain`, whose words are looked up one by one.
pub(super) fn align(rich: &Line, plain: &Line) -> Alignment {
    let mut result = Alignment { left: vec![0.0; rich.words.len()], right: vec![0.0; plain.words.len()] };
    let mut hits: Vec<(u32, f32)> = Vec::new();
    for (index, word) in rich.words.iter().enumerate() {
        for way in rich.ways_of(word) {
            hits.clear();
            let mut covered = 0.0;
            for (term, idf) in rich.terms_of(way) {
                if let Some((_, sure, at)) = plain.saying(*term).first() {
                    covered += idf * sure;
                    hits.push((*at, *sure));
                }
            }
            if hits.is_empty() {
                continue;
            }
            let value = way.weight * (covered / way.mass).powf(PARTIAL);
            result.left[index] = result.left[index].max(value);
            for (at, sure) in &hits {
                let slot = &mut result.right[*at as usize];
                *slot = slot.max(value.max(0.0) * sure);
            }
        }
    }
    result
}

/// Adds what only sounds alike: unmatched neighbours are also compared as one word (フィード・ワン, Feedone).
pub(super) fn align_sounds(rich: &Line, plain: &Line, alignment: &mut Alignment) {
    let left = spoken(rich, &alignment.left);
    let right = spoken(plain, &alignment.right);
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (i, (.., a)) in left.iter().enumerate() {
        for (j, (.., b)) in right.iter().enumerate() {
            if a.len() * 2 < b.len() || b.len() * 2 < a.len() {
                continue;
            }
            let alike = likeness(a, b);
            if alike >= ALIKE {
                pairs.push((alike, i, j));
            }
        }
    }
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
    for (alike, i, j) in pairs {
        let (lf, lt, _) = &left[i];
        let (rf, rt, _) = &right[j];
        let value = ((alike - 0.4) / 0.6).clamp(0.0, 1.0) * 0.95;
        let improves =
            alignment.left[*lf..*lt].iter().any(|v| *v < value) && alignment.right[*rf..*rt].iter().any(|v| *v < value);
        if improves {
            alignment.left[*lf..*lt].iter_mut().chain(&mut alignment.right[*rf..*rt]).for_each(|v| *v = v.max(value));
        }
    }
}

/// Stretches of one to three neighbouring words that are not well matched yet and have a sound.
fn spoken(line: &Line, matched: &[f32]) -> Vec<(usize, usize, String)> {
    let open = |at: usize| matched.get(at).is_some_and(|v| *v < 0.75) && !line.words[at].sounds.is_empty();
    let mut stretches = Vec::new();
    for from in (0..line.words.len().min(SPOKEN_WORDS)).filter(|at| open(*at)) {
        for sound in &line.words[from].sounds {
            stretches.push((from, from + 1, sound.clone()));
        }
        let mut joined = line.words[from].sounds[0].clone();
        for to in (from + 1..line.words.len().min(from + 3)).take_while(|at| open(*at)) {
            joined.push_str(&line.words[to].sounds[0]);
            stretches.push((from, to + 1, joined.clone()));
        }
    }
    stretches.retain(|(.., sound)| sound.len() >= 3);
    stretches
}

/// One score, 0 to 1, from an alignment. `query_left` says which side the query is.
pub(super) fn contrast(rich: &Line, plain: &Line, alignment: &Alignment, query_left: bool, how: Contrast) -> f32 {
    let said = |line: &Line, values: &[f32]| line.words.iter().zip(values).map(|(w, v)| w.mass * v).sum::<f32>();
    let (left, right) = (said(rich, &alignment.left), said(plain, &alignment.right));
    let both = left.min(right) * 0.5 + left.max(right) * 0.5;
    let (left_open, right_open) = (rich.mass - left, plain.mass - right);
    let (query_open, passage_open) = if query_left { (left_open, right_open) } else { (right_open, left_open) };
    // A long passage says much else; beyond some length that is nothing against it.
    let passage_open = passage_open.min(LONG * if query_left { rich.mass } else { plain.mass });
    let total = both + how.query * query_open.max(0.0) + how.passage * passage_open.max(0.0);
    if total > 0.0 { both / total } else { 0.0 }
}
