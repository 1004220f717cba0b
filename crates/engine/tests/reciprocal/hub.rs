//! Small random hubs with everything in them: topics, audiences, ties, agreements, vetoes, works.

use engine::affinity::reciprocal::*;

pub const MEMBERS: Keys = 1;
pub const STAFF: Keys = 2;
pub const HIDDEN: Keys = 1 << 40;

pub struct Rng(pub u64);

impl Rng {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    pub fn hit(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
    pub fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }
    pub fn audience(&mut self) -> Keys {
        [PUBLIC, MEMBERS, STAFF, HIDDEN][[0, 0, 0, 0, 1, 1, 2, 3][self.below(8)]]
    }
}

pub const KINDS: [ItemKind; 11] = [
    ItemKind::Technology,
    ItemKind::Issue,
    ItemKind::Technology,
    ItemKind::Funding,
    ItemKind::LabSpace,
    ItemKind::Manufacturing,
    ItemKind::TestBed,
    ItemKind::Mentor,
    ItemKind::RegulatoryAdvice,
    ItemKind::Collaboration,
    ItemKind::Other,
];

pub fn item(r: &mut Rng, id: Id, vectors: bool) -> Item {
    let topic = r.below(6);
    let dense = (vectors && r.hit(85)).then(|| {
        (0..DIMENSIONS)
            .map(|d| (r.unit() - 0.5) / (1.0 + d as f32 / 8.0) + if d % 6 == topic { 0.3 } else { 0.0 })
            .collect()
    });
    Item {
        id,
        kind: KINDS[r.below(KINDS.len())],
        audience: r.audience(),
        terms: (0..r.below(9)).map(|_| ((topic * 10 + r.below(25)) as u32, 0.1 + r.unit())).collect(),
        concepts: (0..r.below(3)).map(|_| (topic * 3 + r.below(5)) as u32).collect(),
        dense,
    }
}

pub fn hub(seed: u64, n: usize, vectors: bool) -> Vec<Party> {
    let r = &mut Rng(seed);
    let kinds = [PartyKind::Lab, PartyKind::Company, PartyKind::Hospital, PartyKind::Startup, PartyKind::Person];
    let guard = |r: &mut Rng| if r.hit(90) { PUBLIC } else { r.audience() };
    (0..n)
        .map(|i| {
            // Ids in another order than places, so that ties in score show which of the two decides.
            let id = (i as Id * 7919 + 13) % 100_003;
            let mut p = Party::new(id, kinds[r.below(5)]);
            let items = |r: &mut Rng, most: usize, sort: Id| -> Vec<Item> {
                (0..r.below(most + 1)).map(|s| item(r, id << 16 | sort << 8 | s as Id, vectors)).collect()
            };
            p.needs = items(r, 5, 1);
            p.offers = items(r, 4, 2);
            p.works = items(r, 2, 3);
            p.audience = guard(r);
            p.consents = r.hit(95);
            p.fields =
                Guarded { value: (0..r.below(4)).map(|_| 100 + r.below(12) as u32).collect(), audience: guard(r) };
            p.stages = Guarded { value: if r.hit(80) { 1 << r.below(7) } else { 0 }, audience: guard(r) };
            p.modalities = Guarded { value: r.below(8) as u32, audience: guard(r) };
            p.languages = Guarded { value: r.below(4) as u32, audience: guard(r) };
            let place = Place { country: r.below(3) as u32, region: r.below(4) as u32, building: r.below(4) as u32 };
            p.place = Guarded { value: place, audience: guard(r) };
            let other = |r: &mut Rng| (r.below(n) as Id * 7919 + 13) % 100_003;
            p.ties = (0..r.below(3))
                .map(|_| Tie { to: other(r), kind: TieKind::ALL[r.below(4)], audience: r.audience() })
                .collect();
            p.agreements =
                (0..r.below(2)).map(|_| Membership { agreement: r.below(5) as Id, audience: r.audience() }).collect();
            p.vetoes = (0..usize::from(r.hit(20))).map(|_| other(r)).collect();
            p.first_seen = r.below(1000) as i32;
            p
        })
        .collect()
}

pub fn corpus(parties: &[Party]) -> Corpus {
    Corpus::new(parties, Weights::default()).unwrap()
}

/// The list by scoring everybody, with the rule that a suggestion has two grounds applied through `reasons_against`.
pub fn brute(corpus: &Corpus, reader: &Reader, a: u32, k: usize) -> Vec<Suggestion> {
    let mut all: Vec<Suggestion> = (0..corpus.len() as u32)
        .filter_map(|b| corpus.score(reader, a, b).map(|score| Suggestion { party: b, score }))
        .filter(|s| reasons_against(corpus, reader, a, s.party, None).reasons.len() >= MIN_GROUNDS)
        .collect();
    all.sort_by(|x, y| y.score.total_cmp(&x.score).then(corpus.id_of(x.party).cmp(&corpus.id_of(y.party))));
    all.truncate(k);
    all
}
