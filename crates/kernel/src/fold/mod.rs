//! Folded text: what two spellings have in common. For matching and search only.
//!
//! Never here: anything that is stored or shown in place of what people wrote.

mod variants;

use unicode_normalization::UnicodeNormalization;
use wana_kana::{ConvertJapanese, IsJapaneseStr};

/// NFKC, lower case, katakana to hiragana, dashes and long marks unified, Latin accents dropped, white space
/// collapsed, invisible characters removed. Folding twice changes nothing.
///
/// `ﾅｶﾉｼﾏ` and `ナカノシマ` give `なかのしま`; `㈱` gives `(株)`; `ＣｉＲＡ` gives `cira`.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars().filter(|c| !is_invisible(*c)).nfkc().flat_map(char::to_lowercase).nfkc() {
        push_folded(&mut out, character);
    }
    out.truncate(out.trim_end().len());
    out
}

fn push_folded(out: &mut String, character: char) {
    let last = out.chars().next_back();
    match character {
        c if is_invisible(c) => {}
        c if c.is_whitespace() => {
            if last.is_some_and(|l| l != ' ') {
                out.push(' ');
            }
        }
        // After kana a dash is a badly typed long mark; elsewhere a long mark is a badly typed dash.
        c if is_dash(c) => out.push(if last.is_some_and(is_hiragana_or_long) { 'ー' } else { '-' }),
        '〜' | '∼' | '～' => out.push('~'),
        '‘' | '’' | 'ʼ' | '`' | '´' | '′' => out.push('\''),
        '“' | '”' | '″' => out.push('"'),
        'ß' => out.push_str("ss"),
        'ς' => out.push('σ'),
        'ø' => out.push('o'),
        'ł' => out.push('l'),
        'đ' => out.push('d'),
        'æ' => out.push_str("ae"),
        'œ' => out.push_str("oe"),
        'ı' => out.push('i'),
        'ァ'..='ヶ' | 'ヽ' | 'ヾ' => out.push(char::from_u32(c_minus(character)).unwrap_or(character)),
        'ヷ' => out.push_str("ゔぁ"),
        'ヸ' => out.push_str("ゔぃ"),
        'ヹ' => out.push_str("ゔぇ"),
        'ヺ' => out.push_str("ゔぉ"),
        c if is_latin_mark(c) && last.is_none_or(|l| l.is_ascii() || !l.is_alphabetic()) => {}
        c => push_unaccented(out, c),
    }
}

/// Katakana and hiragana blocks are parallel, 0x60 apart.
fn c_minus(katakana: char) -> u32 {
    katakana as u32 - 0x60
}

/// `é` gives `e`. Only where the base is a Latin letter: が must not become か.
fn push_unaccented(out: &mut String, character: char) {
    let mut parts = std::iter::once(character).nfd();
    match parts.next() {
        Some(base) if base.is_ascii_alphabetic() => out.push(base),
        _ => out.push(character),
    }
}

fn is_latin_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | 'ー' | 'ｰ' | '‐'..='―' | '−' | '－' | '﹘' | '﹣' | '─' | '━' | '⁃' | '˗')
}

fn is_hiragana_or_long(c: char) -> bool {
    matches!(c, 'ぁ'..='ゖ' | 'ー' | 'ゝ' | 'ゞ')
}

/// Zero-width, bidirectional control, variation selector, soft hyphen and other characters nobody sees. Control
/// characters except white space are among them.
pub fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// Replaces variant kanji by one form each: 澤 by 沢, 髙 by 高, 邊 and 邉 by 辺. Other characters stay.
pub fn variant_fold(text: &str) -> String {
    text.chars().map(variants::folded).collect()
}

/// The key names are compared on: [`fold`], then [`variant_fold`].
pub fn match_key(text: &str) -> String {
    variant_fold(&fold(text))
}

