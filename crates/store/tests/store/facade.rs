//! Values, rows, errors and schema are the same on both engines.

use crate::on_every_engine;
use crate::support::{add, count, fresh};
use chrono::{DateTime, SubsecRound, Utc};
use kernel::Uuid;
use serde_json::json;
use store::test_support::TestEngine;
use store::{ConflictKind, Db, Error, One, Select, Value, ValueKind, args, atomically, record};

record! {
    #[derive(Debug, PartialEq)]
    pub struct Thing {
        pub id: Uuid,
        pub name: Option<String>,
        pub n: i64,
        pub data: Option<serde_json::Value>,
        pub at: Option<DateTime<Utc>>,
        pub raw: Option<Vec<u8>>,
        pub ratio: Option<f64>,
        pub flag: Option<bool>,
    }
}

on_every_engine! {
    async fn every_kind_of_value_comes_back_as_it_went_in(db) {
        let at = Utc::now();
        let full = Thing { id: db.new_id(), name: Some("研究所 'x' \"y\"".into()), n: i64::MAX, data: Some(json!({"b": [1, null, "é"], "a": 0.5})),
            at: Some(at.trunc_subsecs(6)), raw: Some(vec![0, 255, 1]), ratio: Some(0.1), flag: Some(true) };
        let empty = Thing { id: db.new_id(), name: None, n: 0, data: None, at: None, raw: None, ratio: None, flag: None };
        for thing in [&full, &empty] {
            atomically!(db, |tx| -> Error {
                let sql = "INSERT INTO thing (id, name, n, data, at, raw, ratio, flag) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
                let time = thing.at.map(|_| at);
                tx.run(sql, args![thing.id, &thing.name, thing.n, &thing.data, time, &thing.raw, thing.ratio, thing.flag]).await?;
                Ok(())
            }).unwrap();
            let read: Thing = db.one("SELECT * FROM thing WHERE id = $1", args![thing.id]).await.unwrap();
            assert_eq!(&read, thing);
        }
        let kinds = [("id", ValueKind::Uuid), ("name", ValueKind::Text), ("n", ValueKind::Int), ("data", ValueKind::Json), ("at", ValueKind::Time),
            ("raw", ValueKind::Bytes), ("ratio", ValueKind::Real), ("flag", ValueKind::Bool)];
        let by_description = |id: Uuid| {
            let db = db.db();
            async move {
                let sql = "SELECT * FROM thing WHERE id = $1";
                let rows = db.all_with(sql, args![id], |line| kinds.iter().map(|(name, kind)| line.value(name, *kind)).collect::<Result<Vec<_>, _>>()).await;
                rows.unwrap().remove(0)
            }
        };
        assert_eq!(by_description(full.id).await[4], Value::from(at.trunc_subsecs(6)));
        assert_eq!(by_description(full.id).await[6], Value::from(0.1));
        assert_eq!(by_description(empty.id).await[5], Value::null(ValueKind::Bytes));
    }

    async fn instants_compare_in_time_order(db) {
        let base = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        for micros in [0_i64, 1, 1_000, 500_000, 999_999, 1_000_000] {
            let at = base + chrono::TimeDelta::microseconds(micros);
            atomically!(db, |tx| -> Error { tx.run("INSERT INTO thing (id, n, at) VALUES ($1, $2, $3)", args![tx.new_id(), micros, at]).await }).unwrap();
        }
        let sql = "SELECT n FROM thing WHERE at < $1 ORDER BY at";
        let rows: Vec<One<i64>> = db.all(sql, args![base + chrono::TimeDelta::microseconds(999_999)]).await.unwrap();
        assert_eq!(rows, [0, 1, 1_000, 500_000].map(One));
    }

    async fn broken_constraints_are_named(db) {
        let first = add(&db, "one").await.unwrap();
        let conflict = |error: Error| match error { Error::Conflict { kind, constraint } => (kind, constraint), other => panic!("{other:?}") };
        assert_eq!(conflict(add(&db, "one").await.unwrap_err()), (ConflictKind::Unique, "thing_name_key".to_owned()));
        let run = async |sql: &'static str, args: Vec<Value>| -> store::Result<u64> {
            atomically!(db, |tx| -> Error { tx.run(sql, args.clone()).await })
        };
        let same_id = run("INSERT INTO thing (id) VALUES ($1)", args![first]).await.unwrap_err();
        assert_eq!(conflict(same_id), (ConflictKind::Unique, "thing_pkey".to_owned()));
        let orphan = run("INSERT INTO thing (id, parent) VALUES ($1, $2)", args![db.new_id(), db.new_id()]).await.unwrap_err();
        assert_eq!(conflict(orphan).0, ConflictKind::ForeignKey);
        assert!(matches!(run("INSERT INTO thing (id, n) VALUES ($1, -1)", args![db.new_id()]).await, Err(Error::Rule(_))));
        assert!(matches!(run("INSERT INTO thing (id, name) VALUES ($1, $2)", args![db.new_id(), "a\0b"]).await, Err(Error::Nul)));
        assert!(matches!(db.one::<One<i64>>("SELECT n FROM thing WHERE id = $1", args![db.new_id()]).await, Err(Error::NotFound)));
        let kernel: kernel::Error = add(&db, "one").await.unwrap_err().into();
        assert_eq!(kernel.status(), 409);
    }

    async fn optional_conditions_select(db) {
        for name in ["a", "b", "c"] { add(&db, name).await.unwrap(); }
        let named = Select::new("SELECT name FROM thing").within("name", Some(args!["a", "c", "x"])).and("n = ?", None).then("ORDER BY name", args![]);
        assert_eq!(named.all::<One<String>>(&db).await.unwrap(), ["a", "c"].map(|n| One(n.to_owned())));
        let none = Select::new("SELECT name FROM thing").within("name", Some(vec![]));
        assert!(none.all::<One<String>>(&db).await.unwrap().is_empty());
    }

    async fn one_bad_row_can_be_undone_without_the_others(db) {
        add(&db, "taken").await.unwrap();
        let outcome: store::Result<Vec<bool>> = atomically!(db, |tx| -> Error {
            let mut kept = Vec::new();
            for name in ["new", "taken", "other"] {
                let mark = tx.mark().await?;
                match tx.run("INSERT INTO thing (id, name) VALUES ($1, $2)", args![tx.new_id(), name]).await {
                    Ok(_) => { tx.keep(mark).await?; kept.push(true); }
                    Err(error) if error.is_duplicate() => { tx.back_to(mark).await?; kept.push(false); }
                    Err(error) => return Err(error),
                }
            }
            Ok(kept)
        });
        assert_eq!(outcome.unwrap(), [true, false, true]);
        assert_eq!(count(&db).await, 3);
    }

    async fn a_swallowed_error_keeps_nothing(db) {
        add(&db, "taken").await.unwrap();
        let outcome: store::Result<()> = atomically!(db, |tx| -> Error {
            tx.run("INSERT INTO thing (id, name) VALUES ($1, 'before')", args![tx.new_id()]).await?;
            let _ = tx.run("INSERT INTO thing (id, name) VALUES ($1, 'taken')", args![tx.new_id()]).await;
            Ok(())
        });
        assert!(matches!(outcome, Err(Error::Aborted)));
        assert_eq!(count(&db).await, 1);
    }

    async fn a_snapshot_does_not_see_later_writes(db) {
        add(&db, "a").await.unwrap();
        let mut snapshot = db.snapshot().await.unwrap();
        add(&db, "b").await.unwrap();
        assert_eq!(snapshot.all::<One<String>>("SELECT name FROM thing", args![]).await.unwrap().len(), 1);
        assert_eq!(count(&db).await, 2);
    }

    async fn ids_ascend_and_a_restart_changes_nothing(db) {
        let ids: Vec<Uuid> = (0..1000).map(|_| db.new_id()).collect();
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
        add(&db, "a").await.unwrap();
        db.optimize().await.unwrap();
        db.reopen().await;
        assert_eq!(count(&db).await, 1);
    }
}

