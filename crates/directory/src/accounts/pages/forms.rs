//! Small things that every page of accounts needs: fields of a form, the visit, the owner, responses that open a session.

use crate::accounts::actions::sign_in::{Opened, Visit};
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::model::{Account, Session};
use crate::accounts::{cookies, policy, store};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{Error, FieldErrors, Result, Uuid};
use web::{Cx, Failure, Handled};

/// The fields of a form as they came, in order; a name may come more than once.
pub(super) type Form = axum::Form<Vec<(String, String)>>;

/// Reading [`Form`]s by name.
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The first value of a field; empty when it did not come.
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// Whether cookies are marked `Secure`.
pub(super) fn is_secure(cx: &Cx) -> bool {
    cx.app.settings.is_secure()
}

pub(super) fn visit(cx: &Cx, headers: &HeaderMap) -> Visit {
    let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    Visit {
        client: cx.client,
        agent: agent.to_owned(),
        device: cookies::device(headers, is_secure(cx)),
        session: cx.session,
    }
}

/// Goes to a path of the hub with the cookies of a new session.
pub(super) fn enter(cx: &Cx, door: &Doorkeeper, opened: &Opened, next: &str) -> Response {
    let mut response = Redirect::to(&in_language(cx, policy::safe_next(next))).into_response();
    set_cookies(cx, door, opened, &mut response);
    response
}

pub(super) fn set_cookies(cx: &Cx, door: &Doorkeeper, opened: &Opened, response: &mut Response) {
    cookies::set_session(response, &opened.session, is_secure(cx), door.settings().longest);
    cookies::set_device(response, &opened.device, is_secure(cx));
}

/// A path with its language, whether it came with one or not.
pub(super) fn in_language(cx: &Cx, path: &str) -> String {
    let has_one = kernel::Lang::ALL.iter().any(|lang| {
        path.strip_prefix('/')
            .and_then(|rest| rest.strip_prefix(lang.tag()))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']))
    });
    if has_one { path.to_owned() } else { cx.href(path) }
}

/// The account and session behind a request. Tokens have no session: they cannot change what opens the account.
pub(super) async fn owner(cx: &Cx) -> Result<(Account, Session)> {
    let (Some(id), Some(session)) = (cx.actor.account, cx.session) else { return Err(Error::Forbidden) };
    let account = store::find(&cx.app.db, id).await?.ok_or(Error::SignIn)?;
    let session = store::sessions::find(&cx.app.db, session).await?.ok_or(Error::SignIn)?;
    Ok((account, session))
}

/// The session of whoever manages others' accounts; tokens do not.
pub(super) fn session(cx: &Cx) -> Result<Uuid> {
    cx.session.ok_or(Error::Forbidden)
}

/// When the owner has not proved who they are for a while: the page that asks for it, and comes back to `next`.
pub(super) fn proof_first(cx: &Cx, session: &Session, next: &str) -> Option<Response> {
    let fresh = cx.now() - session.confirmed_at < policy::CONFIRMED_FOR;
    let page = format!("/account/confirm?next=/{}{next}", cx.lang);
    (!fresh).then(|| Redirect::to(&cx.href(&page)).into_response())
}

/// The field errors of a failed action, to show beside the fields; any other failure goes on.
pub(super) fn faults<T>(outcome: Result<T>) -> std::result::Result<std::result::Result<T, FieldErrors>, Failure> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Invalid(errors)) => Ok(Err(errors)),
        Err(other) => Err(Failure(other)),
    }
}

/// A page whose address is a secret: it is told to nobody and not kept.
pub(super) fn secret_page(mut handled: Handled) -> Handled {
    if let Ok(response) = &mut handled {
        let headers = response.headers_mut();
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    handled
}

/// An instant on the hub's clock, in the reader's language.
pub(super) fn when(cx: &Cx, at: chrono::DateTime<chrono::Utc>) -> String {
    kernel::calendar::date_time_long(cx.lang, at.with_timezone(&cx.hub.zone).naive_local())
}

pub(super) fn when_or(cx: &Cx, at: Option<chrono::DateTime<chrono::Utc>>, otherwise: &str) -> String {
    at.map_or_else(|| otherwise.to_owned(), |at| when(cx, at))
}
