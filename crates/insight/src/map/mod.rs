//! 6 The map: who is tied to whom, by what proof, since when; how to reach somebody; where one introduction would close a gap.
//!
//! **Words.** A *tie* is a dated relation between two parties, always with the record that proves it, and is there only for
//! those who may see that record. A *circle* is readers whose keys open the same. *Players* are sectors. A *bridge* is an
//! introduction between two groups that are badly connected.
//!
//! ```text
//! records, and what others tell ──► ties (projection of the feed) ──cut by keys──► view ──day──► strengths, measures
//!                                                                                    │             │
//!                                              positions, kept per circle ◄──────────┘             └──► pages, files
//! ```
//!
//! Whatever a page shows (counts, paths, brokers, communities, positions, files) is computed after the cut. Never here: records
//! of its own, contact details, the rules of other subsystems, graph algorithms (those are `engine::ties`).

mod analysis;
mod bridges;
mod derive;
mod export;
mod model;
mod pages;
mod projection;
mod store;
mod view;

#[cfg(test)]
mod tests;

pub use model::{Kind, Tie};

use ::store::feed;
use analysis::Analysis;
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use kernel::audience::Keyring;
use kernel::lang::Said;
use kernel::{Actor, Result, Uuid, both};
use projection::Standing;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;
use view::View;
use web::{Access, App, Beside, Hooks, Recent, Routes};

/// Another subsystem that knows of ties which are no records: meetings held, people at the same gathering, introductions.
/// Wired by the program.
pub trait Teller: Send + Sync {
    /// The origins whose ties an entry of the feed may change.
    fn touched<'a>(&'a self, app: &'a App, entry: &'a feed::Entry) -> BoxFuture<'a, Result<Vec<Uuid>>>;
    /// Every origin, for a rebuild.
    fn origins<'a>(&'a self, app: &'a App) -> BoxFuture<'a, Result<Vec<Uuid>>>;
    /// The ties of an origin, in an order that does not change by itself; each with the audience of what proves it.
    fn ties<'a>(&'a self, app: &'a App, origin: Uuid) -> BoxFuture<'a, Result<Vec<Tie>>>;
}

/// Tells whom two groups could plausibly want to meet. Wired by the program.
pub trait Matcher: Send + Sync {
    /// Pairs with their score (0 to 1), among those who consent to be suggested and did not say "not again". Only what the
    /// reader may know counts.
    fn pairs(&self, actor: &Actor, keyring: &Keyring, left: &[Uuid], right: &[Uuid]) -> Vec<(Uuid, Uuid, f32)>;
    /// Why the two fit, as facts of both records that the reader may know.
    fn reasons(&self, app: &App, actor: &Actor, keyring: &Keyring, pair: [Uuid; 2]) -> Vec<Said>;
    /// The score from which both could plausibly want it.
    fn floor(&self) -> f32;
}

/// Views and measures that are kept for the next reader.
const KEPT_VIEWS: usize = 64;
const KEPT_ANALYSES: usize = 48;

/// The first number is [`Standing::edition`].
type ViewKey = (u64, Keyring);
type AnalysisKey = (u64, String, NaiveDate);

/// The map of a running hub.
pub struct Map {
    tellers: Vec<Arc<dyn Teller>>,
    matcher: Arc<dyn Matcher>,
    standing: Mutex<Standing>,
    views: Recent<ViewKey, View>,
    analyses: Recent<AnalysisKey, Analysis>,
    /// Held by whoever measures: however many ask, one core at most works for the map, and those who ask for the same wait
    /// for one making of it.
    turn: Mutex<()>,
}

impl Map {
    pub fn new(tellers: Vec<Arc<dyn Teller>>, matcher: Arc<dyn Matcher>) -> Map {
        Map {
            tellers,
            matcher,
            standing: Mutex::default(),
            views: Recent::of(KEPT_VIEWS),
            analyses: Recent::of(KEPT_ANALYSES),
            turn: Mutex::default(),
        }
    }

    /// Brings the ties to the head of the feed.
    pub async fn catch_up(&self, app: &App) -> Result<()> {
        let mut standing = self.standing.lock().await;
        projection::catch_up(app, &self.tellers, &mut standing).await
    }

    /// Makes all ties anew from the records. `progress` gets the number of origins read. Tells how many ties there are.
    pub async fn rebuild(&self, app: &App, progress: impl FnMut(u64)) -> Result<usize> {
        let mut standing = self.standing.lock().await;
        projection::rebuild(app, &self.tellers, &mut standing, progress).await?;
        Ok(standing.by_origin.values().map(Vec::len).sum())
    }

