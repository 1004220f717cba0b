//! JSON Schema (2020-12) of every record type and of what they share.

use super::{reference, schema_name};
use kernel::identifier::Scheme;
use kernel::record::{Field, Kind, RecordType, Vocabulary};
use kernel::text::Standing;
use kernel::{Lang, Level, both};
use serde_json::{Map, Value, json};

/// `components/schemas`.
pub fn all(kinds: &[&'static RecordType], lang: Lang) -> Value {
    let mut schemas = shared(lang);
    for kind in kinds {
        let name = schema_name(kind.key);
        for vocabulary in kind.fields.iter().filter_map(Field::vocabulary) {
            schemas.entry(vocabulary_name(vocabulary)).or_insert_with(|| terms(vocabulary, lang));
        }
        schemas.insert(format!("{name}Fields"), fields(kind, lang, false));
        schemas.insert(format!("{name}FieldsInput"), fields(kind, lang, true));
        schemas.insert(name.clone(), record(kind, &name, lang));
        schemas.insert(format!("{name}Input"), input(&name, lang));
        schemas.insert(format!("{name}List"), list(&name, lang));
        schemas.insert(format!("{name}History"), history(&name, lang));
    }
    Value::Object(schemas)
}

fn vocabulary_name(vocabulary: &Vocabulary) -> String {
    format!("Term{}", schema_name(vocabulary.key))
}

/// A closed list with the words of its codes.
fn terms(vocabulary: &Vocabulary, lang: Lang) -> Value {
    let terms: Vec<Value> =
        vocabulary.terms.iter().map(|term| json!({"const": term.code, "title": term.label.get(lang)})).collect();
    json!({"type": "string", "oneOf": terms})
}

fn shared(lang: Lang) -> Map<String, Value> {
    let t = |ja: &'static str, en: &'static str| both(ja, en).get(lang);
    let levels: Vec<Value> =
        Level::ALL.iter().map(|level| json!({"const": level.code(), "title": level.label().get(lang)})).collect();
    let standings: Vec<Value> =
        Standing::ALL.iter().map(|s| json!({"const": s.code(), "title": s.label().get(lang)})).collect();
    let mut schemas = Map::new();
    let mut put = |name: &str, schema: Value| {
        schemas.insert(name.to_owned(), schema);
    };
    put("Level", json!({"type": "string", "description": t("公開範囲", "Circle that may see it"), "oneOf": levels}));
    put(
        "Standing",
        json!({"type": "string", "description": t("文の位置づけ", "How a version of a text came about"), "oneOf": standings}),
    );
    put(
        "Text",
        json!({
            "type": "object",
            "description": t("言語の記号(BCP 47)ごとの文", "Versions of a text by language tag (BCP 47)"),
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
            "additionalProperties": {
                "type": "object",
                "properties": {"text": {"type": "string"}, "standing": reference("schemas", "Standing")},
                "required": ["text", "standing"],
            },
            "examples": [{"ja": {"text": "湊製薬", "standing": "original"}, "en": {"text": "Minato Pharma", "standing": "official"}}],
        }),
    );
    put(
        "Audience",
        json!({
            "type": "object",
            "properties": {
                "level": reference("schemas", "Level"),
                "parties": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                "owner": {"type": ["string", "null"], "format": "uuid"},
            },
            "required": ["level"],
        }),
    );
    put(
        "AudienceInput",
        json!({"oneOf": [
            reference("schemas", "Level"),
            {
                "type": "object",
                "properties": {"level": reference("schemas", "Level"), "parties": {"type": "array", "items": {"type": "string"}}},
                "additionalProperties": false,
            },
        ]}),
    );
    put(
        "Problem",
        json!({
            "type": "object",
            "description": "RFC 9457",
            "properties": {
                "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}, "instance": {"type": "string"},
                "current_version": {"type": "integer", "description": t("409 のとき、いま保存されている版", "With 409: the version that is stored now")},
                "errors": {"type": "array", "items": {
                    "type": "object",
                    "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
                    "required": ["field", "message"],
                }},
            },
            "required": ["title", "status"],
        }),
    );
    put(
        "Proposed",
        json!({
            "type": "object",
            "description": t("変更は事務局が確認します", "Staff will review the change"),
            "properties": {"state": {"const": "proposed"}, "self": {"type": "string"}},
            "required": ["state", "self"],
        }),
    );
    schemas
}

fn fields(kind: &'static RecordType, lang: Lang, input: bool) -> Value {
    let shown = kind.fields.iter().filter(|field| !(input && field.computed));
    let properties: Map<String, Value> =
        shown.map(|field| (field.name.to_owned(), field_schema(field, lang, input))).collect();
    json!({"type": "object", "properties": properties, "additionalProperties": false})
}

/// Label and hint as title and description, beside what the kind of field allows.
fn field_schema(field: &Field, lang: Lang, input: bool) -> Value {
    let mut schema = kind_schema(field, lang, input);
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), json!(field.label.get(lang)));
        let mut words: Vec<&str> = field.hint.iter().map(|hint| hint.get(lang)).collect();
        if field.required {
            words.push(both("必須。", "Required.").get(lang));
        }
        if field.key {
            words.push(both("同じ種類のなかで重複しません。", "Unique within the type.").get(lang));
        }
        if !words.is_empty() {
            object.insert("description".to_owned(), json!(words.join(" ")));
        }
        if field.computed {
            object.insert("readOnly".to_owned(), json!(true));
        }
    }
    schema
}

