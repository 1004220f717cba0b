//! What is done about duplicates: checking all parties, looking at one new record, deciding, following old addresses.
//!
//! Never here: SQL, rules, pages.

use super::evidence::Finding;
use super::profile::{Facts, Profile};
use super::{blocking, model, store};
use crate::records::{ORGANIZATION, PERSON, UNIT};
use ::store::jobs::{NewJob, Runner};
use ::store::records::Scope;
use ::store::search::Query;
use ::store::{Tx, args, atomically, feed};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::audience::Keyring;
use kernel::change::Verb;
use kernel::lang::Said;
use kernel::record::{Record, RecordType};
use kernel::{Change, Error, Lang, Permission, Result, Uuid};
use serde_json::json;
use std::time::Duration;
use web::{App, Cx, Warning};

/// Types that are checked.
pub(super) const KINDS: [&RecordType; 3] = [&ORGANIZATION, &UNIT, &PERSON];

/// Up to this many parties the page checks by itself when something changed; more are left to the job.
pub(super) const AT_ONCE: u32 = 2_000;

/// Candidates from the search index that a new record is compared with.
const HITS: usize = 40;
/// Similar records that a form shows.
const SHOWN: usize = 5;

/// Checks all parties and keeps the pairs that were found. Returns how many. Merges nothing.
pub async fn refresh(app: &App) -> Result<usize> {
    let at = feed::newest(&app.db).await?;
    let mut facts: Vec<Facts> = Vec::new();
    for kind in KINDS {
        facts.extend(store::facts(app, kind, None, Scope::Everything).await?);
    }
    let records = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    let work = tokio::task::spawn_blocking(move || {
        let profiles: Vec<Profile> = facts.iter().map(Profile::of).collect();
        blocking::all_pairs(&profiles)
    });
    let pairs = work.await.map_err(Error::internal)?;
    atomically!(app.db, |tx| { store::keep(tx, &pairs, at, records).await })?;
    Ok(pairs.len())
}

/// Checks again when the hub is small and something changed since; large hubs wait for the nightly job or the button.
pub(super) async fn refresh_if_small(app: &App) -> Result<()> {
    let types: Vec<&str> = KINDS.iter().map(|kind| kind.key).collect();
    if app.catalogue.count(&types, &store::everything()) > AT_ONCE {
        return Ok(());
    }
    let newest = feed::newest(&app.db).await?;
    match store::last_check(&app.db).await? {
        Some((at, _)) if at == newest => Ok(()),
        _ => refresh(app).await.map(|_| ()),
    }
}

/// Registers the check: every night, and when somebody asks.
pub fn jobs(runner: Runner, app: App) -> Runner {
    runner
        .on("duplicates", move |_| {
            let app = app.clone();
            async move {
                let found = refresh(&app).await?;
                Ok(json!({ "found": found, "path": "/staff/duplicates" }))
            }
        })
        .every("duplicates", Duration::from_secs(86_400), NewJob::new("duplicates", serde_json::Value::Null))
}

/// A stored record that a new one may repeat.
#[derive(Debug, Clone)]
pub struct Similar {
    pub record: Record,
    pub finding: Finding,
}

/// Stored records like this one, the surest first, among those that the keys open. `record` need not be stored.
pub async fn similar(app: &App, keyring: &Keyring, record: &Record) -> Result<Vec<Similar>> {
    let ids = candidates(app, keyring, record).await?;
    let mut own = Facts::alone(record.clone());
    own.held_apart.extend(record.link("parent"));
    let home = record.link("organization").and_then(|home| app.catalogue.entry(home, keyring));
    own.home_names.extend(home.map(|home| home.title));
    let profile = Profile::of(&own);
    let found = store::facts(app, record.kind, Some(&ids), Scope::Keys(keyring)).await?;
    let mut similar: Vec<Similar> = found
        .into_iter()
        .filter_map(|facts| {
            Some(Similar { finding: model::compare(&profile, &Profile::of(&facts))?, record: facts.record })
        })
        .collect();
    similar.sort_by(|a, b| b.finding.class.cmp(&a.finding.class).then(a.record.id.cmp(&b.record.id)));
    similar.truncate(SHOWN);
    Ok(similar)
}

