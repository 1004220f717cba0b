//! One meeting by hand: move, swap, cancel, freeze, and what happened on the day. Says at once what stands against it.

use super::{Submission, crumbs, for_officer, read_instant, slot_choices};
use crate::rounds::actions::day;
use crate::rounds::actions::edit::{self, Verb};
use crate::rounds::model::edit::{doubts, open_slots};
use crate::rounds::model::{Dossier, Meeting, Side, State};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Result, Uuid, both};
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::{Cx, Handled, html_with};

#[derive(Template)]
#[template(path = "rounds/meeting.html")]
struct MeetingPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    lead: String,
    doubts: Vec<String>,
    frozen: bool,
    on: bool,
    published: bool,
    slots: Vec<Choice>,
    swaps: Vec<Choice>,
    action: String,
    back: String,
    version: i64,
    video: bool,
    video_link: String,
    attending: String,
    why: String,
    fault: String,
}

fn find(dossier: &Dossier, id: Uuid) -> Result<&Meeting> {
    dossier.meetings.iter().find(|m| m.id == id).ok_or(Error::NotFound)
}

/// `GET /rounds/{id}/meetings/{meeting}`.
pub async fn page(cx: Cx, Path((id, meeting)): Path<(Uuid, Uuid)>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    show(&cx, &dossier, find(&dossier, meeting)?, String::new())
}

fn show(cx: &Cx, dossier: &Dossier, m: &Meeting, fault: String) -> Handled {
    let base = cx.href(&format!("/rounds/{}", dossier.round.id));
    let open = open_slots(dossier, m.a, m.b, &[m.id]);
    let swaps = dossier.planned().filter(|other| other.id != m.id && (other.has(m.a) || other.has(m.b)));
    let swaps = swaps.map(|other| {
        let label = format!(
            "{} · {} × {}",
            dossier.when(other.starts_at, cx.lang),
            dossier.name(other.a, cx.lang),
            dossier.name(other.b, cx.lang)
        );
        Choice::new(other.id.to_string(), label)
    });
    let page = MeetingPage {
        crumbs: crumbs(cx, Some(dossier)),
        title: format!("{} × {}", dossier.name(m.a, cx.lang), dossier.name(m.b, cx.lang)),
        lead: format!("{} · {}", dossier.when(m.starts_at, cx.lang), dossier.place(m, cx.lang)),
        doubts: doubts(dossier, m.a, m.b).iter().map(|said| said.get(cx.lang).to_owned()).collect(),
        frozen: m.frozen,
        on: m.is_on(),
        published: dossier.state() >= State::Published,
        slots: slot_choices(cx, dossier, Some(&open), m.is_on().then_some(m.starts_at)),
        swaps: swaps.collect(),
        action: format!("{base}/meetings/{}", m.id),
        back: format!("{base}/timetable"),
        version: m.version,
        video: [m.a, m.b].iter().filter_map(|id| dossier.participant(*id)).any(|p| p.remote),
        video_link: m.video_link.clone(),
        attending: [m.a, m.b]
            .iter()
            .map(|id| (dossier.name(*id, cx.lang), dossier.attending(m, *id)))
            .filter(|(_, people)| !people.is_empty())
            .map(|(name, people)| format!("{name}: {people}"))
            .collect::<Vec<_>>()
            .join(cx.t("、", "; ")),
        why: reasons(cx, dossier, m),
        cx,
        fault,
    };
    html_with(if page.fault.is_empty() { 200 } else { 409 }, &page)
}

/// Who wished it, or that it was suggested.
fn reasons(cx: &Cx, dossier: &Dossier, m: &Meeting) -> String {
    let said = |asker: Uuid, asked: Uuid| {
        let wished = dossier.wishes.get(&(asker, asked))?;
        let word = if wished.suggested { cx.t("提案", "suggested") } else { wished.wish.label().get(cx.lang) };
        Some(format!("{}: {word}", dossier.name(asker, cx.lang)))
    };
    let found: Vec<String> = [said(m.a, m.b), said(m.b, m.a)].into_iter().flatten().collect();
    if found.is_empty() {
        return cx.t("希望はありません(空き枠)。", "Nobody wished it (a free slot).").to_owned();
    }
    found.join(cx.t("、", "; "))
}

/// `POST /rounds/{id}/meetings/{meeting}` with `do` = move, swap, cancel, freeze, unfreeze, no_show, held, link.
pub async fn act(cx: Cx, Path((id, meeting)): Path<(Uuid, Uuid)>, sent: Submission) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let m = find(&dossier, meeting)?;
    let doing = Doing::of(&cx);
    let field = |name: &str| sent.input.first(name).unwrap_or_default();
    let missing = || Error::Conflict(both("枠か相手を選んでください。", "Choose a slot or a meeting.").into());
    let outcome = match field("do") {
        "swap" => match field("with").parse() {
            Ok(other) => edit::swap(&doing, id, meeting, other).await,
            Err(_) => Err(missing()),
        },
        "move" => match read_instant(field("starts_at")) {
            Some(starts_at) => {
                edit::change(&doing, id, meeting, sent.seen, Verb::Move { starts_at, table_no: None }).await
            }
            None => Err(missing()),
        },
        "cancel" => edit::change(&doing, id, meeting, sent.seen, Verb::Cancel).await,
        "link" => edit::change(&doing, id, meeting, sent.seen, Verb::Link(field("video_link").to_owned())).await,
        "freeze" => edit::change(&doing, id, meeting, sent.seen, Verb::Freeze(true)).await,
        "unfreeze" => edit::change(&doing, id, meeting, sent.seen, Verb::Freeze(false)).await,
        "no_show" => edit::change(&doing, id, meeting, sent.seen, Verb::NoShow).await,
        "held" => edit::change(&doing, id, meeting, sent.seen, Verb::Held).await,
        _ => return Err(Error::bad_request(both("何をするか分かりません。", "It is not clear what to do.")).into()),
    };
    match outcome {
        Ok(()) => Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Saved, None)),
        Err(Error::Conflict(said)) => show(&cx, &dossier, m, said.get(cx.lang).to_owned()),
        Err(error) => Err(error.into()),
    }
}

