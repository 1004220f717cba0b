//! Every number of the model in one place, with the reason why it is what it is.

use super::party::{ItemKind, KINDS, TieKind, WORK};

/// How the similarity of two items is made of its three channels. The three sum to 1, so that a similarity is in 0..=1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Channels {
    /// Share of the cosine of text features.
    pub text: f32,
    /// Share of the cosine of concept sets.
    pub concept: f32,
    /// Share of the cosine of meaning vectors.
    pub dense: f32,
}

impl Channels {
    /// With the vector pack: vectors carry what has no common word, words and concepts what has.
    pub const WITH_VECTORS: Self = Self { text: 0.4, concept: 0.3, dense: 0.3 };
    /// Without: words and concepts alone. Chosen by the caller and not from the data, so that a hidden vector cannot
    /// change a rank.
    pub const WITHOUT_VECTORS: Self = Self { text: 0.55, concept: 0.45, dense: 0.0 };
}

/// Weights of the parts, all at or above zero. With the defaults the parts without `learned` sum to at most 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    /// Of each of the two directions. Small: a wish of one side alone is not yet a meeting.
    pub direction: f32,
    /// Of the harmonic mean of the two directions. The largest: who both gain, both come.
    pub reciprocity: f32,
    /// Of the distance of fields. The hub exists for meetings across fields, so this leads the circumstances.
    pub field: f32,
    /// Of stage fit: a seed and a phase III product need different things.
    pub stage: f32,
    /// Of modality fit.
    pub modality: f32,
    /// Of a common language; an interpreter can be had, so it is no condition.
    pub language: f32,
    /// Of nearness: helps, but video exists.
    pub place: f32,
    /// Of differing sectors: laboratories meet companies.
    pub sector: f32,
    /// Of not knowing each other yet.
    pub novelty: f32,
    /// Of a common acquaintance.
    pub path: f32,
    /// Of an agreement that binds both.
    pub agreement: f32,
    /// Of learned acceptance, once there is a model.
    pub learned: f32,
    /// Shares of the best, second and third need that is met; not increasing. Further ones add nothing, so that a long
    /// list of needs does not win by its length.
    pub ranks: [f32; 3],
    /// How a similarity is made.
    pub channels: Channels,
    /// What is taken off the similarity of a need and a work: done once is not offered.
    pub undeclared: f32,
    /// What is taken off when kinds are related but not the same (an issue against collaboration).
    pub related: f32,
    /// Distance of fields (0 same, 1 nothing in common) at which a meeting is most worth while.
    pub field_ideal: f32,
    /// Distance below the ideal at which the bell reaches zero.
    pub field_near: f32,
    /// Distance above the ideal at which the bell reaches zero.
    pub field_far: f32,
    /// Value of a part about which one of the two records says nothing. Half: silence is neither praise nor blame.
    pub unknown: f32,
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            direction: 0.08,
            reciprocity: 0.44,
            field: 0.10,
            stage: 0.06,
            modality: 0.04,
            language: 0.05,
            place: 0.03,
            sector: 0.03,
            novelty: 0.03,
            path: 0.03,
            agreement: 0.03,
            learned: 0.10,
            ranks: [0.7, 0.2, 0.1],
            channels: Channels::WITH_VECTORS,
            undeclared: 0.1,
            related: 0.1,
            field_ideal: 0.6,
            field_near: 0.7,
            field_far: 0.5,
            unknown: 0.5,
        }
    }
}

impl Weights {
    /// The defaults for a hub without the vector pack.
    pub fn without_vectors() -> Self {
        Self { channels: Channels::WITHOUT_VECTORS, ..Self::default() }
    }

    /// Novelty of a tie, 0..=1; 1 is for parties without one.
    pub fn novelty_of(kind: TieKind) -> f32 {
        match kind {
            TieKind::Met => 0.5,
            TieKind::Acquainted => 0.25,
            TieKind::Collaborating | TieKind::SameOrganization => 0.0,
        }
    }

    /// What is taken off the similarity of a need of kind `need` and an offer of kind `offer`: 0 for a fit, 1 (never a
    /// match) for things that cannot answer each other, such as money for a laboratory bench.
    pub(crate) fn penalty(&self, need: u8, offer: u8) -> f32 {
        let content =
            |k: u8| [ItemKind::Technology, ItemKind::Issue, ItemKind::Collaboration].iter().any(|c| *c as u8 == k);
        let other = ItemKind::Other as u8;
        match (need, offer) {
            (n, o) if n == o => 0.0,
            (n, WORK) if content(n) || n == other => self.undeclared,
            (n, o) if n == ItemKind::Issue as u8 && o == ItemKind::Technology as u8 => 0.0,
            (n, o) if content(n) && content(o) => self.related,
            (n, o) if n == other || o == other => self.related,
            (n, o) if n == ItemKind::Mentor as u8 && o == ItemKind::RegulatoryAdvice as u8 => self.related,
            (n, o) if n == ItemKind::RegulatoryAdvice as u8 && o == ItemKind::Mentor as u8 => self.related,
            _ => 1.0,
        }
    }

    /// [`Self::penalty`] as a table.
    pub(crate) fn penalties(&self) -> [[f32; KINDS]; KINDS] {
        let mut table = [[1.0; KINDS]; KINDS];
        for (n, row) in table.iter_mut().enumerate() {
            for (o, cell) in row.iter_mut().enumerate() {
                *cell = self.penalty(n as u8, o as u8);
            }
        }
        table
    }
}
