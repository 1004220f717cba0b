//! Typeahead over titles and names.
//!
//! Never offers a title that the reader may not see, even of a record that is visible.

use super::RecordTypes;
use super::collect::{Best, Found};
use super::compile::{Compiler, Mode};
use super::folding::{fold, string_of};
use super::highlight::highlight;
use super::parse::Parsed;
use super::schema::Fields;
use super::scope::Scope;
use super::statistics::VisibleStatistics;
use super::writing::HEAD_SEPARATOR;
use kernel::Level;
use kernel::audience::Keyring;
use tantivy::schema::{Field, Value};
use tantivy::{Searcher, TantivyDocument};
use uuid::Uuid;

/// Most suggestions at once, whatever is asked for.
const MAX_SUGGESTIONS: usize = 50;
/// Candidates looked at per suggestion, from which those that begin with the typed text go first.
const CANDIDATES: usize = 4;

/// A title or name to complete what is being typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub id: Uuid,
    pub record_type: String,
    /// The title or name as written, in the language in which it matched.
    pub text: String,
}

pub(super) fn suggest(
    searcher: &Searcher,
    fields: &Fields,
    parsed: &Parsed,
    typed: &str,
    keyring: &Keyring,
    limit: usize,
) -> tantivy::Result<Vec<Suggestion>> {
    let limit = limit.min(MAX_SUGGESTIONS);
    let scope = Scope::new(fields, keyring);
    let statistics = VisibleStatistics::new(searcher, fields, &scope)?;
    if limit == 0 || !parsed.has_positive() || statistics.documents() == 0 {
        return Ok(Vec::new());
    }
    let compiler = Compiler::for_typeahead(searcher, fields, &scope);
    let Some(query) = compiler.compile(parsed, &[], Mode::All) else { return Ok(Vec::new()) };
    let found = searcher.search_with_statistics_provider(&query, &Best::of(limit * CANDIDATES), &statistics)?.best;
    let start = string_of(&fold(typed.trim()));
    let mut offers = Vec::with_capacity(found.len());
    for found in found {
        if let Some(text) = best_head(searcher, fields, &scope, parsed, &found)? {
            let begins = string_of(&fold(&text)).starts_with(&start);
            offers.push((begins, found, text));
        }
    }
    // Stable: within each half the order by score and id stays.
    offers.sort_by_key(|(begins, _, _)| !begins);
    let mut types = RecordTypes::default();
    let suggestion = |(_, found, text): (bool, Found, String)| {
        Ok(Suggestion { id: found.id, record_type: types.of(searcher, found.address)?, text })
    };
    offers.into_iter().take(limit).map(suggestion).collect()
}

/// The visible title or name in which most of the typed text stands; the first one when it was found by sound.
fn best_head(
    searcher: &Searcher,
    fields: &Fields,
    scope: &Scope<'_>,
    parsed: &Parsed,
    found: &Found,
) -> tantivy::Result<Option<String>> {
    let stored: TantivyDocument = searcher.doc(found.address)?;
    let texts = |field: Field| stored.get_all(field).filter_map(|value| value.as_str()).collect::<Vec<&str>>();
    let keys = texts(fields.keys);
    let mut best: Option<(usize, &str)> = None;
    for head in texts(fields.heads) {
        let Some((level, text)) = head.split_once(HEAD_SEPARATOR) else { continue };
        if !Level::from_code(level).is_some_and(|level| scope.shows(level, &keys)) {
            continue;
        }
        let matched: usize = highlight(text, parsed).iter().map(ExactSizeIterator::len).sum();
        if best.is_none_or(|(most, _)| matched > most) {
            best = Some((matched, text));
        }
    }
    Ok(best.map(|(_, text)| text.to_owned()))
}
