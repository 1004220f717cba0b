//! Makes the matcher's corpus out of records: parties with what they need and offer, where they are, to whom they are tied.
//!
//! Audiences come along: what a reader may not see is not there when that reader asks. Never here: pages.

use super::features::{ConceptName, Features, Projector};
use super::learning::Learned;
use super::{Reading, store};
use ::store::records::{self, Scope};
use directory::records::{LISTING, ORGANIZATION, PERSON, RELATION, ROLE, UNIT};
use directory::vocabularies as v;
use engine::affinity::reciprocal::{
    Corpus, Guarded, Item, ItemKind, Keys, Membership, PUBLIC, Party, PartyKind, Place, Tie, TieKind, Weights,
};
use kernel::audience::Keyring;
use kernel::record::{Record, RecordType, Vocabulary};
use kernel::{Error, Lang, Level, Result, Text, Uuid};
use std::collections::{BTreeMap, HashMap};
use web::App;

/// A record type whose records bind parties to a common record: `agreement_party` names an `agreement` and a `party`.
#[derive(Debug, Clone, Copy)]
pub struct Grouping {
    pub record_type: &'static str,
    pub whole: &'static str,
    pub party: &'static str,
}

/// Records as they were read for one corpus.
pub struct Material {
    parties: Vec<Record>,
    listings: Vec<Record>,
    roles: Vec<Record>,
    relations: Vec<Record>,
    /// Common record, the circle that may see who is in it, the parties.
    groups: Vec<(Uuid, Level, Vec<Uuid>)>,
    never: Vec<(Uuid, Uuid)>,
}

/// A corpus with what is needed to word its answers.
pub struct Standing {
    pub corpus: Corpus,
    pub concepts: HashMap<u32, ConceptName>,
    /// Place in the feed.
    pub at: i64,
    /// Whether sentence vectors count.
    pub vectors: bool,
    pub learned: Learned,
}

impl Standing {
    /// The same corpus with what was learned from answers, where staff let it.
    pub fn with(mut self, learned: Learned) -> Standing {
        self.corpus.set_acceptance(if learned.on { learned.model.clone() } else { None });
        self.learned = learned;
        self
    }
}

/// Reads every record that matters. Nothing is left out here for its audience: audiences become masks.
pub async fn gather(app: &App, groupings: &[Grouping]) -> Result<Material> {
    let mut parties = Vec::new();
    for kind in [&ORGANIZATION, &UNIT, &PERSON] {
        parties.extend(whole(app, kind).await?);
    }
    let mut listings = whole(app, &LISTING).await?;
    listings.retain(|listing| listing.plain("state") != "closed");
    Ok(Material {
        parties,
        listings,
        roles: whole(app, &ROLE).await?,
        relations: whole(app, &RELATION).await?,
        groups: groupings.iter().flat_map(|grouping| groups(app, grouping)).collect(),
        never: store::never(&app.db).await?,
    })
}

async fn whole(app: &App, kind: &'static RecordType) -> Result<Vec<Record>> {
    const BATCH: i64 = 1_000;
    let mut found: Vec<Record> = Vec::new();
    loop {
        let after = found.last().map(|record| record.id);
        let batch = records::all(&app.db, kind, after, BATCH, Scope::Everything).await?;
        if batch.is_empty() {
            return Ok(found);
        }
        found.extend(batch);
    }
}

fn groups(app: &App, grouping: &Grouping) -> Vec<(Uuid, Level, Vec<Uuid>)> {
    let everything = kernel::Actor::system("matching").keyring();
    let level_of = |id| app.catalogue.entry(id, &everything).map(|entry| entry.audience.level);
    let mut groups: BTreeMap<Uuid, (Level, Vec<Uuid>)> = BTreeMap::new();
    for entry in app.catalogue.all(&[grouping.record_type], &everything, Lang::Ja) {
        let (Some(whole), Some(party)) = (entry.link(grouping.whole), entry.link(grouping.party)) else { continue };
        let Some(level) = level_of(whole) else { continue };
        let group = groups.entry(whole).or_insert((level, Vec::new()));
        // As narrow as the narrowest of its parts.
        group.0 = group.0.min(entry.audience.level);
        group.1.push(party);
    }
    groups.into_iter().map(|(whole, (level, parties))| (whole, level, parties)).collect()
}

