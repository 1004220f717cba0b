//! An agreement together with what belongs to it, as far as a reader may see.

use crate::agreements::model::{End, Life, NewEnd, Rest, State};
use crate::agreements::records::{AGREEMENT, AGREEMENT_PARTY, AMENDMENT, CLAUSE, EVIDENCE, SUSPENSION};
use chrono::NaiveDate;
use kernel::record::{Record, RecordType};
use kernel::{Result, Uuid};
use std::collections::HashMap;
use store::Db;
use store::records::{self, Scope};

/// An agreement with its parts.
#[derive(Debug, Clone)]
pub struct Dossier {
    pub agreement: Record,
    /// In the order of the text.
    pub parties: Vec<Record>,
    /// In the order of the text.
    pub clauses: Vec<Record>,
    pub amendments: Vec<Record>,
    pub suspensions: Vec<Record>,
    /// Per clause, oldest first.
    pub evidence: HashMap<Uuid, Vec<Record>>,
}

impl Dossier {
    /// What decides whether it is in force. `today` is the day on which the stored state was read.
    pub fn life(&self, today: NaiveDate) -> Life {
        life_of(&self.agreement, &self.amendments, &self.suspensions, today)
    }

    /// The party whose agreements are counted: the one that stands in it as the hub, else the hub itself.
    pub fn hub(&self, own: Option<Uuid>) -> Option<Uuid> {
        let named =
            self.parties.iter().find(|party| party.plain("capacity") == "hub").and_then(|party| party.link("party"));
        named.or_else(|| own.filter(|own| self.party_ids().contains(own)))
    }

    /// Everyone but that hub, in the order of the text.
    pub fn others(&self, own: Option<Uuid>) -> Vec<Uuid> {
        let hub = self.hub(own);
        self.party_ids().into_iter().filter(|party| Some(*party) != hub).collect()
    }

    pub fn party_ids(&self) -> Vec<Uuid> {
        self.parties.iter().filter_map(|party| party.link("party")).collect()
    }

    pub fn evidence_of(&self, clause: Uuid) -> &[Record] {
        self.evidence.get(&clause).map_or(&[], Vec::as_slice)
    }
}

/// The facts of a life from records.
pub fn life_of(agreement: &Record, amendments: &[Record], suspensions: &[Record], today: NaiveDate) -> Life {
    let day = |record: &Record, field: &str| record.plain(field).parse::<NaiveDate>().ok();
    let rest = |record: &Record| Some(Rest { since: day(record, "since")?, until: day(record, "until") });
    Life {
        state: State::from_code(agreement.plain("state")),
        known_on: today,
        signed: agreement.date("signed"),
        effective: agreement.date("effective"),
        end: End::parse(agreement.plain("end")),
        automatic: agreement.plain("renewal") == "automatic",
        notice_days: agreement.integer("notice_days"),
        new_ends: amendments
            .iter()
            // An amendment that says nothing of the end leaves it as it was.
            .filter(|amendment| !amendment.plain("new_end").is_empty())
            .map(|amendment| NewEnd { signed: amendment.date("signed"), end: End::parse(amendment.plain("new_end")) })
            .collect(),
        rests: suspensions.iter().filter_map(rest).collect(),
    }
}

/// One agreement with its parts.
pub async fn dossier(db: &Db, id: Uuid, scope: Scope<'_>) -> Result<Option<Dossier>> {
    let Some(agreement) = records::find(db, &AGREEMENT, id, scope).await? else { return Ok(None) };
    let mut dossier = empty(agreement);
    dossier.parties = in_order(records::linking(db, &AGREEMENT_PARTY, "agreement", id, scope).await?);
    dossier.clauses = in_order(records::linking(db, &CLAUSE, "agreement", id, scope).await?);
    dossier.amendments = records::linking(db, &AMENDMENT, "agreement", id, scope).await?;
    // That it rests is part of its state, which whoever sees the agreement sees; the reason is a field of its own.
    dossier.suspensions = records::linking(db, &SUSPENSION, "agreement", id, Scope::Everything).await?;
    dossier.suspensions.sort_by(|a, b| a.plain("since").cmp(b.plain("since")));
    for clause in &dossier.clauses {
        let used = records::linking(db, &EVIDENCE, "clause", clause.id, scope).await?;
        dossier.evidence.insert(clause.id, by_date(used));
    }
    Ok(Some(dossier))
}

/// Every agreement with its parts, in the order of signing.
pub async fn register(db: &Db, scope: Scope<'_>) -> Result<Vec<Dossier>> {
    let mut all: Vec<Dossier> = every(db, &AGREEMENT, scope).await?.into_iter().map(empty).collect();
    all.sort_by_cached_key(|d| {
        (d.agreement.date("signed").map_or("~".to_owned(), |date| date.sort_key()), d.agreement.id)
    });
    let at: HashMap<Uuid, usize> = all.iter().enumerate().map(|(at, d)| (d.agreement.id, at)).collect();
    let mut home: HashMap<Uuid, usize> = HashMap::new();
    for kind in [&AGREEMENT_PARTY, &CLAUSE, &AMENDMENT, &SUSPENSION] {
        let scope = if kind.key == SUSPENSION.key { Scope::Everything } else { scope };
        for part in every(db, kind, scope).await? {
            let Some(place) = part.link("agreement").and_then(|agreement| at.get(&agreement).copied()) else {
                continue;
            };
            let Some(dossier) = all.get_mut(place) else { continue };
            match kind.key {
                "agreement_party" => dossier.parties.push(part),
                "amendment" => dossier.amendments.push(part),
                "suspension" => dossier.suspensions.push(part),
                _ => {
                    home.insert(part.id, place);
                    dossier.clauses.push(part);
                }
            }
        }
    }
    for used in every(db, &EVIDENCE, scope).await? {
        let Some(clause) = used.link("clause") else { continue };
        if let Some(dossier) = home.get(&clause).and_then(|place| all.get_mut(*place)) {
            dossier.evidence.entry(clause).or_default().push(used);
        }
    }
    for dossier in &mut all {
        dossier.parties = in_order(std::mem::take(&mut dossier.parties));
        dossier.clauses = in_order(std::mem::take(&mut dossier.clauses));
    }
    Ok(all)
}

fn empty(agreement: Record) -> Dossier {
    Dossier {
        agreement,
        parties: Vec::new(),
        clauses: Vec::new(),
        amendments: Vec::new(),
        suspensions: Vec::new(),
        evidence: HashMap::new(),
    }
}

fn in_order(mut parts: Vec<Record>) -> Vec<Record> {
    parts.sort_by_key(|part| (part.integer("ordinal").unwrap_or(999), part.id));
    parts
}

fn by_date(mut used: Vec<Record>) -> Vec<Record> {
    used.sort_by_cached_key(|one| (one.date("happened").map_or(String::new(), |date| date.sort_key()), one.id));
    used
}

async fn every(db: &Db, kind: &'static RecordType, scope: Scope<'_>) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page = records::all(db, kind, after, 1000, scope).await?;
        let Some(last) = page.last().map(|record| record.id) else { return Ok(found) };
        after = Some(last);
        let done = page.len() < 1000;
        found.extend(page);
        if done {
            return Ok(found);
        }
    }
}
