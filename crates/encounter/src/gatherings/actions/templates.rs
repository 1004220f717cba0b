//! Mails in the words of staff: saved when they can be filled in, and given back to the hub's own words.

use crate::gatherings::mails::{self, Kind};
use crate::gatherings::model::template;
use crate::gatherings::policy;
use crate::gatherings::store::{self as rows, MailTemplate};
use kernel::change::Verb;
use kernel::{Change, Error, FieldErrors, Lang, Result, Uuid, both};
use serde_json::json;
use store::{Tx, atomically};
use web::records::actions::Doing;

/// What an editor wrote in one language, over the version that they saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub lang: Lang,
    pub subject: String,
    pub body: String,
    pub version: i64,
}

/// Checks what was written; every error at once.
///
/// # Errors
/// `Invalid` naming `subject.LANG` and `body.LANG`.
pub fn check(written: &[Written]) -> Result<()> {
    let mut errors = FieldErrors::default();
    written.iter().for_each(|one| template::check(one.lang, &one.subject, &one.body, &mut errors));
    errors.into_result()
}

/// Keeps what was written. Words that are the hub's own are not kept, so that they follow the program.
///
/// # Errors
/// `Invalid` for a template that cannot be filled in; `Conflict` when somebody else saved meanwhile.
pub async fn save(doing: &Doing<'_>, gathering: Uuid, kind: Kind, written: &[Written]) -> Result<()> {
    policy::may_run(doing.actor)?;
    check(written)?;
    atomically!(doing.db, |tx| {
        for one in written {
            let known = rows::template_in(tx, gathering, kind.code(), one.lang).await?;
            let before = known.as_ref().map(|known| (known.subject.clone(), known.body.clone()));
            let now = (one.subject.clone(), one.body.clone());
            if known.map_or(0, |known| known.version) != one.version {
                return Err(changed());
            }
            let standard = mails::standard(kind, one.lang);
            let before = before.unwrap_or_else(|| standard.clone());
            if before == now {
                continue;
            }
            if standard == now {
                rows::drop_template(tx, gathering, kind.code(), one.lang).await?;
            } else if !rows::put_template(tx, &row(gathering, kind, one), doing.actor.account).await? {
                return Err(changed());
            }
            note(doing, tx, gathering, kind, one.lang, "changed");
        }
        Ok(())
    })
}

/// Back to the hub's own words, in both languages.
pub async fn reset(doing: &Doing<'_>, gathering: Uuid, kind: Kind) -> Result<()> {
    policy::may_run(doing.actor)?;
    atomically!(doing.db, |tx| {
        for lang in Lang::ALL {
            if rows::drop_template(tx, gathering, kind.code(), lang).await? {
                note(doing, tx, gathering, kind, lang, "reset");
            }
        }
        Ok(())
    })
}

fn row(gathering: Uuid, kind: Kind, one: &Written) -> MailTemplate {
    MailTemplate {
        gathering,
        kind: kind.code().to_owned(),
        language: one.lang.tag().to_owned(),
        subject: one.subject.clone(),
        body: one.body.clone(),
        version: one.version,
    }
}

fn changed() -> Error {
    Error::conflict(both(
        "ほかの人が先に保存しました。この文面を控えてから開き直してください。",
        "Somebody else saved meanwhile. Keep a copy of your words and open the page again.",
    ))
}

fn note(doing: &Doing<'_>, tx: &mut Tx, gathering: Uuid, kind: Kind, lang: Lang, verb: &str) {
    tx.note(
        doing.actor,
        Change {
            verb: Verb::Other(verb.to_owned()),
            record_type: "gathering_mail_template",
            record_id: gathering,
            before: None,
            after: Some(json!({ "kind": kind.code(), "language": lang.tag() })),
        },
    );
}
