//! For staff: what was learned from answers, and the switch.

use super::learning::{self, Learned};
use super::pages::part_name;
use super::{Matching, store};
use askama::Template;
use engine::affinity::reciprocal::Acceptance;
use kernel::Result;
use std::sync::Arc;
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled, html};

/// One part with its say.
struct Say {
    part: &'static str,
    /// Raises, lowers, or says nothing for certain.
    words: &'static str,
    tone: &'static str,
    number: String,
}

#[derive(Template)]
#[template(path = "matching/staff.html")]
struct StaffPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    on: bool,
    state: (&'static str, &'static str),
    figures: Vec<(&'static str, String)>,
    says: Vec<Say>,
}

/// `GET /staff/matching`.
pub async fn page(cx: Cx, matching: Arc<Matching>) -> Handled {
    let learned = matching.standing().map(|standing| standing.learned.clone()).unwrap_or_default();
    // The setting itself: the corpus follows it some seconds later.
    let on = store::may_learn(&cx.app.db).await?;
    let left = Learned::NEEDED.saturating_sub(learned.outcomes);
    html(&StaffPage {
        crumbs: vec![Crumb::new(cx.t("運営", "Staff pages"), cx.href("/staff"))],
        on,
        state: match (on, &learned.model) {
            (false, _) => (cx.t("切っています", "Switched off"), ""),
            (true, Some(_)) => (cx.t("順位に使っています", "Used for the order"), "c-moss"),
            (true, None) => (cx.t("まだ答えが足りません", "Not enough answers yet"), "c-gold"),
        },
        figures: vec![
            (cx.t("学べる答え", "Answers to learn from"), learned.outcomes.to_string()),
            (cx.t("そのうち実ったもの", "Of these a yes"), learned.accepted.to_string()),
            (cx.t("必要な数まで", "Still needed"), left.to_string()),
        ],
        says: learned.model.as_ref().map(|model| says(&cx, model)).unwrap_or_default(),
        cx: &cx,
    })
}

/// The parts that say something, the surest first.
fn says(cx: &Cx, model: &Acceptance) -> Vec<Say> {
    let mut found: Vec<_> = model.coefficients.iter().filter(|(_, value, _)| *value != 0.0).collect();
    let sure = |value: f64, error: f64| if error > 0.0 { (value / error).abs() } else { 0.0 };
    found.sort_by(|one, other| sure(other.1, other.2).total_cmp(&sure(one.1, one.2)));
    let say = |(part, value, error): &(_, f64, f64)| {
        let (words, tone) = match (sure(*value, *error) >= 2.0, *value > 0.0) {
            (false, _) => (cx.t("はっきりしない", "Not certain"), ""),
            (true, true) => (cx.t("実りやすい", "Comes about more"), "c-moss"),
            (true, false) => (cx.t("実りにくい", "Comes about less"), "c-cord"),
        };
        Say { part: part_name(cx, *part), words, tone, number: format!("{value:+.2} ± {error:.2}") }
    };
    found.into_iter().map(say).collect()
}

/// `POST /staff/matching`: `learn` is on or off.
pub async fn switch(cx: Cx, sent: Submission) -> Handled {
    let on = read(&sent)?;
    learning::switch(&Doing::of(&cx), on).await?;
    Ok(notice::redirect(&cx, "/staff/matching", Done::Saved, None))
}

fn read(sent: &Submission) -> Result<bool> {
    match sent.input.first("learn") {
        Some("on") => Ok(true),
        Some("off") => Ok(false),
        _ => {
            Err(kernel::Error::invalid("learn", kernel::both("入れるか切るかを選んでください。", "Choose on or off.")))
        }
    }
}
