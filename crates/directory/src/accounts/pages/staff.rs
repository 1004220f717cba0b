//! Accounts of others, for those who manage them.

use super::forms::{Fields, Form, faults, session, set_cookies, visit, when, when_or};
use super::staff_privacy::Confirm;
use crate::accounts::actions::sign_in::open_session;
use crate::accounts::actions::staff as act;
use crate::accounts::doorkeeper::Doorkeeper;
use crate::accounts::mails;
use crate::accounts::model::{Account, Invitation, State};
use crate::accounts::store::{self, links};
use askama::Template;
use axum::Extension;
use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use kernel::record::{Field, Kind};
use kernel::{Error, FieldErrors, Lang, Role, Uuid, both};
use serde::Deserialize;
use web::layout::{Choice, Crumb, fault_of};
use web::notice::{Done, redirect};
use web::records::{link_text, resolver};
use web::{Cx, Handled, html, html_with};

const PERSON: Field = Field::new("person", both("人", "Person"), Kind::Link(&["person"]));
const MANAGES: Field = Field::new("manages", both("管理する組織", "Manages"), Kind::Link(crate::records::BODIES));
const PAGE: i64 = 50;

struct Row {
    href: String,
    label: String,
    email: String,
    roles: String,
    state: &'static str,
    color: &'static str,
    signed_in: String,
}

struct InvitationRow {
    email: String,
    label: String,
    expires: String,
    cancel: String,
}

#[derive(Template)]
#[template(path = "accounts/staff_accounts.html")]
struct List<'a> {
    cx: &'a Cx,
    words: String,
    rows: Vec<Row>,
    invitations: Vec<InvitationRow>,
    next: String,
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    /// Label and id of the last row of the page before.
    #[serde(default)]
    after: String,
    after_id: Option<Uuid>,
}

fn row(cx: &Cx, account: &Account) -> Row {
    Row {
        href: cx.href(&format!("/staff/accounts/{}", account.id)),
        label: account.label.clone(),
        email: account.email().to_owned(),
        roles: account.roles_in(cx.lang),
        state: account.state.label().get(cx.lang),
        color: if account.is_active() { "c-moss" } else { "c-gold" },
        signed_in: when_or(cx, account.signed_in_at, cx.t("まだありません", "Never")),
    }
}

pub(super) async fn list(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let after = asked.after_id.map(|id| (asked.after.as_str(), id));
    let mut accounts = store::list(&cx.app.db, &asked.q, after, PAGE + 1).await?;
    let more = accounts.len() as i64 > PAGE;
    accounts.truncate(usize::try_from(PAGE).unwrap_or(0));
    let next = match accounts.last().filter(|_| more) {
        Some(last) => {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("q", &asked.q)
                .append_pair("after", &last.label)
                .append_pair("after_id", &last.id.to_string())
                .finish();
            cx.href(&format!("/staff/accounts?{query}"))
        }
        None => String::new(),
    };
    let invitation = |link: &crate::accounts::model::OneUse| {
        let promised: Invitation = serde_json::from_value(link.payload.clone()).unwrap_or_default();
        InvitationRow {
            email: link.email.clone().unwrap_or_default(),
            label: promised.label,
            expires: when(&cx, link.expires_at),
            cancel: cx.href(&format!("/staff/invitations/{}/cancel", link.id)),
        }
    };
    let invitations = links::open_invitations(&cx.app.db).await?.iter().map(invitation).collect();
    let rows = accounts.iter().map(|account| row(&cx, account)).collect();
    html(&List { cx: &cx, words: asked.q, rows, invitations, next })
}

/// The form of an invitation and of an account: what they share.
#[derive(Template)]
#[template(path = "accounts/staff_account.html")]
struct AccountForm<'a> {
    cx: &'a Cx,
    /// `None` for an invitation.
    account: Option<&'a Account>,
    crumbs: Vec<Crumb>,
    action: String,
    email: String,
    label: String,
    roles: Vec<Choice>,
    languages: Vec<Choice>,
    person: String,
    manages: String,
    /// No suggestions in the page; they come while typing.
    people: Vec<Choice>,
    /// The link just made, to be handed over by hand; empty otherwise.
    link: String,
    state: &'static str,
    signed_in: String,
    errors: FieldErrors,
}

