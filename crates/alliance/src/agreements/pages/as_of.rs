//! How things stood on a day: how many agreements were active, of which types, with which countries, and the place of
//! each in the order of signing.

use super::asked::{Asked, AskedForm};
use super::{Named, called_after, crumbs, facet_of, named, phase_tag, place_words, places, tabs, term_words};
use crate::agreements::model::Phase;
use crate::agreements::store::{self as rows, Dossier};
use askama::Template;
use axum::extract::Query;
use directory::vocabularies::COUNTRIES;
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

struct Row {
    title: Named,
    party: String,
    of_type: String,
    type_tone: &'static str,
    signed: String,
    phase: String,
    tone: &'static str,
    place: String,
}

#[derive(Template)]
#[template(path = "agreements/as_of.html")]
struct AsOfPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    form: AskedForm,
    day: String,
    active: usize,
    perhaps: usize,
    suspended: usize,
    by_type: Vec<(String, usize)>,
    by_country: Vec<(String, usize)>,
    by_hub: Vec<(String, usize)>,
    rows: Vec<Row>,
}

/// Counts words, most first, then in order of appearance.
#[derive(Default)]
struct Tally(Vec<(String, usize)>);

impl Tally {
    fn add(&mut self, word: String) {
        match self.0.iter_mut().find(|(known, _)| *known == word) {
            Some((_, count)) => *count += 1,
            None => self.0.push((word, 1)),
        }
    }

    fn sorted(mut self) -> Vec<(String, usize)> {
        self.0.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        self.0
    }
}

/// `GET /agreements/as-of?date=2020-08-31&hub=&type=`.
pub async fn page(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let register = rows::register(&cx.app.db, cx.scope()).await?;
    let answered = asked.answer(&cx, &register);
    let today = cx.today();
    let places = places(&cx, &register);
    let standing: Vec<(&Dossier, Phase)> = register
        .iter()
        .filter(|dossier| answered.includes(&cx, dossier))
        .map(|dossier| (dossier, dossier.life(today).on(answered.day)))
        .filter(|(_, phase)| phase.is_active() || matches!(phase, Phase::Suspended | Phase::PerhapsBegun))
        .collect();
    let (mut by_type, mut by_country, mut by_hub) = (Tally::default(), Tally::default(), Tally::default());
    for (dossier, _) in standing.iter().filter(|(_, phase)| phase.is_active()) {
        by_type.add(term_words(&cx, &dossier.agreement, "type").0);
        countries(&cx, dossier).into_iter().for_each(|country| by_country.add(country));
        by_hub.add(
            dossier
                .hub(cx.hub.organization)
                .map_or_else(|| cx.t("拠点なし", "No hub").to_owned(), |hub| named(&cx, hub).name),
        );
    }
    let count = |wanted: fn(Phase) -> bool| standing.iter().filter(|(_, phase)| wanted(*phase)).count();
    let page = AsOfPage {
        crumbs: crumbs(&cx),
        tabs: tabs(&cx, "/agreements/as-of"),
        form: AskedForm::new(&cx, "/agreements/as-of", &answered, &register, false),
        day: kernel::calendar::date_long(cx.lang, answered.day),
        active: count(Phase::is_active),
        perhaps: count(|phase| phase == Phase::PerhapsBegun),
        suspended: count(|phase| phase == Phase::Suspended),
        by_type: by_type.sorted(),
        by_country: by_country.sorted(),
        by_hub: by_hub.sorted(),
        rows: standing
            .iter()
            .map(|(dossier, phase)| {
                row(&cx, dossier, *phase, places.get(&dossier.agreement.id).map(|p| place_words(&cx, p)))
            })
            .collect(),
        cx: &cx,
    };
    web::html_with(answered.status(), &page)
}

/// The countries of the other parties, each once.
fn countries(cx: &Cx, dossier: &Dossier) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for code in dossier.others(cx.hub.organization).into_iter().filter_map(|party| facet_of(cx, party, "country")) {
        let word = COUNTRIES.term(&code).map_or(code, |term| term.label.get(cx.lang).to_owned());
        if !found.contains(&word) {
            found.push(word);
        }
    }
    if found.is_empty() {
        found.push(cx.t("国が未記入", "No country given").to_owned());
    }
    found
}

fn row(cx: &Cx, dossier: &Dossier, phase: Phase, place: Option<String>) -> Row {
    let (of_type, type_tone) = term_words(cx, &dossier.agreement, "type");
    let (phase, tone) = phase_tag(cx, phase);
    Row {
        title: Named {
            name: dossier.agreement.called(cx.lang),
            href: cx.href(&format!("/agreements/{}", dossier.agreement.id)),
        },
        party: called_after(cx, dossier),
        of_type,
        type_tone,
        signed: dossier
            .agreement
            .date("signed")
            .map_or_else(|| cx.t("不明", "Unknown").to_owned(), |date| date.display(cx.lang)),
        phase,
        tone,
        place: place.unwrap_or_default(),
    }
}
