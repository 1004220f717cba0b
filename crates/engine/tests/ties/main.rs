//! `engine::ties` against reference values and against brute force.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod bridges;
mod files;
mod golden;
mod hostile;
mod measures;
mod plain;
