//! Where parties meet: gatherings, matches and introductions, rounds of one-to-one meetings.
//!
//! Never here: agreements (they are asked through traits that the program wires), the directory's own rules.

pub mod gatherings;
pub mod introductions;
pub mod matching;
pub mod print;
pub mod rounds;