/// The circles as bits. [`Level::Parties`] opens to those who read every party's matters; a party's own things are open to
/// it anyway; [`Level::Me`] opens to nobody here.
fn bit(level: Level) -> Keys {
    match level {
        Level::Public => PUBLIC,
        Level::Partners => 1,
        Level::Members => 2,
        Level::Staff => 4,
        Level::Parties => 8,
        Level::Me => 0,
    }
}

/// The circles of a reader.
pub fn keys(keyring: &Keyring) -> Keys {
    /// A circle that every reader is in: public things are open to all.
    const EVERYONE: Keys = 1 << 63;
    let narrow = keyring.levels.iter().filter(|level| **level != Level::Public);
    narrow.map(|level| bit(*level)).fold(EVERYONE, |all, one| all | one)
}

/// Builds the corpus. Reading texts is CPU work; the caller runs this away from requests.
pub fn stand(material: Material, features: &mut Features, reading: &dyn Reading, at: i64) -> Result<Standing> {
    let texts: Vec<String> = material.listings.iter().map(text_of).collect();
    let keyed =
        material.listings.iter().zip(&texts).map(|(listing, text)| (listing.id, listing.version, text.as_str()));
    features.take_in(reading, keyed);
    let public: Vec<(Uuid, i64)> = material
        .listings
        .iter()
        .filter(|listing| listing.audience.level == Level::Public)
        .map(|listing| (listing.id, listing.version))
        .collect();
    let rarity = Rarity::of(&material.listings, features);
    let projection = features.projection(&public).cloned();
    let mut parties: Vec<Party> = material.parties.iter().map(party_of).collect();
    let places: HashMap<Uuid, usize> = material.parties.iter().enumerate().map(|(at, p)| (p.id, at)).collect();
    for listing in &material.listings {
        let owner = listing.link("party").and_then(|id| places.get(&id)).and_then(|at| parties.get_mut(*at));
        let read = features.get(listing.id, listing.version);
        if let (Some(owner), Some(read)) = (owner, read) {
            add_listing(owner, listing, item_of(listing, read, &rarity, projection.as_ref()));
        }
    }
    tie(&mut parties, &places, &material);
    // People are suggested only when they posted something themselves.
    for party in parties.iter_mut().filter(|party| party.kind == PartyKind::Person) {
        party.consents = !(party.needs.is_empty() && party.offers.is_empty());
    }
    let vectors = projection.is_some();
    let corpus = Corpus::new(&parties, weights(vectors)).map_err(Error::internal)?;
    Ok(Standing { corpus, concepts: features.names().clone(), at, vectors, learned: Learned::default() })
}

/// The engine's weights, with more weight on what is needed and offered: short listings that a person would call a good
/// answer to each other have a similarity of 0.1 to 0.3, not of 1, and circumstances must not outweigh that.
fn weights(vectors: bool) -> Weights {
    let engine = if vectors { Weights::default() } else { Weights::without_vectors() };
    Weights { direction: 2.0, reciprocity: 5.0, ..engine }
}

/// Both languages: each adds words that the other lacks. A field that fewer may see than the record itself is left out.
fn text_of(listing: &Record) -> String {
    let both = |field: &str| {
        let text = if circle_of(listing, field) == bit(listing.audience.level) {
            listing.text(field)
        } else {
            Text::default()
        };
        Lang::ALL.map(|lang| text.exact(lang).unwrap_or_default().to_owned()).join("\n")
    };
    format!("{}\n{}", both("title"), both("summary"))
}

/// The circle that may see a field of a record.
fn circle_of(record: &Record, field: &str) -> Keys {
    record.kind.field(field).map_or(0, |field| bit(record.level_of(field)))
}

