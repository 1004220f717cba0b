//! Parties × clauses, on any day: what each agreement grants, what sleeps, what rests.

use super::asked::{Asked, AskedForm};
use super::{called_after, crumbs, letter_words, phase_tag, tabs, year_of};
use crate::agreements::model::asleep::{self, Sleep};
use crate::agreements::model::{Life, Phase, can_be_used, words};
use crate::agreements::store::{self as rows, Dossier};
use crate::agreements::vocabularies::CLAUSE_CODES;
use askama::Template;
use axum::extract::Query;
use chrono::NaiveDate;
use kernel::edtf::Edtf;
use kernel::record::Record;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

/// One dot: its look, its words, where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// `on`, `off`, `rest` (asleep), `open` (nothing certain), `stop` (suspended).
    pub state: &'static str,
    pub words: String,
    pub href: String,
}

struct Row {
    name: String,
    href: String,
    year: String,
    phase: String,
    tone: &'static str,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "agreements/matrix.html")]
struct MatrixPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    form: AskedForm,
    day: String,
    columns: Vec<String>,
    rows: Vec<Row>,
}

/// `GET /agreements/matrix?date=&hub=&type=`.
pub async fn page(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let register = rows::register(&cx.app.db, cx.scope()).await?;
    let answered = asked.answer(&cx, &register);
    let (day, today) = (answered.day, cx.today());
    let shown: Vec<(&Dossier, Life, Phase)> = register
        .iter()
        .filter(|dossier| answered.includes(&cx, dossier) && !dossier.clauses.is_empty())
        .map(|dossier| (dossier, dossier.life(today)))
        .map(|(dossier, life)| (dossier, life.clone(), life.on(day)))
        .filter(|(.., phase)| phase.is_active() || matches!(phase, Phase::Suspended | Phase::PerhapsBegun))
        .collect();
    let letters: Vec<&'static str> = CLAUSE_CODES
        .terms
        .iter()
        .map(|term| term.code)
        .filter(|code| {
            shown.iter().any(|(dossier, ..)| dossier.clauses.iter().any(|clause| clause.plain("letter") == *code))
        })
        .collect();
    let rows = shown.iter().map(|(dossier, life, phase)| row(&cx, dossier, life, *phase, &letters, day)).collect();
    let mut columns: Vec<String> = letters.iter().map(|letter| letter_words(&cx, letter)).collect();
    columns.push(cx.t("等(そのほか)", "“etc.”").to_owned());
    let page = MatrixPage {
        crumbs: crumbs(&cx),
        tabs: tabs(&cx, "/agreements/matrix"),
        form: AskedForm::new(&cx, "/agreements/matrix", &answered, &register, false),
        day: kernel::calendar::date_long(cx.lang, day),
        columns,
        rows,
        cx: &cx,
    };
    web::html_with(answered.status(), &page)
}

fn row(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase, letters: &[&str], day: NaiveDate) -> Row {
    let (words, tone) = phase_tag(cx, phase);
    let mut cells: Vec<Cell> = letters.iter().map(|letter| cell(cx, dossier, life, phase, letter, day)).collect();
    cells.push(open_cell(cx, dossier));
    Row {
        name: called_after(cx, dossier),
        href: cx.href(&format!("/agreements/{}", dossier.agreement.id)),
        year: year_of(&dossier.agreement),
        // Only what is out of the ordinary is said in the row.
        phase: if matches!(phase, Phase::InForce | Phase::EndUnknown | Phase::Renewed) { String::new() } else { words },
        tone,
        cells,
    }
}

/// The dot of one kind of promise in one agreement.
pub fn cell(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase, letter: &str, day: NaiveDate) -> Cell {
    let Some(clause) = dossier.clauses.iter().find(|clause| clause.plain("letter") == letter) else {
        return Cell { state: "off", words: cx.t("なし", "Not granted").to_owned(), href: String::new() };
    };
    let href = cx.href(&format!("/agreements/{}#c-{}", dossier.agreement.id, clause.id));
    let (state, words) = clause_dot(cx, clause, dossier.evidence_of(clause.id), life, phase, day);
    Cell { state, words: format!("{}: {words}", letter_words(cx, letter)), href }
}

/// State and words of a clause on a day.
pub fn clause_dot(
    cx: &Cx,
    clause: &Record,
    used: &[Record],
    life: &Life,
    phase: Phase,
    day: NaiveDate,
) -> (&'static str, String) {
    if phase == Phase::Suspended {
        return ("stop", cx.t("停止中", "Suspended").to_owned());
    }
    if phase == Phase::PerhapsBegun {
        return ("open", cx.t("開始日が不明のため未確定", "Not certain: start not known").to_owned());
    }
    if !phase.is_active() {
        return ("off", words::phase(phase).get(cx.lang).to_owned());
    }
    let letter = clause.plain("letter");
    if letter == "other" {
        return ("open", cx.t("これだけでは何も認めません", "Grants nothing by itself").to_owned());
    }
    let sleep = sleep_of(life, used, day);
    if can_be_used(letter) && sleep.is_asleep(asleep::MONTHS) {
        return ("rest", format!("{} · {}", cx.t("休眠", "Asleep"), words::sleep(sleep).get(cx.lang)));
    }
    ("on", cx.t("認める", "Granted").to_owned())
}

/// How long a clause has not been used on a day.
pub fn sleep_of(life: &Life, used: &[Record], day: NaiveDate) -> Sleep {
    let dates = used.iter().filter_map(|one| one.date("happened"));
    Sleep::of(life.begin().filter(Edtf::has_year), dates, day)
}

/// The column for what the text leaves open.
fn open_cell(cx: &Cx, dossier: &Dossier) -> Cell {
    match dossier.clauses.iter().find(|clause| clause.flag("open_ended")) {
        Some(clause) => Cell {
            state: "open",
            words: cx.t("「等」: 何も認めません", "“etc.”: grants nothing").to_owned(),
            href: cx.href(&format!("/agreements/{}#c-{}", dossier.agreement.id, clause.id)),
        },
        None => Cell { state: "off", words: cx.t("なし", "None").to_owned(), href: String::new() },
    }
}
