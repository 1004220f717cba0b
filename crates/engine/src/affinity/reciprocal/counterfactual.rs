//! "Would not match if …" and "would match if …": single changes of one record that take a pair out of a list or into it.
//! Each one that is returned has been verified by making the list again with the change in place.

use super::corpus::Corpus;
use super::one::suggest_for;
use super::parts::Relation;
use super::party::{Id, Keys, PUBLIC, Reader, WORK};
use super::profile::{Profile, Side};
use super::reasons::Who;
use super::toplist::Suggestion;

/// A single change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Supposition {
    /// One of them did not seek this.
    WithoutNeed(Who, Id),
    /// One of them did not offer this, or had not done this.
    WithoutOffer(Who, Id),
    /// One of them also sought what the other offers under this id.
    WithNeed(Who, Id),
    /// One of them also offered what answers the need of the other with this id.
    WithOffer(Who, Id),
    /// The suggested one were only at these stages.
    Stages(u32),
    /// The suggested one spoke only these languages.
    Languages(u32),
    /// No agreement bound both.
    NoAgreement,
    /// An agreement bound both.
    Agreement,
}

/// A change and what it does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counterfactual {
    /// The change.
    pub change: Supposition,
    /// Score now and with the change.
    pub before: f32,
    /// See `before`.
    pub after: f32,
}

impl Side {
    /// This side without the item in `slot`.
    fn without(&self, slot: usize) -> Self {
        let mut side = Self { starts: vec![0], ..Self::default() };
        for s in (0..self.len()).filter(|s| *s != slot) {
            side.copy(self, s, self.kinds[s], self.audience[s]);
        }
        side.sort();
        side
    }

    /// Adds the item in `slot` of another side.
    fn copy(&mut self, from: &Self, slot: usize, kind: u8, audience: Keys) {
        let (keys, values) = from.sparse(slot);
        self.keys.extend_from_slice(keys);
        self.values.extend_from_slice(values);
        if let Some(vector) = from.vector(slot) {
            self.dense.resize(self.len() * vector.len(), 0.0);
            self.dense.extend_from_slice(vector);
        } else if !self.dense.is_empty() {
            self.dense.resize((self.len() + 1) * super::party::DIMENSIONS, 0.0);
        }
        self.ids.push(from.ids[slot]);
        self.kinds.push(kind);
        self.audience.push(audience);
        self.starts.push(self.keys.len() as u32);
        self.sort();
    }

    fn slot(&self, id: Id) -> Option<usize> {
        self.ids.iter().position(|i| *i == id)
    }
}

/// Kind of need that an offer of this kind answers.
fn answered(kind: u8) -> u8 {
    if kind == WORK { super::party::ItemKind::Technology as u8 } else { kind }
}

impl Corpus {
    /// The list of `a` with the change in place: whether `b` is in it, and the score of the pair. `None` when the change
    /// cannot be made (no such item) or the pair is excluded.
    pub fn suppose(&self, reader: &Reader, a: u32, b: u32, k: usize, change: Supposition) -> Option<(bool, f32)> {
        let list = suggest_for(self, reader, a, k + 1);
        self.suppose_against(reader, a, b, k, change, &list)
    }

    fn suppose_against(
        &self,
        reader: &Reader,
        a: u32,
        b: u32,
        k: usize,
        change: Supposition,
        list: &[Suggestion],
    ) -> Option<(bool, f32)> {
        let whole = self.pair(reader, a, b)?;
        let mut both: [Profile; 2] = [a, b].map(|i| self.profiles[i as usize].clone());
        let mut relation: Relation = whole.relation;
        // A copy of what the reader does not see would tell what it says.
        let own = reader.own.map(|o| self.id_of(o));
        let shown = |audience: Keys, owner: Id| audience & reader.keys != 0 || own == Some(owner);
        match change {
            Supposition::WithoutNeed(who, id) => {
                let needs = &mut both[who as usize].needs;
                *needs = needs.without(needs.slot(id)?);
            }
            Supposition::WithoutOffer(who, id) => {
                let offers = &mut both[who as usize].offers;
                *offers = offers.without(offers.slot(id)?);
            }
            Supposition::WithNeed(who, id) => {
                let [x, y] = &mut both;
                let (to, from) = if who == Who::First { (x, y) } else { (y, x) };
                let slot = from.offers.slot(id).filter(|s| shown(from.offers.audience[*s], from.id))?;
                to.needs.copy(&from.offers, slot, answered(from.offers.kinds[slot]), PUBLIC);
            }
            Supposition::WithOffer(who, id) => {
                let [x, y] = &mut both;
                let (to, from) = if who == Who::First { (x, y) } else { (y, x) };
                let slot = from.needs.slot(id).filter(|s| shown(from.needs.audience[*s], from.id))?;
                to.offers.copy(&from.needs, slot, from.needs.kinds[slot], PUBLIC);
            }
            Supposition::Stages(stages) => both[1].facets.stages = stages,
            Supposition::Languages(languages) => both[1].facets.languages = languages,
            Supposition::NoAgreement => relation.agreement = None,
            Supposition::Agreement => relation.agreement = relation.agreement.or(Some(u32::MAX)),
        }
        let pair = self.pair_of(reader, (a, &both[0]), (b, &both[1]), relation, [&[]; 2]);
        let grounded = pair.grounds() >= super::corpus::MIN_GROUNDS;
        // A change of the first party moves all its scores, so its list is made again.
        let first = matches!(
            change,
            Supposition::WithoutNeed(Who::First, _)
                | Supposition::WithoutOffer(Who::First, _)
                | Supposition::WithNeed(Who::First, _)
                | Supposition::WithOffer(Who::First, _)
        );
        let again;
        let list = if first {
            again = self.list_of(reader, a, &both[0], k + 1);
            &again
        } else {
            list
        };
        let last = list.iter().filter(|s| s.party != b).nth(k.max(1) - 1);
        let inside = grounded
            && k > 0
            && last
                .is_none_or(|l| pair.total > l.score || (pair.total == l.score && self.id_of(b) < self.id_of(l.party)));
        Some((inside, pair.total))
    }

