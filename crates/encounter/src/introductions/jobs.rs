//! Work without a request: last days, reminders, questions for outcomes, and telling agreements. Each happens once,
//! whatever is restarted or run twice. Never here: sending mail; that is the outbox.

use super::actions::evidence::{self, Promises};
use super::actions::{SYSTEM, answer};
use super::mails::{self, Kind, People};
use super::model::{Side, State};
use super::policy::days;
use super::store as rows;
use kernel::{Actor, Result};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::atomically;
use store::jobs::{NewJob, Runner};
use web::App;
use web::records::actions::Doing;

pub const ROUND: &str = "introductions";
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Adds the job of introductions to a runner.
pub fn jobs(runner: Runner, app: &App, promises: Arc<dyn Promises>) -> Runner {
    let app = app.clone();
    runner
        .on(ROUND, move |context| {
            let (app, promises) = (app.clone(), Arc::clone(&promises));
            async move {
                let (ended, reminded) = (expire_due(&app).await?, remind_due(&app).await?);
                context.check()?;
                let asked = ask_due(&app).await?;
                context.check()?;
                let proved = tell_due(&app, &*promises).await?;
                Ok(json!({ "ended": ended, "reminded": reminded, "asked": asked, "proved": proved }))
            }
        })
        .every("introductions", HOUR, NewJob::new(ROUND, json!({})))
}

/// Ends what is over.
pub async fn expire_due(app: &App) -> Result<u64> {
    let actor = Actor::system(SYSTEM);
    let doing = Doing::system(app, &actor);
    let mut ended = 0;
    for id in rows::overdue(&app.db, app.clock.now()).await? {
        ended += u64::from(answer::expire(&doing, id).await?);
    }
    Ok(ended)
}

/// Reminds everybody who has not answered for some days.
pub async fn remind_due(app: &App) -> Result<u64> {
    let actor = Actor::system(SYSTEM);
    let doing = Doing::system(app, &actor);
    let numbers = rows::policy(&app.db).await?;
    let now = app.clock.now();
    let mut reminded = 0;
    for id in rows::to_remind(&app.db, now - days(numbers.remind_days), now).await? {
        let Some(one) = rows::find(&app.db, id).await? else { continue };
        let people = People::of(&doing, &one).await?;
        let done = atomically!(doing.db, |tx| { answer::remind_within(&doing, tx, id, &people).await })?;
        reminded += u64::from(done);
    }
    Ok(reminded)
}

/// Asks both sides what came of it, after two weeks and after three months.
pub async fn ask_due(app: &App) -> Result<u64> {
    let actor = Actor::system(SYSTEM);
    let doing = Doing::system(app, &actor);
    let numbers = rows::policy(&app.db).await?;
    let mut asked = 0;
    for (stage, after) in numbers.outcome_days.into_iter().enumerate() {
        for id in rows::to_ask(&app.db, stage, app.clock.now() - days(after)).await? {
            let Some(one) = rows::find(&app.db, id).await? else { continue };
            let people = People::of(&doing, &one).await?;
            asked += atomically!(doing.db, |tx| {
                let held = rows::hold(tx, id).await?;
                if held.state() != State::Made || !rows::mark_asked(tx, id, stage).await? {
                    return Ok(0);
                }
                for side in [Side::Asker, Side::Other] {
                    mails::post(app, tx, &held, &people, side, Kind::Outcome).await?;
                }
                Ok(1)
            })?;
        }
    }
    Ok(asked)
}

/// Tells the agreements.
pub async fn tell_due(app: &App, promises: &dyn Promises) -> Result<u64> {
    let actor = Actor::system(SYSTEM);
    let doing = Doing::system(app, &actor);
    let mut proved = 0;
    for one in rows::untold(&app.db).await? {
        proved += evidence::tell(&doing, promises, &one).await?;
    }
    Ok(proved)
}
