//! What all the others tell, seen as a whole: the map of ties.
//!
//! Never here: records of its own, rules of other subsystems. Nobody depends on this crate; it reads record types by their
//! descriptions, and what is no record through traits that the program wires.

pub mod map;
