//! Calendar files and feeds, and the page of one's own schedule with its secret address.

use super::{crumbs, list, span_of};
use crate::gatherings::model::icalendar::{self, Event};
use crate::gatherings::records::GATHERING;
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::record::Record;
use kernel::{Error, Lang, Result, Uuid};
use store::atomically;
use store::records::{self, Scope};
use web::layout::{Choice, Crumb};
use web::{Cx, Handled};

/// Gatherings in one feed; the next ones come first.
const MOST: usize = 500;

/// The event of a gathering. Only what its readers may see goes in; the address for joining never does.
fn event(cx: &Cx, lang: Lang, gathering: &Record, sequence: i64, tentative: bool) -> Option<Event> {
    let host = cx.app.settings.base_url.host_str().unwrap_or("localhost");
    let url = cx.absolute(&format!("/{lang}/gatherings/{}", gathering.id));
    Some(Event {
        uid: format!("{}@{host}", gathering.id.simple()),
        sequence,
        span: span_of(cx, gathering)?,
        stamp: gathering.updated_at,
        title: gathering.called(lang),
        description: [gathering.text("summary").say(lang).to_owned(), url.clone()]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect::<Vec<_>>()
            .join("\n\n"),
        place: gathering.text("place").say(lang).to_owned(),
        url,
        cancelled: gathering.plain("state") == "cancelled",
        tentative,
    })
}

fn answer(cx: &Cx, lang: Lang, name: &str, events: &[Event], file: &str) -> Handled {
    let product = format!("-//Musubi//{}//{}", cx.hub.name(Lang::En).replace('/', " "), lang.tag().to_uppercase());
    let text = icalendar::calendar(name, &product, events)?;
    let disposition = format!("attachment; filename=\"{file}.ics\"");
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
        (header::CACHE_CONTROL, "private, max-age=300".to_owned()),
    ];
    Ok((headers, text).into_response())
}

fn lang_of(cx: &Cx, raw: Option<&str>) -> Lang {
    let asked = raw.unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("lang="));
    asked.and_then(Lang::from_tag).unwrap_or(cx.lang)
}

/// `GET /files/gatherings/{id}/event.ics`.
pub async fn file(cx: Cx, Path(id): Path<Uuid>, RawQuery(raw): RawQuery) -> Handled {
    let lang = lang_of(&cx, raw.as_deref());
    let gathering = super::visible(&cx, id).await?.seen_by(&cx.actor);
    let sequence = rows::seats(&cx.app.db, id).await?.map_or(0, |row| row.sequence);
    let events: Vec<Event> = event(&cx, lang, &gathering, sequence, false).into_iter().collect();
    answer(&cx, lang, &gathering.called(lang), &events, "event")
}

/// `GET /files/meet/calendar.ics`: what is on, for this reader.
pub async fn public(cx: Cx, RawQuery(raw): RawQuery) -> Handled {
    let lang = lang_of(&cx, raw.as_deref());
    let ids: Vec<Uuid> = rows::in_time(&cx.app.db, cx.now(), false).await?;
    let mut events = Vec::new();
    // What the reader may not see takes no place.
    for ids in ids.chunks(MOST) {
        let seats = rows::seats_of(&cx.app.db, ids).await?;
        for gathering in records::by_ids(&cx.app.db, &GATHERING, ids, cx.scope()).await? {
            let sequence = seats.get(&gathering.id).map_or(0, |row| row.sequence);
            events.extend(event(&cx, lang, &gathering.seen_by(&cx.actor), sequence, false));
        }
        if events.len() >= MOST {
            break;
        }
    }
    events.truncate(MOST);
    answer(&cx, lang, cx.hub.name(lang), &events, "calendar")
}

/// `GET /files/calendars/{secret}`: everything that one account is registered for.
pub async fn feed(cx: Cx, Path(secret): Path<String>) -> Handled {
    let (account, lang) = rows::account_of_feed(&cx.app.db, &secret).await?.ok_or(Error::NotFound)?;
    let known = directory::accounts::account(&cx.app.db, account).await?.filter(|account| account.is_active());
    let known = known.ok_or(Error::NotFound)?;
    let mut events = Vec::new();
    for mine in rows::all_of_account(&cx.app.db, account).await? {
        let found = records::find(&cx.app.db, &GATHERING, mine.gathering, Scope::Everything).await?;
        let Some(gathering) = found.map(|record| record.seen_by(&kernel::Actor::visitor())) else { continue };
        let sequence = rows::seats(&cx.app.db, mine.gathering).await?.map_or(0, |row| row.sequence);
        events.extend(event(&cx, lang, &gathering, sequence, mine.state != "confirmed"));
    }
    answer(&cx, lang, &known.label, &events, "schedule")
}

struct MyLine {
    line: list::Line,
    state: (String, &'static str),
    href: String,
}

#[derive(Template)]
#[template(path = "gatherings/calendar.html")]
struct CalendarPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tabs: Vec<Choice>,
    mine: Vec<MyLine>,
    address: String,
    has_feed: bool,
}

/// `GET /calendar`: my schedule.
pub async fn page(cx: Cx) -> Handled {
    show(&cx, String::new()).await
}

/// `POST /calendar/address`: a new secret address; it is shown this once.
pub async fn renew(cx: Cx) -> Handled {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    let lang = cx.lang;
    let secret = atomically!(cx.db(), |tx| { rows::new_feed(tx, account, lang).await })?;
    show(&cx, cx.absolute(&format!("/files/calendars/{secret}"))).await
}

/// `POST /calendar/end`: takes the address away.
pub async fn end(cx: Cx) -> Handled<Response> {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    atomically!(cx.db(), |tx| { rows::end_feed(tx, account).await })?;
    Ok(web::notice::redirect(&cx, "/calendar", web::notice::Done::Undone, None))
}

async fn show(cx: &Cx, address: String) -> Handled {
    let account = cx.actor.account.ok_or(Error::SignIn)?;
    web::html(&CalendarPage {
        crumbs: crumbs(cx),
        tabs: list::tabs(cx, false),
        mine: my_lines(cx, account).await?,
        has_feed: rows::has_feed(&cx.app.db, account).await?,
        address,
        cx,
    })
}

/// What the account is registered for and is not over, the next first.
async fn my_lines(cx: &Cx, account: Uuid) -> Result<Vec<MyLine>> {
    let mut mine = Vec::new();
    for one in rows::all_of_account(&cx.app.db, account).await? {
        let found = records::find(&cx.app.db, &GATHERING, one.gathering, Scope::Everything).await?;
        let Some(gathering) = found else { continue };
        let Some(span) = span_of(cx, &gathering).filter(|span| span.ends_at > cx.now()) else { continue };
        mine.push((
            span.starts_at,
            MyLine {
                line: list::line(cx, &gathering.seen_by(&cx.actor), None),
                state: super::mine::state_words(cx, &one.state),
                href: cx.href(&format!("/registrations/{}", one.party)),
            },
        ));
    }
    mine.sort_by_key(|(starts, _)| *starts);
    Ok(mine.into_iter().map(|(_, line)| line).collect())
}
