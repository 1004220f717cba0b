//! The connections of a hub as a graph: who stands between whom, which parts hold together, how one reaches another, and
//! which new tie would bring two groups closest (`docs/ties.md`).
//!
//! A pure library: it reads no file and no clock, starts only the threads it is allowed, and gives the same result for the
//! same graph and seed on any number of threads. Never here: what a tie is, who may see it, and how it is drawn.

mod basic;
mod betweenness;
mod brandes;
pub mod bridges;
mod burt;
mod graph;
mod layout;
mod leiden;
mod meet;
mod mixing;
mod paths;
mod random;
pub mod read;

pub use basic::{components, core_numbers, degrees, strengths};
pub use betweenness::{CONFIDENCE, Sampled, betweenness, betweenness_sampled};
pub use burt::{constraint, effective_size};
pub use graph::Graph;
pub use layout::layout;
pub use leiden::{leiden, modularity};
pub use mixing::{EiIndex, Mixing, NO_GROUP, ei_index, mixing};
pub use paths::{Path, paths, shortest_path, strongest_path};
