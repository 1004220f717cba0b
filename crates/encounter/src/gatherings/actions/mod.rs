//! What can be done with gatherings, one function per verb, each as one transaction.

pub mod answer;
pub mod bring_in;
pub mod cancel;
pub mod check_in;
pub mod clone;
pub mod hooks;
pub mod life;
pub mod memberships;
pub mod merge;
pub mod personal;
pub mod promises;
pub mod register;
pub mod seating;
pub mod survey;
pub mod templates;
