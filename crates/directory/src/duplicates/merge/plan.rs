//! What the survivor will be: per field, and per language of a text, the value of one record, the other, or both.
//!
//! Pure. Never here: the database.

use kernel::record::{Field, FieldValue, Kind, Record};
use kernel::text::Standing;
use kernel::{Level, Text, Uuid};
use std::collections::BTreeMap;

/// Whose value is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Take {
    Survivor,
    Loser,
    /// Lists only: the terms of both.
    Both,
}

impl Take {
    pub const fn code(self) -> &'static str {
        match self {
            Take::Survivor => "survivor",
            Take::Loser => "loser",
            Take::Both => "both",
        }
    }

    pub fn from_code(code: &str) -> Option<Take> {
        [Take::Survivor, Take::Loser, Take::Both].into_iter().find(|take| take.code() == code)
    }
}

/// Decisions by path: `name.ja`, `website`, `code`, `source`, `audience`. What is not said follows [`default_take`].
pub type Choices = BTreeMap<String, Take>;

/// A path in which the two records differ, for the preview.
#[derive(Debug, Clone)]
pub struct Row {
    pub path: String,
    /// `None` for the parts that every record has.
    pub field: Option<&'static Field>,
    /// Language of one version of a text.
    pub tag: Option<String>,
    pub survivor: Option<FieldValue>,
    pub loser: Option<FieldValue>,
    pub take: Take,
    pub may_be_both: bool,
}

/// Every path in which the two differ, with what would be kept.
pub fn rows(survivor: &Record, loser: &Record, choices: &Choices) -> Vec<Row> {
    let mut rows = Vec::new();
    for field in survivor.kind.fields {
        let (ours, theirs) = (survivor.get(field.name), loser.get(field.name));
        if field.is_localized() {
            let (ours, theirs) = (survivor.text(field.name), loser.text(field.name));
            for tag in tags(&ours, &theirs) {
                let version =
                    |text: &Text| text.get(&tag).map(|v| FieldValue::Text(one_version(&tag, &v.text, v.standing)));
                rows.extend(row(
                    format!("{}.{tag}", field.name),
                    Some(field),
                    Some(tag.clone()),
                    version(&ours),
                    version(&theirs),
                    choices,
                ));
            }
        } else {
            rows.extend(row(field.name.to_owned(), Some(field), None, ours.cloned(), theirs.cloned(), choices));
        }
    }
    let plain = |text: &Option<String>| text.clone().map(FieldValue::Plain);
    rows.extend(row("code".to_owned(), None, None, plain(&survivor.code), plain(&loser.code), choices));
    rows.extend(row("source".to_owned(), None, None, plain(&survivor.source), plain(&loser.source), choices));
    let level = |record: &Record| Some(FieldValue::Plain(record.audience.level.code().to_owned()));
    if let Some(mut audience) = row("audience".to_owned(), None, None, level(survivor), level(loser), choices) {
        audience.take = audience_take(survivor, loser, choices);
        rows.push(audience);
    }
    rows
}

fn one_version(tag: &str, words: &str, standing: Standing) -> Text {
    let mut text = Text::default();
    text.put(tag, words, standing);
    text
}

fn row(
    path: String,
    field: Option<&'static Field>,
    tag: Option<String>,
    ours: Option<FieldValue>,
    theirs: Option<FieldValue>,
    choices: &Choices,
) -> Option<Row> {
    if ours == theirs {
        return None;
    }
    let may_be_both = field.is_some_and(|f| matches!(f.kind, Kind::Choices(_) | Kind::Links(_)))
        && ours.is_some()
        && theirs.is_some();
    let take = choices.get(&path).copied().unwrap_or_else(|| default_take(ours.as_ref(), theirs.as_ref(), may_be_both));
    Some(Row { path, field, tag, survivor: ours, loser: theirs, take, may_be_both })
}

/// The survivor's value where it has one; lists are joined.
fn default_take(ours: Option<&FieldValue>, theirs: Option<&FieldValue>, list: bool) -> Take {
    match (ours, theirs) {
        (Some(_), Some(_)) if list => Take::Both,
        (None, Some(_)) => Take::Loser,
        _ => Take::Survivor,
    }
}

/// The narrower circle, unless somebody says otherwise: a merge must not publish anything by itself.
fn audience_take(survivor: &Record, loser: &Record, choices: &Choices) -> Take {
    let narrower = if loser.audience.level < survivor.audience.level { Take::Loser } else { Take::Survivor };
    choices.get("audience").copied().unwrap_or(narrower)
}

fn tags(one: &Text, other: &Text) -> Vec<String> {
    let mut tags: Vec<String> = one.versions().chain(other.versions()).map(|(tag, _)| tag.to_owned()).collect();
    tags.sort_by_key(|tag| (tag != "ja", tag != "en", tag.clone()));
    tags.dedup();
    tags
}

