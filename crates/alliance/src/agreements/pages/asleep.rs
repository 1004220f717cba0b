//! Living agreements: clauses of active agreements that nobody has used for a while, and whom to ask about them.

use super::asked::{Asked, AskedForm};
use super::matrix::sleep_of;
use super::{Named, called_after, crumbs, letter_words, named, tabs};
use crate::agreements::model::asleep::Sleep;
use crate::agreements::model::{can_be_used, words};
use crate::agreements::records::AGREEMENT;
use crate::agreements::store::{self as rows, Dossier};
use askama::Template;
use axum::extract::Query;
use kernel::record::Record;
use kernel::{Permission, Result};
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

struct Row {
    sleep: Sleep,
    party: String,
    clause: String,
    text: String,
    href: String,
    last: String,
    words: String,
    ask: Named,
    ask_title: String,
    add_href: String,
}

#[derive(Template)]
#[template(path = "agreements/asleep.html")]
struct AsleepPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    form: AskedForm,
    months: u32,
    day: String,
    /// Clauses that could be used at all.
    total: usize,
    rows: Vec<Row>,
}

/// `GET /agreements/asleep?months=24&date=&hub=&type=`.
pub async fn page(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let register = rows::register(&cx.app.db, cx.scope()).await?;
    let answered = asked.answer(&cx, &register);
    let mut shown = Vec::new();
    let mut total = 0;
    for dossier in register.iter().filter(|dossier| answered.includes(&cx, dossier)) {
        let life = dossier.life(cx.today());
        if !life.on(answered.day).is_active() {
            continue;
        }
        let ask = whom_to_ask(&cx, dossier).await?;
        for clause in dossier.clauses.iter().filter(|clause| can_be_used(clause.plain("letter"))) {
            total += 1;
            let used = dossier.evidence_of(clause.id);
            let sleep = sleep_of(&life, used, answered.day);
            if sleep.is_asleep(answered.months) {
                shown.push(row(&cx, dossier, clause, used, sleep, &ask));
            }
        }
    }
    shown.sort_by(|a, b| b.sleep.months.cmp(&a.sleep.months).then_with(|| a.sleep.ever_used.cmp(&b.sleep.ever_used)));
    let page = AsleepPage {
        crumbs: crumbs(&cx),
        tabs: tabs(&cx, "/agreements/asleep"),
        form: AskedForm::new(&cx, "/agreements/asleep", &answered, &register, true),
        months: answered.months,
        day: kernel::calendar::date_long(cx.lang, answered.day),
        total,
        rows: shown,
        cx: &cx,
    };
    web::html_with(answered.status(), &page)
}

fn row(cx: &Cx, dossier: &Dossier, clause: &Record, used: &[Record], sleep: Sleep, ask: &(Named, String)) -> Row {
    let last = used.iter().filter_map(|one| one.date("happened")).max_by_key(|date| date.sort_key());
    let add = format!("/evidence/new?clause={}", clause.id);
    Row {
        sleep,
        party: called_after(cx, dossier),
        clause: letter_words(cx, clause.plain("letter")),
        text: clause.text("text").say(cx.lang).to_owned(),
        href: cx.href(&format!("/agreements/{}#c-{}", dossier.agreement.id, clause.id)),
        last: last.filter(|_| sleep.ever_used).map(|date| date.display(cx.lang)).unwrap_or_default(),
        words: words::sleep(sleep).get(cx.lang).to_owned(),
        ask: ask.0.clone(),
        ask_title: ask.1.clone(),
        add_href: if cx.actor.may(Permission::EditAgreements) { cx.href(&add) } else { String::new() },
    }
}

/// The responsible person and their title for readers who may know the role; for others the hub that stands in it.
async fn whom_to_ask(cx: &Cx, dossier: &Dossier) -> Result<(Named, String)> {
    let may_know =
        AGREEMENT.field("responsible").is_some_and(|field| cx.keyring.opens(dossier.agreement.level_of(field)));
    if may_know
        && let Some((role, person)) =
            rows::responsible_person(&cx.app.db, &cx.app.catalogue, &dossier.agreement).await?
    {
        return Ok((named(cx, person), role.called(cx.lang)));
    }
    Ok((dossier.hub(cx.hub.organization).map(|hub| named(cx, hub)).unwrap_or_default(), String::new()))
}
