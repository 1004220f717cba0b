//! Lists: which records, in what order, from where, with the count behind every facet term.

use super::bits::Bits;
use super::shelf::Shelf;
use kernel::audience::Keyring;
use kernel::{Lang, Uuid};
use std::collections::BTreeMap;

/// What a reader asks of a list.
#[derive(Debug, Clone)]
pub struct Browse<'a> {
    pub record_types: &'a [&'a str],
    /// Facet field and chosen codes: any code of a field, every field.
    pub chosen: &'a BTreeMap<String, Vec<String>>,
    /// Facet fields to count, in the order of the page.
    pub facets: &'a [&'static str],
    /// Records that matched a search, best first; the list then keeps that order.
    pub hits: Option<&'a [Uuid]>,
    pub keyring: &'a Keyring,
    pub lang: Lang,
    pub after: Option<Cursor>,
    pub limit: usize,
}

/// Where a page begins: behind a record (keyset), or behind a number of search hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cursor {
    Key(Vec<u8>, Uuid),
    Rank(usize),
}

impl Cursor {
    /// As it stands in an address: `k<hex>-<uuid>` or `r<number>`.
    pub fn encode(&self) -> String {
        match self {
            Cursor::Key(key, id) => format!("k{}-{}", hex::encode(key), id.simple()),
            Cursor::Rank(rank) => format!("r{rank}"),
        }
    }

    /// Reads an address part; anything else is `None`, and the list starts at its beginning.
    pub fn decode(text: &str) -> Option<Cursor> {
        if let Some(rank) = text.strip_prefix('r') {
            return rank.parse().ok().filter(|rank| *rank <= 100_000).map(Cursor::Rank);
        }
        let (key, id) = text.strip_prefix('k')?.split_once('-')?;
        (key.len() <= 2 * super::shelf::SORT_KEY_BYTES).then_some(())?;
        Some(Cursor::Key(hex::decode(key).ok()?, id.parse().ok()?))
    }
}

/// How many records of the list have a term, were it chosen too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    pub field: &'static str,
    pub codes: Vec<(String, u32)>,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    pub total: u32,
    pub ids: Vec<Uuid>,
    /// How many records of the list stand before this page.
    pub skipped: u32,
    pub next: Option<Cursor>,
    pub facets: Vec<FacetCount>,
}

impl Shelf {
    pub fn count(&self, record_types: &[&str], keyring: &Keyring) -> u32 {
        self.of_types(record_types).count_common(&self.visible(keyring))
    }

    fn of_types(&self, record_types: &[&str]) -> Bits {
        let mut bits = Bits::default();
        for record_type in record_types {
            if let Some(members) = self.types.get(record_type) {
                bits.union(members);
            }
        }
        bits
    }

    pub fn browse(&self, query: &Browse<'_>) -> Page {
        let mut base = self.of_types(query.record_types);
        base.intersect(&self.visible(query.keyring));
        if let Some(hits) = query.hits {
            let mut found = Bits::default();
            hits.iter().filter_map(|id| self.slot_of(*id)).for_each(|slot| found.set(slot));
            base.intersect(&found);
        }
        let chosen: Vec<(&str, Bits)> =
            query.chosen.iter().map(|(field, codes)| (field.as_str(), self.any_code(field, codes))).collect();
        let mut listed = base.clone();
        chosen.iter().for_each(|(_, bits)| listed.intersect(bits));
        let facets = query.facets.iter().map(|field| self.facet(field, &base, &chosen)).collect();
        let (ids, skipped, next) = match query.hits {
            Some(hits) => self.ranked(hits, &listed, query),
            None => self.ordered(&listed, query),
        };
        Page { total: listed.count(), ids, skipped, next, facets }
    }

    fn any_code(&self, field: &str, codes: &[String]) -> Bits {
        let mut any = Bits::default();
        for ((name, code), bits) in &self.facets {
            if *name == field && codes.contains(code) {
                any.union(bits);
            }
        }
        any
    }

    /// Counts within everything that the *other* facets leave, so that a second term of a field can be added.
    fn facet(&self, field: &'static str, base: &Bits, chosen: &[(&str, Bits)]) -> FacetCount {
        let mut within = base.clone();
        for (_, bits) in chosen.iter().filter(|(name, _)| *name != field) {
            within.intersect(bits);
        }
        let mut codes: Vec<(String, u32)> = self
            .facets
            .iter()
            .filter(|((name, _), _)| *name == field)
            .map(|((_, code), bits)| (code.clone(), bits.count_common(&within)))
            .filter(|(_, count)| *count > 0)
            .collect();
        codes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        FacetCount { field, codes }
    }

