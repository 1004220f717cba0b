//! Glossaries as tables: the one that ships with the program, and those that a hub keeps.

use super::builder::Builder;
use super::entry::{Entry, Gloss, Kind, Source};
use sha2::{Digest, Sha256};

/// The glossary of regenerative medicine and hub life that ships with the program: columns `ja`, `ja_alt`,
/// `reading`, `en`, `en_alt`, `field`, `source`; other forms are separated by `|`.
pub const SHIPPED: &str = include_str!("../glossary/terms.tsv");

/// Entries of a tab-separated table with a header row naming the columns `ja`, `ja_alt`, `reading`, `en`, `en_alt`; others are
/// ignored, rows without `ja` or `en` are left out.
pub fn entries(table: &str) -> Vec<Entry> {
    let mut lines = table.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let header: Vec<&str> = lines.next().unwrap_or("").split('\t').map(str::trim).collect();
    let column = |name: &str| header.iter().position(|h| *h == name);
    let (ja, ja_alt, reading) = (column("ja"), column("ja_alt"), column("reading"));
    let (en, en_alt) = (column("en"), column("en_alt"));
    lines
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
            let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).copied().unwrap_or("");
            entry(&format!("{}|{}", cell(ja), cell(ja_alt)), cell(reading), cell(en), cell(en_alt))
        })
        .collect()
}

/// One entry; alternatives in any cell are separated by `|`. `None` without a Japanese or an English term.
pub fn entry(japanese: &str, reading: &str, english: &str, alternatives: &str) -> Option<Entry> {
    let parts = |cell: &str| -> Vec<String> {
        cell.split('|').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
    };
    let first = parts(english).into_iter().map(|english| Gloss { english, weight: 1.0 });
    let second = parts(alternatives).into_iter().map(|english| Gloss { english, weight: 0.8 });
    let (surfaces, glosses) = (parts(japanese), first.chain(second).collect::<Vec<_>>());
    (!surfaces.is_empty() && !glosses.is_empty()).then(|| Entry {
        kind: Kind::Term,
        surfaces,
        readings: parts(reading),
        glosses,
        written_in_kana: false,
        common: true,
        forms: Vec::new(),
    })
}

/// The vocabulary file of a table.
pub fn build(table: &str, name: &str, licence: &str, attribution: &str) -> Vec<u8> {
    let mut builder = Builder::new(vec![source(table, name, licence, attribution)]);
    entries(table).iter().for_each(|entry| builder.add(entry));
    builder.finish()
}

fn source(table: &str, name: &str, licence: &str, attribution: &str) -> Source {
    Source {
        name: name.to_owned(),
        licence: licence.to_owned(),
        attribution: attribution.to_owned(),
        sha256: Sha256::digest(table.as_bytes()).into(),
    }
}

/// The vocabulary file of the shipped glossary, with usual words of medicine.
pub fn shipped() -> Vec<u8> {
    let mut builder = Builder::new(vec![source(SHIPPED, "Musubi glossary", "Apache-2.0", "The authors of Musubi")]);
    entries(SHIPPED).into_iter().chain(super::medical::entries()).for_each(|entry| builder.add(&entry));
    builder.finish()
}
