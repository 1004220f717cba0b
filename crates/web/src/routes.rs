//! The table of routes: every address with the method and who may use it. A handler cannot be mounted without
//! saying so, and a test walks this table as every role.
//!
//! The access of a route is the coarse gate; rules about one record are checked again in the action. Never
//! here: handlers.

use crate::app::App;
use crate::cx::Cx;
use crate::failure::Failure;
use axum::Router;
use axum::extract::Request;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodFilter;
use axum::routing::{MethodRouter, on};
use kernel::{Error, Permission};

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone, signed in or not; what they see follows from audiences.
    Everyone,
    /// Any account.
    SignedIn,
    /// Anyone who works for the hub.
    Staff,
    /// Holders of one permission.
    May(Permission),
    /// Holders of either.
    Either(Permission, Permission),
}

impl Access {
    pub fn check(self, actor: &kernel::Actor) -> Result<(), Error> {
        let allowed = match self {
            Access::Everyone => true,
            Access::SignedIn => actor.is_signed_in(),
            Access::Staff => actor.is_staff(),
            Access::May(permission) => actor.may(permission),
            Access::Either(one, other) => actor.may(one) || actor.may(other),
        };
        match allowed {
            true => Ok(()),
            false if actor.is_signed_in() => Err(Error::Forbidden),
            false => Err(Error::SignIn),
        }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    pub method: &'static str,
    /// Pattern without the language: `/organizations/{id}`.
    pub path: String,
    pub access: Access,
    /// Pages exist once per language; everything else once.
    pub page: bool,
}

/// Routes under construction.
#[derive(Default)]
pub struct Routes {
    table: Vec<Route>,
    pages: Router<App>,
    rest: Router<App>,
}

impl Routes {
    pub fn new() -> Routes {
        Routes::default()
    }

    /// A page to read, at `/ja/…` and `/en/…`.
    pub fn page<H: Handler<T, App>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.mount(true, "GET", path, access, on(MethodFilter::GET, handler))
    }

    /// A form sent to a page.
    pub fn submit<H: Handler<T, App>, T: 'static>(self, path: &str, access: Access, handler: H) -> Routes {
        self.mount(true, "POST", path, access, on(MethodFilter::POST, handler))
    }

    /// An address without a language: API, feeds, files.
    pub fn plain<H: Handler<T, App>, T: 'static>(
        self,
        method: Method,
        path: &str,
        access: Access,
        handler: H,
    ) -> Routes {
        let filter = MethodFilter::try_from(method.clone()).unwrap_or(MethodFilter::GET);
        let name =
            ["GET", "POST", "PUT", "PATCH", "DELETE"].into_iter().find(|m| *m == method.as_str()).unwrap_or("GET");
        self.mount(false, name, path, access, on(filter, handler))
    }

    fn mount(
        mut self,
        page: bool,
        method: &'static str,
        path: &str,
        access: Access,
        handler: MethodRouter<App>,
    ) -> Routes {
        self.table.push(Route { method, path: path.to_owned(), access, page });
        let guarded: MethodRouter<App> =
            handler.layer(from_fn(move |cx: Cx, request: Request, next: Next| guard(access, cx, request, next)));
        if page && path == "/" {
            // Nesting would serve it at `/ja`; the first page of a language lives at `/ja/`.
            self.rest = self.rest.route("/ja/", guarded.clone()).route("/en/", guarded);
        } else if page {
            self.pages = self.pages.route(path, guarded);
        } else {
            self.rest = self.rest.route(path, guarded);
        }
        self
    }

    /// Everything of another table.
    pub fn with(mut self, other: Routes) -> Routes {
        self.table.extend(other.table);
        self.pages = self.pages.merge(other.pages);
        self.rest = self.rest.merge(other.rest);
        self
    }

    pub fn table(&self) -> &[Route] {
        &self.table
    }

    /// The router: pages once per language, the rest once.
    pub fn into_router(self) -> Router<App> {
        Router::new().nest("/ja", self.pages.clone()).nest("/en", self.pages).merge(self.rest)
    }
}

async fn guard(access: Access, cx: Cx, request: Request, next: Next) -> Response {
    match access.check(&cx.actor) {
        Ok(()) => next.run(request).await,
        Err(error) => Failure(error).into_response(),
    }
}
