//! The other ways to say what somebody typed, for search.

use engine::affinity::Analyzer;
use engine::affinity::concepts::{Concept, Kind};
use kernel::fold::fold;
use store::search::Meaning;

/// Other ways per stretch, best first.
const MOST: usize = 5;
/// A general dictionary offers many words; only its best ones are worth looking for.
const MOST_OF_A_WORD: usize = 2;
const SURE: f32 = 0.5;
/// Shortest English word that a general dictionary is asked about.
const SHORTEST_WORD: usize = 4;

/// Known terms in the text with their other ways.
pub(super) fn of(analyzer: &Analyzer<'_>, text: &str) -> Vec<Meaning> {
    let mut meanings: Vec<Meaning> = Vec::new();
    for found in analyzer.concepts(text) {
        let Some(typed) = text.get(found.span.clone()) else { continue };
        let others = others(typed, &found.concept);
        let apart = meanings.last().is_none_or(|last| last.range.end <= found.span.start);
        if !others.is_empty() && apart {
            meanings.push(Meaning { range: found.span, others });
        }
    }
    meanings
}

/// The other language first: the typed one is searched as typed anyway.
fn others(typed: &str, concept: &Concept) -> Vec<String> {
    let in_english = typed.is_ascii();
    let curated = concept.kind == Kind::Term;
    if !curated && (concept.kind != Kind::Word || in_english && typed.len() < SHORTEST_WORD) {
        return Vec::new();
    }
    let english = concept.english.iter().filter(|gloss| gloss.weight >= SURE).map(|gloss| &gloss.english);
    let (english, japanese): (Vec<_>, Vec<_>) = (english.collect(), concept.japanese.iter().collect());
    let ways = if in_english { [japanese, english] } else { [english, japanese] };
    let mut seen = vec![fold(typed)];
    let mut others = Vec::new();
    let most = if curated { MOST } else { MOST_OF_A_WORD };
    for way in ways.into_iter().take(if curated { 2 } else { 1 }).flatten() {
        let folded = fold(way);
        if others.len() < most && !seen.contains(&folded) {
            seen.push(folded);
            others.push(way.clone());
        }
    }
    others
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::{Opened, Sources};
    use super::*;

    fn others_of(text: &str) -> Vec<(String, Vec<String>)> {
        let opened = Opened::open(Sources::of(std::path::Path::new("/nowhere"), Vec::new()));
        let found = of(opened.analyzer(), text);
        found.into_iter().map(|m| (text[m.range].to_owned(), m.others.iter().map(|o| fold(o)).collect())).collect()
    }

    #[test]
    fn the_shipped_glossary_knows_terms_in_both_languages() {
        let (typed, others) = others_of("心筋シートの製造").remove(0);
        assert_eq!(typed, "心筋シート");
        assert!(others.iter().any(|other| other == "cardiac patch" || other.contains("sheet")), "{others:?}");
        let (_, others) = others_of("iPS").remove(0);
        assert!(others.contains(&"人工多能性幹細胞".to_owned()), "{others:?}");
        let (typed, others) = others_of("media fill test").remove(0);
        assert!(typed.starts_with("media fill") && others.iter().any(|o| o.contains("培地充填")), "{typed} {others:?}");
    }

    #[test]
    fn words_that_nobody_listed_have_no_other_way() {
        assert!(others_of("qwrtz 𠮷野 ").is_empty());
        assert!(others_of("").is_empty());
    }
}
