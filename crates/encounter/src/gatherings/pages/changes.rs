//! What changed in a timetable since it was published: a page, and an Atom feed (RFC 4287) of the same words.

use super::{crumbs_in, named, visible};
use crate::gatherings::model::changelog::{Change, Step, Version, versions};
use crate::gatherings::records::{GATHERING, SESSION, SPEAKER};
use crate::gatherings::store as rows;
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::header;
use axum::response::IntoResponse;
use chrono::{DateTime, SecondsFormat, Utc};
use kernel::record::{Record, RecordType};
use kernel::{Lang, Result, Uuid};
use store::records;
use web::layout::Crumb;
use web::{Cx, Handled, xml};

/// Versions in a feed; the newest come first.
const MOST: usize = 50;

/// One version in words.
pub struct VersionView {
    pub number: usize,
    pub title: String,
    pub iso: String,
    pub when: String,
    pub changes: Vec<String>,
}

#[derive(Template)]
#[template(path = "gatherings/changes.html")]
struct ChangesPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    title: String,
    versions: Vec<VersionView>,
    timetable: String,
    feed: String,
}

/// `GET /gatherings/{id}/changes`.
pub async fn page(cx: Cx, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let versions = of(&cx, id).await?;
    let words = Words::of(&cx, id).await?;
    web::html(&ChangesPage {
        crumbs: crumbs_in(&cx, &gathering),
        title: gathering.called(cx.lang),
        versions: views(&words, &versions).into_iter().map(|(_, said)| said).collect(),
        timetable: cx.href(&format!("/gatherings/{id}/timetable")),
        feed: feed_href(id, cx.lang),
        cx: &cx,
    })
}

/// Address of the feed.
pub fn feed_href(id: Uuid, lang: Lang) -> String {
    format!("/files/gatherings/{id}/changes.atom?lang={lang}")
}

/// `GET /files/gatherings/{id}/changes.atom`.
pub async fn feed(cx: Cx, Path(id): Path<Uuid>, RawQuery(raw): RawQuery) -> Handled {
    let gathering = visible(&cx, id).await?;
    let asked = raw.as_deref().unwrap_or_default().split('&').find_map(|pair| pair.strip_prefix("lang="));
    let mut said = cx.clone();
    said.lang = asked.and_then(Lang::from_tag).unwrap_or(cx.lang);
    let versions = of(&said, id).await?;
    let words = Words::of(&said, id).await?;
    let text = atom(&said, &gathering, &versions, &words);
    let headers = [
        (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "private, max-age=300"),
    ];
    Ok((headers, text).into_response())
}

/// The versions as this reader may know them.
async fn of(cx: &Cx, id: Uuid) -> Result<Vec<Version>> {
    let kinds: [&'static RecordType; 3] = [&GATHERING, &SESSION, &SPEAKER];
    let seen = |kind: &'static RecordType, json: Option<&serde_json::Value>| {
        let record = json.and_then(|json| Record::from_json(kind, json))?;
        let shown = record.deleted_at.is_none() && record.audience.admits(&cx.keyring);
        shown.then(|| record.seen_by(&cx.actor))
    };
    let steps = rows::programme_changes(&cx.app.db, id).await?.into_iter().filter_map(|noted| {
        let kind = kinds.into_iter().find(|kind| kind.key == noted.record_type)?;
        let (before, after) = (seen(kind, noted.before.as_ref()), seen(kind, noted.after.as_ref()));
        Some(Step { seq: noted.seq, at: noted.at, kind, id: noted.record_id, before, after })
    });
    Ok(versions(steps.collect()))
}

/// What the words of a change are made with.
struct Words<'a> {
    cx: &'a Cx,
    /// Sessions that the reader may see, by id, to name where somebody speaks.
    sessions: Vec<Record>,
}

