//! Lists of records: search words, facets with counts, keyset pages.

use super::policy;
use super::view::{Piece, Shown, shown_field};
use crate::cx::{Cx, Door};
use crate::failure::{Handled, html};
use crate::layout::{Choice, Crumb, monogram};
use askama::Template;
use axum::extract::RawQuery;
use kernel::record::{Record, RecordType};
use kernel::{Result, Uuid};
use std::collections::BTreeMap;
use store::catalogue::{Browse, Cursor, FacetCount, Page};
use store::records;
use store::search::Query;

/// Records on one page.
pub const PAGE: usize = 20;

/// What the address of a list says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListQuery {
    pub words: String,
    pub chosen: BTreeMap<String, Vec<String>>,
    pub after: Option<Cursor>,
}

/// Reads the query of an address. Facets that the list does not have are ignored; so are more than 60 terms.
pub fn list_query(raw: &str, facets: &[&str]) -> ListQuery {
    let mut query = ListQuery::default();
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()).take(60) {
        match &*name {
            "q" => query.words = value.chars().take(256).collect(),
            "after" => query.after = Cursor::decode(&value),
            name if facets.contains(&name) && !value.is_empty() => {
                query.chosen.entry(name.to_owned()).or_default().push(value.into_owned());
            }
            _ => {}
        }
    }
    query
}

impl ListQuery {
    /// The query again, without one facet term, or from another place.
    pub fn address(&self, without: Option<(&str, &str)>, after: Option<&Cursor>) -> String {
        let mut address = url::form_urlencoded::Serializer::new(String::new());
        if !self.words.is_empty() {
            address.append_pair("q", &self.words);
        }
        for (field, codes) in &self.chosen {
            for code in codes.iter().filter(|code| without != Some((field.as_str(), code.as_str()))) {
                address.append_pair(field, code);
            }
        }
        if let Some(after) = after {
            address.append_pair("after", &after.encode());
        }
        address.finish()
    }

    pub fn applied(&self) -> usize {
        self.chosen.values().map(Vec::len).sum()
    }
}

/// Ids that match the search words, best first; `None` without words.
pub fn matching_ids(cx: &Cx, record_types: &[&str], words: &str) -> Result<Option<Vec<Uuid>>> {
    if words.trim().is_empty() {
        return Ok(None);
    }
    let meanings = &cx.app.language.meanings(words);
    let query = Query { text: words, keyring: &cx.keyring, record_types, limit: 10_000, lang: cx.lang, meanings };
    let found = cx.app.search.matching(&query)?;
    Ok(Some(found.into_iter().map(|(id, _)| id).collect()))
}

/// A group of checkboxes beside a list.
pub struct Filter {
    pub name: &'static str,
    pub title: &'static str,
    pub choices: Vec<Choice>,
}

/// Facet counts with their words. A chosen term stays even when nothing has it any more.
pub fn filters(cx: &Cx, kinds: &[&'static RecordType], counts: &[FacetCount], query: &ListQuery) -> Vec<Filter> {
    let field_of = |name: &str| kinds.iter().find_map(|kind| kind.field(name));
    let mut filters = Vec::new();
    for facet in counts {
        let Some(field) = field_of(facet.field) else { continue };
        let chosen = query.chosen.get(facet.field).map_or(&[][..], Vec::as_slice);
        let label = |code: &str| {
            let term = kinds.iter().filter_map(|kind| kind.field(facet.field)?.vocabulary()?.term(code)).next();
            term.map_or_else(|| code.to_owned(), |term| term.label.get(cx.lang).to_owned())
        };
        let gone = chosen.iter().filter(|code| !facet.codes.iter().any(|(known, _)| known == *code));
        let choices: Vec<Choice> = facet
            .codes
            .iter()
            .map(|(code, count)| {
                Choice::new(code, label(code)).with_count(u64::from(*count)).chosen(chosen.contains(code))
            })
            .chain(gone.map(|code| Choice::new(code, label(code)).with_count(0).chosen(true)))
            .collect();
        if !choices.is_empty() {
            filters.push(Filter { name: facet.field, title: field.label.get(cx.lang), choices });
        }
    }
    filters
}

/// Chips of the terms that are applied: words, and the address without them.
pub fn applied_chips(cx: &Cx, filters: &[Filter], query: &ListQuery) -> Vec<(String, String)> {
    let chosen = filters.iter().flat_map(|f| f.choices.iter().filter(|c| c.on).map(move |c| (f.name, c)));
    chosen
        .map(|(name, choice)| {
            let address = query.address(Some((name, &choice.value)), None);
            (choice.label.clone(), format!("{}?{address}", cx.href(&cx.path)))
        })
        .collect()
}

/// `21–40 / 312`, in whole numbers.
pub fn range_words(page: &Page) -> String {
    if page.total == 0 {
        return "0".to_owned();
    }
    format!("{}–{} / {}", page.skipped + 1, page.skipped as usize + page.ids.len(), page.total)
}

/// One row of the plain list.
pub struct Row {
    pub href: String,
    pub title: String,
    pub other: String,
    pub letter: String,
    pub tone: &'static str,
    pub summary: String,
    pub facts: Vec<Shown>,
    pub fictional: bool,
}

#[derive(Template)]
#[template(path = "records/list.html")]
pub struct ListPage<'a> {
    pub cx: &'a Cx,
    pub kind: &'static RecordType,
    pub query: &'a ListQuery,
    pub rows: Vec<Row>,
    pub filters: Vec<Filter>,
    pub chips: Vec<(String, String)>,
    pub total: u32,
    pub range: String,
    pub first_href: String,
    pub next_href: String,
    pub new_href: String,
    pub exports: bool,
    pub imports: bool,
    pub crumbs: Vec<Crumb>,
}

