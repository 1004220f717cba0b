//! Things on paper, as PDF (ISO 32000-1): text with Japanese glyphs, rules, QR codes. Lengths are millimetres from the upper
//! left corner, sizes of letters are points.
//!
//! Never here: what is printed.

mod font;
mod lines;
mod paper;
mod write;

#[cfg(test)]
mod tests;

pub use font::{Faces, Library};
pub use paper::{Align, Block, Paper, Weight};

#[cfg(test)]
pub use tests::library;