/// What a listing says by its codes, as terms beside those of its text: somebody who seeks a manufacturing slot and somebody
/// who has one say the same thing, whatever their words. Term and how much it says.
fn coded_terms(listing: &Record) -> Vec<(u32, f32)> {
    // "Technology" and "issue" say little; a slot, a site or a mentor says what is wanted.
    let kind = listing.plain("kind");
    let vague = matches!(kind, "technology" | "issue" | "collaboration" | "other" | "");
    let mut terms = vec![(code(&format!("kind:{kind}")), if vague { 0.5 } else { 3.0 })];
    for (field, weight) in [("fields", 1.5), ("modality", 2.0), ("stage", 1.0)] {
        terms.extend(listing.codes(field).iter().map(|term| (code(&format!("{field}:{term}")), weight)));
    }
    terms
}

/// How rare terms are, over public listings alone.
struct Rarity {
    documents: f32,
    holding: HashMap<u32, u32>,
}

impl Rarity {
    fn of(listings: &[Record], features: &Features) -> Rarity {
        let mut rarity = Rarity { documents: 0.0, holding: HashMap::new() };
        for listing in listings.iter().filter(|listing| listing.audience.level == Level::Public) {
            let Some(read) = features.get(listing.id, listing.version) else { continue };
            rarity.documents += 1.0;
            for (term, _) in read.terms.iter().copied().chain(coded_terms(listing)) {
                *rarity.holding.entry(term).or_default() += 1;
            }
        }
        rarity
    }

    /// Inverse document frequency, smoothed; a term that no public text has counts like one that a single text has.
    fn weight(&self, term: u32) -> f32 {
        let holding = self.holding.get(&term).copied().unwrap_or(0).max(1) as f32;
        (1.0 + self.documents / holding).ln()
    }
}

fn item_of(listing: &Record, read: &super::features::Read, rarity: &Rarity, projection: Option<&Projector>) -> Item {
    let terms = read.terms.iter().copied().chain(coded_terms(listing));
    Item {
        id: listing.id.as_u128(),
        kind: item_kind(listing.plain("kind")),
        audience: bit(listing.audience.level),
        terms: terms.map(|(term, count)| (term, count * rarity.weight(term))).collect(),
        concepts: read.concepts.clone(),
        dense: projection.zip(read.vector.as_ref()).map(|(projection, vector)| projection.project(vector)),
    }
}

fn item_kind(code: &str) -> ItemKind {
    match code {
        "technology" => ItemKind::Technology,
        "issue" => ItemKind::Issue,
        "funding" => ItemKind::Funding,
        "lab_space" | "equipment" => ItemKind::LabSpace,
        "manufacturing_slot" => ItemKind::Manufacturing,
        "clinical_test_bed" | "trial_site" => ItemKind::TestBed,
        "mentor" | "training" => ItemKind::Mentor,
        "executive" => ItemKind::Executive,
        "regulatory_advice" => ItemKind::RegulatoryAdvice,
        "collaboration" | "distribution" => ItemKind::Collaboration,
        _ => ItemKind::Other,
    }
}

fn party_of(record: &Record) -> Party {
    let kind = match (record.kind.key, record.plain("kind")) {
        ("unit", _) | (_, "university" | "research_institute") => PartyKind::Lab,
        ("person", _) => PartyKind::Person,
        (_, "startup") => PartyKind::Startup,
        (_, "company" | "pharma" | "device" | "insurer") => PartyKind::Company,
        (_, "hospital" | "clinic") => PartyKind::Hospital,
        (_, "investor") => PartyKind::Investor,
        (_, "regulator" | "government") => PartyKind::Regulator,
        (_, "hub" | "cluster" | "incubator") => PartyKind::PartnerHub,
        _ => PartyKind::Other,
    };
    let guarded = |field: &str, value| Guarded { value, audience: circle_of(record, field) };
    let place = Place {
        country: index(&v::COUNTRIES, record.plain("country")),
        region: code(record.text("place").exact(Lang::Ja).unwrap_or_default()),
        building: 0,
    };
    let mut party = Party::new(record.id.as_u128(), kind);
    party.audience = bit(record.audience.level);
    party.fields = Guarded { value: codes(&v::FIELDS, record.codes("fields")), audience: circle_of(record, "fields") };
    party.stages = guarded("stages", bits(&v::STAGES, record.codes("stages")));
    party.modalities = guarded("modalities", bits(&v::MODALITIES, record.codes("modalities")));
    party.languages = guarded("languages", bits(&v::LANGUAGES, record.codes("languages")));
    party.place = Guarded { value: place, audience: circle_of(record, "country") };
    party.first_seen = i32::try_from(record.created_at.timestamp() / 86_400).unwrap_or(0);
    party
}