    /// The changes that satisfy `inside`, smallest effect first.
    fn search(
        &self,
        reader: &Reader,
        a: u32,
        b: u32,
        k: usize,
        changes: Vec<Supposition>,
        inside: bool,
    ) -> Vec<Counterfactual> {
        let Some(whole) = self.pair(reader, a, b) else { return Vec::new() };
        let list = suggest_for(self, reader, a, k + 1);
        if list.iter().take(k).any(|s| s.party == b) == inside {
            return Vec::new();
        }
        let mut found: Vec<Counterfactual> = changes
            .into_iter()
            .filter_map(|change| {
                let (now, after) = self.suppose_against(reader, a, b, k, change, &list)?;
                (now == inside).then_some(Counterfactual { change, before: whole.total, after })
            })
            .collect();
        let size = |c: &Counterfactual| (c.after - c.before).abs();
        found.sort_by(|x, y| size(x).total_cmp(&size(y)));
        found
    }
}

/// Single changes without which `b` would not be among the best `k` of `a`, the smallest first. Empty when it is not among
/// them. Names only items that the reader sees.
pub fn would_not_match(corpus: &Corpus, reader: &Reader, a: u32, b: u32, k: usize) -> Vec<Counterfactual> {
    let Some(pair) = corpus.pair(reader, a, b) else { return Vec::new() };
    let mut changes = Vec::new();
    for (whose, other, x, y) in [(Who::First, Who::Second, a, b), (Who::Second, Who::First, b, a)] {
        for met in pair.met[whose as usize].iter().filter(|m| m.similarity > 0.0) {
            changes.push(Supposition::WithoutNeed(whose, corpus.profiles[x as usize].needs.ids[usize::from(met.need)]));
            changes
                .push(Supposition::WithoutOffer(other, corpus.profiles[y as usize].offers.ids[usize::from(met.offer)]));
        }
    }
    changes.sort_by_key(|c| match c {
        Supposition::WithoutNeed(w, id) => (0, *w, *id),
        Supposition::WithoutOffer(w, id) => (1, *w, *id),
        _ => (2, Who::First, 0),
    });
    changes.dedup();
    let [f, g] = &pair.facets;
    if f.stages & g.stages != 0 {
        // A stage that neither is nor neighbours one of the first party.
        let taken = f.stages | f.stages << 1 | f.stages >> 1;
        changes.extend((taken != u32::MAX).then(|| Supposition::Stages(1 << (!taken).trailing_zeros())));
    }
    if f.languages & g.languages != 0 && f.languages != u32::MAX {
        changes.push(Supposition::Languages(1 << (!f.languages).trailing_zeros()));
    }
    if pair.relation.agreement.is_some() {
        changes.push(Supposition::NoAgreement);
    }
    corpus.search(reader, a, b, k, changes, false)
}

/// Single changes with which `b` would be among the best `k` of `a`, the smallest first. Empty when it already is, or when
/// no single change is enough.
pub fn what_would_have_to_change(corpus: &Corpus, reader: &Reader, a: u32, b: u32, k: usize) -> Vec<Counterfactual> {
    let Some(pair) = corpus.pair(reader, a, b) else { return Vec::new() };
    let mut changes = Vec::new();
    for (who, other, x, y) in [(Who::First, Who::Second, a, b), (Who::Second, Who::First, b, a)] {
        let (p, q) = (&corpus.profiles[x as usize], &corpus.profiles[y as usize]);
        let seen = p.needs.visible(reader, x);
        let needs = p.needs.ids.iter().enumerate().filter(|(s, _)| seen >> s & 1 == 1);
        changes.extend(needs.map(|(_, id)| Supposition::WithOffer(other, *id)));
        let seen = q.offers.visible(reader, y);
        let offers = q.offers.ids.iter().enumerate().filter(|(s, _)| seen >> s & 1 == 1);
        changes.extend(offers.map(|(_, id)| Supposition::WithNeed(who, *id)));
    }
    let [f, g] = &pair.facets;
    if f.stages != 0 && g.stages != 0 && f.stages & g.stages == 0 {
        changes.push(Supposition::Stages(f.stages));
    }
    if f.languages != 0 && g.languages != 0 && f.languages & g.languages == 0 {
        changes.push(Supposition::Languages(f.languages));
    }
    if pair.relation.agreement.is_none() {
        changes.push(Supposition::Agreement);
    }
    corpus.search(reader, a, b, k, changes, true)
}
