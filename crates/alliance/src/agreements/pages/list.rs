//! The list of agreements: the kit's, with the other views beside it.

use super::tabs;
use crate::agreements::records::AGREEMENT;
use askama::Template;
use axum::extract::RawQuery;
use kernel::Permission;
use store::catalogue::Browse;
use store::records;
use web::layout::{Choice, Crumb};
use web::records::view::Piece;
use web::records::{
    Filter, ListQuery, PAGE, Row, applied_chips, filters, list_query, matching_ids, policy, range_words, row,
};
use web::{Cx, Handled};

#[derive(Template)]
#[template(path = "agreements/list.html")]
struct ListPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    query: &'a ListQuery,
    rows: Vec<Row>,
    filters: Vec<Filter>,
    chips: Vec<(String, String)>,
    total: u32,
    range: String,
    first_href: String,
    next_href: String,
    new_href: String,
    exports: bool,
    imports: bool,
}

/// `GET /agreements`.
pub async fn page(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let facets = ["type", "state", "membership_type"];
    let query = list_query(raw.as_deref().unwrap_or_default(), &facets);
    let hits = matching_ids(&cx, &[AGREEMENT.key], &query.words)?;
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &[AGREEMENT.key],
        chosen: &query.chosen,
        facets: &facets,
        hits: hits.as_deref(),
        keyring: &cx.keyring,
        lang: cx.lang,
        after: query.after.clone(),
        limit: PAGE,
    });
    let found = records::by_ids(&cx.app.db, &AGREEMENT, &page.ids, cx.scope()).await?;
    let filters = filters(&cx, &[&AGREEMENT], &page.facets, &query);
    let here = cx.href("/agreements");
    let new_href = if policy::may_start(&cx.actor, &AGREEMENT) { cx.href("/agreements/new") } else { String::new() };
    web::html(&ListPage {
        crumbs: vec![Crumb::new(cx.t("見つける", "Find"), cx.href("/directory"))],
        tabs: tabs(&cx, "/agreements"),
        rows: found.iter().map(|record| row(&cx, &record.seen_by(&cx.actor))).collect(),
        chips: applied_chips(&cx, &filters, &query),
        filters,
        total: page.total,
        range: range_words(&page),
        first_href: if query.after.is_some() { format!("{here}?{}", query.address(None, None)) } else { String::new() },
        next_href: page
            .next
            .as_ref()
            .map(|next| format!("{here}?{}", query.address(None, Some(next))))
            .unwrap_or_default(),
        new_href,
        exports: cx.actor.may(Permission::Export),
        imports: cx.actor.may(Permission::Import) && cx.actor.may(AGREEMENT.edit),
        query: &query,
        cx: &cx,
    })
}
