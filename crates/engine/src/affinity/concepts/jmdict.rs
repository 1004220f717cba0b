//! JMdict, JMnedict and KANJIDIC2 (Electronic Dictionary Research and Development Group, CC BY-SA 3.0) as entries, from rows of the
//! SQLite database in the Python package `jamdict-data`.
//!
//! The caller runs [`WORDS`], [`NAMES`] and [`KANJI`] against that database and hands every row, in order, to a [`Reader`].
//! Never here: SQLite itself.

use super::builder::Builder;
use super::entry::{Entry, Gloss, Kind};
use kernel::fold::kana_key;
use std::collections::BTreeMap;

/// Rows of words: entry, part (0 kanji, 1 kana, 2 gloss), order, text, notes.
pub const WORDS: &str = "\
SELECT idseq, 0 AS part, ID AS first, 0 AS second, text, COALESCE((SELECT group_concat(text) FROM KJP WHERE kid = Kanji.ID), '') || \
COALESCE((SELECT group_concat(text) FROM KJI WHERE kid = Kanji.ID), '') AS notes FROM Kanji \
UNION ALL SELECT idseq, 1, ID, 0, text, COALESCE((SELECT group_concat(text) FROM KNP WHERE kid = Kana.ID), '') FROM Kana \
UNION ALL SELECT s.idseq, 2, s.ID, g.rowid, g.text, COALESCE((SELECT group_concat(text) FROM pos WHERE sid = s.ID), '') || '|' || \
COALESCE((SELECT group_concat(text) FROM misc WHERE sid = s.ID), '') || '|' || \
COALESCE((SELECT group_concat(text) FROM field WHERE sid = s.ID), '') FROM Sense s JOIN SenseGloss g ON g.sid = s.ID \
ORDER BY 1, 2, 3, 4";

/// Rows of names, in the same columns.
pub const NAMES: &str = "\
SELECT idseq, 0 AS part, ID AS first, 0 AS second, text, '' AS notes FROM NEKanji \
UNION ALL SELECT idseq, 1, ID, 0, text, '' FROM NEKana \
UNION ALL SELECT t.idseq, 2, t.ID, g.rowid, g.text, COALESCE((SELECT group_concat(text) FROM NETransType WHERE tid = t.ID), '') \
FROM NETranslation t JOIN NETransGloss g ON g.tid = t.ID \
ORDER BY 1, 2, 3, 4";

/// Rows of single kanji: number, part (0 the character, 1 a reading, 2 a meaning), order, text, notes.
pub const KANJI: &str = "\
SELECT ID, 0 AS part, 0 AS first, 0 AS second, literal, COALESCE(freq, '') AS notes FROM character \
UNION ALL SELECT g.cid, 1, g.ID, r.rowid, r.value, r.r_type FROM rm_group g JOIN reading r ON r.gid = g.ID WHERE r.r_type IN ('ja_on', 'ja_kun') \
UNION ALL SELECT g.cid, 2, g.ID, m.rowid, m.value, '' FROM rm_group g JOIN meaning m ON m.gid = g.ID WHERE COALESCE(m.m_lang, '') IN ('', 'en') \
ORDER BY 1, 2, 3, 4";

/// Which of the three queries a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Words,
    Names,
    Kanji,
}

/// One row of a query.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    pub entry: i64,
    pub part: i64,
    /// The sense of a gloss.
    pub first: i64,
    pub text: &'a str,
    pub notes: &'a str,
}

/// Collects rows into entries and entries into a [`Builder`].
pub struct Reader {
    table: Table,
    current: Option<i64>,
    kanji: Vec<(String, String)>,
    kana: Vec<(String, String)>,
    glosses: Vec<(i64, String, String)>,
    /// Names by surface and kind: many entries share a surface and differ only in their reading.
    names: BTreeMap<(String, Kind), Entry>,
}

impl Reader {
    /// A reader for the rows of one query.
    pub fn new(table: Table) -> Reader {
        Reader {
            table,
            current: None,
            kanji: Vec::new(),
            kana: Vec::new(),
            glosses: Vec::new(),
            names: BTreeMap::new(),
        }
    }

