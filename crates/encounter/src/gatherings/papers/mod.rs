//! What a gathering prints: badges and certificates of attendance. Each speaks the language of the person it is for.
//!
//! Never here: who may have one, and the file format.

mod badge;
mod certificate;

pub use badge::{Badge, badges, sheets};
pub use certificate::{Certificate, certificates};

use super::store::Registration;
use kernel::record::Record;
use kernel::{Lang, Text};

/// What stands on all papers of a gathering.
pub struct Occasion<'a> {
    pub gathering: &'a Record,
    pub hub: &'a Text,
    pub zone: chrono_tz::Tz,
    /// Names of those who host it, for each language.
    pub hosts: Vec<Text>,
    pub today: chrono::NaiveDate,
}

impl Occasion<'_> {
    /// Who hosts it, or the hub.
    fn host(&self, lang: Lang) -> String {
        let hosts: Vec<&str> = self.hosts.iter().map(|host| host.say(lang)).collect();
        let between = match lang {
            Lang::Ja => "・",
            Lang::En => ", ",
        };
        if hosts.is_empty() { self.hub.say(lang).to_owned() } else { hosts.join(between) }
    }
}

/// Confirmed people, in the order of their names.
pub fn confirmed(all: Vec<Registration>, lang: Lang) -> Vec<Registration> {
    let mut confirmed: Vec<_> = all.into_iter().filter(|one| one.state == "confirmed").collect();
    confirmed.sort_by_key(|one| (kernel::collate::sort_key(lang, &one.name), one.id));
    confirmed
}

/// Those of them who were checked in.
pub fn present(all: Vec<Registration>, lang: Lang) -> Vec<Registration> {
    confirmed(all, lang).into_iter().filter(|one| one.checked_in_at.is_some()).collect()
}
