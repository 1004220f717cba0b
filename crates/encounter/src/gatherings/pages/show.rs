//! The page of one gathering: when, where, language, seats and price first, and one button that changes with state.

use super::benefits::{BenefitView, benefits, standing};
use super::programme::Programmes;
use super::timetable::{SessionView, sessions_of};
use super::{Named, crumbs, json_ld, list, named, span_of, term, terms, visible};
use crate::gatherings::Memberships;
use crate::gatherings::actions::memberships::grants_at;
use crate::gatherings::model::State;
use crate::gatherings::model::admission::{self, Facts, Offer, Policy};
use crate::gatherings::model::membership::Grant;
use crate::gatherings::model::when;
use crate::gatherings::records::{GATHERING, GATHERING_PART};
use crate::gatherings::store::{self as rows, Registration, SeatsRow};
use askama::Template;
use axum::extract::Path;
use kernel::record::Record;
use kernel::{Error, Lang, Permission, Result, Uuid};
use std::sync::Arc;
use store::records;
use web::layout::Crumb;
use web::records::view::{Piece, Shown, shown_field};
use web::records::{EditLinks, Section, elsewhere, sections};
use web::{Cx, Handled};

/// Record types that the page shows in a way of its own.
const SHOWN_HERE: [&str; 5] =
    ["gathering_part", "gathering_room", "gathering_session", "registration_question", "survey_question"];

/// The one button, with the words above and under it.
#[derive(Debug, Clone, Default)]
pub struct Button {
    pub label: &'static str,
    pub href: String,
    /// Leads to another site.
    pub outside: bool,
    /// Said where there is nothing to press.
    pub words: String,
    pub note: String,
    pub tone: &'static str,
}

/// Parties in one role.
struct Carriers {
    role: String,
    parties: Vec<Named>,
}

/// Addresses for whoever runs the gathering; empty ones are not shown.
#[derive(Debug, Clone, Default)]
struct Run {
    publish: String,
    call_off: String,
    clone: String,
    registrations: String,
    check_in: String,
    badges: String,
    certificates: String,
    add_part: String,
    add_session: String,
    add_room: String,
    add_question: String,
    survey: String,
    mails: String,
}

