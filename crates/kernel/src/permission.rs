//! Roles that accounts hold, and what each lets them do.
//!
//! A permission says what may be *done*; what may be *seen* is the audience's matter. Never here: rules
//! about one record (those are the policies of its subsystem).

use crate::lang::{Both, both};
use serde::{Deserialize, Serialize};

/// What an account is for the hub. An account may hold several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Member,
    OrganizationManager,
    Concierge,
    Programme,
    Events,
    Facilities,
    Agreements,
    Director,
    Administrator,
    PartnerHub,
}

/// Something that can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    /// Create and edit any organization, unit, person, listing.
    EditDirectory,
    /// Accept or decline what members propose; merge duplicates.
    ReviewDirectory,
    /// Create and edit agreements, clauses, evidence.
    EditAgreements,
    /// Prepare, plan and publish discussion rounds and partnering events.
    RunRounds,
    /// Create and edit gatherings and their timetables; answer registrations; check people in.
    EditGatherings,
    /// Bring tables in, and take whole tables out.
    Import,
    Export,
    /// Read the change feed of records one may see.
    ReadHistory,
    /// See and cancel everybody's jobs.
    ManageJobs,
    /// Invite people, give roles, close accounts.
    ManageAccounts,
    /// The hub's own name, languages, vocabularies, sign-in methods.
    ManageHub,
    /// Propose changes to the records of parties one acts for, and post their listings.
    EditOwnParty,
    /// Answer personal data requests of others.
    HandlePrivacy,
}

use Permission as P;

impl Role {
    pub const ALL: [Role; 10] = [
        Role::Member,
        Role::OrganizationManager,
        Role::Concierge,
        Role::Programme,
        Role::Events,
        Role::Facilities,
        Role::Agreements,
        Role::Director,
        Role::Administrator,
        Role::PartnerHub,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Role::Member => "member",
            Role::OrganizationManager => "organization_manager",
            Role::Concierge => "concierge",
            Role::Programme => "programme",
            Role::Events => "events",
            Role::Facilities => "facilities",
            Role::Agreements => "agreements",
            Role::Director => "director",
            Role::Administrator => "administrator",
            Role::PartnerHub => "partner_hub",
        }
    }

    pub fn from_code(code: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Role::Member => both("会員", "Member"),
            Role::OrganizationManager => both("組織の管理者", "Organization manager"),
            Role::Concierge => both("コンシェルジュ", "Concierge"),
            Role::Programme => both("プログラム担当", "Programme staff"),
            Role::Events => both("催し担当", "Events staff"),
            Role::Facilities => both("施設担当", "Facilities staff"),
            Role::Agreements => both("協定担当", "Agreements staff"),
            Role::Director => both("責任者", "Director"),
            Role::Administrator => both("システム管理者", "Administrator"),
            Role::PartnerHub => both("連携拠点", "Partner hub"),
        }
    }

    /// People who work for the hub.
    pub const fn is_staff(self) -> bool {
        !matches!(self, Role::Member | Role::OrganizationManager | Role::PartnerHub)
    }

    pub const fn permissions(self) -> &'static [Permission] {
        match self {
            Role::Member => &[P::EditOwnParty],
            Role::OrganizationManager => &[P::EditOwnParty],
            Role::Concierge => {
                &[P::EditDirectory, P::ReviewDirectory, P::Import, P::Export, P::ReadHistory, P::EditOwnParty]
            }
            Role::Programme | Role::Events => &[
                P::EditDirectory,
                P::EditGatherings,
                P::RunRounds,
                P::Import,
                P::Export,
                P::ReadHistory,
                P::EditOwnParty,
            ],
            Role::Facilities => &[P::ReadHistory, P::EditOwnParty],
            Role::Agreements => {
                &[P::EditDirectory, P::EditAgreements, P::Import, P::Export, P::ReadHistory, P::EditOwnParty]
            }
            Role::Director => &[
                P::EditDirectory,
                P::ReviewDirectory,
                P::EditAgreements,
                P::RunRounds,
                P::EditGatherings,
                P::Import,
                P::Export,
                P::ReadHistory,
                P::ManageJobs,
                P::EditOwnParty,
                P::HandlePrivacy,
            ],
            Role::Administrator => &[
                P::EditDirectory,
                P::ReviewDirectory,
                P::EditAgreements,
                P::RunRounds,
                P::EditGatherings,
                P::Import,
                P::Export,
                P::ReadHistory,
                P::ManageJobs,
                P::ManageAccounts,
                P::ManageHub,
                P::EditOwnParty,
                P::HandlePrivacy,
            ],
            Role::PartnerHub => &[],
        }
    }
}
