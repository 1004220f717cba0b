//! Reasons and counterfactuals, each recomputed.

use crate::hub::*;
use engine::affinity::reciprocal::*;
use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

/// The change made in the records themselves.
fn apply(parties: &mut [Party], a: usize, b: usize, change: Supposition) {
    let at = |w: Who| if w == Who::First { a } else { b };
    let other = |w: Who| if w == Who::First { b } else { a };
    match change {
        Supposition::WithoutNeed(w, id) => parties[at(w)].needs.retain(|i| i.id != id),
        Supposition::WithoutOffer(w, id) => {
            parties[at(w)].offers.retain(|i| i.id != id);
            parties[at(w)].works.retain(|i| i.id != id);
        }
        Supposition::WithNeed(w, id) => {
            let from = &parties[other(w)];
            let declared = from.offers.iter().find(|i| i.id == id).cloned();
            let done = || from.works.iter().find(|i| i.id == id).cloned().unwrap();
            let item = declared.unwrap_or_else(|| Item { kind: ItemKind::Technology, ..done() });
            parties[at(w)].needs.push(Item { audience: PUBLIC, ..item });
        }
        Supposition::WithOffer(w, id) => {
            let item = parties[other(w)].needs.iter().find(|i| i.id == id).cloned().unwrap();
            let place = &mut parties[at(w)].offers;
            place.push(Item { audience: PUBLIC, ..item });
        }
        Supposition::Stages(s) => parties[b].stages.value = s,
        Supposition::Languages(l) => parties[b].languages.value = l,
        Supposition::NoAgreement => {
            let mine: Vec<Id> = parties[a].agreements.iter().map(|m| m.agreement).collect();
            parties[b].agreements.retain(|m| !mine.contains(&m.agreement));
        }
        Supposition::Agreement => {
            for p in [a, b] {
                parties[p].agreements.push(Membership { agreement: 1 << 120, audience: PUBLIC });
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5))]

    #[test]
    fn without_the_reasons_shown_the_pair_leaves_the_list(seed: u64, vectors: bool) {
        let corpus = corpus(&hub(seed, 120, vectors));
        let (mut all, mut sufficient) = (0, 0);
        for a in 0..120 {
            let reader = Reader::of(MEMBERS, a);
            let list = suggest_for(&corpus, &reader, a, 21);
            if list.len() < 21 {
                continue;
            }
            for s in list.iter().take(20).step_by(3) {
                let why = reasons(&corpus, &reader, a, s.party, 20);
                prop_assert!(why.reasons.len() >= 2);
                prop_assert_eq!(why.score, s.score);
                let facts: Vec<Fact> = why.reasons.iter().map(|r| r.fact.clone()).collect();
                let without = corpus.score_without(&reader, a, s.party, &facts).unwrap();
                prop_assert_eq!(without, why.without);
                prop_assert_eq!(why.bar, Some(list[20].score));
                all += 1;
                sufficient += usize::from(without < list[20].score);
                prop_assert!((why.reasons.iter().map(|r| r.contribution).sum::<f32>() - (why.score - without)).abs() < 1e-4);
            }
        }
        prop_assert_eq!(all, sufficient);
    }

    #[test]
    fn every_counterfactual_comes_true_when_the_records_are_changed(seed: u64) {
        let parties = hub(seed, 60, true);
        let corpus = corpus(&parties);
        let r = &mut Rng(seed);
        let (mut out, mut into) = (0, 0);
        for _ in 0..6 {
            let a = r.below(60) as u32;
            let reader = Reader::of(MEMBERS, a);
            let list = suggest_for(&corpus, &reader, a, 12);
            let mut check = |b: u32, found: Vec<Counterfactual>, inside: bool| {
                for c in found.iter().take(4) {
                    let mut changed = parties.clone();
                    apply(&mut changed, a as usize, b as usize, c.change);
                    let again = Corpus::new(&changed, Weights::default()).unwrap();
                    let now = suggest_for(&again, &reader, a, 5);
                    prop_assert_eq!(now.iter().any(|s| s.party == b), inside, "{:?}", c);
                    prop_assert_eq!(again.score(&reader, a, b), Some(c.after));
                    prop_assert_eq!(corpus.suppose(&reader, a, b, 5, c.change), Some((inside, c.after)));
                    *if inside { &mut into } else { &mut out } += 1;
                }
                Ok(())
            };
            for s in list.iter().take(2).chain(list.iter().skip(4).take(1)) {
                check(s.party, would_not_match(&corpus, &reader, a, s.party, 5), false)?;
            }
            for s in list.iter().skip(6).take(3) {
                check(s.party, what_would_have_to_change(&corpus, &reader, a, s.party, 5), true)?;
            }
        }
        prop_assert!(out + into > 0);
    }
}

struct Plain;

impl Labels for Plain {
    fn party(&self, who: Who) -> Words {
        let (ja, en) = if who == Who::First { ("甲研究室", "Lab A") } else { ("乙社", "Company B") };
        Words { ja: ja.into(), en: en.into() }
    }
    fn record(&self, id: Id) -> Words {
        Words { ja: format!("記録{id}"), en: format!("record {id}") }
    }
    fn concept(&self, concept: u32) -> Words {
        Words { ja: format!("概念{concept}"), en: format!("concept {concept}") }
    }
    fn term(&self, term: u32) -> Option<Words> {
        term.is_multiple_of(2).then(|| Words { ja: format!("語{term}"), en: format!("word {term}") })
    }
    fn stage(&self, bit: u32) -> Words {
        Words { ja: format!("第{bit}段階"), en: format!("stage {bit}") }
    }
    fn modality(&self, bit: u32) -> Words {
        Words { ja: format!("手段{bit}"), en: format!("modality {bit}") }
    }
    fn language(&self, bit: u32) -> Words {
        let (ja, en) = [("日本語", "Japanese"), ("英語", "English")][bit as usize % 2];
        Words { ja: ja.into(), en: en.into() }
    }
}

#[test]
fn every_reason_and_counterfactual_is_a_sentence_in_both_languages() {
    let corpus = corpus(&hub(77, 80, true));
    let mut seen = 0;
    for a in 0..80 {
        let reader = Reader::of(PUBLIC, a);
        for s in suggest_for(&corpus, &reader, a, 3) {
            let why = reasons(&corpus, &reader, a, s.party, 3);
            let out = would_not_match(&corpus, &reader, a, s.party, 3);
            let words = why.reasons.iter().map(|r| reason_words(r, &Plain));
            for w in words.chain(out.iter().map(|c| counterfactual_words(c, false, &Plain))) {
                assert!(w.ja.ends_with('。') && w.en.ends_with('.') && !w.en.contains("  "), "{w:?}");
                seen += 1;
            }
        }
    }
    assert!(seen > 100);
    let fact = Fact::Language(3);
    let words = reason_words(&Reason { fact, contribution: 0.05 }, &Plain);
    assert_eq!(
        words,
        Words { ja: "日本語、英語で話せます。".into(), en: "They can talk in Japanese, English.".into() }
    );
}