fn kind_schema(field: &Field, lang: Lang, input: bool) -> Value {
    // `null` clears a field; it is never read.
    let text = |mut schema: Value| {
        if input {
            schema["type"] = json!(["string", "null"]);
        }
        schema
    };
    let array =
        |items: Value| json!({"type": if input { json!(["array", "null"]) } else { json!("array") }, "items": items});
    let targets = field.targets().join(", ");
    match &field.kind {
        Kind::Text { max } | Kind::Prose { max } if input => text_input(*max),
        Kind::Text { .. } | Kind::Prose { .. } => json!({"allOf": [reference("schemas", "Text")]}),
        Kind::Plain { max } => text(json!({"type": "string", "maxLength": max})),
        Kind::Email => text(json!({"type": "string", "format": "email", "maxLength": 254})),
        Kind::Url => text(json!({"type": "string", "format": "uri", "maxLength": 2000})),
        Kind::Phone => text(json!({"type": "string", "pattern": "^[0-9+\\-() .#x]+$"})),
        Kind::Choice(vocabulary) if input => {
            json!({"oneOf": [reference("schemas", &vocabulary_name(vocabulary)), {"type": "null"}]})
        }
        Kind::Choice(vocabulary) => json!({"allOf": [reference("schemas", &vocabulary_name(vocabulary))]}),
        Kind::Choices(vocabulary) => array(reference("schemas", &vocabulary_name(vocabulary))),
        Kind::Date => text(
            json!({"type": "string", "format": "edtf", "examples": ["2015-12-01", "2015", "2015~", "2018/2021", "2018/.."]}),
        ),
        Kind::WallTime => text(json!({"type": "string", "format": "wall-time", "examples": ["2026-11-26T14:30"]})),
        Kind::Zone => text(json!({"type": "string", "format": "time-zone", "examples": ["Asia/Tokyo"]})),
        Kind::Approx => text(
            json!({"type": "string", "format": "approximate-number", "examples": ["120", "~120", ">360", "30..40"]}),
        ),
        Kind::Money => text(json!({"type": "string", "format": "money", "examples": ["5000000 JPY"]})),
        Kind::Integer { min, max } => {
            json!({"type": if input { json!(["integer", "null"]) } else { json!("integer") }, "minimum": min, "maximum": max})
        }
        Kind::Flag => json!({"type": if input { json!(["boolean", "null"]) } else { json!("boolean") }}),
        Kind::Identifier(scheme) => text(json!({"type": "string", "format": scheme_format(*scheme)})),
        Kind::Link(_) if input => text(
            json!({"type": "string", "x-links-to": targets, "examples": [both("ID、管理番号、名前", "an id, a code or a name").get(lang)]}),
        ),
        Kind::Link(_) => json!({"type": "string", "format": "uuid", "x-links-to": targets}),
        Kind::Links(_) if input => {
            let mut schema = array(json!({"type": "string"}));
            schema["x-links-to"] = json!(targets);
            schema
        }
        Kind::Links(_) => {
            json!({"type": "array", "items": {"type": "string", "format": "uuid"}, "x-links-to": targets})
        }
    }
}

