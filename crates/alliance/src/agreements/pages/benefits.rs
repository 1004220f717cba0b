//! Types of membership × benefits. The kit keeps each benefit; this page shows them together.

use super::{crumbs, tabs};
use crate::agreements::records::BENEFIT;
use crate::agreements::vocabularies::{BENEFITS, MEMBERSHIP_TYPES};
use askama::Template;
use kernel::Permission;
use kernel::record::Record;
use store::records;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

/// One benefit of one type.
struct Cell {
    granted: bool,
    limit: String,
    note: String,
    href: String,
}

struct Row {
    benefit: String,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "agreements/benefits.html")]
struct BenefitsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    types: Vec<String>,
    rows: Vec<Row>,
    new_href: String,
}

/// `GET /agreements/benefits`.
pub async fn page(cx: Cx) -> Handled {
    let benefits = records::all(&cx.app.db, &BENEFIT, None, 10_000, cx.scope()).await?;
    let given = |benefit: &str| benefits.iter().any(|record| record.plain("benefit") == benefit);
    let rows = BENEFITS.terms.iter().filter(|term| given(term.code)).map(|term| Row {
        benefit: term.label.get(cx.lang).to_owned(),
        cells: MEMBERSHIP_TYPES.terms.iter().map(|of| cell(&cx, &benefits, of.code, term.code)).collect(),
    });
    let page = BenefitsPage {
        crumbs: crumbs(&cx),
        tabs: tabs(&cx, "/agreements/benefits"),
        types: MEMBERSHIP_TYPES.terms.iter().map(|term| term.label.get(cx.lang).to_owned()).collect(),
        rows: rows.collect(),
        new_href: if cx.actor.may(Permission::EditAgreements) { cx.href("/benefits/new") } else { String::new() },
        cx: &cx,
    };
    web::html(&page)
}

fn cell(cx: &Cx, benefits: &[Record], of_type: &str, benefit: &str) -> Cell {
    let found = benefits.iter().find(|r| r.plain("membership_type") == of_type && r.plain("benefit") == benefit);
    let Some(record) = found else {
        return Cell { granted: false, limit: String::new(), note: String::new(), href: String::new() };
    };
    let limit = match (record.integer("limit_per_month"), cx.lang) {
        (None, _) => cx.t("上限なし", "No limit").to_owned(),
        (Some(limit), kernel::Lang::Ja) => format!("月{limit}回"),
        (Some(limit), kernel::Lang::En) => format!("{limit} a month"),
    };
    Cell {
        granted: true,
        limit,
        note: record.text("note").say(cx.lang).to_owned(),
        href: cx.href(&format!("/benefits/{}", record.id)),
    }
}
