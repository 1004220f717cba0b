//! The columns of the sieve in bytes, and its rare features by feature: one party is compared with everybody in one pass that
//! reads a quarter of what the sieve holds. What rounding takes from a column is kept beside it as a norm, so that the bounds stay
//! bounds (Cauchy–Schwarz).
//!
//! Never here: what is made of the bounds.

use super::party::KINDS;
use super::pass::Bounds;
use super::sieve::{BLOCK, Block, Rare, Tile};
use fearless_simd::{Level, Simd, dispatch};
use std::collections::HashMap;

/// Numbers that are worked on together.
const LANES: usize = 16;
/// Rows whose sums are kept in registers together.
const ROWS: usize = 5;
/// The largest byte.
const LARGEST: f32 = 127.0;

/// One side of a block in bytes.
#[derive(Debug, Default)]
struct Slip {
    /// By slot and sixteen members: `dims` rows of sixteen.
    bytes: Vec<i8>,
    /// By column: norm of what rounding took, times a little for the rounding of sums.
    lost: Vec<f32>,
}

/// Where a rare feature is: block, column, value.
type Place = (u32, u32, f32);

/// All blocks in bytes.
#[derive(Debug, Default)]
pub(crate) struct Slim {
    dims: usize,
    /// By side and coordinate: what one step of a byte is worth.
    steps: [Vec<f32>; 2],
    /// Coordinates that are rounded up, because the other side has nothing below zero there.
    upward: Vec<bool>,
    blocks: Vec<[Slip; 2]>,
    rare: [HashMap<u64, Vec<Place>>; 2],
}

impl Slim {
    pub fn new(dims: usize, blocks: &[Block], kinds: &[Option<u32>; KINDS]) -> Slim {
        let mut slim = Slim { dims, upward: vec![false; dims], ..Slim::default() };
        for kind in kinds.iter().flatten() {
            slim.upward[*kind as usize] = true;
        }
        slim.steps = [0, 1].map(|side| {
            let mut largest = vec![0.0_f32; dims];
            for tile in blocks.iter().map(|block| &block.sides[side]).filter(|tile| tile.slots > 0) {
                for (most, row) in largest.iter_mut().zip(tile.columns.chunks_exact(tile.slots * BLOCK)) {
                    *most = row.iter().fold(*most, |most, x| most.max(x.abs()));
                }
            }
            largest.into_iter().map(|most| (most / LARGEST).max(1e-12)).collect()
        });
        for (at, block) in blocks.iter().enumerate() {
            let slips = [0, 1].map(|side| slim.slip(side, &block.sides[side]));
            slim.blocks.push(slips);
            for (side, tile) in block.sides.iter().enumerate() {
                for (feature, column, value) in &tile.rare {
                    slim.rare[side].entry(*feature).or_default().push((at as u32, *column, *value));
                }
            }
        }
        slim
    }

    /// Lays one side of a block out anew of which one party has changed; `gone` and `new` are its rare features.
    pub fn replace(&mut self, (at, side): (usize, usize), tile: &Tile, gone: &[Rare], new: &[Rare]) {
        let slip = self.slip(side, tile);
        if let Some(block) = self.blocks.get_mut(at) {
            block[side] = slip;
        }
        for (feature, column, _) in gone {
            if let Some(places) = self.rare[side].get_mut(feature) {
                places.retain(|place| (place.0, place.1) != (at as u32, *column));
            }
        }
        for (feature, column, value) in new {
            self.rare[side].entry(*feature).or_default().push((at as u32, *column, *value));
        }
    }

    fn slip(&self, side: usize, tile: &Tile) -> Slip {
        let (dims, width) = (self.dims, tile.slots * BLOCK);
        let mut slip = Slip { bytes: vec![0; dims * width], lost: vec![0.0; width] };
        for (d, row) in tile.columns.chunks_exact(width.max(1)).enumerate() {
            let step = self.steps[side][d];
            for (column, value) in row.iter().enumerate() {
                let steps = value / step;
                let steps = if self.upward[d] { (steps - 1e-3).ceil() } else { steps.round() };
                // A changed party may lie outside of what the corpus had; what is cut off counts as lost.
                let byte = steps.clamp(-LARGEST, LARGEST);
                let lost = value - byte * step;
                if !self.upward[d] || lost > 1e-3 * step {
                    slip.lost[column] += lost * lost;
                }
                slip.bytes[(column / LANES * dims + d) * LANES + column % LANES] = byte as i8;
            }
        }
        slip.lost.iter_mut().for_each(|lost| *lost = lost.sqrt() * 1.001);
        slip
    }

