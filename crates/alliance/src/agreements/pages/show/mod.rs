//! The page of one agreement.

mod parts;

use super::claims::{self, Disputed};
use super::{Named, crumbs, named, phase_tag, place_words, places, term_words};
use crate::agreements::model::term::{self, Deadlines};
use crate::agreements::model::{Life, Phase, State, words};
use crate::agreements::policy;
use crate::agreements::store::{self as rows, Dossier, Reminder};
use askama::Template;
use axum::extract::Path;
use kernel::{Error, Permission, Result, Uuid};
use parts::{Amended, ClauseView, DocumentView, PartyView, RestView, SignerView};
use store::records;
use web::layout::Crumb;
use web::records::view::{Piece, Shown, shown_field};
use web::records::{EditLinks, Section, sections};
use web::{Cx, Handled};

/// Record types that the page shows in a way of its own.
const SHOWN_HERE: [&str; 8] =
    ["agreement_party", "clause", "signatory", "amendment", "suspension", "document", "evidence", "claim"];

/// Buttons for whoever keeps agreements; empty addresses are not shown.
#[derive(Debug, Clone, Default)]
struct Buttons {
    suspend: String,
    resume: String,
    end: String,
    take_end_back: String,
    chair: String,
    add_party: String,
    add_clause: String,
    add_signatory: String,
    add_amendment: String,
    add_document: String,
    add_claim: String,
}

#[derive(Template)]
#[template(path = "agreements/show.html")]
struct AgreementPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    other: String,
    summary: Vec<Shown>,
    fictional: bool,
    source: String,
    of_type: (String, &'static str),
    phase: (String, &'static str),
    place: String,
    term: String,
    signed: String,
    effective: String,
    end: String,
    renewal: String,
    next_end: String,
    notice: String,
    membership: String,
    unit: Option<Named>,
    responsible: Option<Named>,
    responsible_title: String,
    parties: Vec<PartyView>,
    clauses: Vec<ClauseView>,
    signers: Vec<SignerView>,
    amended: Vec<Amended>,
    rests: Vec<RestView>,
    disputed: Vec<Disputed>,
    terms: Vec<Shown>,
    documents: Vec<DocumentView>,
    reminders: Vec<String>,
    others: Vec<Section>,
    edit: EditLinks,
    buttons: Buttons,
}

/// `GET /agreements/{id}`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let dossier = rows::dossier(&cx.app.db, id, cx.scope()).await?.ok_or(Error::NotFound)?;
    let parties = dossier.party_ids();
    let seen = policy::seen(&dossier.agreement, &cx.actor, &parties);
    let life = dossier.life(cx.today());
    let phase = life.on(cx.today());
    let deadlines = term::deadlines(&life, cx.today());
    let title = seen.called(cx.lang);
    let field = |name: &str| seen.kind.field(name).and_then(|field| shown_field(&cx, &seen, field));
    let date = |name: &str| seen.date(name).map(|date| date.display(cx.lang)).unwrap_or_default();
    let responsible = responsible(&cx, &dossier, &seen).await?;
    let page = AgreementPage {
        crumbs: crumbs(&cx),
        other: seen.title().exact(cx.lang.other()).filter(|other| *other != title).unwrap_or_default().to_owned(),
        summary: field("summary").into_iter().collect(),
        fictional: seen.fictional,
        source: seen.source.clone().unwrap_or_default(),
        of_type: term_words(&cx, &seen, "type"),
        phase: phase_tag(&cx, phase),
        place: place(&cx, &dossier).await?,
        term: words::term(life.begin(), life.end_on(cx.today())).get(cx.lang).to_owned(),
        signed: date("signed"),
        effective: date("effective"),
        end: words::end(life.end_on(cx.today())).get(cx.lang).to_owned(),
        renewal: term_words(&cx, &seen, "renewal").0,
        next_end: next_end(&cx, deadlines),
        notice: deadlines.notice.map(|day| kernel::calendar::date_long(cx.lang, day)).unwrap_or_default(),
        membership: term_words(&cx, &seen, "membership_type").0,
        unit: seen.link("unit").map(|unit| named(&cx, unit)),
        responsible_title: responsible.as_ref().map(|(_, title)| title.clone()).unwrap_or_default(),
        responsible: responsible.map(|(person, _)| person),
        parties: parts::parties(&cx, &dossier),
        clauses: parts::clauses(&cx, &dossier, &life, phase),
        signers: parts::signers(&cx, id).await?,
        amended: parts::amended(&cx, &dossier),
        rests: parts::rests(&cx, &dossier),
        disputed: claims::disputed(&cx, &dossier.agreement).await?,
        terms: ["ip_terms", "confidentiality"].into_iter().filter_map(field).collect(),
        documents: parts::documents(&cx, id).await?,
        reminders: reminders(&cx, id).await?,
        others: sections(&cx, &dossier.agreement, &SHOWN_HERE).await?,
        edit: EditLinks::of(&cx, &dossier.agreement),
        buttons: buttons(&cx, &dossier, &life, phase),
        title,
        cx: &cx,
    };
    web::html(&page)
}

