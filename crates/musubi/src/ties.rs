//! What the map hears from others: meetings that were held, people at the same gathering, introductions that were made and
//! what came of them; and whom the matcher would bring together.
//!
//! Never here: who may see what. Each tie carries the audience of what proves it.

use encounter::gatherings::records::GATHERING;
use encounter::gatherings::store as gatherings;
use encounter::introductions;
use encounter::matching::{self, Matching};
use encounter::rounds::model::{MeetingState, State};
use encounter::rounds::records::ROUND;
use encounter::rounds::store as rounds;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use insight::map::{Kind, Matcher, Teller, Tie};
use kernel::audience::{Audience, Keyring};
use kernel::edtf::Edtf;
use kernel::lang::Said;
use kernel::record::RecordType;
use kernel::{Actor, Level, Result, Uuid};
use std::sync::Arc;
use store::feed::Entry;
use store::records::{self, Scope};
use web::App;

/// Everybody who tells of ties.
pub fn tellers() -> Vec<Arc<dyn Teller>> {
    vec![Arc::new(Meetings), Arc::new(Participants), Arc::new(Introductions)]
}

async fn every(app: &App, kind: &'static RecordType) -> Result<Vec<Uuid>> {
    const BATCH: i64 = 1_000;
    let mut ids: Vec<Uuid> = Vec::new();
    loop {
        let batch = records::all(&app.db, kind, ids.last().copied(), BATCH, Scope::Everything).await?;
        if batch.is_empty() {
            return Ok(ids);
        }
        ids.extend(batch.iter().map(|record| record.id));
    }
}

/// Meetings of rounds that are over, for those who may see the round.
struct Meetings;

impl Teller for Meetings {
    fn touched<'a>(&'a self, _: &'a App, entry: &'a Entry) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        let of_round = matches!(entry.record_type.as_str(), "round" | "round_event");
        async move { Ok(of_round.then_some(entry.record_id).into_iter().collect()) }.boxed()
    }

    fn origins<'a>(&'a self, app: &'a App) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        every(app, &ROUND).boxed()
    }

    fn ties<'a>(&'a self, app: &'a App, round: Uuid) -> BoxFuture<'a, Result<Vec<Tie>>> {
        async move {
            let Some(record) = records::find(&app.db, &ROUND, round, Scope::Everything).await? else {
                return Ok(Vec::new());
            };
            if State::of(&record) != State::Held {
                return Ok(Vec::new());
            }
            let dossier = rounds::dossier(&app.db, app.hub.zone, round).await?;
            let audience = Audience { owner: record.created_by, ..record.audience.clone() };
            let took_place = |state| matches!(state, MeetingState::Planned | MeetingState::Held);
            let met = dossier.meetings.iter().filter(|meeting| took_place(meeting.state)).filter_map(|meeting| {
                let party = |id| dossier.participant(id).and_then(|participant| participant.party);
                let tie = Tie::between(Kind::Meeting, party(meeting.a)?, party(meeting.b)?, ("round", round))?;
                let day = dossier.grid.local(meeting.starts_at).date();
                Some(tie.during(Edtf::day(day)).seen_by(&audience))
            });
            Ok(met.collect())
        }
        .boxed()
    }
}

/// People who were at the same gathering and agreed to be named to the other participants: those alone may know, and whoever
/// may read every party's matters.
struct Participants;

/// At more than this, being there together says nothing.
const CROWD: usize = 40;

