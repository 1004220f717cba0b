//! A set of small numbers as machine words: union, intersection and counting in a few hundred steps for tens
//! of thousands of records.

/// A growing bit set. Absent words are zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bits(Vec<u64>);

impl Bits {
    pub fn set(&mut self, slot: u32) {
        let word = slot as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (slot % 64);
        }
    }

    pub fn clear(&mut self, slot: u32) {
        if let Some(bits) = self.0.get_mut(slot as usize / 64) {
            *bits &= !(1 << (slot % 64));
        }
    }

    pub fn has(&self, slot: u32) -> bool {
        self.0.get(slot as usize / 64).is_some_and(|bits| bits & (1 << (slot % 64)) != 0)
    }

    pub fn union(&mut self, other: &Bits) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }

    pub fn intersect(&mut self, other: &Bits) {
        self.0.truncate(other.0.len());
        self.0.iter_mut().zip(&other.0).for_each(|(mine, theirs)| *mine &= theirs);
    }

    pub fn count(&self) -> u32 {
        self.0.iter().map(|word| word.count_ones()).sum()
    }

    /// Size of the intersection, without building it.
    pub fn count_common(&self, other: &Bits) -> u32 {
        self.0.iter().zip(&other.0).map(|(mine, theirs)| (mine & theirs).count_ones()).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn agrees_with_sets_of_numbers(a in prop::collection::btree_set(0u32..500, 0..80), b in prop::collection::btree_set(0u32..500, 0..80)) {
            let bits = |set: &BTreeSet<u32>| { let mut bits = Bits::default(); set.iter().for_each(|n| bits.set(*n)); bits };
            let (x, y) = (bits(&a), bits(&b));
            prop_assert_eq!(x.count_common(&y) as usize, a.intersection(&b).count());
            let mut both = x.clone();
            both.intersect(&y);
            prop_assert_eq!(both.count() as usize, a.intersection(&b).count());
            let mut either = x.clone();
            either.union(&y);
            prop_assert_eq!(either.count() as usize, a.union(&b).count());
            prop_assert!(a.iter().all(|n| x.has(*n)));
        }
    }
}
