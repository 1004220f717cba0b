//! `musubi round`: a discussion round from files, with nothing but a spreadsheet. The same readers and rules as pages.

use super::{open, say};
use crate::config::File;
use crate::wiring;
use anyhow::{Context, Result};
use clap::{Subcommand, ValueEnum};
use encounter::rounds::files;
use encounter::rounds::model::build::Options;
use encounter::rounds::sheet::wishes::Whose as Of;
use kernel::{Actor, Lang, Text};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use web::records::actions::Doing;

#[derive(Debug, Subcommand)]
pub enum RoundAct {
    /// Bring participants and wishes into a round; it is made when there is none with this code.
    Import {
        /// Code or id of the round.
        round: String,
        #[arg(long)]
        participants: Option<PathBuf>,
        #[arg(long)]
        wishes: Option<PathBuf>,
        /// Whose wishes a table of marks holds.
        #[arg(long, value_enum, default_value = "rows")]
        whose: Whose,
        /// Who is meant by a name that nobody has: "written=participant"; "written=" skips it. May come more than once.
        #[arg(long = "meant")]
        meant: Vec<String>,
        /// Days of a new round: "2026-12-07 10:00-12:00 13:00-15:00; 2026-12-08 10:00-12:00".
        #[arg(long)]
        days: Option<String>,
        /// Minutes per meeting of a new round.
        #[arg(long, default_value_t = 20)]
        minutes: i64,
        /// Tables of a new round; without it every laboratory has its own room.
        #[arg(long)]
        tables: Option<i64>,
    },
    /// Plan the round.
    Solve {
        round: String,
        #[arg(long, default_value_t = 10)]
        seconds: i64,
        /// "Must" is a rule, not the strongest wish.
        #[arg(long)]
        binding: bool,
        /// Pairs without a wish fill free slots.
        #[arg(long)]
        fill: bool,
        /// Keep the plan as far as possible.
        #[arg(long)]
        repair: bool,
    },
    /// Write sheets to start from: participants, a list of wishes (.csv or .xlsx).
    Template {
        #[arg(value_enum)]
        what: What,
        file: PathBuf,
        /// ja or en.
        #[arg(long, default_value = "ja")]
        lang: String,
    },
    /// Publish the plan without mails.
    Publish { round: String },
    /// Write each participant's own address (.csv or .xlsx), to hand out: it opens answers and schedule without an account.
    Addresses {
        round: String,
        file: PathBuf,
        #[arg(long, default_value = "ja")]
        lang: String,
    },
    /// Write the timetable (.csv or .xlsx).
    Export {
        round: String,
        file: PathBuf,
        /// ja or en.
        #[arg(long, default_value = "ja")]
        lang: String,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum What {
    Participants,
    Wishes,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Whose {
    Rows,
    Columns,
    Both,
}

pub(super) async fn run(file: &File, act: RoundAct) -> Result<ExitCode> {
    let db = open(file).await?;
    let assembled = wiring::assemble(file, db.clone()).await?;
    let actor = Actor::system("command line");
    let done = work(&Doing::system(&assembled.app, &actor), act).await;
    db.close().await?;
    done
}

async fn work(doing: &Doing<'_>, act: RoundAct) -> Result<ExitCode> {
    let mut clean = true;
    match act {
        RoundAct::Import { round, participants, wishes, whose, meant, days, minutes, tables } => {
            let id = match (files::find(doing, &round).await, days) {
                (Ok(id), _) => id,
                (Err(_), Some(days)) => {
                    files::create(doing, |record| {
                        record.code = Some(round.clone());
                        record.set("name", Text::pair(round.clone(), round.clone()));
                        record.set("kind", "discussion");
                        record.set("days", days);
                        record.set("slot_minutes", minutes);
                        record.set("rooms", if tables.is_some() { "tables" } else { "own" });
                        if let Some(tables) = tables {
                            record.set("tables", tables);
                        }
                    })
                    .await?
                }
                (Err(error), None) => {
                    return Err(error).with_context(|| format!("no round {round}; --days makes a new one"));
                }
            };
            let read = |path: &PathBuf| std::fs::read(path).with_context(|| format!("reading {}", path.display()));
            if let Some(path) = participants {
                let report = files::import_participants(doing, id, read(&path)?, None).await?;
                clean &= tell(&sheet_name(&path), &report);
            }
            if let Some(path) = wishes {
                let whose = match whose {
                    Whose::Rows => Of::Rows,
                    Whose::Columns => Of::Columns,
                    Whose::Both => Of::Both,
                };
                let mut meant = answers(&meant)?;
                let mut report = files::import_wishes(doing, id, read(&path)?, whose, &meant).await?;
                if !report.unknown.is_empty() && ask(&report, &mut meant)? {
                    let again = files::import_wishes(doing, id, read(&path)?, whose, &meant).await?;
                    report = files::Report { new: report.new + again.new, ..again };
                }
                clean &= tell(&sheet_name(&path), &report);
            }
        }
        RoundAct::Solve { round, seconds, binding, fill, repair } => {
            let id = files::find(doing, &round).await?;
            let run = files::solve_now(doing, id, seconds, Options { binding, fill }, repair).await?;
            let result = run.outcome();
            for lang in Lang::ALL {
                say(result.quality(lang));
                say(result.wishes(lang));
            }
            result.causes.iter().for_each(|cause| say(format!("{} / {}", cause.en, cause.ja)));
            say(
                serde_json::json!({ "state": run.state, "vector": result.vector, "weight": result.weight, "bound": result.bound,
                "meetings": result.meetings, "seconds": result.seconds, "unavoidable": result.unavoidable, "changes": result.changed }),
            );
            clean = !run.proposed().is_empty();
        }
        RoundAct::Template { what, file, lang } => {
            let name = file.to_string_lossy().into_owned();
            let bytes = files::template(matches!(what, What::Wishes), &name, language(&lang)?)?;
            std::fs::write(&file, bytes).with_context(|| format!("writing {name}"))?;
            say(name);
        }
        RoundAct::Publish { round } => {
            let id = files::find(doing, &round).await?;
            let number = files::publish_quietly(doing, id).await?;
            say(format!("version {number} / 第{number}版"));
        }
        RoundAct::Addresses { round, file, lang } => {
            let id = files::find(doing, &round).await?;
            let name = file.to_string_lossy().into_owned();
            let bytes = files::addresses(doing, id, &name, language(&lang)?).await?;
            std::fs::write(&file, bytes).with_context(|| format!("writing {name}"))?;
            say(name);
        }
        RoundAct::Export { round, file, lang } => {
            let id = files::find(doing, &round).await?;
            let name = file.to_string_lossy().into_owned();
            let bytes = files::export(doing, id, &name, language(&lang)?).await?;
            std::fs::write(&file, bytes).with_context(|| format!("writing {name}"))?;
            say(name);
        }
    }
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn language(tag: &str) -> Result<Lang> {
    Lang::from_tag(tag).with_context(|| format!("--lang {tag}: write ja or en"))
}

/// The file's name without its folder, as people call a sheet.
fn sheet_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// `written=participant` as it was given; nothing behind the sign skips the name.
fn answers(given: &[String]) -> Result<files::Meant> {
    let mut meant = files::Meant::new();
    for one in given {
        let (written, name) =
            one.split_once('=').with_context(|| format!("--meant {one}: write written=participant"))?;
        meant.insert(written.trim().to_owned(), Some(name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    Ok(meant)
}

/// Asks who is meant, when somebody sits there to answer. `true`: there are new answers.
fn ask(report: &files::Report, meant: &mut files::Meant) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    let mut answered = false;
    for (name, near) in report.unknown.iter().filter(|(_, near)| !near.is_empty()) {
        say(format!("“{name}”: who is meant? / だれのことですか。"));
        for (at, proposed) in near.iter().enumerate() {
            say(format!("  {}  {proposed}", at + 1));
        }
        say("  0  nobody, skip / 飛ばす");
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).context("reading the answer")?;
        let chosen = line.trim().parse::<usize>().ok();
        if let Some(at) = chosen {
            meant.insert(name.clone(), at.checked_sub(1).and_then(|at| near.get(at)).cloned());
            answered |= at > 0;
        }
    }
    Ok(answered)
}

/// What a sheet did; every fault with sheet, row and column in both languages.
fn tell(sheet: &str, report: &files::Report) -> bool {
    for fault in &report.faults {
        let words = |lang| format!("{}: {}", fault.place(lang), fault.said.get(lang));
        say(format!("{sheet}, {} / {}", words(Lang::En), words(Lang::Ja)));
    }
    for (name, near) in &report.unknown {
        say(format!("{sheet}: nobody is called “{name}” / 「{name}」という参加者はいません"));
        if !near.is_empty() {
            let near: Vec<String> = near.iter().map(|one| format!("--meant \"{name}={one}\"")).collect();
            say(format!("  perhaps / もしかして: {}", near.join("  ")));
        }
    }
    say(format!("{sheet}: {} new, {} changed", report.new, report.changed));
    report.faults.is_empty() && report.unknown.is_empty()
}