/// Tables and columns of a database, without what only one engine has.
async fn schema(db: &Db) -> Vec<(String, String)> {
    let sql = match db.is_postgres() {
        true => {
            "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns WHERE table_schema = 'public'"
        }
        false => {
            "SELECT m.name, c.name FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type IN ('table', 'view')"
        }
    };
    let mut columns: Vec<(String, String)> = db.all(sql, args![]).await.unwrap();
    columns.retain(|(table, _)| !table.starts_with("sqlite_") && !table.starts_with("_sqlx"));
    columns.sort();
    columns
}

async fn indexes(db: &Db) -> Vec<String> {
    let sql = match db.is_postgres() {
        true => "SELECT CAST(indexname AS TEXT) FROM pg_indexes WHERE schemaname = 'public'",
        false => "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
    };
    let mut names: Vec<String> =
        db.all::<One<String>>(sql, args![]).await.unwrap().into_iter().map(|One(name)| name).collect();
    names.retain(|name| !name.ends_with("_pkey") && !name.ends_with("_key"));
    names.sort();
    names
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_and_indexes() {
    if !TestEngine::available().contains(&TestEngine::Postgres) {
        return;
    }
    let (lite, pg) = (fresh(TestEngine::Sqlite).await, fresh(TestEngine::Postgres).await);
    assert_eq!(schema(&lite).await, schema(&pg).await);
    assert_eq!(indexes(&lite).await, indexes(&pg).await);
}

#[tokio::test]
async fn tables_are_strict_on_sqlite() {
    let db = fresh(TestEngine::Sqlite).await;
    let sql = "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '_sqlx%' AND name <> 'thing'";
    assert!(db.all::<One<String>>(sql, args![]).await.unwrap().is_empty());
}
