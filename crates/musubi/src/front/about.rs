//! Words about the site: what it is, how accessible it is, which feeds it has.

use askama::Template;
use web::language::{Part, PartState};
use web::{Cx, Handled, html};

#[derive(Template)]
#[template(path = "front/about.html")]
struct AboutPage<'a> {
    cx: &'a Cx,
    parts: Vec<PartLine>,
}

/// One part of the understanding of language, in words.
struct PartLine {
    name: String,
    state: String,
    on: bool,
    attribution: String,
    hash: String,
}

fn part_line(cx: &Cx, part: Part) -> PartLine {
    let on = matches!(part.state, PartState::On(_));
    let state = match part.state {
        PartState::On(what) => what.get(cx.lang).to_owned(),
        PartState::Coming => cx.t("用意しています", "Being prepared").to_owned(),
        PartState::Off(why) => why.get(cx.lang).to_owned(),
    };
    PartLine { name: part.name.get(cx.lang).to_owned(), state, on, attribution: part.attribution, hash: part.hash }
}

#[derive(Template)]
#[template(path = "front/accessibility.html")]
struct AccessibilityPage<'a> {
    cx: &'a Cx,
}

#[derive(Template)]
#[template(path = "front/feeds.html")]
struct FeedsPage<'a> {
    cx: &'a Cx,
}

pub(super) async fn about(cx: Cx) -> Handled {
    let parts = cx.app.language.parts().into_iter().map(|part| part_line(&cx, part)).collect();
    html(&AboutPage { parts, cx: &cx })
}

pub(super) async fn accessibility(cx: Cx) -> Handled {
    html(&AccessibilityPage { cx: &cx })
}

pub(super) async fn feeds(cx: Cx) -> Handled {
    html(&FeedsPage { cx: &cx })
}
