//! Reading through the API: pages of a list, one record, its history.

use super::representation::{answer, present};
use super::{MOST, USUAL};
use crate::cx::Cx;
use crate::failure::Handled;
use crate::records::list::matching_ids;
use axum::extract::{Path, RawQuery};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Error, Lang, Result, Uuid};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use store::catalogue::{Browse, Cursor};
use store::{feed, records};

#[derive(Debug)]
struct Asked {
    words: String,
    chosen: BTreeMap<String, Vec<String>>,
    after: Option<Cursor>,
    limit: usize,
    lang: Lang,
}

/// Reads the query strictly: a page must not answer another question than was asked.
fn asked(kind: &RecordType, raw: &str, lang: Lang) -> Result<Asked> {
    let mut asked = Asked { words: String::new(), chosen: BTreeMap::new(), after: None, limit: USUAL, lang };
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()).take(100) {
        match &*name {
            "q" if value.chars().count() <= 256 => asked.words = value.into_owned(),
            "limit" => {
                asked.limit =
                    value.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| wrong("limit"))?
            }
            "after" => asked.after = Some(Cursor::decode(&value).ok_or_else(|| wrong("after"))?),
            "lang" => asked.lang = Lang::from_tag(&value).ok_or_else(|| wrong("lang"))?,
            facet if kind.field(facet).is_some_and(|field| field.facet) => {
                asked.chosen.entry(facet.to_owned()).or_default().push(value.into_owned());
            }
            other => return Err(wrong(other)),
        }
    }
    Ok(asked)
}

fn wrong(name: &str) -> Error {
    let short: String = name.chars().take(80).collect();
    Error::BadRequest(Said::new(
        format!("条件「{short}」が読み取れません。使える条件は /openapi.json にあります。"),
        format!("The parameter “{short}” is unknown or out of range. See /openapi.json for what can be asked."),
    ))
}

/// `GET /api/v1/{path}?q=&{facet}=&after=&limit=&lang=`.
pub async fn list(cx: Cx, kind: &'static RecordType, RawQuery(raw): RawQuery) -> Handled {
    let asked = asked(kind, raw.as_deref().unwrap_or_default(), cx.lang)?;
    let hits = matching_ids(&cx, &[kind.key], &asked.words)?;
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &[kind.key],
        chosen: &asked.chosen,
        facets: &[],
        hits: hits.as_deref(),
        keyring: &cx.keyring,
        lang: asked.lang,
        after: asked.after.clone(),
        limit: asked.limit,
    });
    let found = records::by_ids(&cx.app.db, kind, &page.ids, cx.scope()).await?;
    let next = page.next.as_ref().map(|next| next_address(kind, &asked, next));
    let items: Vec<Value> = found.iter().map(|record| present(&cx, record)).collect();
    let body = json!({"total": page.total, "items": items, "next": next});
    let mut response = axum::Json(body).into_response();
    let link = next.and_then(|next| HeaderValue::from_str(&format!("<{next}>; rel=\"next\"")).ok());
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

fn next_address(kind: &RecordType, asked: &Asked, next: &Cursor) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if !asked.words.is_empty() {
        query.append_pair("q", &asked.words);
    }
    for (facet, codes) in &asked.chosen {
        codes.iter().for_each(|code| {
            query.append_pair(facet, code);
        });
    }
    // The order depends on the language, and a cursor is a place in an order.
    query
        .append_pair("limit", &asked.limit.to_string())
        .append_pair("lang", asked.lang.tag())
        .append_pair("after", &next.encode());
    format!("/api/v1/{}?{}", kind.path, query.finish())
}

/// An address part that is no id leads nowhere, like the id of something absent.
pub fn id_of(text: &str) -> Result<Uuid> {
    text.parse().map_err(|_| Error::NotFound)
}

/// `GET /api/v1/{path}/{id}`.
pub async fn one(cx: Cx, kind: &'static RecordType, Path(id): Path<String>) -> Handled {
    let record = records::find(&cx.app.db, kind, id_of(&id)?, cx.scope()).await?.ok_or(Error::NotFound)?;
    Ok(answer(StatusCode::OK, present(&cx, &record).to_string(), record.version, None))
}

/// `GET /api/v1/{path}/{id}/history`, newest first. A state that was for narrower eyes than the reader's is not shown.
pub async fn history(cx: Cx, kind: &'static RecordType, Path(id): Path<String>) -> Handled {
    let record = records::find_any(&cx.app.db, kind, id_of(&id)?, cx.scope()).await?.ok_or(Error::NotFound)?;
    let entries = feed::history(&cx.app.db, kind.key, record.id).await?;
    let state = |json: &Option<Value>| {
        let record = json.as_ref().and_then(|json| Record::from_json(kind, json))?;
        record.audience.admits(&cx.keyring).then(|| present(&cx, &record))
    };
    let items: Vec<Value> = entries
        .iter()
        .map(|entry| {
            json!({
                "seq": entry.seq, "at": entry.at, "action": entry.action, "actor": entry.actor.get("label"),
                "before": state(&entry.before), "after": state(&entry.after),
            })
        })
        .collect();
    Ok(axum::Json(json!({"items": items})).into_response())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::super::exchange::sample::ORG;
    use super::*;

    #[test]
    fn pages_out_of_range_and_unknown_parameters_are_refused() {
        for bad in [
            "limit=0",
            "limit=201",
            "limit=-1",
            "limit=1e18",
            "after=zzz",
            "name=x",
            "page=99999999999999999999",
            "lang=fr",
        ] {
            assert!(matches!(asked(&ORG, bad, Lang::Ja), Err(Error::BadRequest(_))), "{bad}");
        }
        let good = asked(&ORG, "q=%25&kind=company&kind=other&limit=200&lang=en", Lang::Ja).unwrap();
        assert_eq!((good.words.as_str(), good.limit, good.lang, good.chosen["kind"].len()), ("%", 200, Lang::En, 2));
    }
}
