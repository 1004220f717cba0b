//! Links as people write them: a name, a code, or an id.

use crate::app::App;
use kernel::audience::Keyring;
use kernel::lang::Said;
use kernel::record::Field;
use kernel::{Lang, Uuid};
use store::catalogue::Entry;

/// What stands in the input of a link field: the name, with the code when the name alone is not enough.
pub fn link_text(app: &App, keyring: &Keyring, lang: Lang, id: Uuid, targets: &[&str]) -> String {
    let Some(entry) = app.catalogue.entry(id, keyring) else { return id.to_string() };
    let name = entry.called(lang).to_owned();
    if app.catalogue.by_name(targets, &name, keyring).len() == 1 {
        return name;
    }
    format!("{name} [{}]", entry.code.clone().unwrap_or_else(|| entry.id.to_string()))
}

/// Finds what a link's text means, among the records that the asker may see.
pub fn resolver<'a>(app: &'a App, keyring: &'a Keyring) -> impl Fn(&Field, &str) -> Result<Uuid, Said> + 'a {
    move |field, written| resolve(app, keyring, field.targets(), written)
}

fn resolve(app: &App, keyring: &Keyring, targets: &[&str], written: &str) -> Result<Uuid, Said> {
    let written = written.trim();
    let key = written.rsplit_once('[').and_then(|(_, rest)| rest.strip_suffix(']')).unwrap_or(written);
    if let Ok(id) = key.parse::<Uuid>() {
        let known = app.catalogue.entry(id, keyring).filter(|entry| targets.contains(&entry.kind.key));
        return known.map(|entry| entry.id).ok_or_else(|| unknown(written));
    }
    if let Some(id) = targets.iter().find_map(|target| app.catalogue.by_code(target, key, keyring)) {
        return Ok(id);
    }
    match app.catalogue.by_name(targets, written, keyring).as_slice() {
        [one] => Ok(one.id),
        [] => Err(unknown(written)),
        several => Err(ambiguous(written, several)),
    }
}

fn unknown(written: &str) -> Said {
    Said::new(
        format!("「{written}」は見つかりません。名簿にある名前か管理番号を入れてください。"),
        format!("“{written}” was not found. Write a name or code that is in the directory."),
    )
}

fn ambiguous(written: &str, entries: &[Entry]) -> Said {
    let choices = |lang: Lang| {
        let text = |e: &Entry| format!("{} [{}]", e.called(lang), e.code.clone().unwrap_or_else(|| e.id.to_string()));
        entries.iter().take(4).map(text).collect::<Vec<_>>().join(", ")
    };
    Said::new(
        format!("「{written}」は{}件あります。どれかを選んでください: {}", entries.len(), choices(Lang::Ja)),
        format!("There are {} records called “{written}”. Choose one: {}", entries.len(), choices(Lang::En)),
    )
}
