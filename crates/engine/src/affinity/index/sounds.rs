//! Words that only sound alike: loan words in katakana beside their originals, names in kanji beside romaji.

use super::align::Alignment;
use super::units::Line;
use crate::affinity::text::sound::{Gist, Sound, likeness};
use std::borrow::Cow;

/// Words of a line that are compared by sound.
const SPOKEN_WORDS: usize = 32;
/// Sounds less alike than this are different words.
const ALIKE: f32 = 0.62;

/// Stretches of a query for which it pays to put those of a passage in order.
const MANY: usize = 8;

/// A stretch of neighbouring words as one sound.
struct Stretch<'t> {
    from: usize,
    to: usize,
    gist: Gist,
    /// The sounds of its words; they are put together when the stretch is compared letter by letter, which few are.
    parts: [Option<&'t Sound>; 3],
}

impl<'t> Stretch<'t> {
    fn sound(&self) -> Option<Cow<'t, Sound>> {
        let mut parts = self.parts.iter().flatten();
        let first = Cow::Borrowed(*parts.next()?);
        Some(parts.fold(first, |sound, next| Cow::Owned(sound.then(next))))
    }
}

/// Adds what only sounds alike: unmatched neighbours are also compared as one word (フィード・ワン, Feedone).
pub(super) fn align_sounds(query: Line<'_>, passage: Line<'_>, alignment: &mut Alignment, query_first: bool) {
    let ours = spoken(query, &alignment.query);
    if ours.is_empty() {
        return;
    }
    let theirs = spoken(passage, &alignment.passage);
    let mut by_mass: Vec<(u32, usize)> = theirs.iter().map(|b| b.gist.mass()).zip(0..).collect();
    // Those that may be alike become neighbours, which pays only for many.
    let many = ours.len() >= MANY;
    if many {
        by_mass.sort_unstable();
    }
    let mut pairs: Vec<(f32, usize, usize)> = Vec::new();
    for (i, a) in ours.iter().enumerate() {
        let mut near = &by_mass[..];
        if many {
            let (least, most) = a.gist.masses(ALIKE);
            near = &near[near.partition_point(|(mass, _)| *mass < least)..];
            near = &near[..near.partition_point(|(mass, _)| *mass <= most)];
        }
        let mut sound = None;
        for (_, j) in near {
            let b = &theirs[*j];
            if !a.gist.may_reach(&b.gist, ALIKE) {
                continue;
            }
            let (Some(x), Some(y)) = (sound.get_or_insert_with(|| a.sound()), b.sound()) else { continue };
            let alike = likeness(x, &y, ALIKE);
            if alike >= ALIKE {
                pairs.push((alike, i, *j));
            }
        }
    }
    let order = |pair: &(f32, usize, usize)| if query_first { (pair.1, pair.2) } else { (pair.2, pair.1) };
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then(order(a).cmp(&order(b))));
    for (alike, i, j) in pairs {
        let (a, b) = (&ours[i], &theirs[j]);
        let value = ((alike - 0.4) / 0.6).clamp(0.0, 1.0) * 0.95;
        let improves = alignment.query[a.from..a.to].iter().any(|v| *v < value)
            && alignment.passage[b.from..b.to].iter().any(|v| *v < value);
        if improves {
            let query = alignment.query[a.from..a.to].iter_mut();
            query.chain(&mut alignment.passage[b.from..b.to]).for_each(|v| *v = v.max(value));
        }
    }
}

/// Stretches of one to three neighbouring words that are not well matched yet and have a sound.
fn spoken<'t>(line: Line<'t>, matched: &[f32]) -> Vec<Stretch<'t>> {
    let words: Vec<&'t [Sound]> = line.all().take(SPOKEN_WORDS).map(|(_, word)| &word.sounds[..]).collect();
    let open = |at: usize| matched.get(at).is_some_and(|v| *v < 0.75) && !words[at].is_empty();
    let mut stretches = Vec::new();
    let mut push = |from: usize, to: usize, gist: Gist, parts: [Option<&'t Sound>; 3]| {
        if gist.len() >= 3 {
            stretches.push(Stretch { from, to, gist, parts });
        }
    };
    for from in (0..words.len()).filter(|at| open(*at)) {
        for sound in words[from] {
            push(from, from + 1, *sound.gist(), [Some(sound), None, None]);
        }
        let mut parts = [words[from].first(), None, None];
        let mut gist = words[from].first().map(|sound| *sound.gist()).unwrap_or_default();
        for to in (from + 1..words.len().min(from + 3)).take_while(|at| open(*at)) {
            parts[to - from] = words[to].first();
            gist = words[to].first().map_or(gist, |sound| gist.then(sound.gist()));
            push(from, to + 1, gist, parts);
        }
    }
    stretches
}
