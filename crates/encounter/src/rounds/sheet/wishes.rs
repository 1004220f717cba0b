//! The sheet of wishes: a list (who, whom, wish, note) or a table with one side as rows and the other as columns. Pure.

use super::{Fault, column, key, likeness};
use crate::rounds::model::{Dossier, Participant, Side, Wish};
use kernel::lang::Said;
use kernel::{Lang, Uuid};
use std::collections::{BTreeMap, BTreeSet};
use web::records::exchange::Table;

/// Whose wishes a table of marks holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Rows,
    Columns,
    Both,
}

/// What a mark or word means: a wish, or none.
pub fn read_wish(text: &str) -> Option<Option<Wish>> {
    let word = text.trim();
    match word {
        "◎" | "☆" | "★" => return Some(Some(Wish::Must)),
        "○" | "〇" | "◯" | "●" => return Some(Some(Wish::Want)),
        "△" | "-" | "—" | "ー" | "" => return Some(None),
        "×" | "✕" | "✖" | "☓" | "x" | "X" | "✗" => return Some(Some(Wish::No)),
        _ => {}
    }
    let word = key(word);
    let is = |words: &[&str]| words.iter().any(|known| key(known) == word);
    if is(&["3", "must", "mustmeet", "必ず", "必須", "必ず会いたい", "ぜひ", "high"]) {
        Some(Some(Wish::Must))
    } else if is(&[
        "2",
        "want",
        "like",
        "wouldlike",
        "wouldliketomeet",
        "yes",
        "会いたい",
        "希望",
        "希望する",
        "medium",
    ]) {
        Some(Some(Wish::Want))
    } else if is(&["1", "none", "neutral", "どちらでも", "どちらでもよい", "なし", "low", "ok"]) {
        Some(None)
    } else if is(&["0", "no", "nothanks", "不要", "見送る", "見送り", "今回は見送る", "希望しない", "ng"])
    {
        Some(Some(Wish::No))
    } else {
        None
    }
}

/// A wish that was read, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub line: usize,
    pub column: String,
    pub asker: Uuid,
    pub asked: Uuid,
    pub wish: Option<Wish>,
    pub note: String,
}

/// What a sheet of wishes says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sheet {
    pub wishes: Vec<Read>,
    pub faults: Vec<Fault>,
    /// Names that nobody in the round has, in the order in which they come.
    pub unknown: Vec<String>,
    pub is_matrix: bool,
    missing: BTreeSet<String>,
}

const WHO: &[&str] = &["希望する側", "希望者", "だれが", "誰が", "who", "from", "asker"];
const WHOM: &[&str] = &["希望する相手", "相手", "だれに", "誰に", "whom", "to", "asked"];
const WISH: &[&str] = &["希望", "希望度", "wish", "preference", "rank"];
const NOTE: &[&str] = &["備考", "メモ", "ひとこと", "note", "comment"];

/// Reads a sheet. `chosen` says who is meant by names that are not in the round (`None`: skip them).
pub fn read(table: &Table, dossier: &Dossier, whose: Whose, chosen: &BTreeMap<String, Option<Uuid>>) -> Sheet {
    let names = Names::of(dossier, chosen);
    // Exactly these headings: in a table of marks a heading is a name, which may begin like anything.
    let exact = |words: &[&str]| table.header.iter().position(|cell| words.iter().any(|word| key(word) == key(cell)));
    let sheet = match (exact(WHO), exact(WHOM)) {
        (Some(who), Some(whom)) if who != whom => list(table, &names, who, whom),
        _ => matrix(table, &names, whose),
    };
    settle(sheet, dossier)
}

/// Pairs of one side are told, not stored; of two rows about one pair the later one counts.
fn settle(mut sheet: Sheet, dossier: &Dossier) -> Sheet {
    let side = |id: Uuid| dossier.participant(id).map(|p| p.side);
    let mut faults = Vec::new();
    sheet.wishes.retain(|wish| {
        let crossed = side(wish.asker) != side(wish.asked);
        if !crossed {
            faults.push(Fault::new(
                wish.line,
                &wish.column,
                Said::new(
                    "同じ側どうしです。相手側の名前を書いてください。",
                    "Both are of the same side. Write a name of the other side.",
                ),
            ));
        }
        crossed
    });
    sheet.faults.extend(faults);
    sheet.faults.sort_by_key(|fault| fault.line);
    sheet
}

/// Participants by their names, folded.
struct Names<'a> {
    by_key: BTreeMap<String, Uuid>,
    chosen: &'a BTreeMap<String, Option<Uuid>>,
}

enum Found {
    One(Uuid),
    Skipped,
    Unknown,
}

