//! Pure decision engines of the hub. Nothing here reads a file, a clock or a database.

pub mod affinity;
pub mod meet;
pub mod ties;
