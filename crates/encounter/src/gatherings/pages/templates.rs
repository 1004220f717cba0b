//! Mails of a gathering in the words of its staff: the list of mails, and one to edit with a preview.

use super::{crumbs_in, visible};
use crate::gatherings::actions::templates::{self, Written};
use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::template::PLACEHOLDERS;
use crate::gatherings::store::{self as rows, MailTemplate, Registration};
use askama::Template;
use axum::extract::Path;
use kernel::record::{Input, Record};
use kernel::{Error, FieldErrors, Lang, Result, Uuid};
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{self, Done};
use web::records::Submission;
use web::records::actions::Doing;
use web::{Cx, Handled};

/// Registrations that a preview offers.
const MOST: usize = 200;

struct Line {
    label: &'static str,
    href: String,
    /// Languages in which staff wrote it.
    own: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "gatherings/mails.html")]
struct MailsPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    lines: Vec<Line>,
}

/// One language of the editor.
struct Side {
    tag: &'static str,
    subject_field: String,
    body_field: String,
    version_field: String,
    own: &'static str,
    subject: String,
    body: String,
    version: i64,
    standard: bool,
    subject_error: String,
    body_error: String,
}

struct Preview {
    to: String,
    lang: &'static str,
    subject: String,
    body: String,
}

struct PlaceholderView {
    code: String,
    label: &'static str,
    trusted: bool,
}

#[derive(Template)]
#[template(path = "gatherings/mail.html")]
struct MailPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    label: &'static str,
    action: String,
    back: String,
    sides: Vec<Side>,
    placeholders: Vec<PlaceholderView>,
    people: Vec<Choice>,
    preview: Option<Preview>,
    errors: FieldErrors,
}

fn kind_of(code: &str) -> Result<Kind> {
    Kind::from_code(code).ok_or(Error::NotFound)
}

/// `GET /gatherings/{id}/mails`.
pub async fn list(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let known = rows::templates(&cx.app.db, id).await?;
    let own = |kind: Kind, lang: Lang| known.iter().any(|one| one.kind == kind.code() && one.language == lang.tag());
    let line = |kind: Kind| Line {
        label: kind.label().get(cx.lang),
        href: cx.href(&format!("/gatherings/{id}/mails/{}", kind.code())),
        own: Lang::ALL.into_iter().filter(|lang| own(kind, *lang)).map(Lang::own_name).collect(),
    };
    web::html(&MailsPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        lines: Kind::ALL.into_iter().map(line).collect(),
        cx: &cx,
    })
}

/// `GET /gatherings/{id}/mails/{kind}`.
pub async fn edit(cx: Cx, Path((id, kind)): Path<(Uuid, String)>) -> Handled {
    let (kind, gathering) = (kind_of(&kind)?, visible(&cx, id).await?);
    let known = rows::templates(&cx.app.db, id).await?;
    let written: Vec<Written> = Lang::ALL.into_iter().map(|lang| stored(&known, kind, lang)).collect();
    show(&cx, &gathering, kind, &written, None, FieldErrors::default(), 200).await
}

/// `POST /gatherings/{id}/mails/{kind}`: `act` is save, preview or reset.
pub async fn submit(cx: Cx, Path((id, kind)): Path<(Uuid, String)>, sent: Submission) -> Handled {
    let (kind, gathering) = (kind_of(&kind)?, visible(&cx, id).await?);
    let here = format!("/gatherings/{id}/mails");
    let doing = Doing::of(&cx);
    let written: Vec<Written> = Lang::ALL.into_iter().map(|lang| read(&sent.input, lang)).collect();
    let done = match sent.input.first("act").unwrap_or_default() {
        "reset" => {
            templates::reset(&doing, id, kind).await?;
            return Ok(notice::redirect(&cx, &format!("{here}/{}", kind.code()), Done::Restored, None));
        }
        "preview" => {
            let person = sent.input.first("person").unwrap_or_default();
            let (errors, status) = match templates::check(&written) {
                Ok(()) => (FieldErrors::default(), 200),
                Err(Error::Invalid(errors)) => (errors, 422),
                Err(error) => return Err(error.into()),
            };
            return show(&cx, &gathering, kind, &written, Some(person), errors, status).await;
        }
        _ => templates::save(&doing, id, kind, &written).await,
    };
    match done {
        Ok(()) => Ok(notice::redirect(&cx, &here, Done::Saved, None)),
        Err(Error::Invalid(errors)) => show(&cx, &gathering, kind, &written, None, errors, 422).await,
        Err(error) => Err(error.into()),
    }
}