/// A public listing also says on what its party works; a narrower one says so only to its own circle, and is left out.
fn add_listing(owner: &mut Party, listing: &Record, item: Item) {
    if listing.audience.level == Level::Public {
        owner.stages.value |= bits(&v::STAGES, listing.codes("stage"));
        owner.modalities.value |= bits(&v::MODALITIES, listing.codes("modality"));
        for field in codes(&v::FIELDS, listing.codes("fields")) {
            if !owner.fields.value.contains(&field) {
                owner.fields.value.push(field);
            }
        }
    }
    if listing.plain("side") == "offer" { owner.offers.push(item) } else { owner.needs.push(item) }
}

/// Place of a term in its vocabulary, from 1; 0 for what is no term.
fn index(vocabulary: &Vocabulary, code: &str) -> u32 {
    vocabulary.terms.iter().position(|term| term.code == code).map_or(0, |at| at as u32 + 1)
}

fn codes(vocabulary: &Vocabulary, codes: &[String]) -> Vec<u32> {
    codes.iter().map(|code| index(vocabulary, code)).filter(|code| *code > 0).collect()
}

fn bits(vocabulary: &Vocabulary, codes: &[String]) -> u32 {
    codes
        .iter()
        .map(|code| index(vocabulary, code))
        .filter(|at| (1..=32).contains(at))
        .fold(0, |all, at| all | 1 << (at - 1))
}

/// A number for a written place, 0 for none.
fn code(written: &str) -> u32 {
    let folded = kernel::fold::fold(written);
    folded.bytes().fold(0, |hash: u32, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte)))
}

fn tie(parties: &mut [Party], places: &HashMap<Uuid, usize>, material: &Material) {
    let mut both = |one: Uuid, other: Uuid, kind: TieKind, audience: Keys| {
        for (from, to) in [(one, other), (other, one)] {
            if let Some(party) = places.get(&from).and_then(|at| parties.get_mut(*at))
                && from != to
            {
                party.ties.push(Tie { to: to.as_u128(), kind, audience });
            }
        }
    };
    for unit in material.parties.iter().filter(|party| party.kind.key == UNIT.key) {
        for above in [unit.link("organization"), unit.link("parent")].into_iter().flatten() {
            both(unit.id, above, TieKind::SameOrganization, bit(unit.audience.level));
        }
    }
    for role in &material.roles {
        if let (Some(person), Some(body)) = (role.link("person"), role.link("party")) {
            both(person, body, TieKind::SameOrganization, bit(role.audience.level));
        }
    }
    for relation in &material.relations {
        if let (Some(from), Some(to)) = (relation.link("from"), relation.link("to")) {
            both(from, to, TieKind::Collaborating, bit(relation.audience.level));
        }
    }
    for (_, level, members) in &material.groups {
        for (at, one) in members.iter().enumerate() {
            for other in &members[at + 1..] {
                both(*one, *other, TieKind::Collaborating, bit(*level));
            }
        }
    }
    for (whole, level, members) in &material.groups {
        for member in members {
            if let Some(party) = places.get(member).and_then(|at| parties.get_mut(*at)) {
                party.agreements.push(Membership { agreement: whole.as_u128(), audience: bit(*level) });
            }
        }
    }
    for (party, other) in &material.never {
        if let Some(party) = places.get(party).and_then(|at| parties.get_mut(*at)) {
            party.vetoes.push(other.as_u128());
        }
    }
}