/// The survivor after the merge. Links to the loser become links to the survivor, and a link to itself goes.
pub fn merged(survivor: &Record, loser: &Record, choices: &Choices) -> Record {
    let mut after = survivor.clone();
    for row in rows(survivor, loser, choices) {
        let theirs = row.take == Take::Loser;
        match (row.field, row.tag.as_deref(), row.take) {
            (_, _, Take::Survivor) => {}
            (Some(field), Some(tag), _) => {
                let mut text = after.text(field.name);
                let version = loser.text(field.name).get(tag).cloned();
                text.put(
                    tag,
                    version.as_ref().map_or("", |v| v.text.as_str()),
                    version.as_ref().map_or(Standing::Original, |v| v.standing),
                );
                set(&mut after, field.name, (!text.is_empty()).then_some(FieldValue::Text(text)));
                keep_level(&mut after, survivor, loser, field);
            }
            (Some(field), None, take) => {
                let value = if take == Take::Both { joined(row.survivor, row.loser) } else { row.loser };
                set(&mut after, field.name, value);
                keep_level(&mut after, survivor, loser, field);
            }
            (None, ..) if theirs && row.path == "code" => after.code = loser.code.clone(),
            (None, ..) if theirs && row.path == "source" => after.source = loser.source.clone(),
            (None, ..) if theirs => {
                after.audience.level = loser.audience.level;
                after.audience.parties = loser.audience.parties.clone();
            }
            _ => {}
        }
    }
    repoint(&mut after, loser.id, survivor.id);
    without_self(&mut after);
    after
}

fn set(record: &mut Record, name: &'static str, value: Option<FieldValue>) {
    match value {
        Some(value) => record.values.insert(name, value),
        None => record.values.remove(name),
    };
}

fn joined(ours: Option<FieldValue>, theirs: Option<FieldValue>) -> Option<FieldValue> {
    match (ours, theirs) {
        (Some(FieldValue::Codes(mut ours)), Some(FieldValue::Codes(theirs))) => {
            theirs.into_iter().for_each(|code| {
                if !ours.contains(&code) {
                    ours.push(code)
                }
            });
            Some(FieldValue::Codes(ours))
        }
        (Some(FieldValue::Links(mut ours)), Some(FieldValue::Links(theirs))) => {
            theirs.into_iter().for_each(|id| {
                if !ours.contains(&id) {
                    ours.push(id)
                }
            });
            Some(FieldValue::Links(ours))
        }
        (ours, _) => ours,
    }
}

/// A value that comes over is shown to nobody who could not see it before.
fn keep_level(after: &mut Record, survivor: &Record, loser: &Record, field: &'static Field) {
    let own = |record: &Record| record.field_levels.get(field.name).copied().unwrap_or(field.level);
    let wanted: Level = own(survivor).min(loser.level_of(field));
    let shown = own(survivor).min(after.audience.level);
    if wanted < shown {
        after.field_levels.insert(field.name.to_owned(), wanted);
    }
}

/// Replaces links, and named parties of the audience.
pub(super) fn repoint(record: &mut Record, from: Uuid, to: Uuid) {
    let replace = |ids: &mut Vec<Uuid>| {
        let mut kept: Vec<Uuid> = Vec::with_capacity(ids.len());
        for id in ids.iter().map(|id| if *id == from { to } else { *id }) {
            if !kept.contains(&id) {
                kept.push(id);
            }
        }
        *ids = kept;
    };
    for value in record.values.values_mut() {
        match value {
            FieldValue::Link(id) if *id == from => *id = to,
            FieldValue::Links(ids) if ids.contains(&from) => replace(ids),
            _ => {}
        }
    }
    if record.audience.parties.contains(&from) {
        replace(&mut record.audience.parties);
    }
}

/// A unit is not a part of itself.
fn without_self(record: &mut Record) {
    let own = record.id;
    record.values.retain(|_, value| !matches!(value, FieldValue::Link(id) if *id == own));
    for value in record.values.values_mut() {
        if let FieldValue::Links(ids) = value {
            ids.retain(|id| *id != own);
        }
    }
}

/// Names of the loser that the survivor no longer says: the text, and the kind of alias.
pub fn names_left(after: &Record, loser: &Record) -> Vec<(Text, &'static str)> {
    let mut left = Vec::new();
    let mut add = |theirs: Text, ours: Text, kind| {
        let mut text = Text::default();
        for (tag, version) in theirs.versions() {
            if !ours.versions().any(|(_, own)| own.text == version.text) {
                text.put(tag, version.text.as_str(), version.standing);
            }
        }
        if !text.is_empty() {
            left.push((text, kind));
        }
    };
    add(loser.title(), after.title(), "alias");
    if after.kind.field("short").is_some() {
        add(loser.text("short"), after.text("short"), "abbreviation");
    }
    left
}