impl<'a> Words<'a> {
    async fn of(cx: &'a Cx, id: Uuid) -> Result<Words<'a>> {
        let sessions = records::linking(&cx.app.db, &SESSION, "gathering", id, cx.scope()).await?;
        Ok(Words { cx, sessions })
    }

    fn quoted(&self, name: &str) -> String {
        match self.cx.lang {
            Lang::Ja => format!("「{name}」"),
            Lang::En => format!("“{name}”"),
        }
    }

    fn room(&self, session: &Record) -> String {
        match session.link("room") {
            Some(room) => named(self.cx, room).name,
            None => self.cx.t("会場全体", "everywhere").to_owned(),
        }
    }

    fn time(&self, record: &Record, field: &str) -> String {
        record.wall_time(field).map(|time| time.display(self.cx.lang)).unwrap_or_default()
    }

    fn speaker(&self, speaker: &Record) -> String {
        let written = speaker.text("name").say(self.cx.lang).to_owned();
        match speaker.link("person") {
            Some(person) if written.is_empty() => named(self.cx, person).name,
            _ => written,
        }
    }

    fn session_of(&self, speaker: &Record) -> Option<String> {
        let session = self.sessions.iter().find(|session| Some(session.id) == speaker.link("session"))?;
        Some(self.quoted(&session.called(self.cx.lang)))
    }

    /// One change as a sentence; `None` when there is nothing to tell.
    fn say(&self, change: &Change) -> Option<String> {
        let kind = match change {
            Change::Added(record) | Change::Gone(record) | Change::Altered { after: record, .. } => record.kind.key,
        };
        match kind {
            key if key == SPEAKER.key => self.say_speaker(change),
            key if key == SESSION.key => Some(self.say_session(change)),
            _ => self.say_gathering(change),
        }
    }

    fn say_speaker(&self, change: &Change) -> Option<String> {
        let (speaker, said) = match change {
            Change::Added(speaker) => (speaker, ["に加わりました", "now speaks in"]),
            Change::Gone(speaker) => (speaker, ["の登壇者ではなくなりました", "no longer speaks in"]),
            Change::Altered { after, .. } => (after, ["での役割が変わりました", "has another part in"]),
        };
        let (who, session) = (self.speaker(speaker), self.session_of(speaker)?);
        Some(match self.cx.lang {
            Lang::Ja => format!("{who} が{session}{}", said[0]),
            Lang::En => format!("{who} {} {session}", said[1]),
        })
    }

    fn say_session(&self, change: &Change) -> String {
        let cx = self.cx;
        let place = |session: &Record| format!("{}, {}", self.time(session, "start"), self.room(session));
        match change {
            Change::Added(session) => {
                let title = self.quoted(&session.called(cx.lang));
                match cx.lang {
                    Lang::Ja => format!("{title}が加わりました({})", place(session).replace(", ", "、")),
                    Lang::En => format!("{title} was added ({})", place(session)),
                }
            }
            Change::Gone(session) => {
                let title = self.quoted(&session.called(cx.lang));
                match cx.lang {
                    Lang::Ja => format!("{title}はなくなりました({})", place(session).replace(", ", "、")),
                    Lang::En => format!("{title} is no longer in the programme ({})", place(session)),
                }
            }
            Change::Altered { before, after, fields } => {
                let parts = self.parts(before, after, fields);
                let title = self.quoted(&after.called(cx.lang));
                format!("{title}: {}", parts.join(cx.t("、", ", ")))
            }
        }
    }

    fn say_gathering(&self, change: &Change) -> Option<String> {
        let Change::Altered { before, after, fields } = change else { return None };
        let mut parts = self.parts(before, after, fields);
        if fields.contains(&"state") {
            parts.push(match after.plain("state") {
                "cancelled" => self.cx.t("中止になりました", "called off").to_owned(),
                _ => self.cx.t("ふたたび開催します", "takes place again").to_owned(),
            });
        }
        (!parts.is_empty())
            .then(|| format!("{}: {}", self.cx.t("催し全体", "The gathering"), parts.join(self.cx.t("、", ", "))))
    }

    /// From what to what, for each field that changed.
    fn parts(&self, before: &Record, after: &Record, fields: &[&'static str]) -> Vec<String> {
        let cx = self.cx;
        let turned =
            |label: &'static str, old: String, new: String| (old != new).then(|| format!("{label} {old} → {new}"));
        let mut parts: Vec<String> = fields
            .iter()
            .filter_map(|field| match *field {
                "title" => turned(
                    cx.t("題", "title"),
                    self.quoted(&before.called(cx.lang)),
                    self.quoted(&after.called(cx.lang)),
                ),
                "start" => turned(cx.t("開始", "start"), self.time(before, "start"), self.time(after, "start")),
                "end" => turned(cx.t("終了", "end"), self.time(before, "end"), self.time(after, "end")),
                "room" => turned(cx.t("部屋", "room"), self.room(before), self.room(after)),
                "place" => {
                    let place = |record: &Record| record.text("place").say(cx.lang).to_owned();
                    turned(cx.t("会場", "place"), place(before), place(after))
                }
                "zone" => {
                    turned(cx.t("時間帯", "time zone"), before.plain("zone").to_owned(), after.plain("zone").to_owned())
                }
                "format" => turned(
                    cx.t("形式", "format"),
                    super::term(cx, before, "format").0,
                    super::term(cx, after, "format").0,
                ),
                "languages" => {
                    let spoken = |record: &Record| super::terms(cx, record, "languages").join(cx.t("・", " and "));
                    turned(cx.t("言語", "language"), spoken(before), spoken(after))
                }
                _ => None,
            })
            .collect();
        if fields.iter().any(|field| ["summary", "about"].contains(field)) {
            parts.push(cx.t("内容の説明が変わりました", "its description has changed").to_owned());
        }
        parts
    }
}

/// The newest first, without those whose changes cannot be said to this reader.
fn views<'v>(words: &Words<'_>, versions: &'v [Version]) -> Vec<(&'v Version, VersionView)> {
    let said = versions.iter().rev().map(|version| (version, view(words, version)));
    said.filter(|(version, said)| version.number == 1 || !said.changes.is_empty()).collect()
}

fn view(words: &Words<'_>, version: &Version) -> VersionView {
    let cx = words.cx;
    let changes: Vec<String> = version.changes.iter().filter_map(|change| words.say(change)).collect();
    let title = match (version.number, cx.lang) {
        (1, Lang::Ja) => "第1版: 時間割を公開しました".to_owned(),
        (1, Lang::En) => "Version 1: the timetable was published".to_owned(),
        (n, Lang::Ja) => format!("第{n}版: {}件の変更", changes.len()),
        (n, Lang::En) if changes.len() == 1 => format!("Version {n}: one change"),
        (n, Lang::En) => format!("Version {n}: {} changes", changes.len()),
    };
    let local = version.at.with_timezone(&cx.hub.zone).naive_local();
    VersionView {
        number: version.number,
        title,
        iso: rfc3339(version.at),
        when: kernel::calendar::date_time_long(cx.lang, local),
        changes,
    }
}

fn rfc3339(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn atom(cx: &Cx, gathering: &Record, versions: &[Version], words: &Words<'_>) -> String {
    let page = cx.absolute(&format!("/{}/gatherings/{}/changes", cx.lang, gathering.id));
    let own = cx.absolute(&feed_href(gathering.id, cx.lang));
    let host = cx.app.settings.base_url.host_str().unwrap_or("localhost");
    let updated = versions.last().map_or(gathering.created_at, |version| version.at);
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n\
         <id>{}</id>\n<title>{}</title>\n<updated>{}</updated>\n<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n\
         <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n<author><name>{}</name></author>\n",
        cx.lang,
        xml::escape(&own),
        xml::escape(&format!("{}: {}", gathering.called(cx.lang), cx.t("時間割の変更", "changes of the timetable"))),
        rfc3339(updated),
        xml::escape(&own),
        xml::escape(&page),
        xml::escape(cx.hub.name(cx.lang)),
    );
    for (version, said) in views(words, versions).into_iter().take(MOST) {
        let list: String = said.changes.iter().map(|change| format!("<li>{}</li>", xml::escape(change))).collect();
        let content = if list.is_empty() { xml::escape(&said.title) } else { format!("<ul>{list}</ul>") };
        text.push_str(&format!(
            "<entry>\n<id>tag:{host},{}:gatherings/{}/changes/{}</id>\n<title>{}</title>\n<published>{}</published>\n\
             <updated>{}</updated>\n<link rel=\"alternate\" type=\"text/html\" href=\"{}#v{}\"/>\n<content type=\"html\">{}</content>\n</entry>\n",
            version.since.format("%Y-%m-%d"),
            gathering.id,
            version.seq,
            xml::escape(&said.title),
            rfc3339(version.since),
            rfc3339(version.at),
            xml::escape(&page),
            version.number,
            xml::escape(&content),
        ));
    }
    text.push_str("</feed>\n");
    text
}
