//! Work without a request: reminders two days ahead, mails about changes, surveys afterwards, and telling agreements what took place.
//!
//! Each mail goes out once, whatever is restarted or run twice. Never here: sending mail; that is the outbox.

use super::actions::promises::{self, Promises};
use super::actions::survey;
use super::mails::{self, Kind};
use super::records::GATHERING;
use super::store as rows;
use chrono::TimeDelta;
use kernel::record::Record;
use kernel::{Actor, Result, Uuid};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::jobs::{NewJob, Runner};
use store::records::{self, Scope};
use store::{Tx, atomically};
use web::App;
use web::records::actions::Doing;

pub const REMINDERS: &str = "gathering_reminders";
pub const CHANGE: &str = "gathering_change";
pub const SURVEYS: &str = "gathering_surveys";
pub const EVIDENCE: &str = "gathering_evidence";

/// How long before the start a reminder goes out.
const AHEAD: TimeDelta = TimeDelta::hours(48);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Adds the jobs of gatherings to a runner.
pub fn jobs(runner: Runner, app: &App, promises: Arc<dyn Promises>) -> Runner {
    let [reminding, changing, telling, asking] = [(); 4].map(|()| app.clone());
    runner
        .on(REMINDERS, move |context| {
            let app = reminding.clone();
            async move {
                let mut mails = 0;
                for id in rows::starting(&app.db, app.clock.now(), app.clock.now() + AHEAD).await? {
                    context.check()?;
                    mails += remind(&app, id).await?;
                }
                Ok(json!({ "mails": mails }))
            }
        })
        .on(CHANGE, move |context| {
            let app = changing.clone();
            async move {
                let payload: serde_json::Value = context.payload()?;
                let id = payload["gathering"].as_str().and_then(|id| id.parse().ok());
                Ok(json!({ "mails": match id { Some(id) => tell_change(&app, id).await?, None => 0 } }))
            }
        })
        .on(EVIDENCE, move |context| {
            let (app, promises) = (telling.clone(), Arc::clone(&promises));
            async move {
                let actor = Actor::system("gatherings");
                let mut proved = 0;
                for id in rows::untold(&app.db, app.clock.now()).await? {
                    context.check()?;
                    proved += promises::tell(&Doing::system(&app, &actor), &*promises, id).await?;
                }
                Ok(json!({ "proved": proved }))
            }
        })
        .on(SURVEYS, move |context| {
            let app = asking.clone();
            async move {
                let mut mails = 0;
                for id in survey::due(&app).await? {
                    context.check()?;
                    mails += survey::ask(&app, id).await?;
                }
                Ok(json!({ "mails": mails }))
            }
        })
        .every("gathering-surveys", HOUR, NewJob::new(SURVEYS, json!({})))
        .every("gathering-reminders", HOUR, NewJob::new(REMINDERS, json!({})))
        .every("gathering-evidence", HOUR, NewJob::new(EVIDENCE, json!({})))
}

/// Reminds everybody who is confirmed and was not reminded. Returns the number of mails.
pub async fn remind(app: &App, gathering: Uuid) -> Result<u64> {
    let Some(record) = records::find(&app.db, &GATHERING, gathering, Scope::Everything).await? else { return Ok(0) };
    let mut mails = 0;
    for id in rows::unreminded(&app.db, gathering).await? {
        mails += atomically!(app.db, |tx| {
            let Some(to) = rows::registration_in(tx, id).await?.filter(|one| one.state == "confirmed") else {
                return Ok(0);
            };
            if !rows::mark_reminded(tx, id).await? {
                return Ok(0);
            }
            mails::post(app, tx, &record, &to, Kind::Reminder).await?;
            Ok(1)
        })?;
    }
    Ok(mails)
}

/// Queues the mails about a change with the change itself.
pub async fn announce_change(tx: &mut Tx, before: &Record, after: &Record, sequence: i64) -> Result<()> {
    let payload = json!({ "gathering": after.id, "sequence": sequence, "was": before.plain("state") });
    // Several changes in a row make one mail.
    store::jobs::enqueue(tx, NewJob::new(CHANGE, payload).key(after.id.to_string())).await?;
    Ok(())
}

/// Writes to everybody who stands, each once a change, whatever is restarted on the way. Returns the number of mails.
pub async fn tell_change(app: &App, gathering: Uuid) -> Result<u64> {
    // Read before the record, so that the mail is never older than what it is noted as.
    let Some(row) = rows::seats(&app.db, gathering).await? else { return Ok(0) };
    let Some(record) = records::find(&app.db, &GATHERING, gathering, Scope::Everything).await? else { return Ok(0) };
    let kind = if record.plain("state") == "cancelled" { Kind::CalledOff } else { Kind::Changed };
    let mut mails = 0;
    let standing = rows::registrations(&app.db, gathering).await?;
    for to in standing.into_iter().filter(|one| one.leads && one.stands()) {
        mails += atomically!(app.db, |tx| {
            if !rows::mark_change_told(tx, to.id, row.sequence).await? {
                return Ok(0);
            }
            mails::post(app, tx, &record, &to, kind).await?;
            Ok(1)
        })?;
    }
    Ok(mails)
}