/// A key that is the same for kana and romaji spellings of one Japanese reading: `Sawa`, `さわ` and `サワ`; `Ōno`,
/// `Ohno`, `Oono`, `おおの` and `オーノ`; `Shinbashi` and `しんばし`; `Junichi`, `Jun'ichi` and `じゅんいち`. Written
/// in reduced Latin letters, words separated by one space. `None` when the text is not a Japanese reading, for
/// example with kanji or a name such as `Smith`. Two readings may share a key; it finds candidates, it proves nothing.
pub fn kana_key(text: &str) -> Option<String> {
    let folded = fold(text).replace(['・', '･', '·', '=', '゠'], " ");
    let words: Option<Vec<String>> = folded.split_whitespace().map(word_key).collect();
    words.filter(|words| !words.is_empty()).map(|words| words.join(" "))
}

fn word_key(word: &str) -> Option<String> {
    let kana = if word.is_ascii() { romaji_to_kana(word)? } else { word.replace(['ー', '-', '\''], "") };
    if !kana.chars().all(is_hiragana_or_long) || kana.is_empty() {
        return None;
    }
    // A small っ that no consonant follows is left over; it has no sound of its own.
    let latin = expand_repeats(&kana).as_str().to_romaji().replace('っ', "");
    Some(reduce(&latin)).filter(|key| !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase()))
}

/// Hepburn, Kunrei and passport spellings, through kana, which settles si/shi, tu/tsu, zya/ja.
fn romaji_to_kana(word: &str) -> Option<String> {
    let letters: String = word.chars().filter(|c| !matches!(c, '-')).collect();
    if !letters.chars().all(|c| c.is_ascii_lowercase() || c == '\'') {
        return None;
    }
    let kana = without_long_h(&labial_n(&letters)).replace("tch", "cch").as_str().to_hiragana();
    kana.as_str().is_hiragana().then_some(kana)
}

/// `namba`, `homma` to `nanba`, `honma`.
fn labial_n(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let next_is_labial = |i: usize| letters.get(i + 1).is_some_and(|n| matches!(n, 'b' | 'm' | 'p'));
    letters.iter().enumerate().map(|(i, c)| if *c == 'm' && next_is_labial(i) { 'n' } else { *c }).collect()
}

/// `ohno`, `satoh` to `ono`, `sato`: an h after o that no vowel follows marks a long o.
fn without_long_h(word: &str) -> String {
    let letters: Vec<char> = word.chars().collect();
    let silent = |i: usize| {
        let starts_syllable = letters.get(i + 1).is_some_and(|n| matches!(n, 'a' | 'i' | 'u' | 'e' | 'o' | 'y'));
        letters.get(i) == Some(&'h') && i > 0 && letters.get(i - 1) == Some(&'o') && !starts_syllable
    };
    letters.iter().enumerate().filter(|(i, _)| !silent(*i)).map(|(_, c)| *c).collect()
}

/// さゝき is ささき.
fn expand_repeats(kana: &str) -> String {
    let mut out = String::with_capacity(kana.len());
    for c in kana.chars() {
        match (c, out.chars().next_back()) {
            ('ゝ' | 'ゞ', Some(last)) => out.push(last),
            ('ー', _) => {}
            _ => out.push(c),
        }
    }
    out
}

