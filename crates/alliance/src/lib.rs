//! Agreements between parties, and later the federation of hubs that rests on them.

pub mod agreements;
