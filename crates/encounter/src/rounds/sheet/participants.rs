//! The sheet of participants: one row each. Pure.

use super::{Fault, column, is_yes, key};
use crate::rounds::model::delegation::{self, Attendance};
use crate::rounds::model::grid::Grid;
use crate::rounds::model::{Side, said};
use chrono::{DateTime, Utc};
use kernel::Lang;
use kernel::lang::Said;
use kernel::record::Record;
use std::collections::BTreeSet;
use web::records::exchange::{Row, Table};

/// A row as it was read; `faults` tell what was left out and how to write it.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    pub line: usize,
    pub side: Option<Side>,
    pub name: String,
    pub name_en: String,
    pub room: String,
    pub most: Option<i64>,
    pub most_per_day: Option<i64>,
    pub language: Lang,
    pub interpreter: bool,
    pub remote: bool,
    pub representatives: String,
    pub offer: String,
    pub issue: String,
    pub email: String,
    pub off: BTreeSet<DateTime<Utc>>,
    /// IANA name; empty when the sheet says none.
    pub zone: String,
    /// `None`: the sheet does not say.
    pub attendance: Option<Attendance>,
    pub faults: Vec<Fault>,
}

impl Read {
    /// A row without name or side cannot become a participant.
    pub fn is_usable(&self) -> bool {
        !self.name.is_empty() && self.side.is_some()
    }
}

const NAME: &[&str] = &[
    "名称",
    "名前",
    "氏名",
    "参加者",
    "研究室",
    "講座",
    "企業",
    "会社",
    "組織",
    "name",
    "participant",
    "laboratory",
    "company",
    "organization",
];
const NAME_EN: &[&str] = &["英語名", "英語表記", "名称(英語)", "englishname", "name(english)", "nameen"];
const SIDE: &[&str] = &["側", "区分", "種別", "side", "type"];
const ROOM: &[&str] = &["部屋", "場所", "会場", "room", "place"];
const MOST: &[&str] = &["最大面談数", "面談数の上限", "上限", "最大", "mostmeetings", "maxmeetings", "most", "max"];
const PER_DAY: &[&str] = &["1日の上限", "1日の最大", "mostperday", "maxperday", "perday"];
const LANGUAGE: &[&str] = &["言語", "language"];
const INTERPRETER: &[&str] = &["通訳", "interpreter", "needsaninterpreter"];
const REMOTE: &[&str] = &["オンライン", "video", "online", "remote"];
const OFF: &[&str] =
    &["不可の時間", "都合の悪い時間", "参加できない時間", "不可", "不在", "unavailable", "notavailable", "off"];
const WHO: &[&str] = &["出席者", "担当者", "代表者", "representatives", "representative", "whoattends"];
const ATTENDANCE: &[&str] = &["出席のしかた", "出席", "attendance", "whoofthem"];
const ZONE: &[&str] = &["タイムゾーン", "時間帯(タイムゾーン)", "timezone", "zone"];
const EMAIL: &[&str] = &["メール", "電子メール", "email", "mail"];
const OFFER: &[&str] = &["応えられること", "提供できること", "シーズ", "offer"];
const ISSUE: &[&str] = &["課題", "求めること", "ニーズ", "issue", "need"];

/// Longest text that is kept from a cell, in characters.
const LONGEST: usize = 2000;

/// Whether the sheet has a column of names.
pub fn has_names(table: &Table) -> bool {
    column(&table.header, NAME).is_some()
}

/// Every row. `usual` is the side of rows that do not say theirs.
pub fn read(table: &Table, round: &Record, grid: &Grid, usual: Option<Side>) -> Vec<Read> {
    let name = column(&table.header, NAME).unwrap_or(0);
    let by_header = table.header.get(name).and_then(|cell| read_side(cell, round));
    let columns = Columns {
        name,
        name_en: column(&table.header, NAME_EN),
        side: column(&table.header, SIDE),
        room: column(&table.header, ROOM),
        most: column(&table.header, MOST),
        per_day: column(&table.header, PER_DAY),
        language: column(&table.header, LANGUAGE),
        interpreter: column(&table.header, INTERPRETER),
        remote: column(&table.header, REMOTE),
        off: column(&table.header, OFF),
        who: column(&table.header, WHO),
        email: column(&table.header, EMAIL),
        offer: column(&table.header, OFFER),
        issue: column(&table.header, ISSUE),
        attendance: column(&table.header, ATTENDANCE).filter(|at| Some(*at) != column(&table.header, WHO)),
        zone: column(&table.header, ZONE),
        names: &table.header,
    };
    table.rows.iter().map(|row| columns.row(row, round, grid, usual.or(by_header))).collect()
}

struct Columns<'a> {
    name: usize,
    name_en: Option<usize>,
    side: Option<usize>,
    room: Option<usize>,
    most: Option<usize>,
    per_day: Option<usize>,
    language: Option<usize>,
    interpreter: Option<usize>,
    remote: Option<usize>,
    off: Option<usize>,
    who: Option<usize>,
    email: Option<usize>,
    offer: Option<usize>,
    issue: Option<usize>,
    attendance: Option<usize>,
    zone: Option<usize>,
    names: &'a [String],
}