/// `GET /{path}`.
pub async fn page(cx: Cx, kind: &'static RecordType, RawQuery(raw): RawQuery) -> Handled {
    let facets: Vec<&'static str> = kind.fields.iter().filter(|field| field.facet).map(|field| field.name).collect();
    let query = list_query(raw.as_deref().unwrap_or_default(), &facets);
    let hits = matching_ids(&cx, &[kind.key], &query.words)?;
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &[kind.key],
        chosen: &query.chosen,
        facets: &facets,
        hits: hits.as_deref(),
        keyring: &cx.keyring,
        lang: cx.lang,
        after: query.after.clone(),
        limit: PAGE,
    });
    let found = records::by_ids(&cx.app.db, kind, &page.ids, cx.scope()).await?;
    let filters = filters(&cx, &[kind], &page.facets, &query);
    let here = cx.href(&format!("/{}", kind.path));
    html(&ListPage {
        kind,
        rows: found.iter().map(|record| row(&cx, &record.seen_by(&cx.actor))).collect(),
        chips: applied_chips(&cx, &filters, &query),
        filters,
        total: page.total,
        range: range_words(&page),
        first_href: if query.after.is_some() { format!("{here}?{}", query.address(None, None)) } else { String::new() },
        next_href: page
            .next
            .as_ref()
            .map(|next| format!("{here}?{}", query.address(None, Some(next))))
            .unwrap_or_default(),
        new_href: if policy::may_start(&cx.actor, kind) {
            cx.href(&format!("/{}/new", kind.path))
        } else {
            String::new()
        },
        exports: cx.actor.may(kernel::Permission::Export),
        imports: cx.actor.may(kernel::Permission::Import) && cx.actor.may(kind.edit),
        crumbs: vec![door_crumb(&cx, kind)],
        query: &query,
        cx: &cx,
    })
}

/// The door behind which the records of a type lie.
fn door_crumb(cx: &Cx, kind: &RecordType) -> Crumb {
    let door = Door::of(kind.path).unwrap_or(Door::Find);
    Crumb::new(cx.say(door.label()), cx.href(door.path()))
}

/// A record as a row: title in both languages, summary, the fields that lists show.
pub fn row(cx: &Cx, record: &Record) -> Row {
    let title = record.title();
    let called = record.called(cx.lang);
    let other = title.exact(cx.lang.other()).filter(|other| *other != called).unwrap_or_default().to_owned();
    let tone = record.kind.fields.iter().find_map(|field| {
        let term = field.vocabulary()?.term(record.plain(field.name))?;
        Some(term.tone.class()).filter(|class| !class.is_empty())
    });
    let title_field = record.kind.fields.first().map_or("", |field| field.name);
    Row {
        href: cx.href(&format!("/{}/{}", record.kind.path, record.id)),
        letter: monogram(&called),
        title: called,
        other,
        tone: tone.unwrap_or_default(),
        summary: record.kind.summary.map(|field| excerpt(record.text(field).say(cx.lang), 200)).unwrap_or_default(),
        facts: record
            .kind
            .fields
            .iter()
            .filter(|field| field.listed && field.name != title_field)
            .filter_map(|field| shown_field(cx, record, field))
            .collect(),
        fictional: record.fictional,
    }
}

/// The first characters of a text, cut at a character, with an ellipsis.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut cut: String = text.chars().take(most).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_keep_words_and_terms_and_lose_one_on_request() {
        let query = list_query("q=%E5%BF%83%E7%AD%8B&kind=company&kind=startup&evil=1&after=zzz", &["kind"]);
        assert_eq!(query.words, "心筋");
        assert_eq!(query.after, None);
        assert_eq!(query.address(Some(("kind", "company")), None), "q=%E5%BF%83%E7%AD%8B&kind=startup");
    }
}
