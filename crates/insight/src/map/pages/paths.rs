//! `GET /map/paths`: how two parties are connected, and whom to ask.

use super::parts::{Way, ask, ways};
use super::{Asked, Map, further, own_party, read, twins};
use crate::map::analysis::Analysis;
use askama::Template;
use kernel::{Error, Lang};
use std::sync::Arc;
use web::layout::Choice;
use web::{Cx, Handled, html};

/// Ways that are shown.
const WAYS: usize = 3;

#[derive(Template)]
#[template(path = "map/paths.html")]
struct PathsPage<'a> {
    cx: &'a Cx,
    twins: Vec<Choice>,
    further: Vec<Choice>,
    /// What is written in the two fields.
    from: String,
    to: String,
    from_fault: String,
    to_fault: String,
    names: Vec<Choice>,
    /// The second field shares the suggestions of the first.
    none: Vec<Choice>,
    asked: bool,
    ways: Vec<Way>,
    ask: (String, String),
}

pub async fn page(cx: Cx, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, asked.day).await?;
    let from = end(&cx, &asked, &analysis, "from")?;
    let to = end(&cx, &asked, &analysis, "to")?;
    let own = if asked.one("from").is_none() { own_party(&cx, &analysis) } else { None };
    let from = if let (End::Nobody(text), Some(own)) = (&from, own)
        && text.is_empty()
    {
        End::Party(own)
    } else {
        from
    };
    let found = match (&from, &to) {
        (End::Party(from), End::Party(to)) if from != to => ways(&cx, &analysis, *from, *to, WAYS),
        _ => Vec::new(),
    };
    let complete = matches!((&from, &to), (End::Party(_), End::Party(_)));
    let speaks = match from {
        End::Party(at) => analysis
            .view
            .node(at)
            .is_some_and(|node| cx.actor.acts_for(node.id()) || cx.actor.member_of.contains(&node.id())),
        End::Nobody(_) => false,
    };
    html(&PathsPage {
        twins: twins(&cx, &asked, "/map/paths"),
        further: further(&cx),
        from_fault: from.fault(&cx),
        to_fault: to.fault(&cx),
        from: from.words(&analysis, cx.lang),
        to: to.words(&analysis, cx.lang),
        none: Vec::new(),
        names: names(&cx, &analysis),
        asked: complete,
        ask: if speaks { ask(&cx, found.first()) } else { Default::default() },
        ways: found,
        cx: &cx,
    })
}

/// One end of a way, or what was written in its place.
enum End {
    Party(u32),
    Nobody(String),
}

impl End {
    fn words(&self, analysis: &Analysis, lang: Lang) -> String {
        match self {
            End::Party(at) => analysis.view.node(*at).map(|node| node.called(lang).to_owned()).unwrap_or_default(),
            End::Nobody(text) => text.clone(),
        }
    }

    fn fault(&self, cx: &Cx) -> String {
        match self {
            End::Nobody(text) if !text.is_empty() => cx.t(
                "この名前の相手は見つかりません。候補から選んでください。",
                "Nobody is called that. Choose from the suggestions.",
            ),
            _ => "",
        }
        .to_owned()
    }
}

/// An id leads to a party or nowhere; a name to the party that is called so, else to one whose name holds it.
fn end(_: &Cx, asked: &Asked, analysis: &Analysis, field: &str) -> Result<End, Error> {
    if let Some(id) = asked.id(field) {
        return analysis.view.place_of(id).map(End::Party).ok_or(Error::NotFound);
    }
    let written = asked.one(field).unwrap_or_default().trim();
    let wanted = kernel::fold::fold(written);
    if wanted.is_empty() {
        return Ok(End::Nobody(String::new()));
    }
    let folded =
        |at: u32| Lang::ALL.map(|lang| analysis.view.node(at).map(|node| kernel::fold::fold(node.called(lang))));
    let count = analysis.view.nodes.len() as u32;
    let exact = (0..count).find(|at| folded(*at).iter().flatten().any(|name| *name == wanted));
    let holding = || (0..count).find(|at| folded(*at).iter().flatten().any(|name| name.contains(&wanted)));
    Ok(exact.or_else(holding).map_or_else(|| End::Nobody(written.to_owned()), End::Party))
}

/// Suggestions for the fields: those with most ties.
fn names(cx: &Cx, analysis: &Analysis) -> Vec<Choice> {
    const MOST: usize = 200;
    let mut tied: Vec<u32> = (0..analysis.view.nodes.len() as u32).filter(|at| analysis.degree(*at) > 0).collect();
    tied.sort_by_key(|at| (std::cmp::Reverse(analysis.degree(*at)), *at));
    let named = tied.into_iter().take(MOST).filter_map(|at| analysis.view.node(at));
    named.map(|node| Choice::new(node.called(cx.lang), "")).collect()
}