impl AccountForm<'_> {
    fn fault(&self, field: &str) -> String {
        fault_of(&self.errors, field, self.cx.lang)
    }

    fn path(&self, act: &str) -> String {
        self.account.map(|account| self.cx.href(&format!("/staff/accounts/{}/{act}", account.id))).unwrap_or_default()
    }

    /// Where suggestions for the person come from.
    fn lookup(&self) -> String {
        self.cx.href("/lookup?types=person")
    }

    fn is(&self, state: &str) -> bool {
        self.account.is_some_and(|account| account.state.code() == state)
    }
}

fn role_choices(cx: &Cx, chosen: &[Role]) -> Vec<Choice> {
    Role::ALL
        .into_iter()
        .map(|role| Choice::new(role.code(), role.label().get(cx.lang)).chosen(chosen.contains(&role)))
        .collect()
}

fn invite_form<'a>(cx: &'a Cx, form: &Fields, link: String, errors: FieldErrors) -> AccountForm<'a> {
    let roles: Vec<Role> = form.all("roles").filter_map(Role::from_code).collect();
    let language = Lang::from_tag(form.get("language")).unwrap_or(cx.lang);
    AccountForm {
        cx,
        account: None,
        crumbs: crumbs(cx),
        action: cx.href("/staff/accounts/invite"),
        email: form.get("email").to_owned(),
        label: form.get("label").to_owned(),
        roles: role_choices(cx, &roles),
        languages: Lang::ALL
            .into_iter()
            .map(|lang| Choice::new(lang.tag(), lang.own_name()).chosen(lang == language))
            .collect(),
        person: form.get("person").to_owned(),
        manages: form.get("manages").to_owned(),
        people: Vec::new(),
        link,
        state: "",
        signed_in: String::new(),
        errors,
    }
}

fn crumbs(cx: &Cx) -> Vec<Crumb> {
    vec![
        Crumb::new(cx.t("運営", "Staff pages"), cx.href("/staff")),
        Crumb::new(cx.t("アカウント", "Accounts"), cx.href("/staff/accounts")),
    ]
}

/// Person and bodies as they were written, or what is wrong with them. Several bodies stand in lines.
fn read_links(cx: &Cx, form: &Fields, errors: &mut FieldErrors) -> (Option<Uuid>, Vec<Uuid>) {
    let resolve = resolver(&cx.app, &cx.keyring);
    let mut one = |field: &Field, written: &str| match resolve(field, written) {
        Ok(id) => Some(id),
        Err(said) => {
            errors.add(field.name, said);
            None
        }
    };
    let person = Some(form.get("person").trim()).filter(|text| !text.is_empty()).and_then(|text| one(&PERSON, text));
    let lines = form.get("manages").lines().map(str::trim).filter(|line| !line.is_empty());
    let manages = lines.filter_map(|line| one(&MANAGES, line)).collect();
    (person, manages)
}

pub(super) async fn show_invite(cx: Cx) -> Handled {
    let form = Fields(vec![("roles".to_owned(), Role::Member.code().to_owned())]);
    html(&invite_form(&cx, &form, String::new(), FieldErrors::default()))
}

pub(super) async fn invite(cx: Cx, axum::Form(form): Form) -> Handled {
    session(&cx)?;
    let form = Fields(form);
    let mut errors = FieldErrors::default();
    let (person, manages) = read_links(&cx, &form, &mut errors);
    let language = Lang::from_tag(form.get("language")).unwrap_or(cx.lang);
    let roles = form.all("roles").filter_map(Role::from_code).collect();
    let promised = Invitation { label: form.get("label").to_owned(), language, roles, person, manages };
    let new = act::NewInvitation { email: form.get("email").to_owned(), promised };
    let outcome = if errors.is_empty() {
        act::invite(&cx.app, &cx.db(), &cx.actor, &new).await
    } else {
        Err(Error::Invalid(errors))
    };
    match faults(outcome)? {
        Ok(secret) => html(&invite_form(
            &cx,
            &form,
            mails::link(&cx.app, language, &format!("/invitation/{secret}")),
            FieldErrors::default(),
        )),
        Err(errors) => html_with(422, &invite_form(&cx, &form, String::new(), errors)),
    }
}

pub(super) async fn cancel_invitation(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::cancel_invitation(&cx.db(), &cx.actor, id).await?;
    Ok(redirect(&cx, "/staff/accounts", Done::Cancelled, None))
}

async fn found(cx: &Cx, id: Uuid) -> kernel::Result<Account> {
    store::find(&cx.app.db, id).await?.ok_or(Error::NotFound)
}

