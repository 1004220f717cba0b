//! OpenID Connect 1.0 as a relying party: code flow with PKCE (RFC 7636), state, nonce, issuer check (RFC 9207).
//!
//! Verification of tokens is the library's; this module binds its parts to the browser that began, and refuses
//! whatever is missing. Never here: which account an identity opens (see `actions::outside`).

use super::settings::OidcProvider;
use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Error, Result, both};
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreIdTokenClaims, CoreJwsSigningAlgorithm as Alg, CoreProviderMetadata,
    CoreUserInfoClaims,
};
use openidconnect::{
    AccessTokenHash, AuthorizationCode, ClientId, ClientSecret, CsrfToken, EndpointMaybeSet, EndpointNotSet,
    EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier,
    RedirectUrl, Scope, TokenResponse,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Mutex;
use url::Url;

/// How long a provider's addresses and keys are believed without asking again.
const KNOWN_FOR: TimeDelta = TimeDelta::minutes(10);
/// Nothing that a provider sends is longer.
const LONGEST_ANSWER: usize = 1 << 20;

/// Signatures that are accepted: asymmetric ones only. "none" and shared secrets never are.
const ALGORITHMS: [Alg; 8] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EdDsa,
];

type Client =
    CoreClient<EndpointSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointMaybeSet, EndpointMaybeSet>;

/// The providers of this hub, and what is known of them.
pub(crate) struct Providers {
    list: Vec<OidcProvider>,
    http: Option<reqwest::Client>,
    known: Mutex<HashMap<String, (DateTime<Utc>, CoreProviderMetadata)>>,
}

/// What has to be the same when the browser comes back. Kept in the database, found by a cookie.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Flow {
    pub(crate) provider: String,
    state: String,
    nonce: String,
    verifier: String,
    /// Path to go to afterwards.
    pub(crate) next: String,
}

/// What a provider answers in the address of the callback.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Who somebody is at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outsider {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    /// Only when the provider says that it has been verified.
    pub(crate) verified_email: Option<String>,
    pub(crate) label: String,
}

#[derive(Debug, thiserror::Error)]
enum HttpError {
    #[error(transparent)]
    Request(#[from] reqwest::Error),
    #[error(transparent)]
    Response(#[from] openidconnect::http::Error),
    #[error("answer longer than {LONGEST_ANSWER} bytes")]
    TooLong,
}

/// One sentence for every way in which this can fail; the log has the cause.
fn refused(cause: impl std::fmt::Display) -> Error {
    tracing::warn!(%cause, "sign-in at an OpenID provider was refused");
    Error::bad_request(both(
        "外部のアカウントでのログインを確かめられませんでした。お手数ですが、はじめからもう一度お試しください。",
        "Signing in with that account could not be verified. Please start again.",
    ))
}

impl Providers {
    pub(crate) fn new(list: &[OidcProvider]) -> Providers {
        // The program may have chosen a crypto provider before; then that one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A redirect could lead requests with secrets elsewhere.
        let builder =
            reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(Duration::from_secs(10));
        let http = if list.is_empty() { None } else { builder.build().ok() };
        Providers { list: list.to_vec(), http, known: Mutex::default() }
    }

    pub(crate) fn list(&self) -> &[OidcProvider] {
        &self.list
    }

    pub(crate) fn find(&self, key: &str) -> Result<&OidcProvider> {
        self.list.iter().find(|provider| provider.key == key).ok_or(Error::NotFound)
    }

    /// The address at the provider to send the browser to, and what to remember until it comes back.
    pub(crate) async fn begin(
        &self,
        provider: &OidcProvider,
        base: &Url,
        next: &str,
        now: DateTime<Utc>,
    ) -> Result<(Url, Flow)> {
        let client = self.client(provider, base, now).await?;
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let request =
            client.authorize_url(CoreAuthenticationFlow::AuthorizationCode, CsrfToken::new_random, Nonce::new_random);
        let scopes = provider.scopes.iter().cloned().map(Scope::new);
        let (address, state, nonce) = request.add_scopes(scopes).set_pkce_challenge(challenge).url();
        let flow = Flow {
            provider: provider.key.clone(),
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
            next: next.to_owned(),
        };
        Ok((address, flow))
    }

    /// Checks what the provider answered against what was remembered, and asks it who this is.
    pub(crate) async fn complete(
        &self,
        provider: &OidcProvider,
        base: &Url,
        flow: &Flow,
        answer: Answer,
        now: DateTime<Utc>,
    ) -> Result<Outsider> {
        // The answer must belong to this browser (state) and come from the provider that was asked (mix-up).
        let state = answer.state.unwrap_or_default();
        if flow.provider != provider.key || super::secrets::digest(&state) != super::secrets::digest(&flow.state) {
            return Err(refused("state does not belong to this browser"));
        }
        if answer.iss.is_some_and(|issuer| issuer != provider.issuer) {
            return Err(refused("answer of another issuer"));
        }
        if let Some(error) = answer.error {
            return Err(refused(error));
        }
        let code = answer.code.ok_or_else(|| refused("no code"))?;
        let client = self.client(provider, base, now).await?;
        let http = self.http()?;
        let exchange = client.exchange_code(AuthorizationCode::new(code)).map_err(refused)?;
        let exchange = exchange.set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()));
        let tokens = exchange.request_async(&http).await.map_err(refused)?;
        let id_token = tokens.id_token().ok_or_else(|| refused("no ID token"))?;
        let verifier = client.id_token_verifier().set_allowed_algs(ALGORITHMS).set_time_fn(move || now);
        let claims = id_token.claims(&verifier, &Nonce::new(flow.nonce.clone())).map_err(refused)?;
        if let Some(expected) = claims.access_token_hash() {
            let key = id_token.signing_key(&verifier).map_err(refused)?;
            let algorithm = id_token.signing_alg().map_err(refused)?;
            let actual = AccessTokenHash::from_token(tokens.access_token(), algorithm, key).map_err(refused)?;
            if actual != *expected {
                return Err(refused("access token was exchanged"));
            }
        }
        let mut outsider = outsider(claims);
        if outsider.verified_email.is_none() {
            // By the letter of the standard (Core 5.4) the address is at the userinfo endpoint in this flow.
            if let Ok(request) = client.user_info(tokens.access_token().clone(), Some(claims.subject().clone())) {
                let info: CoreUserInfoClaims = request.request_async(&http).await.map_err(refused)?;
                if let Some(email) = info.email().filter(|_| info.email_verified() == Some(true)) {
                    outsider.label = email.as_str().to_owned();
                    outsider.verified_email = Some(email.as_str().to_owned());
                }
            }
        }
        Ok(outsider)
    }

