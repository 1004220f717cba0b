//! Catalogue and search index follow the change feed: the catalogue at once for whoever wrote, the index within a
//! second. Both can be rebuilt from the tables.

use crate::app::App;
use crate::search_documents::document;
use kernel::record::{Record, RecordType};
use kernel::{Error, Result};
use std::collections::HashSet;
use std::time::Duration;
use store::catalogue::Catalogue;
use store::records::{self, Scope};
use store::search::REBUILDING;
use store::{Db, feed};
use tokio::sync::Mutex;

/// Records per round trip while loading.
const BATCH: i64 = 1_000;

/// Rounds without a change, of about a second each, after which the search index is put together.
const QUIET_ROUNDS: u32 = 20;
/// Segments of the search index that are left alone.
const SEGMENTS: usize = 8;

/// Where the catalogue stands in the feed.
#[derive(Default)]
pub struct Projections {
    catalogue_at: Mutex<i64>,
}

impl Projections {
    /// Loads the whole catalogue. The feed position is read first, so that what is written meanwhile is applied
    /// again and not missed.
    pub async fn load(db: &Db, kinds: &[&'static RecordType], catalogue: &Catalogue) -> Result<Projections> {
        let at = feed::newest(db).await?;
        for kind in kinds {
            let mut after = None;
            loop {
                let batch = records::all(db, kind, after, BATCH, Scope::Everything).await?;
                let Some(last) = batch.last().map(|record| record.id) else { break };
                after = Some(last);
                catalogue.load(batch);
            }
        }
        Ok(Projections { catalogue_at: Mutex::new(at) })
    }

    /// Applies what the feed has at this moment. Failures are left to the next call; the feed is not lost.
    pub async fn catch_up(&self, app: &App) {
        let head = *app.db.feed_watch().borrow();
        let mut at = self.catalogue_at.lock().await;
        // Of many who wrote at once the first applies what all of them wrote.
        while *at < head {
            let Ok(entries) = feed::read(&app.db, *at, 500).await else { return };
            let Some(last) = entries.last().map(|entry| entry.seq) else { return };
            for entry in &entries {
                let Some(kind) = app.kind(&entry.record_type) else { continue };
                match entry.after.as_ref().and_then(|after| Record::from_json(kind, after)) {
                    Some(record) => app.catalogue.apply(&record),
                    None => app.catalogue.remove(entry.record_id),
                }
            }
            *at = last;
        }
    }
}

/// Follows the feed for as long as the program runs: other nodes' changes into the catalogue, all changes into the
/// search index. An index that is behind the tables beyond the feed, or broken, is rebuilt.
pub async fn follow(app: App) {
    let mut newest = app.db.feed_watch();
    let mut quiet = 0;
    loop {
        app.projections.catch_up(&app).await;
        match index_changes(&app).await {
            Ok(changed) => quiet = if changed { 0 } else { quiet + 1 },
            Err(error) => tracing::warn!(%error, "search index update failed, will try again"),
        }
        if quiet == QUIET_ROUNDS {
            compact(&app, SEGMENTS).await;
        }
        // Woken by a commit here, or once a second for commits of other nodes.
        let _ = tokio::time::timeout(Duration::from_secs(1), newest.changed()).await;
        // A commit of the index costs the same for one document as for a hundred.
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Brings the search index to the head of the feed, in batches of one commit each. Tells whether there was anything new.
pub async fn index_changes(app: &App) -> Result<bool> {
    let Some(mut at) = app.search.cursor() else { return rebuild_index(app, |_, _| ()).await.map(|()| true) };
    let mut changed = false;
    loop {
        let entries = feed::read(&app.db, at, 500).await?;
        let Some(last) = entries.last().map(|entry| entry.seq) else { return Ok(changed) };
        changed = true;
        let mut upserts = Vec::new();
        let mut deletes = Vec::new();
        // Each record once, however often it changed: what counts is how it stands.
        let mut seen = HashSet::new();
        for entry in &entries {
            let Some(kind) = app.kind(&entry.record_type).filter(|_| seen.insert(entry.record_id)) else { continue };
            match records::find(&app.db, kind, entry.record_id, Scope::Everything).await? {
                Some(record) => upserts.push(document(app, &record)),
                None => deletes.push(entry.record_id),
            }
        }
        update(app, upserts, deletes, last).await?;
        at = last;
    }
}

/// Fills the index from the tables, from zero. `progress` gets done and total.
pub async fn rebuild_index(app: &App, mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let at = feed::newest(&app.db).await?;
    let everything = Scope::Everything;
    let total: u64 = app.kinds.iter().map(|kind| u64::from(app.catalogue.count(&[kind.key], &system_keys()))).sum();
    let mut done = 0;
    app.search.clear()?;
    for kind in &app.kinds {
        let mut after = None;
        loop {
            let batch = records::all(&app.db, kind, after, BATCH, everything).await?;
            let Some(last) = batch.last().map(|record| record.id) else { break };
            after = Some(last);
            done += batch.len() as u64;
            let documents = batch.iter().map(|record| document(app, record)).collect();
            update(app, documents, Vec::new(), REBUILDING).await?;
            progress(done, total.max(done));
        }
    }
    update(app, Vec::new(), Vec::new(), at).await?;
    compact(app, 1).await;
    Ok(())
}

/// Searches look into every segment of the index. One that cannot be put together is only slower.
async fn compact(app: &App, most: usize) {
    let search = app.search.clone();
    let work = tokio::task::spawn_blocking(move || search.compact(most)).await;
    if let Err(error) = work.map_err(Error::internal).and_then(|done| done) {
        tracing::info!(%error, "search index was not put together, will try again");
    }
}

fn system_keys() -> kernel::audience::Keyring {
    kernel::Actor::system("index").keyring()
}

/// Indexing is CPU work; it leaves the async threads.
async fn update(app: &App, upserts: Vec<store::search::Document>, deletes: Vec<kernel::Uuid>, at: i64) -> Result<()> {
    let search = app.search.clone();
    let work = tokio::task::spawn_blocking(move || search.update(&upserts, &deletes, at));
    work.await.map_err(Error::internal)?
}
