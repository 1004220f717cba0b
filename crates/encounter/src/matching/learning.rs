//! Learned acceptance: what became of suggestions and introductions, and what follows from it for the order.
//!
//! Every word about a pair is logged: "not again", both said yes, one said no, what came of it. Beside it stand the parts of
//! the pair's score as everybody could know them at that time. From [`MIN_OUTCOMES`] such pairs on, with both answers among
//! them, [`Acceptance`] is fitted: a logistic regression of eleven coefficients with a ridge penalty. Fewer would fit noise:
//! ten to twenty outcomes a coefficient are the usual rule (Peduzzi et al. 1996, J. Clin. Epidemiol. 49:1373). Its chance
//! becomes one more part of the score, with a small weight, the same from both sides.
//!
//! Never here: who said what (a pair has one last word, and no name beside it), silence (nobody said no), vetoes: those
//! take a pair out before any score.

use super::corpus::{Standing, keys};
use super::store;
use ::store::atomically;
use chrono::TimeDelta;
use engine::affinity::reciprocal::{Acceptance, MIN_OUTCOMES, Outcome, Part, Parts, Reader};
use kernel::audience::Keyring;
use kernel::change::{Change, Verb};
use kernel::{Permission, Result, Uuid};
use serde_json::{Value, json};
use web::App;
use web::records::actions::Doing;

/// Words that are learned from; older ones are forgotten, as people and the hub change.
const MOST: i64 = 5_000;
/// Pairs whose parts are noted at once.
const AT_ONCE: i64 = 500;
/// A pair whose parts could not be noted for so long never had a score that everybody may know.
const LATE: TimeDelta = TimeDelta::days(7);

/// Words are learned from after so long: by then the last day of whatever was answered is over, and a request that was
/// declined must look like one that nobody answered until then.
const SETTLED: TimeDelta = TimeDelta::days(60);

/// What has been learned.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    /// Whether staff let it be.
    pub on: bool,
    /// Pairs that can be learned from, and how many of them said yes.
    pub outcomes: usize,
    pub accepted: usize,
    pub model: Option<Acceptance>,
}

impl Learned {
    /// Pairs that are needed.
    pub const NEEDED: usize = MIN_OUTCOMES;
}

/// Notes the parts of pairs about which something was said since, by the corpus that suggested them: in the next one a
/// "not again" has no score any more.
pub async fn note(app: &App, standing: &Standing) -> Result<()> {
    let waiting = store::unnoted(&app.db, app.clock.now() - LATE, AT_ONCE).await?;
    let corpus = &standing.corpus;
    let reader = Reader::circle(keys(&Keyring::public()));
    let parts_of = |(one, other): &(Uuid, Uuid)| {
        let [one, other] = [one, other].map(|id| corpus.index_of(id.as_u128()));
        corpus.parts(&reader, one?, other?)
    };
    let found: Vec<((Uuid, Uuid), Parts)> = waiting.iter().filter_map(|pair| Some((*pair, parts_of(pair)?))).collect();
    if found.is_empty() {
        return Ok(());
    }
    atomically!(app.db, |tx| {
        for ((one, other), parts) in &found {
            store::note_parts(tx, *one, *other, as_json(parts)).await?;
        }
        Ok(())
    })
}

/// The log, ready to be learned from.
pub async fn log(app: &App) -> Result<(bool, Vec<(Parts, Outcome)>)> {
    let rows = store::logged(&app.db, app.clock.now() - SETTLED, MOST).await?;
    let read = |(outcome, parts): &(String, Value)| Some((from_json(parts)?, outcome_of(outcome)));
    Ok((store::may_learn(&app.db).await?, rows.iter().filter_map(read).collect()))
}

/// Learns. Also when it is off, so that staff see what it would say; [`Learned::model`] is then not used.
pub fn learn(on: bool, log: &[(Parts, Outcome)]) -> Learned {
    let accepted = log.iter().filter(|(_, outcome)| *outcome != Outcome::Declined).count();
    Learned { on, outcomes: log.len(), accepted, model: Acceptance::fit(log) }
}

/// Staff switch it.
pub async fn switch(doing: &Doing<'_>, on: bool) -> Result<()> {
    doing.actor.require(Permission::ReviewDirectory)?;
    let id = doing.db.new_id();
    atomically!(doing.db, |tx| {
        store::let_learn(tx, on).await?;
        let verb = Verb::Other(if on { "switched_on" } else { "switched_off" }.to_owned());
        // The matcher follows the feed: the next corpus obeys.
        tx.note(doing.actor, Change { verb, record_type: "match_learning", record_id: id, before: None, after: None });
        Ok(())
    })
}

fn outcome_of(code: &str) -> Outcome {
    match code {
        "accepted" => Outcome::Accepted,
        "met" => Outcome::Met,
        _ => Outcome::Declined,
    }
}

/// Parts by name. A program that knows other parts cannot learn from these words and leaves them out ([`from_json`]).
fn as_json(parts: &Parts) -> Value {
    let named = Part::ALL.iter().filter(|part| **part != Part::Learned);
    Value::Object(named.map(|part| (format!("{part:?}"), json!(parts.value(*part)))).collect())
}

fn from_json(value: &Value) -> Option<Parts> {
    let of = |part: Part| value.get(format!("{part:?}")).and_then(Value::as_f64).map(|value| value as f32);
    Some(Parts {
        need_offer: of(Part::NeedOffer)?,
        offer_need: of(Part::OfferNeed)?,
        reciprocity: of(Part::Reciprocity)?,
        field: of(Part::Field)?,
        stage: of(Part::Stage)?,
        modality: of(Part::Modality)?,
        language: of(Part::Language)?,
        place: of(Part::Place)?,
        sector: of(Part::Sector)?,
        novelty: of(Part::Novelty)?,
        path: of(Part::Path)?,
        agreement: of(Part::Agreement)?,
        learned: 0.0,
    })
}
