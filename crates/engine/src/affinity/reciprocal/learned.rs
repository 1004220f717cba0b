//! Learned acceptance: how likely people like these say yes, from what became of earlier suggestions.
//!
//! Logistic regression over the named parts with a ridge penalty, fitted by Newton's method (iteratively reweighted least
//! squares; Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, 4.4.1). Off until there are
//! [`MIN_OUTCOMES`] outcomes with both answers among them. Coefficients of needs and offers are kept at or above zero, so
//! that a better match can never lower a score.

use super::parts::{Part, Parts};

/// Outcomes that are needed before anything is learned.
pub const MIN_OUTCOMES: usize = 200;
/// Strength of the ridge penalty on standardized parts; pulls coefficients to zero while outcomes are few.
const RIDGE: f64 = 4.0;
/// Features: both directions added (so that the model is the same from both sides), reciprocity, and the nine others.
const FEATURES: usize = 11;

/// What became of a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// One side declined.
    Declined,
    /// Both accepted.
    Accepted,
    /// They met; counts as accepted.
    Met,
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptance {
    /// Outcomes it was fitted on, and how many of them were accepted.
    pub outcomes: (usize, usize),
    /// Chance in log-odds when every part has its mean.
    pub intercept: f64,
    /// Part, coefficient per unit of the part (log-odds), standard error. Both directions share one coefficient and are
    /// listed once, as [`Part::NeedOffer`].
    pub coefficients: Vec<(Part, f64, f64)>,
    means: [f64; FEATURES],
}

const NAMES: [Part; FEATURES] = [
    Part::NeedOffer,
    Part::Reciprocity,
    Part::Field,
    Part::Stage,
    Part::Modality,
    Part::Language,
    Part::Place,
    Part::Sector,
    Part::Novelty,
    Part::Path,
    Part::Agreement,
];

fn features(parts: &Parts) -> [f64; FEATURES] {
    let mut x = NAMES.map(|p| f64::from(parts.value(p)));
    x[0] = f64::from(parts.need_offer + parts.offer_need);
    x
}

impl Acceptance {
    /// Fits the model; `None` while there are fewer than [`MIN_OUTCOMES`] outcomes, or all of one sort.
    pub fn fit(log: &[(Parts, Outcome)]) -> Option<Self> {
        let accepted = log.iter().filter(|(_, o)| *o != Outcome::Declined).count();
        if log.len() < MIN_OUTCOMES || accepted == 0 || accepted == log.len() {
            return None;
        }
        let n = log.len() as f64;
        let rows: Vec<[f64; FEATURES]> = log.iter().map(|(p, _)| features(p)).collect();
        if rows.iter().flatten().any(|x| !x.is_finite()) {
            return None;
        }
        let mut means = [0.0; FEATURES];
        let mut spreads = [0.0; FEATURES];
        for f in 0..FEATURES {
            means[f] = rows.iter().map(|r| r[f]).sum::<f64>() / n;
            spreads[f] = (rows.iter().map(|r| (r[f] - means[f]).powi(2)).sum::<f64>() / n).sqrt();
        }
        let standard: Vec<[f64; FEATURES]> = rows
            .iter()
            .map(|r| std::array::from_fn(|f| if spreads[f] > 1e-9 { (r[f] - means[f]) / spreads[f] } else { 0.0 }))
            .collect();
        let labels: Vec<f64> = log.iter().map(|(_, o)| if *o == Outcome::Declined { 0.0 } else { 1.0 }).collect();
        let mut active: Vec<usize> = (0..FEATURES).filter(|f| spreads[*f] > 1e-9).collect();
        loop {
            let (beta, errors) = newton(&standard, &labels, &active)?;
            // A part of needs and offers that came out negative is set to zero and the rest fitted again.
            let negative = active.iter().zip(&beta[1..]).find(|(f, b)| **f < 2 && **b < 0.0).map(|(f, _)| *f);
            if let Some(f) = negative {
                active.retain(|a| *a != f);
                continue;
            }
            let coefficients = (0..FEATURES)
                .map(|f| match active.iter().position(|a| *a == f) {
                    Some(at) => (NAMES[f], beta[at + 1] / spreads[f], errors[at + 1] / spreads[f]),
                    None => (NAMES[f], 0.0, 0.0),
                })
                .collect();
            return Some(Self { outcomes: (log.len(), accepted), intercept: beta[0], coefficients, means });
        }
    }

    /// Chance of acceptance, 0..=1.
    pub fn chance(&self, parts: &Parts) -> f32 {
        let x = features(parts);
        let z = (0..FEATURES).fold(self.intercept, |z, f| z + self.coefficients[f].1 * (x[f] - self.means[f]));
        sigmoid(z) as f32
    }
}

fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z.clamp(-30.0, 30.0)).exp())
}

/// Coefficients and standard errors, intercept first. `None` if the equations cannot be solved.
fn newton(rows: &[[f64; FEATURES]], labels: &[f64], active: &[usize]) -> Option<(Vec<f64>, Vec<f64>)> {
    let d = active.len() + 1;
    let mut beta = vec![0.0; d];
    let mut factor = Vec::new();
    for _ in 0..50 {
        let mut gradient = vec![0.0; d];
        let mut hessian = vec![0.0; d * d];
        for (row, label) in rows.iter().zip(labels) {
            let x = |i: usize| if i == 0 { 1.0 } else { row[active[i - 1]] };
            let p = sigmoid((0..d).map(|i| beta[i] * x(i)).sum());
            let weight = p * (1.0 - p);
            for i in 0..d {
                gradient[i] += (label - p) * x(i);
                for j in 0..=i {
                    hessian[i * d + j] += weight * x(i) * x(j);
                }
            }
        }
        for i in 1..d {
            gradient[i] -= RIDGE * beta[i];
            hessian[i * d + i] += RIDGE;
        }
        hessian[0] += 1e-9;
        factor = cholesky(hessian, d)?;
        let step = solve(&factor, &gradient, d);
        let length = step.iter().fold(0.0f64, |m, s| m.max(s.abs()));
        let shorten = if length > 4.0 { 4.0 / length } else { 1.0 };
        beta.iter_mut().zip(&step).for_each(|(b, s)| *b += s * shorten);
        if length < 1e-10 {
            break;
        }
    }
    let errors = (0..d)
        .map(|i| {
            let mut unit = vec![0.0; d];
            unit[i] = 1.0;
            solve(&factor, &unit, d)[i].max(0.0).sqrt()
        })
        .collect();
    Some((beta, errors))
}

/// Lower Cholesky factor of a symmetric matrix given by its lower half.
fn cholesky(mut a: Vec<f64>, d: usize) -> Option<Vec<f64>> {
    for i in 0..d {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| a[i * d + k] * a[j * d + k]).sum();
            let rest = a[i * d + j] - dot;
            if i == j {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                a[i * d + i] = rest.sqrt();
            } else {
                a[i * d + j] = rest / a[j * d + j];
            }
        }
    }
    Some(a)
}

fn solve(l: &[f64], b: &[f64], d: usize) -> Vec<f64> {
    let mut x = b.to_vec();
    for i in 0..d {
        let dot: f64 = (0..i).map(|k| l[i * d + k] * x[k]).sum();
        x[i] = (x[i] - dot) / l[i * d + i];
    }
    for i in (0..d).rev() {
        let dot: f64 = (i + 1..d).map(|k| l[k * d + i] * x[k]).sum();
        x[i] = (x[i] - dot) / l[i * d + i];
    }
    x
}
