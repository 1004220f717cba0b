//! `Idempotency-Key` on POST: the same call sent again, because its answer was lost, is answered again and does nothing.
//!
//! Keys belong to an account and are remembered for two days, in the transaction that makes the record.

use super::representation::answer;
use crate::cx::Cx;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use chrono::TimeDelta;
use kernel::{Error, Result, Uuid, both};
use serde_json::Value;
use sha2::{Digest, Sha256};
use store::{Tx, args, record};

const KEPT: TimeDelta = TimeDelta::days(2);
/// Characters of a key.
const LONGEST: usize = 200;

/// A call that can be recognized.
#[derive(Debug, Clone)]
pub struct Call {
    account: Uuid,
    key: String,
    request_hash: String,
}

record! {
    struct Kept {
        pub request_hash: String,
        pub status: i64,
        pub location: String,
        pub version: i64,
        pub body: String,
    }
}

/// The call's key, when it has one.
///
/// # Errors
/// `BadRequest` when the key is empty, too long, or not visible ASCII.
pub fn call(cx: &Cx, headers: &HeaderMap, body: &Value) -> Result<Option<Call>> {
    let Some(key) = headers.get("idempotency-key") else { return Ok(None) };
    let key = key.to_str().unwrap_or_default().trim().to_owned();
    if key.is_empty() || key.len() > LONGEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(Error::bad_request(both(
            "Idempotency-Key は200字までの英数字と記号にしてください。",
            "Idempotency-Key must be up to 200 visible ASCII characters.",
        )));
    }
    let hash = Sha256::digest(format!("{}\n{}", cx.path, store::feed::canonical(body)));
    Ok(Some(Call { account: cx.actor.account.unwrap_or_default(), key, request_hash: hex::encode(hash) }))
}

/// The answer that this call got before.
///
/// # Errors
/// `Invalid` when another call was made under this key.
pub async fn answered(cx: &Cx, call: &Call) -> Result<Option<Response>> {
    let sql = "SELECT request_hash, status, location, version, body FROM idempotency WHERE account = $1 AND key = $2 AND created_at > $3";
    let kept: Option<Kept> = cx.app.db.opt(sql, args![call.account, &call.key, cx.now() - KEPT]).await?;
    let Some(kept) = kept else { return Ok(None) };
    if kept.request_hash != call.request_hash {
        return Err(Error::invalid(
            "Idempotency-Key",
            both(
                "この番号は別の内容の送信に使われています。新しい番号にしてください。",
                "This key was used for another request. Use a new one.",
            ),
        ));
    }
    let status = u16::try_from(kept.status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::CREATED);
    let mut response = answer(status, kept.body, kept.version, Some(&kept.location));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(Some(response))
}

/// Remembers an answer, and forgets old ones. Of two calls at the same time one breaks the key here and makes nothing.
pub async fn keep(
    tx: &mut Tx,
    call: &Call,
    status: StatusCode,
    location: &str,
    version: i64,
    body: &str,
) -> Result<()> {
    let now = tx.now();
    tx.run("DELETE FROM idempotency WHERE created_at <= $1", args![now - KEPT]).await?;
    let sql = "INSERT INTO idempotency (account, key, request_hash, status, location, version, body, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values =
        args![call.account, &call.key, &call.request_hash, i64::from(status.as_u16()), location, version, body, now];
    tx.run(sql, values).await?;
    Ok(())
}
