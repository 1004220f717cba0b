//! The programme of a gathering: sessions, rooms and speakers, as far as a reader may see them. On the day everybody looks
//! at it at once, so what was read is kept until something of a programme changes.
//!
//! Kept whole, and cut for each reader by the audience of each record: nobody's copy is somebody else's.

use crate::gatherings::records::{ROOM, SESSION, SPEAKER};
use crate::gatherings::store as rows;
use kernel::audience::Keyring;
use kernel::record::Record;
use kernel::{Result, Uuid};
use std::collections::HashMap;
use std::sync::Arc;
use store::Db;
use store::records::{self, Scope};
use web::{Cx, Recent};

/// Programmes kept at a time; one of 300 sessions takes about a megabyte.
const KEPT: usize = 24;

/// Sessions in the order of time and room, rooms in the order of staff, speakers by session.
#[derive(Clone, Default)]
pub struct Programme {
    pub sessions: Vec<Arc<Record>>,
    pub rooms: Vec<Arc<Record>>,
    pub speakers: HashMap<Uuid, Vec<Arc<Record>>>,
}

impl Programme {
    async fn read(db: &Db, gathering: Uuid) -> Result<Programme> {
        let of = async |kind| records::linking(db, kind, "gathering", gathering, Scope::Everything).await;
        let (mut sessions, mut rooms) = (of(&SESSION).await?, of(&ROOM).await?);
        sessions.sort_by_key(|session| (session.plain("start").to_owned(), session.link("room"), session.id));
        rooms.sort_by_key(|room| (room.integer("ordinal").unwrap_or(999), room.id));
        let ids = rows::speakers_of(db, gathering).await?;
        let mut speakers: HashMap<Uuid, Vec<Arc<Record>>> = HashMap::new();
        for speaker in records::by_ids(db, &SPEAKER, &ids, Scope::Everything).await? {
            if let Some(session) = speaker.link("session") {
                speakers.entry(session).or_default().push(Arc::new(speaker));
            }
        }
        speakers.values_mut().for_each(|of| of.sort_by_key(|s| (s.integer("ordinal").unwrap_or(999), s.id)));
        let shared = |records: Vec<Record>| records.into_iter().map(Arc::new).collect();
        Ok(Programme { sessions: shared(sessions), rooms: shared(rooms), speakers })
    }

    /// What these keys open of it.
    fn cut(&self, keyring: &Keyring) -> Programme {
        let open = |records: &[Arc<Record>]| -> Vec<Arc<Record>> {
            records.iter().filter(|record| record.audience.admits(keyring)).cloned().collect()
        };
        let sessions = open(&self.sessions);
        let speakers = sessions.iter().filter_map(|session| {
            let speakers = open(self.speakers.get(&session.id)?);
            (!speakers.is_empty()).then_some((session.id, speakers))
        });
        Programme { speakers: speakers.collect(), rooms: open(&self.rooms), sessions }
    }
}

/// What a programme was made of: the edition of the records, and the gathering.
type MadeOf = (u64, Uuid);

/// Programmes that were read lately.
pub struct Programmes(Recent<MadeOf, Programme>);

impl Default for Programmes {
    fn default() -> Programmes {
        Programmes(Recent::of(KEPT))
    }
}

impl Programmes {
    /// The programme of a gathering for this reader.
    pub async fn of(&self, cx: &Cx, gathering: Uuid) -> Result<Programme> {
        let edition = cx.app.catalogue.edition(&[SESSION.key, ROOM.key, SPEAKER.key]);
        let read = Programme::read(&cx.app.db, gathering);
        let whole = self.0.get_or((edition, gathering), |(known, _)| *known >= edition, read).await?;
        Ok(whole.cut(&cx.keyring))
    }
}