#[derive(Template)]
#[template(path = "rounds/meeting_new.html")]
struct NewPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    here: String,
    back: String,
    sides: [String; 2],
    hosts: Vec<Choice>,
    visitors: Vec<Choice>,
    chosen: bool,
    pair: String,
    a: String,
    b: String,
    doubts: Vec<String>,
    slots: Vec<Choice>,
    fault: String,
}

/// `GET /rounds/{id}/meetings/new?a=…&b=…`: the pair first, then the slots that are free for both.
pub async fn new(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let asked = |name: &str| {
        url::form_urlencoded::parse(cx.query.as_bytes()).find(|(key, _)| key == name).and_then(|(_, v)| v.parse().ok())
    };
    new_page(&cx, &dossier, (asked("a"), asked("b")), String::new())
}

fn new_page(cx: &Cx, dossier: &Dossier, pair: (Option<Uuid>, Option<Uuid>), fault: String) -> Handled {
    let base = cx.href(&format!("/rounds/{}", dossier.round.id));
    let options = |side: Side, chosen: Option<Uuid>| -> Vec<Choice> {
        dossier
            .active(side)
            .map(|p| Choice::new(p.id.to_string(), p.called(cx.lang)).chosen(Some(p.id) == chosen))
            .collect()
    };
    let known =
        pair.0.zip(pair.1).filter(|(a, b)| dossier.participant(*a).is_some() && dossier.participant(*b).is_some());
    let slots = known.map(|(a, b)| open_slots(dossier, a, b, &[])).unwrap_or_default();
    let page = NewPage {
        crumbs: crumbs(cx, Some(dossier)),
        action: format!("{base}/meetings"),
        here: format!("{base}/meetings/new"),
        back: format!("{base}/timetable"),
        sides: Side::BOTH.map(|side| side.name(&dossier.round, cx.lang)),
        hosts: options(Side::A, pair.0),
        visitors: options(Side::B, pair.1),
        chosen: known.is_some(),
        pair: known
            .map(|(a, b)| format!("{} × {}", dossier.name(a, cx.lang), dossier.name(b, cx.lang)))
            .unwrap_or_default(),
        a: pair.0.map(|id| id.to_string()).unwrap_or_default(),
        b: pair.1.map(|id| id.to_string()).unwrap_or_default(),
        doubts: known
            .map(|(a, b)| doubts(dossier, a, b))
            .unwrap_or_default()
            .iter()
            .map(|s| s.get(cx.lang).to_owned())
            .collect(),
        slots: slot_choices(cx, dossier, Some(&slots), None),
        cx,
        fault,
    };
    html_with(if page.fault.is_empty() { 200 } else { 409 }, &page)
}

/// `POST /rounds/{id}/meetings`; on the day, a walk-in.
pub async fn add(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let who = |field: &str| sent.input.first(field).and_then(|text| text.parse::<Uuid>().ok());
    let pair = (who("a"), who("b"));
    let starts_at = sent.input.first("starts_at").and_then(read_instant);
    let (Some(a), Some(b), Some(starts_at)) = (pair.0, pair.1, starts_at) else {
        return new_page(&cx, &dossier, pair, cx.t("二者と枠を選んでください。", "Choose both and a slot.").to_owned());
    };
    match edit::add(&Doing::of(&cx), id, a, b, starts_at).await {
        Ok(_) => Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Created, None)),
        Err(Error::Conflict(said)) => new_page(&cx, &dossier, pair, said.get(cx.lang).to_owned()),
        Err(error) => Err(error.into()),
    }
}

/// `POST /rounds/{id}/freeze` with `frozen`.
pub async fn freeze(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    for_officer(&cx, id).await?;
    edit::freeze_all(&Doing::of(&cx), id, sent.input.first("frozen") == Some("true")).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Saved, None))
}

/// `POST /rounds/{id}/late`: the rest of a day begins later.
pub async fn late(cx: Cx, Path(id): Path<Uuid>, sent: Submission) -> Handled {
    for_officer(&cx, id).await?;
    let from = sent.input.first("from").and_then(read_instant).ok_or(Error::NotFound)?;
    let minutes = sent.input.first("minutes").and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    day::run_late(&Doing::of(&cx), id, from, minutes).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}/timetable"), Done::Saved, None))
}
