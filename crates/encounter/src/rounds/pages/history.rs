//! Lines in the histories of both parties of a meeting: that something was written down about it. Never the words, and only
//! to those who may read them: a side's own note exists for that side alone.

use crate::rounds::store::{self as rows, Written};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Actor, Lang, Permission, Result, Uuid};
use web::{Cx, Told};

/// What the history of a party says of its meetings.
pub fn tell<'a>(cx: &'a Cx, record: &'a Record) -> BoxFuture<'a, Result<Vec<Told>>> {
    async move {
        // Nothing of it is public, and profiles are read by many visitors.
        if !cx.actor.is_signed_in() {
            return Ok(Vec::new());
        }
        let written = rows::written_of(&cx.app.db, record.id).await?;
        let mut told: Vec<(Uuid, Told)> = Vec::new();
        for one in written.iter().filter(|one| reads(&cx.actor, record.id, one)) {
            // The newest word of a meeting makes its line.
            if told.iter().all(|(meeting, _)| *meeting != one.meeting) {
                told.push((one.meeting, line(cx, one)));
            }
        }
        Ok(told.into_iter().map(|(_, line)| line).collect())
    }
    .boxed()
}

/// Whether somebody may read these words.
pub fn reads(actor: &Actor, party: Uuid, one: &Written) -> bool {
    let (own, other) = (actor.acts_for(party), one.other.is_some_and(|other| actor.acts_for(other)));
    match one.side.as_str() {
        "both" => own || other || actor.may(Permission::RunRounds),
        side if side == one.own => own,
        _ => other,
    }
}

fn line(cx: &Cx, one: &Written) -> Told {
    let round = |lang| {
        let found = cx.app.catalogue.entry(one.round, &cx.keyring);
        found.map(|round| round.called(lang).to_owned()).unwrap_or_default()
    };
    let (ja, en) = (round(Lang::Ja), round(Lang::En));
    let name_en = if one.name_en.is_empty() { &one.name } else { &one.name_en };
    let ja = if ja.is_empty() { String::new() } else { format!("({ja})") };
    let en = if en.is_empty() { String::new() } else { format!(" ({en})") };
    Told {
        at: one.written_at,
        words: Said::new(
            format!("{}との面談の結果が書かれました{ja}", one.name),
            format!("What came of the meeting with {name_en} was written down{en}"),
        ),
        path: format!("/rounds/{}/outcomes/{}", one.round, one.meeting),
    }
}
