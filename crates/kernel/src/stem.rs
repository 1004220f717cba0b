//! A light English stemmer: plurals, `-ing`, `-ed`, and the spellings in which British and American differ.
//!
//! Light on purpose. Full stemmers conflate *organ* with *organization* and *cell* with *cellular*, which in a
//! life-science hub are different questions. The stem is an extra token beside the word as written, so an
//! odd stem costs rank, never a hit.

/// Spellings that rules do not reach, as (written, stem).
const SPELLINGS: [(&str, &str); 14] = [
    ("centre", "center"),
    ("centres", "center"),
    ("programme", "program"),
    ("programmes", "program"),
    ("fibre", "fiber"),
    ("fibres", "fiber"),
    ("licence", "license"),
    ("licences", "license"),
    ("analyses", "analysis"),
    ("diagnoses", "diagnosis"),
    ("mice", "mouse"),
    ("men", "man"),
    ("women", "woman"),
    ("children", "child"),
];

/// The stem of a folded (lower-case ASCII) word, or `None` when it is the word itself.
pub fn stem(word: &str) -> Option<String> {
    if word.len() < 4 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
        return None;
    }
    let stemmed = match SPELLINGS.iter().find(|(written, _)| *written == word) {
        Some((_, stem)) => (*stem).to_owned(),
        None => by_rules(word),
    };
    (stemmed != word).then_some(stemmed)
}

fn by_rules(word: &str) -> String {
    let mut stem = american(&singular(word));
    if let Some(root) = stem.strip_suffix("ing").or_else(|| stem.strip_suffix("ed"))
        && root.len() >= 4
        && root.bytes().any(is_vowel)
    {
        stem = undouble(root).to_owned();
    }
    if stem.len() >= 5 && stem.ends_with('e') {
        stem.pop();
    }
    stem
}

/// Plural endings after Harman (1991), "How effective is suffixing?".
fn singular(word: &str) -> String {
    if let Some(root) = word.strip_suffix("ies")
        && !root.ends_with(['a', 'e'])
    {
        return format!("{root}y");
    }
    if let Some(root) = word.strip_suffix("sses").or_else(|| word.strip_suffix("xes")) {
        return word[..root.len() + if word.ends_with("xes") { 1 } else { 2 }].to_owned();
    }
    match word.strip_suffix('s') {
        Some(root) if !root.ends_with(['s', 'u', 'i']) => root.to_owned(),
        _ => word.to_owned(),
    }
}

fn american(word: &str) -> String {
    let respelled = if word.len() >= 8 { word.replace("isation", "ization") } else { word.to_owned() };
    match respelled.strip_suffix("our") {
        Some(root) if root.len() >= 3 && word != "four" && word != "hour" => format!("{root}or"),
        _ => respelled.replace("aem", "em").replace("paed", "ped"),
    }
}

fn undouble(root: &str) -> &str {
    let bytes = root.as_bytes();
    match bytes {
        [.., a, b] if a == b && !is_vowel(*a) && !matches!(a, b'l' | b's' | b'z') => &root[..root.len() - 1],
        _ => root,
    }
}

const fn is_vowel(byte: u8) -> bool {
    matches!(byte, b'a' | b'e' | b'i' | b'o' | b'u' | b'y')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    fn common(word: &str) -> String {
        stem(word).unwrap_or_else(|| word.to_owned())
    }

    #[test]
    fn forms_of_one_word_share_a_stem() {
        for forms in [
            &["cell", "cells"][..],
            &["therapy", "therapies"],
            &["culture", "cultures", "cultured", "culturing"],
            &["test", "tests", "testing", "tested"],
            &["organisation", "organization", "organizations"],
            &["tumour", "tumor", "tumors"],
            &["centre", "center", "centers"],
            &["process", "processes", "processing"],
            &["haematology", "hematology"],
            &["paediatric", "pediatric"],
        ] {
            let stems: Vec<String> = forms.iter().map(|form| common(form)).collect();
            assert!(stems.windows(2).all(|pair| pair[0] == pair[1]), "{forms:?} -> {stems:?}");
        }
    }

    #[test]
    fn different_words_keep_apart() {
        for (a, b) in [("organ", "organization"), ("cell", "cellular"), ("virus", "vir"), ("organ", "organoid")] {
            assert_ne!(common(a), common(b));
        }
    }
}
