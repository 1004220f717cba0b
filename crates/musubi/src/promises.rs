//! What took place becomes evidence on the clauses that promised it, and what a membership promises holds at the door:
//! gatherings and introductions tell and ask, agreements remember and answer.

use alliance::agreements::{self, Used};
use chrono::NaiveDate;
use encounter::gatherings::{Grant, Held, Memberships, Perk, Promises, Use};
use encounter::introductions::{self, Introduced};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::edtf::Edtf;
use kernel::{Level, Result, Uuid};
use store::Tx;
use web::App;
use web::records::actions::Doing;

/// Agreements, as gatherings see them.
#[derive(Debug, Clone, Copy)]
pub struct Agreements;

/// What a use proves: the clause codes of which the first one granted counts.
const fn letters(of: Use) -> &'static [&'static str] {
    match of {
        Use::Together => &["cooperation_events_only", "cooperation_events", "reciprocal_events"],
        Use::Visit => &["mutual_visits"],
    }
}

impl Promises for Agreements {
    fn held<'a>(&'a self, doing: &'a Doing<'a>, tx: &'a mut Tx, held: Held) -> BoxFuture<'a, Result<u64>> {
        async move {
            for letter in letters(held.of) {
                let Some(clause) = agreements::granted(doing.app, held.one, held.other, letter, held.on).await? else {
                    continue;
                };
                let Some(happened) = Edtf::day(held.on) else { return Ok(0) };
                let used = Used {
                    clause: clause.clause,
                    happened,
                    title: held.title.clone(),
                    url: Some(held.url.clone()),
                    source: held.source.clone(),
                    audience: None,
                };
                return Ok(u64::from(agreements::record_evidence(doing, tx, used).await?.is_some()));
            }
            Ok(0)
        }
        .boxed()
    }
}

/// What an introduction proves: promoting links with others, and services to members.
const INTRODUCING: [&str; 2] = ["cluster_links", "member_services"];

impl introductions::Promises for Agreements {
    fn introduced<'a>(&'a self, doing: &'a Doing<'a>, tx: &'a mut Tx, told: Introduced) -> BoxFuture<'a, Result<u64>> {
        async move {
            for letter in INTRODUCING {
                let Some(clause) = agreements::granted(doing.app, told.one, told.other, letter, told.on).await? else {
                    continue;
                };
                let Some(happened) = Edtf::day(told.on) else { return Ok(0) };
                let used = Used {
                    clause: clause.clause,
                    happened,
                    title: told.title.clone(),
                    url: None,
                    source: told.source.clone(),
                    // That the two were introduced is theirs; of a public clause it must not become public.
                    audience: Some(Level::Staff.into()),
                };
                return Ok(u64::from(agreements::record_evidence(doing, tx, used).await?.is_some()));
            }
            Ok(0)
        }
        .boxed()
    }
}

/// The benefit behind a perk of gatherings.
fn perk_of(benefit: &str) -> Option<Perk> {
    match benefit {
        "event_priority" => Some(Perk::Priority),
        "event_discount" => Some(Perk::Discount),
        _ => None,
    }
}

impl Memberships for Agreements {
    fn grants<'a>(&'a self, app: &'a App, party: Uuid, on: NaiveDate) -> BoxFuture<'a, Result<Vec<Grant>>> {
        async move {
            let mut found = Vec::new();
            for entitled in agreements::entitlements(app, party, on).await? {
                let Some(perk) = perk_of(&entitled.benefit) else { continue };
                let Some(life) = agreements::life(app, entitled.agreement).await? else { continue };
                found.push(Grant {
                    perk,
                    agreement: entitled.agreement,
                    membership: agreements::membership_words(&entitled.membership_type),
                    until: agreements::end_words(life.end_on(on)),
                    limit_per_month: entitled.limit_per_month,
                });
            }
            Ok(found)
        }
        .boxed()
    }
}
