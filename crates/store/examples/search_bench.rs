//! Measures search on made-up records: `cargo run --release -p musubi-store --example search_bench [documents]`.
//!
//! Prints processor time (all threads, from `/proc`), sizes, and time per query for a visitor and for staff.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use kernel::audience::{Audience, Keyring};
use kernel::{Lang, Level};
use std::path::Path;
use std::time::Instant;
use store::search::{Document, Index, Passage, Query, Weight};
use uuid::Uuid;

const JAPANESE: [&str; 40] = [
    "再生医療",
    "細胞",
    "培養",
    "製造",
    "心臓",
    "角膜",
    "移植",
    "臨床試験",
    "大学",
    "研究所",
    "開発",
    "品質",
    "承認",
    "投資",
    "連携",
    "協定",
    "施設",
    "装置",
    "自動化",
    "免疫",
    "がん",
    "遺伝子",
    "治療",
    "診断",
    "創薬",
    "患者",
    "病院",
    "規制",
    "物流",
    "凍結",
    "オルガノイド",
    "シート",
    "スタートアップ",
    "データ",
    "解析",
    "人材",
    "育成",
    "国際",
    "展示",
    "支援",
];
const ENGLISH: [&str; 40] = [
    "regenerative",
    "medicine",
    "cell",
    "therapy",
    "manufacturing",
    "clinical",
    "trial",
    "university",
    "laboratory",
    "quality",
    "approval",
    "investment",
    "alliance",
    "agreement",
    "facility",
    "device",
    "automation",
    "immune",
    "cancer",
    "gene",
    "diagnosis",
    "discovery",
    "patient",
    "hospital",
    "regulation",
    "logistics",
    "cryopreservation",
    "organoid",
    "sheet",
    "startup",
    "data",
    "analysis",
    "talent",
    "training",
    "international",
    "exhibition",
    "support",
    "heart",
    "cornea",
    "transplant",
];
const FAMILIES: [(&str, &str); 8] = [
    ("澤", "さわ"),
    ("大野", "おおの"),
    ("佐藤", "さとう"),
    ("鈴木", "すずき"),
    ("渡邊", "わたなべ"),
    ("山田", "やまだ"),
    ("中村", "なかむら"),
    ("小林", "こばやし"),
];
const QUERIES: [&str; 16] = [
    "再生",
    "細胞",
    "再生医療 大学",
    "菌",
    "心臓の再生",
    "iPS細胞",
    "cell therapy",
    "regenerative medicine heart",
    "organoid cryopreservation",
    "regen",
    "regenrative",
    "株式会社",
    "\"cell therapy\"",
    "cell -heart",
    "さわ",
    "sawa",
];

/// A small generator of numbers, so that every run makes the same records.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap_or(0) % bound
    }

    /// A rank by Zipf's law: rank r about 1/r as often as the first.
    fn rank(&mut self, ranks: usize) -> usize {
        let logarithm = (ranks as f64).ln() * self.below(1_000_000) as f64 / 1e6;
        (logarithm.exp() as usize).saturating_sub(1).min(ranks - 1)
    }

    /// `count` words; some three in a hundred are of the list, the others of a made-up vocabulary.
    fn words(&mut self, list: &[&str], count: usize, between: &str) -> String {
        let made_up: fn(usize) -> String = if list[0].is_ascii() { latin_word } else { kanji_word };
        let words: Vec<String> = (0..count)
            .map(|_| match self.below(100) {
                0..3 => list[self.rank(list.len())].to_owned(),
                _ => made_up(self.rank(VOCABULARY)),
            })
            .collect();
        words.join(between)
    }
}

/// Words of the made-up vocabularies.
const VOCABULARY: usize = 8_000;

fn kanji_word(rank: usize) -> String {
    let kanji = |number: usize| char::from_u32(0x4e00 + (number * 37 % 2_000) as u32).unwrap_or('一');
    [kanji(rank), kanji(rank / 3 + 911)].iter().collect()
}

fn latin_word(rank: usize) -> String {
    const SYLLABLES: [&str; 20] = [
        "ba", "cor", "den", "fil", "gra", "hem", "ist", "jo", "kel", "lum", "mor", "nit", "ol", "pra", "quin", "ros",
        "sta", "tem", "ur", "vex",
    ];
    [rank % 20, rank / 20 % 20, rank / 400].map(|number| SYLLABLES[number]).concat()
}

fn record(number: usize, numbers: &mut Numbers) -> Document {
    let level = [Level::Public, Level::Public, Level::Public, Level::Members, Level::Staff][number % 5];
    let (kanji, kana) = FAMILIES[numbers.below(FAMILIES.len())];
    let mut passages = Vec::new();
    let mut add = |level, weight, text| {
        passages.push(Passage { field: String::new(), level, weight, lang: None, text });
    };
    if number.is_multiple_of(2) {
        add(level, Weight::Name, format!("株式会社{}{number}", numbers.words(&JAPANESE, 2, "")));
        add(level, Weight::Name, format!("{} {number} Co., Ltd.", numbers.words(&ENGLISH, 2, " ")));
    } else {
        add(level, Weight::Name, format!("{kanji} 太郎{number}"));
        add(level, Weight::Name, format!("{kana} たろう"));
    }
    add(level, Weight::Strong, numbers.words(&JAPANESE, 6, "の"));
    add(level, Weight::Strong, numbers.words(&ENGLISH, 8, " "));
    add(level, Weight::Body, numbers.words(&JAPANESE, 40, "と"));
    add(level, Weight::Body, numbers.words(&ENGLISH, 50, " "));
    add(level.min(Level::Staff), Weight::Body, numbers.words(&ENGLISH, 10, " "));
    let record_type = if number.is_multiple_of(2) { "organization" } else { "person" };
    let id = Uuid::from_u128(number as u128);
    Document { id, record_type: record_type.to_owned(), keys: Audience::from(level).keys(), passages }
}

