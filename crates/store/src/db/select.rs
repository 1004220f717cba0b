//! A SELECT that grows optional conditions. It numbers parameters and nothing more: no joins, no tables.

use super::{Db, Record, Tx, Value};
use crate::error::Result;

/// Text and parameters of a query under construction. Each `?` in a piece stands for its next parameter.
#[derive(Debug, Clone)]
pub struct Select {
    sql: String,
    args: Vec<Value>,
}

impl Select {
    /// Starts from a statement without WHERE; conditions follow with [`Select::and`].
    pub fn new(sql: &str) -> Select {
        Select { sql: format!("{sql} WHERE TRUE"), args: Vec::new() }
    }

    /// Starts from a piece of any shape, for example one with a common table expression or its own WHERE.
    pub fn raw(sql: &str, args: Vec<Value>) -> Select {
        Select { sql: String::new(), args: Vec::new() }.piece(sql, args)
    }

    /// Adds `AND condition` when there is something to compare with.
    pub fn and(self, condition: &str, args: Option<Vec<Value>>) -> Select {
        match args {
            Some(args) => self.piece(" AND ", Vec::new()).piece(condition, args),
            None => self,
        }
    }

    /// Adds `AND column IN (…)`; an empty list matches nothing, as SQL has no empty list.
    pub fn within(self, column: &str, values: Option<Vec<Value>>) -> Select {
        match values {
            None => self,
            Some(values) if values.is_empty() => self.piece(" AND FALSE", Vec::new()),
            Some(values) => {
                let marks = vec!["?"; values.len()].join(", ");
                self.piece(&format!(" AND {column} IN ({marks})"), values)
            }
        }
    }

    /// Adds the rest: GROUP BY, ORDER BY, LIMIT.
    pub fn then(self, tail: &str, args: Vec<Value>) -> Select {
        self.piece(" ", Vec::new()).piece(tail, args)
    }

    fn piece(mut self, text: &str, args: Vec<Value>) -> Select {
        let mut args = args.into_iter();
        for part in text.split_inclusive('?') {
            match part.strip_suffix('?') {
                Some(before) => {
                    self.args.extend(args.next());
                    self.sql.push_str(before);
                    self.sql.push('$');
                    self.sql.push_str(&self.args.len().to_string());
                }
                None => self.sql.push_str(part),
            }
        }
        debug_assert!(args.next().is_none(), "more parameters than ? in: {text}");
        self
    }

    /// The statement and its parameters.
    pub fn into_parts(self) -> (String, Vec<Value>) {
        (self.sql, self.args)
    }

    pub async fn all<T: Record>(self, db: &Db) -> Result<Vec<T>> {
        db.all(self.sql, self.args).await
    }

    pub async fn opt<T: Record>(self, db: &Db) -> Result<Option<T>> {
        db.opt(self.sql, self.args).await
    }

    pub async fn one<T: Record>(self, db: &Db) -> Result<T> {
        db.one(self.sql, self.args).await
    }

    pub async fn all_in<T: Record>(self, tx: &mut Tx) -> Result<Vec<T>> {
        tx.all(self.sql, self.args).await
    }

    pub async fn opt_in<T: Record>(self, tx: &mut Tx) -> Result<Option<T>> {
        tx.opt(self.sql, self.args).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    #[test]
    fn absent_conditions_leave_no_trace_and_the_rest_is_numbered_in_order() {
        let (sql, args) = Select::new("SELECT id FROM t")
            .and("a = ?", Some(args![1_i64]))
            .and("b = ?", None)
            .and("(c, d) > (?, ?)", Some(args!["x", "y"]))
            .within("e", Some(args![1_i64, 2_i64]))
            .then("ORDER BY c LIMIT ?", args![10_i64])
            .into_parts();
        assert_eq!(
            sql,
            "SELECT id FROM t WHERE TRUE AND a = $1 AND (c, d) > ($2, $3) AND e IN ($4, $5) ORDER BY c LIMIT $6"
        );
        assert_eq!(args.len(), 6);
    }

    #[test]
    fn an_empty_list_matches_nothing() {
        let (sql, _) = Select::new("SELECT id FROM t").within("e", Some(Vec::new())).into_parts();
        assert_eq!(sql, "SELECT id FROM t WHERE TRUE AND FALSE");
    }
}
