//! Commands about accounts and API tokens.

use super::{open, say};
use crate::config::File;
use anyhow::{Context, Result, bail};
use clap::Subcommand;
use directory::accounts;
use kernel::{Lang, Permission, Role};
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub enum UserAct {
    /// List accounts with their roles.
    List,
    /// Create an account. The password is read from MUSUBI_PASSWORD; without it the account signs in by recovery mail.
    Add {
        email: String,
        #[arg(long, default_value = "")]
        name: String,
        /// Roles, separated by commas: member, director, administrator, agreements …
        #[arg(long, value_delimiter = ',')]
        roles: Vec<String>,
    },
    /// Set a new password, read from MUSUBI_PASSWORD.
    Password { email: String },
    /// Give a role.
    Grant { email: String, role: String },
    /// Take a role away.
    Revoke { email: String, role: String },
}

#[derive(Debug, Subcommand)]
pub enum TokenAct {
    /// Make a token for an account; it is printed once.
    Add {
        email: String,
        #[arg(long)]
        label: String,
        /// Permissions, separated by commas (edit_directory, import, export …).
        #[arg(long, value_delimiter = ',')]
        permissions: Vec<String>,
        #[arg(long, default_value_t = 90)]
        days: i64,
    },
    /// End a token, named by its first characters.
    Revoke { prefix: String },
}

fn password() -> Option<String> {
    std::env::var("MUSUBI_PASSWORD").ok().filter(|password| !password.is_empty())
}

fn role(code: &str) -> Result<Role> {
    Role::from_code(code).with_context(|| {
        let known: Vec<&str> = Role::ALL.iter().map(|role| role.code()).collect();
        format!("no role {code}; roles are {}", known.join(", "))
    })
}

pub(super) async fn user(file: &File, act: UserAct) -> Result<ExitCode> {
    let db = open(file).await?;
    match act {
        UserAct::List => {
            for account in accounts::list_accounts(&db).await? {
                let roles: Vec<&str> = account.roles.iter().map(|role| role.code()).collect();
                say(format!(
                    "{}\t{}\t{:?}\t{}",
                    account.email.as_deref().unwrap_or("-"),
                    account.label,
                    account.state,
                    roles.join(",")
                ));
            }
        }
        UserAct::Add { email, name, roles } => {
            let roles = roles.iter().map(|code| role(code)).collect::<Result<Vec<_>>>()?;
            let label = if name.is_empty() { &email } else { &name };
            accounts::create_account(&db, &email, label, Lang::Ja, roles, password().as_deref()).await?;
            say(format!("{email} added"));
        }
        UserAct::Password { email } => {
            let Some(password) = password() else { bail!("set MUSUBI_PASSWORD to the new password") };
            accounts::set_password(&db, &email, &password).await?;
            say(format!("password of {email} changed; its sessions have ended"));
        }
        UserAct::Grant { email, role: code } => accounts::grant_role(&db, &email, role(&code)?, true).await?,
        UserAct::Revoke { email, role: code } => accounts::grant_role(&db, &email, role(&code)?, false).await?,
    }
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn token(file: &File, act: TokenAct) -> Result<ExitCode> {
    let db = open(file).await?;
    match act {
        TokenAct::Add { email, label, permissions, days } => {
            let read = |code: &String| {
                serde_json::from_value::<Permission>(code.as_str().into())
                    .with_context(|| format!("no permission {code}"))
            };
            let permissions = permissions.iter().map(read).collect::<Result<Vec<_>>>()?;
            let (secret, _) =
                accounts::create_token(&db, &email, &label, permissions, chrono::TimeDelta::days(days)).await?;
            say(secret);
        }
        TokenAct::Revoke { prefix } => accounts::revoke_token(&db, &prefix).await?,
    }
    db.close().await?;
    Ok(ExitCode::SUCCESS)
}
