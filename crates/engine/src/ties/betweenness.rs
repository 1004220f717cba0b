use super::Graph;
/// Sampled.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    pub scores: Vec<f64>,
    pub error: f64,
}
/// Pairs of others.
pub fn betweenness(graph: &Graph, _threads: usize) -> Vec<f64> {
    vec![0.0; graph.nodes()]
}
/// The same from a sample.
pub fn betweenness_sampled(graph: &Graph, _pivots: usize, _seed: u64, threads: usize) -> Sampled {
    Sampled { scores: betweenness(graph, threads), error: 1.0 }
}
