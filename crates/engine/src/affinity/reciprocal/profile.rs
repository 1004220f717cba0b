//! A party made ready for scoring: checked, capped, normalized, laid out flat. The same for a party of a corpus and for
//! one that only exists in a "what if". Uses nothing but the party itself, so no record can change what another becomes.

use super::party::{
    DIMENSIONS, Id, Item, Keys, MAX_CONCEPTS, MAX_ITEMS, MAX_TERMS, Party, PartyError, PartyKind, Place, Reader, WORK,
};
use super::weights::Channels;

/// Bit that tells the key of a concept from the key of a text term.
pub(crate) const CONCEPT: u64 = 1 << 32;

/// Needs, or offers and works, of one party. Vectors are scaled so that the similarity of two items is a plain inner
/// product: by the root of the share of their channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Side {
    pub ids: Vec<Id>,
    pub kinds: Vec<u8>,
    pub audience: Vec<Keys>,
    /// Start of each item in `keys` and `values`, and the end.
    pub starts: Vec<u32>,
    /// Terms and concepts (with [`CONCEPT`]), rising within an item.
    pub keys: Vec<u64>,
    pub values: Vec<f32>,
    /// All features of all items by rising key: key, slot, value. Two parties are then compared in one sweep.
    pub sorted: Vec<(u64, u8, f32)>,
    /// `DIMENSIONS` numbers per item; empty when no item has a vector, zeros for an item without.
    pub dense: Vec<f32>,
}

impl Side {
    pub fn len(&self) -> usize {
        self.kinds.len()
    }
    pub fn sparse(&self, slot: usize) -> (&[u64], &[f32]) {
        let range = self.starts[slot] as usize..self.starts[slot + 1] as usize;
        (&self.keys[range.clone()], &self.values[range])
    }
    pub fn vector(&self, slot: usize) -> Option<&[f32]> {
        self.dense.get(slot * DIMENSIONS..(slot + 1) * DIMENSIONS)
    }
    /// Bit per item that the reader sees.
    #[inline]
    pub fn visible(&self, reader: &Reader, owner: u32) -> u128 {
        if reader.own == Some(owner) {
            return !0;
        }
        self.audience.iter().enumerate().fold(0, |m, (s, a)| m | (u128::from(a & reader.keys != 0) << s))
    }

    /// Makes `sorted` anew; to be called after items were added.
    pub fn sort(&mut self) {
        self.sorted = (0..self.len())
            .flat_map(|s| {
                let (keys, values) = self.sparse(s);
                keys.iter().zip(values).map(move |(k, v)| (*k, s as u8, *v))
            })
            .collect();
        self.sorted.sort_unstable_by_key(|f| (f.0, f.1));
    }

    /// Adds an item unless an equal one is there: saying a thing twice must not count twice.
    fn push(&mut self, party: Id, item: &Item, kind: u8, channels: &Channels) -> Result<(), PartyError> {
        let bad = PartyError::Feature { party, item: item.id };
        let mut terms = item.terms.clone();
        if terms.iter().any(|(_, w)| !w.is_finite() || *w < 0.0) {
            return Err(bad);
        }
        terms.retain(|(_, w)| *w > 0.0);
        terms.sort_by_key(|(t, _)| *t);
        terms.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1 = kept.1.max(next.1);
            }
            same
        });
        if terms.len() > MAX_TERMS {
            terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            terms.truncate(MAX_TERMS);
            terms.sort_by_key(|(t, _)| *t);
        }
        // Scaled by the largest first, so that neither the squares of huge nor those of tiny weights are lost.
        let top = terms.iter().fold(0.0f32, |m, (_, w)| m.max(*w));
        let norm = terms.iter().map(|(_, w)| (f64::from(*w) / f64::from(top)).powi(2)).sum::<f64>().sqrt();
        let scale = f64::from(channels.text).sqrt() / norm;
        let start = self.keys.len();
        for (term, weight) in &terms {
            self.keys.push(u64::from(*term));
            self.values.push((f64::from(*weight) / f64::from(top) * scale) as f32);
        }
        let mut concepts: Vec<u32> = item.concepts.iter().copied().take(MAX_CONCEPTS).collect();
        concepts.sort_unstable();
        concepts.dedup();
        let each = (f64::from(channels.concept) / concepts.len().max(1) as f64).sqrt() as f32;
        self.keys.extend(concepts.iter().map(|c| CONCEPT | u64::from(*c)));
        self.values.resize(self.keys.len(), each);

        let mut dense = Vec::new();
        if let Some(vector) = &item.dense {
            if vector.len() != DIMENSIONS {
                return Err(PartyError::Dimensions { party, item: item.id, found: vector.len() });
            }
            if vector.iter().any(|x| !x.is_finite()) {
                return Err(bad);
            }
            let norm = vector.iter().map(|x| f64::from(*x).powi(2)).sum::<f64>().sqrt();
            if norm > 0.0 && channels.dense > 0.0 {
                let scale = f64::from(channels.dense).sqrt() / norm;
                dense = vector.iter().map(|x| (f64::from(*x) * scale) as f32).collect();
            }
        }
        let (keys, values) = (&self.keys[start..], &self.values[start..]);
        let zeros = [0.0f32; DIMENSIONS];
        let twin = (0..self.len()).any(|s| {
            self.kinds[s] == kind
                && self.audience[s] == item.audience
                && self.sparse(s) == (keys, values)
                && self.vector(s).unwrap_or(&zeros) == if dense.is_empty() { &zeros[..] } else { &dense[..] }
        });
        if twin {
            self.keys.truncate(start);
            self.values.truncate(start);
            return Ok(());
        }
        if !dense.is_empty() || !self.dense.is_empty() {
            self.dense.resize(self.len() * DIMENSIONS, 0.0);
            self.dense.extend_from_slice(if dense.is_empty() { &zeros } else { &dense });
        }
        self.ids.push(item.id);
        self.kinds.push(kind);
        self.audience.push(item.audience);
        self.starts.push(self.keys.len() as u32);
        Ok(())
    }
}