#[derive(Template)]
#[template(path = "gatherings/show.html")]
struct GatheringPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    other: String,
    json_ld: String,
    kind: (String, &'static str),
    state: (String, &'static str),
    fictional: bool,
    source: String,
    summary: Vec<Shown>,
    about: Vec<Shown>,
    when: String,
    iso: String,
    place: String,
    venue: Option<Named>,
    online_url: String,
    format: String,
    languages: Vec<String>,
    seats: String,
    price: String,
    closes: String,
    member_price: String,
    benefits: Vec<BenefitView>,
    series: Option<Named>,
    edition: String,
    umbrella: Option<Named>,
    satellites: Vec<Named>,
    carriers: Vec<Carriers>,
    sessions: Vec<SessionView>,
    more_sessions: usize,
    timetable_href: String,
    ics_href: String,
    contact: String,
    website: String,
    participants: Vec<(String, String)>,
    others: Vec<Section>,
    button: Button,
    edit: EditLinks,
    run: Run,
}

/// `GET /gatherings/{id}`.
pub async fn page(
    cx: Cx,
    memberships: Arc<dyn Memberships>,
    programmes: Arc<Programmes>,
    Path(id): Path<Uuid>,
) -> Handled {
    let record = match visible(&cx, id).await {
        Ok(record) => record,
        Err(Error::NotFound) => return elsewhere(&cx, &GATHERING, id).await,
        Err(error) => return Err(error.into()),
    };
    let seen = record.seen_by(&cx.actor);
    let seats = rows::seats(&cx.app.db, id).await?.ok_or(Error::NotFound)?;
    let mine = match cx.actor.account {
        Some(account) => rows::of_account(&cx.app.db, id, account).await?,
        None => None,
    };
    let parts = records::linking(&cx.app.db, &GATHERING_PART, "gathering", id, cx.scope()).await?;
    let span = span_of(&cx, &record);
    let hosts: Vec<Uuid> = parts.iter().filter(|p| p.plain("role") == "host").filter_map(|p| p.link("party")).collect();
    let title = seen.called(cx.lang);
    let field = |name: &str| seen.kind.field(name).and_then(|field| shown_field(&cx, &seen, field));
    let confirmed = mine.as_ref().is_some_and(|mine| mine.state == "confirmed");
    let runs = cx.actor.may(Permission::EditGatherings);
    let (sessions, more_sessions) = sessions_of(&cx, &programmes, id).await?;
    let grants = grants_at(&cx.app, &*memberships, &record, &cx.actor.member_of).await?;
    let page = GatheringPage {
        crumbs: crumbs(&cx),
        other: seen.title().exact(cx.lang.other()).filter(|other| *other != title).unwrap_or_default().to_owned(),
        json_ld: span.map(|span| json_ld::element(&cx, &seen, &span, &hosts)).unwrap_or_default(),
        kind: term(&cx, &seen, "kind"),
        state: if record.plain("state") == "published" { (String::new(), "") } else { term(&cx, &seen, "state") },
        fictional: seen.fictional,
        source: seen.source.clone().unwrap_or_default(),
        summary: field("summary").into_iter().collect(),
        about: field("about").into_iter().collect(),
        when: span.map(|span| span.words(cx.lang, cx.hub.zone)).unwrap_or_default(),
        iso: span.map(|span| span.rfc3339().0).unwrap_or_default(),
        place: seen.text("place").say(cx.lang).to_owned(),
        venue: seen.link("venue").map(|venue| named(&cx, venue)),
        online_url: if confirmed || runs { record.plain("online_url").to_owned() } else { String::new() },
        format: term(&cx, &seen, "format").0,
        languages: terms(&cx, &seen, "languages"),
        seats: seats_line(&cx, &record, &seats),
        price: seen.text("price").say(cx.lang).to_owned(),
        closes: seen.wall_time("closes").map(|time| time.display(cx.lang)).unwrap_or_default(),
        member_price: seen.text("member_price").say(cx.lang).to_owned(),
        benefits: benefits(&cx, &record, &grants),
        series: seen.link("series").map(|series| named(&cx, series)),
        edition: seen.integer("edition").map(|n| edition_words(&cx, n)).unwrap_or_default(),
        umbrella: seen.link("umbrella").map(|whole| named(&cx, whole)),
        satellites: satellites(&cx, id),
        carriers: carriers(&cx, &parts),
        timetable_href: if sessions.is_empty() {
            String::new()
        } else {
            cx.href(&format!("/gatherings/{id}/timetable"))
        },
        sessions,
        more_sessions,
        ics_href: format!("/files/gatherings/{id}/event.ics?lang={}", cx.lang),
        contact: seen.plain("contact").to_owned(),
        website: seen.plain("website").to_owned(),
        participants: if record.flag("show_participants") && (confirmed || runs) {
            rows::listed(&cx.app.db, id, 500).await?
        } else {
            Vec::new()
        },
        others: others(&cx, &record).await?,
        button: button(&cx, &record, &seats, mine.as_ref(), &grants).await?,
        edit: EditLinks::of(&cx, &record),
        run: if runs { run(&cx, &record) } else { Run::default() },
        title,
        cx: &cx,
    };
    web::html(&page)
}

/// What else points here, without what the page shows itself.
async fn others(cx: &Cx, record: &Record) -> Result<Vec<Section>> {
    let mut others = sections(cx, record, &SHOWN_HERE).await?;
    // Satellites have a place of their own; agenda and tasks belong to meetings of standing groups.
    let group = record.plain("kind") == "subcommittee";
    others.retain(|section| !section.rows.is_empty() || (group && !section.add_href.is_empty()));
    others.retain(|section| !section.rows.first().is_some_and(|row| row.href.contains("/gatherings/")));
    Ok(others)
}

fn satellites(cx: &Cx, id: Uuid) -> Vec<Named> {
    let ids = cx.app.catalogue.referring(GATHERING.key, "umbrella", id, &cx.keyring, cx.lang);
    ids.into_iter().map(|id| named(cx, id)).collect()
}

/// `第12回`, `12th edition`.
fn edition_words(cx: &Cx, number: i64) -> String {
    match cx.lang {
        Lang::Ja => format!("第{number}回"),
        Lang::En => {
            let ending = match (number % 10, number % 100) {
                (1, n) if n != 11 => "st",
                (2, n) if n != 12 => "nd",
                (3, n) if n != 13 => "rd",
                _ => "th",
            };
            format!("{number}{ending} edition")
        }
    }
}

fn carriers(cx: &Cx, parts: &[Record]) -> Vec<Carriers> {
    let vocabulary = &crate::gatherings::vocabularies::PART_ROLES;
    let in_role = |code: &str| -> Vec<Named> {
        let mut found: Vec<&Record> = parts.iter().filter(|part| part.plain("role") == code).collect();
        found.sort_by_key(|part| (part.integer("ordinal").unwrap_or(999), part.id));
        found.iter().filter_map(|part| part.link("party")).map(|party| named(cx, party)).collect()
    };
    let all = vocabulary
        .terms
        .iter()
        .map(|term| Carriers { role: term.label.get(cx.lang).to_owned(), parties: in_role(term.code) });
    all.filter(|carriers| !carriers.parties.is_empty()).collect()
}

/// `定員80・残り12席`, `80 seats, 12 left`.
fn seats_line(cx: &Cx, record: &Record, seats: &SeatsRow) -> String {
    let left = list::seats_words(cx, record, seats);
    let all = match (record.integer("capacity"), cx.lang) {
        (Some(capacity), Lang::Ja) => format!("定員{capacity}人"),
        (Some(capacity), Lang::En) => format!("{capacity} seats"),
        (None, _) => String::new(),
    };
    [all, left].into_iter().filter(|words| !words.is_empty()).collect::<Vec<_>>().join(cx.t("・", ", "))
}

/// The button for this reader.
pub async fn button(
    cx: &Cx,
    record: &Record,
    seats: &SeatsRow,
    mine: Option<&Registration>,
    grants: &[Grant],
) -> Result<Button> {
    let register = cx.href(&format!("/gatherings/{}/register", record.id));
    if let Some(mine) = mine.filter(|mine| mine.stands() && record.plain("state") != "cancelled") {
        let href = cx.href(&format!("/registrations/{}", mine.party));
        let label = cx.t("わたしの申し込み", "My registration");
        let words = match mine.state.as_str() {
            "confirmed" => cx.t("参加が決まっています。", "You are registered.").to_owned(),
            "asked" => cx.t("事務局の返事を待っています。", "Waiting for the staff’s answer.").to_owned(),
            _ => waiting_words(cx, rows::place_in_line(&cx.app.db, record.id, mine.party).await?),
        };
        return Ok(Button { label, href, words, tone: "c-moss", ..Button::default() });
    }
    let Some(facts) = Facts::of(record, cx.hub.zone, seats.seats()) else { return Ok(Button::default()) };
    let offer = admission::offer_to(&facts, cx.now(), 1, standing(grants));
    let plain = Button { words: offer.refusal().get(cx.lang).to_owned(), ..Button::default() };
    Ok(match offer {
        Offer::Register => {
            Button { label: cx.t("参加を申し込む", "Register"), href: register, words: String::new(), ..plain }
        }
        Offer::Ask => Button {
            label: cx.t("参加を申し込む", "Ask to take part"),
            href: register,
            words: String::new(),
            note: cx.t("事務局が確認してお返事します。", "The staff answer each request.").to_owned(),
            ..plain
        },
        Offer::Wait => Button {
            label: cx.t("キャンセル待ちに並ぶ", "Join the waiting list"),
            href: register,
            words: cx.t("満席です。", "All seats are taken.").to_owned(),
            note: queue_words(cx, record, seats),
            ..plain
        },
        Offer::Elsewhere => Button {
            label: cx.t("申込ページへ", "Register on their site"),
            href: record.plain("registration_url").to_owned(),
            outside: true,
            words: String::new(),
            ..plain
        },
        Offer::NotYet => {
            let zone = when::zone_of(record, cx.hub.zone);
            let opens = facts.opens.map(|at| kernel::WallTime::of(at, zone).display(cx.lang)).unwrap_or_default();
            let words = match cx.lang {
                Lang::Ja => format!("{opens} から受け付けます。"),
                Lang::En => format!("Registration opens {opens}."),
            };
            Button { words, ..plain }
        }
        Offer::NotPublished => Button { words: String::new(), ..plain },
        Offer::Cancelled => Button { tone: "c-cord", ..plain },
        _ => plain,
    })
}

/// How the list is kept, and how many stand on it.
pub fn queue_words(cx: &Cx, record: &Record, seats: &SeatsRow) -> String {
    let policy = match record.plain("waiting_list") {
        "strict" => cx.t(
            "申込順に繰り上げ、追い越しはありません。",
            "Seats go in the order of registration; nobody is passed over.",
        ),
        _ => cx.t(
            "申込順に繰り上げます。空いた席に入りきらないグループは飛ばします。",
            "Seats go in the order of registration; a group that does not fit is passed over until there is room.",
        ),
    };
    match cx.lang {
        Lang::Ja => format!("いま{}人が待っています。{policy}", seats.waiting),
        Lang::En => format!("{} waiting now. {policy}", seats.waiting),
    }
}

pub fn waiting_words(cx: &Cx, before: i64) -> String {
    match (before, cx.lang) {
        (0, Lang::Ja) => "キャンセル待ちの先頭です。".to_owned(),
        (0, Lang::En) => "You are first on the waiting list.".to_owned(),
        (n, Lang::Ja) => format!("キャンセル待ちです。前に{n}組が待っています。"),
        (1, Lang::En) => "You are on the waiting list, with one party before you.".to_owned(),
        (n, Lang::En) => format!("You are on the waiting list, with {n} parties before you."),
    }
}

fn run(cx: &Cx, record: &Record) -> Run {
    let here = |rest: &str| cx.href(&format!("/gatherings/{}/{rest}", record.id));
    let add = |path: &str| cx.href(&format!("/{path}/new?gathering={}", record.id));
    let state = State::from_code(record.plain("state"));
    let takes = !matches!(Policy::from_code(record.plain("registration")), Policy::None | Policy::External);
    let when = |shown: bool, href: String| if shown { href } else { String::new() };
    Run {
        publish: when(state != State::Published, here("publish")),
        call_off: when(state == State::Published, here("call-off")),
        clone: here("next"),
        registrations: when(takes, here("registrations")),
        check_in: when(takes, here("check-in")),
        badges: when(takes, here("badges")),
        certificates: when(takes, here("certificates.pdf")),
        add_part: add("gathering-parts"),
        add_session: add("sessions"),
        add_room: add("gathering-rooms"),
        add_question: when(takes, add("registration-questions")),
        survey: when(takes, here("survey")),
        mails: when(takes, here("mails")),
    }
}