    /// Takes the next row. Rows of one entry must follow each other.
    pub fn row(&mut self, row: Row<'_>, builder: &mut Builder) {
        if self.current != Some(row.entry) {
            self.flush(builder);
            self.current = Some(row.entry);
        }
        let (text, notes) = (row.text.to_owned(), row.notes.to_owned());
        match row.part {
            0 => self.kanji.push((text, notes)),
            1 => self.kana.push((text, notes)),
            _ => self.glosses.push((row.first, text, notes)),
        }
    }

    /// Writes what is left.
    pub fn finish(mut self, builder: &mut Builder) {
        self.flush(builder);
        self.names.values().for_each(|entry| builder.add(entry));
    }

    fn flush(&mut self, builder: &mut Builder) {
        match self.table {
            Table::Words => {
                if let Some(entry) = self.word() {
                    builder.add(&entry);
                }
            }
            Table::Names => self.name(),
            Table::Kanji => {
                if let Some(entry) = self.character() {
                    builder.add(&entry);
                }
            }
        }
        self.kanji.clear();
        self.kana.clear();
        self.glosses.clear();
    }

    fn word(&self) -> Option<Entry> {
        let notes = &self.glosses.first()?.2;
        let usual_kana = notes.contains("usually written using kana alone");
        let common = self.kanji.iter().chain(&self.kana).any(|(_, notes)| is_common(notes));
        let shown = |list: &[(String, String)]| -> Vec<String> {
            let regular = list.iter().filter(|(_, notes)| !notes.contains("outdated") && !notes.contains("irregular"));
            regular.map(|(text, _)| text.clone()).collect()
        };
        let (mut surfaces, readings) = (shown(&self.kanji), shown(&self.kana));
        surfaces.truncate(6);
        let glosses = self.weighted();
        if glosses.is_empty() {
            return None;
        }
        let part_of_speech = notes.split('|').next().unwrap_or("");
        let bases = if usual_kana || surfaces.is_empty() { &readings } else { &surfaces };
        let forms = if common { bases.iter().flat_map(|s| inflected(s, part_of_speech)).collect() } else { Vec::new() };
        Some(Entry {
            kind: Kind::Word,
            written_in_kana: usual_kana || surfaces.is_empty(),
            surfaces,
            readings,
            glosses,
            common,
            forms,
        })
    }

    /// Glosses without grammar words and archaic senses; earlier senses and earlier glosses weigh more.
    fn weighted(&self) -> Vec<Gloss> {
        let mut glosses: Vec<Gloss> = Vec::new();
        let (mut sense, mut senses, mut place) = (None, 0_u16, 0_u16);
        for (number, text, notes) in &self.glosses {
            if ["particle", "auxiliary", "copula", "archaism", "obsolete", "obscure"].iter().any(|w| notes.contains(w))
            {
                continue;
            }
            if sense != Some(*number) {
                senses += u16::from(sense.is_some());
                (sense, place) = (Some(*number), 0);
            }
            let weight = 1.0 / (1.0 + 0.5 * f32::from(senses) + 0.15 * f32::from(place));
            place += 1;
            let english = clean_gloss(text);
            if !english.is_empty() && glosses.len() < 8 && !glosses.iter().any(|g| g.english == english) {
                glosses.push(Gloss { english, weight });
            }
        }
        glosses
    }

    fn name(&mut self) {
        let Some((_, _, types)) = self.glosses.first() else { return };
        let Some(kind) = kind_of_name(types) else { return };
        let readings: Vec<String> = self.kana.iter().map(|(text, _)| text.clone()).collect();
        let longest = match kind {
            Kind::Organization => 20,
            _ => 3,
        };
        for surface in self.kanji.iter().map(|(text, _)| text).filter(|s| s.chars().count() <= longest) {
            let glosses = if kind == Kind::Organization { self.spelled(&readings) } else { Vec::new() };
            let entry = self.names.entry((surface.clone(), kind)).or_insert_with(|| Entry {
                kind,
                surfaces: vec![surface.clone()],
                readings: Vec::new(),
                glosses,
                written_in_kana: false,
                common: false,
                forms: Vec::new(),
            });
            for reading in &readings {
                if entry.readings.len() < 4 && !entry.readings.contains(reading) {
                    entry.readings.push(reading.clone());
                }
            }
        }
    }

