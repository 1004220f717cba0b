//! Behaviour of the store, on every engine that can be reached.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::disallowed_methods)]

mod backup;
mod facade;
mod feed;
mod files;
mod folder;
mod jobs;
mod kill;
mod reads;
mod support;
mod writes;