/// Processor milliseconds of all threads so far (ticks of 10 ms), Linux only.
fn processor_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// Processor milliseconds of this thread so far, to the nanosecond; zero where `/proc` does not tell.
fn thread_ms() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedule.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e6
}

fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let wanted = ["VmHWM", "VmRSS", "RssAnon", "RssFile"];
    let lines = status.lines().filter(|line| wanted.iter().any(|name| line.starts_with(name)));
    lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

fn folder_bytes(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).unwrap();
    entries.filter_map(|entry| entry.ok()?.metadata().ok()).map(|metadata| metadata.len()).sum()
}

fn main() {
    if let (Some("open"), Some(dir)) = (std::env::args().nth(1).as_deref(), std::env::args().nth(2)) {
        return reopen(Path::new(&dir));
    }
    let documents: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(25_000);
    let dir = std::env::temp_dir().join(format!("musubi-search-bench-{}", std::process::id()));
    let index = Index::open(&dir).unwrap();
    build(&index, documents);
    println!("folder {:.1} MB; {}", folder_bytes(&dir) as f64 / 1e6, memory());
    edit(&index);
    drop(index);
    println!("closed: {}", memory());
    // A process of its own, as after a restart: no writer, and no memory left over from building.
    let program = std::env::current_exe().unwrap();
    std::process::Command::new(program).arg("open").arg(&dir).status().unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
}

fn reopen(dir: &Path) {
    let (wall, before) = (Instant::now(), processor_ms());
    let index = Index::open(dir).unwrap();
    println!(
        "opened in {} ms processor, {} ms wall; {}",
        processor_ms() - before,
        wall.elapsed().as_millis(),
        memory()
    );
    let visitor = Keyring::public();
    let levels = vec![Level::Public, Level::Partners, Level::Members, Level::Staff, Level::Parties];
    let staff = Keyring { levels, parties: vec![Uuid::from_u128(1)], account: Some(Uuid::from_u128(2)) };
    for (who, keyring) in [("visitor", &visitor), ("staff", &staff)] {
        ask(&index, who, keyring);
    }
    println!("{}", memory());
}

/// Records per commit while building.
const BATCH: usize = 500;

fn build(index: &Index, documents: usize) {
    let mut numbers = Numbers(7);
    let (wall, before) = (Instant::now(), processor_ms());
    let mut characters = 0;
    for first in (0..documents).step_by(BATCH) {
        let batch: Vec<Document> =
            (first..documents.min(first + BATCH)).map(|number| record(number, &mut numbers)).collect();
        characters += batch.iter().flat_map(|d| &d.passages).map(|p| p.text.chars().count()).sum::<usize>();
        index.update(&batch, &[], first as i64).unwrap();
    }
    let (cpu, wall) = (processor_ms() - before, wall.elapsed());
    println!("{documents} documents, {characters} characters: {cpu} ms processor, {} ms wall", wall.as_millis());
}

/// Single edits, as a running server makes them.
fn edit(index: &Index) {
    let mut numbers = Numbers(9);
    let (wall, before) = (Instant::now(), processor_ms());
    for number in 0..20 {
        index.update(&[record(number * 7, &mut numbers)], &[], 1_000_000).unwrap();
    }
    println!(
        "one edit: {:.1} ms processor, {:.1} ms wall",
        (processor_ms() - before) as f64 / 20.0,
        wall.elapsed().as_secs_f64() * 50.0
    );
}

fn ask(index: &Index, who: &str, keyring: &Keyring) {
    const ROUNDS: u32 = 200;
    let mut all = 0.0;
    for text in QUERIES {
        let query = Query { text, keyring, record_types: &[], limit: 20, lang: Lang::Ja, meanings: &[] };
        let mut hits = 0;
        let started = thread_ms();
        for _ in 0..ROUNDS {
            hits = index.search(&query).unwrap().len();
        }
        let each = (thread_ms() - started) / f64::from(ROUNDS);
        all += each;
        let total = index.matching(&query).unwrap().len();
        println!("{who:8} {each:7.3} ms  {hits:3} of {total:5}  {text}");
    }
    let started = thread_ms();
    for _ in 0..ROUNDS {
        index.suggest("再生", keyring, 8).unwrap();
    }
    let typeahead = (thread_ms() - started) / f64::from(ROUNDS);
    println!("{who:8} mean {:.3} ms, typeahead {typeahead:.3} ms of processor", all / QUERIES.len() as f64);
}
