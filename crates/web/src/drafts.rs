//! Forms that somebody has begun: kept on the server, per account, until they are sent.

use crate::cx::Cx;
use crate::failure::Handled;
use crate::routes::{Access, Routes};
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use kernel::{Error, both};
use store::{One, args, atomically};

/// A draft is a form body as it would be sent.
const MOST_BYTES: usize = 200_000;
const KEY_MAX: usize = 120;

pub fn routes() -> Routes {
    Routes::new().page("/drafts/{key}", Access::SignedIn, read).submit("/drafts/{key}", Access::SignedIn, keep)
}

async fn read(cx: Cx, Path(key): Path<String>) -> Handled {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    let sql = "SELECT body FROM draft WHERE account = $1 AND key = $2";
    let found: Option<One<String>> = cx.app.db.opt(sql, args![account, key]).await?;
    Ok(match found {
        Some(One(body)) => body.into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}

/// An empty body forgets the draft.
async fn keep(cx: Cx, Path(key): Path<String>, body: String) -> Handled {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    if body.len() > MOST_BYTES || key.len() > KEY_MAX {
        return Err(Error::bad_request(both("下書きが大きすぎます。", "The draft is too large.")).into());
    }
    let now = cx.now();
    atomically!(cx.db(), |tx| {
        if body.is_empty() {
            tx.run("DELETE FROM draft WHERE account = $1 AND key = $2", args![account, key.as_str()]).await?;
        } else {
            let sql = "INSERT INTO draft (account, key, body, updated_at) VALUES ($1, $2, $3, $4) \
                       ON CONFLICT (account, key) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at";
            tx.run(sql, args![account, key.as_str(), body.as_str(), now]).await?;
        }
        Ok(())
    })?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
