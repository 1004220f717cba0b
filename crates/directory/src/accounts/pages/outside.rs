//! The two addresses of OpenID Connect: off to the provider, and back.

use super::forms::{enter, in_language, is_secure, owner, visit};
use crate::accounts::actions::outside as act;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::oidc::{Answer, Flow};
use crate::accounts::store::ceremonies;
use crate::accounts::{cookies, policy};
use ::store::atomically;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use kernel::{Error, both};
use serde::Deserialize;
use web::{Cx, Handled};

const KIND: &str = "oidc";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    next: String,
    /// Connect to the account that is signed in, instead of signing in.
    #[serde(default)]
    connect: String,
}

/// Sends the browser to the provider. What must be the same on return is kept here, under a cookie.
pub(super) async fn start(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Handled {
    let provider = door.providers().find(&key)?;
    let account = match asked.connect.is_empty() {
        true => None,
        false => Some(owner(&cx).await?.0.id),
    };
    let next = policy::safe_next(&asked.next);
    let (address, flow) = door.providers().begin(provider, &cx.app.settings.base_url, next, cx.now()).await?;
    let state = serde_json::to_value(&flow).map_err(Error::internal)?;
    let secret = ceremonies::begin(&cx.db(), KIND, account, state).await?;
    let mut response = Redirect::to(address.as_str()).into_response();
    cookies::set_ceremony(&mut response, &secret, is_secure(&cx));
    Ok(response)
}

/// Takes the browser back. Without the cookie of [`start`] nothing is looked at.
pub(super) async fn callback(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Path(key): Path<String>,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Handled {
    let provider = door.providers().find(&key)?;
    let secret = cookies::ceremony(&headers, is_secure(&cx)).unwrap_or_default();
    let begun = atomically!(cx.db(), |tx| { ceremonies::take(tx, KIND, &secret).await })?;
    let begun = begun.ok_or_else(|| {
        Error::bad_request(both(
            "ログインの途中ではないようです。はじめからお試しください。",
            "No sign-in was under way. Please start again.",
        ))
    })?;
    let flow: Flow = serde_json::from_value(begun.state).map_err(Error::internal)?;
    let outsider = door.providers().complete(provider, &cx.app.settings.base_url, &flow, answer, cx.now()).await?;
    let mut response = match begun.account {
        Some(account) => {
            // Only whoever began, and is still signed in, connects.
            if owner(&cx).await?.0.id != account {
                return Err(Error::Forbidden.into());
            }
            act::connect_own(&cx.app, &cx.db(), account, &outsider).await?;
            Redirect::to(&in_language(&cx, &flow.next)).into_response()
        }
        None => {
            let opened = act::sign_in(&cx.app, &cx.db(), &door, provider, &outsider, &visit(&cx, &headers)).await?;
            enter(&cx, &door, &opened, &flow.next)
        }
    };
    cookies::drop_ceremony(&mut response, is_secure(&cx));
    Ok(response)
}