fn text_input(max: usize) -> Value {
    let words = json!({"type": ["string", "null"], "maxLength": max});
    json!({"oneOf": [
        {"type": "null"},
        words,
        {
            "type": "object",
            "propertyNames": {"pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"},
            "additionalProperties": {"oneOf": [words, {
                "type": "object",
                "properties": {"text": words, "standing": reference("schemas", "Standing")},
                "additionalProperties": false,
            }]},
        },
    ]})
}

fn scheme_format(scheme: Scheme) -> String {
    format!("{scheme:?}").to_lowercase()
}

fn record(kind: &'static RecordType, name: &str, lang: Lang) -> Value {
    json!({
        "type": "object",
        "title": kind.one.get(lang),
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "type": {"const": kind.key},
            "version": {"type": "integer", "minimum": 1},
            "code": {"type": "string", "maxLength": 80},
            "audience": reference("schemas", "Audience"),
            "field_levels": {"type": "object", "additionalProperties": reference("schemas", "Level")},
            "source": {"type": "string", "maxLength": 500},
            "fictional": {"type": "boolean"},
            "title": {"type": "object", "additionalProperties": {"type": "string"}},
            "fields": reference("schemas", &format!("{name}Fields")),
            "self": {"type": "string"},
            "created_at": {"type": "string", "format": "date-time"},
            "updated_at": {"type": "string", "format": "date-time"},
            "created_by": {"type": "string", "format": "uuid"},
            "deleted_at": {"type": "string", "format": "date-time"},
        },
        "required": ["id", "type", "version", "audience", "title", "fields", "self", "created_at", "updated_at"],
    })
}

fn input(name: &str, lang: Lang) -> Value {
    let staff = both("事務局だけが変更できます。", "Only staff can change it.").get(lang);
    json!({
        "type": "object",
        "properties": {
            "version": {"type": "integer", "description": both("更新のときに、読んだ版。If-Match でもよい。", "For updates: the version that was read, unless If-Match says it.").get(lang)},
            "code": {"type": ["string", "null"], "maxLength": 80, "description": staff},
            "audience": reference("schemas", "AudienceInput"),
            "field_levels": {"type": "object", "additionalProperties": {"oneOf": [reference("schemas", "Level"), {"type": "null"}]}},
            "source": {"type": ["string", "null"], "maxLength": 500, "description": staff},
            "fictional": {"type": "boolean", "description": staff},
            "fields": reference("schemas", &format!("{name}FieldsInput")),
        },
    })
}

fn list(name: &str, lang: Lang) -> Value {
    json!({
        "type": "object",
        "properties": {
            "total": {"type": "integer"},
            "items": {"type": "array", "items": reference("schemas", name)},
            "next": {"type": ["string", "null"], "description": both("次のページの住所", "Address of the next page").get(lang)},
        },
        "required": ["total", "items", "next"],
    })
}

fn history(name: &str, lang: Lang) -> Value {
    let state = json!({"oneOf": [reference("schemas", name), {"type": "null"}]});
    json!({
        "type": "object",
        "description": both("新しい順", "Newest first").get(lang),
        "properties": {"items": {"type": "array", "items": {
            "type": "object",
            "properties": {
                "seq": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}, "action": {"type": "string"},
                "actor": {"type": ["string", "null"]}, "before": state, "after": state,
            },
            "required": ["seq", "at", "action", "before", "after"],
        }}},
        "required": ["items"],
    })
}