    /// Glosses that say more than how the name is read.
    fn spelled(&self, readings: &[String]) -> Vec<Gloss> {
        let keys: Vec<Option<String>> = readings.iter().map(|r| kana_key(r)).collect();
        let cleaned = self.glosses.iter().map(|(_, text, _)| clean_gloss(text));
        let telling = cleaned.filter(|text| !text.is_empty() && !keys.contains(&kana_key(text)));
        telling.take(3).map(|english| Gloss { english, weight: 0.9 }).collect()
    }

    fn character(&self) -> Option<Entry> {
        let literal = self.kanji.first()?.0.clone();
        let hiragana =
            |text: &str| -> String { kernel::fold::fold(text.split('.').next().unwrap_or(text)).replace('-', "") };
        let on = self.kana.iter().filter(|(_, kind)| kind == "ja_on").take(2).map(|(text, _)| hiragana(text));
        let kun = self.kana.iter().filter(|(_, kind)| kind == "ja_kun").take(1).map(|(text, _)| hiragana(text));
        let meanings = self.glosses.iter().map(|(_, text, _)| clean_gloss(text)).filter(|m| !m.is_empty()).take(4);
        let glosses: Vec<Gloss> =
            meanings.zip([0.5, 0.4, 0.3, 0.25]).map(|(english, weight)| Gloss { english, weight }).collect();
        Some(Entry {
            kind: Kind::Kanji,
            surfaces: vec![literal],
            readings: on.chain(kun).collect(),
            glosses,
            written_in_kana: false,
            common: false,
            forms: Vec::new(),
        })
    }
}

/// `news1`, `ichi1`, `spec1`, `gai1` and the frequency bands mark what is in common use.
fn is_common(notes: &str) -> bool {
    ["news1", "ichi1", "spec1", "gai1", "nf"].iter().any(|mark| notes.contains(mark))
}

fn kind_of_name(types: &str) -> Option<Kind> {
    match types {
        t if t.contains("organization") || t.contains("company") || t.contains("product") => Some(Kind::Organization),
        t if t.contains("place") || t.contains("station") => Some(Kind::Place),
        t if t.contains("surname") => Some(Kind::Person),
        _ => None,
    }
}

/// A gloss without what stands in brackets, `to` before verbs, articles, and endings such as `etc.`.
pub(super) fn clean_gloss(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut depth = 0_u32;
    for c in text.chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            c if depth == 0 => out.push(c),
            _ => {}
        }
    }
    let mut words: Vec<&str> = out.split_whitespace().collect();
    while words.first().is_some_and(|w| matches!(*w, "to" | "a" | "an" | "the" | "be")) && words.len() > 1 {
        words.remove(0);
    }
    while words.last().is_some_and(|w| matches!(*w, "etc." | "etc" | "of" | "to" | "with" | "for" | "in"))
        && words.len() > 1
    {
        words.pop();
    }
    let short = words.len() <= 6;
    if short { words.join(" ").trim_matches(|c: char| c.is_ascii_punctuation()).to_owned() } else { String::new() }
}

/// The forms that verbs and adjectives take in running text, without their endings.
fn inflected(word: &str, part_of_speech: &str) -> Vec<String> {
    let Some(last) = word.chars().next_back() else { return Vec::new() };
    let stem = &word[..word.len() - last.len_utf8()];
    if stem.is_empty() {
        return Vec::new();
    }
    let endings: &[&str] = if part_of_speech.contains("Godan") {
        match last {
            'う' => &["わ", "い", "っ", "え"],
            'く' => &["か", "き", "い", "け", "っ"],
            'ぐ' => &["が", "ぎ", "い", "げ"],
            'す' => &["さ", "し", "せ"],
            'つ' => &["た", "ち", "っ", "て"],
            'ぬ' => &["な", "に", "ん", "ね"],
            'ぶ' => &["ば", "び", "ん", "べ"],
            'む' => &["ま", "み", "ん", "め"],
            'る' => &["ら", "り", "っ", "れ"],
            _ => &[],
        }
    } else if part_of_speech.contains("Ichidan") && stem.chars().count() >= 2 {
        &[""]
    } else if part_of_speech.contains("adjective (keiyoushi)") && last == 'い' {
        &["く", "さ", "か", "け"]
    } else {
        &[]
    };
    endings.iter().map(|ending| format!("{stem}{ending}")).collect()
}
