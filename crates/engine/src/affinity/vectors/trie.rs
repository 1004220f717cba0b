//! A byte trie that is used where it lies, without being unpacked: nodes in breadth-first order, so that the children of
//! a node are neighbours and one array of first children is enough. Serialized little endian as
//! `n: u32, first: u32[n + 1], value: u32[n], label: u8[n]`; value 0 means that no key ends here, else it is value − 1.

use super::pack::PackError;
use std::ops::Range;

/// The serialized trie of `entries`; of equal keys the first one counts.
pub(super) fn serialize(mut entries: Vec<(Vec<u8>, u32)>) -> Vec<u8> {
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries.dedup_by(|later, earlier| later.0 == earlier.0);
    let (mut first, mut values, mut labels) = (Vec::new(), Vec::new(), vec![0u8]);
    // Every node is the range of entries below it; the queue is the list of nodes itself.
    let mut nodes: Vec<(Range<usize>, usize)> = vec![(0..entries.len(), 0)];
    let mut at = 0;
    while let Some((below, depth)) = nodes.get(at).cloned() {
        first.push(nodes.len() as u32);
        let mut rest = below;
        let ends_here = entries[rest.clone()].first().filter(|(key, _)| key.len() == depth);
        values.push(ends_here.map_or(0, |(_, value)| value + 1));
        rest.start += usize::from(ends_here.is_some());
        while !rest.is_empty() {
            let label = entries[rest.start].0[depth];
            let same = entries[rest.clone()].partition_point(|(key, _)| key[depth] <= label);
            nodes.push((rest.start..rest.start + same, depth + 1));
            labels.push(label);
            rest.start += same;
        }
        at += 1;
    }
    first.push(nodes.len() as u32);
    let mut out = (nodes.len() as u32).to_le_bytes().to_vec();
    out.extend(first.iter().chain(&values).flat_map(|v| v.to_le_bytes()));
    out.extend(labels);
    out
}

/// Where the arrays of a trie lie in a file.
#[derive(Debug, Clone)]
pub(super) struct TrieAt {
    first: Range<usize>,
    values: Range<usize>,
    labels: Range<usize>,
}

impl TrieAt {
    /// Finds the trie in `bytes[part]` and checks it, so that walking it can neither leave it nor loop and every value
    /// found is below `values`.
    pub(super) fn check(bytes: &[u8], part: Range<usize>, values: usize, name: &str) -> Result<TrieAt, PackError> {
        let bad = |why: &str| PackError::Layout { part: name.to_owned(), why: why.to_owned() };
        let section = bytes.get(part.clone()).ok_or_else(|| bad("outside of the file"))?;
        let n = section.first_chunk::<4>().map(|n| u32::from_le_bytes(*n) as usize).ok_or_else(|| bad("is empty"))?;
        if n == 0 || Some(section.len()) != n.checked_mul(9).and_then(|bytes| bytes.checked_add(8)) {
            return Err(bad("does not have the length it states"));
        }
        let first = part.start + 4..part.start + 4 + 4 * (n + 1);
        let at = TrieAt { values: first.end..first.end + 4 * n, labels: first.end + 4 * n..first.end + 5 * n, first };
        let trie = at.view(bytes);
        let mut before = 0;
        for (node, first) in trie.first.iter().map(|f| u32::from_le_bytes(*f) as usize).enumerate() {
            // Children come after their parent, hence no loop; the last entry closes the list.
            if first < before || first > n || (node < n && first <= node) {
                return Err(bad("has children out of order"));
            }
            before = first;
        }
        if trie.values.iter().any(|v| u32::from_le_bytes(*v) as usize > values) {
            return Err(bad("has a value out of range"));
        }
        Ok(at)
    }

    pub(super) fn view<'a>(&self, bytes: &'a [u8]) -> Trie<'a> {
        let words = |range: &Range<usize>| bytes.get(range.clone()).unwrap_or_default().as_chunks().0;
        Trie {
            first: words(&self.first),
            values: words(&self.values),
            labels: bytes.get(self.labels.clone()).unwrap_or_default(),
        }
    }
}

/// A checked trie.
#[derive(Clone, Copy)]
pub(super) struct Trie<'a> {
    first: &'a [[u8; 4]],
    values: &'a [[u8; 4]],
    labels: &'a [u8],
}

impl Trie<'_> {
    fn child(&self, node: usize, label: u8) -> Option<usize> {
        let from = u32::from_le_bytes(self.first[node]) as usize;
        let to = u32::from_le_bytes(self.first[node + 1]) as usize;
        self.labels[from..to].binary_search(&label).ok().map(|i| from + i)
    }

    /// Calls `found(length, value)` for every key that `text` begins with, shortest first.
    pub(super) fn prefixes(&self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let mut node = 0;
        for (i, &label) in text.iter().enumerate() {
            let Some(next) = self.child(node, label) else { return };
            node = next;
            let value = u32::from_le_bytes(self.values[node]);
            if value > 0 {
                found(i + 1, value - 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn prefixes(file: &[u8], values: usize, text: &[u8]) -> Vec<(usize, u32)> {
        let at = TrieAt::check(file, 0..file.len(), values, "trie").unwrap();
        let mut all = Vec::new();
        at.view(file).prefixes(text, |length, value| all.push((length, value)));
        all
    }

    proptest! {
        #[test]
        fn finds_exactly_the_keys_a_text_begins_with(
            keys in proptest::collection::btree_set("[a-cあい]{1,4}", 0..40), text in "[a-cあい]{0,8}"
        ) {
            let keys: Vec<String> = keys.into_iter().collect();
            let entries = keys.iter().enumerate().map(|(i, k)| (k.clone().into_bytes(), i as u32)).collect();
            let mut expected: Vec<(usize, u32)> = keys.iter().enumerate()
                .filter(|(_, k)| text.starts_with(k.as_str())).map(|(i, k)| (k.len(), i as u32)).collect();
            expected.sort_unstable();
            prop_assert_eq!(prefixes(&serialize(entries), keys.len(), text.as_bytes()), expected);
        }

        #[test]
        fn a_damaged_trie_is_refused_or_harmless(at in 0usize..200, byte in any::<u8>(), text in "[a-c]{0,8}") {
            let keys = ["a", "ab", "abc", "b", "ca", "cb"];
            let entries = keys.iter().zip(0..).map(|(k, i)| (k.as_bytes().to_vec(), i)).collect();
            let mut file = serialize(entries);
            let length = file.len();
            file[at % length] = byte;
            if let Ok(trie) = TrieAt::check(&file, 0..length, keys.len(), "trie") {
                trie.view(&file).prefixes(text.as_bytes(), |_, value| assert!((value as usize) < keys.len()));
            }
        }
    }
}
