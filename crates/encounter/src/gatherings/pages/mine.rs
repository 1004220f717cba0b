//! A registration as its owner sees it: by account, or by the secret of a mail. It can be cancelled here.

use super::benefits::{BenefitView, given};
use super::show::waiting_words;
use super::{crumbs_in, span_of};
use crate::gatherings::actions::cancel;
use crate::gatherings::model::answers;
use crate::gatherings::model::survey::Mode;
use crate::gatherings::policy;
use crate::gatherings::records::{GATHERING, QUESTION};
use crate::gatherings::store::{self as rows, Registration};
use askama::Template;
use axum::extract::Path;
use kernel::record::Record;
use kernel::{Error, Result, Uuid};
use store::records::{self, Scope};
use web::layout::Crumb;
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

struct PersonView {
    name: String,
    organization: String,
    state: (String, &'static str),
    /// The code of the entrance, as SVG; empty without a seat.
    qr: String,
    /// Badge and certificate as PDF; empty when there is none.
    badge: String,
    certificate: String,
    /// Where the survey waits for their answers; empty when it does not.
    survey: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "gatherings/mine.html")]
struct MinePage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    href: String,
    when: String,
    place: String,
    online_url: String,
    cancelled: bool,
    state: (String, &'static str),
    words: String,
    people: Vec<PersonView>,
    answers: Vec<(String, String)>,
    benefits: Vec<BenefitView>,
    ics_href: String,
    cancel: String,
    asks: bool,
}

/// The word and tint of a state.
pub fn state_words(cx: &Cx, state: &str) -> (String, &'static str) {
    let (words, tone) = match state {
        "confirmed" => (cx.t("参加", "Confirmed"), "c-moss"),
        "waiting" => (cx.t("キャンセル待ち", "Waiting list"), "c-gold"),
        "asked" => (cx.t("確認中", "Asked"), "c-indigo"),
        "declined" => (cx.t("お断り", "Declined"), ""),
        _ => (cx.t("取り消し", "Cancelled"), ""),
    };
    (words.to_owned(), tone)
}

pub async fn own(cx: &Cx, party: Uuid) -> Result<Vec<Registration>> {
    let people = rows::party(&cx.app.db, party).await?;
    let lead = people.first().ok_or(Error::NotFound)?;
    if policy::reads_registration(&cx.actor, lead) { Ok(people) } else { Err(Error::NotFound) }
}

pub async fn by_ticket(cx: &Cx, secret: &str) -> Result<Vec<Registration>> {
    let party = rows::party_of_ticket(&cx.app.db, secret).await?.ok_or(Error::NotFound)?;
    rows::party(&cx.app.db, party).await
}

/// `GET /registrations/{id}`.
pub async fn page(cx: Cx, Path(party): Path<Uuid>) -> Handled {
    let people = own(&cx, party).await?;
    show(&cx, &people, &format!("/registrations/{party}"), false).await
}

/// `GET /registrations/{id}/cancel`: asks first.
pub async fn ask(cx: Cx, Path(party): Path<Uuid>) -> Handled {
    let people = own(&cx, party).await?;
    show(&cx, &people, &format!("/registrations/{party}"), true).await
}

/// `POST /registrations/{id}/cancel`.
pub async fn give_up(cx: Cx, Path(party): Path<Uuid>, sent: Submission) -> Handled {
    own(&cx, party).await?;
    cancel::cancel(&Doing::of(&cx), party, only(&sent)).await?;
    let next = sent.next.unwrap_or_else(|| format!("/registrations/{party}"));
    Ok(notice::redirect(&cx, &next, Done::Undone, None))
}

/// `GET /tickets/{secret}`.
pub async fn ticket(cx: Cx, Path(secret): Path<String>) -> Handled {
    let people = by_ticket(&cx, &secret).await?;
    show(&cx, &people, &format!("/tickets/{secret}"), false).await
}

/// `GET /tickets/{secret}/cancel`: asks first.
pub async fn ask_ticket(cx: Cx, Path(secret): Path<String>) -> Handled {
    let people = by_ticket(&cx, &secret).await?;
    show(&cx, &people, &format!("/tickets/{secret}"), true).await
}

/// `POST /tickets/{secret}/cancel`.
pub async fn give_up_ticket(cx: Cx, Path(secret): Path<String>, sent: Submission) -> Handled {
    let people = by_ticket(&cx, &secret).await?;
    let party = people.first().map(|one| one.party).ok_or(Error::NotFound)?;
    cancel::cancel(&Doing::of(&cx), party, only(&sent)).await?;
    Ok(notice::redirect(&cx, &format!("/tickets/{secret}"), Done::Undone, None))
}

