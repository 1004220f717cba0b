//! For the concierge: what is open and what is due, and bringing two together.

use super::{ask, day};
use crate::introductions::actions::ask::name_of;
use crate::introductions::mails;
use crate::introductions::model::{Side, State, awaited, until};
use crate::introductions::store as rows;
use askama::Template;
use axum::extract::Query;
use kernel::FieldErrors;
use kernel::record::Input;
use serde::Deserialize;
use web::layout::{Choice, Crumb};
use web::records::Submission;
use web::{Cx, Handled, html};

/// Lines of one page.
const MOST: i64 = 200;

#[derive(Debug, Deserialize)]
pub struct Asked {
    state: Option<String>,
}

struct Line {
    href: String,
    title: String,
    state: &'static str,
    waits: String,
    last: String,
    due: bool,
    /// Those who are waited for and get no mail: they have neither an account nor an address.
    unreached: String,
}

#[derive(Template)]
#[template(path = "introductions/staff.html")]
struct StaffPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    filters: Vec<Choice>,
    lines: Vec<Line>,
}

/// `GET /staff/introductions?state=…`: without a state, all open ones.
pub async fn list(cx: Cx, Query(asked): Query<Asked>) -> Handled {
    let chosen = asked.state.as_deref().and_then(|code| State::ALL.into_iter().find(|state| state.code() == code));
    let open = [State::Asked, State::Offered];
    let states = chosen.map_or(open.to_vec(), |state| vec![state]);
    let found = rows::in_states(&cx.app.db, &states, MOST).await?;
    let soon = cx.now() + chrono::TimeDelta::days(3);
    let mut lines = Vec::with_capacity(found.len());
    for one in &found {
        let name = |side| name_of(&cx.app, one, side, cx.lang);
        let waits: Vec<String> = awaited(one).into_iter().map(name).collect();
        let mut unreached = Vec::new();
        for side in awaited(one) {
            if mails::is_unreached(&cx.app, one, side).await? {
                unreached.push(name(side));
            }
        }
        lines.push(Line {
            href: cx.href(&format!("/introductions/{}", one.id)),
            title: format!("{} × {}", name(Side::Asker), name(Side::Other)),
            state: cx.say(&one.state().label()),
            waits: waits.join(cx.t("、", ", ")),
            last: if one.state().is_open() { day(&cx, until(one)) } else { String::new() },
            due: one.state().is_open() && until(one) <= soon,
            unreached: unreached.join(cx.t("、", ", ")),
        });
    }
    let every = Choice::new(cx.href("/staff/introductions"), cx.t("進行中", "Open")).chosen(chosen.is_none());
    let each = State::ALL.into_iter().map(|state| {
        let href = cx.href(&format!("/staff/introductions?state={}", state.code()));
        Choice::new(href, cx.say(&state.label())).chosen(chosen == Some(state))
    });
    html(&StaffPage {
        crumbs: vec![Crumb::new(cx.t("運営", "Staff pages"), cx.href("/staff"))],
        filters: std::iter::once(every).chain(each).collect(),
        lines,
        cx: &cx,
    })
}

/// `GET /staff/introductions/new`.
pub async fn form(cx: Cx) -> Handled {
    html(&ask::page(&cx, &Input::default(), &FieldErrors::default(), true))
}

/// `POST /staff/introductions/new`.
pub async fn submit(cx: Cx, sent: Submission) -> Handled {
    ask::send(cx, sent, true, "/staff/introductions").await
}
