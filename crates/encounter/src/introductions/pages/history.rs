//! Lines in the histories of both parties: that they were introduced. Told to those who may open the introduction, and to
//! nobody else: a history is read by more people than that.

use crate::introductions::actions::ask::name_of;
use crate::introductions::model::{Side, State};
use crate::introductions::{policy, store as rows};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Lang, Result};
use web::{Cx, Told};

/// What the history of a party says of its introductions.
pub fn tell<'a>(cx: &'a Cx, record: &'a Record) -> BoxFuture<'a, Result<Vec<Told>>> {
    async move {
        // Nothing of it is public, and profiles are read by many visitors.
        if !cx.actor.is_signed_in() {
            return Ok(Vec::new());
        }
        let of_party = rows::of_party(&cx.app.db, record.id).await?;
        let made = of_party.into_iter().filter(|one| one.state() == State::Made);
        let readable =
            made.filter(|one| policy::is_concierge(&cx.actor) || !policy::sides(&cx.actor, one, cx.now()).is_empty());
        Ok(readable.filter_map(|one| line(cx, record, &one)).collect())
    }
    .boxed()
}

fn line(cx: &Cx, record: &Record, one: &rows::Introduction) -> Option<Told> {
    let name = |side, lang| name_of(&cx.app, one, side, lang);
    let words = if one.through == Some(record.id) {
        let pair = |lang| (name(Side::Asker, lang), name(Side::Other, lang));
        let ((ja_one, ja_other), (en_one, en_other)) = (pair(Lang::Ja), pair(Lang::En));
        Said::new(
            format!("{ja_one}と{ja_other}の紹介を取り次ぎました"),
            format!("Passed on an introduction of {en_one} and {en_other}"),
        )
    } else {
        let other = if one.asker == record.id { Side::Other } else { Side::Asker };
        let (ja, en) = (name(other, Lang::Ja), name(other, Lang::En));
        Said::new(format!("{ja}との紹介が成立しました"), format!("Introduced to {en}"))
    };
    Some(Told { at: one.made_at?, words, path: format!("/introductions/{}", one.id) })
}
