//! One record type as CSV with paths as column names, for the command line: what [`super::load_csv`] reads back.

use super::export::{Sheet, Survey, Wording, csv_text};
use crate::records::actions::Doing;
use kernel::record::{Record, RecordType};
use kernel::{Error, Result};
use std::io::Write;
use store::records::{self, Scope};

const BATCH: i64 = 500;

/// Writes every record that the actor may see, in the order of their ids.
pub async fn export_csv(doing: &Doing<'_>, kind: &'static RecordType, mut writer: impl Write) -> Result<u64> {
    let keyring = doing.actor.keyring();
    let mut survey = Survey::default();
    let mut after = None;
    loop {
        let batch = batch(doing, kind, after).await?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id);
        batch.iter().for_each(|record| survey.look(record));
    }
    let sheet = Sheet::new(doing.app, &keyring, kind, Wording::Codes, &survey);
    let mut put = |text: String| writer.write_all(text.as_bytes()).map_err(Error::internal);
    put(csv_text([sheet.header()])?)?;
    let (mut written, mut after) = (0, None);
    loop {
        let batch = batch(doing, kind, after).await?;
        let Some(last) = batch.last() else { return Ok(written) };
        after = Some(last.id);
        written += batch.len() as u64;
        put(csv_text(batch.iter().map(|record| sheet.row(record)))?)?;
    }
}

async fn batch(doing: &Doing<'_>, kind: &'static RecordType, after: Option<kernel::Uuid>) -> Result<Vec<Record>> {
    let keyring = doing.actor.keyring();
    let found = records::all(&doing.db, kind, after, BATCH, Scope::Keys(&keyring)).await?;
    Ok(found.iter().map(|record| record.seen_by(doing.actor)).collect())
}
