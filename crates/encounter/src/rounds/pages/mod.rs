//! The pages of rounds: thin. They load the round, ask the model, and show.

pub mod cards;
pub mod desk;
pub mod directory;
pub mod files;
pub mod history;
pub mod left_out;
pub mod meeting;
pub mod mine;
pub mod outcome;
pub mod participant;
pub mod publish;
pub mod runs;
pub mod schedule;
pub mod sheet;
pub mod show;
pub mod suggestions;
pub mod timetable;
pub mod wishes;

use super::model::{Dossier, Meeting, Side, State};
use super::store::{Delay, Version};
use super::vocabularies as v;
use super::{policy, store as rows};
use chrono::{DateTime, Duration, Utc};
use kernel::{Error, Result, Uuid};
use web::layout::{Choice, Crumb};
use web::{Cx, records};

/// The round for whoever runs rounds.
pub async fn for_officer(cx: &Cx, id: Uuid) -> Result<Dossier> {
    policy::may_run(&cx.actor)?;
    rows::dossier(&cx.app.db, cx.hub.zone, id).await
}

/// What a reader sees of a round: the newest publication. `None` for the version: nothing is published yet.
///
/// # Errors
/// [`Error::NotFound`] when the round is not there for this reader: absent and hidden look the same.
pub async fn for_reader(cx: &Cx, id: Uuid) -> Result<(Dossier, Option<Version>)> {
    let seen = store::records::find(&cx.app.db, &super::records::ROUND, id, cx.scope()).await?;
    if seen.is_none() {
        return Err(Error::NotFound);
    }
    let dossier = rows::dossier(&cx.app.db, cx.hub.zone, id).await?;
    let version = rows::newest_version(&cx.app.db, id).await?;
    if version.is_none() && !cx.actor.may(kernel::Permission::RunRounds) {
        return Err(Error::NotFound);
    }
    Ok((dossier, version))
}

/// Meet › Rounds › this one.
pub fn crumbs(cx: &Cx, dossier: Option<&Dossier>) -> Vec<Crumb> {
    let mut crumbs = vec![
        Crumb::new(cx.t("つどう", "Meet"), cx.href("/meet")),
        Crumb::new(cx.t("面談会", "Rounds"), cx.href("/rounds")),
    ];
    if let Some(dossier) = dossier {
        crumbs.push(Crumb::new(dossier.round.called(cx.lang), cx.href(&format!("/rounds/{}", dossier.round.id))));
    }
    crumbs
}

/// Word and tint of the state.
pub fn state_tag(cx: &Cx, state: State) -> (&'static str, &'static str) {
    v::STATES.term(state.code()).map_or(("", ""), |term| (term.label.get(cx.lang), term.tone.class()))
}

/// The days of a round.
pub fn day_words(cx: &Cx, dossier: &Dossier) -> String {
    let first = dossier.grid.slots.first().map(|slot| slot.local.date());
    let last = dossier.grid.slots.last().map(|slot| slot.local.date());
    match (first, last) {
        (Some(first), Some(last)) if first != last => {
            format!("{}–{}", kernel::calendar::date_long(cx.lang, first), kernel::calendar::date_long(cx.lang, last))
        }
        (Some(first), _) => kernel::calendar::date_long(cx.lang, first),
        _ => String::new(),
    }
}

/// Days, place and sides in one line.
pub fn facts(cx: &Cx, dossier: &Dossier) -> String {
    let days = day_words(cx, dossier);
    let side = |side: Side| format!("{} {}", Side::name(side, &dossier.round, cx.lang), dossier.active(side).count());
    let mut parts = vec![days, format!("{} × {}", side(Side::A), side(Side::B))];
    let venue = dossier.round.text("venue");
    if !venue.is_empty() {
        parts.push(venue.say(cx.lang).to_owned());
    }
    if dossier.grid.zone != cx.hub.zone {
        parts.push(dossier.grid.zone.to_string());
    }
    parts.join(cx.t("・", " · "))
}

/// A span of wall clock: `10:00–10:20`.
pub fn span(dossier: &Dossier, starts_at: DateTime<Utc>, late: i64) -> String {
    let from = dossier.grid.local(starts_at) + Duration::minutes(late);
    let to = from + Duration::minutes(dossier.grid.minutes);
    format!("{}–{}", from.format("%H:%M"), to.format("%H:%M"))
}

