//! Participants from what the hub knows: laboratories of an organization, and holders of agreements in force.

use super::{Submission, crumbs, for_officer};
use crate::rounds::AgreementHolders;
use crate::rounds::actions::setup;
use crate::rounds::model::Side;
use askama::Template;
use axum::extract::Path;
use kernel::Uuid;
use std::sync::Arc;
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "rounds/directory.html")]
struct DirectoryPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    organizations: Vec<Choice>,
    chosen: String,
    a: String,
    b: String,
    units: Vec<Choice>,
    holders: Vec<Choice>,
}

/// `GET /rounds/{id}/directory?organization=…`.
pub async fn page(cx: Cx, holders: Arc<dyn AgreementHolders>, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let asked = url::form_urlencoded::parse(cx.query.as_bytes()).find(|(name, _)| name == "organization");
    let chosen: Option<Uuid> = asked.and_then(|(_, value)| value.parse().ok());
    let there = |party: Uuid| dossier.participants.iter().any(|p| p.party == Some(party));
    let option = |id: Uuid| {
        let entry = cx.app.catalogue.entry(id, &cx.keyring)?;
        let hint = if there(id) { cx.t("参加済み", "takes part already") } else { "" };
        Some(Choice::new(id.to_string(), entry.called(cx.lang)).with_hint(hint).chosen(!there(id)))
    };
    let units = cx.app.catalogue.all(&["unit"], &cx.keyring, cx.lang);
    let mut owners: Vec<Uuid> = units.iter().filter_map(|unit| unit.link("organization")).collect();
    owners.sort();
    owners.dedup();
    let mut organizations: Vec<Choice> = owners
        .iter()
        .filter_map(|id| {
            let entry = cx.app.catalogue.entry(*id, &cx.keyring)?;
            Some(Choice::new(id.to_string(), entry.called(cx.lang)).chosen(chosen == Some(*id)))
        })
        .collect();
    organizations.sort_by(|a, b| a.label.cmp(&b.label));
    let today = cx.today();
    let current = holders.current(&cx.app, today).await?;
    html(&DirectoryPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        action: cx.href(&format!("/rounds/{id}/directory")),
        back: cx.href(&format!("/rounds/{id}")),
        organizations,
        chosen: chosen.map(|id| id.to_string()).unwrap_or_default(),
        a: Side::A.name(&dossier.round, cx.lang),
        b: Side::B.name(&dossier.round, cx.lang),
        units: units
            .iter()
            .filter(|unit| chosen.is_some() && unit.link("organization") == chosen)
            .filter_map(|unit| option(unit.id))
            .collect(),
        holders: current.into_iter().filter_map(option).collect(),
        cx: &cx,
    })
}

/// `POST /rounds/{id}/directory`.
pub async fn add(cx: Cx, _holders: Arc<dyn AgreementHolders>, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    for_officer(&cx, id).await?;
    let of = |field: &'static str, side: Side| {
        sent.input.all(field).iter().filter_map(move |text| Some((side, text.parse().ok()?)))
    };
    let chosen: Vec<(Side, Uuid)> = of("a", Side::A).chain(of("b", Side::B)).collect();
    setup::add_parties(&Doing::of(&cx), id, &chosen).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None))
}
