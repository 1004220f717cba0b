//! The two inner loops over whole blocks: bounds of similarities to bounds of scores, and the circumstances of a party
//! against those of many. Plain loops, compiled once per width of the processor's registers.

use super::corpus::Corpus;
use super::parts::{facet_score, matching};
use super::party::{Place, Reader};
use super::profile::Facets;
use super::sieve::{BLOCK, Rare, Tile};
use super::weights::Weights;
use fearless_simd::{Level, Simd, dispatch};
use ndarray::{ArrayView2, ArrayViewMut2, linalg::general_mat_mul};

/// What a reader sees of the circumstances of all parties, in the order of positions.
pub(crate) struct Circle {
    fields: [Vec<u64>; 4],
    stages: Vec<u32>,
    modalities: Vec<u32>,
    languages: Vec<u32>,
    country: Vec<u32>,
    region: Vec<u32>,
    building: Vec<u32>,
    kind: Vec<u32>,
    /// 0 for parties that may be suggested, minus infinity for the others and for empty places.
    pub open: Vec<f32>,
}

impl Circle {
    pub fn new(corpus: &Corpus, reader: &Reader) -> Self {
        let n = corpus.sieve.blocks.len() * BLOCK;
        let mut facets = vec![Facets::default(); n];
        let mut open = vec![f32::NEG_INFINITY; n];
        for (i, profile) in corpus.profiles.iter().enumerate() {
            let at = corpus.sieve.position[i] as usize;
            if corpus.suggestible(reader, i as u32) {
                open[at] = 0.0;
            }
            facets[at] = profile.seen(reader, i as u32);
        }
        let column = |f: fn(&Facets) -> u32| facets.iter().map(f).collect();
        Self {
            fields: [0, 1, 2, 3].map(|w| facets.iter().map(|f| f.fields[w]).collect()),
            stages: column(|f| f.stages),
            modalities: column(|f| f.modalities),
            languages: column(|f| f.languages),
            country: column(|f| f.place.country),
            region: column(|f| f.place.region),
            building: column(|f| f.place.building),
            kind: column(|f| f.kind),
            open,
        }
    }

    /// The circumstances at a position.
    #[inline(always)]
    pub fn at(&self, i: usize) -> Facets {
        Facets {
            fields: [self.fields[0][i], self.fields[1][i], self.fields[2][i], self.fields[3][i]],
            stages: self.stages[i],
            modalities: self.modalities[i],
            languages: self.languages[i],
            place: Place { country: self.country[i], region: self.region[i], building: self.building[i] },
            kind: self.kind[i],
        }
    }

    #[inline(always)]
    fn block(&self, start: usize) -> Option<Self64<'_>> {
        let range = start..start + BLOCK;
        Some(Self64 {
            fields: [
                self.fields[0].get(range.clone())?.try_into().ok()?,
                self.fields[1].get(range.clone())?.try_into().ok()?,
                self.fields[2].get(range.clone())?.try_into().ok()?,
                self.fields[3].get(range.clone())?.try_into().ok()?,
            ],
            stages: self.stages.get(range.clone())?.try_into().ok()?,
            modalities: self.modalities.get(range.clone())?.try_into().ok()?,
            languages: self.languages.get(range.clone())?.try_into().ok()?,
            country: self.country.get(range.clone())?.try_into().ok()?,
            region: self.region.get(range.clone())?.try_into().ok()?,
            building: self.building.get(range.clone())?.try_into().ok()?,
            kind: self.kind.get(range.clone())?.try_into().ok()?,
            open: self.open.get(range)?.try_into().ok()?,
        })
    }
}

/// One block of a [`Circle`], of known length so that no bounds are checked in the loop.
struct Self64<'a> {
    fields: [&'a [u64; BLOCK]; 4],
    stages: &'a [u32; BLOCK],
    modalities: &'a [u32; BLOCK],
    languages: &'a [u32; BLOCK],
    country: &'a [u32; BLOCK],
    region: &'a [u32; BLOCK],
    building: &'a [u32; BLOCK],
    kind: &'a [u32; BLOCK],
    open: &'a [f32; BLOCK],
}

