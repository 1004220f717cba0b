//! Reciprocal matching against brute force, and its promises as properties of random hubs.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod explain;
mod hostile;
mod hub;
mod lists;
mod scores;
mod spread;
