//! Work without a request: once a day, reminders of ends and notice days to whoever is responsible.
//!
//! Each reminder goes out once, whatever is restarted or run twice. Never here: sending mail; that is the outbox.

use super::model::State;
use super::model::term::{self, REMINDER_DAYS};
use super::store::{self as rows, Dossier, Recipient};
use chrono::NaiveDate;
use kernel::change::Verb;
use kernel::record::Record;
use kernel::{Actor, Change, Lang, Result, Uuid};
use serde_json::json;
use std::time::Duration;
use store::jobs::{NewJob, Runner};
use store::outbox::{self, NewMail};
use store::records::Scope;
use store::{Tx, atomically};
use web::App;

/// Kind of the daily job.
pub const REMINDERS: &str = "agreement_reminders";

/// Adds the jobs of agreements to a runner.
pub fn jobs(runner: Runner, app: &App) -> Runner {
    let app = app.clone();
    runner
        .on(REMINDERS, move |context| {
            let app = app.clone();
            async move {
                let mut mails = 0;
                for dossier in rows::register(&app.db, Scope::Everything).await? {
                    context.check()?;
                    mails += remind(&app, &dossier).await?;
                }
                Ok(json!({ "mails": mails }))
            }
        })
        .every("agreement-reminders", Duration::from_secs(24 * 60 * 60), NewJob::new(REMINDERS, json!({})))
}

/// What to remind of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Subject {
    End,
    Notice,
}

impl Subject {
    const fn code(self) -> &'static str {
        match self {
            Subject::End => "end",
            Subject::Notice => "notice",
        }
    }
}

/// Writes the reminders of one agreement that are due today. Returns the number of mails.
pub async fn remind(app: &App, dossier: &Dossier) -> Result<u64> {
    let today = app.clock.today(app.hub.zone);
    let life = dossier.life(today);
    if life.state != State::Signed && life.state != State::Suspended {
        return Ok(0);
    }
    let deadlines = term::deadlines(&life, today);
    let mut mails = 0;
    for (subject, due) in [(Subject::End, deadlines.end), (Subject::Notice, deadlines.notice)] {
        let Some(due) = due else { continue };
        let Some(days) = term::reminder_due(due, today) else { continue };
        let reminder = Reminder { agreement: &dossier.agreement, subject, due, days, renews: deadlines.renews };
        mails += reminder.send(app).await?;
    }
    Ok(mails)
}

struct Reminder<'a> {
    agreement: &'a Record,
    subject: Subject,
    due: NaiveDate,
    /// The step that is due: 90, 30 or 7.
    days: i64,
    renews: bool,
}

impl Reminder<'_> {
    async fn send(&self, app: &App) -> Result<u64> {
        let person = rows::responsible_person(&app.db, &app.catalogue, self.agreement).await?.map(|(_, person)| person);
        let (id, due) = (self.agreement.id, self.due.to_string());
        let actor = Actor::system("reminders");
        atomically!(app.db, |tx| {
            let recipients = rows::recipients(tx, person, self.agreement.plain("responsible")).await?;
            let count = i64::try_from(recipients.len()).unwrap_or(i64::MAX);
            if !rows::mark_reminded(tx, id, self.subject.code(), &due, self.days, count).await? {
                return Ok(0);
            }
            // Steps that had passed before the deadline was known are not sent after the fact.
            for step in REMINDER_DAYS.into_iter().filter(|step| *step > self.days) {
                rows::mark_reminded(tx, id, self.subject.code(), &due, step, 0).await?;
            }
            for recipient in &recipients {
                self.post(app, tx, recipient).await?;
            }
            tx.note(&actor, self.change(&due, &recipients));
            Ok(recipients.len() as u64)
        })
    }

    /// In the feed under a name of its own: the agreement itself has not changed.
    fn change(&self, due: &str, recipients: &[Recipient]) -> Change {
        let accounts: Vec<Uuid> = recipients.iter().map(|recipient| recipient.account).collect();
        Change {
            verb: Verb::Other("reminded".to_owned()),
            record_type: "agreement_reminder",
            record_id: self.agreement.id,
            before: None,
            after: Some(json!({ "subject": self.subject.code(), "due": due, "days": self.days, "accounts": accounts })),
        }
    }

    async fn post(&self, app: &App, tx: &mut Tx, recipient: &Recipient) -> Result<()> {
        let (subject, text_body) = self.words(app, recipient);
        let host = app.settings.base_url.host_str().unwrap_or("localhost").to_owned();
        let mail = NewMail { recipient: recipient.email.clone(), subject, text_body, html_body: None, host };
        outbox::post(tx, mail).await?;
        Ok(())
    }

    fn words(&self, app: &App, recipient: &Recipient) -> (String, String) {
        let lang = recipient.lang;
        let title = one_line(&self.agreement.called(lang));
        let day = kernel::calendar::date_long(lang, self.due);
        let base = app.settings.base_url.as_str().trim_end_matches('/');
        let address = format!("{base}/{lang}/agreements/{}", self.agreement.id);
        let hub = app.hub.name(lang);
        let what = match (self.subject, self.renews, lang) {
            (Subject::Notice, _, Lang::Ja) => "予告の期限",
            (Subject::Notice, _, Lang::En) => "last day to give notice",
            (Subject::End, true, Lang::Ja) => "自動更新の日",
            (Subject::End, true, Lang::En) => "day of automatic renewal",
            (Subject::End, false, Lang::Ja) => "終了日",
            (Subject::End, false, Lang::En) => "end",
        };
        let label = one_line(&recipient.label);
        match lang {
            Lang::Ja => (
                format!("{what}が近づいています: {title}"),
                format!(
                    "{label} 様\n\n「{title}」の{what}は{day}です。\n続けるか、改めるか、終えるかをご確認ください。\n\n{address}\n\n{hub}\n"
                ),
            ),
            Lang::En => (
                format!("Coming up, {what}: {title}"),
                format!(
                    "Dear {label},\n\n“{title}”: the {what} is {day}.\nPlease check whether it goes on, changes or ends.\n\n{address}\n\n{hub}\n"
                ),
            ),
        }
    }
}

/// Titles go into mail headers: no line ends.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}
