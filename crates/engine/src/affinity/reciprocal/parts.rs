//! The named parts of a score and the documented sum that makes it. Every part is in 0..=1, so a weight says at most how
//! much a part can add.

use super::party::TieKind;
use super::profile::Facets;
use super::weights::Weights;

/// Names of the parts, in the order of [`Parts::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs)]
pub enum Part {
    NeedOffer,
    OfferNeed,
    Reciprocity,
    Field,
    Stage,
    Modality,
    Language,
    Place,
    Sector,
    Novelty,
    Path,
    Agreement,
    Learned,
}

impl Part {
    /// All parts in order.
    pub const ALL: [Self; 13] = [
        Self::NeedOffer,
        Self::OfferNeed,
        Self::Reciprocity,
        Self::Field,
        Self::Stage,
        Self::Modality,
        Self::Language,
        Self::Place,
        Self::Sector,
        Self::Novelty,
        Self::Path,
        Self::Agreement,
        Self::Learned,
    ];

    /// The weight of this part.
    pub fn weight(self, w: &Weights) -> f32 {
        match self {
            Self::NeedOffer | Self::OfferNeed => w.direction,
            Self::Reciprocity => w.reciprocity,
            Self::Field => w.field,
            Self::Stage => w.stage,
            Self::Modality => w.modality,
            Self::Language => w.language,
            Self::Place => w.place,
            Self::Sector => w.sector,
            Self::Novelty => w.novelty,
            Self::Path => w.path,
            Self::Agreement => w.agreement,
            Self::Learned => w.learned,
        }
    }
}

/// The parts of one score, seen from the first party. Seen from the other, `need_offer` and `offer_need` change places
/// and nothing else does.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Parts {
    /// What the first needs and the second offers: ranked sum of the best three similarities.
    pub need_offer: f32,
    /// What the second needs and the first offers.
    pub offer_need: f32,
    /// Harmonic mean of the two.
    pub reciprocity: f32,
    /// Distance of fields: bell-shaped, highest where they are similar enough to talk and different enough to matter.
    pub field: f32,
    /// A common stage 1, neighbouring stages 0.5, else 0.
    pub stage: f32,
    /// A common modality 1, else 0.
    pub modality: f32,
    /// A common language 1, else 0.
    pub language: f32,
    /// Same building 1, region 0.75, country 0.5, else 0.
    pub place: f32,
    /// Different sectors 1, the same 0.3.
    pub sector: f32,
    /// 1 without a tie, less with one.
    pub novelty: f32,
    /// Without a tie: two or more common acquaintances 1, one 0.6, none 0. With a tie 0.
    pub path: f32,
    /// An agreement in force binds both: 1, else 0.
    pub agreement: f32,
    /// Learned chance of acceptance; 0 while there is no model.
    pub learned: f32,
}

impl Parts {
    /// The values in the order of [`Part::ALL`].
    pub fn values(&self) -> [f32; 13] {
        [
            self.need_offer,
            self.offer_need,
            self.reciprocity,
            self.field,
            self.stage,
            self.modality,
            self.language,
            self.place,
            self.sector,
            self.novelty,
            self.path,
            self.agreement,
            self.learned,
        ]
    }

    /// The value of one part.
    pub fn value(&self, part: Part) -> f32 {
        self.values()[part as usize]
    }

    /// What each part adds to the score, largest first.
    pub fn contributions(&self, w: &Weights) -> Vec<(Part, f32)> {
        let mut all: Vec<_> = Part::ALL.iter().map(|p| (*p, p.weight(w) * self.value(*p))).collect();
        all.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        all
    }

    /// The score: the weighted sum. The order of summation makes it the same from both sides to the last bit.
    #[inline(always)]
    pub fn total(&self, w: &Weights) -> f32 {
        matching(self.need_offer, self.offer_need, w)
            + circumstances(w, self.field, self.stage, self.modality, self.language, self.place, self.sector)
            + (w.novelty * self.novelty + w.path * self.path + w.agreement * self.agreement)
            + w.learned * self.learned
    }
}

