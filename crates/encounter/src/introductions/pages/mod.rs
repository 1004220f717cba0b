//! Pages of introductions and their API: thin, they parse, call one action and show.

pub mod api;
pub mod ask;
pub mod history;
pub mod inbox;
pub mod show;
pub mod staff;
pub mod ticket;

use super::actions::ask::name_of;
use super::model::{Seen, Side};
use super::store::Introduction;
use chrono::{DateTime, Utc};
use kernel::calendar::date_long;
use web::Cx;
use web::layout::Crumb;

/// A day at the hub, in full.
fn day(cx: &Cx, at: DateTime<Utc>) -> String {
    date_long(cx.lang, at.with_timezone(&cx.hub.zone).date_naive())
}

fn desk(cx: &Cx) -> Crumb {
    Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk"))
}

fn inbox(cx: &Cx) -> Crumb {
    Crumb::new(cx.t("紹介の受信箱", "Introductions"), cx.href("/introductions"))
}

/// Who is on the other end for a side: the contact reads of both.
fn counterpart(cx: &Cx, one: &Introduction, side: Side) -> String {
    let name = |side| name_of(&cx.app, one, side, cx.lang);
    match side {
        Side::Asker => name(Side::Other),
        Side::Other => name(Side::Asker),
        Side::Through => format!("{} × {}", name(Side::Asker), name(Side::Other)),
    }
}

const fn tone(seen: Seen) -> &'static str {
    match seen {
        Seen::ToAnswer => "c-gold",
        Seen::Waiting => "c-indigo",
        Seen::Made => "c-moss",
        Seen::Closed | Seen::TakenBack => "",
    }
}
