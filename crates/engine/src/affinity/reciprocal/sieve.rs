//! Upper bounds of similarities, cheap enough to compute for every pair of items of a hub.
//!
//! Every item becomes a short column of numbers such that the inner product of a need's and an offer's column is never
//! below their true similarity (before it is cut at 0):
//!
//! * the leading coordinates of the meaning vector along its principal axes, exact; for the rest, the norms of two
//!   stretches of coordinates (Cauchy–Schwarz);
//! * a few of the heaviest frequent features with a coordinate of their own, exact; for the other frequent ones, the
//!   norms of two groups;
//! * a coordinate per kind of need, with the penalty of the offer's kind, exact.
//!
//! Rare features are not in the column: their products are added exactly, from lists sorted by feature. The bounds cover
//! all items whatever their audience, and an item more can only raise a similarity, so one sieve serves every reader.
//! Never decides a result: what passes is scored exactly.

use super::party::{DIMENSIONS, KINDS};
use super::profile::{Profile, Side};
use super::similarity::dot;
use super::slim::Slim;
use super::spectrum::{Spectrum, spectrum};
use super::weights::Weights;
use std::collections::HashMap;

/// Parties that are laid out side by side.
pub(crate) const BLOCK: usize = 64;
/// Room for the rounding of sums in another order.
pub(crate) const SLACK: f32 = 1e-4;

/// Share of the energy of meaning vectors that may lie outside the leading coordinates.
const TAIL_ENERGY: f64 = 0.2;
const TAILS: usize = 2;
const OWN_COORDINATE: usize = 8;
const GROUPS: usize = 2;
/// Products of rare features that are added exactly, as a share of all pairs of needs and offers.
const RARE_SHARE: f64 = 0.05;

/// A rare feature of one side of a block: feature, column (slot · BLOCK + member), value.
pub(crate) type Rare = (u64, u32, f32);

/// One side (needs or offers) of a block of parties.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tile {
    /// Items of the party that has most.
    pub slots: usize,
    /// `dims` rows of `slots · width` numbers.
    pub columns: Vec<f32>,
    /// Rising by feature.
    pub rare: Vec<Rare>,
}

/// Parties side by side.
#[derive(Debug, Clone, Default)]
pub(crate) struct Block {
    pub members: Vec<u32>,
    /// Needs and offers.
    pub sides: [Tile; 2],
}

/// The columns of all parties.
#[derive(Debug)]
pub(crate) struct Sieve {
    spectrum: Spectrum,
    prefix: usize,
    /// Coordinate of a frequent feature, and whether it is that feature's own.
    frequent: HashMap<u64, (u32, bool)>,
    /// Coordinate of each kind of need that occurs.
    kinds: [Option<u32>; KINDS],
    penalties: [[f32; KINDS]; KINDS],
    pub dims: usize,
    pub blocks: Vec<Block>,
    /// Position (block · BLOCK + member) of each party.
    pub position: Vec<u32>,
    /// The same for one party against all.
    pub slim: Slim,
}

impl Sieve {
    pub fn new(profiles: &[Profile], weights: &Weights) -> Self {
        let spectrum = spectrum(profiles);
        let total: f64 = spectrum.energy.iter().sum();
        let mut prefix = 0;
        let mut tail = total;
        while prefix < spectrum.energy.len() && tail > TAIL_ENERGY * total {
            tail -= spectrum.energy[prefix..].iter().take(4).sum::<f64>();
            prefix += 4;
        }
        if spectrum.energy.iter().all(|e| *e == 1.0) {
            prefix = spectrum.energy.len();
        }
        let mut dims = prefix;
        if prefix < spectrum.energy.len() {
            dims += TAILS;
        }
        let frequent = frequent(profiles, &mut dims);
        let mut kinds = [None; KINDS];
        for (kind, place) in kinds.iter_mut().enumerate() {
            if profiles.iter().any(|p| p.needs.kinds.contains(&(kind as u8))) {
                *place = Some(dims as u32);
                dims += 1;
            }
        }
        let penalties = weights.penalties();
        let mut sieve = Self {
            spectrum,
            prefix,
            frequent,
            kinds,
            penalties,
            dims: dims.max(1),
            blocks: Vec::new(),
            position: vec![0; profiles.len()],
            slim: Slim::default(),
        };
        // Parties with equally many items together, so that blocks have few empty columns.
        let mut order: Vec<u32> = (0..profiles.len() as u32).collect();
        order.sort_by_key(|i| {
            let p = &profiles[*i as usize];
            (p.needs.len(), p.offers.len(), *i)
        });
        for (b, members) in order.chunks(BLOCK).enumerate() {
            for (m, party) in members.iter().enumerate() {
                sieve.position[*party as usize] = (b * BLOCK + m) as u32;
            }
            let block = sieve.block(members.to_vec(), profiles);
            sieve.blocks.push(block);
        }
        sieve.slim = Slim::new(sieve.dims, &sieve.blocks, &sieve.kinds);
        sieve
    }

