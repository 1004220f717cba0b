//! How good the answers to a task are, against a gold standard: nDCG (Järvelin & Kekäläinen 2002) with exponential gains, mean
//! reciprocal rank and top-1 for `search`; the weighted Kendall loss of Stelmakh et al. 2023 for `rank`.
//!
//! Never here: tuning.

use crate::affinity::index::is_sure;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Values of profiles per request. Bigger is better; 0 is not relevant.
#[derive(Debug, Clone, Deserialize)]
pub struct Gold {
    pub gold: BTreeMap<String, BTreeMap<String, f64>>,
}

/// Scores as answered: request, profile, score.
pub type Answers = BTreeMap<String, BTreeMap<String, f64>>;

/// Means over the requests of a `search` task, each from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SearchMeasures {
    pub ndcg: f64,
    pub reciprocal_rank: f64,
    pub first: f64,
}

/// Measures of a `search` task over the best `k` answers of each request. Equal scores are ordered by profile id.
pub fn search(gold: &Gold, answers: &Answers, k: usize) -> SearchMeasures {
    let mut sums = (0.0, 0.0, 0.0);
    for (request, relevant) in &gold.gold {
        let empty = BTreeMap::new();
        let mut run: Vec<(&String, f64)> =
            answers.get(request).unwrap_or(&empty).iter().map(|(profile, score)| (profile, *score)).collect();
        run.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        run.truncate(k);
        let gain = |profile: &String| relevant.get(profile).copied().unwrap_or(0.0);
        let gains: Vec<f64> = run.iter().map(|(profile, _)| gain(profile)).collect();
        let mut ideal: Vec<f64> = relevant.values().copied().collect();
        ideal.sort_by(|a, b| b.total_cmp(a));
        ideal.truncate(k);
        let best = discounted(&ideal);
        sums.0 += if best > 0.0 { discounted(&gains) / best } else { 0.0 };
        sums.1 += gains.iter().position(|gain| *gain > 0.0).map_or(0.0, |at| 1.0 / (at as f64 + 1.0));
        sums.2 += f64::from(u8::from(gains.first().is_some_and(|gain| *gain > 0.0)));
    }
    let count = gold.gold.len().max(1) as f64;
    SearchMeasures { ndcg: sums.0 / count, reciprocal_rank: sums.1 / count, first: sums.2 / count }
}

/// What comes of taking only what is sure, and saying "none of these" otherwise ([`is_sure`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SureMeasures {
    /// Share of the requests that have a sure answer.
    pub answered: f64,
    /// Share of the sure answers that are right; 1 when there is none.
    pub right: f64,
}

/// Measures "none of these" over a `search` task.
pub fn sure(gold: &Gold, answers: &Answers) -> SureMeasures {
    let (mut answered, mut right) = (0, 0);
    for (request, relevant) in &gold.gold {
        let mut run: Vec<(f64, &String)> =
            answers.get(request).into_iter().flatten().map(|(profile, score)| (*score, profile)).collect();
        run.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let Some((first, profile)) = run.first() else { continue };
        let second = run.get(1).map_or(0.0, |(score, _)| *score);
        if is_sure(*first as f32, second as f32) {
            answered += 1;
            right += u32::from(relevant.get(*profile).is_some_and(|gain| *gain > 0.0));
        }
    }
    let share = |part: u32, whole: usize| if whole == 0 { 1.0 } else { f64::from(part) / whole as f64 };
    SureMeasures { answered: share(answered, gold.gold.len()), right: share(right, answered as usize) }
}

fn discounted(gains: &[f64]) -> f64 {
    gains.iter().enumerate().map(|(at, gain)| (gain.exp2() - 1.0) / (at as f64 + 2.0).log2()).sum()
}

/// The share of the gold differences that is ordered wrongly, 0 best, 0.5 a coin toss. A pair without an order counts half.
pub fn rank_loss(gold: &Gold, answers: &Answers) -> f64 {
    let (mut lost, mut possible) = (0.0, 0.0);
    for (request, values) in &gold.gold {
        let scores = answers.get(request);
        let score = |profile: &String| scores.and_then(|scores| scores.get(profile)).copied();
        let list: Vec<(&String, f64)> = values.iter().map(|(profile, value)| (profile, *value)).collect();
        for (index, (one, value)) in list.iter().enumerate() {
            for (other, other_value) in &list[index + 1..] {
                let difference = value - other_value;
                possible += difference.abs();
                lost += difference.abs()
                    * match (score(one), score(other)) {
                        (Some(a), Some(b)) if a != b => f64::from(u8::from((a - b) * difference <= 0.0)),
                        _ => 0.5,
                    };
            }
        }
    }
    if possible > 0.0 { lost / possible } else { 0.0 }
}

/// Reads answers as [`super::answer`] writes them; lines that are none are passed over.
pub fn read_answers(text: &str) -> Answers {
    #[derive(Deserialize)]
    struct Line {
        request: String,
        profile: String,
        score: f64,
    }
    let mut answers = Answers::new();
    for line in text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok()) {
        answers.entry(line.request).or_default().insert(line.profile, line.score);
    }
    answers
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, f64)]) -> BTreeMap<String, f64> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), *value)).collect()
    }

    #[test]
    fn a_hit_on_the_second_place_is_discounted_by_the_logarithm_of_three() {
        let gold = Gold { gold: [("q".to_owned(), map(&[("a", 1.0)]))].into() };
        let answers: Answers = [("q".to_owned(), map(&[("a", 1.0), ("b", 2.0)]))].into();
        let got = search(&gold, &answers, 10);
        assert!((got.ndcg - 1.0 / 3f64.log2()).abs() < 1e-12);
        assert_eq!((got.reciprocal_rank, got.first), (0.5, 0.0));
        assert_eq!(search(&gold, &Answers::new(), 10), SearchMeasures { ndcg: 0.0, reciprocal_rank: 0.0, first: 0.0 });
    }

    #[test]
    fn only_sure_answers_count_beside_none_of_these() {
        let right = |profile: &str| map(&[(profile, 1.0)]);
        let gold = Gold {
            gold: [("q", "a"), ("r", "a"), ("s", "b"), ("t", "a")].map(|(q, p)| (q.to_owned(), right(p))).into(),
        };
        let (clear, near) = (map(&[("a", 2.0), ("b", 1.0)]), map(&[("a", 2.0), ("b", 1.9)]));
        let answers = [("q", clear.clone()), ("r", near), ("s", clear)].map(|(q, run)| (q.to_owned(), run)).into();
        assert_eq!(sure(&gold, &answers), SureMeasures { answered: 0.5, right: 0.5 });
        assert_eq!(sure(&gold, &Answers::new()), SureMeasures { answered: 0.0, right: 1.0 });
    }

    #[test]
    fn a_wrong_order_loses_its_difference_and_a_tie_half_of_it() {
        let gold = Gold { gold: [("s".to_owned(), map(&[("a", 5.0), ("b", 3.0), ("c", 2.0)]))].into() };
        let right: Answers = [("s".to_owned(), map(&[("a", 3.0), ("b", 2.0), ("c", 1.0)]))].into();
        assert!(rank_loss(&gold, &right).abs() < 1e-12);
        let tie: Answers = [("s".to_owned(), map(&[("a", 3.0), ("b", 3.0), ("c", 1.0)]))].into();
        assert!((rank_loss(&gold, &tie) - 1.0 / 6.0).abs() < 1e-12);
        assert!((rank_loss(&gold, &Answers::new()) - 0.5).abs() < 1e-12);
    }
}