    /// The rows of one party, ready to be compared with everybody.
    pub fn rows<'a>(&self, rows: &'a [Tile; 2]) -> Rows<'a> {
        let dims = self.dims;
        let scaled = [0, 1].map(|way: usize| {
            let (tile, steps) = (&rows[way], &self.steps[1 - way]);
            let column = |slot: usize, d: usize| tile.columns[d * tile.slots + slot];
            (0..tile.slots).flat_map(|slot| (0..dims).map(move |d| column(slot, d) * steps[d])).collect()
        });
        let norms = [0, 1].map(|way: usize| {
            let tile: &Tile = &rows[way];
            let square = |slot: usize| (0..dims).map(|d| tile.columns[d * tile.slots + slot].powi(2)).sum::<f32>();
            (0..tile.slots).map(|slot| square(slot).sqrt() * 1.001).collect()
        });
        let products = [0, 1].map(|way: usize| self.products(&rows[way].rare, 1 - way));
        Rows { tiles: rows, scaled, norms, products }
    }

    /// What rare features add: (row, column, product) by block.
    fn products(&self, rare: &[Rare], side: usize) -> Products {
        let lists = || rare.iter().filter_map(|rare| Some((rare, self.rare[side].get(&rare.0)?)));
        let mut starts = vec![0_u32; self.blocks.len() + 1];
        for place in lists().flat_map(|(_, places)| places) {
            starts[place.0 as usize + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut all = vec![(0, 0, 0.0); sum as usize];
        for ((_, row, x), places) in lists() {
            for (block, column, y) in places {
                let at = &mut next[*block as usize];
                all[*at as usize] = (*row, *column, x * y);
                *at += 1;
            }
        }
        Products { starts, all }
    }

    /// Fills the bounds of similarities for the rows against a block.
    pub fn multiply(&self, level: Level, rows: &Rows<'_>, at: usize, block: &Block, bounds: &mut Bounds) {
        bounds.shape(rows.tiles, 1, &block.sides);
        for (way, out) in bounds.similarity.iter_mut().enumerate() {
            let n = block.sides[1 - way].slots * BLOCK;
            let slip = &self.blocks[at][1 - way];
            let (scaled, norms) = (&rows.scaled[way], &rows.norms[way]);
            out.resize(norms.len() * n, 0.0);
            if n == 0 {
                continue;
            }
            let groups = scaled.chunks(ROWS * self.dims).zip(norms.chunks(ROWS)).zip(out.chunks_mut(ROWS * n));
            for ((scaled, norms), out) in groups {
                dispatch!(level, simd => group(simd, (scaled, norms), self.dims, slip, out));
            }
            let products = &rows.products[way];
            let range = products.starts[at] as usize..products.starts[at + 1] as usize;
            for (row, column, product) in &products.all[range] {
                out[*row as usize * n + *column as usize] += product;
            }
        }
    }
}

/// The needs and the offers of one party beside everybody's offers and needs.
pub(crate) struct Rows<'a> {
    tiles: &'a [Tile; 2],
    /// Row by row, with the worth of the other side's steps.
    scaled: [Vec<f32>; 2],
    norms: [Vec<f32>; 2],
    products: [Products; 2],
}

struct Products {
    starts: Vec<u32>,
    all: Vec<(u32, u32, f32)>,
}

#[inline(always)]
fn group<S: Simd>(simd: S, rows: (&[f32], &[f32]), dims: usize, slip: &Slip, out: &mut [f32]) {
    simd.vectorize(
        #[inline(always)]
        || match rows.1.len() {
            1 => sums::<1>(rows, dims, slip, out),
            2 => sums::<2>(rows, dims, slip, out),
            3 => sums::<3>(rows, dims, slip, out),
            4 => sums::<4>(rows, dims, slip, out),
            _ => sums::<ROWS>(rows, dims, slip, out),
        },
    );
}

/// Inner products of `R` rows with all columns, and what rounding may have taken.
#[inline(always)]
fn sums<const R: usize>((scaled, norms): (&[f32], &[f32]), dims: usize, slip: &Slip, out: &mut [f32]) {
    let n = slip.lost.len();
    for (chunk, bytes) in slip.bytes.chunks_exact(dims * LANES).enumerate() {
        let mut sums = [[0.0_f32; LANES]; R];
        for (d, bytes) in bytes.as_chunks::<LANES>().0.iter().enumerate() {
            let mut values = [0.0_f32; LANES];
            for (value, byte) in values.iter_mut().zip(bytes) {
                *value = f32::from(*byte);
            }
            for (r, sums) in sums.iter_mut().enumerate() {
                let x = scaled[r * dims + d];
                for (sum, value) in sums.iter_mut().zip(&values) {
                    *sum += x * value;
                }
            }
        }
        let lost = &slip.lost[chunk * LANES..(chunk + 1) * LANES];
        for (r, sums) in sums.iter().enumerate() {
            let out = &mut out[r * n + chunk * LANES..][..LANES];
            for ((out, sum), lost) in out.iter_mut().zip(sums).zip(lost) {
                *out = sum + norms[r] * lost;
            }
        }
    }
}
