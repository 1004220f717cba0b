//! The questions that other subsystems ask of agreements: does a clause allow this, and what may a member use.
//!
//! They are asked about a day, answered by the rule in [`super::model`], and know no reader: what is granted does not
//! depend on who looks. Never here: changing anything.

use super::model::{Life, Phase, letters_that_grant};
use super::records::{AGREEMENT, AMENDMENT, BENEFIT, CLAUSE, SUSPENSION};
use super::store as agreements;
use super::vocabularies::MEMBERSHIP_TYPES;
use chrono::NaiveDate;
use kernel::edtf::Certainty;
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Result, Text, Uuid};
use store::records::{self, Scope};
use web::App;

/// The clause on which a grant rests.
#[derive(Debug, Clone, PartialEq)]
pub struct ClauseRef {
    pub agreement: Uuid,
    pub clause: Uuid,
    /// Code of what the clause promises; may be a wider one than was asked for.
    pub letter: String,
    /// The grant holds only here, when the text says so ("in Nihonbashi").
    pub place: Option<Text>,
    /// `Yes`, or `Maybe` when the end is unknown, near, or renewed by itself. A grant holds in both cases.
    pub certainty: Certainty,
}

/// Whether an agreement between two parties grants what a clause code names, on a day; the clause that does.
///
/// Drafts, suspended and ended agreements grant nothing, from the moment in which that is recorded. An end that
/// nobody knows does not stop a grant; a beginning that is not certain does. A trailing 等 grants nothing: only what a
/// clause names by its code does, and the code `other` (which holds a bare 等) never does. Of several, a clause without
/// a place comes first, then the oldest.
pub async fn granted(app: &App, one: Uuid, other: Uuid, clause_code: &str, on: NaiveDate) -> Result<Option<ClauseRef>> {
    let letters = letters_that_grant(clause_code);
    if letters.is_empty() || one == other {
        return Ok(None);
    }
    let mut best: Option<ClauseRef> = None;
    for (agreement, clause) in agreements::shared_clauses(&app.db, one, other, letters).await? {
        let Some(phase) = phase_on(app, agreement, on).await?.filter(|phase| phase.is_active()) else { continue };
        let Some(clause) = records::find(&app.db, &CLAUSE, clause, Scope::Everything).await? else { continue };
        let found = clause_ref(&clause, agreement, phase);
        if best.as_ref().is_none_or(|best| best.place.is_some() && found.place.is_none()) {
            best = Some(found);
        }
    }
    Ok(best)
}

fn clause_ref(clause: &Record, agreement: Uuid, phase: Phase) -> ClauseRef {
    let place = clause.text("place");
    ClauseRef {
        agreement,
        clause: clause.id,
        letter: clause.plain("letter").to_owned(),
        place: (!place.is_empty()).then_some(place),
        certainty: phase.certainty(),
    }
}

/// The facts of one agreement that decide whether it is in force; `None` when it is not there.
pub async fn life(app: &App, agreement: Uuid) -> Result<Option<Life>> {
    let all = Scope::Everything;
    let Some(record) = records::find(&app.db, &AGREEMENT, agreement, all).await? else { return Ok(None) };
    let amendments = records::linking(&app.db, &AMENDMENT, "agreement", agreement, all).await?;
    let suspensions = records::linking(&app.db, &SUSPENSION, "agreement", agreement, all).await?;
    let today = app.clock.today(app.hub.zone);
    Ok(Some(agreements::life_of(&record, &amendments, &suspensions, today)))
}

async fn phase_on(app: &App, agreement: Uuid, on: NaiveDate) -> Result<Option<Phase>> {
    Ok(life(app, agreement).await?.map(|life| life.on(on)))
}

/// Something that a membership entitles its member to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entitlement {
    /// Code of the benefit, such as `book_rooms`.
    pub benefit: String,
    /// Uses per month; `None` is no limit.
    pub limit_per_month: Option<i64>,
    pub membership_type: String,
    /// The membership agreement that it rests on.
    pub agreement: Uuid,
}

/// What a party is entitled to on a day, by its membership agreements that are active then.
///
/// A party with two memberships gets the benefits of both, each with its agreement; the caller takes the wider limit.
pub async fn entitlements(app: &App, party: Uuid, on: NaiveDate) -> Result<Vec<Entitlement>> {
    let mut found = Vec::new();
    let mut benefits: Option<Vec<Record>> = None;
    for agreement in agreements::memberships(&app.db, party).await? {
        if !phase_on(app, agreement, on).await?.is_some_and(Phase::is_active) {
            continue;
        }
        let Some(record) = records::find(&app.db, &AGREEMENT, agreement, Scope::Everything).await? else { continue };
        let known = match benefits.take() {
            Some(known) => known,
            None => records::all(&app.db, &BENEFIT, None, 10_000, Scope::Everything).await?,
        };
        let membership_type = record.plain("membership_type");
        found.extend(known.iter().filter(|benefit| benefit.plain("membership_type") == membership_type).map(
            |benefit| Entitlement {
                benefit: benefit.plain("benefit").to_owned(),
                limit_per_month: benefit.integer("limit_per_month"),
                membership_type: membership_type.to_owned(),
                agreement,
            },
        ));
        benefits = Some(known);
    }
    Ok(found)
}

/// Parties that stand in an agreement in force on a day, other than as the hub; each once, in the order of the register.
pub async fn holders(app: &App, on: NaiveDate) -> Result<Vec<Uuid>> {
    let today = app.clock.today(app.hub.zone);
    let mut found = Vec::new();
    for dossier in agreements::register(&app.db, Scope::Everything).await? {
        if !dossier.life(today).on(on).is_active() {
            continue;
        }
        for party in dossier.others(app.hub.organization) {
            if !found.contains(&party) {
                found.push(party);
            }
        }
    }
    Ok(found)
}

/// A kind of membership in words.
pub fn membership_words(code: &str) -> Said {
    MEMBERSHIP_TYPES.term(code).map_or_else(|| Said::new(code, code), |term| term.label.into())
}
