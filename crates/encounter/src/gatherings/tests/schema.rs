use crate::gatherings::records::ALL;
use std::collections::BTreeSet;
use store::records::columns;

/// Names and types of the columns of a table, from the text of a migration.
fn declared(sql: &str, table: &str) -> BTreeSet<(String, String)> {
    let start = sql.find(&format!("CREATE TABLE {table} (")).unwrap_or_else(|| panic!("{table} is declared"));
    let body = &sql[start..start + sql[start..].find("\n);").unwrap()];
    let rows = body.lines().skip(1).map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap().trim_matches('"').to_owned();
        (name, words.next().unwrap().trim_end_matches(',').to_owned())
    });
    let added = sql.lines().filter_map(|line| {
        let mut words = line.strip_prefix(&format!("ALTER TABLE {table} ADD COLUMN "))?.split_whitespace();
        Some((words.next()?.trim_matches('"').to_owned(), words.next()?.trim_end_matches(';').to_owned()))
    });
    rows.chain(added).collect()
}

#[test]
fn tables_have_the_columns_of_their_descriptions() {
    let sql = concat!(
        include_str!("../../../../../migrations/0010_gatherings.sql"),
        include_str!("../../../../../migrations/0015_gathering_members.sql"),
        include_str!("../../../../../migrations/0017_surveys.sql")
    );
    for kind in ALL {
        let described: BTreeSet<_> =
            columns(kind).into_iter().map(|(name, of)| (name.to_owned(), of.sql_type().to_owned())).collect();
        assert_eq!(declared(sql, kind.key), described, "{}", kind.key);
    }
}

#[test]
fn links_point_backwards_only() {
    let mut known: Vec<&str> = directory::records::ALL.iter().map(|kind| kind.key).collect();
    for kind in ALL {
        known.push(kind.key);
        for field in kind.link_fields() {
            assert!(field.targets().iter().all(|target| known.contains(target)), "{}.{}", kind.key, field.name);
        }
    }
}