/// The share of the score that comes from needs and offers. Rises with both directions.
#[inline(always)]
pub(crate) fn matching(need_offer: f32, offer_need: f32, w: &Weights) -> f32 {
    w.direction * (need_offer + offer_need) + w.reciprocity * super::similarity::reciprocity(need_offer, offer_need)
}

#[inline(always)]
fn circumstances(w: &Weights, field: f32, stage: f32, modality: f32, language: f32, place: f32, sector: f32) -> f32 {
    w.field * field
        + w.stage * stage
        + w.modality * modality
        + w.language * language
        + w.place * place
        + w.sector * sector
}

/// The share that comes from the circumstances of both. Without branches, so that a loop over parties is vectorized.
#[inline(always)]
pub(crate) fn facet_score(a: &Facets, b: &Facets, w: &Weights) -> f32 {
    circumstances(
        w,
        field(a, b, w),
        stage(a, b, w),
        overlap(a.modalities, b.modalities, w),
        overlap(a.languages, b.languages, w),
        place(a, b, w),
        sector(a, b),
    )
}

#[inline(always)]
pub(crate) fn field(a: &Facets, b: &Facets, w: &Weights) -> f32 {
    let (mut both, mut either) = (0u64, 0u64);
    let (mut of_a, mut of_b) = (0u64, 0u64);
    for word in 0..4 {
        both += u64::from((a.fields[word] & b.fields[word]).count_ones());
        either += u64::from((a.fields[word] | b.fields[word]).count_ones());
        of_a |= a.fields[word];
        of_b |= b.fields[word];
    }
    let known = of_a != 0 && of_b != 0;
    let distance = 1.0 - both as u32 as f32 / (either as u32).max(1) as f32;
    let off = distance - w.field_ideal;
    let scaled = if off < 0.0 { off / w.field_near } else { off / w.field_far };
    let bell = (1.0 - scaled * scaled).max(0.0);
    if known { bell } else { w.unknown }
}

#[inline(always)]
pub(crate) fn stage(a: &Facets, b: &Facets, w: &Weights) -> f32 {
    let known = (a.stages != 0) & (b.stages != 0);
    let common = a.stages & b.stages != 0;
    let near = (a.stages << 1 | a.stages >> 1) & b.stages != 0;
    let fit = if common { 1.0 } else { if near { 0.5 } else { 0.0 } };
    if known { fit } else { w.unknown }
}

#[inline(always)]
pub(crate) fn overlap(a: u32, b: u32, w: &Weights) -> f32 {
    let fit = if a & b != 0 { 1.0 } else { 0.0 };
    if (a != 0) & (b != 0) { fit } else { w.unknown }
}

#[inline(always)]
pub(crate) fn place(a: &Facets, b: &Facets, w: &Weights) -> f32 {
    let (p, q) = (a.place, b.place);
    let mut near = if p.country == q.country { 0.5 } else { 0.0 };
    near = if (p.region != 0) & (p.region == q.region) { 0.75 } else { near };
    near = if (p.building != 0) & (p.building == q.building) { 1.0 } else { near };
    if (p.country != 0) & (q.country != 0) { near } else { w.unknown }
}

#[inline(always)]
pub(crate) fn sector(a: &Facets, b: &Facets) -> f32 {
    if a.kind == b.kind { 0.3 } else { 1.0 }
}

/// What a reader sees of the relation of two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Relation {
    pub tie: Option<TieKind>,
    /// Number of common acquaintances, and the first of them by rank.
    pub acquaintances: u32,
    pub through: Option<u32>,
    /// The first agreement that binds both, by the corpus's numbering.
    pub agreement: Option<u32>,
}

impl Relation {
    pub fn novelty(&self) -> f32 {
        self.tie.map_or(1.0, Weights::novelty_of)
    }
    pub fn path(&self) -> f32 {
        match (self.tie, self.acquaintances) {
            (None, 2..) => 1.0,
            (None, 1) => 0.6,
            _ => 0.0,
        }
    }
    pub fn agreement(&self) -> f32 {
        if self.agreement.is_some() { 1.0 } else { 0.0 }
    }
}