fn account_form<'a>(cx: &'a Cx, account: &'a Account, errors: FieldErrors) -> AccountForm<'a> {
    let text = |id: &Uuid, targets: &[&str]| link_text(&cx.app, &cx.keyring, cx.lang, *id, targets);
    AccountForm {
        cx,
        account: Some(account),
        crumbs: crumbs(cx),
        action: cx.href(&format!("/staff/accounts/{}", account.id)),
        email: account.email().to_owned(),
        label: account.label.clone(),
        roles: role_choices(cx, &account.roles),
        languages: Vec::new(),
        person: account.person.map(|id| text(&id, PERSON.targets())).unwrap_or_default(),
        manages: account.manages.iter().map(|id| text(id, MANAGES.targets())).collect::<Vec<_>>().join("\n"),
        people: Vec::new(),
        link: String::new(),
        state: account.state.label().get(cx.lang),
        signed_in: when_or(cx, account.signed_in_at, cx.t("まだありません", "Never")),
        errors,
    }
}

pub(super) async fn show(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let account = found(&cx, id).await?;
    html(&account_form(&cx, &account, FieldErrors::default()))
}

pub(super) async fn change(
    cx: Cx,
    Extension(door): Extension<Doorkeeper>,
    Path(id): Path<Uuid>,
    headers: HeaderMap,
    axum::Form(form): Form,
) -> Handled {
    let own = session(&cx)?;
    let form = Fields(form);
    let account = found(&cx, id).await?;
    let mut errors = FieldErrors::default();
    let (person, manages) = read_links(&cx, &form, &mut errors);
    let roles = form.all("roles").filter_map(Role::from_code).collect();
    let settings = act::Settings { label: form.get("label").to_owned(), roles, person, manages };
    let keep = (cx.actor.account == Some(id)).then_some(own);
    let outcome = if errors.is_empty() {
        act::change(&cx.db(), &cx.actor, id, &settings, keep).await
    } else {
        Err(Error::Invalid(errors))
    };
    match faults(outcome)? {
        Ok(()) => {
            let mut response = redirect(&cx, &format!("/staff/accounts/{id}"), Done::Saved, None);
            if cx.actor.account == Some(id) {
                // What one may do has changed: the own session gets a new secret.
                let opened =
                    open_session(&cx.app, &cx.db(), &door, &found(&cx, id).await?, "password", &visit(&cx, &headers))
                        .await?;
                set_cookies(&cx, &door, &opened, &mut response);
            }
            Ok(response)
        }
        Err(errors) => {
            let mut page = account_form(&cx, &account, errors);
            page.label.clone_from(&settings.label);
            page.roles = role_choices(&cx, &settings.roles);
            page.person = form.get("person").to_owned();
            page.manages = form.get("manages").to_owned();
            html_with(422, &page)
        }
    }
}

fn back_to(cx: &Cx, id: Uuid, done: Done) -> Handled {
    Ok(redirect(cx, &format!("/staff/accounts/{id}"), done, None))
}

pub(super) async fn suspend(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::suspend(&cx.db(), &cx.actor, id).await?;
    back_to(&cx, id, Done::Saved)
}

pub(super) async fn resume(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::resume(&cx.db(), &cx.actor, id).await?;
    back_to(&cx, id, Done::Restored)
}

pub(super) async fn end_sessions(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::end_sessions(&cx.db(), &cx.actor, id).await?;
    back_to(&cx, id, Done::SignedOut)
}

pub(super) async fn ask_close(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let account = found(&cx, id).await?;
    if account.state == State::Closed {
        return Err(Error::NotFound.into());
    }
    let text = match cx.lang {
        Lang::Ja => format!(
            "「{}」のアカウントを終了します。パスワード・パスキー・トークンはなくなり、元には戻せません。記録と履歴は残ります。",
            account.label
        ),
        Lang::En => format!(
            "The account of “{}” is closed for good. Its password, passkeys and tokens go; records and history stay.",
            account.label
        ),
    };
    html(&Confirm {
        cx: &cx,
        action: cx.href(&format!("/staff/accounts/{id}/close")),
        title: cx.t("アカウントを終了しますか", "Close this account?"),
        text,
        button: cx.t("終了する", "Close account"),
        back: cx.href(&format!("/staff/accounts/{id}")),
    })
}

pub(super) async fn close(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    session(&cx)?;
    act::close(&cx.db(), &cx.actor, id).await?;
    back_to(&cx, id, Done::Saved)
}
