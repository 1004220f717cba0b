//! Which pairs are worth comparing: records that share a key. Many keys per record, so that every rule of the model can
//! meet its pairs; keys that too many share are passed over, except those that prove something.
//!
//! Cost is near linear in the number of records. Never here: weighing.

use super::evidence::Pair;
use super::model::compare;
use super::names::{Origin, Spelling, consonants, is_kana};
use super::profile::{PersonName, Profile};
use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

/// A weak key that more records share says too little.
const CROWD: usize = 40;
/// Even a strong key stops here, so that 5,000 records of one name do not make 12 million pairs.
const MASS: usize = 400;

/// Every pair of records that may be one.
pub fn all_pairs(profiles: &[Profile]) -> Vec<Pair> {
    let common = word_counts(profiles);
    let mut blocks: HashMap<(bool, u64), Vec<u32>> = HashMap::new();
    for (place, profile) in profiles.iter().enumerate() {
        for key in keys(profile, &common) {
            blocks.entry(key).or_default().push(place as u32);
        }
    }
    let mut seen: HashSet<u64> = HashSet::new();
    let mut pairs = Vec::new();
    for ((strong, _), members) in blocks {
        if members.len() < 2 || members.len() > if strong { MASS } else { CROWD } {
            continue;
        }
        for (i, one) in members.iter().enumerate() {
            for other in members.iter().skip(i + 1) {
                let (low, high) = (one.min(other), one.max(other));
                if low == high || !seen.insert((u64::from(*low) << 32) | u64::from(*high)) {
                    continue;
                }
                if let (Some(a), Some(b)) = (profiles.get(*low as usize), profiles.get(*high as usize)) {
                    pairs.extend(pair(a, b));
                }
            }
        }
    }
    pairs.sort_by(|x, y| y.finding.class.cmp(&x.finding.class).then(x.one.cmp(&y.one)).then(x.other.cmp(&y.other)));
    pairs
}

fn pair(a: &Profile, b: &Profile) -> Option<Pair> {
    let finding = compare(a, b)?;
    let (one, other) = (a.id.min(b.id), a.id.max(b.id));
    Some(Pair { one, other, record_type: a.record_type.to_owned(), finding })
}

/// How many records use a Latin word; the rare ones tell bodies apart.
fn word_counts(profiles: &[Profile]) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for word in profiles.iter().flat_map(|p| &p.spellings).flat_map(|s| &s.words) {
        match counts.get_mut(word) {
            Some(count) => *count += 1,
            None => {
                counts.insert(word.clone(), 1);
            }
        }
    }
    counts
}

/// Keys of one record: whether the key proves something, and its hash. The type is part of every key.
fn keys(profile: &Profile, common: &HashMap<String, u32>) -> HashSet<(bool, u64)> {
    let mut keys = HashSet::new();
    let mut add = |strong: bool, what: &str, value: &str| {
        let mut hasher = DefaultHasher::new();
        (profile.record_type, what, value).hash(&mut hasher);
        keys.insert((strong, hasher.finish()));
    };
    for (name, value) in &profile.identifiers {
        add(true, name, value);
    }
    for (what, value) in [("site", &profile.site), ("email", &profile.email), ("phone", &profile.phone)] {
        if let Some(value) = value {
            add(true, what, value);
        }
    }
    if let Some(reading) = &profile.reading {
        add(true, "sound", reading);
    }
    for words in &profile.reading_words {
        add(true, "reading", &words.join(" "));
    }
    for spelling in &profile.spellings {
        spelling_keys(spelling, common, &mut add);
    }
    for name in &profile.people_names {
        person_keys(name, &mut add);
    }
    keys
}

fn spelling_keys(spelling: &Spelling, common: &HashMap<String, u32>, add: &mut impl FnMut(bool, &str, &str)) {
    add(true, "name", &spelling.key);
    add(true, "loose", &spelling.loose);
    if spelling.latin {
        add(true, "words", &spelling.words.join(" "));
        if let Some(reading) = kernel::fold::kana_key(&spelling.key) {
            add(true, "sound", &reading.replace(' ', ""));
        }
        if spelling.words.len() >= 3 && spelling.origin != Origin::Short {
            add(true, "initials", &spelling.initials);
            for skipped in 1..spelling.initials.len().min(9) {
                let shorter: String =
                    spelling.initials.chars().enumerate().filter(|(i, _)| *i != skipped).map(|(_, c)| c).collect();
                add(false, "initials", &shorter);
            }
        } else if spelling.words.len() == 1 && spelling.key.len() <= 8 {
            add(true, "initials", &spelling.key);
            add(false, "initials", &spelling.key);
        }
        let mut rare: Vec<&String> = spelling.words.iter().collect();
        rare.sort_by_key(|word| (common.get(*word).copied().unwrap_or(0), word.as_str()));
        for word in rare.into_iter().take(2) {
            add(false, "word", word);
        }
    }
    if spelling.latin || is_kana(&spelling.key) {
        let heard = if spelling.latin {
            spelling.key.clone()
        } else {
            kernel::fold::kana_key(&spelling.key).unwrap_or_default()
        };
        let heard = consonants(&heard);
        if heard.len() >= 4 {
            add(false, "heard", &heard);
        }
    }
    deletions(&spelling.key, add);
    let (_, core) = spelling.unit_core();
    if core.chars().count() >= 2 {
        add(false, "unit", &core);
    }
}

fn person_keys(name: &PersonName, add: &mut impl FnMut(bool, &str, &str)) {
    add(true, "name", &name.joined);
    if name.japanese {
        return;
    }
    add(true, "words", &name.words.join(" "));
    for word in name.words.iter().filter(|w| w.len() > 1) {
        for initial in name.words.iter().filter(|other| *other != word).filter_map(|w| w.get(..1)) {
            add(false, "initial", &format!("{word} {initial}"));
        }
    }
    if name.joined.len() >= 9 {
        deletions(&name.joined, add);
    }
}

/// The text without each of its letters: two texts one edit apart share one of these.
fn deletions(text: &str, add: &mut impl FnMut(bool, &str, &str)) {
    let letters: Vec<char> = text.chars().collect();
    if !(5..=40).contains(&letters.len()) {
        return;
    }
    add(false, "slip", text);
    for skipped in 0..letters.len() {
        let shorter: String = letters.iter().enumerate().filter(|(i, _)| *i != skipped).map(|(_, c)| *c).collect();
        add(false, "slip", &shorter);
    }
    // Two edits are thought of in long names only; one half is then mostly left whole.
    if letters.len() >= 14 {
        let half = letters.len() / 2;
        add(false, "front", &letters.iter().take(half).collect::<String>());
        add(false, "back", &letters.iter().rev().take(half).collect::<String>());
    }
}