/// The place of this agreement among those of its hub.
async fn place(cx: &Cx, dossier: &Dossier) -> Result<String> {
    if State::from_code(dossier.agreement.plain("state")) == State::Draft || dossier.agreement.date("signed").is_none()
    {
        return Ok(String::new());
    }
    let register = rows::register(&cx.app.db, cx.scope()).await?;
    let places = places(cx, &register);
    let alone = |hub: Option<Uuid>| register.iter().filter(|other| other.hub(cx.hub.organization) == hub).count() < 2;
    let place = places.get(&dossier.agreement.id).filter(|_| !alone(dossier.hub(cx.hub.organization)));
    Ok(place.map(|place| place_words(cx, place)).unwrap_or_default())
}

fn next_end(cx: &Cx, deadlines: Deadlines) -> String {
    let Some(end) = deadlines.end else { return String::new() };
    let day = kernel::calendar::date_long(cx.lang, end);
    let left = (end - cx.today()).num_days();
    match (deadlines.renews, cx.lang) {
        (true, kernel::Lang::Ja) => format!("{day}に自動更新(あと{left}日)"),
        (true, kernel::Lang::En) => format!("Renews on {day}, in {left} days"),
        (false, kernel::Lang::Ja) => format!("{day}(あと{left}日)"),
        (false, kernel::Lang::En) => format!("{day}, in {left} days"),
    }
}

/// The person in the responsible role and the title, for readers of that field.
async fn responsible(cx: &Cx, dossier: &Dossier, seen: &kernel::record::Record) -> Result<Option<(Named, String)>> {
    if seen.plain("responsible").is_empty() {
        return Ok(None);
    }
    let found = rows::responsible_person(&cx.app.db, &cx.app.catalogue, &dossier.agreement).await?;
    Ok(Some(match found {
        Some((role, person)) => (named(cx, person), role.called(cx.lang)),
        None => (Named { name: role_words(cx, seen.plain("responsible")), href: String::new() }, String::new()),
    }))
}

/// A role of the hub by its code, or whatever is written.
fn role_words(cx: &Cx, code: &str) -> String {
    kernel::Role::from_code(code).map_or_else(|| code.to_owned(), |role| role.label().get(cx.lang).to_owned())
}

/// Reminders that went out, for staff.
async fn reminders(cx: &Cx, id: Uuid) -> Result<Vec<String>> {
    if !cx.actor.is_staff() {
        return Ok(Vec::new());
    }
    let sent = rows::reminders(&cx.app.db, id).await?;
    Ok(sent.iter().map(|reminder| reminder_words(cx, reminder)).collect())
}

fn reminder_words(cx: &Cx, reminder: &Reminder) -> String {
    let what = match reminder.subject.as_str() {
        "notice" => cx.t("予告の期限", "notice"),
        _ => cx.t("終了", "end"),
    };
    let sent = kernel::calendar::date(cx.lang, reminder.created_at.with_timezone(&cx.hub.zone).date_naive());
    match cx.lang {
        kernel::Lang::Ja => format!("{sent} {what}の{}日前({}人へ)", reminder.days, reminder.mails),
        kernel::Lang::En => format!("{sent}: {} days before the {what}, to {}", reminder.days, reminder.mails),
    }
}

fn buttons(cx: &Cx, dossier: &Dossier, life: &Life, phase: Phase) -> Buttons {
    if !cx.actor.may(Permission::EditAgreements) {
        return Buttons::default();
    }
    let id = dossier.agreement.id;
    let here = |rest: &str| cx.href(&format!("/agreements/{id}/{rest}"));
    let when = |shown: bool, rest: &str| if shown { here(rest) } else { String::new() };
    let add = |path: &str, field: &str| cx.href(&format!("/{path}/new?{field}={id}"));
    let chair = dossier.agreement.plain("type") == "joint_research_chair" && dossier.agreement.link("unit").is_none();
    let open = matches!(life.state, State::Signed | State::Suspended);
    Buttons {
        suspend: when(life.state == State::Signed && phase != Phase::Ended, "suspend"),
        resume: when(life.state == State::Suspended, "resume"),
        end: when(open, "end"),
        take_end_back: when(life.state == State::Ended, "reopen"),
        chair: when(chair && life.state == State::Signed, "chair"),
        add_party: add("agreement-parties", "agreement"),
        add_clause: add("clauses", "agreement"),
        add_signatory: add("signatories", "agreement"),
        add_amendment: add("amendments", "agreement"),
        add_document: here("documents/new"),
        add_claim: if cx.actor.may(Permission::EditDirectory) { add("claims", "subject") } else { String::new() },
    }
}

/// Used by the documents page: the agreement must be visible to whoever attaches.
pub async fn visible(cx: &Cx, id: Uuid) -> Result<kernel::record::Record> {
    let found = records::find(&cx.app.db, &crate::agreements::records::AGREEMENT, id, cx.scope()).await?;
    found.ok_or(Error::NotFound)
}
