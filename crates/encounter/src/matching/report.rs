//! Everything that can be said of one pair: parts of the score, reasons, what would have to change.

use super::corpus::{Standing, keys};
use super::words::Names;
use engine::affinity::reciprocal::{
    Fact, Part, Reader, Reason, Words, counterfactual_words, reason_words, reasons, reasons_against, suggest_for,
    what_would_have_to_change, would_not_match,
};
use kernel::audience::Keyring;
use kernel::{Actor, Uuid};
use store::catalogue::Catalogue;

/// Suggestions of a list; reasons are chosen to be sufficient for it.
pub const LIST: usize = 20;

/// Why two parties are suggested to each other, or why not.
#[derive(Debug, Clone)]
pub struct Report {
    pub score: f32,
    /// Place in the list of the first party, from 1.
    pub place: Option<usize>,
    /// Parts of the score with what each contributes, largest first.
    pub parts: Vec<(Part, f32)>,
    pub reasons: Vec<Words>,
    /// Without the reasons the pair would not be in the list.
    pub sufficient: bool,
    /// Single changes that would take the pair out of the list, or into it. Each was verified.
    pub changes: Vec<Words>,
}

/// A reader in the corpus: the circles of the keyring, and the party that is asked for when the actor speaks for it.
pub fn reader(standing: &Standing, actor: &Actor, keyring: &Keyring, party: u32) -> Reader {
    let id = Uuid::from_u128(standing.corpus.id_of(party));
    let circles = keys(keyring);
    if actor.acts_for(id) { Reader::of(circles, party) } else { Reader::circle(circles) }
}

/// The reasons to show: what one needs and the other offers first, and all without which the pair would still be in the
/// list left out.
pub fn shown_reasons(standing: &Standing, reader: &Reader, first: u32, second: u32) -> Vec<Reason> {
    const ANSWERS: usize = 2;
    let is_answer = |reason: &Reason| matches!(reason.fact, Fact::Met { .. });
    let sufficient = reasons(&standing.corpus, reader, first, second, LIST).reasons;
    let everything = reasons_against(&standing.corpus, reader, first, second, None).reasons;
    let mut shown: Vec<Reason> = everything.into_iter().filter(is_answer).take(ANSWERS).collect();
    let (answers, rest): (Vec<Reason>, Vec<Reason>) = sufficient.into_iter().partition(is_answer);
    for reason in answers.into_iter().chain(rest) {
        if !shown.iter().any(|known| known.fact == reason.fact) {
            shown.push(reason);
        }
    }
    shown
}

/// The report of a pair; `None` when either is not in the corpus, or they are never suggested to each other.
pub fn report(
    standing: &Standing,
    catalogue: &Catalogue,
    actor: &Actor,
    keyring: &Keyring,
    pair: [Uuid; 2],
) -> Option<Report> {
    let corpus = &standing.corpus;
    let [first, second] = pair.map(|id| corpus.index_of(id.as_u128()));
    let (first, second) = (first?, second?);
    let reader = reader(standing, actor, keyring, first);
    let score = corpus.score(&reader, first, second)?;
    let place = suggest_for(corpus, &reader, first, LIST).iter().position(|s| s.party == second).map(|at| at + 1);
    let names = Names { catalogue, keyring, concepts: &standing.concepts, pair };
    let told = shown_reasons(standing, &reader, first, second);
    let sufficient = reasons(corpus, &reader, first, second, LIST).sufficient();
    let changes = match place {
        Some(_) => would_not_match(corpus, &reader, first, second, LIST),
        None => what_would_have_to_change(corpus, &reader, first, second, LIST),
    };
    let mut parts = corpus.contributions(&reader, first, second);
    parts.sort_by(|a, b| b.1.total_cmp(&a.1));
    Some(Report {
        score,
        place,
        parts,
        sufficient: place.is_some() && sufficient,
        reasons: told.iter().map(|reason| reason_words(reason, &names)).collect(),
        changes: changes.iter().map(|change| counterfactual_words(change, place.is_none(), &names)).collect(),
    })
}

/// Pairs of one party here and one there with their score, as a reader of these circles may know them. Pairs that are never
/// suggested (no consent, "not again", one organization) are not among them.
pub fn scores(standing: &Standing, keyring: &Keyring, left: &[Uuid], right: &[Uuid]) -> Vec<(Uuid, Uuid, f32)> {
    let corpus = &standing.corpus;
    let reader = Reader::circle(keys(keyring));
    let known = |ids: &[Uuid]| -> Vec<(Uuid, u32)> {
        ids.iter().filter_map(|id| Some((*id, corpus.index_of(id.as_u128())?))).collect()
    };
    let (left, right) = (known(left), known(right));
    let mut found = Vec::new();
    for (one, first) in &left {
        let scored =
            right.iter().filter_map(|(other, second)| Some((*one, *other, corpus.score(&reader, *first, *second)?)));
        found.extend(scored);
    }
    found
}

/// The reasons for a pair, without its place in anybody's list.
pub fn why(standing: &Standing, catalogue: &Catalogue, keyring: &Keyring, pair: [Uuid; 2]) -> Vec<Words> {
    let corpus = &standing.corpus;
    let [Some(first), Some(second)] = pair.map(|id| corpus.index_of(id.as_u128())) else { return Vec::new() };
    let reader = Reader::circle(keys(keyring));
    let names = Names { catalogue, keyring, concepts: &standing.concepts, pair };
    let told = reasons_against(corpus, &reader, first, second, None).reasons;
    told.iter().map(|reason| reason_words(reason, &names)).collect()
}
