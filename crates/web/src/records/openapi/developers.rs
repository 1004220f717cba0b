//! The page that explains the API, with calls that work on this hub.

use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::layout::Crumb;
use askama::Template;
use kernel::record::RecordType;
use kernel::{Actor, Lang, Permission};

/// One record type in the table of the page.
struct Row {
    many: &'static str,
    key: &'static str,
    api_path: String,
    list_href: String,
    csv_href: String,
    count: u32,
}

#[derive(Template)]
#[template(path = "records/developers.html")]
struct DevelopersPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    base: String,
    rows: Vec<Row>,
    exports: bool,
    list_call: String,
    one_call: String,
    create_call: String,
    update_call: String,
    answer: String,
}

/// `GET /developers`.
pub async fn page(cx: Cx) -> Handled {
    let base = cx.absolute("");
    let main = cx.app.kinds.iter().copied().find(|kind| kind.part_of.is_none());
    let path = main.map_or("", |kind| kind.path);
    let facet = main.and_then(|kind| kind.fields.iter().find(|field| field.facet));
    let term = facet.and_then(|field| Some((field.name, field.vocabulary()?.terms.first()?.code)));
    let filter = term.map(|(name, code)| format!("&{name}={code}")).unwrap_or_default();
    let example = example_id(&cx, main);
    let rows = cx.app.kinds.iter().map(|kind| row(&cx, kind)).collect();
    html(&DevelopersPage {
        crumbs: Vec::new(),
        rows,
        exports: cx.actor.may(Permission::Export),
        list_call: format!("curl '{base}/api/v1/{path}?limit=10{filter}'"),
        one_call: format!("curl '{base}/api/v1/{path}/{example}'"),
        create_call: format!(
            "curl -X POST '{base}/api/v1/{path}' \\\n  -H 'Authorization: Bearer {}' \\\n  -H 'Content-Type: application/json' \\\n  -H 'Idempotency-Key: 2026-04-01-0001' \\\n  -d '{{\"fields\": {}}}'",
            cx.t("(トークン)", "(token)"),
            example_fields(main)
        ),
        update_call: format!(
            "curl -X PATCH '{base}/api/v1/{path}/{example}' \\\n  -H 'Authorization: Bearer {}' \\\n  -H 'Content-Type: application/json' \\\n  -H 'If-Match: \"1\"' \\\n  -d '{{\"fields\": {}}}'",
            cx.t("(トークン)", "(token)"),
            example_fields(main)
        ),
        answer: example_answer(&cx, main).await?,
        base,
        cx: &cx,
    })
}

fn row(cx: &Cx, kind: &'static RecordType) -> Row {
    Row {
        many: kind.many.get(cx.lang),
        key: kind.key,
        api_path: format!("/api/v1/{}", kind.path),
        list_href: cx.href(&format!("/{}", kind.path)),
        csv_href: cx.href(&format!("/{}/export.csv", kind.path)),
        count: cx.app.catalogue.count(&[kind.key], &cx.keyring),
    }
}

/// A record that everyone may see, so that the call works for every reader.
fn public_entry(cx: &Cx, kind: Option<&'static RecordType>) -> Option<store::catalogue::Entry> {
    let keyring = Actor::visitor().keyring();
    cx.app.catalogue.all(&[kind?.key], &keyring, Lang::Ja).into_iter().next()
}

fn example_id(cx: &Cx, kind: Option<&'static RecordType>) -> String {
    public_entry(cx, kind).map_or_else(|| "{id}".to_owned(), |entry| entry.id.to_string())
}

async fn example_answer(cx: &Cx, kind: Option<&'static RecordType>) -> kernel::Result<String> {
    let (Some(kind), Some(entry)) = (kind, public_entry(cx, kind)) else { return Ok(String::new()) };
    let everyone = Actor::visitor().keyring();
    let found = store::records::find(&cx.app.db, kind, entry.id, store::records::Scope::Keys(&everyone)).await?;
    Ok(found
        .map(|record| format!("{:#}", crate::records::api::present(cx, &record.seen_by(&Actor::visitor()))))
        .unwrap_or_default())
}

/// The required fields of a type with values that it takes.
fn example_fields(kind: Option<&'static RecordType>) -> String {
    let required = kind.map_or(&[][..], |kind| kind.fields).iter().filter(|field| field.required);
    let fields: serde_json::Map<String, serde_json::Value> = required
        .filter_map(|field| {
            let value = match (field.is_localized(), field.vocabulary()) {
                (true, _) => serde_json::json!({"ja": "湊製薬", "en": "Minato Pharma"}),
                (false, Some(vocabulary)) => serde_json::json!(vocabulary.terms.first()?.code),
                _ => return None,
            };
            Some((field.name.to_owned(), value))
        })
        .collect();
    serde_json::Value::Object(fields).to_string()
}
