//! What the caller hands over about a party: the plain data of the model, before anything is normalized or checked.
//! Never holds a name or a text: labels stay with the caller and come back only when a reason is worded.

/// Identifier of a party, an item, an agreement: the 16 bytes of a UUID as a number.
pub type Id = u128;

/// Set of circles of readers, one bit each. A thing is visible to a reader when the two masks share a bit.
pub type Keys = u64;

/// Visible to everybody: the mask with all circles.
pub const PUBLIC: Keys = Keys::MAX;

/// Number of dimensions of a meaning vector.
pub const DIMENSIONS: usize = 128;
/// Needs, and offers with works, that are used per party; further ones are left out in the order given.
pub const MAX_ITEMS: usize = 32;
/// Text features that are used per item; the heaviest stay.
pub const MAX_TERMS: usize = 256;
/// Concepts that are used per item; the first ones stay.
pub const MAX_CONCEPTS: usize = 64;
/// Distinct codes of fields in one corpus.
pub const MAX_FIELDS: usize = 256;

/// What is sought or offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum ItemKind {
    /// A technology, material, method or data set.
    Technology,
    /// An open problem; as a need it asks for a technology, as an offer it is a problem that one knows well.
    Issue,
    /// Money.
    Funding,
    /// Room, bench or instrument.
    LabSpace,
    /// A slot in a manufacturing facility.
    Manufacturing,
    /// A place to try something with patients or staff.
    TestBed,
    /// Guidance by somebody experienced.
    Mentor,
    /// A person for a leading position.
    Executive,
    /// Advice on regulation and market access.
    RegulatoryAdvice,
    /// Joint research or a partner for it.
    Collaboration,
    /// Anything else.
    Other,
}

/// Number of kinds of items, with the kind that only works have.
pub(crate) const KINDS: usize = 12;
/// The kind of a work: offered without having been declared.
pub(crate) const WORK: u8 = 11;

/// Something sought, offered or done, with the features of its text.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// The record it stands for.
    pub id: Id,
    /// What sort of thing it is; ignored for works.
    pub kind: ItemKind,
    /// Who may see it.
    pub audience: Keys,
    /// Text features: term and weight above zero, in any order. Need not be of unit length. Weights must not depend on
    /// records that a reader cannot see.
    pub terms: Vec<(u32, f32)>,
    /// Concepts found in the text.
    pub concepts: Vec<u32>,
    /// Meaning vector of [`DIMENSIONS`] numbers, or none. Need not be of unit length.
    pub dense: Option<Vec<f32>>,
}

/// What a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum PartyKind {
    Lab,
    Startup,
    Company,
    Hospital,
    Investor,
    Regulator,
    PartnerHub,
    Person,
    Other,
}

/// A value with the circles that may see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Guarded<T> {
    /// The value.
    pub value: T,
    /// Who may see it.
    pub audience: Keys,
}

impl<T> Guarded<T> {
    /// A value that everybody may see.
    pub fn public(value: T) -> Self {
        Self { value, audience: PUBLIC }
    }
}

/// Where a party is. Codes of the caller, 0 for unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs)]
pub struct Place {
    pub country: u32,
    pub region: u32,
    pub building: u32,
}

/// How strong a tie is: the stronger, the less a suggestion would be news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum TieKind {
    /// They have met.
    Met,
    /// They were introduced or have a joint record.
    Acquainted,
    /// They work together now.
    Collaborating,
    /// One belongs to the other; never suggested.
    SameOrganization,
}

impl TieKind {
    /// All kinds, weakest first.
    pub const ALL: [Self; 4] = [Self::Met, Self::Acquainted, Self::Collaborating, Self::SameOrganization];
}

/// A tie of a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tie {
    /// The other party.
    pub to: Id,
    /// What sort of tie.
    pub kind: TieKind,
    /// Who may see it. A path through a tie is used only for readers who see both of its ties.
    pub audience: Keys,
}

/// An agreement in force to which a party is bound and which makes meeting easy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The clause or agreement that two parties share.
    pub agreement: Id,
    /// Who may see it.
    pub audience: Keys,
}

/// A party as far as matching needs to know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Party {
    /// Its record.
    pub id: Id,
    /// What it is.
    pub kind: PartyKind,
    /// Who may see that it exists.
    pub audience: Keys,
    /// It agreed to be suggested. Without, it is in nobody's list and has none.
    pub consents: bool,
    /// What it seeks.
    pub needs: Vec<Item>,
    /// What it offers.
    pub offers: Vec<Item>,
    /// What it has done: offers that were not declared, with a discount.
    pub works: Vec<Item>,
    /// Codes of its fields.
    pub fields: Guarded<Vec<u32>>,
    /// Stages between seed and patient, bit n for the n-th stage in order; 0 for unknown.
    pub stages: Guarded<u32>,
    /// Modalities (cell, gene, device, …), one bit each; 0 for unknown.
    pub modalities: Guarded<u32>,
    /// Languages it can hold a meeting in, one bit each; 0 for unknown.
    pub languages: Guarded<u32>,
    /// Where it is.
    pub place: Guarded<Place>,
    /// Its ties.
    pub ties: Vec<Tie>,
    /// Agreements that bind it.
    pub agreements: Vec<Membership>,
    /// Parties it never wants suggested, and those of which it said "not again".
    pub vetoes: Vec<Id>,
    /// Day on which it was first seen, in days of any epoch; for exposure of newcomers.
    pub first_seen: i32,
}

impl Party {
    /// A party with nothing but an id: visible, consenting, without items.
    pub fn new(id: Id, kind: PartyKind) -> Self {
        Self {
            id,
            kind,
            audience: PUBLIC,
            consents: true,
            needs: Vec::new(),
            offers: Vec::new(),
            works: Vec::new(),
            fields: Guarded::public(Vec::new()),
            stages: Guarded::public(0),
            modalities: Guarded::public(0),
            languages: Guarded::public(0),
            place: Guarded::public(Place::default()),
            ties: Vec::new(),
            agreements: Vec::new(),
            vetoes: Vec::new(),
            first_seen: 0,
        }
    }
}

/// Who is asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The circles it belongs to.
    pub keys: Keys,
    /// The party on whose behalf it asks, by index in the corpus: its own things are visible whatever their audience.
    pub own: Option<u32>,
}

impl Reader {
    /// A reader who acts for no party.
    pub fn circle(keys: Keys) -> Self {
        Self { keys, own: None }
    }
    /// Somebody of party `index`, who also belongs to the circles `keys`.
    pub fn of(keys: Keys, index: u32) -> Self {
        Self { keys, own: Some(index) }
    }
    /// Whether the reader sees a thing of party `index` with this audience.
    #[inline]
    pub fn sees(&self, index: u32, audience: Keys) -> bool {
        audience & self.keys != 0 || self.own == Some(index)
    }
}

/// Why a party was refused. Names the party and, where there is one, the item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs)]
pub enum PartyError {
    #[error("item {item:032x} of party {party:032x}: a feature is not a finite number, or is below zero")]
    Feature { party: Id, item: Id },
    #[error("item {item:032x} of party {party:032x}: the vector has {found} dimensions instead of {DIMENSIONS}")]
    Dimensions { party: Id, item: Id, found: usize },
    #[error("party {0:032x} occurs twice")]
    Twice(Id),
    #[error("the parties name more than {MAX_FIELDS} fields, first at party {0:032x}")]
    Fields(Id),
    #[error("more than {0} parties")]
    TooMany(usize),
    #[error("there is no party with index {0}")]
    Unknown(u32),
}
