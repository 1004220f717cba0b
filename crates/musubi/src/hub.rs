//! The hub's own settings: from the configuration file, else from the data, else a name that asks to be changed.

use crate::config::{File, HubNames, Names};
use crate::wiring::unnamed;
use anyhow::Result;
use kernel::text::Standing;
use kernel::{Actor, Text};
use store::catalogue::Catalogue;
use store::{Db, One, args, atomically};
use web::Hub;

const KEY: &str = "hub";

/// The settings in force.
pub async fn load(db: &Db, file: &File, catalogue: &Catalogue) -> Result<Hub> {
    let stored: Option<One<serde_json::Value>> = db.opt("SELECT value FROM setting WHERE key = $1", args![KEY]).await?;
    let stored: Option<Hub> = stored.and_then(|One(json)| serde_json::from_value(json).ok());
    let sample = stored.as_ref().is_some_and(|hub| hub.sample);
    Ok(match (&file.hub, stored) {
        (Some(names), _) => from_names(names, catalogue, sample),
        (None, Some(hub)) => hub,
        (None, None) => {
            let (name, tagline) = unnamed();
            Hub { name, tagline, zone: chrono_tz::Asia::Tokyo, fiscal_year_start: 4, organization: None, sample: false }
        }
    })
}

/// Settings as a file states them.
pub fn from_names(names: &HubNames, catalogue: &Catalogue, sample: bool) -> Hub {
    let everything = Actor::system("hub").keyring();
    let organization =
        names.organization.as_deref().and_then(|code| catalogue.by_code("organization", code, &everything));
    Hub {
        name: text(&names.name),
        tagline: text(&names.tagline),
        zone: names.timezone,
        fiscal_year_start: names.fiscal_year_start,
        organization,
        sample,
    }
}

fn text(names: &Names) -> Text {
    let mut text = Text::default();
    text.put("ja", names.ja.as_str(), Standing::Original);
    text.put("en", names.en.as_str(), if names.ja.is_empty() { Standing::Original } else { Standing::Official });
    text
}

/// Keeps the settings with the data.
pub async fn save(db: &Db, hub: &Hub) -> Result<()> {
    let (value, now) = (serde_json::to_value(hub)?, db.now());
    atomically!(db, |tx| {
        let sql = "INSERT INTO setting (key, value, updated_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at";
        tx.run(sql, args![KEY, value.clone(), now]).await?;
        Ok(())
    })?;
    Ok(())
}
