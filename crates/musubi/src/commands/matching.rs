//! `musubi match`: matching and search over task files (JSON lines), with the language files of the data folder. Needs no hub.

use super::say;
use crate::config::File;
use crate::language::{Opened, Sources, folder};
use crate::wiring;
use anyhow::{Context, Result};
use clap::Subcommand;
use directory::records::PARTIES;
use encounter::matching::report;
use engine::affinity::Meaning;
use engine::affinity::tasks::measures::{Gold, rank_loss, read_answers, search, sure};
use engine::affinity::tasks::{self, Kind, Task};
use kernel::Actor;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

#[derive(Debug, Subcommand)]
pub enum MatchAct {
    /// Answer a task: JSON lines in, one line {"request","profile","score"} per answer out.
    Rank {
        /// Task; standard input without one.
        task: Option<PathBuf>,
        /// Answers; standard output without one.
        output: Option<PathBuf>,
        /// Leave the sentence vectors out.
        #[arg(long)]
        no_vectors: bool,
    },
    /// Say why two parties of the hub are suggested to each other, or why not. Parties by code or id.
    Explain { one: String, other: String },
    /// Answer every task of a folder and measure against the gold standard of the same name.
    Evaluate {
        /// Folder of NAME.jsonl.
        tasks: PathBuf,
        /// Folder of NAME.json.
        gold: PathBuf,
        /// Only tasks whose name contains this.
        #[arg(long, default_value = "")]
        only: String,
        #[arg(long)]
        no_vectors: bool,
    },
}

pub(super) async fn run(file: &File, act: MatchAct) -> Result<ExitCode> {
    let opened = Opened::open(Sources::of(&folder(&file.data.folder), Vec::new()));
    match act {
        MatchAct::Rank { task, output, no_vectors } => rank(&opened, task.as_deref(), output.as_deref(), !no_vectors)?,
        MatchAct::Explain { one, other } => return explain(file, &one, &other).await,
        MatchAct::Evaluate { tasks, gold, only, no_vectors } => evaluate(&opened, &tasks, &gold, &only, !no_vectors)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(opened: &Opened, task: &Task, vectors: bool) -> String {
    let encode = |text: &str| opened.encoder().map(|encoder| encoder.encode(text)).unwrap_or_default();
    let meaning = (vectors && opened.encoder().is_some()).then_some(&encode as &dyn Meaning);
    tasks::answer(task, opened.analyzer(), meaning)
}

fn rank(opened: &Opened, task: Option<&Path>, output: Option<&Path>, vectors: bool) -> Result<()> {
    let mut text = String::new();
    match task {
        Some(path) => text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?,
        None => {
            std::io::stdin().read_to_string(&mut text)?;
        }
    }
    let answers = answer(opened, &Task::read(&text)?, vectors);
    match output {
        Some(path) => std::fs::write(path, answers).with_context(|| path.display().to_string())?,
        None => std::io::stdout().write_all(answers.as_bytes())?,
    }
    Ok(())
}

fn evaluate(opened: &Opened, tasks: &Path, gold: &Path, only: &str, vectors: bool) -> Result<()> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(tasks)
        .with_context(|| tasks.display().to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "jsonl"))
        .collect();
    paths.sort();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if !name.contains(only) {
            continue;
        }
        let task = Task::read(&std::fs::read_to_string(&path)?).with_context(|| name.clone())?;
        let values: Gold = serde_json::from_slice(&std::fs::read(gold.join(format!("{name}.json")))?)?;
        let begin = Instant::now();
        let answers = read_answers(&answer(opened, &task, vectors));
        let seconds = begin.elapsed().as_secs_f64();
        match task.kind {
            Kind::Rank => say(format!("{name}: loss {:.4} · {seconds:.1} s", rank_loss(&values, &answers))),
            Kind::Search => {
                let got = search(&values, &answers, task.k);
                let certain = sure(&values, &answers);
                say(format!(
                    "{name}: nDCG@{} {:.4} · MRR {:.4} · first {:.4} · sure of {:.0} %, of which {:.1} % right · {seconds:.1} s",
                    task.k,
                    got.ndcg,
                    got.reciprocal_rank,
                    got.first,
                    100.0 * certain.answered,
                    100.0 * certain.right
                ));
            }
        }
    }
    Ok(())
}

/// Prints the whole report of a pair, as staff may know it.
async fn explain(file: &File, one: &str, other: &str) -> Result<ExitCode> {
    let db = super::open_beside(file).await?;
    let assembled = wiring::assemble(file, db).await?;
    let app = &assembled.app;
    let actor = Actor::system("match");
    let keyring = actor.keyring();
    let party = |written: &str| {
        let by_code = PARTIES.iter().find_map(|kind| app.catalogue.by_code(kind, written, &keyring));
        by_code.or_else(|| written.parse().ok()).with_context(|| format!("no party {written}"))
    };
    let pair = [party(one)?, party(other)?];
    let mut features = encounter::matching::Features::default();
    assembled.matching.refresh(app, &mut features).await?;
    let standing = assembled.matching.standing().context("no corpus")?;
    let Some(told) = report(&standing, &app.catalogue, &actor, &keyring, pair) else {
        say(
            "never suggested to each other: one of them is no party, has nothing to suggest, belongs to the other, or said “not again”",
        );
        return Ok(ExitCode::FAILURE);
    };
    let place = told.place.map_or("not in the list".to_owned(), |place| format!("number {place} of the list"));
    say(format!("score {:.4}, {place}; sentence vectors {}", told.score, if standing.vectors { "on" } else { "off" }));
    for (part, value) in told.parts.iter().filter(|(_, value)| *value != 0.0) {
        say(format!("  {value:7.4}  {part:?}"));
    }
    for words in told.reasons {
        say(format!("because  {}\n         {}", words.en, words.ja));
    }
    for words in told.changes {
        say(format!("if       {}\n         {}", words.en, words.ja));
    }
    Ok(ExitCode::SUCCESS)
}
