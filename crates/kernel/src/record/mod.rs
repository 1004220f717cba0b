//! The description of a record type: one value from which table columns, form, list with facets, page, JSON
//! API, CSV and XLSX columns, search document, audience and history all follow (kernel rule 6).
//!
//! A description is plain constant data that a subsystem writes once. Never here: SQL, HTML, or a registry;
//! the program passes the descriptions it knows to whoever needs them.

mod field;
mod input;
mod read;
mod value;
mod vocabulary;

pub use field::{Field, Kind, Search};
pub use input::Input;
pub use read::ResolveLink;
pub use value::FieldValue;
pub use vocabulary::{Term, Tone, Vocabulary, term};

use crate::audience::{Audience, Level};
use crate::error::FieldErrors;
use crate::lang::{Both, Lang};
use crate::permission::Permission;
use crate::text::Text;
use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What the people of a party may do with the party's own records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnEdits {
    /// Nothing; staff keep these records.
    No,
    /// Change them at once.
    Direct,
    /// Propose changes that staff review.
    Reviewed,
}

/// One description per record type.
#[derive(Debug)]
pub struct RecordType {
    /// Table name, JSON `type`, file name in exports.
    pub key: &'static str,
    /// Plural in addresses: `/ja/organizations`, `/api/v1/organizations`.
    pub path: &'static str,
    pub one: Both,
    pub many: Both,
    pub fields: &'static [Field],
    /// The words by which a record is called.
    pub title: fn(&Record) -> Text,
    /// Field with the reading (kana) by which Japanese lists are ordered.
    pub reading: Option<&'static str>,
    /// Field shown under the title in lists.
    pub summary: Option<&'static str>,
    pub default_level: Level,
    pub edit: Permission,
    /// Link fields that name the owning parties; `id` is the record itself.
    pub owners: &'static [&'static str],
    pub own_edits: OwnEdits,
    /// The link field by which this record is a part of another one; such records have no list in the menu.
    pub part_of: Option<&'static str>,
    /// Rules over several fields, without a database.
    pub rules: fn(&Record, &mut FieldErrors),
}

/// No rule beyond those of the fields.
pub fn no_rules(_: &Record, _: &mut FieldErrors) {}

impl RecordType {
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The records of this type that are parts of a record, found by their link fields.
    pub fn link_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().filter(|f| matches!(f.kind, Kind::Link(_) | Kind::Links(_)))
    }
}

impl PartialEq for RecordType {
    fn eq(&self, other: &RecordType) -> bool {
        self.key == other.key
    }
}

/// One record of any type, its values by field name. An absent value is an empty field.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub kind: &'static RecordType,
    pub id: Uuid,
    /// Counts the edits; an editor sends back the one that was read.
    pub version: i64,
    /// The hub's own stable key, unique per type.
    pub code: Option<String>,
    pub values: BTreeMap<&'static str, FieldValue>,
    pub audience: Audience,
    /// Fields that the record shows to another circle than the description says.
    pub field_levels: BTreeMap<String, Level>,
    /// Where the facts come from: an address, a document, a person.
    pub source: Option<String>,
    /// Made up for demonstration, and marked so wherever it is shown.
    pub fictional: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub created_by: Option<Uuid>,
    pub deleted_at: Option<DateTime<Utc>>,
}

impl Record {
    /// A new record with no values. The id is time-ordered (RFC 9562 version 7).
    pub fn new(kind: &'static RecordType, now: DateTime<Utc>) -> Record {
        Record {
            kind,
            id: Uuid::now_v7(),
            version: 1,
            code: None,
            values: BTreeMap::new(),
            audience: kind.default_level.into(),
            field_levels: BTreeMap::new(),
            source: None,
            fictional: false,
            created_at: now,
            updated_at: now,
            created_by: None,
            deleted_at: None,
        }
    }

    pub fn title(&self) -> Text {
        (self.kind.title)(self)
    }

    /// The title for a reader, or the code, or the name of the type.
    pub fn called(&self, lang: Lang) -> String {
        let title = self.title();
        match title.say(lang) {
            "" => self.code.clone().unwrap_or_else(|| self.kind.one.get(lang).to_owned()),
            words => words.to_owned(),
        }
    }

    pub fn get(&self, field: &str) -> Option<&FieldValue> {
        self.values.get(field)
    }

    pub fn set(&mut self, field: &'static str, value: impl Into<FieldValue>) {
        self.values.insert(field, value.into());
    }

    pub fn text(&self, field: &str) -> Text {
        match self.get(field) {
            Some(FieldValue::Text(text)) => text.clone(),
            _ => Text::default(),
        }
    }

    /// A plain, date, choice, number-with-precision, money or identifier value; empty when absent.
    pub fn plain(&self, field: &str) -> &str {
        match self.get(field) {
            Some(FieldValue::Plain(text)) => text,
            _ => "",
        }
    }

    pub fn codes(&self, field: &str) -> &[String] {
        match self.get(field) {
            Some(FieldValue::Codes(codes)) => codes,
            _ => &[],
        }
    }

    pub fn link(&self, field: &str) -> Option<Uuid> {
        match self.get(field) {
            Some(FieldValue::Link(id)) => Some(*id),
            _ => None,
        }
    }