    fn http(
        &self,
    ) -> Result<
        impl Fn(HttpRequest) -> futures_util::future::BoxFuture<'static, std::result::Result<HttpResponse, HttpError>>
        + use<>,
    > {
        let client = self.http.clone().ok_or_else(|| Error::internal("no HTTP client for OpenID providers"))?;
        Ok(move |request: HttpRequest| -> futures_util::future::BoxFuture<'static, _> {
            Box::pin(send(client.clone(), request))
        })
    }

    async fn client(&self, provider: &OidcProvider, base: &Url, now: DateTime<Utc>) -> Result<Client> {
        let metadata = self.metadata(provider, now).await?;
        let callback = callback_address(base, &provider.key);
        let redirect = RedirectUrl::new(callback).map_err(Error::internal)?;
        let secret = provider.client_secret.clone().map(ClientSecret::new);
        Ok(CoreClient::from_provider_metadata(metadata, ClientId::new(provider.client_id.clone()), secret)
            .set_redirect_uri(redirect))
    }

    async fn metadata(&self, provider: &OidcProvider, now: DateTime<Utc>) -> Result<CoreProviderMetadata> {
        let mut known = self.known.lock().await;
        if let Some((at, metadata)) = known.get(&provider.key).filter(|(at, _)| now - *at < KNOWN_FOR) {
            tracing::trace!(%at, "provider known");
            return Ok(metadata.clone());
        }
        let issuer = IssuerUrl::new(provider.issuer.clone()).map_err(Error::internal)?;
        let http = self.http()?;
        let metadata = CoreProviderMetadata::discover_async(issuer, &http).await.map_err(|error| {
            tracing::warn!(provider = %provider.key, cause = %error, "OpenID provider does not answer");
            Error::conflict(both(
                "外部のログイン先から応答がありません。しばらくしてからお試しください。",
                "The sign-in service does not answer. Please try again later.",
            ))
        })?;
        known.insert(provider.key.clone(), (now, metadata.clone()));
        Ok(metadata)
    }
}

/// Where a provider sends browsers back to; to be registered there.
pub fn callback_address(base: &Url, provider: &str) -> String {
    format!("{}/oidc/{provider}/callback", base.as_str().trim_end_matches('/'))
}

fn outsider(claims: &CoreIdTokenClaims) -> Outsider {
    let email = claims.email().map(|email| email.as_str().to_owned());
    let verified_email = email.clone().filter(|_| claims.email_verified() == Some(true));
    let name = claims.name().and_then(|names| names.get(None)).map(|name| name.as_str().to_owned());
    Outsider {
        issuer: claims.issuer().as_str().to_owned(),
        subject: claims.subject().as_str().to_owned(),
        verified_email,
        label: email.or(name).unwrap_or_default(),
    }
}

async fn send(client: reqwest::Client, request: HttpRequest) -> std::result::Result<HttpResponse, HttpError> {
    let mut response = client.execute(request.try_into()?).await?;
    let mut builder = openidconnect::http::Response::builder().status(response.status());
    for (name, value) in response.headers() {
        builder = builder.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > LONGEST_ANSWER {
            return Err(HttpError::TooLong);
        }
    }
    Ok(builder.body(body)?)
}