    /// One line on the layout.
    pub fn describe(&self) -> String {
        let total: f64 = self.spectrum.energy.iter().sum();
        let kept: f64 = self.spectrum.energy[..self.prefix].iter().sum();
        format!(
            "{} coordinates: {} of vectors ({:.0} % of their energy), {} frequent features",
            self.dims,
            self.prefix,
            100.0 * kept / total.max(f64::MIN_POSITIVE),
            self.frequent.len()
        )
    }

    fn block(&self, members: Vec<u32>, profiles: &[Profile]) -> Block {
        let of = |side: usize| {
            let all: Vec<&Side> =
                members.iter().map(|i| [&profiles[*i as usize].needs, &profiles[*i as usize].offers][side]).collect();
            self.tile(&all, side == 0, BLOCK)
        };
        Block { sides: [of(0), of(1)], members }
    }

    /// Lays out one side of some parties; column of an item: slot · `width` + place of its party.
    pub fn tile(&self, parties: &[&Side], needs: bool, width: usize) -> Tile {
        let slots = parties.iter().map(|s| s.len()).max().unwrap_or(0);
        let mut tile = Tile { slots, columns: vec![0.0; self.dims * slots * width], rare: Vec::new() };
        let mut column = vec![0.0; self.dims];
        for (m, side) in parties.iter().enumerate() {
            for slot in 0..side.len() {
                let at = slot * width + m;
                self.column(side, slot, needs, &mut column, &mut |key, value| tile.rare.push((key, at as u32, value)));
                for (d, x) in column.iter().enumerate() {
                    tile.columns[d * slots * width + at] = *x;
                }
            }
        }
        tile.rare.sort_unstable_by_key(|r| (r.0, r.1));
        tile
    }

    fn column(&self, side: &Side, slot: usize, needs: bool, column: &mut [f32], rare: &mut dyn FnMut(u64, f32)) {
        column.fill(0.0);
        if let Some(vector) = side.vector(slot).filter(|_| !self.spectrum.axes.is_empty()) {
            let axis = |d: usize| dot(&self.spectrum.axes[d * DIMENSIONS..(d + 1) * DIMENSIONS], vector);
            for (d, x) in column.iter_mut().enumerate().take(self.prefix) {
                *x = axis(d);
            }
            let rest: Vec<f32> = (self.prefix..DIMENSIONS).map(axis).collect();
            for (t, stretch) in rest.chunks(rest.len().div_ceil(TAILS).max(1)).enumerate() {
                column[self.prefix + t] = norm(stretch);
            }
        }
        let (keys, values) = side.sparse(slot);
        for (key, value) in keys.iter().zip(values) {
            match self.frequent.get(key) {
                Some((d, true)) => column[*d as usize] = *value,
                Some((d, false)) => column[*d as usize] = column[*d as usize].hypot(*value),
                None => rare(*key, *value),
            }
        }
        let kind = usize::from(side.kinds[slot]);
        for (need, d) in self.kinds.iter().enumerate() {
            if let Some(d) = d {
                column[*d as usize] =
                    if needs { f32::from(u8::from(need == kind)) } else { -self.penalties[need][kind] };
            }
        }
        // A kind of need that the corpus did not know has no coordinate; its penalty is then taken as none.
    }