/// One person of the party, where the form names one.
fn only(sent: &Submission) -> Option<Uuid> {
    sent.input.first("only").and_then(|id| id.parse().ok())
}

async fn show(cx: &Cx, people: &[Registration], path: &str, asks: bool) -> Handled {
    let lead = people.first().ok_or(Error::NotFound)?;
    // Whoever is registered may read what the gathering is, also when its audience became narrower.
    let gathering =
        records::find(&cx.app.db, &GATHERING, lead.gathering, Scope::Everything).await?.ok_or(Error::NotFound)?;
    let span = span_of(cx, &gathering);
    let stands = people.iter().any(Registration::stands);
    let open = stands && span.is_some_and(|span| cx.now() < span.starts_at) && gathering.plain("state") != "cancelled";
    let state = people.iter().find(|one| one.stands()).unwrap_or(lead).state.clone();
    let words = match state.as_str() {
        "confirmed" => {
            cx.t("当日は下のコードを受付でお見せください。", "Show the code below at the entrance.").to_owned()
        }
        "waiting" => waiting_words(cx, rows::place_in_line(&cx.app.db, lead.gathering, lead.party).await?),
        "asked" => cx.t("事務局が確認してお返事します。", "The staff will answer your request.").to_owned(),
        _ => String::new(),
    };
    let called_off = gathering.plain("state") == "cancelled";
    let paper = |there: bool, file: &str, one: &Registration| match there {
        true => cx.href(&format!("{path}/{file}.pdf?person={}", one.id)),
        false => String::new(),
    };
    let surveyed = Mode::of(&gathering).is_some();
    let mut asked = Vec::new();
    for one in people.iter().filter(|_| surveyed) {
        if rows::turn(&cx.app.db, one.id).await? == Some(false) {
            asked.push(one.id);
        }
    }
    let shown = people.iter().map(|one| PersonView {
        name: one.name.clone(),
        organization: one.organization.clone(),
        state: state_words(cx, &one.state),
        qr: if one.state == "confirmed" { qr(&one.id.to_string()) } else { String::new() },
        badge: paper(one.state == "confirmed" && !called_off, "badges", one),
        certificate: paper(one.state == "confirmed" && one.checked_in_at.is_some(), "certificates", one),
        survey: match asked.contains(&one.id) {
            true => cx.href(&format!("{path}/survey?person={}", one.id)),
            false => String::new(),
        },
        cancel: if open && people.len() > 1 && one.stands() { one.id.to_string() } else { String::new() },
    });
    let page = MinePage {
        crumbs: crumbs_in(cx, &gathering),
        title: gathering.called(cx.lang),
        href: cx.href(&format!("/gatherings/{}", gathering.id)),
        when: span.map(|span| span.words(cx.lang, cx.hub.zone)).unwrap_or_default(),
        place: gathering.text("place").say(cx.lang).to_owned(),
        online_url: if state == "confirmed" { gathering.plain("online_url").to_owned() } else { String::new() },
        cancelled: called_off,
        state: state_words(cx, &state),
        words,
        people: shown.collect(),
        answers: answers_of(cx, &gathering, lead).await?,
        benefits: given(cx, &gathering, &rows::grants_of(&cx.app.db, lead.party).await?),
        ics_href: format!("/files/gatherings/{}/event.ics?lang={}", gathering.id, cx.lang),
        cancel: if open { cx.href(&format!("{path}/cancel")) } else { String::new() },
        asks,
        cx,
    };
    web::html(&page)
}

async fn answers_of(cx: &Cx, gathering: &Record, lead: &Registration) -> Result<Vec<(String, String)>> {
    let Some(answers) = &lead.answers else { return Ok(Vec::new()) };
    let questions = records::linking(&cx.app.db, &QUESTION, "gathering", gathering.id, Scope::Everything).await?;
    let words = questions.iter().map(|q| (q.called(cx.lang), answers::words(q, answers, cx.lang)));
    Ok(words.filter(|(_, words)| !words.is_empty()).collect())
}

/// A QR code (ISO/IEC 18004) as an SVG element that takes the ink of the page.
pub fn qr(text: &str) -> String {
    use qrcode::render::svg;
    let Ok(code) = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M) else { return String::new() };
    let drawn = code
        .render::<svg::Color<'_>>()
        .min_dimensions(160, 160)
        .dark_color(svg::Color("#000"))
        .light_color(svg::Color("#fff"))
        .build();
    drawn.split_once("?>").map_or(drawn.clone(), |(_, svg)| svg.to_owned())
}
