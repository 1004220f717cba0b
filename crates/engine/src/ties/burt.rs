use super::Graph;
/// Burt's constraint.
pub fn constraint(graph: &Graph) -> Vec<f64> {
    vec![f64::NAN; graph.nodes()]
}
