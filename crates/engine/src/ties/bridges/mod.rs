//! The bridge finder.
use super::Graph;
/// One introduction.
#[derive(Debug, Clone, PartialEq)]
pub struct Bridge {
    pub a: u32,
    pub b: u32,
    pub gain: f64,
}
/// The answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bridges {
    pub picks: Vec<Bridge>,
    pub before: f64,
    pub after: f64,
    pub bound: f64,
    pub exact: bool,
}
/// Finds.
pub fn find(
    _graph: &Graph,
    _left: &[u32],
    _right: &[u32],
    _candidates: &[(u32, u32, f32)],
    _k: usize,
    _decay: f64,
) -> Bridges {
    Bridges::default()
}
