//! Tests of the whole program, put together as it is when served: permissions of every route, the sample hub with the
//! contradictions of its sources, export and import of everything, and the rules of how the code is laid out.
//! Never here: tests of one subsystem.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod counts;
mod exchange;
mod hub;
mod layout;
mod map;
mod meet;
mod permissions;
mod promises;
mod round;
mod sample;
mod schema;
mod templates;
mod traps;
