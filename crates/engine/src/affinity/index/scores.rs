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

    /// The best `count` documents, best first; equal scores in the order of their numbers.
    pub fn best(&self, count: usize) -> Vec<(u32, f32)> {
        let scored = self.touched.iter().map(|document| (*document, self.get(*document)));
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

    /// Back to zero.
    pub fn clear(&mut self) {
        for document in self.touched.drain(..) {
            if let Some(slot) = self.values.get_mut(document as usize) {
                *slot = 0.0;
            }
        }
    }
}