/// Bounds of the similarities of some parties with a block, in both directions, and what is made of them.
#[derive(Default)]
pub(crate) struct Bounds {
    /// Needs of the rows against offers of the block; offers of the rows against needs of the block.
    pub similarity: [Vec<f32>; 2],
    /// Items per party: needs and offers of the rows, needs and offers of the block.
    slots: [usize; 4],
    /// Parties in the rows.
    width: usize,
    /// Bounds of scores without the relation, `BLOCK` per row.
    pub score: Vec<f32>,
    /// Bounds of both directions: needs of the rows, needs of the block.
    pub ways: [Vec<f32>; 2],
}

impl Bounds {
    /// Bound of the similarity of need `n` of row `m` and offer `o` of column `j`.
    #[inline(always)]
    pub fn mine(&self, m: usize, j: usize, n: usize, o: usize) -> f32 {
        self.similarity[0][(n * self.width + m) * self.slots[3] * BLOCK + o * BLOCK + j]
    }
    /// Bound of the similarity of need `n` of column `j` and offer `o` of row `m`.
    #[inline(always)]
    pub fn yours(&self, m: usize, j: usize, n: usize, o: usize) -> f32 {
        self.similarity[1][(o * self.width + m) * self.slots[2] * BLOCK + n * BLOCK + j]
    }

    /// Says what `similarity` is about: needs and offers of `width` parties, against a block.
    pub fn shape(&mut self, rows: &[Tile; 2], width: usize, block: &[Tile; 2]) {
        self.width = width;
        self.slots = [rows[0].slots, rows[1].slots, block[0].slots, block[1].slots];
    }

    /// Fills `similarity` for `rows` (needs and offers of `width` parties) against a block.
    pub fn multiply(&mut self, level: Level, dims: usize, rows: &[Tile; 2], width: usize, block: &[Tile; 2]) {
        self.shape(rows, width, block);
        for (way, out) in self.similarity.iter_mut().enumerate() {
            let (left, right) = (&rows[way], &block[1 - way]);
            let (m, n) = (left.slots * width, right.slots * BLOCK);
            out.resize(m * n, 0.0);
            if m == 0 || n == 0 {
                continue;
            }
            if width < 8 {
                dispatch!(level, simd => thin(simd, &left.columns, m, &right.columns, n, out));
            } else {
                let (Ok(a), Ok(b), Ok(mut c)) = (
                    ArrayView2::from_shape((dims, m), &left.columns),
                    ArrayView2::from_shape((dims, n), &right.columns),
                    ArrayViewMut2::from_shape((m, n), out),
                ) else {
                    continue;
                };
                general_mat_mul(1.0, &a.t(), &b, 0.0, &mut c);
            }
            add_rare(&left.rare, &right.rare, n, out);
        }
    }

    /// Fills `score` from `similarity` and the circumstances of rows and block. `own` are the circumstances of the rows.
    pub fn reduce(
        &mut self,
        level: Level,
        own: &[Facets],
        circle: &Circle,
        start: usize,
        weights: &Weights,
        spare: f32,
    ) {
        for out in [&mut self.score].into_iter().chain(&mut self.ways) {
            out.resize(own.len() * BLOCK, 0.0);
        }
        let Some(block) = circle.block(start) else { return };
        dispatch!(level, simd => reduce(simd, self, own, &block, weights, spare));
    }
}

/// `c = aᵀ b` for few rows.
#[inline(always)]
fn thin<S: Simd>(simd: S, a: &[f32], m: usize, b: &[f32], n: usize, c: &mut [f32]) {
    simd.vectorize(
        #[inline(always)]
        || {
            c.fill(0.0);
            for (left, right) in a.chunks_exact(m).zip(b.chunks_exact(n)) {
                for (x, out) in left.iter().zip(c.chunks_exact_mut(n)) {
                    if *x != 0.0 {
                        for (o, y) in out.iter_mut().zip(right) {
                            *o += x * y;
                        }
                    }
                }
            }
        },
    );
}

