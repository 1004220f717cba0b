//! Suggestions for those who wish little: looked at by the officer, all or some taken over with one button. A participant is
//! offered the same on its own page.

use super::{Submission, crumbs, for_officer};
use crate::matching::{self, Matching, Standing, Suggested};
use crate::rounds::actions::answers;
use crate::rounds::model::{Dossier, MetBefore, Participant, Wish, before};
use askama::Template;
use axum::extract::Path;
use kernel::{Actor, Lang, Uuid};
use std::collections::HashMap;
use std::sync::Arc;
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{App, Cx, Handled, html};

/// Suggestions for one participant.
const MOST: usize = 5;
/// Participants on one page of the officer; the rest is counted and comes once these are done.
const MOST_PARTICIPANTS: usize = 60;

/// What is suggested to one participant: counterparts, best first. Only parties of the directory can be suggested, nobody
/// who was refused, and in a round that forbids it nobody met before.
pub fn suggested(
    app: &App,
    standing: &Standing,
    dossier: &Dossier,
    who: &Participant,
    most: usize,
) -> Vec<(Uuid, Suggested)> {
    let Some(party) = who.party else { return Vec::new() };
    let forbid = MetBefore::of(&dossier.round) == MetBefore::Forbid;
    let counterparts: HashMap<Uuid, Uuid> = dossier
        .active(who.side.other())
        .filter(|other| dossier.wish(who.id, other.id).is_none() && dossier.wish(other.id, who.id) != Some(Wish::No))
        .filter(|other| !forbid || dossier.met_before(who.id, other.id).is_none())
        .filter_map(|other| Some((other.party.filter(|other| *other != party)?, other.id)))
        .collect();
    let mut parties: Vec<Uuid> = counterparts.keys().copied().collect();
    parties.sort();
    let everybody = Actor::visitor().keyring();
    let found = matching::between(standing, &app.catalogue, &everybody, party, &parties, most);
    found.into_iter().filter_map(|one| Some((*counterparts.get(&one.other)?, one))).collect()
}

struct Line {
    value: String,
    name: String,
    reasons: String,
    met: bool,
}

struct Group {
    name: String,
    given: usize,
    capacity: usize,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "rounds/suggestions.html")]
struct SuggestionsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    title: String,
    action: String,
    back: String,
    groups: Vec<Group>,
    count: usize,
    more: usize,
    unlinked: usize,
    preparing: bool,
}

/// `GET /rounds/{id}/suggestions`: for everybody who has fewer wished pairs than meetings that fit.
pub async fn page(cx: Cx, matching: Arc<Matching>, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let standing = matching.standing();
    let short: Vec<(Uuid, usize, usize)> = before::loads(&dossier)
        .into_iter()
        .filter(|load| load.demand < load.capacity)
        .map(|load| (load.id, load.demand, load.capacity))
        .collect();
    let linked = |id: &Uuid| dossier.participant(*id).is_some_and(|p| p.party.is_some());
    let (with, without): (Vec<_>, Vec<_>) = short.into_iter().partition(|(id, ..)| linked(id));
    let (now, later) = with.split_at(with.len().min(MOST_PARTICIPANTS));
    let groups: Vec<Group> = match &standing {
        Some(standing) => now.iter().filter_map(|one| group(&cx, standing, &dossier, *one)).collect(),
        None => Vec::new(),
    };
    html(&SuggestionsPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        tabs: super::tabs(&cx, &dossier, "/suggestions"),
        title: dossier.round.called(cx.lang),
        action: cx.href(&format!("/rounds/{id}/suggestions")),
        back: cx.href(&format!("/rounds/{id}")),
        count: groups.iter().map(|group| group.lines.len()).sum(),
        groups,
        more: later.len(),
        unlinked: without.len(),
        preparing: standing.is_none(),
        cx: &cx,
    })
}

fn group(
    cx: &Cx,
    standing: &Standing,
    dossier: &Dossier,
    (id, given, capacity): (Uuid, usize, usize),
) -> Option<Group> {
    let who = dossier.participant(id)?;
    let lines = suggested(&cx.app, standing, dossier, who, MOST.min(capacity - given));
    let lines: Vec<Line> = lines
        .into_iter()
        .map(|(other, one)| Line {
            value: format!("{id}:{other}"),
            name: dossier.name(other, cx.lang).to_owned(),
            reasons: one.reasons(cx.lang).join(cx.t(" ", " ")),
            met: dossier.met_before(id, other).is_some(),
        })
        .collect();
    (!lines.is_empty()).then(|| Group { name: who.called(cx.lang).to_owned(), given, capacity, lines })
}

/// `POST /rounds/{id}/suggestions` with `pair`, each `asker:asked`.
pub async fn take(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    for_officer(&cx, id).await?;
    let read = |text: &String| {
        let (asker, asked) = text.split_once(':')?;
        Some((asker.parse().ok()?, asked.parse().ok()?))
    };
    let pairs: Vec<(Uuid, Uuid)> = sent.input.all("pair").iter().filter_map(read).collect();
    answers::take_suggestions(&Doing::of(&cx), id, &pairs).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None))
}

/// Words for a participant's own page: why a counterpart is suggested to it.
pub fn offered(
    app: &App,
    matching: &Matching,
    dossier: &Dossier,
    who: &Participant,
    lang: Lang,
) -> HashMap<Uuid, String> {
    let Some(standing) = matching.standing() else { return HashMap::new() };
    let found = suggested(app, &standing, dossier, who, MOST);
    found.into_iter().map(|(other, one)| (other, one.reasons(lang).join(" "))).collect()
}
