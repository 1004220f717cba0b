//! Names that stand inside a longer text, such as the organization in an address line: a name counts by how much of it is
//! there and how much it says, and more when it fills a part between commas.

use super::Postings;
use super::countries::countries_in;
use super::search::Document;
use crate::affinity::Analyzer;
use crate::affinity::text::Term;

/// Terms of all names with their inverse document frequencies.
#[derive(PartialEq)]
pub(super) struct NameFinder {
    /// Per passage: its terms, empty for passages that are no names.
    terms: Vec<Vec<(Term, f32)>>,
    /// Per passage: less for what is usually a part of something else.
    trust: Vec<f32>,
    seen: Vec<usize>,
    countries: Vec<Vec<String>>,
}

/// A text in which names are looked for.
pub(super) struct Contained<'a> {
    finder: &'a NameFinder,
    stretches: Vec<Stretch>,
    /// Every term with each stretch that has it, rising.
    terms: Vec<(Term, u32)>,
    mass: f32,
    countries: Vec<&'static str>,
}

/// A part between commas, or two neighbouring parts as one (University of California, San Francisco).
struct Stretch {
    mass: f32,
    single: bool,
    /// 0 for the first part, 1 for the last: addresses go from the small to the large.
    position: f32,
}

/// Parts between commas that are looked at.
const PARTS: usize = 32;
/// A department is seldom the organization that is meant.
const INNER_UNIT: f32 = 0.7;
/// Two letters in an address are a state more often than an organization.
const TWO_LETTERS: f32 = 0.5;
const LATER: f32 = 0.5;
const PAIR: f32 = 0.9;
/// A name of which half is missing counts a sixteenth.
const COVERAGE_POWER: i32 = 4;
const WHOLE_PART: f32 = 0.4;
const SAME_COUNTRY: f32 = 1.15;
const OTHER_COUNTRY: f32 = 0.75;
/// Organizations known by many names are asked for more often.
const KNOWN: f32 = 0.08;

impl NameFinder {
    pub(super) fn new(documents: &[Document]) -> NameFinder {
        let countries = documents.iter().map(|d| d.countries.clone()).collect();
        NameFinder { terms: Vec::new(), trust: Vec::new(), seen: vec![0; documents.len()], countries }
    }

    /// How many passages of a document have been added.
    pub(super) fn seen(&self, document: usize) -> usize {
        self.seen.get(document).copied().unwrap_or(0)
    }

    pub(super) fn is_name(&self, passage: u32) -> bool {
        self.terms.get(passage as usize).is_some_and(|terms| !terms.is_empty())
    }

    /// Adds a passage of a document: its terms when it is a name, else none.
    pub(super) fn add(&mut self, document: usize, passage: &str, terms: Vec<Term>) {
        self.terms.push(terms.into_iter().map(|term| (term, 0.0)).collect());
        self.trust.push(trust_in(passage));
        if let Some(seen) = self.seen.get_mut(document) {
            *seen += 1;
        }
    }

    pub(super) fn weigh(&mut self, postings: &Postings) {
        for (term, weight) in self.terms.iter_mut().flatten() {
            *weight = postings.idf(*term);
        }
    }

    /// A text in which names are to be found.
    pub(super) fn query(&self, analyzer: &Analyzer<'_>, text: &str, postings: &Postings) -> Contained<'_> {
        let parts: Vec<&str> = text
            .split([',', ';', '/', '，', '、', '\n'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .take(PARTS)
            .collect();
        let places = parts.iter().map(|part| !countries_in(part).is_empty());
        let named: Vec<&str> = parts.iter().zip(places).filter(|(_, place)| !place).map(|(part, _)| *part).collect();
        let last = named.len().saturating_sub(1).max(1) as f32;
        let (mut stretches, mut terms) = (Vec::new(), Vec::new());
        let mut add = |text: &str, single: bool, position: f32| {
            let own = analyzer.native_terms(text);
            let mass = own.iter().map(|(term, _)| postings.idf(*term)).sum::<f32>().max(1e-6);
            terms.extend(own.iter().map(|(term, _)| (*term, stretches.len() as u32)));
            stretches.push(Stretch { mass, single, position });
        };
        for (index, part) in named.iter().enumerate() {
            let position = index as f32 / last;
            add(part, true, position);
            if let Some(next) = named.get(index + 1) {
                add(&format!("{part} {next}"), false, position);
            }
        }
        terms.sort_unstable();
        let mass = stretches.iter().filter(|s| s.single).map(|s| s.mass).sum();
        Contained { finder: self, stretches, terms, mass, countries: countries_in(text) }
    }
}

impl Contained<'_> {
    /// Share of the text that the name of a passage explains, 0 to about 1.5.
    pub(super) fn score(&self, passage: u32, owner: u32) -> f32 {
        let Some(name) = self.finder.terms.get(passage as usize).filter(|name| !name.is_empty()) else { return 0.0 };
        let total: f32 = name.iter().map(|(_, idf)| idf).sum();
        if self.mass <= 0.0 || total <= 0.0 {
            return 0.0;
        }
        let mut matched = [0.0_f32; PARTS * 2];
        for (term, idf) in name {
            let from = self.terms.partition_point(|(other, _)| other < term);
            let with = self.terms[from..].iter().take_while(|(other, _)| other == term);
            with.for_each(|(_, stretch)| matched[*stretch as usize] += idf);
        }
        let stretches = self.stretches.iter().zip(matched).filter(|(_, matched)| *matched > 0.0);
        let best = stretches.map(|(stretch, matched)| self.within(matched, total, stretch)).fold(0.0, f32::max);
        let known = 1.0 + KNOWN * (self.finder.seen(owner as usize) as f32).ln();
        let trust = self.finder.trust.get(passage as usize).copied().unwrap_or(1.0);
        best * known * trust * self.country(owner)
    }

    /// What a name of the mass `total` counts of which `matched` stands in a stretch.
    fn within(&self, matched: f32, total: f32, stretch: &Stretch) -> f32 {
        let coverage = (matched / total).powi(COVERAGE_POWER);
        let whole = if stretch.single { 1.0 + WHOLE_PART * (matched / stretch.mass).min(1.0) } else { PAIR };
        (matched / self.mass).sqrt() * coverage * whole * (1.0 + LATER * stretch.position)
    }

    /// Whether the text has several parts, most of which are not about the name.
    pub(super) fn several_parts(&self) -> bool {
        self.stretches.len() > 1
    }

    fn country(&self, owner: u32) -> f32 {
        let own = self.finder.countries.get(owner as usize).map(Vec::as_slice).unwrap_or(&[]);
        if self.countries.is_empty() || own.is_empty() {
            1.0
        } else if own.iter().any(|code| self.countries.contains(&code.as_str())) {
            SAME_COUNTRY
        } else {
            OTHER_COUNTRY
        }
    }
}

fn trust_in(name: &str) -> f32 {
    const INNER: [&str; 8] =
        ["department", "departamento", "département", "division", "faculty", "section", "school", "unit"];
    let first = name.split_whitespace().next().unwrap_or("").to_lowercase();
    if name.is_ascii() && name.len() <= 2 {
        TWO_LETTERS
    } else if INNER.contains(&first.as_str()) {
        INNER_UNIT
    } else {
        1.0
    }
}