    /// Lays a changed party out anew.
    pub fn replace(&mut self, party: u32, profiles: &[Profile], weights: &Weights) {
        self.penalties = weights.penalties();
        let (b, m) = (self.position[party as usize] as usize / BLOCK, self.position[party as usize] as usize % BLOCK);
        let profile = &profiles[party as usize];
        for (side, items) in [&profile.needs, &profile.offers].into_iter().enumerate() {
            let own = self.tile(&[items], side == 0, 1);
            let mut tile = std::mem::take(&mut self.blocks[b].sides[side]);
            let (gone, kept): (Vec<Rare>, Vec<Rare>) =
                tile.rare.iter().copied().partition(|rare| rare.1 as usize % BLOCK == m);
            let new = own.rare.iter().map(|(feature, slot, value)| (*feature, slot * BLOCK as u32 + m as u32, *value));
            let new: Vec<Rare> = new.collect();
            if own.slots <= tile.slots {
                tile.put(m, &own);
                tile.rare = kept;
                tile.rare.extend(&new);
                tile.rare.sort_unstable_by_key(|rare| (rare.0, rare.1));
            } else {
                let members = &self.blocks[b].members;
                let all: Vec<&Side> = members
                    .iter()
                    .map(|member| [&profiles[*member as usize].needs, &profiles[*member as usize].offers][side])
                    .collect();
                tile = self.tile(&all, side == 0, BLOCK);
            }
            self.slim.replace((b, side), &tile, &gone, &new);
            self.blocks[b].sides[side] = tile;
        }
    }
}

impl Tile {
    /// Writes the items of one party over those that its place had.
    fn put(&mut self, place: usize, own: &Tile) {
        let width = self.slots * BLOCK;
        for (d, row) in self.columns.chunks_exact_mut(width.max(1)).enumerate() {
            for slot in 0..self.slots {
                let value = (slot < own.slots).then(|| own.columns.get(d * own.slots + slot)).flatten();
                row[slot * BLOCK + place] = value.copied().unwrap_or(0.0);
            }
        }
    }
}

fn norm(x: &[f32]) -> f32 {
    (x.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt() * (1.0 + 1e-6)) as f32
}

/// Chooses the features that are too frequent to be added one by one, and gives each its coordinate.
fn frequent(profiles: &[Profile], dims: &mut usize) -> HashMap<u64, (u32, bool)> {
    let mut count: HashMap<u64, [f64; 3]> = HashMap::new();
    let mut items = [0.0f64; 2];
    for profile in profiles {
        for (s, side) in [&profile.needs, &profile.offers].into_iter().enumerate() {
            items[s] += side.len() as f64;
            for (key, value) in side.keys.iter().zip(&side.values) {
                let c = count.entry(*key).or_default();
                c[s] += 1.0;
                c[2] += f64::from(*value).powi(2);
            }
        }
    }
    let mut costs: Vec<(f64, f64, u64)> = count.into_iter().map(|(key, c)| (c[0] * c[1], c[2], key)).collect();
    costs.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)));
    // In a small hub everything may be added exactly.
    let mut room = (RARE_SHARE * items[0] * items[1]).max(1e5);
    let rare = costs.iter().take_while(|c| {
        room -= c.0;
        room >= 0.0
    });
    let mut frequent: Vec<(f64, f64, u64)> = costs[rare.count()..].to_vec();
    frequent.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)));
    let own = frequent.len().min(OWN_COORDINATE);
    let groups = if frequent.len() > own { GROUPS } else { 0 };
    let start = *dims as u32;
    *dims += own + groups;
    let place = |n: usize| {
        if n < own { (start + n as u32, true) } else { (start + (own + n % groups.max(1)) as u32, false) }
    };
    frequent.iter().enumerate().map(|(n, f)| (f.2, place(n))).collect()
}
