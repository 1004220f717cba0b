//! The schema's history: one sequence of files for both engines, written in PostgreSQL.
//!
//! To add a migration, put `NNNN_name.sql` into `migrations/` and one line into [`MIGRATIONS`]. Files that were
//! released are never edited (their checksums are compared at every start; comments do not count). Upgrades
//! expand first and contract in a later release. Never here: running statements; that is `db`.

use crate::db::bind::safe;
use sqlx::migrate::{Migration, MigrationType, Migrator};

/// Number, name and text of every migration, oldest first.
pub const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "spine", include_str!("../../../migrations/0001_spine.sql")),
    (2, "directory", include_str!("../../../migrations/0002_directory.sql")),
    (3, "agreements", include_str!("../../../migrations/0003_agreements.sql")),
    (4, "accounts", include_str!("../../../migrations/0004_accounts.sql")),
    (5, "exchange", include_str!("../../../migrations/0005_exchange.sql")),
    (6, "agreement_life", include_str!("../../../migrations/0006_agreement_life.sql")),
    (7, "duplicates", include_str!("../../../migrations/0007_duplicates.sql")),
    (8, "settings", include_str!("../../../migrations/0008_settings.sql")),
    (9, "glossary", include_str!("../../../migrations/0009_glossary.sql")),
    (10, "gatherings", include_str!("../../../migrations/0010_gatherings.sql")),
    (11, "rounds", include_str!("../../../migrations/0011_rounds.sql")),
    (12, "matching", include_str!("../../../migrations/0012_matching.sql")),
    (13, "introductions", include_str!("../../../migrations/0013_introductions.sql")),
    (14, "ties", include_str!("../../../migrations/0014_ties.sql")),
    (15, "gathering_members", include_str!("../../../migrations/0015_gathering_members.sql")),
    (16, "round_delegations", include_str!("../../../migrations/0016_round_delegations.sql")),
    (17, "surveys", include_str!("../../../migrations/0017_surveys.sql")),
    (18, "mail_templates", include_str!("../../../migrations/0018_mail_templates.sql")),
    (19, "merges_and_learning", include_str!("../../../migrations/0019_merges_and_learning.sql")),
    (20, "registration_address", include_str!("../../../migrations/0020_registration_address.sql")),
    (21, "round_sides", include_str!("../../../migrations/0021_round_sides.sql")),
    (22, "merges_and_people", include_str!("../../../migrations/0022_merges_and_people.sql")),
];

/// The newest schema version this program knows.
pub fn newest() -> i64 {
    MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0)
}

/// Which dialect a migrator speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    Postgres,
}

pub(crate) fn migrator(dialect: Dialect) -> Migrator {
    let migrations = MIGRATIONS.iter().map(|(version, name, text)| {
        let text = without_comments(text);
        let text = if dialect == Dialect::Sqlite { for_sqlite(&text) } else { text };
        Migration::new(*version, (*name).into(), MigrationType::Simple, safe(text.into()), false)
    });
    Migrator::with_migrations(migrations.collect())
}

/// A stretch of SQL: code, or a quoted literal or name that must stay as it is.
enum Piece<'a> {
    Code(&'a str),
    Quoted(&'a str),
}

/// Cuts SQL (without comments) at its quotes.
fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = sql;
    while let Some(start) = rest.find(['\'', '"']) {
        let quote = &rest[start..=start];
        let end = rest[start + 1..].find(quote).map_or(rest.len(), |n| start + n + 2);
        found.push(Piece::Code(&rest[..start]));
        found.push(Piece::Quoted(&rest[start..end]));
        rest = &rest[end..];
    }
    found.push(Piece::Code(rest));
    found
}

/// Drops `-- …` outside quotes and the blank lines that remain.
pub(crate) fn without_comments(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len());
    let (mut quote, mut comment, mut before) = (None, false, '\n');
    for c in sql.chars() {
        match (comment, quote, c) {
            (true, _, '\n') => comment = false,
            (true, ..) => continue,
            (false, None, '-') if before == '-' => {
                text.pop();
                comment = true;
                continue;
            }
            (false, None, '\'' | '"') => quote = Some(c),
            (false, Some(open), _) if open == c => quote = None,
            _ => {}
        }
        text.push(c);
        before = c;
    }
    let lines = text.lines().map(str::trim_end).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// The same statements for SQLite: type names swapped (whole words outside quotes), tables made STRICT.
pub(crate) fn for_sqlite(sql: &str) -> String {
    let mut text = String::with_capacity(sql.len() + 64);
    let mut statement = String::new();
    for piece in pieces(sql) {
        match piece {
            Piece::Quoted(quoted) => {
                text.push_str(quoted);
                statement.push('?');
            }
            Piece::Code(code) => {
                for part in code.split_inclusive(';') {
                    statement.push_str(part);
                    let swapped = swap_types(part);
                    match swapped.strip_suffix(';') {
                        Some(end) if is_create_table(&statement) => {
                            text.push_str(end);
                            text.push_str(" STRICT;");
                        }
                        _ => text.push_str(&swapped),
                    }
                    if part.ends_with(';') {
                        statement.clear();
                    }
                }
            }
        }
    }
    text
}

fn is_create_table(statement: &str) -> bool {
    let mut words = statement.split_whitespace();
    words.next() == Some("CREATE") && words.next() == Some("TABLE")
}

fn swap_types(code: &str) -> String {
    const SWAPS: [(&str, &str); 7] = [
        ("UUID", "BLOB"),
        ("TIMESTAMPTZ", "TEXT"),
        ("JSONB", "TEXT"),
        ("BYTEA", "BLOB"),
        ("BOOLEAN", "INTEGER"),
        ("BIGINT", "INTEGER"),
        ("DOUBLE PRECISION", "REAL"),
    ];
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut text = code.to_owned();
    for (from, to) in SWAPS {
        let mut done = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some(at) = rest.find(from) {
            let (before, after) = (&rest[..at], &rest[at + from.len()..]);
            let whole = !before.ends_with(is_word) && !after.starts_with(is_word);
            done.push_str(before);
            done.push_str(if whole { to } else { from });
            rest = after;
        }
        done.push_str(rest);
        text = done;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_swapped_only_as_whole_words_outside_quotes() {
        let sql = "CREATE TABLE t (id UUID, n BIGINT DEFAULT 1, UUID_X TEXT CHECK (k IN ('UUID', 'it''s BIGINT;')), r DOUBLE PRECISION);\nCREATE INDEX i ON t (id);\n";
        let lite = for_sqlite(sql);
        assert_eq!(
            lite,
            "CREATE TABLE t (id BLOB, n INTEGER DEFAULT 1, UUID_X TEXT CHECK (k IN ('UUID', 'it''s BIGINT;')), r REAL) STRICT;\nCREATE INDEX i ON t (id);\n"
        );
    }

    #[test]
    fn comments_vanish_but_dashes_in_quotes_stay() {
        let sql = "-- a; CREATE TABLE x\nSELECT '--', \"a--b\"; -- it's gone\n\nSELECT 1 - 2;\n";
        assert_eq!(without_comments(sql), "SELECT '--', \"a--b\";\nSELECT 1 - 2;\n");
    }

    #[test]
    fn every_file_of_the_folder_is_listed_in_order() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../migrations");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".sql"))
            .collect();
        files.sort();
        let listed: Vec<String> =
            MIGRATIONS.iter().map(|(version, name, _)| format!("{version:04}_{name}.sql")).collect();
        assert_eq!(listed, files, "migrations/ and MIGRATIONS differ");
    }
}
