//! Introductions of the sample hub, in different states, around the organization of the sample's manager. Brought in without
//! a mail to anybody.

use anyhow::{Context, Result};
use encounter::introductions::actions::ask::{Ask, bring_in};
use web::records::actions::Doing;

struct Line {
    asker: &'static str,
    other: &'static str,
    /// Code of a person.
    through: Option<&'static str>,
    by_staff: bool,
    message: &'static str,
    made: bool,
}

const OWN: &str = "miotsukushi-bio";

const LINES: [Line; 6] = [
    line("kiribako-logi", OWN, "凍結した細胞を、関西のなかで当日に届ける試みについてお話ししたいです。"),
    line("polder-vision", OWN, "We would like to compare notes on release testing before our first trial in Japan."),
    line(OWN, "hakari-quality", "品質試験の外部委託について、まず三十分うかがいたいです。"),
    Line {
        through: Some("hojo-seiichiro"),
        ..line(OWN, "sakurazutsumi-hosp", "臨床の現場で、投与までの手順を拝見できればと思います。")
    },
    Line { by_staff: true, ..line("kitahama-vc", OWN, "") },
    Line { made: true, ..line(OWN, "watashibune", "輸送容器の温度記録について。") },
];

const fn line(asker: &'static str, other: &'static str, message: &'static str) -> Line {
    Line { asker, other, through: None, by_staff: false, message, made: false }
}

/// Brings them in; the records of the sample must be known to the catalogue.
pub async fn load(doing: &Doing<'_>) -> Result<()> {
    doing.app.projections.catch_up(doing.app).await;
    let keys = doing.actor.keyring();
    let known = |kind: &str, code: &'static str| {
        let found = doing.app.catalogue.by_code(kind, code, &keys);
        found.with_context(|| format!("no {kind} {code} in the sample"))
    };
    for line in &LINES {
        let through = line.through.map(|code| known("person", code)).transpose()?;
        let (asker, other) = (known("organization", line.asker)?, known("organization", line.other)?);
        let message = line.message.to_owned();
        bring_in(doing, &Ask { asker, other, through, about: None, message, by_staff: line.by_staff }, line.made)
            .await?;
    }
    Ok(())
}
