//! What introductions prove about agreements. The agreements' side implements [`Promises`]; the program wires the two.

use crate::introductions::model::Outcome;
use crate::introductions::store::{self as rows, Introduction};
use chrono::NaiveDate;
use futures_util::future::BoxFuture;
use kernel::{Result, Text, Uuid};
use store::{Tx, atomically};
use web::records::actions::Doing;

/// Two parties were introduced, or something good came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Introduced {
    pub one: Uuid,
    pub other: Uuid,
    pub on: NaiveDate,
    /// Says that there was an introduction, and names nobody: a clause may be read by more people than the introduction.
    pub title: Text,
    /// `introduction:<id>`, or an address for what came of it.
    pub source: String,
}

/// Records uses of agreements between two parties. Told twice, it records once.
pub trait Promises: Send + Sync {
    /// Tells how many clauses were proved anew.
    fn introduced<'a>(&'a self, doing: &'a Doing<'a>, tx: &'a mut Tx, told: Introduced) -> BoxFuture<'a, Result<u64>>;
}

/// Tells the agreements of one made introduction: those of the two, and those of the hub with either.
pub async fn tell(doing: &Doing<'_>, promises: &dyn Promises, one: &Introduction) -> Result<u64> {
    let zone = doing.app.hub.zone;
    let Some(made_at) = one.made_at else { return Ok(0) };
    let mut told = vec![(
        made_at.with_timezone(&zone).date_naive(),
        Text::pair("ご紹介をしました", "An introduction was made"),
        format!("introduction:{}", one.id),
    )];
    let said = rows::outcomes(&doing.db, one.id).await?;
    let good = said.iter().find(|said| Outcome::from_code(&said.result).is_some_and(Outcome::is_good));
    if let Some(said) = good {
        let base = doing.app.settings.base_url.as_str().trim_end_matches('/');
        told.push((
            said.said_at.with_timezone(&zone).date_naive(),
            Text::pair("ご紹介から話が進みました", "An introduction led to more"),
            format!("{base}/introductions/{}#outcome", one.id),
        ));
    }
    let hub = doing.app.hub.organization;
    let of_hub = [one.asker, one.other].into_iter().filter_map(|party| Some((hub?, party)));
    let pairs: Vec<(Uuid, Uuid)> = of_hub.filter(|(hub, party)| hub != party).chain([(one.asker, one.other)]).collect();
    atomically!(doing.db, |tx| {
        let mut proved = 0;
        for (on, title, source) in &told {
            for (first, second) in &pairs {
                let told =
                    Introduced { one: *first, other: *second, on: *on, title: title.clone(), source: source.clone() };
                proved += promises.introduced(doing, tx, told).await?;
            }
        }
        rows::mark_told(tx, one.id).await?;
        Ok(proved)
    })
}
