//! The 1:1 meeting optimizer: who meets when, where and with whose interpreter (file format ems/1).
//!
//! A pure library: it reads no file and no clock (the caller lends one), starts only the threads it is allowed, and is
//! repeatable for a seed as far as the clock is. The way it works is described in `docs/meet.md`.
//!
//! ```
//! use engine::meet::{self, solve::{SolveOptions, solve}};
//! let text = meet::generate(meet::Profile::Rounds { labs: 3, companies: 4 }, 1);
//! let event = meet::read_instance(text.as_bytes()).expect("a generated event is valid");
//! let begin = std::time::Instant::now();
//! let outcome = solve(&event, &SolveOptions {
//!     clock: &|| begin.elapsed().as_secs_f64(), deadline: 0.2, threads: 1, seed: 1, start: None, freeze: &[], keep: false,
//!     progress: &|_| (), stop: &|| false,
//! });
//! let schedule = outcome.solution.expect("this event has a schedule");
//! let score = meet::check(&event, &schedule).expect("the solver only returns checked schedules");
//! assert!(score.weight <= outcome.bound);
//! for left_out in meet::explain(&event, &schedule) {
//!     println!("{}: {} ({})", left_out.request, left_out.why.en, left_out.remedy.en);
//! }
//! ```

mod anneal;
pub mod bound;
mod cause;
mod check;
mod enumerate;
mod exact;
mod explain;
mod frame;
mod generate;
mod gzip;
pub mod instance;
mod json;
mod options;
mod read;
mod reopt;
mod search;
mod solution;
pub mod solve;
mod state;
mod validate;
mod words;

pub use cause::{Cause, Names, Numbers};
pub use check::{Score, Violation, check};
pub use explain::{Explanation, Reason, explain, explain_named};
pub use generate::{Profile, generate};
pub use instance::Instance;
pub use json::ReadError;
pub use read::read_instance;
pub use reopt::changes;
pub use solution::{Meeting, Solution, read_solution, write_solution};
pub use words::Words;
