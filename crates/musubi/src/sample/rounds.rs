//! Two fictional rounds of the sample hub, brought in and planned by what everybody uses: one that asks for wishes, one
//! published with its timetable.

use anyhow::{Context, Result};
use encounter::rounds::files;
use encounter::rounds::model::build::Options;
use encounter::rounds::sheet::wishes::Whose;
use kernel::Text;
use kernel::record::Record;
use web::records::actions::Doing;

const PARTICIPANTS: &[u8] = include_bytes!("../../sample/rounds/participants.csv");
const WISHES: &[u8] = include_bytes!("../../sample/rounds/wishes.csv");

fn common(record: &mut Record, code: &str, name: (&str, &str)) {
    record.code = Some(code.to_owned());
    record.fictional = true;
    record.set("name", Text::pair(name.0, name.1));
    record.set("kind", "discussion");
    record.set("slot_minutes", 20_i64);
    record.set("zone", "Asia/Tokyo");
    record.set("rooms", "own");
    record.set("interpreters", 1_i64);
    record.set("venue", Text::pair("川の手キャンパス 研究棟", "Kawanote Campus, research building"));
}

/// Loads both.
pub async fn load(doing: &Doing<'_>) -> Result<()> {
    let asking = files::create(doing, |record| {
        common(record, "sample-round-asking", ("第8回 研究室×企業 面談会", "8th laboratory and company round"));
        record.set("days", "2027-02-15 13:00-15:00 15:20-17:00");
        record.set("deadline", "2027-01-29 17:00");
    })
    .await?;
    let published = files::create(doing, |record| {
        common(record, "sample-round", ("第7回 研究室×企業 面談会", "7th laboratory and company round"));
        record.set("days", "2026-12-07 13:00-15:00 15:20-17:00; 2026-12-08 13:00-15:00 15:20-17:00");
        record.set("open_to", "public");
    })
    .await?;
    for round in [asking, published] {
        let report = files::import_participants(doing, round, PARTICIPANTS.to_vec(), None).await?;
        anyhow::ensure!(report.faults.is_empty() || round == asking, "sample participants: {:?}", report.faults);
    }
    files::ask_quietly(doing, asking).await.context("asking")?;
    let report = files::import_wishes(doing, published, WISHES.to_vec(), Whose::Rows, &files::Meant::new()).await?;
    anyhow::ensure!(report.unknown.is_empty() && report.faults.is_empty(), "sample wishes: {report:?}");
    files::solve_now(doing, published, 1, Options::default(), false).await.context("planning")?;
    files::publish_quietly(doing, published).await.context("publishing")?;
    Ok(())
}