/// The same span on another clock, with its day where that differs: `Europe/Stockholm 02:00–02:20`.
pub fn beside(
    dossier: &Dossier,
    zone: chrono_tz::Tz,
    starts_at: DateTime<Utc>,
    late: i64,
    lang: kernel::Lang,
) -> String {
    let from = starts_at + Duration::minutes(late);
    let to = (from + Duration::minutes(dossier.grid.minutes)).with_timezone(&zone).naive_local();
    let there = from.with_timezone(&zone).naive_local();
    let other_day = there.date() != (dossier.grid.local(starts_at) + Duration::minutes(late)).date();
    format!("{zone} {}–{}", super::model::words::moment(there, other_day, lang), to.format("%H:%M"))
}

/// Slots as options of a select, named by day and time.
pub fn slot_choices(
    cx: &Cx,
    dossier: &Dossier,
    only: Option<&[DateTime<Utc>]>,
    chosen: Option<DateTime<Utc>>,
) -> Vec<Choice> {
    let slots = dossier.grid.slots.iter().filter(|slot| only.is_none_or(|only| only.contains(&slot.starts_at)));
    slots
        .map(|slot| {
            let label = dossier.when(slot.starts_at, cx.lang);
            Choice::new(slot.starts_at.to_rfc3339(), label).chosen(Some(slot.starts_at) == chosen)
        })
        .collect()
}

/// An instant as [`slot_choices`] sends it.
pub fn read_instant(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.with_timezone(&Utc))
}

/// The timetable that a reader is shown, with the delays of the day.
pub async fn delays(cx: &Cx, dossier: &Dossier) -> Result<Vec<Delay>> {
    rows::delays(&cx.app.db, dossier.round.id).await
}

/// One line of a personal schedule.
pub struct Line {
    pub id: Uuid,
    pub day: String,
    pub span: String,
    pub late: i64,
    pub with: String,
    pub with_href: String,
    pub place: String,
    pub interpreter: bool,
    pub outcome_href: String,
    /// The same time in the participant's own zone, where it has one.
    pub beside: String,
    pub video_link: String,
    pub attending: String,
    pub why: &'static str,
}

/// A participant's meetings in order of time.
pub fn lines(cx: &Cx, dossier: &Dossier, plan: &[Meeting], delays: &[Delay], who: Uuid) -> Vec<Line> {
    let mut own: Vec<&Meeting> = plan.iter().filter(|m| m.is_on() && m.has(who)).collect();
    own.sort_by_key(|m| m.starts_at);
    let mut last_day = String::new();
    let zone = dossier.participant(who).and_then(|p| p.own_zone(dossier.grid.zone));
    own.into_iter()
        .map(|m| {
            let other = if m.a == who { m.b } else { m.a };
            let late = super::actions::day::delay_of(delays, dossier.grid.zone, m.starts_at);
            let day = kernel::calendar::date_long(cx.lang, dossier.grid.local(m.starts_at).date());
            let shown = if day == last_day { String::new() } else { day.clone() };
            last_day = day;
            let party = dossier.participant(other).and_then(|p| p.party);
            let entry = party.and_then(|party| cx.app.catalogue.entry(party, &cx.keyring));
            Line {
                id: m.id,
                day: shown,
                span: span(dossier, m.starts_at, late),
                late,
                with: dossier.name(other, cx.lang).to_owned(),
                with_href: entry.map(|e| cx.href(&format!("/{}/{}", e.kind.path, e.id))).unwrap_or_default(),
                place: dossier.place(m, cx.lang),
                interpreter: super::model::edit::uses_interpreter(dossier, m),
                outcome_href: String::new(),
                beside: zone.map(|zone| beside(dossier, zone, m.starts_at, late, cx.lang)).unwrap_or_default(),
                video_link: m.video_link.clone(),
                attending: dossier.attending(m, who),
                why: super::model::words::why(dossier, m, who).get(cx.lang),
            }
        })
        .collect()
}

/// Views of one round.
pub fn tabs(cx: &Cx, dossier: &Dossier, here: &str) -> Vec<Choice> {
    let base = format!("/rounds/{}", dossier.round.id);
    let officer = cx.actor.may(kernel::Permission::RunRounds);
    let mut views = Vec::new();
    if officer {
        views.push(("", cx.t("準備", "Preparation")));
        views.push(("/suggestions", cx.t("提案", "Suggestions")));
    }
    views.push(("/timetable", cx.t("時間割", "Timetable")));
    if officer {
        views.push(("/left-out", cx.t("会えない組", "Who does not meet")));
        views.push(("/cards", cx.t("掲示と配布", "Cards and lists")));
    }
    views.push(("/versions", cx.t("公開の履歴", "Versions")));
    views
        .into_iter()
        .map(|(path, label)| Choice::new(cx.href(&format!("{base}{path}")), label).chosen(path == here))
        .collect()
}

/// Nothing but the record kit's own parser of forms.
pub use records::Submission;
