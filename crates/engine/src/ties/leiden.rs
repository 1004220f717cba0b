use super::Graph;
/// Communities.
pub fn leiden(graph: &Graph, _resolution: f64, _seed: u64) -> Vec<u32> {
    super::components(graph)
}
