//! One participant as officers keep it: name, link to the directory, room, limits, who attends.

use super::{Submission, crumbs, for_officer};
use crate::rounds::actions::setup;
use crate::rounds::model::delegation::Attendance;
use crate::rounds::model::{Dossier, Participant, Side, State};
use crate::rounds::store as rows;
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
    zone_fault: String,
    people_fault: String,
    attendance: Vec<Choice>,
    version: i64,
    /// When somebody else saved first: what differs, as (label, theirs, yours).
    differs: Vec<(&'static str, String, String)>,
}

/// What a form was sent against, and what stands in the way.
#[derive(Default)]
struct Against {
    errors: FieldErrors,
    differs: Vec<(&'static str, String, String)>,
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
    show(&cx, &dossier, participant, party.unwrap_or_default(), Against::default())
}

fn show(cx: &Cx, dossier: &Dossier, who: Participant, party: String, against: Against) -> Handled {
    let Against { errors, differs } = against;
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
        zone_fault: fault_of(&errors, "zone", cx.lang),
        people_fault: fault_of(&errors, "representatives", cx.lang),
        attendance: Attendance::ALL
            .iter()
            .map(|a| Choice::new(a.code(), a.label().get(cx.lang)).chosen(*a == who.attendance))
            .collect(),
        version: who.version,
        differs,
        who,
        cx,
        errors,
    };
    let status = match (page.errors.is_empty(), page.differs.is_empty()) {
        (true, true) => 200,
        (true, false) => 409,
        _ => 422,
    };
    html_with(status, &page)
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
    participant.version = sent.seen.unwrap_or(participant.version);
    participant.attendance = Attendance::from_code(&text("attendance", 8));
    let odd = setup::attends(&mut participant, &text("representatives", 2000), &dossier.grid, || cx.app.db.new_id());
    if let Some(part) = odd.first() {
        errors.add(
            "representatives",
            Said::new(
                format!("「{part}」はどの枠にも当たりません。「2026-12-07 10:00-12:00」のように書いてください。"),
                format!("“{part}” meets no slot. Write it like 2026-12-07 10:00-12:00."),
            ),
        );
    }
    participant.zone = text("zone", 60);
    if !participant.zone.is_empty() && participant.zone.parse::<chrono_tz::Tz>().is_err() {
        errors.add(
            "zone",
            both(
                "知らないタイムゾーンです。例: Europe/Stockholm",
                "This zone is not known. For example: Europe/Stockholm",
            ),
        );
    }
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
        return show(&cx, &dossier, participant, party, Against { errors, ..Against::default() });
    }
    let is_stale = !participant.id.is_nil()
        && dossier.participant(participant.id).is_some_and(|now| now.version != participant.version);
    if is_stale {
        return conflict(&cx, &dossier, participant, party);
    }
    if participant.id.is_nil() {
        participant.id = cx.app.db.new_id();
    }
    match setup::save_participant(&Doing::of(&cx), id, &participant).await {
        Ok(()) => Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None)),
        Err(Error::Invalid(errors)) => {
            show(&cx, &dossier, participant, party, Against { errors, ..Against::default() })
        }
        Err(Error::Conflict(said)) => {
            // Stored by somebody else since the page was read here, or the round is over.
            let now = rows::dossier(&cx.app.db, cx.hub.zone, id).await?;
            let stale = now.participant(participant.id).is_some_and(|p| p.version != participant.version);
            if stale { conflict(&cx, &now, participant, party) } else { Err(Error::Conflict(said).into()) }
        }
        Err(error) => Err(error.into()),
    }
}

/// Both versions: what somebody else stored, beside what was entered here. Sent again, the form replaces what is there now.
fn conflict(cx: &Cx, dossier: &Dossier, mut entered: Participant, party: String) -> Handled {
    let now = dossier.participant(entered.id).ok_or(Error::NotFound)?;
    let link = |party: Option<Uuid>| {
        let text = party.map(|party| link_text(&cx.app, &cx.keyring, cx.lang, party, PARTY.targets()));
        text.unwrap_or_default()
    };
    let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
    let yes = |on: bool| if on { cx.t("はい", "Yes").to_owned() } else { cx.t("いいえ", "No").to_owned() };
    let of = |p: &Participant| {
        [
            (cx.t("名称", "Name"), p.name.clone()),
            (cx.t("英語の名称", "Name in English"), p.name_en.clone()),
            (cx.t("名簿の記録", "Directory record"), link(p.party)),
            (cx.t("部屋", "Room"), p.room.clone()),
            (cx.t("面談数の上限", "Most meetings"), number(p.most)),
            (cx.t("1日の上限", "Most a day"), number(p.most_per_day)),
            (cx.t("言語", "Language"), p.language.own_name().to_owned()),
            (cx.t("通訳", "Interpreter"), yes(p.interpreter)),
            (cx.t("オンラインで参加", "Takes part by video"), yes(p.remote)),
            (cx.t("タイムゾーン", "Time zone"), p.zone.clone()),
            (cx.t("出席者", "Who attends"), p.representatives.clone()),
            (cx.t("出席のしかた", "Who of them comes"), p.attendance.label().get(cx.lang).to_owned()),
            (cx.t("連絡先メール", "Contact e-mail"), p.email.clone()),
            (cx.t("応えられること", "What they offer"), p.offer.clone()),
            (cx.t("求めること・課題", "What they look for"), p.issue.clone()),
            (cx.t("参加を取りやめた", "Has withdrawn"), yes(p.withdrawn)),
        ]
    };
    // What the form does not hold is theirs in any case: it is not taken back by sending the form again.
    (entered.offer, entered.issue) = (now.offer.clone(), now.issue.clone());
    (entered.answered_at, entered.off) = (now.answered_at, now.off.clone());
    let pairs = of(now).into_iter().zip(of(&entered));
    let differs: Vec<_> = pairs
        .filter(|((_, theirs), (_, yours))| theirs != yours)
        .map(|((label, theirs), (_, yours))| (label, theirs, yours))
        .collect();
    let differs = if differs.is_empty() {
        vec![(cx.t("内容", "Contents"), cx.t("同じ", "The same").to_owned(), cx.t("同じ", "The same").to_owned())]
    } else {
        differs
    };
    entered.version = now.version;
    show(cx, dossier, entered, party, Against { differs, ..Against::default() })
}

/// `POST /rounds/{id}/participants/{who}/remove`.
pub async fn remove(cx: Cx, Path((id, who)): Path<(Uuid, String)>) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let participant = find(&dossier, &who)?;
    setup::remove_participant(&Doing::of(&cx), id, participant.id).await?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Deleted, None))
}
