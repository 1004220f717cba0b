//! The people of an instance: participants, and those who attend for several of them.

use super::delegation::{self, Attendance, Attendee};
use super::{Dossier, Participant, Side};
use chrono::{DateTime, Utc};
use kernel::Uuid;
use serde_json::json;
use std::collections::{BTreeSet, HashMap, HashSet};

/// People of the instance: first the participants, then attendees of those who share somebody.
pub(super) struct People<'a> {
    pub(super) ids: Vec<Uuid>,
    number: HashMap<Uuid, usize>,
    /// Attendees by person, with every entry that names them.
    by_key: HashMap<String, usize>,
    pub(super) attendees: Vec<Vec<&'a Attendee>>,
    pub(super) groups: Vec<Vec<usize>>,
    /// Parties of a participant's requests beside itself: people, or a group as a negative number.
    beside: HashMap<Uuid, Vec<i64>>,
}

impl<'a> People<'a> {
    /// `left`: participants who withdrew and whose meetings left holes.
    pub(super) fn of(dossier: &'a Dossier, left: &BTreeSet<Uuid>) -> People<'a> {
        let withdrawn = left.iter().filter_map(|id| dossier.participant(*id));
        let active: Vec<&Participant> =
            Side::BOTH.iter().flat_map(|side| dossier.active(*side)).chain(withdrawn).collect();
        let ids: Vec<Uuid> = active.iter().map(|p| p.id).collect();
        let number = ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
        let mut people = People {
            ids,
            number,
            by_key: HashMap::new(),
            attendees: Vec::new(),
            groups: Vec::new(),
            beside: HashMap::new(),
        };
        let shared = delegation::shared(dossier);
        for participant in active.into_iter().filter(|p| delegation::shares(p, &shared)) {
            people.add(participant, &shared);
        }
        people
    }

    pub(super) fn add(&mut self, participant: &'a Participant, shared: &HashSet<String>) {
        let mut numbers = Vec::new();
        for attendee in &participant.attendees {
            // Of those who all come, the ones that nobody else needs only narrow the participant's own time.
            if participant.attendance == Attendance::All && !shared.contains(&attendee.key()) {
                continue;
            }
            let next = self.ids.len();
            let at = *self.by_key.entry(attendee.key()).or_insert(next);
            if at == next {
                self.ids.push(attendee.id);
                self.attendees.push(Vec::new());
            }
            let first = self.ids.len() - self.attendees.len();
            self.attendees[at - first].push(attendee);
            if !numbers.contains(&at) {
                numbers.push(at);
            }
        }
        let parties = match participant.attendance {
            Attendance::All => numbers.into_iter().map(|at| at as i64).collect(),
            Attendance::Any if numbers.len() == 1 => vec![numbers[0] as i64],
            Attendance::Any => {
                self.groups.push(numbers);
                vec![-(self.groups.len() as i64)]
            }
        };
        self.beside.insert(participant.id, parties);
    }

    pub(super) fn participants(&self) -> usize {
        self.ids.len() - self.attendees.len()
    }

    /// The people as the format writes them. All attendees are of one organization more, which only shifts fairness by what is
    /// the same for everybody.
    pub(super) fn written(&self, dossier: &Dossier) -> Vec<serde_json::Value> {
        let slots = |off: &dyn Fn(DateTime<Utc>) -> bool| -> Vec<usize> {
            let slots = dossier.grid.slots.iter().enumerate();
            slots.filter(|(_, slot)| off(slot.starts_at)).map(|(at, _)| at).collect()
        };
        let own = self.ids.iter().take(self.participants()).enumerate().filter_map(|(org, id)| {
            let participant = dossier.participant(*id)?;
            let mut person =
                json!({ "org": org, "off": slots(&|at| participant.withdrawn || delegation::is_off(participant, at)) });
            if let Some(most) = participant.most {
                person["max"] = json!(most);
            }
            if let Some(most) = participant.most_per_day {
                person["day_max"] = json!(most);
            }
            if participant.remote {
                person["remote"] = json!(true);
            }
            Some(person)
        });
        let attendees = self.attendees.iter().map(|entries| {
            let off = slots(&|at| entries.iter().any(|attendee| attendee.off.contains(&at)));
            json!({ "org": self.participants(), "off": off })
        });
        own.chain(attendees).collect()
    }

    /// The parties of a pair's request.
    pub(super) fn parties(&self, pair: [Uuid; 2]) -> Vec<i64> {
        let own = pair.iter().filter_map(|id| self.number.get(id)).map(|at| *at as i64);
        let beside = pair.iter().filter_map(|id| self.beside.get(id)).flatten().copied();
        let mut parties: Vec<i64> = own.chain(beside).collect();
        // Somebody who attends for both sides alone sits there once; the rules by hand refuse such a meeting.
        let mut seen = HashSet::new();
        parties.retain(|party| *party < 0 || seen.insert(*party));
        parties
    }

    /// The people of a planned meeting, in numbers.
    pub(super) fn of_meeting(
        &self,
        dossier: &Dossier,
        pair: [Uuid; 2],
        attending: &[Uuid],
        at: DateTime<Utc>,
    ) -> Vec<u32> {
        let mut people: Vec<usize> = pair.iter().filter_map(|id| self.number.get(id)).copied().collect();
        for participant in pair.iter().filter_map(|id| dossier.participant(*id)) {
            if !self.beside.contains_key(&participant.id) {
                continue;
            }
            let mut there: Vec<usize> = participant
                .attendees
                .iter()
                .filter(|a| participant.attendance == Attendance::All || attending.contains(&a.id))
                .filter_map(|a| self.by_key.get(&a.key()).copied())
                .collect();
            if there.is_empty() {
                let free = participant.attendees.iter().find(|a| !a.off.contains(&at));
                there.extend(free.and_then(|a| self.by_key.get(&a.key()).copied()));
            }
            people.extend(there);
        }
        people.dedup();
        people.into_iter().map(small).collect()
    }
}

pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