    /// Follows the feed for as long as the program runs.
    pub async fn follow(&self, app: App) {
        let mut newest = app.db.feed_watch();
        loop {
            if let Err(error) = self.catch_up(&app).await {
                tracing::warn!(%error, "the map could not follow, will try again");
            }
            let _ = tokio::time::timeout(Duration::from_secs(1), newest.changed()).await;
            // Every answer brings itself to the head; a stream of writes is followed in a few larger steps.
            tokio::time::sleep(Duration::from_millis(400)).await;
        }
    }

    /// What the keys open, as of now.
    async fn view(&self, app: &App, keyring: &Keyring) -> Result<(u64, Arc<View>)> {
        let mut standing = self.standing.lock().await;
        projection::catch_up(app, &self.tellers, &mut standing).await?;
        app.projections.catch_up(app).await;
        let edition = standing.edition;
        let key = (edition, keyring.clone());
        if let Some(kept) = self.views.get(&key) {
            return Ok((edition, kept));
        }
        let view = Arc::new(View::cut(app, &standing, keyring));
        self.views.put(key, &view, |(of, _)| *of >= edition);
        Ok((edition, view))
    }

    /// The measures of a view on a day. Positions are read from and kept with the circle.
    async fn analysis(&self, app: &App, keyring: &Keyring, day: NaiveDate, today: NaiveDate) -> Result<Arc<Analysis>> {
        let (edition, view) = self.view(app, keyring).await?;
        let key = (edition, view.circle.clone(), day);
        if let Some(kept) = self.analyses.get(&key) {
            return Ok(kept);
        }
        let _turn = self.turn.lock().await;
        if let Some(kept) = self.analyses.get(&key) {
            return Ok(kept);
        }
        let places = store::places(&app.db, &view.circle).await?;
        let known = places.clone();
        let work = tokio::task::spawn_blocking(move || Analysis::of(view, day, today, &known));
        let analysis = Arc::new(work.await.map_err(kernel::Error::internal)?);
        let now = analysis.places();
        if now != places && !app.db.is_read_only() {
            let (db, circle) = (&app.db, analysis.view.circle.as_str());
            ::store::atomically!(db, |tx| { store::keep_places(tx, circle, &now).await })?;
        }
        self.analyses.put(key, &analysis, |(of, ..)| *of >= edition);
        Ok(analysis)
    }

    /// How many ties there are, whoever may see them; for the command line.
    pub async fn ties(&self) -> HashMap<Uuid, Vec<Tie>> {
        (*self.standing.lock().await.by_origin).clone()
    }
}

/// Ways from the page of a party to its place on the map.
pub fn hooks() -> Hooks {
    let beside =
        Beside {
            label: both("つながりの地図", "On the map"), path: |id| format!("/map?at={id}"), may: |_, _| true
        };
    let reach = Beside {
        label: both("どうつながるか", "How you are connected"),
        path: |id| format!("/map/paths?to={id}"),
        may: |actor, party| actor.is_signed_in() && !actor.acts_for(party),
    };
    let parties = directory::records::PARTIES;
    parties.iter().fold(Hooks::default(), |hooks, kind| hooks.beside(kind, beside).beside(kind, reach))
}

/// Every address of the map.
pub fn routes(map: &Arc<Map>) -> Routes {
    use pages as p;
    let everyone = Access::Everyone;
    macro_rules! with {
        ($handler:path) => {{
            let map = Arc::clone(map);
            move |cx| $handler(cx, Arc::clone(&map))
        }};
        ($handler:path, $one:ident) => {{
            let map = Arc::clone(map);
            move |cx, $one| $handler(cx, $one, Arc::clone(&map))
        }};
    }
    let routes = Routes::new()
        .page("/map", everyone, with!(p::map::page))
        .page("/map/table", everyone, with!(p::table::page))
        .page("/map/paths", everyone, with!(p::paths::page))
        .page("/map/balance", everyone, with!(p::balance::page))
        .submit("/map/communities", Access::Staff, with!(p::balance::name, sent))
        .page("/map/changes", everyone, with!(p::changes::page))
        .page("/map/bridges", Access::SignedIn, with!(p::bridges::page))
        .submit("/map/bridges", Access::SignedIn, with!(p::bridges::keep, sent))
        .page("/map/bridges/{id}", Access::SignedIn, with!(p::bridges::kept, id))
        .page("/map/embed", everyone, with!(p::map::embed));
    ["graphml", "gexf", "csv", "json", "svg"].into_iter().fold(routes, |routes, format| {
        let map = Arc::clone(map);
        routes.page(&format!("/map/export.{format}"), everyone, move |cx| p::files::page(cx, format, Arc::clone(&map)))
    })
}
