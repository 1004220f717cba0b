//! Configuration: file, then environment, then flags. A key that nobody knows stops the start and is named.

use anyhow::{Context, Result, bail};
use directory::accounts::{AccessSettings, OidcProvider};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// The file, as its owner writes it. Every part may be left out.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    pub server: Server,
    pub data: Data,
    pub hub: Option<HubNames>,
    pub mail: Option<Mail>,
    pub sign_in: SignIn,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    pub listen: SocketAddr,
    pub base_url: Option<url::Url>,
    pub extra_hosts: Vec<String>,
    pub trusted_proxies: Vec<std::net::IpAddr>,
    pub body_limit_kib: usize,
    pub upload_limit_mib: usize,
    pub request_timeout_seconds: u64,
    pub job_workers: usize,
    /// Connections at one time; more wait.
    pub connections: usize,
    /// Address and port for `/metrics`, `/health` and `/ready`, apart from readers. Absent: no metrics are given out.
    pub metrics: Option<SocketAddr>,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            base_url: None,
            extra_hosts: Vec::new(),
            trusted_proxies: Vec::new(),
            body_limit_kib: 1_024,
            upload_limit_mib: 64,
            request_timeout_seconds: 30,
            job_workers: 2,
            connections: 8_192,
            metrics: None,
        }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Data {
    /// Database (SQLite), attachments, search index.
    pub folder: PathBuf,
    /// `postgres://…` to keep the records in PostgreSQL instead.
    pub postgres: Option<String>,
    /// Bucket for attachments; needs a build with the feature `s3`.
    pub s3_bucket: Option<String>,
}

impl Default for Data {
    fn default() -> Data {
        Data { folder: PathBuf::from("data"), postgres: None, s3_bucket: None }
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubNames {
    pub name: Names,
    #[serde(default)]
    pub tagline: Names,
    #[serde(default = "tokyo")]
    pub timezone: chrono_tz::Tz,
    #[serde(default = "april")]
    pub fiscal_year_start: u32,
    /// Code of the organization record that is the hub.
    #[serde(default)]
    pub organization: Option<String>,
}

#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Names {
    pub ja: String,
    pub en: String,
}

fn tokyo() -> chrono_tz::Tz {
    chrono_tz::Asia::Tokyo
}

fn april() -> u32 {
    4
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// `smtp://host:25`, `smtps://user:password@host:465`, `smtp://user:password@host:587?tls=required`.
    pub smtp: String,
    /// Sender of every mail.
    pub from: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignIn {
    pub oidc: Vec<OidcProvider>,
    pub idle_days: i64,
    pub longest_days: i64,
}

impl Default for SignIn {
    fn default() -> SignIn {
        SignIn { oidc: Vec::new(), idle_days: 14, longest_days: 60 }
    }
}

/// Flags that every command takes; the environment stands in for a flag that is not given.
#[derive(Debug, Clone, clap::Args)]
pub struct Flags {
    /// Configuration file (TOML). Without it, musubi.toml in the current folder is read if it is there.
    #[arg(long, global = true, env = "MUSUBI_CONFIG")]
    pub config: Option<PathBuf>,
    /// Data folder.
    #[arg(long, global = true, env = "MUSUBI_DATA")]
    pub data: Option<PathBuf>,
    /// Keep the records in PostgreSQL (postgres://…).
    #[arg(long, global = true, env = "MUSUBI_POSTGRES", hide_env_values = true)]
    pub postgres: Option<String>,
}

const ENVIRONMENT: [&str; 8] = [
    "MUSUBI_CONFIG",
    "MUSUBI_DATA",
    "MUSUBI_POSTGRES",
    "MUSUBI_LISTEN",
    "MUSUBI_BASE_URL",
    "MUSUBI_LOG",
    "MUSUBI_LOG_FORMAT",
    "MUSUBI_PASSWORD",
];

/// Reads the file and lays the flags over it.
///
/// # Errors
/// The key that is not known, with file and line; a variable `MUSUBI_…` that is not known.
pub fn load(flags: &Flags) -> Result<File> {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("MUSUBI_") && !name.starts_with("MUSUBI_TEST_") && !ENVIRONMENT.contains(&&*name) {
            bail!("unknown environment variable {name}; known: {}", ENVIRONMENT.join(", "));
        }
    }
    let beside = Path::new("musubi.toml");
    let path = flags.config.clone().or_else(|| beside.exists().then(|| beside.to_path_buf()));
    let mut file = match &path {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
            toml::from_str(&text).with_context(|| format!("in {}", path.display()))?
        }
        None => File::default(),
    };
    if let Some(folder) = &flags.data {
        file.data.folder.clone_from(folder);
    }
    if flags.postgres.is_some() {
        file.data.postgres.clone_from(&flags.postgres);
    }
    Ok(file)
}

impl File {
    pub fn base_url(&self) -> Result<url::Url> {
        match &self.server.base_url {
            Some(url) => Ok(url.clone()),
            None => {
                url::Url::parse(&format!("http://localhost:{}/", self.server.listen.port())).context("base address")
            }
        }
    }

    pub fn access(&self) -> AccessSettings {
        AccessSettings {
            providers: self.sign_in.oidc.clone(),
            idle: chrono::TimeDelta::days(self.sign_in.idle_days),
            longest: chrono::TimeDelta::days(self.sign_in.longest_days),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_unknown_key_is_named() {
        let error = toml::from_str::<File>("[server]\nlistne = \"127.0.0.1:1\"\n")
            .err()
            .map(|e| e.to_string())
            .unwrap_or_default();
        assert!(error.contains("listne"), "{error}");
    }

    #[test]
    fn an_empty_file_is_a_working_configuration() {
        let file: File = toml::from_str("").unwrap_or_default();
        assert_eq!(file.server.listen.port(), 8080);
        assert_eq!(file.base_url().map(|u| u.to_string()).ok().as_deref(), Some("http://localhost:8080/"));
    }

    /// The file that the packages bring: as it is, and with everything in it put to use.
    #[test]
    fn the_file_of_the_packages_is_understood() {
        const SHIPPED: &str = include_str!("../../../dist/musubi.toml");
        let is_setting =
            |line: &str| line.starts_with('[') || line.split_once(" = ").is_some_and(|(key, _)| !key.contains(' '));
        let used: Vec<&str> = SHIPPED
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|setting| is_setting(setting)).unwrap_or(line))
            .collect();
        toml::from_str::<File>(SHIPPED).unwrap();
        let file = toml::from_str::<File>(&used.join("\n")).unwrap();
        assert!(file.mail.is_some() && file.data.postgres.is_some() && file.sign_in.oidc.len() == 1);
        assert_eq!(file.server.metrics.map(|address| address.port()), Some(9464));
    }
}
