//! Sheets that officers have: participants, and wishes as a list or as a table of ◎○×. Pure: tables in, rows out.
//!
//! Nothing is lost: what cannot be read is told with its row and how to write it, and the other rows go on.

pub mod participants;
pub mod templates;
pub mod wishes;

use kernel::lang::Said;

/// What of a sheet could not be read: where, and how to write it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// As spreadsheets count.
    pub line: usize,
    /// Heading of the column; empty when there is no such column.
    pub column: String,
    pub said: Said,
}

impl Fault {
    pub fn new(line: usize, column: &str, said: Said) -> Fault {
        Fault { line, column: column.to_owned(), said }
    }

    /// `行 3「最大面談数」`, `Row 3, “Most meetings”`.
    pub fn place(&self, lang: kernel::Lang) -> String {
        match (lang, self.column.is_empty()) {
            (kernel::Lang::Ja, true) => format!("行 {}", self.line),
            (kernel::Lang::Ja, false) => format!("行 {}「{}」", self.line, self.column),
            (kernel::Lang::En, true) => format!("Row {}", self.line),
            (kernel::Lang::En, false) => format!("Row {}, “{}”", self.line, self.column),
        }
    }
}

/// Header and cell words are compared folded: width, case, spaces and signs do not matter.
pub fn key(text: &str) -> String {
    kernel::fold::fold(text).chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Which column holds what: the first header that is one of the words, or else begins with one.
pub fn column(header: &[String], words: &[&str]) -> Option<usize> {
    let keys: Vec<String> = header.iter().map(|cell| key(cell)).collect();
    let words: Vec<String> = words.iter().map(|word| key(word)).collect();
    let exact = keys.iter().position(|cell| words.contains(cell));
    exact.or_else(|| keys.iter().position(|cell| words.iter().any(|word| cell.starts_with(word.as_str()))))
}

/// Yes in the ways people write it.
pub fn is_yes(text: &str) -> bool {
    let word = text.trim();
    ["○", "〇", "◯", "◎", "✓", "✔", "☑"].contains(&word)
        || ["yes", "y", "true", "1", "はい", "要", "必要", "有", "あり", "可", "オンライン", "online", "video"]
            .iter()
            .any(|yes| key(yes) == key(word))
}

/// How alike two names are, 0 to 100: shared pairs of letters (Dice 1945).
pub fn likeness(one: &str, other: &str) -> usize {
    let pairs = |text: &str| -> Vec<(char, char)> {
        let letters: Vec<char> = key(text).chars().collect();
        letters.windows(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let (a, mut b) = (pairs(one), pairs(other));
    let total = a.len() + b.len();
    if total == 0 {
        return 0;
    }
    let shared =
        a.iter().filter(|pair| b.iter().position(|other| other == *pair).map(|at| b.swap_remove(at)).is_some()).count();
    shared * 200 / total
}