#[inline(always)]
fn add_rare(left: &[Rare], right: &[Rare], n: usize, out: &mut [f32]) {
    if left.len() * 16 < right.len() {
        // Few against many: find each.
        let mut from = 0;
        for run in left.chunk_by(|a, b| a.0 == b.0) {
            from += right[from..].partition_point(|r| r.0 < run[0].0);
            let to = from + right[from..].iter().take_while(|r| r.0 == run[0].0).count();
            products(run, &right[from..to], n, out);
            from = to;
        }
        return;
    }
    let (mut i, mut j) = (0, 0);
    while i < left.len() && j < right.len() {
        let (x, y) = (left[i].0, right[j].0);
        if x == y {
            let (mut ii, mut jj) = (i + 1, j + 1);
            while ii < left.len() && left[ii].0 == x {
                ii += 1;
            }
            while jj < right.len() && right[jj].0 == x {
                jj += 1;
            }
            products(&left[i..ii], &right[j..jj], n, out);
            (i, j) = (ii, jj);
        } else {
            i += usize::from(x < y);
            j += usize::from(y < x);
        }
    }
}

#[inline(always)]
fn products(left: &[Rare], right: &[Rare], n: usize, out: &mut [f32]) {
    for (_, row, x) in left {
        let Some(out) = out.get_mut(*row as usize * n..(*row as usize + 1) * n) else { continue };
        for (_, column, y) in right {
            if let Some(cell) = out.get_mut(*column as usize) {
                *cell += x * y;
            }
        }
    }
}

type Lane = [f32; BLOCK];

/// The largest of some stretches of `BLOCK` bounds, cut to 0..=1, sorted into the best three so far.
#[inline(always)]
fn rank<'a>(stretches: impl Iterator<Item = &'a [f32]>, best: &mut [Lane; 3]) {
    let mut top = [0.0f32; BLOCK];
    for stretch in stretches {
        for (t, x) in top.iter_mut().zip(stretch) {
            *t = if *x > *t { *x } else { *t };
        }
    }
    for j in 0..BLOCK {
        let x = if top[j] < 1.0 { top[j] } else { 1.0 };
        let (a, b, c) = (best[0][j], best[1][j], best[2][j]);
        let (hi, x) = if x > a { (x, a) } else { (a, x) };
        let (mid, x) = if x > b { (x, b) } else { (b, x) };
        best[0][j] = hi;
        best[1][j] = mid;
        best[2][j] = if x > c { x } else { c };
    }
}

#[inline(always)]
fn reduce<S: Simd>(simd: S, bounds: &mut Bounds, own: &[Facets], block: &Self64<'_>, w: &Weights, spare: f32) {
    simd.vectorize(
        #[inline(always)]
        || {
            let [rows_needs, rows_offers, needs, offers] = bounds.slots;
            let width = bounds.width;
            for (m, a) in own.iter().enumerate() {
                let mut mine = [[0.0f32; BLOCK]; 3];
                for n in 0..rows_needs {
                    let row = &bounds.similarity[0][(n * width + m) * offers * BLOCK..][..offers * BLOCK];
                    rank(row.chunks_exact(BLOCK), &mut mine);
                }
                let mut yours = [[0.0f32; BLOCK]; 3];
                for q in 0..needs {
                    let stretch = |p: usize| &bounds.similarity[1][((p * width + m) * needs + q) * BLOCK..][..BLOCK];
                    rank((0..rows_offers).map(stretch), &mut yours);
                }
                let range = m * BLOCK..(m + 1) * BLOCK;
                let [way, back] = &mut bounds.ways;
                let (Some(out), Some(way), Some(back)) =
                    (bounds.score.get_mut(range.clone()), way.get_mut(range.clone()), back.get_mut(range))
                else {
                    continue;
                };
                let [r0, r1, r2] = w.ranks;
                for j in 0..BLOCK {
                    let b = Facets {
                        fields: [block.fields[0][j], block.fields[1][j], block.fields[2][j], block.fields[3][j]],
                        stages: block.stages[j],
                        modalities: block.modalities[j],
                        languages: block.languages[j],
                        place: Place {
                            country: block.country[j],
                            region: block.region[j],
                            building: block.building[j],
                        },
                        kind: block.kind[j],
                    };
                    let need_offer = r0 * mine[0][j] + r1 * mine[1][j] + r2 * mine[2][j];
                    let offer_need = r0 * yours[0][j] + r1 * yours[1][j] + r2 * yours[2][j];
                    way[j] = need_offer;
                    back[j] = offer_need;
                    out[j] = matching(need_offer, offer_need, w) + facet_score(a, &b, w) + block.open[j] + spare;
                }
            }
        },
    );
}
