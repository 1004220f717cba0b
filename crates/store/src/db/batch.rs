//! Many rows with few statements, the same for both engines. Never here: what the rows mean.

use super::{Tx, Value};
use crate::error::Result;
use uuid::Uuid;

/// Parameters in one statement; SQLite takes 32,766.
const MOST_PARAMETERS: usize = 8_000;

impl Tx {
    /// Inserts rows in batches: `head` is `INSERT INTO t (a, b)`, `tail` what follows the values (`ON CONFLICT …`) or nothing.
    /// Every row has the same number of values.
    pub async fn insert_all(&mut self, head: &str, tail: &str, rows: Vec<Vec<Value>>) -> Result<u64> {
        let width = rows.first().map_or(1, Vec::len).max(1);
        let mut changed = 0;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let batch: Vec<Vec<Value>> = rows.by_ref().take((MOST_PARAMETERS / width).max(1)).collect();
            let groups: Vec<String> = (0..batch.len()).map(|row| group(row * width, width)).collect();
            let sql = format!("{head} VALUES {} {tail}", groups.join(", "));
            changed += self.run(sql, batch.into_iter().flatten().collect()).await?;
        }
        Ok(changed)
    }

    /// Runs a statement for many ids: `DELETE FROM t WHERE id IN (?)`, where `(?)` stands once for the list.
    pub async fn run_within(&mut self, sql: &str, ids: &[Uuid]) -> Result<u64> {
        let mut changed = 0;
        for batch in ids.chunks(1_000) {
            let sql = sql.replacen("(?)", &group(0, batch.len()), 1);
            changed += self.run(sql, batch.iter().map(|id| Value::from(*id)).collect()).await?;
        }
        Ok(changed)
    }
}

/// `($3, $4)`.
fn group(before: usize, width: usize) -> String {
    let names: Vec<String> = (1..=width).map(|at| format!("${}", before + at)).collect();
    format!("({})", names.join(", "))
}