impl Columns<'_> {
    fn heading(&self, at: Option<usize>) -> &str {
        at.and_then(|at| self.names.get(at)).map_or("", String::as_str)
    }

    fn row(&self, row: &Row, round: &Record, grid: &Grid, usual: Option<Side>) -> Read {
        let mut faults: Vec<Fault> = Vec::new();
        let fault = |at: Option<usize>, said: Said| Fault::new(row.line, self.heading(at), said);
        let cell = |at: Option<usize>| -> String {
            let text = at.and_then(|at| row.cells.get(at)).map_or("", |cell| cell.trim());
            text.chars().take(LONGEST).collect()
        };
        let name: String = cell(Some(self.name)).chars().take(200).collect();
        if name.is_empty() {
            faults.push(fault(Some(self.name), Said::new("名称が空です。", "The name is empty.")));
        }
        let written = cell(self.side);
        let side = if written.is_empty() { usual } else { read_side(&written, round) };
        if side.is_none() {
            let said = said(|lang| match lang {
                Lang::Ja => format!(
                    "側が分かりません。「{}」か「{}」と書いてください。",
                    Side::A.name(round, lang),
                    Side::B.name(round, lang)
                ),
                Lang::En => format!(
                    "The side is not clear. Write {} or {}.",
                    Side::A.name(round, lang),
                    Side::B.name(round, lang)
                ),
            });
            faults.push(fault(self.side, said));
        }
        let most = number(&cell(self.most)).unwrap_or_else(|said| {
            faults.push(fault(self.most, said));
            None
        });
        let most_per_day = number(&cell(self.per_day)).unwrap_or_else(|said| {
            faults.push(fault(self.per_day, said));
            None
        });
        let mut off = BTreeSet::new();
        for part in
            cell(self.off).split([';', '；', '、', '\n', '|', ',']).map(str::trim).filter(|part| !part.is_empty())
        {
            match grid.within(part) {
                Some(slots) => off.extend(slots),
                None => faults.push(fault(self.off, no_slot(part))),
            }
        }
        let email = cell(self.email);
        let email = if email.is_empty() || (email.contains('@') && !email.contains(char::is_whitespace)) {
            email
        } else {
            faults.push(fault(
                self.email,
                Said::new("メールアドレスとして読めません。", "This is not an e-mail address."),
            ));
            String::new()
        };
        let representatives = cell(self.who);
        let (_, odd) = delegation::read(&representatives, grid, &[], kernel::Uuid::nil);
        faults.extend(odd.iter().map(|part| fault(self.who, no_slot(part))));
        let written = cell(self.zone);
        let zone = if written.parse::<chrono_tz::Tz>().is_ok() { written.clone() } else { String::new() };
        if !written.is_empty() && zone.is_empty() {
            faults.push(fault(
                self.zone,
                Said::new(
                    format!("「{written}」は知らないタイムゾーンです。例: Europe/Stockholm"),
                    format!("The zone “{written}” is not known. For example: Europe/Stockholm"),
                ),
            ));
        }
        Read {
            line: row.line,
            side,
            name,
            name_en: cell(self.name_en).chars().take(200).collect(),
            room: cell(self.room).chars().take(80).collect(),
            most,
            most_per_day,
            language: read_language(&cell(self.language)),
            interpreter: is_yes(&cell(self.interpreter)),
            remote: is_yes(&cell(self.remote)),
            representatives,
            zone,
            attendance: read_attendance(&cell(self.attendance)),
            offer: cell(self.offer),
            issue: cell(self.issue),
            email,
            off,
            faults,
        }
    }
}

fn no_slot(part: &str) -> Said {
    Said::new(
        format!("「{part}」はどの枠にも当たりません。「2026-12-07 10:00-12:00」のように書いてください。"),
        format!("“{part}” meets no slot. Write it like 2026-12-07 10:00-12:00."),
    )
}

fn number(text: &str) -> Result<Option<i64>, Said> {
    let plain: String = kernel::fold::fold(text).chars().filter(char::is_ascii_digit).collect();
    if text.is_empty() {
        return Ok(None);
    }
    let read = plain.parse().ok().filter(|number| (1..=128).contains(number));
    read.map(Some).ok_or_else(|| {
        Said::new(
            format!("「{text}」は1〜128の数ではありません。上限なしとして扱います。"),
            format!("“{text}” is not a number from 1 to 128. It is taken as no limit."),
        )
    })
}

fn read_attendance(text: &str) -> Option<Attendance> {
    let word = key(text);
    if ["全員", "全員で", "all", "allofthem"].iter().any(|all| word == key(all)) {
        Some(Attendance::All)
    } else if word.is_empty() {
        None
    } else {
        Some(Attendance::Any)
    }
}

fn read_language(text: &str) -> Lang {
    let word = key(text);
    if ["en", "english", "英語"].iter().any(|en| word.starts_with(&key(en))) { Lang::En } else { Lang::Ja }
}

/// The side that a word names, by what the round calls its sides or by the usual words.
pub fn read_side(text: &str, round: &Record) -> Option<Side> {
    let word = key(text);
    if word.is_empty() {
        return None;
    }
    let own = |side: Side| Lang::ALL.into_iter().any(|lang| key(&side.name(round, lang)) == word);
    let usual = |words: &[&str]| words.iter().any(|usual| word.starts_with(&key(usual)));
    if own(Side::A) || word == "a" || usual(&["研究室", "講座", "教室", "診療科", "lab", "class", "department", "host"])
    {
        Some(Side::A)
    } else if own(Side::B)
        || word == "b"
        || usual(&["企業", "会社", "相手", "company", "companies", "partner", "visitor"])
    {
        Some(Side::B)
    } else {
        None
    }
}
