//! When a party becomes another one (a merge) or is forgotten.

use kernel::{Result, Uuid};
use store::{One, Tx, args};

/// Names every introduction of `from` to `to`. Those between the two, and open ones that would stand twice, end. Gives the
/// moved ids with the column that named the party.
pub async fn move_party(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<Vec<(Uuid, String)>> {
    let now = tx.now();
    let between = "UPDATE introduction SET state = 'withdrawn', closed_at = $3 WHERE state IN ('asked', 'offered') \
                   AND ((asker = $1 AND other = $2) OR (asker = $2 AND other = $1))";
    tx.run(between, args![from, to, now]).await?;
    let twice = "UPDATE introduction SET state = 'withdrawn', closed_at = $3 WHERE state IN ('asked', 'offered') AND \
                 ((asker = $1 AND other IN (SELECT o.other FROM introduction o WHERE o.asker = $2 AND o.state IN ('asked', 'offered'))) \
                 OR (other = $1 AND asker IN (SELECT o.asker FROM introduction o WHERE o.other = $2 AND o.state IN ('asked', 'offered'))))";
    tx.run(twice, args![from, to, now]).await?;
    let mut moved = Vec::new();
    for column in ["asker", "other", "through"] {
        // A party is never introduced to itself; what stood between the two stays with the name that is no more.
        let sql = format!(
            "UPDATE introduction SET {column} = $2 WHERE {column} = $1 AND asker <> $2 AND other <> $2 RETURNING id"
        );
        let ids: Vec<One<Uuid>> = tx.all(sql, args![from, to]).await?;
        moved.extend(ids.into_iter().map(|One(id)| (id, column.to_owned())));
    }
    Ok(moved)
}

/// Puts back what [`move_party`] moved.
pub async fn move_back(tx: &mut Tx, moved: &[(Uuid, String)], from: Uuid, to: Uuid) -> Result<()> {
    for (id, column) in moved {
        let Some(column) = ["asker", "other", "through"].into_iter().find(|known| known == column) else { continue };
        let sql = format!("UPDATE introduction SET {column} = $3 WHERE id = $1 AND {column} = $2");
        tx.run(sql, args![*id, to, from]).await?;
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
