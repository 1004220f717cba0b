//! Badges to print: name, organization and code of everybody who is confirmed.

use super::mine::qr;
use super::{crumbs_in, visible};
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::Path;
use kernel::Uuid;
use web::layout::Crumb;
use web::{Cx, Handled};

struct Badge {
    name: String,
    organization: String,
    qr: String,
}

#[derive(Template)]
#[template(path = "gatherings/badges.html")]
struct BadgesPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    badges: Vec<Badge>,
    pdf: String,
}

/// `GET /gatherings/{id}/badges`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let mut confirmed: Vec<_> =
        rows::registrations(&cx.app.db, id).await?.into_iter().filter(|one| one.state == "confirmed").collect();
    confirmed.sort_by_key(|one| kernel::collate::sort_key(cx.lang, &one.name));
    web::html(&BadgesPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        pdf: cx.href(&format!("/gatherings/{id}/badges.pdf")),
        badges: confirmed
            .into_iter()
            .map(|one| Badge { qr: qr(&one.id.to_string()), name: one.name, organization: one.organization })
            .collect(),
        cx: &cx,
    })
}
