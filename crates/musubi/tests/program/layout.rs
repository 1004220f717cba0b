//! Rules of how the code is laid out: which crate may use which, who may touch a table, how long a file may be.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Longest file, in lines; from 400 on it should become a folder.
const LONGEST: usize = 700;

pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// Path (from the root) and text of every file below a folder with this ending.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn collect(folder: &Path, ending: &str, root: &Path, found: &mut Vec<(String, String)>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() && path.file_name().is_none_or(|name| name != "target" && name != "node_modules") {
                collect(&path, ending, root, found);
            } else if path.extension().is_some_and(|e| e == ending) {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                found.push((path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned(), text));
            }
        }
    }
    let (root, mut found) = (root(), Vec::new());
    collect(&root.join(folder), ending, &root, &mut found);
    found.sort();
    found
}

/// A crate may use crates of a lower rank only; `engine` stands aside and knows the kernel at most.
const RANKS: [(&str, u8); 9] = [
    ("musubi-kernel", 0),
    ("musubi-engine", 1),
    ("musubi-store", 2),
    ("musubi-web", 3),
    ("musubi-directory", 4),
    ("musubi-alliance", 5),
    ("musubi-encounter", 5),
    ("musubi-insight", 5),
    ("musubi", 9),
];

#[test]
fn crates_depend_downwards_only() {
    let ranks: BTreeMap<&str, u8> = RANKS.into_iter().collect();
    for (path, manifest) in files("crates", "toml").into_iter().filter(|(path, _)| path.ends_with("/Cargo.toml")) {
        let manifest: toml::Table = toml::from_str(&manifest).unwrap();
        let name = manifest["package"]["name"].as_str().unwrap();
        let rank = *ranks.get(name).unwrap_or_else(|| panic!("{name} has no rank in layout.rs"));
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let Some(used) = manifest.get(section).and_then(|table| table.as_table()) else { continue };
            for used in used.keys().map(|key| {
                if key == "engine" || ranks.contains_key(format!("musubi-{key}").as_str()) {
                    format!("musubi-{key}")
                } else {
                    key.clone()
                }
            }) {
                let Some(other) = ranks.get(used.as_str()) else { continue };
                assert!(*other < rank, "{path}: {name} must not use {used}");
                assert!(
                    name != "musubi-engine" || used == "musubi-kernel",
                    "{path}: the engine knows the kernel at most"
                );
                assert!(used != "musubi-engine" || rank >= 5, "{path}: {name} must not use the engine");
            }
        }
    }
}

/// Files that a subsystem keeps its SQL in.
fn may_hold_sql(path: &str) -> bool {
    path.contains("/store/")
        || path.ends_with("/store.rs")
        || path.starts_with("crates/store/")
        || path.contains("/tests")
        || path.contains("/examples/")
}

/// Text without comments and without test modules.
fn code_of(text: &str) -> String {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().map(|line| line.split("//").next().unwrap_or_default()).collect::<Vec<_>>().join("\n")
}

const SQL: [&str; 5] = ["\"SELECT ", "\"INSERT INTO ", "\"UPDATE ", "\"DELETE FROM ", "\"WITH "];

#[test]
fn subsystems_keep_their_sql_in_their_store() {
    // A subsystem's pages, actions and hooks ask its store. These still ask by themselves; the list only gets shorter.
    let still = [
        "crates/directory/src/accounts/actions/privacy.rs",
        "crates/directory/src/accounts/actions/staff.rs",
        "crates/directory/src/duplicates/actions.rs",
        "crates/directory/src/duplicates/merge/ports.rs",
        "crates/directory/src/hooks.rs",
        "crates/musubi/src/front/desk.rs",
        "crates/web/src/records/exchange/find.rs",
        "crates/web/src/records/exchange/hub/export.rs",
        "crates/web/src/records/exchange/hub/rows.rs",
        "crates/web/src/records/exchange/hub/import.rs",
    ];
    // Shared tables of the record kit live in web; each of these files is the only one that touches its table.
    let known = [
        "crates/web/src/drafts.rs",
        "crates/web/src/records/proposals.rs",
        "crates/web/src/records/api/idempotency.rs",
        "crates/web/src/records/exchange/runs.rs",
        "crates/web/src/jobs.rs",
        "crates/web/src/test_support.rs",
        "crates/musubi/src/hub.rs",
        // Follows the feed and walks up the units, for every request.
        "crates/directory/src/accounts/doorkeeper.rs",
    ];
    let mut faults = Vec::new();
    for (path, text) in files("crates", "rs") {
        if may_hold_sql(&path) || known.contains(&path.as_str()) || still.contains(&path.as_str()) {
            continue;
        }
        let code = code_of(&text);
        if let Some(sql) = SQL.iter().find(|sql| code.contains(*sql)) {
            faults.push(format!("{path}: {}…", sql.trim_start_matches('"')));
        }
    }
    assert!(faults.is_empty(), "SQL outside of a store:\n{}", faults.join("\n"));
}