/// The circumstances of a party, cut to what a reader may see; 0 is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(crate) struct Facets {
    pub fields: [u64; 4],
    pub stages: u32,
    pub modalities: u32,
    pub languages: u32,
    pub place: Place,
    pub kind: u32,
}

/// A party ready for scoring.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub(crate) id: Id,
    pub(crate) kind: PartyKind,
    pub(crate) audience: Keys,
    pub(crate) consents: bool,
    pub(crate) needs: Side,
    /// Offers first, then works.
    pub(crate) offers: Side,
    pub(crate) facets: Facets,
    /// Audiences of fields, stages, modalities, languages, place.
    pub(crate) guards: [Keys; 5],
    pub(crate) first_seen: i32,
}

impl Profile {
    /// Checks and normalizes a party. `code` gives the bit of a field code, or none when there is no more room.
    pub(crate) fn read(
        party: &Party,
        channels: &Channels,
        code: &mut dyn FnMut(u32) -> Option<u8>,
    ) -> Result<Self, PartyError> {
        let empty = || Side { starts: vec![0], ..Side::default() };
        let (mut needs, mut offers) = (empty(), empty());
        for need in party.needs.iter().take(MAX_ITEMS) {
            needs.push(party.id, need, need.kind as u8, channels)?;
        }
        for offer in party.offers.iter().take(MAX_ITEMS) {
            offers.push(party.id, offer, offer.kind as u8, channels)?;
        }
        for work in party.works.iter().take(MAX_ITEMS) {
            offers.push(party.id, work, WORK, channels)?;
        }
        needs.sort();
        offers.sort();
        let mut fields = [0u64; 4];
        for field in &party.fields.value {
            let bit = code(*field).ok_or(PartyError::Fields(party.id))?;
            fields[usize::from(bit) / 64] |= 1 << (bit % 64);
        }
        Ok(Self {
            id: party.id,
            kind: party.kind,
            audience: party.audience,
            consents: party.consents,
            needs,
            offers,
            facets: Facets {
                fields,
                stages: party.stages.value,
                modalities: party.modalities.value,
                languages: party.languages.value,
                place: party.place.value,
                kind: party.kind as u32,
            },
            guards: [
                party.fields.audience,
                party.stages.audience,
                party.modalities.audience,
                party.languages.audience,
                party.place.audience,
            ],
            first_seen: party.first_seen,
        })
    }

    /// The circumstances that `reader` sees of this party, which has the index `own`.
    #[inline]
    pub(crate) fn seen(&self, reader: &Reader, own: u32) -> Facets {
        let mut f = self.facets;
        if reader.own == Some(own) {
            return f;
        }
        let hidden = |guard: usize| self.guards[guard] & reader.keys == 0;
        if hidden(0) {
            f.fields = [0; 4];
        }
        if hidden(1) {
            f.stages = 0;
        }
        if hidden(2) {
            f.modalities = 0;
        }
        if hidden(3) {
            f.languages = 0;
        }
        if hidden(4) {
            f.place = Place::default();
        }
        f
    }
}
