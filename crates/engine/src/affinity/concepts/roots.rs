//! Word parts of medical English: nephrocalcinosis is made of *kidney* and *calcification*, as 腎石灰化症 is. Dictionaries list
//! the parts, seldom the whole.

use std::collections::HashMap;
use std::sync::OnceLock;

const TABLE: &str = include_str!("roots.tsv");

#[derive(Debug, Clone, Copy)]
struct Root {
    meaning: &'static str,
    begins: bool,
    ends: bool,
}

/// Endings that say only what part of speech a word is.
const ENDINGS: [&str; 22] = [
    "", "a", "al", "ar", "ary", "ic", "ical", "ia", "y", "e", "um", "us", "ous", "on", "o", "is", "oid", "ine", "eal",
    "ial", "ated", "ation",
];

fn table() -> &'static HashMap<&'static str, Root> {
    static ROOTS: OnceLock<HashMap<&'static str, Root>> = OnceLock::new();
    ROOTS.get_or_init(|| {
        let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
        rows.map(|(part, meaning)| {
            let (begins, ends) = (part.ends_with('-'), part.starts_with('-'));
            (part.trim_matches('-'), Root { meaning, begins, ends })
        })
        .collect()
    })
}

/// The plain English words that the parts of a normalized word mean; empty when the parts do not explain the whole word.
pub fn roots_of(word: &str) -> Vec<&'static str> {
    if word.len() < 5 || word.len() > 40 || !word.is_ascii() {
        return Vec::new();
    }
    let mut parts = Vec::new();
    if !split(word, true, 0, &mut parts) {
        return Vec::new();
    }
    parts.iter().flat_map(|meaning: &&'static str| meaning.split(' ')).collect()
}

/// Longest parts first, with backtracking; words have at most six parts.
fn split(rest: &str, first: bool, depth: usize, parts: &mut Vec<&'static str>) -> bool {
    if !first && ENDINGS.contains(&rest) {
        return true;
    }
    if depth == 6 {
        return false;
    }
    for length in (2..=rest.len()).rev() {
        let Some(root) = table().get(&rest[..length]) else { continue };
        let last = length == rest.len();
        if (root.begins && !first) || (root.ends && (first || !last)) || (length < 4 && first && last) {
            continue;
        }
        parts.push(root.meaning);
        let after = &rest[length..];
        let linked = after.strip_prefix(['o', 'i', 'a']).unwrap_or(after);
        if last
            || split(after, false, depth + 1, parts)
            || (linked.len() < after.len() && split(linked, false, depth + 1, parts))
        {
            return true;
        }
        parts.pop();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_medical_words_are_plain_words() {
        for (word, part) in [
            ("nephrocalcinosis", "kidney"),
            ("cardiomyopathy", "heart"),
            ("cardiac", ""),
            ("hepatitis", "inflammation"),
            ("hepatomegaly", "enlargement"),
            ("osteoarthritis", "joint"),
            ("hypoglycemia", "sugar"),
            ("renal", "kidney"),
        ] {
            let roots = roots_of(word);
            assert!(part.is_empty() || roots.contains(&part), "{word} {roots:?}");
        }
    }

    #[test]
    fn plain_words_have_no_parts() {
        for word in ["osaka", "university", "robot", "policy", "company", "research"] {
            assert!(roots_of(word).is_empty(), "{word} {:?}", roots_of(word));
        }
    }
}
