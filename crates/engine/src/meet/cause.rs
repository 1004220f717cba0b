//! Why an event has no schedule: rules that contradict each other, as data (which requests, people, slots) and in words
//! with the caller's names. Found elsewhere; decides nothing.

use super::instance::{Instance, each_slot};
use super::words::Words;

/// One of the rules that together exclude every schedule. All numbers are indices of the instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The request has to take place, but its parties share no slot it may use.
    NoCommonSlot { request: u32 },
    /// More meetings with this person have to take place (`requests`) than he can attend (`most`).
    TooManyMeetings { person: u32, requests: Vec<u32>, most: u32 },
    /// All of these have to take place.
    MustTakePlace { requests: Vec<u32> },
    /// The person cannot attend two meetings at once nor more than his limits: `requests` are his, `slots` his free time.
    OneAtATime { person: u32, requests: Vec<u32>, slots: Vec<u32> },
    /// The places, or the virtual meetings allowed, do not suffice in these slots.
    TooFewPlaces { slots: Vec<u32> },
    /// A resource such as interpreters does not suffice in these slots.
    TooLittleOfResource { resource: u32, slots: Vec<u32> },
    /// One request has to come later than the other.
    Order { request: u32, after: u32 },
    /// The numbers of breaks of any two people may differ by no more than `most`.
    BreakSpread { most: u32 },
    /// These and the confirmed meetings exclude each other under the rules; no smaller set of rules is known.
    Together { requests: Vec<u32> },
}

/// What the caller calls the things of the instance, in both languages, fit for the middle of a sentence.
pub trait Names {
    /// A person.
    fn person(&self, person: u32) -> Words;
    /// A request, for instance by its two parties.
    fn request(&self, request: u32) -> Words;
    /// A slot, for instance by its time.
    fn slot(&self, slot: u32) -> Words;
    /// A resource.
    fn resource(&self, resource: u32) -> Words;
}

/// Names by number: `person 3`, `slot 2`; resources have the name of the instance.
pub struct Numbers<'a>(pub &'a Instance);

impl Names for Numbers<'_> {
    fn person(&self, person: u32) -> Words {
        Words::new(format!("参加者{person}"), format!("person {person}"))
    }
    fn request(&self, request: u32) -> Words {
        Words::new(format!("依頼{request}"), format!("request {request}"))
    }
    fn slot(&self, slot: u32) -> Words {
        Words::new(format!("スロット{slot}"), format!("slot {slot}"))
    }
    fn resource(&self, resource: u32) -> Words {
        let name = self.0.resources.get(resource as usize).map_or("?", |r| r.name.as_str());
        Words::new(name, name)
    }
}

/// Names shown at most; the rest is counted.
const SHOWN: usize = 8;

fn list(items: &[u32], name: impl Fn(u32) -> Words) -> Words {
    let shown: Vec<Words> = items.iter().take(SHOWN).map(|i| name(*i)).collect();
    let join = |pick: fn(&Words) -> &str, sep: &str| shown.iter().map(pick).collect::<Vec<_>>().join(sep);
    let (mut ja, mut en) = (join(|w| &w.ja, "、"), join(|w| &w.en, ", "));
    if let Some(more @ 1..) = items.len().checked_sub(SHOWN) {
        ja += &format!("、ほか{more}件");
        en += &format!(" and {more} more");
    }
    Words { ja, en }
}

impl Cause {
    /// The people concerned.
    pub fn people(&self) -> Vec<u32> {
        match self {
            Self::TooManyMeetings { person, .. } | Self::OneAtATime { person, .. } => vec![*person],
            _ => Vec::new(),
        }
    }

    /// The requests concerned.
    pub fn requests(&self) -> Vec<u32> {
        match self {
            Self::NoCommonSlot { request } => vec![*request],
            Self::Order { request, after } => vec![*request, *after],
            Self::TooManyMeetings { requests, .. }
            | Self::MustTakePlace { requests }
            | Self::OneAtATime { requests, .. }
            | Self::Together { requests } => requests.clone(),
            Self::TooFewPlaces { .. } | Self::TooLittleOfResource { .. } | Self::BreakSpread { .. } => Vec::new(),
        }
    }

    /// The slots concerned.
    pub fn slots(&self) -> Vec<u32> {
        match self {
            Self::OneAtATime { slots, .. } | Self::TooFewPlaces { slots } | Self::TooLittleOfResource { slots, .. } => {
                slots.clone()
            }
            _ => Vec::new(),
        }
    }

