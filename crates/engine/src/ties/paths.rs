use super::Graph;
/// A way from one node to another.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    pub nodes: Vec<u32>,
    pub strength: f32,
}
/// The way with the fewest ties.
pub fn shortest_path(_graph: &Graph, _a: u32, _b: u32) -> Option<Path> {
    None
}
/// The way with the largest product of strengths.
pub fn strongest_path(_graph: &Graph, _a: u32, _b: u32) -> Option<Path> {
    None
}
/// The strongest ways without loops.
pub fn paths(_graph: &Graph, _a: u32, _b: u32, _k: usize) -> Vec<Path> {
    Vec::new()
}
