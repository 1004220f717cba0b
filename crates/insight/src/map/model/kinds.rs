//! Kinds of ties: what they weigh, how fast they fade, under which line of the legend they stand. The table is the policy;
//! `docs/map.md` explains it.

use kernel::{Both, both};

/// What ties two parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    Agreement,
    /// A coded promise of an agreement, beside the agreement itself.
    Clause,
    /// A recorded use of a clause.
    Use,
    /// A joint research chair or institute and those who pay for it.
    Chair,
    Role,
    /// A unit within its organization or unit; parent, branch, founder, operator.
    Structure,
    /// Any other stated relation between organizations.
    Relation,
    Membership,
    Introduction,
    /// What came of an introduction, when both sides say that something did.
    Outcome,
    Meeting,
    /// Carrying a gathering together.
    Cohost,
    /// Being at the same gathering, by those who agreed to be listed.
    Participation,
}

/// A line of the legend: several kinds under one word and one colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Legend {
    Promise,
    Structure,
    Membership,
    Introduction,
    Gathering,
}

use Kind as K;

impl Kind {
    pub const ALL: [Kind; 13] = [
        K::Agreement,
        K::Clause,
        K::Use,
        K::Chair,
        K::Role,
        K::Structure,
        K::Relation,
        K::Membership,
        K::Introduction,
        K::Outcome,
        K::Meeting,
        K::Cohost,
        K::Participation,
    ];

    pub const fn code(self) -> &'static str {
        self.row().0
    }

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    pub const fn label(self) -> Both {
        self.row().1
    }

    /// Strength on its best day, in thousandths.
    pub const fn weight(self) -> i64 {
        self.row().2
    }

    /// Years after its end in which it loses half of its strength.
    pub const fn half_life(self) -> f64 {
        self.row().3
    }

    pub const fn legend(self) -> Legend {
        self.row().4
    }

    /// Code, words, weight, half-life in years, legend.
    const fn row(self) -> (&'static str, Both, i64, f64, Legend) {
        use Legend as L;
        match self {
            K::Agreement => ("agreement", both("協定・覚書", "Agreement"), 600, 5.0, L::Promise),
            K::Clause => ("clause", both("条項", "Clause"), 50, 5.0, L::Promise),
            K::Use => ("use", both("条項の活用", "Use of a clause"), 150, 3.0, L::Promise),
            K::Chair => ("chair", both("共同研究講座", "Joint research chair"), 800, 5.0, L::Promise),
            K::Role => ("role", both("役職", "Role"), 700, 3.0, L::Structure),
            K::Structure => ("structure", both("組織の親子", "Part of"), 900, 3.0, L::Structure),
            K::Relation => ("relation", both("組織の関係", "Relation"), 500, 5.0, L::Structure),
            K::Membership => ("membership", both("会員・委員", "Membership"), 400, 2.0, L::Membership),
            K::Introduction => ("introduction", both("紹介", "Introduction"), 400, 2.0, L::Introduction),
            K::Outcome => ("outcome", both("紹介の成果", "Outcome of an introduction"), 500, 3.0, L::Introduction),
            K::Meeting => ("meeting", both("面談", "Meeting held"), 300, 2.0, L::Introduction),
            K::Cohost => ("cohost", both("催しの共催", "Held a gathering together"), 150, 1.5, L::Gathering),
            K::Participation => {
                ("participation", both("同じ催しに参加", "At the same gathering"), 50, 1.0, L::Gathering)
            }
        }
    }
}

impl Legend {
    pub const ALL: [Legend; 5] =
        [Legend::Promise, Legend::Structure, Legend::Membership, Legend::Introduction, Legend::Gathering];

    pub const fn code(self) -> &'static str {
        match self {
            Legend::Promise => "promise",
            Legend::Structure => "structure",
            Legend::Membership => "membership",
            Legend::Introduction => "introduction",
            Legend::Gathering => "gathering",
        }
    }

    pub fn from_code(code: &str) -> Option<Legend> {
        Legend::ALL.into_iter().find(|legend| legend.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Legend::Promise => both("協定・共同研究", "Agreements, joint research"),
            Legend::Structure => both("組織と役職", "Structure and roles"),
            Legend::Membership => both("会員・委員", "Membership"),
            Legend::Introduction => both("紹介・面談", "Introductions, meetings"),
            Legend::Gathering => both("催しで同席", "Met at a gathering"),
        }
    }

    /// Number of its colour and dash in the style sheet.
    pub const fn class(self) -> u8 {
        match self {
            Legend::Promise => 1,
            Legend::Structure => 2,
            Legend::Membership => 3,
            Legend::Introduction => 4,
            Legend::Gathering => 5,
        }
    }
}