/// Tables by the migration that made them, and so by the subsystem that owns them.
fn owners() -> BTreeMap<String, &'static str> {
    let mut owners = BTreeMap::new();
    for (_, name, text) in store::migrate::MIGRATIONS {
        let owner = match name {
            name if name.contains("directory") || name.contains("duplicates") => "crates/directory/src",
            name if name.contains("agreement") => "crates/alliance/src",
            name if name.contains("gathering") => "crates/encounter/src/gatherings",
            name if name.contains("account") => "crates/directory/src/accounts",
            _ => continue,
        };
        for line in text.lines() {
            if let Some(table) = line.strip_prefix("CREATE TABLE ") {
                owners.insert(table.trim_end_matches(['(', ' ']).to_owned(), owner);
            }
        }
    }
    // Kept by the record kit for all.
    for shared in ["audience_party", "proposal", "draft"] {
        owners.remove(shared);
    }
    owners
}

#[test]
fn nobody_reads_or_writes_the_tables_of_another_subsystem() {
    let owners = owners();
    // Known debts: who gets a reminder, and which accounts point at a merged party, are read from the accounts' table.
    let still = ["crates/alliance/src/agreements/store/people.rs", "crates/directory/src/duplicates/merge/ports.rs"];
    let mut faults = Vec::new();
    for (path, text) in files("crates", "rs") {
        if path.contains("/tests")
            || path.contains("/examples/")
            || path.starts_with("crates/store/")
            || still.contains(&path.as_str())
        {
            continue;
        }
        let code = code_of(&text);
        let words: Vec<&str> =
            code.split(|ch: char| !(ch.is_alphanumeric() || ch == '_')).filter(|word| !word.is_empty()).collect();
        for pair in words.windows(2) {
            if !matches!(pair[0], "FROM" | "INTO" | "JOIN" | "UPDATE") {
                continue;
            }
            if let Some(owner) = owners.get(pair[1]).filter(|owner| !path.starts_with(**owner)) {
                faults.push(format!("{path}: {} {} belongs to {owner}", pair[0], pair[1]));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_file_is_longer_than_the_limit() {
    let kinds = ["rs", "html"].into_iter().flat_map(|ending| files("crates", ending));
    let frontend = ["ts", "css", "mjs"].into_iter().flat_map(|ending| files("frontend/src", ending));
    let long: Vec<String> = kinds
        .chain(frontend)
        .chain(files("tests", "mjs"))
        .filter(|(_, text)| text.lines().count() > LONGEST)
        .map(|(path, text)| format!("{path}: {} lines", text.lines().count()))
        .collect();
    assert!(long.is_empty(), "longer than {LONGEST} lines:\n{}", long.join("\n"));
}

#[test]
fn only_tests_unwrap_and_only_the_clock_knows_the_time() {
    let mut faults = Vec::new();
    for (path, text) in files("crates", "rs") {
        let for_tests = path.contains("/tests")
            || path.contains("/examples/")
            || path.contains("/benches/")
            || path.contains("test_support")
            || path.contains("exchange/sample.rs");
        if for_tests {
            continue;
        }
        let code = code_of(&text);
        for (wanted, allowed) in [
            (".unwrap()", ""),
            (".expect(\"", ""),
            ("Utc::now()", "crates/kernel/src/clock.rs"),
            ("SystemTime::now()", ""),
            ("todo!(", ""),
            ("unimplemented!(", ""),
        ] {
            if path != allowed && code.contains(wanted) {
                faults.push(format!("{path}: {wanted}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = files("crates", "rs")
        .into_iter()
        .filter(|(path, text)| {
            path.contains("/src/") && !path.contains("/tests/") && !text.trim_start().starts_with("//!")
        })
        .map(|(path, _)| path)
        .collect();
    assert!(silent.is_empty(), "no //! at the top of:\n{}", silent.join("\n"));
}

#[test]
fn nothing_points_outside_of_the_project() {
    let mut faults = Vec::new();
    for (path, text) in ["rs", "html", "toml", "md", "sql"]
        .into_iter()
        .flat_map(|ending| files("crates", ending))
        .chain(files("docs", "md"))
        .chain(files("tests", "mjs"))
    {
        if !path.ends_with("program/layout.rs") && (text.contains("../shared/") || text.contains("/work/")) {
            faults.push(path);
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
