//! A round from files, without pages: for the command line and the sample hub. The same readers and actions as pages use.

use super::actions::solve::{self, Ask};
use super::actions::{answers, publish, setup};
use super::model::build::Options;
use super::model::{Dossier, Side};
use super::records::ROUND;
use super::sheet::{Fault, likeness, participants, templates, wishes};
use super::store as rows;
use super::store::Run;
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid};
use std::collections::BTreeMap;
use web::records::actions::{self as kit, Doing};
use web::records::exchange::export::{csv_text, workbook};
use web::records::exchange::read_file;

/// What a file did, and what of it could not be read.
#[derive(Debug, Default)]
pub struct Report {
    pub new: usize,
    pub changed: usize,
    pub faults: Vec<Fault>,
    /// Names that nobody in the round has, each with participants who may be meant, the likeliest first.
    pub unknown: Vec<(String, Vec<String>)>,
}

/// Who is meant by names that nobody in the round has; `None` skips them.
pub type Meant = BTreeMap<String, Option<String>>;

/// Participants that are proposed for a name.
const PROPOSED: usize = 3;
/// How alike a proposed name is at least, of 100.
const ALIKE: usize = 30;

/// The round with this code or id.
pub async fn find(doing: &Doing<'_>, key: &str) -> Result<Uuid> {
    let keys = doing.actor.keyring();
    if let Ok(id) = key.parse() {
        return Ok(id);
    }
    doing.app.catalogue.by_code(ROUND.key, key, &keys).ok_or(Error::NotFound)
}

/// Stores a new round.
pub async fn create(doing: &Doing<'_>, fill: impl FnOnce(&mut Record)) -> Result<Uuid> {
    let mut record = Record::new(&ROUND, doing.app.clock.now());
    fill(&mut record);
    Ok(kit::create(doing, record).await?.id)
}

pub async fn dossier(doing: &Doing<'_>, round: Uuid) -> Result<Dossier> {
    rows::dossier(&doing.db, setup::zone(doing), round).await
}

/// Takes in a sheet of participants. Names are linked to the directory where exactly one record has them.
pub async fn import_participants(doing: &Doing<'_>, round: Uuid, file: Vec<u8>, side: Option<Side>) -> Result<Report> {
    let dossier = dossier(doing, round).await?;
    let read = participants::read(&read_file(file)?, &dossier.round, &dossier.grid, side);
    let keys = doing.actor.keyring();
    let linked: BTreeMap<usize, Uuid> = read
        .iter()
        .filter_map(|row| match doing.app.catalogue.by_name(&["organization", "unit"], &row.name, &keys).as_slice() {
            [one] => Some((row.line, one.id)),
            _ => None,
        })
        .collect();
    let taken = setup::take_participants(doing, round, &read, &linked).await?;
    let faults = read.into_iter().flat_map(|row| row.faults).collect();
    Ok(Report { new: taken.new, changed: taken.changed, faults, unknown: Vec::new() })
}

/// Takes in a sheet of wishes; wishes of unknown names are reported with proposals, not stored. `meant` answers for names
/// that were unknown before.
pub async fn import_wishes(
    doing: &Doing<'_>,
    round: Uuid,
    file: Vec<u8>,
    whose: wishes::Whose,
    meant: &Meant,
) -> Result<Report> {
    let dossier = dossier(doing, round).await?;
    let called = |name: &String| dossier.participants.iter().find(|p| p.name == *name || p.name_en == *name);
    let mut chosen = BTreeMap::new();
    for (written, name) in meant {
        let found = name.as_ref().map(|name| called(name).map(|p| p.id).ok_or_else(|| nobody(name))).transpose()?;
        chosen.insert(written.clone(), found);
    }
    let read = wishes::read(&read_file(file)?, &dossier, whose, &chosen);
    let taken = answers::take_wishes(doing, round, &read.wishes).await?;
    let unknown = read.unknown.into_iter().map(|name| {
        let near = wishes::candidates(&dossier, &name).into_iter();
        let near = near.filter(|p| likeness(&p.name, &name).max(likeness(&p.name_en, &name)) >= ALIKE);
        let near = near.take(PROPOSED).map(|p| p.name.clone()).collect();
        (name, near)
    });
    let unknown = unknown.collect();
    Ok(Report { new: taken.new, changed: taken.changed, faults: read.faults, unknown })
}

fn nobody(name: &str) -> Error {
    Error::Conflict(kernel::lang::Said::new(
        format!("「{name}」という参加者はいません。"),
        format!("No participant is called “{name}”."),
    ))
}

/// Plans a round here and now and takes the result into the plan.
pub async fn solve_now(doing: &Doing<'_>, round: Uuid, seconds: i64, options: Options, repair: bool) -> Result<Run> {
    let run = solve::at_once(doing, round, Ask { options, repair, seconds }).await?;
    if run.accepted_at.is_none() && !run.proposed().is_empty() {
        solve::accept(doing, run.id).await?;
    }
    Ok(run)
}

/// Publishes without mails.
pub async fn publish_quietly(doing: &Doing<'_>, round: Uuid) -> Result<i64> {
    publish::publish(doing, round, "", false).await
}

/// Opens a round for answers without mails.
pub async fn ask_quietly(doing: &Doing<'_>, round: Uuid) -> Result<()> {
    publish::ask(doing, round, false).await.map(drop)
}

/// The timetable as CSV, or as a workbook when the name ends in `.xlsx`.
pub async fn export(doing: &Doing<'_>, round: Uuid, name: &str, lang: Lang) -> Result<Vec<u8>> {
    let table = templates::timetable(lang, &dossier(doing, round).await?);
    written(kernel::both("時間割", "Timetable").get(lang), name, table)
}

/// Each participant's own address; whoever has it answers for that participant, so the file is for the organizers alone.
pub async fn addresses(doing: &Doing<'_>, round: Uuid, name: &str, lang: Lang) -> Result<Vec<u8>> {
    super::policy::may_run(doing.actor)?;
    let base = doing.app.settings.base_url.as_str().trim_end_matches('/').to_owned();
    let dossier = dossier(doing, round).await?;
    let head = [kernel::both("名称", "Name"), kernel::both("本人のページ", "Their own page")];
    let mut table = vec![head.iter().map(|cell| cell.get(lang).to_owned()).collect::<Vec<_>>()];
    table.extend(
        dossier
            .participants
            .iter()
            .filter(|p| !p.withdrawn)
            .map(|p| vec![p.called(lang).to_owned(), format!("{base}/{}/my-round/{}", p.language, p.secret)]),
    );
    written(kernel::both("本人のページ", "Own pages").get(lang), name, table)
}

/// A sheet to start from: participants, or wishes.
pub fn template(wishes: bool, name: &str, lang: Lang) -> Result<Vec<u8>> {
    let (title, table) = if wishes {
        (kernel::both("希望", "Wishes"), templates::wishes(lang, None))
    } else {
        (kernel::both("参加者", "Participants"), templates::participants(lang))
    };
    written(title.get(lang), name, table)
}

fn written(title: &str, name: &str, table: Vec<Vec<String>>) -> Result<Vec<u8>> {
    if name.ends_with(".xlsx") {
        return workbook(title, &table);
    }
    Ok(format!("\u{FEFF}{}", csv_text(table)?).into_bytes())
}
