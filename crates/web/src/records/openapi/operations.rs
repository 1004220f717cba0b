//! One operation per route: those of record types in full, others by what the table of routes says of them.

use super::{reference, schema_name};
use crate::records::api::{MOST, USUAL};
use crate::routes::{Access, Route};
use kernel::record::RecordType;
use kernel::{Lang, both};
use serde_json::{Map, Value, json};

/// What a route of a type does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Deed {
    List,
    Create,
    Read,
    Replace,
    Patch,
    Delete,
    History,
}

fn deed(kinds: &[&'static RecordType], route: &Route) -> Option<(&'static RecordType, Deed)> {
    let rest = route.path.strip_prefix("/api/v1/")?;
    let (path, below) = rest.split_once('/').unwrap_or((rest, ""));
    let kind = kinds.iter().copied().find(|kind| kind.path == path)?;
    let deed = match (route.method, below) {
        ("GET", "") => Deed::List,
        ("POST", "") => Deed::Create,
        ("GET", "{id}") => Deed::Read,
        ("PUT", "{id}") => Deed::Replace,
        ("PATCH", "{id}") => Deed::Patch,
        ("DELETE", "{id}") => Deed::Delete,
        ("GET", "{id}/history") => Deed::History,
        _ => return None,
    };
    Some((kind, deed))
}

/// The operation of a route.
pub fn operation(kinds: &[&'static RecordType], route: &Route, lang: Lang) -> Value {
    let mut operation = match deed(kinds, route) {
        Some((kind, deed)) => of_record(kind, deed, lang),
        None => plain(route, lang),
    };
    operation["security"] = security(route.access);
    operation["x-access"] = json!(access_words(route.access, lang));
    operation
}

fn security(access: Access) -> Value {
    match access {
        // Without signing in, less is seen.
        Access::Everyone => json!([{}, {"cookie": []}, {"bearer": []}]),
        _ => json!([{"cookie": []}, {"bearer": []}]),
    }
}

fn access_words(access: Access, lang: Lang) -> String {
    let permission = |permission: kernel::Permission| json!(permission).as_str().unwrap_or_default().to_owned();
    match access {
        Access::Everyone => both("だれでも", "everyone").get(lang).to_owned(),
        Access::SignedIn => both("ログインした人", "signed in").get(lang).to_owned(),
        Access::Staff => both("事務局", "staff").get(lang).to_owned(),
        Access::May(one) => permission(one),
        Access::Either(one, other) => format!("{} | {}", permission(one), permission(other)),
    }
}

fn of_record(kind: &'static RecordType, deed: Deed, lang: Lang) -> Value {
    let name = schema_name(kind.key);
    let (id, words) = match deed {
        Deed::List => (format!("list{name}"), both("一覧", "List")),
        Deed::Create => (format!("create{name}"), both("登録", "Create")),
        Deed::Read => (format!("get{name}"), both("一件を読む", "Read one")),
        Deed::Replace => (format!("replace{name}"), both("全体を置き換える", "Replace")),
        Deed::Patch => (format!("update{name}"), both("一部を変更する", "Change parts")),
        Deed::Delete => (format!("delete{name}"), both("削除", "Delete")),
        Deed::History => (format!("history{name}"), both("履歴", "History")),
    };
    let mut operation = json!({
        "operationId": id,
        "tags": [kind.key],
        "summary": format!("{} · {}", kind.one.get(lang), words.get(lang)),
        "parameters": record_parameters(kind, deed, lang),
        "responses": record_responses(&name, deed, lang),
    });
    if matches!(deed, Deed::Create | Deed::Replace | Deed::Patch) {
        let body = json!({"schema": reference("schemas", &format!("{name}Input"))});
        operation["requestBody"] = json!({"required": true, "content": {"application/json": body}});
    }
    operation
}

fn record_parameters(kind: &'static RecordType, deed: Deed, lang: Lang) -> Value {
    let shared = |name: &str| reference("parameters", name);
    match deed {
        Deed::List => {
            let mut list = vec![shared("q"), shared("after"), shared("limit"), shared("lang")];
            for field in kind.fields.iter().filter(|field| field.facet) {
                let codes = field.vocabulary().map(
                    |vocabulary| json!({"enum": vocabulary.terms.iter().map(|term| term.code).collect::<Vec<_>>()}),
                );
                let mut item = codes.unwrap_or_else(|| json!({}));
                item["type"] = json!("string");
                list.push(json!({
                    "name": field.name, "in": "query", "description": field.label.get(lang), "explode": true,
                    "schema": {"type": "array", "items": item},
                }));
            }
            json!(list)
        }
        Deed::Create => json!([shared("IdempotencyKey")]),
        Deed::Read | Deed::History => json!([shared("id")]),
        Deed::Replace | Deed::Patch | Deed::Delete => json!([shared("id"), shared("IfMatch")]),
    }
}

fn record_responses(name: &str, deed: Deed, lang: Lang) -> Value {
    let record = |words: &str, schema: &str| json!({"description": words, "content": {"application/json": {"schema": reference("schemas", schema)}}});
    let with_tag = |mut response: Value| {
        response["headers"] =
            json!({"ETag": {"description": both("版", "The version").get(lang), "schema": {"type": "string"}}});
        response
    };
    let ok = both("成功", "Success").get(lang);
    let mut responses = Map::new();
    let mut put = |status: &str, response: Value| {
        responses.insert(status.to_owned(), response);
    };
    match deed {
        Deed::List => put("200", record(ok, &format!("{name}List"))),
        Deed::History => put("200", record(ok, &format!("{name}History"))),
        Deed::Read => put("200", with_tag(record(ok, name))),
        Deed::Create => {
            let mut created = with_tag(record(ok, name));
            created["headers"]["Location"] = json!({"schema": {"type": "string"}});
            put("201", created);
        }
        Deed::Replace | Deed::Patch => {
            put("200", with_tag(record(ok, name)));
            put("202", record(both("提案として受け付けました", "Taken as a proposal").get(lang), "Proposed"));
        }
        Deed::Delete => put("204", json!({"description": ok})),
    }
    let problems: &[&str] = match deed {
        Deed::List => &["400"],
        Deed::Create => &["400", "401", "403", "409", "413", "422"],
        Deed::Read => &["404"],
        Deed::Replace | Deed::Patch => &["400", "401", "403", "404", "409", "413", "422"],
        Deed::Delete => &["400", "401", "403", "404", "409"],
        Deed::History => &["401", "403", "404"],
    };
    problems.iter().for_each(|status| put(status, reference("responses", &format!("Problem{status}"))));
    put("default", reference("responses", "Problem"));
    Value::Object(responses)
}

/// A route without a record type: its parameters are those of its pattern.
fn plain(route: &Route, _: Lang) -> Value {
    let names = route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    let parameters: Vec<Value> = names
        .map(|name| json!({"name": name.trim_start_matches('*'), "in": "path", "required": true, "schema": {"type": "string"}}))
        .collect();
    let words: Vec<&str> = route.path.split(['/', '-', '.', '{', '}', '*']).filter(|word| !word.is_empty()).collect();
    let id: String = words.iter().map(|word| schema_name(word)).collect();
    json!({
        "operationId": format!("{}{id}", route.method.to_lowercase()),
        "summary": format!("{} {}", route.method, route.path),
        "parameters": parameters,
        "responses": {"default": reference("responses", "Any")},
    })
}

/// `components/parameters`.
pub fn parameters(lang: Lang) -> Value {
    let t = |ja: &'static str, en: &'static str| both(ja, en).get(lang);
    json!({
        "id": {"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}},
        "q": {"name": "q", "in": "query", "description": t("検索の言葉", "Search words"), "schema": {"type": "string", "maxLength": 256}},
        "after": {"name": "after", "in": "query", "description": t("前のページの next にある位置", "Position from next of the page before"), "schema": {"type": "string"}},
        "limit": {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}},
        "lang": {"name": "lang", "in": "query", "description": t("並び順の言語", "Language of the order"), "schema": {"type": "string", "enum": ["ja", "en"]}},
        "IfMatch": {"name": "If-Match", "in": "header", "description": t("読んだ版の ETag", "ETag of the version that was read"), "schema": {"type": "string"}},
        "IdempotencyKey": {
            "name": "Idempotency-Key", "in": "header", "description": t("同じ送信を見分ける番号(二日間有効)", "Recognizes the same call sent again, for two days"),
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        },
    })
}

/// `components/responses`.
pub fn responses(lang: Lang) -> Value {
    let statuses = [
        ("400", both("読み取れない要求", "The request cannot be read")),
        ("401", both("ログインが必要", "Sign in first")),
        ("403", both("許可されていない", "Not allowed")),
        ("404", both("ないか、公開されていない", "Absent or hidden")),
        ("409", both("先にほかの人が保存した、またはいまはできない", "Somebody saved first, or not possible now")),
        ("413", both("大きすぎる", "Too large")),
        ("422", both("入力の誤り", "Invalid input")),
    ];
    let problem = |words: &str| json!({"description": words, "content": {"application/problem+json": {"schema": reference("schemas", "Problem")}}});
    let mut responses: Map<String, Value> =
        statuses.into_iter().map(|(status, words)| (format!("Problem{status}"), problem(words.get(lang)))).collect();
    responses.insert("Problem".to_owned(), problem(both("そのほかの失敗", "Any other failure").get(lang)));
    responses.insert("Any".to_owned(), json!({"description": both("応答", "Answer").get(lang)}));
    Value::Object(responses)
}
