//! Rows of a sheet as input for the record kit: mapped columns, split names, lists in cells, and the standing that
//! new texts get. Never here: which stored record a row means.

use super::columns::FULL_NAME;
use super::export::usual_standing;
use super::table::Row;
use kernel::record::{Field, Input, Kind, RecordType};
use kernel::text::{Standing, Text};

/// The input of one row. `paths` are the columns in order; `None` is left out. Empty cells count only when they are
/// meant to clear a field.
pub fn input(kind: &RecordType, row: &Row, paths: &[Option<String>], clear_empty: bool) -> Input {
    let mut input = Input::default();
    for (path, cell) in paths.iter().zip(row.cells.iter().map(String::as_str).chain(std::iter::repeat(""))) {
        let Some(path) = path else { continue };
        let cell = cell.trim();
        if cell.is_empty() && !clear_empty {
            continue;
        }
        if path == FULL_NAME {
            add_full_name(&mut input, cell);
        } else {
            input.add(path.as_str(), in_lines(kind, path, cell));
        }
    }
    input
}

/// Several lines in a cell are several values, except in running text.
fn in_lines(kind: &RecordType, path: &str, cell: &str) -> String {
    let running = kind
        .field(path.split('.').next().unwrap_or_default())
        .is_some_and(|field| matches!(field.kind, Kind::Prose { .. }));
    if running || !cell.contains('\n') {
        return cell.to_owned();
    }
    cell.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" | ")
}

fn add_full_name(input: &mut Input, cell: &str) {
    let (family, given) = split_name(cell);
    let tag = if cell.chars().any(|c| !c.is_ascii() && c.is_alphabetic() && !is_latin(c)) { "ja" } else { "en" };
    input.add(format!("family.{tag}"), family);
    input.add(format!("given.{tag}"), given);
}

fn is_latin(c: char) -> bool {
    matches!(c, '\u{C0}'..='\u{24F}')
}

/// `澤 芳樹`, `リーナ・タム`, `Sawa, Yoshiki`, `SAWA Yoshiki`, `Yoshiki Sawa` → family name, given name. One word alone
/// is the family name.
pub fn split_name(name: &str) -> (String, String) {
    let name = name.trim();
    let pair = |family: &str, given: &str| (family.trim().to_owned(), given.trim().to_owned());
    if let Some((given, family)) = name.split_once(['・', '･']) {
        return pair(family, given);
    }
    if let Some((family, given)) = name.split_once([',', '、', ',']) {
        return pair(family, given);
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let (Some(first), Some(last), true) = (words.first(), words.last(), words.len() > 1) else { return pair(name, "") };
    let latin = name.chars().all(|c| c.is_ascii() || is_latin(c));
    let capitals = |word: &str| word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase());
    if !latin || (capitals(first) && !capitals(last)) {
        return pair(first, &words.get(1..).unwrap_or_default().join(" "));
    }
    pair(last, &words.get(..words.len() - 1).unwrap_or_default().join(" "))
}

/// Says for every text that is new to a record, and whose standing nobody stated, which version is the original.
pub fn settle_standings(kind: &RecordType, input: &mut Input, stored: impl Fn(&str) -> Text) {
    let mut stated: Vec<(String, Standing)> = Vec::new();
    for field in kind.fields.iter().filter(|field| field.is_localized()) {
        let mut text = Text::default();
        for (tag, words) in input.below(field.name).filter(|(below, _)| !below.contains('.')) {
            text.put(tag, words, Standing::Original);
        }
        let silent =
            text.versions().all(|(tag, _)| input.first(&standing_path(field, tag)).unwrap_or_default().is_empty());
        if !text.is_empty() && silent && stored(field.name).is_empty() {
            stated.extend(text.versions().map(|(tag, _)| (standing_path(field, tag), usual_standing(&text, tag))));
        }
    }
    for (path, standing) in stated {
        input.add(path, standing.code());
    }
}

fn standing_path(field: &Field, tag: &str) -> String {
    format!("{}.{tag}.standing", field.name)
}

/// Terms that were recognized already: field and word to code.
pub type Terms = std::collections::HashMap<(&'static str, String), String>;

/// Writes codes for the words of vocabularies, looking each word up once in a sheet. Words that no vocabulary knows
/// stay, for the description to refuse.
pub fn with_codes(kind: &'static RecordType, input: Input, known: &mut Terms) -> Input {
    let mut coded = Input::default();
    for path in input.paths() {
        let vocabulary = kind.field(path).and_then(|field| Some((field.name, field.vocabulary()?)));
        for text in input.all(path) {
            let Some((name, vocabulary)) = vocabulary else {
                coded.add(path, text.as_str());
                continue;
            };
            let code = |word: &str| {
                let word = word.trim();
                let found = known
                    .entry((name, word.to_owned()))
                    .or_insert_with(|| vocabulary.recognize(word).map_or(word, |term| term.code).to_owned());
                found.clone()
            };
            coded.add(path, text.split('|').map(code).collect::<Vec<_>>().join(" | "));
        }
    }
    coded
}

/// The input without some fields.
pub fn without(input: &Input, fields: &[&str]) -> Input {
    let mut kept = Input::default();
    for path in input.paths() {
        let name = path.split('.').next().unwrap_or_default();
        if !fields.contains(&name) {
            input.all(path).iter().for_each(|text| kept.add(path, text.as_str()));
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::super::sample::ORG;
    use super::*;

    #[test]
    fn names_in_one_cell_are_split_by_their_script() {
        for (name, family, given) in [
            ("澤 芳樹", "澤", "芳樹"),
            ("澤\u{3000}芳樹", "澤", "芳樹"),
            ("リーナ・タム", "タム", "リーナ"),
            ("Sawa, Yoshiki", "Sawa", "Yoshiki"),
            ("SAWA Yoshiki", "SAWA", "Yoshiki"),
            ("Yoshiki Sawa", "Sawa", "Yoshiki"),
            ("José María Núñez", "Núñez", "José María"),
            ("澤芳樹", "澤芳樹", ""),
        ] {
            assert_eq!(split_name(name), (family.to_owned(), given.to_owned()), "{name}");
        }
    }

    #[test]
    fn lines_in_a_cell_are_values_except_in_running_text() {
        let row =
            Row { line: 2, cells: vec!["がん\n 医療機器".into(), "一行目\n二行目".into(), " ".into()] };
        let paths = [Some("fields".to_owned()), Some("about.ja".to_owned()), Some("email".to_owned())];
        let read = input(&ORG, &row, &paths, false);
        assert_eq!(read.first("fields"), Some("がん | 医療機器"));
        assert_eq!(read.first("about.ja"), Some("一行目\n二行目"));
        assert!(!read.has("email"));
        assert_eq!(input(&ORG, &row, &paths, true).first("email"), Some(""));
    }

    #[test]
    fn japanese_is_the_original_of_a_new_text_whatever_the_order_of_columns() {
        let mut input = Input::default();
        input.add("name.en", "Minato");
        input.add("name.ja", "湊");
        settle_standings(&ORG, &mut input, |_| Text::default());
        assert_eq!(input.first("name.ja.standing"), Some("original"));
        assert_eq!(input.first("name.en.standing"), Some("official"));
        let mut known = Input::default();
        known.add("name.en", "Minato");
        settle_standings(&ORG, &mut known, |_| Text::pair("湊", "Old"));
        assert!(!known.has("name.en.standing"));
    }
}
