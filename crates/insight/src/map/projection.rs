//! The ties as they stand: kept in a table, held in memory, following the change feed. Made anew from zero at will, with the
//! same result.
//!
//! Never here: who may see them.

use super::model::Tie;
use super::{Teller, derive, store};
use ::store::records::{self, Scope};
use ::store::{atomically, feed};
use kernel::{Result, Uuid};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
use web::App;

const BATCH: i64 = 500;

/// What the projection holds, and where it is in the feed.
#[derive(Debug, Default)]
pub struct Standing {
    pub at: i64,
    /// Another number when a view cut from this may be another: a tie or a record changed. Most entries of the feed, such as
    /// registrations, leave it.
    pub edition: u64,
    pub by_origin: Arc<HashMap<Uuid, Vec<Tie>>>,
    loaded: bool,
}

/// An origin of a record, or of one of the tellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Origin {
    Record(&'static str, Uuid),
    Told(usize, Uuid),
}

impl Origin {
    fn id(self) -> Uuid {
        match self {
            Origin::Record(_, id) | Origin::Told(_, id) => id,
        }
    }
}

/// Brings it to the head of the feed.
pub async fn catch_up(app: &App, tellers: &[Arc<dyn Teller>], standing: &mut Standing) -> Result<()> {
    if !standing.loaded {
        let at = feed::cursor(&app.db, store::CONSUMER).await?;
        if at == 0 {
            return rebuild(app, tellers, standing, |_| ()).await;
        }
        let by_origin = Arc::new(store::ties(&app.db).await?);
        *standing = Standing { at, edition: standing.edition + 1, by_origin, loaded: true };
    }
    loop {
        let entries = feed::read(&app.db, standing.at, BATCH).await?;
        let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(()) };
        standing.edition += u64::from(entries.iter().any(|entry| app.kind(&entry.record_type).is_some()));
        let mut origins = BTreeSet::new();
        for entry in &entries {
            let of_records = derive::touched(app, entry).await?;
            origins.extend(of_records.into_iter().map(|(key, id)| Origin::Record(key, id)));
            for (at, teller) in tellers.iter().enumerate() {
                origins.extend(teller.touched(app, entry).await?.into_iter().map(|id| Origin::Told(at, id)));
            }
        }
        let mut anew = Vec::with_capacity(origins.len());
        for origin in origins {
            anew.push((key_of(origin), ties_of(app, tellers, origin).await?));
        }
        keep(app, standing, anew, last).await?;
    }
}

async fn ties_of(app: &App, tellers: &[Arc<dyn Teller>], origin: Origin) -> Result<Vec<Tie>> {
    match origin {
        Origin::Record(key, id) => derive::ties_of(app, (key, id)).await,
        Origin::Told(at, id) => match tellers.get(at) {
            Some(teller) => teller.ties(app, id).await,
            None => Ok(Vec::new()),
        },
    }
}

/// A teller may speak of a record that is an origin itself (who was at a gathering): their ties are kept apart.
fn key_of(origin: Origin) -> Uuid {
    match origin {
        Origin::Record(..) => origin.id(),
        Origin::Told(at, id) => Uuid::from_u128(id.as_u128() ^ ((at as u128 + 1) << 64)),
    }
}

async fn keep(app: &App, standing: &mut Standing, anew: Vec<(Uuid, Vec<Tie>)>, at: i64) -> Result<()> {
    let changed: Vec<&(Uuid, Vec<Tie>)> = anew
        .iter()
        .filter(|(origin, ties)| standing.by_origin.get(origin).map_or(&[][..], Vec::as_slice) != ties.as_slice())
        .collect();
    let db = &app.db;
    atomically!(db, |tx| {
        // The row of the cursor is held first, so that two nodes take turns.
        feed::advance(tx, store::CONSUMER, at).await?;
        for (origin, ties) in &changed {
            store::replace(tx, *origin, ties).await?;
        }
        Ok(())
    })?;
    if !changed.is_empty() {
        let mut by_origin = (*standing.by_origin).clone();
        for (origin, ties) in anew {
            if ties.is_empty() {
                by_origin.remove(&origin)
            } else {
                by_origin.insert(origin, ties)
            };
        }
        standing.by_origin = Arc::new(by_origin);
        standing.edition += 1;
    }
    standing.at = at;
    Ok(())
}

/// Makes everything anew from the records, and keeps it. `progress` gets the number of origins read.
pub async fn rebuild(
    app: &App,
    tellers: &[Arc<dyn Teller>],
    standing: &mut Standing,
    mut progress: impl FnMut(u64),
) -> Result<()> {
    let at = feed::newest(&app.db).await?;
    let mut by_origin: HashMap<Uuid, Vec<Tie>> = HashMap::new();
    let mut done = 0;
    let mut add = |origin: Origin, ties: Vec<Tie>| {
        done += 1;
        progress(done);
        if !ties.is_empty() {
            by_origin.insert(key_of(origin), ties);
        }
    };
    for kind in derive::origin_kinds(app) {
        let mut after = None;
        loop {
            let batch = records::all(&app.db, kind, after, BATCH, Scope::Everything).await?;
            let Some(last) = batch.last().map(|record| record.id) else { break };
            after = Some(last);
            for record in &batch {
                add(Origin::Record(kind.key, record.id), derive::of_record(app, record).await?);
            }
        }
    }
    for (place, teller) in tellers.iter().enumerate() {
        for id in teller.origins(app).await? {
            add(Origin::Told(place, id), teller.ties(app, id).await?);
        }
    }
    let (db, kept) = (&app.db, &by_origin);
    atomically!(db, |tx| {
        feed::advance(tx, store::CONSUMER, at).await?;
        store::clear(tx).await?;
        for (origin, ties) in kept {
            store::replace(tx, *origin, ties).await?;
        }
        Ok(())
    })?;
    *standing = Standing { at, edition: standing.edition + 1, by_origin: Arc::new(by_origin), loaded: true };
    Ok(())
}
