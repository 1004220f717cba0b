//! Canonical Huffman codes of at most [`LONGEST`] bits for the 6-bit codes of an embedding table. A row is coded on its
//! own and begins at a byte, so that any row can be read without the others (D. A. Huffman 1952; canonical form as in
//! RFC 1951, least significant bit first).

/// Different symbols of a table.
pub(super) const SYMBOLS: usize = 64;
/// Longest code in bits.
pub(super) const LONGEST: u32 = 12;

/// Code length of every symbol, 0 for symbols that never occur.
pub(super) fn lengths(counts: &[u64; SYMBOLS]) -> [u8; SYMBOLS] {
    let mut weights = *counts;
    loop {
        let lengths = unlimited(&weights);
        if lengths.iter().all(|&l| u32::from(l) <= LONGEST) {
            return lengths;
        }
        // Flatter weights make a flatter tree; equal weights need 6 bits, so this ends.
        weights.iter_mut().filter(|w| **w > 0).for_each(|w| *w = *w / 4 + 1);
    }
}

fn unlimited(weights: &[u64; SYMBOLS]) -> [u8; SYMBOLS] {
    let mut groups: Vec<(u64, Vec<usize>)> =
        weights.iter().enumerate().filter(|(_, w)| **w > 0).map(|(i, &w)| (w, vec![i])).collect();
    let mut lengths = [0u8; SYMBOLS];
    if let [(_, only)] = groups.as_slice() {
        lengths[only[0]] = 1;
    }
    while groups.len() > 1 {
        groups.sort_by(|a, b| b.cmp(a));
        if let (Some(a), Some(b)) = (groups.pop(), groups.pop()) {
            let members = [a.1, b.1].concat();
            members.iter().for_each(|&i| lengths[i] += 1);
            groups.push((a.0 + b.0, members));
        }
    }
    lengths
}

/// Bit-reversed canonical codes, to be written from the least significant bit.
fn codes(lengths: &[u8; SYMBOLS]) -> [u16; SYMBOLS] {
    let mut codes = [0u16; SYMBOLS];
    let mut next = 0u16;
    for length in 1..=LONGEST {
        for symbol in (0..SYMBOLS).filter(|&s| u32::from(lengths[s]) == length) {
            codes[symbol] = next.reverse_bits() >> (16 - length);
            next = next.wrapping_add(1);
        }
        next <<= 1;
    }
    codes
}

/// Appends rows of symbols to a byte string.
pub(super) struct Writer {
    lengths: [u8; SYMBOLS],
    codes: [u16; SYMBOLS],
}

impl Writer {
    pub(super) fn new(lengths: [u8; SYMBOLS]) -> Self {
        Writer { lengths, codes: codes(&lengths) }
    }

    /// Appends one row; every symbol in it must have been counted.
    pub(super) fn row(&self, symbols: &[u8], out: &mut Vec<u8>) {
        let (mut bits, mut held) = (0u32, 0u32);
        for &symbol in symbols {
            bits |= u32::from(self.codes[usize::from(symbol)]) << held;
            held += u32::from(self.lengths[usize::from(symbol)]);
            while held >= 8 {
                out.push(bits as u8);
                bits >>= 8;
                held -= 8;
            }
        }
        if held > 0 {
            out.push(bits as u8);
        }
    }
}

/// Reads rows of symbols.
pub(super) struct Reader {
    /// By the next [`LONGEST`] bits: symbol and code length.
    table: Vec<(u8, u8)>,
}

impl Reader {
    /// A reader for codes of these lengths, or `None` when no prefix code has them.
    pub(super) fn new(lengths: &[u8; SYMBOLS]) -> Option<Self> {
        let kraft: u32 = lengths.iter().filter(|l| **l > 0).map(|&l| (1 << LONGEST) >> u32::from(l).min(31)).sum();
        if kraft > 1 << LONGEST || lengths.iter().any(|&l| u32::from(l) > LONGEST) {
            return None;
        }
        let mut table = vec![(0, 1); 1 << LONGEST];
        for (symbol, code) in codes(lengths).into_iter().enumerate().filter(|(s, _)| lengths[*s] > 0) {
            for entry in table.iter_mut().skip(usize::from(code)).step_by(1 << lengths[symbol]) {
                *entry = (symbol as u8, lengths[symbol]);
            }
        }
        Some(Reader { table })
    }

    /// Reads one row and gives every symbol its value. A row that ends early reads as if zero bits followed.
    pub(super) fn row(&self, bytes: &[u8], values: &[f32; SYMBOLS], out: &mut [f32]) {
        let mut rest = bytes.iter();
        let (mut bits, mut held) = (0u64, 0u32);
        for slot in out {
            if held < LONGEST {
                while held <= 56 {
                    bits |= u64::from(rest.next().copied().unwrap_or(0)) << held;
                    held += 8;
                }
            }
            let (symbol, length) = self.table[bits as usize & ((1 << LONGEST) - 1)];
            *slot = values[usize::from(symbol) % SYMBOLS];
            bits >>= length;
            held -= u32::from(length);
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn rows_come_back_as_they_were_written(
            rows in proptest::collection::vec(proptest::collection::vec(0u8..64, 0..80), 1..6),
            // Powers make the longest codes, longer than the limit.
            skew in 0u32..3
        ) {
            let mut counts = [0u64; SYMBOLS];
            for &s in rows.iter().flatten() {
                counts[usize::from(s)] += 1 << ((u32::from(s) * skew) / 4);
            }
            let lengths = lengths(&counts);
            let (writer, reader) = (Writer::new(lengths), Reader::new(&lengths).unwrap());
            let values: [f32; SYMBOLS] = std::array::from_fn(|i| i as f32);
            for row in &rows {
                let mut bytes = Vec::new();
                writer.row(row, &mut bytes);
                let mut back = vec![0.0; row.len()];
                reader.row(&bytes, &values, &mut back);
                prop_assert_eq!(back, row.iter().map(|&s| f32::from(s)).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn code_lengths_of_a_known_distribution() {
        let mut counts = [0; SYMBOLS];
        counts[..4].copy_from_slice(&[8, 4, 2, 2]);
        assert_eq!(lengths(&counts)[..5], [1, 2, 3, 3, 0]);
        let fibonacci = [1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233, 377, 610, 987, 1597, 2584];
        counts[..fibonacci.len()].copy_from_slice(&fibonacci);
        let limited = lengths(&counts);
        assert!(limited.iter().all(|l| u32::from(*l) <= LONGEST) && Reader::new(&limited).is_some());
    }

    #[test]
    fn lengths_that_are_no_prefix_code_are_refused() {
        let mut lengths = [0; SYMBOLS];
        lengths[..3].copy_from_slice(&[1, 1, 1]);
        assert!(Reader::new(&lengths).is_none());
        assert!(Reader::new(&[13; SYMBOLS]).is_none());
    }
}
