//! The first-order method behind the bound: primal-dual hybrid gradient with averaging, restarts and adaptive primal
//! weight, on the scaled problem. Any dual vector it returns gives a valid bound; convergence only makes it tight.

use super::Lp;

impl Lp {
    pub(super) fn column_price(&self, j: usize, y: &[f64]) -> f64 {
        let range = self.col_at[j] as usize..self.col_at[j + 1] as usize;
        range.map(|k| f64::from(self.col_val[k]) * y[self.col_row[k] as usize]).sum()
    }

    fn row_use(&self, i: usize, x: &[f64]) -> f64 {
        let range = self.row_at[i] as usize..self.row_at[i + 1] as usize;
        range.map(|k| f64::from(self.row_val[k]) * x[self.row_col[k] as usize]).sum()
    }

    /// Weak duality: for any `y` (clipped to its sign) no schedule weighs more than this.
    pub(super) fn dual_value(&self, y: &[f64]) -> f64 {
        let clip: Vec<f64> = y.iter().zip(&self.equal).map(|(&v, &e)| if e { v } else { v.max(0.0) }).collect();
        let rows: f64 = clip.iter().zip(&self.rhs).map(|(a, b)| a * b).sum();
        let cols: f64 =
            (0..self.cost.len()).map(|j| (self.cost[j] - self.column_price(j, &clip)).max(0.0) * self.upper[j]).sum();
        // Slack against rounding in the sums above.
        (rows + cols) * (1.0 + 1e-12) + 1e-7
    }
}

struct Scaled {
    /// Diagonal steps (Pock & Chambolle 2011): no matrix norm is needed.
    tau: Vec<f64>,
    sigma: Vec<f64>,
}

fn steps(lp: &Lp) -> Scaled {
    let abs = |v: &[f32]| v.iter().map(|a| f64::from(a.abs())).sum::<f64>().max(1e-9);
    let tau =
        (0..lp.cost.len()).map(|j| 1.0 / abs(&lp.col_val[lp.col_at[j] as usize..lp.col_at[j + 1] as usize])).collect();
    let sigma =
        (0..lp.rhs.len()).map(|i| 1.0 / abs(&lp.row_val[lp.row_at[i] as usize..lp.row_at[i + 1] as usize])).collect();
    Scaled { tau, sigma }
}

/// Runs the method; returns the best dual vector met and the number of iterations.
pub(super) fn solve(lp: &Lp, over: &dyn Fn() -> bool) -> (Vec<f64>, usize) {
    let s = steps(lp);
    let (n, m) = (lp.cost.len(), lp.rhs.len());
    let mut x = vec![0.0; n];
    let mut y = vec![0.0; m];
    let (mut x_sum, mut y_sum) = (vec![0.0; n], vec![0.0; m]);
    let (mut x_old, mut y_old) = (x.clone(), y.clone());
    let mut x_bar = vec![0.0; n];
    let mut best = (lp.dual_value(&y), y.clone());
    // Dual prices are of the size of the weights while the primal is of size 1.
    let mean = lp.cost.iter().sum::<f64>() / n.max(1) as f64;
    let mut omega = mean.max(1.0);
    let mut inner = 0usize;
    let mut last_error = f64::INFINITY;
    let mut restart_error = f64::INFINITY;
    let mut done = 0;
    for iteration in 1..=200_000 {
        done = iteration;
        for j in 0..n {
            let grad = lp.cost[j] - lp.column_price(j, &y);
            let v = (x[j] + s.tau[j] / omega * grad).clamp(0.0, lp.upper[j]);
            x_bar[j] = 2.0 * v - x[j];
            x[j] = v;
        }
        for (i, price) in y.iter_mut().enumerate() {
            let v = *price + s.sigma[i] * omega * (lp.row_use(i, &x_bar) - lp.rhs[i]);
            *price = if lp.equal[i] { v } else { v.max(0.0) };
        }
        inner += 1;
        for (a, b) in x_sum.iter_mut().zip(&x) {
            *a += b;
        }
        for (a, b) in y_sum.iter_mut().zip(&y) {
            *a += b;
        }
        if iteration % 40 != 0 {
            continue;
        }
        let k = 1.0 / inner as f64;
        let xa: Vec<f64> = x_sum.iter().map(|v| v * k).collect();
        let ya: Vec<f64> = y_sum.iter().map(|v| v * k).collect();
        let (ea, da) = error(lp, &xa, &ya);
        let (ec, dc) = error(lp, &x, &y);
        for (d, v) in [(da, &ya), (dc, &y)] {
            if d < best.0 {
                best = (d, v.clone());
            }
        }
        let (e, averaged) = if ea < ec { (ea, true) } else { (ec, false) };
        let enough = e <= 0.2 * restart_error
            || (e <= 0.8 * restart_error && e > last_error)
            || inner as f64 >= 0.36 * iteration as f64;
        last_error = e;
        if e < 1e-6 || over() {
            break;
        }
        if enough {
            if averaged {
                x = xa;
                y = ya;
            }
            let dist = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(p, q)| (p - q) * (p - q)).sum::<f64>().sqrt();
            let (dx, dy) = (dist(&x, &x_old), dist(&y, &y_old));
            if dx > 1e-9 && dy > 1e-9 {
                omega = (0.5 * (dy / dx).ln() + 0.5 * omega.ln()).exp();
            }
            x_old.copy_from_slice(&x);
            y_old.copy_from_slice(&y);
            x_sum.fill(0.0);
            y_sum.fill(0.0);
            inner = 0;
            restart_error = e;
        }
    }
    (best.1, done)
}

/// Relative size of what is wrong: duality gap and violated rows. Also the certified dual value.
fn error(lp: &Lp, x: &[f64], y: &[f64]) -> (f64, f64) {
    let value: f64 = lp.cost.iter().zip(x).map(|(a, b)| a * b).sum();
    let dual = lp.dual_value(y);
    let mut over = 0.0;
    let mut size = 0.0;
    for i in 0..lp.rhs.len() {
        let d = lp.row_use(i, x) - lp.rhs[i];
        let d = if lp.equal[i] { d.abs() } else { d.max(0.0) };
        over += d * d;
        size += lp.rhs[i] * lp.rhs[i];
    }
    let gap = (dual - value).abs() / (1.0 + dual.abs() + value.abs());
    ((over.sqrt() / (1.0 + size.sqrt())).hypot(gap), dual)
}
