//! CSV files with paths as column names, brought in by the program itself: sample data and the command line.

use super::apply::{self, BATCH, Counts};
use super::plan::{self, Options, SameName};
use super::runs::RowErrors;
use super::{columns, table};
use crate::records::actions::Doing;
use kernel::lang::Said;
use kernel::record::RecordType;
use kernel::{Error, FieldErrors, Result};
use std::io::Read;

/// What came of loading one file. With errors, nothing of it was stored.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoadReport {
    pub counts: Counts,
    pub errors: Vec<RowErrors>,
}

/// Loads a file into a type: new records are made, known ones (by id, code, identifier or unique name) updated. Nothing
/// is stored while any row has an error. Storing goes in batches of 500 rows, each kept whole or not at all; loading the
/// same file again goes on where a failure ended it.
///
/// # Errors
/// [`Error::Invalid`] when the file is no table or has a column that the type does not know; a storage error otherwise.
pub async fn load_csv(doing: &Doing<'_>, kind: &'static RecordType, reader: impl Read) -> Result<LoadReport> {
    let (plan, mut report) = planned(doing, kind, reader).await?;
    if !report.errors.is_empty() {
        return Ok(report);
    }
    report.counts = Counts::default();
    for batch in plan.rows.chunks(BATCH) {
        match apply::store_batch(doing, batch).await {
            Ok(stored) => report.counts.add(stored),
            Err(stopped) => {
                tracing::error!(line = stopped.line, error = %stopped.error, "load stopped");
                return Err(stopped.error);
            }
        }
    }
    doing.app.projections.catch_up(doing.app).await;
    Ok(report)
}

/// What loading would do, without storing anything.
///
/// # Errors
/// As [`load_csv`].
pub async fn check_csv(doing: &Doing<'_>, kind: &'static RecordType, reader: impl Read) -> Result<LoadReport> {
    Ok(planned(doing, kind, reader).await?.1)
}

async fn planned(
    doing: &Doing<'_>,
    kind: &'static RecordType,
    mut reader: impl Read,
) -> Result<(plan::Plan, LoadReport)> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(Error::internal)?;
    let sheet = table::read_file(bytes)?;
    let paths = columns::recognize(kind, &sheet.header);
    refuse_unknown_columns(&sheet.header, &paths)?;
    doing.app.projections.catch_up(doing.app).await;
    let options = Options { paths, same_name: SameName::Update, ..Options::default() };
    let plan = plan::plan(doing.app, doing.actor, kind, &sheet, &options).await?;
    let errors: Vec<RowErrors> = plan.errors().map(|row| RowErrors::of(row.line, &row.errors)).collect();
    let counts = match errors.is_empty() {
        true => Counts {
            created: plan.count(plan::Action::Create),
            updated: plan.count(plan::Action::Update),
            unchanged: plan.count(plan::Action::Unchanged),
        },
        false => Counts::default(),
    };
    Ok((plan, LoadReport { counts, errors }))
}

/// A program must not drop a column silently.
fn refuse_unknown_columns(header: &[String], paths: &[Option<String>]) -> Result<()> {
    let mut errors = FieldErrors::default();
    for (name, _) in header.iter().zip(paths).filter(|(name, path)| path.is_none() && !name.is_empty()) {
        errors.add(
            name,
            Said::new(
                format!("列「{name}」はこの種類の記録にありません。"),
                format!("This type has no column “{name}”."),
            ),
        );
    }
    errors.into_result()
}
