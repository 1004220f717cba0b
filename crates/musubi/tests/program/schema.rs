//! Tables against descriptions: a record type and its table have the same columns of the same types, on each engine.

use crate::hub::reading;
use musubi_program::wiring;
use std::collections::BTreeMap;
use store::migrate::MIGRATIONS;
use store::{args, records};

/// Column name → type, of a `CREATE TABLE` statement.
fn parsed(statement: &str) -> BTreeMap<String, String> {
    let body = statement.split_once('(').map_or("", |(_, rest)| rest);
    let lines = body.lines().map(|line| line.split("--").next().unwrap_or_default().trim().trim_end_matches(','));
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let (name, kind) = (words.next()?, words.next()?);
            let is_column = !matches!(name, "PRIMARY" | "UNIQUE" | "CHECK" | "FOREIGN" | "CONSTRAINT" | ")");
            is_column.then(|| (name.trim_matches('"').to_owned(), kind.to_owned()))
        })
        .collect()
}

/// Columns of a table after all migrations.
fn migrated(table: &str) -> BTreeMap<String, String> {
    let mut columns = BTreeMap::new();
    for (_, _, text) in MIGRATIONS {
        let code = text.lines().map(|line| line.split("--").next().unwrap_or_default()).collect::<Vec<_>>().join("\n");
        for statement in code.split(';') {
            let words: Vec<&str> = statement.split_whitespace().collect();
            match words.as_slice() {
                ["CREATE", "TABLE", name, ..] if name.trim_end_matches('(') == table => columns = parsed(statement),
                ["ALTER", "TABLE", name, "ADD", "COLUMN", column, kind, ..] if *name == table => {
                    columns.insert(column.trim_matches('"').to_owned(), (*kind).to_owned());
                }
                ["ALTER", "TABLE", name, "DROP", "COLUMN", column, ..] if *name == table => {
                    columns.remove(column.trim_matches('"'));
                }
                _ => {}
            }
        }
    }
    columns
}

#[test]
fn the_migrations_give_every_record_type_exactly_its_columns() {
    for kind in wiring::kinds() {
        let wanted = parsed(records::ddl(kind).split(';').next().unwrap_or_default());
        assert_eq!(
            migrated(kind.key),
            wanted,
            "table of {}; `musubi ddl {}` prints what it should be",
            kind.key,
            kind.key
        );
    }
}

#[test]
fn every_column_of_every_record_type_can_be_read_on_this_engine() {
    reading(async |hub| {
        for kind in wiring::kinds() {
            let names: Vec<String> =
                records::columns(kind).into_iter().map(|(name, _)| format!("\"{name}\"")).collect();
            let sql = format!("SELECT count(*) FROM (SELECT {} FROM {}) AS every_column", names.join(", "), kind.key);
            let store::One(count): store::One<i64> =
                hub.app.db.one(sql, args![]).await.unwrap_or_else(|e| panic!("{}: {e}", kind.key));
            assert!(count >= 0);
        }
    });
}

#[test]
fn links_of_record_types_point_backwards_only() {
    let kinds = wiring::kinds();
    for (at, kind) in kinds.iter().enumerate() {
        for field in kind.link_fields() {
            for target in field.targets() {
                let place = kinds.iter().position(|other| other.key == *target);
                assert!(
                    place.is_some_and(|place| place <= at),
                    "{}.{} points forwards to {target}",
                    kind.key,
                    field.name
                );
            }
        }
    }
}