/// Drops what spellings disagree on: long vowels, the apostrophe after n, v for b, wo for o, dzu for zu.
fn reduce(latin: &str) -> String {
    let mut out = String::with_capacity(latin.len());
    for c in latin.replace("dz", "z").replace("dj", "j").replace("wo", "o").chars() {
        let last = out.chars().next_back();
        match c {
            'v' => out.push('b'),
            'u' if last == Some('o') => {}
            'a' | 'i' | 'u' | 'e' | 'o' if last == Some(c) => {}
            c if c.is_ascii_alphabetic() => out.push(c),
            '\'' | '-' => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_cases_and_kana_fold_together() {
        for (text, folded) in [
            ("ﾅｶﾉｼﾏ ｸﾛｽ", "なかのしま くろす"),
            ("㈱大阪", "(株)大阪"),
            ("ＣｉＲＡ", "cira"),
            ("ｉＰＳ", "ips"),
            ("①", "1"),
            ("㋿", "令和"),
            ("ﬁ", "fi"),
            ("ｶﾞ", "が"),
            ("か\u{3099}", "が"),
            ("データ", "でーた"),
            ("デ−タ", "でーた"),
            ("COVID–19", "covid-19"),
            ("10〜20", "10~20"),
            ("10～20", "10~20"),
            ("  中之島\u{3000}\tクロス ", "中之島 くろす"),
            ("塚\u{fe00}\u{200b}本\u{202e}", "塚本"),
            ("葛\u{e0100}城", "葛城"),
            ("René Müller", "rene muller"),
            ("Straße", "strasse"),
            ("𠮷野", "𠮷野"),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn name_variants_fold_together() {
        assert!(variants::count() >= 60, "{}", variants::count());
        for (one, two) in [
            ("澤芳樹", "沢芳樹"),
            ("髙島", "高嶋"),
            ("山﨑", "山崎"),
            ("渡邊", "渡邉"),
            ("渡邊", "渡辺"),
            ("齋藤", "斉藤"),
            ("齊藤", "斎藤"),
            ("國廣", "国広"),
            ("濱田", "浜田"),
            ("瀨戸", "瀬戸"),
            ("德川", "徳川"),
            ("眞鍋", "真鍋"),
            ("慶應義塾大學", "慶応義塾大学"),
            ("𠮷野家", "吉野家"),
            ("櫻井", "桜井"),
            ("龍谷", "竜谷"),
            ("會田", "会田"),
        ] {
            assert_eq!(match_key(one), match_key(two), "{one} {two}");
        }
        assert_ne!(match_key("高橋"), match_key("高崎"));
    }

    #[test]
    fn variant_groups_do_not_chain() {
        for target in variants::GROUPS.split_whitespace().filter_map(|g| g.chars().next()) {
            assert_eq!(variants::folded(target), target, "{target} is both a target and a variant");
        }
        let mut seen = std::collections::HashSet::new();
        for form in variants::GROUPS.chars().filter(|c| !c.is_whitespace()) {
            assert!(seen.insert(form), "{form} stands in two groups");
        }
    }

    #[test]
    fn kana_and_romaji_share_a_key() {
        for group in [
            vec!["Sawa", "さわ", "サワ", "ｻﾜ", "SAWA"],
            vec!["Ōno", "Ohno", "Oono", "Ono", "おおの", "オーノ", "おうの"],
            vec!["Satō", "Satoh", "Satou", "さとう", "サトー"],
            vec!["Yūki", "Yuuki", "Yuki", "ゆうき"],
            vec!["Shimbashi", "Shinbashi", "しんばし"],
            vec!["Junichi", "Jun'ichi", "じゅんいち", "Jun’ichi"],
            vec!["Hatchobori", "Hatchōbori", "はっちょうぼり"],
            vec!["Sizuoka", "Shizuoka", "しずおか"],
            vec!["Tuda", "Tsuda", "つだ"],
            vec!["Homma", "Honma", "ほんま"],
            vec!["Inoue", "いのうえ", "イノウエ"],
            vec!["Yoshiki Sawa", "よしき さわ", "ヨシキ・サワ"],
            vec!["Osaka", "Ōsaka", "おおさか", "オーサカ"],
            vec!["みつづか", "みつずか"],
        ] {
            let keys: Vec<_> = group.iter().map(|name| kana_key(name)).collect();
            assert!(keys.iter().all(|key| key.is_some() && key == &keys[0]), "{group:?} {keys:?}");
        }
        assert_ne!(kana_key("さわ"), kana_key("さわだ"));
        assert_ne!(kana_key("かとう"), kana_key("さとう"));
    }

    #[test]
    fn what_is_no_reading_has_no_key() {
        for text in ["", "澤", "Smith", "iPS 2", "大阪 たろう", "---", "ー"] {
            assert_eq!(kana_key(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in ".*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
            let key = match_key(&text);
            prop_assert_eq!(match_key(&key), key);
        }

        #[test]
        fn folding_twice_changes_nothing_in_japanese(text in "[ぁ-ヿｦ-ﾟ㈱-㏿一-三ー〜\u{300}-\u{303}a-zÀ-ÿ '-]{0,20}") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once.clone());
        }

        #[test]
        fn keys_never_panic(text in ".*") {
            let _ = (kana_key(&text), match_key(&text));
        }

        #[test]
        fn readings_always_have_a_key(text in "[あいうえお-ぢつ-もやゆよら-ろわ]{1,12}") {
            prop_assert!(kana_key(&text).is_some());
        }
    }
}
