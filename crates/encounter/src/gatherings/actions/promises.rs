//! What gatherings prove about agreements: that parties held something together, or visited each other. The
//! agreements' side implements [`Promises`]; the program wires the two.

use crate::gatherings::model::when;
use crate::gatherings::records::{GATHERING, GATHERING_PART};
use crate::gatherings::store as rows;
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use kernel::record::Record;
use kernel::{Level, Result, Text, Uuid};
use store::records::{self, Scope};
use store::{Tx, atomically};
use web::records::actions::Doing;

/// A kind of use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Co-hosted, sponsored, supported or announced.
    Together,
    /// One party visited the other.
    Visit,
}

/// Something that took place and that two parties carried.
#[derive(Debug, Clone, PartialEq)]
pub struct Held {
    pub of: Use,
    pub one: Uuid,
    pub other: Uuid,
    pub on: NaiveDate,
    pub title: Text,
    pub url: String,
    /// `gathering:<id>`.
    pub source: String,
}

/// Records uses of agreements between two parties. Told twice, it records once.
pub trait Promises: Send + Sync {
    /// Tells how many clauses were proved anew.
    fn held<'a>(&'a self, doing: &'a Doing<'a>, tx: &'a mut Tx, held: Held) -> BoxFuture<'a, Result<u64>>;
}

/// Tells the agreements of one gathering that took place.
pub async fn tell(doing: &Doing<'_>, promises: &dyn Promises, id: Uuid) -> Result<u64> {
    let Some(gathering) = records::find(&doing.db, &GATHERING, id, Scope::Everything).await? else { return Ok(0) };
    let parts = records::linking(&doing.db, &GATHERING_PART, "gathering", id, Scope::Everything).await?;
    let uses = uses(doing, &gathering, &parts);
    atomically!(doing.db, |tx| {
        let mut proved = 0;
        for held in &uses {
            proved += promises.held(doing, tx, held.clone()).await?;
        }
        rows::mark_told(tx, id).await?;
        Ok(proved)
    })
}

/// Every pair of a host and somebody who carried the gathering with it. What only staff may see proves nothing.
fn uses(doing: &Doing<'_>, gathering: &Record, parts: &[Record]) -> Vec<Held> {
    let zone = when::zone_of(gathering, doing.app.hub.zone);
    let Some(span) = when::span(gathering, zone) else { return Vec::new() };
    if gathering.audience.level < Level::Members {
        return Vec::new();
    }
    let visit = gathering.plain("kind") == "visit";
    let of = |roles: &[&str]| -> Vec<Uuid> {
        parts.iter().filter(|p| roles.contains(&p.plain("role"))).filter_map(|p| p.link("party")).collect()
    };
    let hosts = of(&["host", "operator"]);
    let others = of(if visit { &["visitor"] } else { &["host", "cohost", "sponsor", "supporter", "announcer"] });
    let base = doing.app.settings.base_url.as_str().trim_end_matches('/');
    let mut uses: Vec<Held> = Vec::new();
    for one in &hosts {
        for other in others.iter().filter(|other| *other != one) {
            let known = uses.iter().any(|u| (u.one, u.other) == (*one, *other) || (u.other, u.one) == (*one, *other));
            if !known {
                uses.push(Held {
                    of: if visit { Use::Visit } else { Use::Together },
                    one: *one,
                    other: *other,
                    on: span.start.date(),
                    title: gathering.title(),
                    url: format!("{base}/ja/gatherings/{}", gathering.id),
                    source: format!("gathering:{}", gathering.id),
                });
            }
        }
    }
    uses
}
