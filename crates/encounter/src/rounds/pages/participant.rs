//! One participant as officers keep it: name, link to the directory, room, limits, who attends.

use super::{Submission, crumbs, for_officer};
use crate::rounds::actions::setup;
use crate::rounds::model::{Dossier, Participant, Side, State};
use askama::Template;
use axum::extract::Path;
use kernel::lang::Said;
use kernel::record::{Field, Kind};
use kernel::{Error, FieldErrors, Lang, Uuid, both};
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::records::{link_text, resolver};
use web::{Cx, Handled, html_with};

/// Who may be linked; also how a name is understood.
static PARTY: Field =
    Field::new("party", both("名簿の記録", "Directory record"), Kind::Link(&["organization", "unit", "person"]));

#[derive(Template)]
#[template(path = "rounds/participant.html")]
struct ParticipantPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    action: String,
    back: String,
    is_new: bool,
    removable: bool,
    who: Participant,
    party: String,
    sides: Vec<Choice>,
    languages: Vec<Choice>,
    most: String,
    most_per_day: String,
    own_page: String,
    errors: FieldErrors,
    name_fault: String,
    party_fault: String,
    email_fault: String,
}

fn find(dossier: &Dossier, who: &str) -> Result<Participant, Error> {
    if who == "new" {
        return Ok(setup::newcomer(Uuid::nil(), Side::B, "", dossier.participants.len() as i64));
    }
    let id: Uuid = who.parse().map_err(|_| Error::NotFound)?;
    dossier.participant(id).cloned().ok_or(Error::NotFound)
}

/// `GET /rounds/{id}/participants/{who}`; `new` adds one.
pub async fn page(cx: Cx, Path((id, who)): Path<(Uuid, String)>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let participant = find(&dossier, &who)?;
    let party = participant.party.map(|party| link_text(&cx.app, &cx.keyring, cx.lang, party, PARTY.targets()));
    show(&cx, &dossier, participant, party.unwrap_or_default(), FieldErrors::default())
}

fn show(cx: &Cx, dossier: &Dossier, who: Participant, party: String, errors: FieldErrors) -> Handled {
    let base = format!("/rounds/{}", dossier.round.id);
    let is_new = who.id.is_nil();
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let key = if is_new { "new".to_owned() } else { who.id.to_string() };
    let page = ParticipantPage {
        crumbs: crumbs(cx, Some(dossier)),
        title: if is_new {
            cx.t("参加者を加える", "Add a participant").to_owned()
        } else {
            who.called(cx.lang).to_owned()
        },
        action: cx.href(&format!("{base}/participants/{key}")),
        back: cx.href(&base),
        is_new,
        removable: !is_new && dossier.state() < State::Published,
        party,
        sides: Side::BOTH
            .iter()
            .map(|s| Choice::new(s.code(), s.name(&dossier.round, cx.lang)).chosen(*s == who.side))
            .collect(),
        languages: Lang::ALL.iter().map(|l| Choice::new(l.tag(), l.own_name()).chosen(*l == who.language)).collect(),
        most: number(who.most),
        most_per_day: number(who.most_per_day),
        own_page: if is_new { String::new() } else { cx.absolute(&cx.href(&format!("/my-round/{}", who.secret))) },
        name_fault: fault_of(&errors, "name", cx.lang),
        party_fault: fault_of(&errors, "party", cx.lang),
        email_fault: fault_of(&errors, "email", cx.lang),
        who,
        cx,
        errors,
    };
    html_with(if page.errors.is_empty() { 200 } else { 422 }, &page)
}

/// `POST /rounds/{id}/participants/{who}`.
pub async fn save(cx: Cx, Path((id, who)): Path<(Uuid, String)>, sent: Submission) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let mut participant = find(&dossier, &who)?;
    let mut errors = FieldErrors::default();
    let text = |field: &str, most: usize| -> String {
        sent.input.first(field).unwrap_or_default().trim().chars().take(most).collect()
    };
    participant.name = text("name", 200);
    if participant.name.is_empty() {
        errors.add("name", both("名称を入れてください。", "Write a name."));
    }
    if participant.id.is_nil() {
        participant.side = Side::from_code(&text("side", 1)).unwrap_or(Side::B);
    }
    participant.name_en = text("name_en", 200);
    participant.room = text("room", 80);
    participant.most = text("most", 4).parse().ok().filter(|n| (1..=128).contains(n));
    participant.most_per_day = text("most_per_day", 4).parse().ok().filter(|n| (1..=128).contains(n));
    participant.language = Lang::from_tag(&text("language", 8)).unwrap_or(Lang::Ja);
    participant.interpreter = text("interpreter", 8) == "true";
    participant.remote = text("remote", 8) == "true";
    participant.withdrawn = text("withdrawn", 8) == "true";
    participant.representatives = text("representatives", 2000);
    participant.email = text("email", 200);
    if !participant.email.is_empty()
        && (!participant.email.contains('@') || participant.email.contains(char::is_whitespace))
    {
        errors.add("email", both("メールアドレスとして読めません。", "This is not an e-mail address."));
    }
    let party = text("party", 240);
    participant.party = None;
    if !party.is_empty() {
        let found: Result<Uuid, Said> = resolver(&cx.app, &cx.keyring)(&PARTY, &party);
        match found {
            Ok(found) => participant.party = Some(found),
            Err(said) => errors.add("party", said),
        }
    }
    if !errors.is_empty() {
        return show(&cx, &dossier, participant, party, errors);
    }
    if participant.id.is_nil() {
        participant.id = cx.app.db.new_id();
    }
    match setup::save_participant(&Doing::of(&cx), id, &participant).await {
        Ok(()) => Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None)),
        Err(Error::Invalid(errors)) => show(&cx, &dossier, participant, party, errors),
        Err(error) => Err(error.into()),
    }
}

/// `POST /rounds/{id}/participants/{who}/remove`.
pub async fn remove(cx: Cx, Path((id, who)): Path<(Uuid, String)>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let participant = find(&dossier, &who)?;
    setup::remove_participant(&Doing::of(&cx), id, participant.id).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Deleted, None))
}
