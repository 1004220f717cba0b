//! The audience rule as a condition in SQL: the same keys as everywhere else.

use crate::db::{Select, Value};
use kernel::audience::{Keyring, Level};

/// Whose eyes a query has. There is no default: whoever reads says so.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// Only what these keys open.
    Keys(&'a Keyring),
    /// Everything; for projections, exports by the operator and checks inside a write.
    Everything,
}

impl Scope<'_> {
    /// Adds the condition to a query over one record table.
    pub fn narrow(self, select: Select) -> Select {
        let Scope::Keys(keyring) = self else { return select };
        let levels: Vec<Value> =
            keyring.levels.iter().filter(|level| **level != Level::Me).map(|level| Value::from(level.code())).collect();
        let mut condition = format!("(audience IN ({})", marks(levels.len()));
        let mut values = levels;
        if !keyring.parties.is_empty() {
            condition.push_str(&format!(
                " OR (audience = 'parties' AND id IN (SELECT record_id FROM audience_party WHERE party_id IN ({})))",
                marks(keyring.parties.len())
            ));
            values.extend(keyring.parties.iter().map(|id| Value::from(*id)));
        }
        if let Some(account) = keyring.account {
            condition.push_str(" OR (audience = 'me' AND created_by = ?)");
            values.push(Value::from(account));
        }
        condition.push(')');
        select.and(&condition, Some(values))
    }
}

/// `?, ?, ?`; a keyring always holds at least the public level.
fn marks(count: usize) -> String {
    if count == 0 { "NULL".to_owned() } else { vec!["?"; count].join(", ") }
}
