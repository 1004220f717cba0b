//! What the home page and the desk show of agreements.

use super::matrix::{Cell, cell};
use super::{called_after, year_of};
use crate::agreements::model::term;
use crate::agreements::model::{Life, Phase, State};
use crate::agreements::records as r;
use crate::agreements::store::{self as rows, Dossier};
use chrono::{Days, NaiveDate};
use directory::records::PARTIES;
use kernel::audience::Keyring;
use kernel::{Lang, Permission, Result};
use std::sync::Arc;
use web::{Cx, Recent};

/// Rows of the small matrix.
const ROWS: usize = 5;

/// The three columns of the small matrix, each a group of promises.
const GROUPS: [&[&str]; 3] = [
    &["reciprocal_events", "cooperation_events", "cooperation_events_only", "invited_symposium"],
    &["publications_dissemination", "publications_exchange", "cluster_links"],
    &["member_services", "facility_use", "short_programme"],
];

/// One partner: name, year of signing, dots for events, information and services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixRow {
    pub party: String,
    pub href: String,
    pub year: String,
    pub dots: Vec<Cell>,
}

/// The matrix on the home page. Shown by `agreements/home_matrix.html`, which takes it as `matrix`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MatrixSummary {
    /// Active memoranda of the hub.
    pub count: usize,
    pub columns: [&'static str; 3],
    pub rows: Vec<MatrixRow>,
}

/// What a summary was made of: the edition of the records, the reader's keys, the language, the day.
type MadeOf = (u64, Arc<Keyring>, Lang, NaiveDate);

/// The summaries of the last few kinds of readers. The home page is asked for more than any other, and a summary reads
/// every agreement.
pub struct Summaries(Recent<MadeOf, MatrixSummary>);

impl Default for Summaries {
    fn default() -> Summaries {
        Summaries(Recent::of(16))
    }
}

impl Summaries {
    /// The hub's memoranda with the most to offer; those of all hubs when it has none of its own.
    pub async fn matrix(&self, cx: &Cx) -> Result<Arc<MatrixSummary>> {
        let kinds: Vec<&str> = r::ALL.iter().map(|kind| kind.key).chain(PARTIES.iter().copied()).collect();
        let edition = cx.app.catalogue.edition(&kinds);
        let made_of = (edition, Arc::clone(&cx.keyring), cx.lang, cx.today());
        self.0.get_or(made_of, |(known, ..)| *known >= edition, matrix_summary(cx)).await
    }
}

async fn matrix_summary(cx: &Cx) -> Result<MatrixSummary> {
    let register = rows::register(&cx.app.db, cx.scope()).await?;
    let today = cx.today();
    let mous = register.iter().filter(|dossier| dossier.agreement.plain("type") == "mou");
    let standing = mous
        .map(|dossier| (dossier, dossier.life(today)))
        .map(|(dossier, life)| (dossier, life.clone(), life.on(today)));
    let shown: Vec<(&Dossier, Life, Phase)> =
        standing.filter(|(.., phase)| phase.is_active() || *phase == Phase::Suspended).collect();
    let own =
        |dossier: &Dossier| cx.hub.organization.is_some() && dossier.hub(cx.hub.organization) == cx.hub.organization;
    let any_own = shown.iter().any(|(dossier, ..)| own(dossier));
    let shown: Vec<_> = shown.into_iter().filter(|(dossier, ..)| !any_own || own(dossier)).collect();
    let mut rows: Vec<MatrixRow> =
        shown.iter().map(|(dossier, life, phase)| row(cx, dossier, life, *phase, today)).collect();
    // Stable: equals stay in the order of signing.
    rows.sort_by_key(|row| std::cmp::Reverse(row.dots.iter().filter(|dot| dot.state == "on").count()));
    rows.truncate(ROWS);
    Ok(MatrixSummary {
        count: shown.iter().filter(|(.., phase)| phase.is_active()).count(),
        columns: [cx.t("催し", "Events"), cx.t("情報", "Information"), cx.t("会員特典", "Services")],
        rows,
    })
}

fn row(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase, day: NaiveDate) -> MatrixRow {
    let best = |letters: &&[&str]| {
        let cells = letters.iter().map(|letter| cell(cx, dossier, life, phase, letter, day));
        // The clause that gives most stands for its group.
        let order = |state: &str| ["on", "rest", "stop", "open", "off"].iter().position(|known| *known == state);
        cells.min_by_key(|cell| order(cell.state)).unwrap_or(Cell {
            state: "off",
            words: String::new(),
            href: String::new(),
        })
    };
    MatrixRow {
        party: called_after(cx, dossier),
        href: cx.href(&format!("/agreements/{}", dossier.agreement.id)),
        year: year_of(&dossier.agreement),
        dots: GROUPS.iter().map(best).collect(),
    }
}

/// Something that waits on the desk of whoever keeps agreements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeskItem {
    pub title: String,
    pub detail: String,
    pub href: String,
    /// The day by which to act; `None` when there is no such day.
    pub due: Option<NaiveDate>,
}

/// Ends and notice days within 90 days, and chairs without a unit, the nearest first. Empty for everybody who does
/// not keep agreements.
pub async fn desk_items(cx: &Cx) -> Result<Vec<DeskItem>> {
    if !cx.actor.may(Permission::EditAgreements) {
        return Ok(Vec::new());
    }
    let today = cx.today();
    let horizon = today.checked_add_days(Days::new(term::REMINDER_DAYS[0].unsigned_abs())).unwrap_or(today);
    let mut items = Vec::new();
    for dossier in rows::register(&cx.app.db, cx.scope()).await? {
        let life = dossier.life(today);
        let deadlines = term::deadlines(&life, today);
        let title = dossier.agreement.called(cx.lang);
        let href = cx.href(&format!("/agreements/{}", dossier.agreement.id));
        let end_words =
            if deadlines.renews { cx.t("自動更新の日", "Renews by itself") } else { cx.t("終了日", "Ends") };
        for (due, what) in
            [(deadlines.notice, cx.t("予告の期限", "Last day to give notice")), (deadlines.end, end_words)]
        {
            if let Some(due) = due.filter(|due| *due <= horizon) {
                let detail = detail(cx, what, due, today);
                items.push(DeskItem { title: title.clone(), detail, href: href.clone(), due: Some(due) });
            }
        }
        let chair = dossier.agreement.plain("type") == "joint_research_chair" && life.state == State::Signed;
        if chair && dossier.agreement.link("unit").is_none() {
            let detail = cx.t("講座がまだ名簿に登録されていません", "Its unit is not in the directory yet").to_owned();
            items.push(DeskItem { title, detail, href, due: None });
        }
    }
    items.sort_by_key(|item| item.due.unwrap_or(NaiveDate::MAX));
    Ok(items)
}

fn detail(cx: &Cx, what: &str, due: NaiveDate, today: NaiveDate) -> String {
    let day = kernel::calendar::date_long(cx.lang, due);
    let left = (due - today).num_days();
    match (cx.lang, left) {
        (Lang::Ja, 0) => format!("{what}: {day}(今日)"),
        (Lang::Ja, _) => format!("{what}: {day}(あと{left}日)"),
        (Lang::En, 0) => format!("{what}: {day}, today"),
        (Lang::En, 1) => format!("{what}: {day}, tomorrow"),
        (Lang::En, _) => format!("{what}: {day}, in {left} days"),
    }
}
