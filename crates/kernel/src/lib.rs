//! Words that every part of Musubi shares: languages, text, dates, names, identifiers, audiences, actors,
//! permissions, changes, record descriptions and errors.
//!
//! Never here: input or output, async code, a clock read, SQL, HTML.

pub mod actor;
pub mod approx;
pub mod audience;
pub mod calendar;
pub mod change;
pub mod clock;
pub mod collate;
pub mod decimal;
pub mod edtf;
pub mod error;
pub mod fold;
pub mod identifier;
pub mod lang;
pub mod legal_form;
pub mod money;
pub mod name;
pub mod permission;
pub mod record;
pub mod stem;
pub mod text;
pub mod value_error;
pub mod wall_time;

pub use actor::Actor;
pub use audience::{Audience, Level};
pub use change::Change;
pub use clock::Clock;
pub use error::{Error, FieldErrors, Result};
pub use lang::{Both, Lang, both};
pub use permission::{Permission, Role};
pub use text::Text;
pub use uuid::Uuid;
pub use wall_time::WallTime;