    /// A short fixed name for files and logs.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NoCommonSlot { .. } => "no_common_slot",
            Self::TooManyMeetings { .. } => "too_many_meetings",
            Self::MustTakePlace { .. } => "must_take_place",
            Self::OneAtATime { .. } => "one_at_a_time",
            Self::TooFewPlaces { .. } => "too_few_places",
            Self::TooLittleOfResource { .. } => "too_little_of_resource",
            Self::Order { .. } => "order",
            Self::BreakSpread { .. } => "break_spread",
            Self::Together { .. } => "together",
        }
    }

    /// One sentence with the caller's names.
    pub fn words(&self, names: &dyn Names) -> Words {
        let requests = |items: &[u32]| list(items, |q| names.request(q));
        let slots = |items: &[u32]| list(items, |s| names.slot(s));
        match self {
            Self::NoCommonSlot { request } => {
                let q = names.request(*request);
                Words::new(
                    format!("{}は必ず組む必要がありますが、使える時間がありません", q.ja),
                    format!("There is no possible slot for {}, which has to take place", q.en),
                )
            }
            Self::TooManyMeetings { person, requests, most } => {
                let (p, n) = (names.person(*person), requests.len());
                Words::new(
                    format!("{}には必ず組む面談が{n}件ありますが、{most}件までしか出られません", p.ja),
                    format!("{n} meetings with {} have to take place, of which {most} at most can be attended", p.en),
                )
            }
            Self::MustTakePlace { requests: all } => {
                let q = requests(all);
                Words::new(
                    format!("次の依頼はすべて必ず組む必要があります: {}", q.ja),
                    format!("All of these have to take place: {}", q.en),
                )
            }
            Self::OneAtATime { person, requests, slots } => {
                let (p, n, free) = (names.person(*person), requests.len(), slots.len());
                Words::new(
                    format!("{}は{n}件の面談に対して使えるスロットが{free}個で、同時に2件には出られません", p.ja),
                    format!("For {n} meetings {} has {free} available slots, and cannot attend two at once", p.en),
                )
            }
            Self::TooFewPlaces { slots: all } => {
                let s = slots(all);
                Words::new(
                    format!("次の時間では場所の数が足りません: {}", s.ja),
                    format!("The places do not suffice in {}", s.en),
                )
            }
            Self::TooLittleOfResource { resource, slots: all } => {
                let (r, s) = (names.resource(*resource), slots(all));
                Words::new(
                    format!("「{}」が次の時間で足りません: {}", r.ja, s.ja),
                    format!("“{}” does not suffice in {}", r.en, s.en),
                )
            }
            Self::Order { request, after } => {
                let (q, b) = (names.request(*request), names.request(*after));
                Words::new(
                    format!("{}は{}より後でなければなりません", q.ja, b.ja),
                    format!("The time of {} must be after that of {}", q.en, b.en),
                )
            }
            Self::BreakSpread { most } => Words::new(
                format!("空き時間の数の差は人と人の間で{most}までです"),
                format!("The numbers of breaks of any two people may differ by at most {most}"),
            ),
            Self::Together { requests: all } => {
                let q = requests(all);
                Words::new(
                    format!("必ず組む依頼と確定済みの面談は、規則の下ですべて同時には組めません: {}", q.ja),
                    format!(
                        "These have to take place but cannot all be held together with the confirmed meetings: {}",
                        q.en
                    ),
                )
            }
        }
    }
}

/// Contradictions a single look shows: a must without a slot, or a person with more musts than slots or meetings.
pub(super) fn at_a_glance(x: &Instance) -> Vec<Cause> {
    let days = x.day_masks();
    let mut musts: Vec<Vec<u32>> = vec![Vec::new(); x.people.len()];
    let mut out = Vec::new();
    for (q, r) in x.requests.iter().enumerate().filter(|(_, r)| r.must) {
        if x.possible_slots(q) == 0 {
            out.push(Cause::NoCommonSlot { request: q as u32 });
        }
        for &y in r.parties.iter().filter(|y| **y >= 0) {
            musts[y as usize].push(q as u32);
        }
    }
    for (p, requests) in musts.into_iter().enumerate() {
        let most = x.capacity(p, x.all_slots(), &days);
        if requests.len() > most as usize {
            out.push(Cause::TooManyMeetings { person: p as u32, requests, most });
        }
    }
    out.truncate(12);
    out
}

/// The cause "one meeting at a time" of a person.
pub(super) fn one_at_a_time(x: &Instance, person: u32) -> Cause {
    let of = |q: &usize| x.requests[*q].parties.contains(&(person as i32));
    let requests = (0..x.requests.len()).filter(of).map(|q| q as u32).collect();
    let slots = each_slot(x.people[person as usize].available).map(|s| s as u32).collect();
    Cause::OneAtATime { person, requests, slots }
}
