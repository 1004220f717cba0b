//! 4 Matchmaking, between events too: who should meet whom, and why. The ranking is `engine::affinity::reciprocal`; here its
//! input is made of records, within their audiences, and its answers are shown with reasons that point at records.
//!
//! Words: a *suggestion* is a party that another one could meet; *not again* takes it out of the list for ever.
//!
//! ```text
//! records ──► features (kept per record and version) ──► corpus ──► suggestions, reasons, what would have to change
//!                                                          ▲
//!      answers ("not again", and what is learned from all) ┘
//! ```
//!
//! Never here: text analysis (the program lends it as [`Reading`]), contact details, introductions.

mod actions;
mod between;
mod corpus;
mod features;
mod learning;
mod pages;
mod policy;
mod report;
mod staff;
pub(crate) mod store;
mod words;

#[cfg(test)]
mod tests;

pub use between::{Suggested, between};
pub use corpus::{Grouping, Standing};
pub use features::Features;
pub use learning::Learned;
pub use report::{Report, report, scores, why};

use ::store::feed;
use engine::affinity::{Analyzer, Meaning};
use kernel::{Error, Permission, Result, both};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;
use tokio::time::Instant;
use web::hooks::Following;
use web::{Access, App, Beside, Hooks, Personal, Routes};

/// What text is read with: lent by the program, which knows where the language files are.
pub trait Reading: Send + Sync {
    /// Lends the analyzer, and the encoder of sentence vectors where there is one.
    fn lend(&self, work: &mut dyn FnMut(&Analyzer<'_>, Option<&dyn Meaning>));
    /// Another number when texts would be read otherwise than before.
    fn edition(&self) -> u64;
}

/// The matcher of a running hub: a corpus that follows the change feed.
pub struct Matching {
    reading: Arc<dyn Reading>,
    groupings: &'static [Grouping],
    standing: RwLock<Option<Arc<Standing>>>,
}

impl Matching {
    /// `groupings`: record types that tie the parties they name, such as the parties of an agreement.
    pub fn new(reading: Arc<dyn Reading>, groupings: &'static [Grouping]) -> Matching {
        Matching { reading, groupings, standing: RwLock::new(None) }
    }

    /// The corpus as it stands; `None` while the first one is being made.
    pub fn standing(&self) -> Option<Arc<Standing>> {
        self.standing.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Makes the corpus anew from the records. Features of records that did not change are kept.
    pub async fn refresh(&self, app: &App, features: &mut Features) -> Result<()> {
        let at = feed::newest(&app.db).await?;
        if let Some(standing) = self.standing() {
            learning::note(app, &standing).await?;
        }
        let (learns, log) = learning::log(app).await?;
        let material = corpus::gather(app, self.groupings).await?;
        // Reading texts and laying out the corpus is work of seconds in a large hub; it must not hold a thread that serves.
        let (reading, mut kept) = (Arc::clone(&self.reading), std::mem::take(features));
        let stood = tokio::task::spawn_blocking(move || {
            let learned = learning::learn(learns, &log);
            (corpus::stand(material, &mut kept, &*reading, at).map(|standing| standing.with(learned)), kept)
        });
        let (standing, kept) = stood.await.map_err(Error::internal)?;
        *features = kept;
        let standing = standing?;
        *self.standing.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(standing));
        Ok(())
    }

    /// Follows the feed for as long as the program runs. Bursts of changes make one refresh, and refreshing takes a
    /// twentieth of one core at most: in a large hub suggestions are some seconds behind rather than pages slow.
    pub async fn follow(&self, app: App) {
        let mut newest = app.db.feed_watch();
        let mut features = Features::default();
        let mut seen = None;
        loop {
            let begun = Instant::now();
            let now = (feed::newest(&app.db).await.unwrap_or(0), self.reading.edition());
            if matches!(seen, Some(seen) if says_nothing_new(&app, seen, now).await) {
                seen = Some(now);
            } else {
                match self.refresh(&app, &mut features).await {
                    Ok(()) => seen = Some(now),
                    Err(error) => tracing::warn!(%error, "suggestions could not be made, will try again"),
                }
            }
            let rest = (begun.elapsed() * 20).max(Duration::from_millis(400));
            let _ = tokio::time::timeout(Duration::from_secs(1), newest.changed()).await;
            tokio::time::sleep(rest).await;
        }
    }
}

/// Types that come in great numbers and say nothing about who fits whom.
const SILENT: [&str; 2] = ["registration", "round_event"];

/// Whether nothing that counts has changed between two places in the feed, and texts are read as before.
async fn says_nothing_new(app: &App, (from, read): (i64, u64), (to, reads): (i64, u64)) -> bool {
    let touched = feed::touched(&app.db, from, to).await;
    read == reads && touched.is_ok_and(|touched| touched.iter().all(|(kind, _)| SILENT.contains(&kind.as_str())))
}

/// Ways from the page of a party to its suggestions; answers follow merged parties and people's rights.
pub fn hooks() -> Hooks {
    let beside = Beside {
        label: both("会うとよい相手", "Whom to meet"),
        path: |id| format!("/matches?for={id}"),
        may: |actor, party| policy::may_read(actor, party).is_ok(),
    };
    let following = Following::of::<actions::NotAgain>("matching");
    let personal = Personal { key: "matching", copy: actions::copy, forget: actions::forget };
    let hooks = Hooks::default().following(following).personal(personal);
    directory::records::PARTIES.iter().fold(hooks, |hooks, kind| hooks.beside(kind, beside))
}

/// Every address of matching.
pub fn routes(matching: &Arc<Matching>) -> Routes {
    let (for_list, for_one, for_staff) = (Arc::clone(matching), Arc::clone(matching), Arc::clone(matching));
    let concierge = Access::May(Permission::ReviewDirectory);
    Routes::new()
        .page("/staff/matching", concierge, move |cx| staff::page(cx, Arc::clone(&for_staff)))
        .submit("/staff/matching", concierge, staff::switch)
        .page("/matches", Access::SignedIn, move |cx, query| pages::list(cx, query, Arc::clone(&for_list)))
        .page("/matches/{party}/{other}", Access::SignedIn, move |cx, path| pages::one(cx, path, Arc::clone(&for_one)))
        .submit("/matches/{party}/{other}/never", Access::SignedIn, pages::never)
        .submit("/matches/{party}/{other}/again", Access::SignedIn, pages::again)
}