impl<'a> Names<'a> {
    fn of(dossier: &Dossier, chosen: &'a BTreeMap<String, Option<Uuid>>) -> Names<'a> {
        let names = |p: &Participant| {
            let bare = kernel::legal_form::split(&p.name).0.to_owned();
            [key(&p.name), key(&p.name_en), key(&bare)].map(|name| (name, p.id))
        };
        let by_key = dossier.participants.iter().flat_map(names).filter(|(name, _)| !name.is_empty()).collect();
        Names { by_key, chosen }
    }

    fn find(&self, written: &str) -> Found {
        let bare = kernel::legal_form::split(written).0.to_owned();
        if let Some(id) = self.by_key.get(&key(written)).or_else(|| self.by_key.get(&key(&bare))) {
            return Found::One(*id);
        }
        match self.chosen.get(written) {
            Some(Some(id)) => Found::One(*id),
            Some(None) => Found::Skipped,
            None => Found::Unknown,
        }
    }
}

impl Sheet {
    fn who(&mut self, names: &Names<'_>, written: &str) -> Option<Uuid> {
        match names.find(written) {
            Found::One(id) => Some(id),
            Found::Skipped => None,
            Found::Unknown => {
                if self.missing.insert(written.to_owned()) {
                    self.unknown.push(written.to_owned());
                }
                None
            }
        }
    }

    fn odd(&mut self, line: usize, column: &str, written: &str) {
        self.faults.push(Fault::new(
            line,
            column,
            Said::new(
                format!("「{written}」の意味が分かりません。◎(必ず)・○(会いたい)・×(見送る)、または 3・2・0 と書いてください。"),
                format!("“{written}” is not understood. Write ◎ (must), ○ (would like), × (no thanks), or 3, 2, 0."),
            ),
        ));
    }
}

fn list(table: &Table, names: &Names<'_>, who: usize, whom: usize) -> Sheet {
    let others: Vec<String> = table
        .header
        .iter()
        .enumerate()
        .map(|(at, cell)| if at == who || at == whom { String::new() } else { cell.clone() })
        .collect();
    let heading = |at: usize| table.header.get(at).map_or("", String::as_str);
    let (wish_at, note_at) = (column(&others, WISH), column(&others, NOTE));
    let mut sheet = Sheet::default();
    for row in &table.rows {
        let cell = |at: Option<usize>| at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim());
        let (asker, asked) = (cell(Some(who)), cell(Some(whom)));
        if asker.is_empty() || asked.is_empty() {
            sheet.faults.push(Fault::new(
                row.line,
                heading(if asker.is_empty() { who } else { whom }),
                Said::new("「だれが」と「だれに」の両方を書いてください。", "Write both who wishes and whom."),
            ));
            continue;
        }
        let pair = (sheet.who(names, asker), sheet.who(names, asked));
        let written = cell(wish_at);
        // A list without a column of wishes is a list of people to meet.
        let wish = if wish_at.is_none() { Some(Some(Wish::Want)) } else { read_wish(written) };
        match (pair, wish) {
            (_, None) => sheet.odd(row.line, wish_at.map_or("", heading), written),
            ((Some(asker), Some(asked)), Some(wish)) => {
                let note = cell(note_at).chars().take(500).collect();
                let column = heading(whom).to_owned();
                sheet.wishes.push(Read { line: row.line, column, asker, asked, wish, note });
            }
            _ => {}
        }
    }
    sheet
}

fn matrix(table: &Table, names: &Names<'_>, whose: Whose) -> Sheet {
    let mut sheet = Sheet { is_matrix: true, ..Sheet::default() };
    let columns: Vec<(usize, Option<Uuid>)> = table
        .header
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(_, cell)| !cell.trim().is_empty())
        .map(|(at, cell)| (at, sheet.who(names, cell.trim())))
        .collect();
    for row in &table.rows {
        let Some(name) = row.cells.first().map(|cell| cell.trim()).filter(|name| !name.is_empty()) else { continue };
        let row_id = sheet.who(names, name);
        for (at, column_id) in &columns {
            let written = row.cells.get(*at).map_or("", |cell| cell.trim());
            if written.is_empty() {
                continue;
            }
            let Some(wish) = read_wish(written) else {
                sheet.odd(row.line, table.header.get(*at).map_or("", String::as_str), written);
                continue;
            };
            let (Some(one), Some(other)) = (row_id, *column_id) else { continue };
            for (asker, asked, take) in [(one, other, whose != Whose::Columns), (other, one, whose != Whose::Rows)] {
                if take {
                    let column = table.header.get(*at).cloned().unwrap_or_default();
                    sheet.wishes.push(Read { line: row.line, column, asker, asked, wish, note: String::new() });
                }
            }
        }
    }
    sheet
}

/// Participants who may be meant by a name, the likeliest first.
pub fn candidates<'a>(dossier: &'a Dossier, name: &str) -> Vec<&'a Participant> {
    let alike = |p: &Participant| {
        let (name, written) = (p.called(Lang::Ja), name);
        likeness(name, written).max(likeness(p.called(Lang::En), written))
    };
    let mut found: Vec<_> = Side::BOTH.into_iter().flat_map(|side| dossier.side(side)).collect();
    found.sort_by_key(|p| std::cmp::Reverse(alike(p)));
    found
}
