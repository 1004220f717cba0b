//! 25,000 parties are checked in a few seconds, and what was planted among them is found.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

use super::table::facts;
use crate::duplicates::blocking::all_pairs;
use crate::duplicates::evidence::Class;
use crate::duplicates::profile::Profile;
use std::time::Instant;

const FAMILIES: [(&str, &str); 12] = [
    ("佐藤", "Sato"),
    ("鈴木", "Suzuki"),
    ("高橋", "Takahashi"),
    ("田中", "Tanaka"),
    ("伊藤", "Ito"),
    ("渡辺", "Watanabe"),
    ("山本", "Yamamoto"),
    ("中村", "Nakamura"),
    ("小林", "Kobayashi"),
    ("加藤", "Kato"),
    ("吉田", "Yoshida"),
    ("山田", "Yamada"),
];
const SYLLABLES: [&str; 16] =
    ["ka", "ri", "to", "me", "su", "no", "ha", "vi", "lo", "qua", "ber", "zen", "ti", "mo", "gra", "plex"];
const KANJI: [&str; 24] = [
    "一", "健", "直", "美", "恵", "樹", "翔", "真", "優", "裕", "明", "誠", "隆", "香", "奈", "和", "浩", "亮", "彩",
    "結", "陽", "大", "智", "春",
];

fn coined(mut number: usize, parts: usize) -> String {
    let mut name = String::new();
    for _ in 0..parts {
        name.push_str(SYLLABLES[number % SYLLABLES.len()]);
        number /= SYLLABLES.len();
    }
    name
}

#[test]
fn twenty_five_thousand_parties_are_checked_in_seconds() {
    let mut profiles = Vec::new();
    for n in 0..5_000 {
        let scrambled = n * 7_919 % 65_536;
        let line = format!(
            "株式会社{}{}研究所 / {} Bio Inc.; website=https://{}.example.jp/",
            KANJI[n % 24],
            coined(scrambled, 4),
            coined(scrambled, 4),
            coined(scrambled, 4)
        );
        profiles.push(Profile::of(&facts("organization", &line)));
    }
    for n in 0..20_000_usize {
        let (family, latin) = FAMILIES[n % 12];
        let given = format!("{}{}", KANJI[n / 12 % 24], KANJI[n / 288 % 24]);
        let line = format!("{family} {given} / {} {latin}; at={}", coined(n * 31 % 4_096, 3), n % 5_000 + 1);
        profiles.push(Profile::of(&facts("person", &line)));
    }
    // Planted: every hundredth company once more under another legal form, with a shared website.
    for n in (0..5_000).step_by(100) {
        let scrambled = n * 7_919 % 65_536;
        let line = format!(
            "㈱{}{}研究所; website=http://www.{}.example.jp",
            KANJI[n % 24],
            coined(scrambled, 4),
            coined(scrambled, 4)
        );
        profiles.push(Profile::of(&facts("organization", &line)));
    }
    let started = Instant::now();
    let pairs = all_pairs(&profiles);
    let took = started.elapsed();
    let certain = pairs.iter().filter(|pair| pair.finding.class == Class::Certain).count();
    println!("{} records, {} pairs ({certain} certain) in {took:?}", profiles.len(), pairs.len());
    assert_eq!(certain, 50, "each planted pair is found, and nothing else is certain");
    assert!(took.as_secs() < 60, "{took:?} in a debug build");
}
