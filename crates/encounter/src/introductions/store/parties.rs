//! When a party becomes another one (a merge) or is forgotten.

use super::Introduction;
use chrono::{DateTime, Utc};
use kernel::{Result, Uuid};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

/// One column of an introduction that named a party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    pub id: Uuid,
    pub column: String,
    /// When this side had become another party before.
    pub merged_at: Option<DateTime<Utc>>,
}

/// What a merge did to introductions, for its undo.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub named: Vec<Named>,
    /// Open ones that ended, each with its state before.
    pub ended: Vec<(Uuid, String)>,
}

/// Counterparts of `$2` in open introductions.
const OPEN_WITH_SURVIVOR: &str = "SELECT CASE WHEN o.asker = $2 THEN o.other ELSE o.asker END FROM introduction o \
                                  WHERE o.state IN ('asked', 'offered') AND (o.asker = $2 OR o.other = $2)";
/// Parties that said "not again" of either, or of whom either said it.
const NOT_AGAIN: &str = "SELECT CASE WHEN n.party IN ($1, $2) THEN n.other ELSE n.party END FROM match_answer n \
                         WHERE n.answer = 'never' AND (n.party IN ($1, $2) OR n.other IN ($1, $2))";

/// Names every introduction of `from` to `to`. Open ones end where the merge leaves nothing to answer: between the two,
/// with a contact that is now a side, with somebody whom the other of the two has asked too, or whom "not again" stands
/// against. A merge never says yes for anybody.
pub async fn move_party(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Moved> {
    let now = tx.now();
    let with = |set: &str| format!("((asker = $1 AND other IN ({set})) OR (other = $1 AND asker IN ({set})))");
    let veto =
        format!("((asker IN ($1, $2) AND other IN ({NOT_AGAIN})) OR (other IN ($1, $2) AND asker IN ({NOT_AGAIN})))");
    let between = "((asker = $1 AND other = $2) OR (asker = $2 AND other = $1) \
                   OR (through = $2 AND (asker = $1 OR other = $1)) OR (through = $1 AND (asker = $2 OR other = $2)))";
    let mut moved = Moved::default();
    let endings = [
        (veto, "state = 'declined', declined_by = 'veto'"),
        (format!("({between} OR {})", with(OPEN_WITH_SURVIVOR)), "state = 'withdrawn'"),
    ];
    for (which, end) in endings {
        let open =
            format!("SELECT id, state FROM introduction WHERE state IN ('asked', 'offered') AND {which} ORDER BY id");
        let found: Vec<(Uuid, String)> = tx.all(open, args![from, to]).await?;
        for (id, _) in &found {
            tx.run(format!("UPDATE introduction SET {end}, closed_at = $2 WHERE id = $1"), args![*id, now]).await?;
        }
        moved.ended.extend(found);
    }
    for column in ["asker", "other", "through"] {
        // A party is never introduced to itself; what stood between the two stays with the name that is no more.
        let which = format!("{column} = $1 AND asker <> $2 AND other <> $2");
        let open = format!("SELECT * FROM introduction WHERE {which} ORDER BY id");
        let found: Vec<Introduction> = tx.all(open, args![from, to]).await?;
        for one in found {
            let sql = format!("UPDATE introduction SET {column} = $2 WHERE id = $1");
            tx.run(sql, args![one.id, to]).await?;
            let merged_at = if column == "asker" { one.asker_merged_at } else { one.other_merged_at };
            if column != "through" {
                let sql = format!("UPDATE introduction SET {column}_merged_at = $2 WHERE id = $1");
                tx.run(sql, args![one.id, now]).await?;
            }
            moved.named.push(Named { id: one.id, column: column.to_owned(), merged_at });
        }
    }
    Ok(moved)
}

/// Puts back what [`move_party`] moved and ended. What was answered meanwhile stays answered.
pub async fn move_back(tx: &mut Tx, moved: &Moved, from: Uuid, to: Uuid) -> Result<()> {
    for Named { id, column, merged_at } in &moved.named {
        let Some(column) = ["asker", "other", "through"].into_iter().find(|known| known == column) else { continue };
        let sql = format!("UPDATE introduction SET {column} = $3 WHERE id = $1 AND {column} = $2");
        tx.run(sql, args![*id, to, from]).await?;
        if column != "through" {
            let sql = format!("UPDATE introduction SET {column}_merged_at = $2 WHERE id = $1");
            tx.run(sql, args![*id, *merged_at]).await?;
        }
    }
    for (id, state) in &moved.ended {
        let sql = "UPDATE introduction SET state = $2, declined_by = NULL, closed_at = NULL WHERE id = $1 \
                   AND withdrawn_at IS NULL AND (state = 'withdrawn' OR declined_by = 'veto') AND NOT EXISTS \
                   (SELECT 1 FROM introduction o WHERE o.id <> introduction.id AND o.asker = introduction.asker \
                   AND o.other = introduction.other AND o.state IN ('asked', 'offered'))";
        tx.run(sql, args![*id, state.as_str()]).await?;
    }
    Ok(())
}

/// Takes what a person wrote and the ways to reach them out; open ones end. That there was an introduction stays.
pub async fn forget(tx: &mut Tx, account: Uuid, persons: &[Uuid]) -> Result<()> {
    tx.run("DELETE FROM introduction_note WHERE account = $1", args![account]).await?;
    let accounts = "UPDATE introduction SET asker_account = CASE WHEN asker_account = $1 THEN NULL ELSE asker_account END, \
                    other_account = CASE WHEN other_account = $1 THEN NULL ELSE other_account END, \
                    created_by = CASE WHEN created_by = $1 THEN NULL ELSE created_by END \
                    WHERE asker_account = $1 OR other_account = $1 OR created_by = $1";
    let texts = "UPDATE introduction SET message = '', next_step = '' WHERE asker_account = $1 OR created_by = $1";
    tx.run(texts, args![account]).await?;
    tx.run(accounts, args![account]).await?;
    tx.run("UPDATE introduction_outcome SET said_by = NULL WHERE said_by = $1", args![account]).await?;
    for person in persons {
        forget_person(tx, *person).await?;
    }
    Ok(())
}

async fn forget_person(tx: &mut Tx, person: Uuid) -> Result<()> {
    let now = tx.now();
    let texts = "UPDATE introduction SET message = '', next_step = '' WHERE asker = $1";
    tx.run(texts, args![person]).await?;
    let open = "UPDATE introduction SET state = 'withdrawn', closed_at = $2 WHERE state IN ('asked', 'offered') \
                AND (asker = $1 OR other = $1 OR through = $1)";
    tx.run(open, args![person, now]).await?;
    let tickets = "DELETE FROM introduction_ticket WHERE introduction IN \
                   (SELECT i.id FROM introduction i WHERE i.asker = $1 OR i.other = $1 OR i.through = $1)";
    tx.run(tickets, args![person]).await?;
    Ok(())
}
