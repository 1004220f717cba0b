//! Usual words of medicine with their English, of our own writing. General dictionaries gloss them for laymen: 閉鎖 is *closing*
//! there and *atresia* on a ward.

use super::entry::{Entry, Gloss, Kind};

const TABLE: &str = include_str!("medical.tsv");

/// The entries of the table.
pub(super) fn entries() -> impl Iterator<Item = Entry> {
    let rows = TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t'));
    rows.map(|(japanese, english)| Entry {
        kind: Kind::Word,
        surfaces: vec![japanese.to_owned()],
        readings: Vec::new(),
        glosses: english
            .split('|')
            .enumerate()
            .map(|(place, english)| Gloss { english: english.to_owned(), weight: 1.0 / (1.0 + 0.1 * place as f32) })
            .collect(),
        written_in_kana: false,
        common: true,
        forms: Vec::new(),
    })
}