/// Records worth comparing: reached alike, called alike, or found by the search for any of the names.
async fn candidates(app: &App, keyring: &Keyring, record: &Record) -> Result<Vec<Uuid>> {
    let mut ids = store::reached_alike(&app.db, record).await?;
    let mut names: Vec<String> = Vec::new();
    for text in [record.title(), record.text("short")] {
        names.extend(text.versions().map(|(_, version)| version.text.clone()));
    }
    names.extend(["kana", "romaji"].map(|field| record.plain(field).to_owned()));
    let types = [record.kind.key];
    for name in names.iter().filter(|name| !name.trim().is_empty()) {
        ids.extend(app.catalogue.by_name(&types, name, keyring).into_iter().map(|entry| entry.id));
        let core = kernel::legal_form::core(name);
        let mut found = find(app, keyring, &types, core)?;
        // A slip in one word: the other words find it.
        let words: Vec<&str> = core.split_whitespace().filter(|word| word.chars().count() >= 3).collect();
        if found.is_empty() && words.len() > 1 {
            for word in words {
                found.extend(find(app, keyring, &types, word)?);
            }
        }
        // Aliases are records of their own; the search finds them under their party's name too, but not by theirs.
        for alias in find(app, keyring, &["alias"], core)? {
            found.extend(app.catalogue.entry(alias, keyring).and_then(|entry| entry.link("party")));
        }
        ids.extend(found);
    }
    ids.sort();
    ids.dedup();
    ids.retain(|id| *id != record.id);
    ids.truncate(400);
    Ok(ids)
}

fn find(app: &App, keyring: &Keyring, record_types: &[&str], text: &str) -> Result<Vec<Uuid>> {
    let query = Query { text, keyring, record_types, limit: HITS, lang: Lang::Ja, meanings: &[] };
    Ok(app.search.matching(&query)?.into_iter().take(HITS).map(|(id, _)| id).collect())
}

/// For the form of new records: what is like it, in words.
pub fn warnings<'a>(cx: &'a Cx, record: &'a Record) -> BoxFuture<'a, Result<Vec<Warning>>> {
    async move {
        let found = similar(&cx.app, &cx.keyring, record).await?;
        let warning = |similar: Similar| {
            let reasons = |lang: Lang| {
                similar
                    .finding
                    .reasons
                    .iter()
                    .filter(|r| r.supports())
                    .map(|r| r.words().get(lang))
                    .collect::<Vec<_>>()
                    .join(if lang == Lang::Ja { "、" } else { "; " })
            };
            Warning {
                text: Said::new(reasons(Lang::Ja), reasons(Lang::En)),
                path: format!("/{}/{}", similar.record.kind.path, similar.record.id),
                label: similar.record.called(cx.lang),
            }
        };
        Ok(found.into_iter().map(warning).collect())
    }
    .boxed()
}

/// Remembers that two records are two things; with `different` false the question is open again.
pub(super) async fn decide(cx: &Cx, kind: &'static RecordType, one: Uuid, other: Uuid, different: bool) -> Result<()> {
    cx.actor.require(Permission::ReviewDirectory)?;
    atomically!(cx.db(), |tx| {
        store::decide(tx, kind.key, one, other, different, cx.actor.account).await?;
        let verb = Verb::Other(if different { "held_apart" } else { "reopened" }.to_owned());
        let after = Some(json!({ "type": kind.key, "one": one.min(other), "other": one.max(other) }));
        tx.note(
            &cx.actor,
            Change { verb, record_type: "duplicate_pair", record_id: one.min(other), before: None, after },
        );
        Ok(())
    })
}

/// The record that stands today for one that was merged away; for hooks of pages that found nothing.
pub fn resolve_merged(app: &App, old: Uuid) -> BoxFuture<'_, Result<Option<Uuid>>> {
    async move { store::resolve(&app.db, old).await }.boxed()
}

/// Erases what merges remember of a record, when a person's data is erased: those merges can no longer be undone.
/// Returns the ids that were merged into it; their rows are the caller's to erase as well.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<Vec<Uuid>> {
    let losers: Vec<::store::One<Uuid>> =
        tx.all("SELECT loser FROM record_merge WHERE survivor = $1 AND undone_at IS NULL", args![id]).await?;
    let empty = json!({ "steps": [], "moved": null });
    tx.run("UPDATE record_merge SET journal = $2, label = '' WHERE survivor = $1 OR loser = $1 OR CAST(journal AS TEXT) LIKE $3", args![id, empty, format!("%{id}%")]).await?;
    tx.run(
        "UPDATE merged_from SET code = NULL, identifiers = $2 WHERE survivor = $1 OR old_id = $1",
        args![id, json!({})],
    )
    .await?;
    Ok(losers.into_iter().map(|::store::One(id)| id).collect())
}
