//! The rules of gatherings, pure: states, times, who may register, who moves up, what a timetable looks like.
//!
//! Never here: a database, a clock, HTML.

pub mod admission;
pub mod answers;
pub mod changelog;
pub mod icalendar;
pub mod membership;
pub mod survey;
pub mod template;
pub mod timetable;
pub mod vtimezone;
pub mod waiting;
pub mod when;

/// Where a gathering stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    Draft,
    Published,
    Cancelled,
}

impl State {
    /// Unknown codes are drafts: nobody outside sees them.
    pub fn from_code(code: &str) -> State {
        match code {
            "published" => State::Published,
            "cancelled" => State::Cancelled,
            _ => State::Draft,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Published => "published",
            State::Cancelled => "cancelled",
        }
    }

    /// A gathering that was announced is never a draft again: people may have it in their calendars.
    pub fn may_become(self, next: State) -> bool {
        self == next || next != State::Draft
    }
}