    fn ordered(&self, listed: &Bits, query: &Browse<'_>) -> (Vec<Uuid>, u32, Option<Cursor>) {
        let order = self.order_of(query.lang);
        let start = match &query.after {
            Some(Cursor::Key(key, id)) => self.position_after(query.lang, |_| Some((key.as_slice(), *id))),
            _ => 0,
        };
        let (before, rest) = order.split_at(start.min(order.len()));
        let skipped = before.iter().filter(|slot| listed.has(**slot)).count() as u32;
        let mut found = rest.iter().filter(|slot| listed.has(**slot)).filter_map(|slot| self.slot(*slot));
        let page: Vec<_> = found.by_ref().take(query.limit).collect();
        let next = found.next().and(page.last()).map(|entry| {
            let (key, id) = entry.order_key(query.lang);
            Cursor::Key(key.to_vec(), id)
        });
        (page.into_iter().map(|entry| entry.id).collect(), skipped, next)
    }

    fn ranked(&self, hits: &[Uuid], listed: &Bits, query: &Browse<'_>) -> (Vec<Uuid>, u32, Option<Cursor>) {
        let start = match query.after {
            Some(Cursor::Rank(rank)) => rank,
            _ => 0,
        };
        let matching: Vec<Uuid> =
            hits.iter().copied().filter(|id| self.slot_of(*id).is_some_and(|slot| listed.has(slot))).collect();
        let end = (start + query.limit).min(matching.len());
        let next = (end < matching.len()).then_some(Cursor::Rank(end));
        (matching.get(start..end).unwrap_or_default().to_vec(), start as u32, next)
    }
}

/// How many visible records of one type, tied to the records of a list, have each pair of terms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Balance {
    /// Code of the grouping term, with the count per code of the splitting term, largest sum first.
    pub rows: Vec<(String, Vec<u32>)>,
}

impl Shelf {
    /// Counts records of `record_type` whose `link` points into the list of `query`, by the terms of `by`, split by the
    /// codes of `split`. For "needs and offers of these 38, laid on each other".
    pub fn balance(
        &self,
        query: &Browse<'_>,
        record_type: &str,
        link: &str,
        by: &str,
        split: (&str, &[&str]),
    ) -> Balance {
        let mut listed = self.of_types(query.record_types);
        listed.intersect(&self.visible(query.keyring));
        query.chosen.iter().for_each(|(field, codes)| listed.intersect(&self.any_code(field, codes)));
        if let Some(hits) = query.hits {
            let mut found = Bits::default();
            hits.iter().filter_map(|id| self.slot_of(*id)).for_each(|slot| found.set(slot));
            listed.intersect(&found);
        }
        let mut counted = self.of_types(&[record_type]);
        counted.intersect(&self.visible(query.keyring));
        let mut rows: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        // From the listed records to what points at them: the cost follows the list, not the hub.
        let listed =
            self.order_of(query.lang).iter().filter(|slot| listed.has(**slot)).filter_map(|slot| self.slot(*slot));
        let pointing = listed.flat_map(|target| self.pointing_at(target.id).map(move |slot| (target.id, slot)));
        for (target, slot) in pointing.filter(|(_, slot)| counted.has(*slot)) {
            let Some(entry) = self.slot(slot).filter(|entry| entry.link(link) == Some(target)) else { continue };
            let side = entry.facet(split.0).and_then(|code| split.1.iter().position(|known| *known == code));
            let Some(side) = side else { continue };
            for (_, code) in entry.facets.iter().filter(|(field, _)| *field == by) {
                let counts = rows.entry(code.as_str()).or_insert_with(|| vec![0; split.1.len()]);
                if let Some(count) = counts.get_mut(side) {
                    *count += 1;
                }
            }
        }
        let mut rows: Vec<(String, Vec<u32>)> =
            rows.into_iter().map(|(code, counts)| (code.to_owned(), counts)).collect();
        rows.sort_by_key(|(code, counts)| (std::cmp::Reverse(counts.iter().sum::<u32>()), code.clone()));
        Balance { rows }
    }
}
