//! Calendar addresses of accounts, and the sessions that they marked.

use directory::accounts::secrets;
use kernel::{Lang, Result, Uuid};
use store::{Db, One, Tx, args};

/// A new address for an account; the one before stops working.
pub async fn new_feed(tx: &mut Tx, account: Uuid, lang: Lang) -> Result<String> {
    let (secret, now) = (secrets::random(), tx.now());
    let sql = "INSERT INTO gathering_feed (account, secret, language, created_at) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (account) DO UPDATE SET secret = excluded.secret, language = excluded.language, created_at = excluded.created_at";
    tx.run(sql, args![account, secrets::digest(&secret), lang.tag(), now]).await?;
    Ok(secret)
}

/// Takes the address away.
pub async fn end_feed(tx: &mut Tx, account: Uuid) -> Result<()> {
    tx.run("DELETE FROM gathering_feed WHERE account = $1", args![account]).await?;
    Ok(())
}

pub async fn has_feed(db: &Db, account: Uuid) -> Result<bool> {
    let sql = "SELECT account FROM gathering_feed WHERE account = $1";
    Ok(db.opt::<One<Uuid>>(sql, args![account]).await?.is_some())
}

/// Whose calendar a secret opens, and its language.
pub async fn account_of_feed(db: &Db, secret: &str) -> Result<Option<(Uuid, Lang)>> {
    let sql = "SELECT account, language FROM gathering_feed WHERE secret = $1";
    let found: Option<(Uuid, String)> = db.opt(sql, args![secrets::digest(secret)]).await?;
    Ok(found.map(|(account, lang)| (account, Lang::from_tag(&lang).unwrap_or(Lang::Ja))))
}

/// Marks a session, or takes the mark away. Tells whether it is marked now.
pub async fn toggle_star(tx: &mut Tx, account: Uuid, session: Uuid) -> Result<bool> {
    let gone = tx.run("DELETE FROM session_star WHERE account = $1 AND session = $2", args![account, session]).await?;
    if gone > 0 {
        return Ok(false);
    }
    let now = tx.now();
    let sql = "INSERT INTO session_star (account, session, created_at) VALUES ($1, $2, $3) ON CONFLICT (account, session) DO NOTHING";
    tx.run(sql, args![account, session, now]).await?;
    Ok(true)
}

/// Sessions that an account marked.
pub async fn stars(db: &Db, account: Uuid) -> Result<Vec<Uuid>> {
    let sql = "SELECT session FROM session_star WHERE account = $1 ORDER BY session";
    let found: Vec<One<Uuid>> = db.all(sql, args![account]).await?;
    Ok(found.into_iter().map(|One(id)| id).collect())
}