fn stored(known: &[MailTemplate], kind: Kind, lang: Lang) -> Written {
    let found = known.iter().find(|one| one.kind == kind.code() && one.language == lang.tag());
    match found {
        Some(one) => Written { lang, subject: one.subject.clone(), body: one.body.clone(), version: one.version },
        None => {
            let (subject, body) = mails::standard(kind, lang);
            Written { lang, subject, body, version: 0 }
        }
    }
}

/// Forms end lines with CR LF and drop none; templates are kept with LF and one at the end.
fn read(input: &Input, lang: Lang) -> Written {
    let value = |field: &str| input.first(&format!("{field}.{lang}")).unwrap_or_default().replace("\r\n", "\n");
    Written {
        lang,
        subject: value("subject").trim().to_owned(),
        body: format!("{}\n", value("body").trim()),
        version: value("version").parse().unwrap_or(0),
    }
}

async fn show(
    cx: &Cx,
    gathering: &Record,
    kind: Kind,
    written: &[Written],
    preview: Option<&str>,
    errors: FieldErrors,
    status: u16,
) -> Handled {
    let mut people = rows::registrations(&cx.app.db, gathering.id).await?;
    people.retain(|one| one.leads && one.stands());
    people.truncate(MOST);
    let chosen = preview.map(|person| people.iter().find(|one| one.id.to_string() == person));
    let preview =
        chosen.filter(|_| errors.is_empty()).map(|one| previewed(cx, gathering, one.or(people.first()), written));
    let side = |one: &Written| Side {
        tag: one.lang.tag(),
        subject_field: format!("subject.{}", one.lang),
        body_field: format!("body.{}", one.lang),
        version_field: format!("version.{}", one.lang),
        own: one.lang.own_name(),
        standard: (one.subject.clone(), one.body.clone()) == mails::standard(kind, one.lang),
        subject: one.subject.clone(),
        body: one.body.clone(),
        version: one.version,
        subject_error: fault_of(&errors, &format!("subject.{}", one.lang), cx.lang),
        body_error: fault_of(&errors, &format!("body.{}", one.lang), cx.lang),
    };
    let here = format!("/gatherings/{}/mails", gathering.id);
    let mut crumbs = crumbs_in(cx, gathering);
    crumbs.push(Crumb::new(cx.t("メールの文面", "Mails"), cx.href(&here)));
    let page = MailPage {
        crumbs,
        title: gathering.called(cx.lang),
        label: kind.label().get(cx.lang),
        action: cx.href(&format!("{here}/{}", kind.code())),
        back: cx.href(&here),
        sides: written.iter().map(side).collect(),
        placeholders: PLACEHOLDERS
            .iter()
            .map(|one| PlaceholderView {
                code: format!("{{{{{}}}}}", one.name),
                label: one.label.get(cx.lang),
                trusted: one.trusted,
            })
            .collect(),
        people: people
            .iter()
            .map(|one| Choice::new(one.id.to_string(), format!("{} · {}", one.name, one.lang().own_name())))
            .collect(),
        preview,
        errors,
        cx,
    };
    web::html_with(status, &page)
}

/// The mail that somebody would get; without registrations, a made-up person.
fn previewed(cx: &Cx, gathering: &Record, to: Option<&Registration>, written: &[Written]) -> Preview {
    let made_up = || Registration {
        id: Uuid::nil(),
        gathering: gathering.id,
        party: Uuid::nil(),
        leads: true,
        account: None,
        person: None,
        name: cx.t("見本 花子", "Hanako Mihon").to_owned(),
        organization: cx.t("見本研究所", "Mihon Laboratory").to_owned(),
        email: None,
        email_key: None,
        language: cx.lang.tag().to_owned(),
        state: "confirmed".to_owned(),
        listed: false,
        answers: None,
        created_at: cx.now(),
        updated_at: cx.now(),
        checked_in_at: None,
        reminded_at: None,
        reserved: false,
    };
    let to = to.cloned().unwrap_or_else(made_up);
    let lang = to.lang();
    let link = cx.absolute(&format!("/{lang}/tickets/…"));
    let one = written.iter().find(|one| one.lang == lang);
    let (subject, body) = one.map_or((String::new(), String::new()), |one| {
        mails::filled(&cx.app, gathering, &to, &link, &one.subject, &one.body)
    });
    Preview { to: to.name, lang: lang.tag(), subject, body }
}
