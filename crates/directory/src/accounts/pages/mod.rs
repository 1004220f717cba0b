//! Pages of accounts: thin handlers that read a form, call one action and render.

mod account;
mod data;
mod forms;
mod links;
mod outside;
mod passkeys;
mod sign_in;
mod staff;
mod staff_privacy;
mod tokens;

use super::doorkeeper::Doorkeeper;
use axum::Extension;
use axum::handler::Handler;
use axum::http::Method;
use kernel::Permission;
use web::{Access, App, Routes};

/// A table of routes whose handlers get the doorkeeper.
struct Mount {
    routes: Routes,
    door: Doorkeeper,
}

impl Mount {
    fn page<H: Handler<T, App>, T: Send + 'static>(self, path: &str, access: Access, handler: H) -> Mount {
        let handler = handler.layer(Extension(self.door.clone()));
        Mount { routes: self.routes.page(path, access, handler), ..self }
    }

    fn submit<H: Handler<T, App>, T: Send + 'static>(self, path: &str, access: Access, handler: H) -> Mount {
        let handler = handler.layer(Extension(self.door.clone()));
        Mount { routes: self.routes.submit(path, access, handler), ..self }
    }

    fn plain<H: Handler<T, App>, T: Send + 'static>(
        self,
        method: Method,
        path: &str,
        access: Access,
        handler: H,
    ) -> Mount {
        let handler = handler.layer(Extension(self.door.clone()));
        Mount { routes: self.routes.plain(method, path, access, handler), ..self }
    }
}

/// Every address of accounts and access.
pub fn routes(door: &Doorkeeper) -> Routes {
    let mount = Mount { routes: Routes::new(), door: door.clone() };
    staff_routes(own_routes(open_routes(mount))).routes
}

/// Addresses for people who are not signed in yet.
fn open_routes(mount: Mount) -> Mount {
    let open = Access::Everyone;
    mount
        .page("/sign-in", open, sign_in::show)
        .submit("/sign-in", open, sign_in::send)
        .plain(Method::POST, "/sign-out", open, sign_in::sign_out)
        .submit("/sign-in/passkey/start", open, passkeys::start_sign_in)
        .submit("/sign-in/passkey/finish", open, passkeys::finish_sign_in)
        .plain(Method::GET, "/oidc/{provider}/start", open, outside::start)
        .plain(Method::GET, "/oidc/{provider}/callback", open, outside::callback)
        .page("/setup", open, sign_in::show_setup)
        .submit("/setup", open, sign_in::send_setup)
        .page("/invitation/{secret}", open, links::show_invitation)
        .submit("/invitation/{secret}", open, links::accept_invitation)
        .page("/recover", open, links::show_recover)
        .submit("/recover", open, links::ask_recover)
        .page("/recover/{secret}", open, links::show_new_password)
        .submit("/recover/{secret}", open, links::send_new_password)
        .page("/account/email/{secret}", open, links::show_address)
        .submit("/account/email/{secret}", open, links::confirm_address)
}

/// Addresses for the owner of an account.
fn own_routes(mount: Mount) -> Mount {
    let own = Access::SignedIn;
    mount
        .page("/account", own, account::show)
        .submit("/account/profile", own, account::send_profile)
        .submit("/account/password", own, account::send_password)
        .submit("/account/email", own, account::send_email)
        .page("/account/confirm", own, sign_in::show_confirm)
        .submit("/account/confirm", own, sign_in::send_confirm)
        .page("/account/sessions", own, account::sessions)
        .submit("/account/sessions/{id}/end", own, account::end_session)
        .submit("/account/sessions/end-others", own, account::end_others)
        .page("/account/passkeys", own, passkeys::show)
        .submit("/account/passkeys/start", own, passkeys::start)
        .submit("/account/passkeys/finish", own, passkeys::finish)
        .submit("/account/passkeys/{id}/remove", own, passkeys::remove)
        .submit("/account/identities/{id}/remove", own, passkeys::remove_identity)
        .page("/account/tokens", own, tokens::show)
        .submit("/account/tokens", own, tokens::make)
        .submit("/account/tokens/{id}/revoke", own, tokens::revoke)
        .page("/account/data", own, data::show)
        .page("/account/data/export", own, data::export)
        .submit("/account/data/consents", own, data::send_consent)
        .submit("/account/data/erasure", own, data::ask_erasure)
        .submit("/account/data/erasure/withdraw", own, data::withdraw)
}

/// Addresses for those who manage accounts or answer privacy requests.
fn staff_routes(mount: Mount) -> Mount {
    let manage = Access::May(Permission::ManageAccounts);
    let privacy = Access::May(Permission::HandlePrivacy);
    mount
        .page("/staff/accounts", manage, staff::list)
        .page("/staff/accounts/invite", manage, staff::show_invite)
        .submit("/staff/accounts/invite", manage, staff::invite)
        .submit("/staff/invitations/{id}/cancel", manage, staff::cancel_invitation)
        .page("/staff/accounts/{id}", manage, staff::show)
        .submit("/staff/accounts/{id}", manage, staff::change)
        .submit("/staff/accounts/{id}/suspend", manage, staff::suspend)
        .submit("/staff/accounts/{id}/resume", manage, staff::resume)
        .page("/staff/accounts/{id}/close", manage, staff::ask_close)
        .submit("/staff/accounts/{id}/close", manage, staff::close)
        .submit("/staff/accounts/{id}/end-sessions", manage, staff::end_sessions)
        .page("/staff/privacy", privacy, staff_privacy::list)
        .page("/staff/privacy/{id}/erase", privacy, staff_privacy::ask_erase)
        .submit("/staff/privacy/{id}/erase", privacy, staff_privacy::erase)
        .submit("/staff/privacy/{id}/decline", privacy, staff_privacy::decline)
}
