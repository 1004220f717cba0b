//! Behaviour of accounts and access, through the real router on every engine that is at hand. Names that begin with a
//! number of the list of faults say which one they stand for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

mod harness;
mod links;
mod oidc;
mod passkeys;
mod privacy;
mod sessions;
mod setup;
mod staff;
mod tokens;
mod tries;