    pub fn links(&self, field: &str) -> &[Uuid] {
        match self.get(field) {
            Some(FieldValue::Links(ids)) => ids,
            _ => &[],
        }
    }

    pub fn integer(&self, field: &str) -> Option<i64> {
        match self.get(field) {
            Some(FieldValue::Integer(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn flag(&self, field: &str) -> bool {
        matches!(self.get(field), Some(FieldValue::Flag(true)))
    }

    pub fn date(&self, field: &str) -> Option<crate::edtf::Edtf> {
        crate::edtf::Edtf::parse(self.plain(field)).ok()
    }

    pub fn wall_time(&self, field: &str) -> Option<crate::WallTime> {
        crate::WallTime::parse(self.plain(field)).ok()
    }

    /// The parties whose people may speak for this record.
    pub fn owners(&self) -> Vec<Uuid> {
        let mut owners = Vec::new();
        for name in self.kind.owners {
            match (*name, self.get(name)) {
                ("id", _) => owners.push(self.id),
                (_, Some(FieldValue::Link(id))) => owners.push(*id),
                (_, Some(FieldValue::Links(ids))) => owners.extend(ids),
                _ => {}
            }
        }
        owners
    }

    /// The circle that may see a field of this record: never wider than the record itself.
    pub fn level_of(&self, field: &Field) -> Level {
        let wanted = self.field_levels.get(field.name).copied().unwrap_or(field.level);
        wanted.min(self.audience.level)
    }

    /// The record with only the fields that the keys open. Owners see all of their own record.
    pub fn seen_by(&self, actor: &crate::Actor) -> Record {
        let keyring = actor.keyring();
        let own = actor.system || self.owners().iter().any(|party| actor.acts_for(*party));
        let mut seen = self.clone();
        if !own {
            seen.values.retain(|name, _| {
                self.kind.field(name).is_some_and(|field| {
                    let level = self.level_of(field);
                    // The record's own gate has been passed; a field needs its own key only when it is narrower.
                    level == self.audience.level || keyring.opens(level)
                })
            });
        }
        seen
    }

    /// The record as the API, the feed and exports write it.
    pub fn to_json(&self) -> Value {
        let fields: Map<String, Value> = self
            .kind
            .fields
            .iter()
            .filter_map(|field| Some((field.name.to_owned(), self.get(field.name)?.to_json())))
            .collect();
        let mut json = json!({
            "id": self.id,
            "type": self.kind.key,
            "version": self.version,
            "audience": self.audience,
            "fields": fields,
            "created_at": self.created_at,
            "updated_at": self.updated_at,
        });
        let object = json.as_object_mut();
        if let Some(object) = object {
            let mut optional = |key: &str, value: Option<Value>| {
                if let Some(value) = value {
                    object.insert(key.to_owned(), value);
                }
            };
            optional("code", self.code.clone().map(Value::from));
            optional("source", self.source.clone().map(Value::from));
            optional("fictional", self.fictional.then_some(Value::Bool(true)));
            optional("field_levels", (!self.field_levels.is_empty()).then(|| json!(self.field_levels)));
            optional("created_by", self.created_by.map(|id| json!(id)));
            optional("deleted_at", self.deleted_at.map(|at| json!(at)));
        }
        json
    }

    /// Reads what [`Record::to_json`] wrote. Values that the description does not know are left out.
    pub fn from_json(kind: &'static RecordType, json: &Value) -> Option<Record> {
        let get = |key: &str| json.get(key).cloned();
        let typed = |key: &str| get(key).filter(|v| !v.is_null());
        let mut record = Record::new(kind, serde_json::from_value(get("created_at")?).ok()?);
        record.id = serde_json::from_value(get("id")?).ok()?;
        record.version = get("version")?.as_i64()?;
        record.updated_at = serde_json::from_value(get("updated_at")?).ok()?;
        record.audience = serde_json::from_value(get("audience")?).ok()?;
        record.code = typed("code").and_then(|v| serde_json::from_value(v).ok());
        record.source = typed("source").and_then(|v| serde_json::from_value(v).ok());
        record.fictional = typed("fictional").and_then(|v| v.as_bool()).unwrap_or(false);
        record.created_by = typed("created_by").and_then(|v| serde_json::from_value(v).ok());
        record.deleted_at = typed("deleted_at").and_then(|v| serde_json::from_value(v).ok());
        record.field_levels = typed("field_levels").and_then(|v| serde_json::from_value(v).ok()).unwrap_or_default();
        for field in kind.fields {
            let stored = json.get("fields").and_then(|fields| fields.get(field.name));
            if let Some(value) = stored.and_then(|value| FieldValue::from_json(&field.kind, value)) {
                record.values.insert(field.name, value);
            }
        }
        Some(record)
    }

    /// The fields that differ, in the order of the description: name, before, after.
    pub fn changed_fields<'a>(
        &'a self,
        after: &'a Record,
    ) -> Vec<(&'static Field, Option<&'a FieldValue>, Option<&'a FieldValue>)> {
        self.kind
            .fields
            .iter()
            .map(|field| (field, self.get(field.name), after.get(field.name)))
            .filter(|(_, before, now)| before != now)
            .collect()
    }
}
