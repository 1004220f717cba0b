//! Why a wish did not become a meeting, and what would have made it possible, in the optimizer's words with names.

use super::{crumbs, for_officer, tabs};
use crate::rounds::model::build::{self, Options};
use crate::rounds::model::words::Called;
use crate::rounds::model::{Dossier, Wish};
use askama::Template;
use axum::extract::Path;
use engine::meet::{self, Reason};
use kernel::{Error, Lang, Result, Uuid};
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

struct Missing {
    pair: String,
    wishes: String,
    why: String,
    remedy: String,
    add_href: String,
}

#[derive(Template)]
#[template(path = "rounds/left_out.html")]
struct LeftOutPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    title: String,
    missing: Vec<Missing>,
    refused: usize,
    planned: bool,
}

/// `GET /rounds/{id}/left-out`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let planned = dossier.planned().next().is_some();
    let lang = cx.lang;
    let for_work = dossier.clone();
    let work = tokio::task::spawn_blocking(move || explained(&for_work, lang));
    let mut missing = if planned { work.await.map_err(Error::internal)?? } else { Vec::new() };
    for one in &mut missing {
        one.add_href = cx.href(&format!("/rounds/{id}/meetings/new?{}", one.add_href));
    }
    let refused = dossier.wishes.values().filter(|wished| wished.wish == Wish::No).count();
    html(&LeftOutPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        tabs: tabs(&cx, &dossier, "/left-out"),
        title: dossier.round.called(cx.lang),
        missing,
        refused,
        planned,
        cx: &cx,
    })
}

fn explained(dossier: &Dossier, lang: Lang) -> Result<Vec<Missing>> {
    let problem = build::problem(dossier, Options::default())?;
    let called = Called { dossier, problem: &problem };
    let mut found: Vec<(bool, Missing)> = meet::explain_named(&problem.instance, &problem.start, &called)
        .into_iter()
        .filter_map(|e| {
            let (a, b) = *problem.pairs.get(e.request as usize)?;
            let say = |words: &meet::Words| {
                if lang == Lang::Ja { words.ja.clone() } else { words.en.clone() }
            };
            let wish = |asker: Uuid, asked: Uuid| {
                dossier
                    .wish(asker, asked)
                    .map(|wish| format!("{}: {}", dossier.name(asker, lang), wish.label().get(lang)))
            };
            let wishes: Vec<String> = [wish(a, b), wish(b, a)].into_iter().flatten().collect();
            let must = [dossier.wish(a, b), dossier.wish(b, a)].contains(&Some(Wish::Must));
            Some((
                must || e.reason == Reason::Possible,
                Missing {
                    pair: format!("{} × {}", dossier.name(a, lang), dossier.name(b, lang)),
                    wishes: wishes.join(if lang == Lang::Ja { "、" } else { "; " }),
                    why: say(&e.why),
                    remedy: say(&e.remedy),
                    add_href: format!("a={a}&b={b}"),
                },
            ))
        })
        .collect();
    found.sort_by_key(|(first, _)| !first);
    Ok(found.into_iter().map(|(_, missing)| missing).collect())
}
