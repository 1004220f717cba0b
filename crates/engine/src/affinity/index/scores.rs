//! Scores by document: a dense array that is cleared in the time of what was touched.

/// One score per document, reusable from query to query.
#[derive(Debug, Default, Clone)]
pub struct Scores {
    values: Vec<f32>,
    touched: Vec<u32>,
}

impl Scores {
    /// For `documents` documents, all zero.
    pub fn new(documents: usize) -> Scores {
        Scores { values: vec![0.0; documents], touched: Vec::new() }
    }

    /// Adds to the score of a document.
    pub fn add(&mut self, document: u32, value: f32) {
        if let Some(slot) = self.values.get_mut(document as usize) {
            if *slot == 0.0 {
                self.touched.push(document);
            }
            *slot += value;
        }
    }

    /// The score of a document.
    pub fn get(&self, document: u32) -> f32 {
        self.values.get(document as usize).copied().unwrap_or(0.0)
    }

    /// Adds to the score of a document that has one already.
    pub(super) fn raise(&mut self, document: u32, value: f32) {
        if let Some(slot) = self.values.get_mut(document as usize)
            && *slot != 0.0
        {
            *slot += value;
        }
    }

    /// The best `count` documents, best first; equal scores in the order of their numbers.
    pub fn best(&self, count: usize) -> Vec<(u32, f32)> {
        self.best_of(self.touched.clone(), count)
    }

    /// The best of some documents.
    pub(super) fn best_of(&self, documents: Vec<u32>, count: usize) -> Vec<(u32, f32)> {
        let scored = documents.into_iter().map(|document| (document, self.get(document)));
        let mut all: Vec<(u32, f32)> = scored.filter(|(_, score)| *score > 0.0).collect();
        let order = |a: &(u32, f32), b: &(u32, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if all.len() > count && count > 0 {
            all.select_nth_unstable_by(count - 1, order);
            all.truncate(count);
        }
        all.sort_by(order);
        all.dedup_by_key(|(document, _)| *document);
        all.truncate(count);
        all
    }

    /// A score that `count` documents reach, and near the highest such; 0 when there are fewer. No score is above `most`.
    pub(super) fn floor(&self, count: usize, most: f32) -> f32 {
        const STEPS: usize = 512;
        let mut with = [0_u32; STEPS];
        let scale = STEPS as f32 / most.max(f32::MIN_POSITIVE);
        for document in &self.touched {
            with[((self.get(*document) * scale) as usize).min(STEPS - 1)] += 1;
        }
        let mut reached = 0;
        let step = (1..STEPS).rev().find(|step| {
            reached += with[*step] as usize;
            reached >= count
        });
        // A step less, for what rounding has put too high.
        step.map_or(0.0, |step| (step - 1) as f32 / scale)
    }

    /// The score of the `count`-th best of more documents than that.
    pub(super) fn floor_of(&self, documents: &[u32], count: usize) -> f32 {
        let mut all: Vec<f32> = documents.iter().map(|document| self.get(*document)).collect();
        match count.checked_sub(1).filter(|last| *last < all.len()) {
            Some(last) => *all.select_nth_unstable_by(last, |a, b| b.total_cmp(a)).1,
            None => 0.0,
        }
    }

    /// The documents with at least this score.
    pub(super) fn at_least(&self, least: f32) -> Vec<u32> {
        self.touched.iter().copied().filter(|document| self.get(*document) >= least).collect()
    }

    /// Back to zero.
    pub fn clear(&mut self) {
        for document in self.touched.drain(..) {
            if let Some(slot) = self.values.get_mut(document as usize) {
                *slot = 0.0;
            }
        }
    }
}
