//! Evidence that a clause was used: by hand through the kit's form, or by other subsystems through
//! [`record_evidence`]. One source counts once per clause.

use crate::agreements::records::{CLAUSE, EVIDENCE};
use crate::agreements::store as rows;
use kernel::edtf::Edtf;
use kernel::record::Record;
use kernel::{Error, Result, Text, Uuid};
use store::{Tx, records};
use web::records::actions::{self, Doing};

/// What happened, as another subsystem tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Used {
    pub clause: Uuid,
    pub happened: Edtf,
    pub title: Text,
    /// Where it can be read about.
    pub url: Option<String>,
    /// The record it comes from, as `type:id` (`gathering:0198…`), or its address.
    pub source: String,
    /// Who may see it, where that is fewer than may see the clause.
    pub audience: Option<kernel::Audience>,
}

/// Whether a source is a record or an address, and so names one event.
pub(super) fn names_one_record(source: &str) -> bool {
    let id = source.split_once(':').is_some_and(|(_, id)| id.parse::<Uuid>().is_ok());
    id || source.starts_with("https://") || source.starts_with("http://")
}

/// Records a use in the caller's transaction. `None`: this source is recorded for the clause already, nothing is
/// changed; so a consumer of the feed may tell the same thing twice.
///
/// # Errors
/// `NotFound` when there is no such clause.
pub async fn record_evidence(doing: &Doing<'_>, tx: &mut Tx, used: Used) -> Result<Option<Record>> {
    let clause =
        records::in_tx(tx, &CLAUSE, used.clause).await?.filter(|c| c.deleted_at.is_none()).ok_or(Error::NotFound)?;
    let mut evidence = Record::new(&EVIDENCE, doing.app.clock.now());
    if rows::evidence_from(tx, clause.id, &used.source, evidence.id).await? {
        return Ok(None);
    }
    evidence.audience = used.audience.unwrap_or_else(|| clause.audience.clone());
    evidence.fictional = clause.fictional;
    evidence.source = Some(used.source);
    evidence.set("clause", clause.id);
    evidence.set("happened", used.happened.to_string());
    evidence.set("title", used.title);
    if let Some(url) = used.url {
        evidence.set("url", url);
    }
    actions::create_within(doing, tx, evidence).await.map(Some)
}