impl Teller for Participants {
    fn touched<'a>(&'a self, _: &'a App, entry: &'a Entry) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        async move {
            let gathering = match entry.record_type.as_str() {
                "gathering" => Some(entry.record_id),
                "registration" => {
                    let told = entry.after.as_ref().and_then(|after| after.get("gathering"));
                    told.and_then(|id| id.as_str()).and_then(|id| id.parse().ok())
                }
                _ => None,
            };
            Ok(gathering.into_iter().collect())
        }
        .boxed()
    }

    fn origins<'a>(&'a self, app: &'a App) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        every(app, &GATHERING).boxed()
    }

    fn ties<'a>(&'a self, app: &'a App, gathering: Uuid) -> BoxFuture<'a, Result<Vec<Tie>>> {
        async move {
            let Some(record) = records::find(&app.db, &GATHERING, gathering, Scope::Everything).await? else {
                return Ok(Vec::new());
            };
            let live = !matches!(record.plain("state"), "draft" | "cancelled");
            if !live || !record.flag("show_participants") {
                return Ok(Vec::new());
            }
            let there = gatherings::people_of(&app.db, gathering).await?;
            let people: Vec<Uuid> = there.iter().map(|(person, _)| *person).collect();
            let mut named: Vec<Uuid> = there.iter().filter(|(_, listed)| *listed).map(|(person, _)| *person).collect();
            named.sort_unstable();
            named.dedup();
            if named.len() > CROWD {
                return Ok(Vec::new());
            }
            let whole = Audience { owner: record.created_by, ..record.audience.clone() };
            let among = Audience { level: Level::Parties, parties: people, owner: None };
            let day = record.wall_time("start").and_then(|start| Edtf::day(start.naive().date()));
            let mut ties = Vec::new();
            for (at, one) in named.iter().enumerate() {
                let met = named
                    .iter()
                    .skip(at + 1)
                    .filter_map(|other| Tie::between(Kind::Participation, *one, *other, ("gathering", gathering)));
                ties.extend(met.map(|tie| tie.during(day).seen_by(&whole).seen_by(&among)));
            }
            Ok(ties)
        }
        .boxed()
    }
}

/// Introductions that were made, for the two and whoever passed them on; and a second tie once both said that something
/// came of it.
struct Introductions;

impl Teller for Introductions {
    fn touched<'a>(&'a self, _: &'a App, entry: &'a Entry) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        async move { Ok(introductions::touched(entry).into_iter().collect()) }.boxed()
    }

    fn origins<'a>(&'a self, app: &'a App) -> BoxFuture<'a, Result<Vec<Uuid>>> {
        introductions::all_made(app).boxed()
    }

    fn ties<'a>(&'a self, app: &'a App, id: Uuid) -> BoxFuture<'a, Result<Vec<Tie>>> {
        async move {
            let Some(made) = introductions::made(app, id).await? else { return Ok(Vec::new()) };
            let told = [(Kind::Introduction, Some(made.made_on)), (Kind::Outcome, made.fruitful_on)];
            let ties = told.into_iter().filter_map(|(kind, day)| {
                let tie = Tie::between(kind, made.one, made.other, ("introduction", id))?;
                Some(tie.during(Edtf::day(day?)).seen_by(&made.audience))
            });
            Ok(ties.collect())
        }
        .boxed()
    }
}

/// The matcher, as the bridge finder asks it.
pub struct Suggestions(pub Arc<Matching>);

/// Below this a suggestion is not shown to either side as a good one; see `docs/map.md`.
const FLOOR: f32 = 0.15;

impl Matcher for Suggestions {
    fn pairs(&self, _: &Actor, keyring: &Keyring, left: &[Uuid], right: &[Uuid]) -> Vec<(Uuid, Uuid, f32)> {
        let standing = self.0.standing();
        standing.map(|standing| matching::scores(&standing, keyring, left, right)).unwrap_or_default()
    }

    fn reasons(&self, app: &App, _: &Actor, keyring: &Keyring, pair: [Uuid; 2]) -> Vec<Said> {
        let Some(standing) = self.0.standing() else { return Vec::new() };
        let told = matching::why(&standing, &app.catalogue, keyring, pair);
        told.into_iter().map(|words| Said::new(words.ja, words.en)).collect()
    }

    fn floor(&self) -> f32 {
        FLOOR
    }
}
