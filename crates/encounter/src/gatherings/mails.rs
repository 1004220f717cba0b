//! Mails about registrations, in the person's language, written in the transaction that causes them.
//!
//! Every mail is a template ([`template`]): the hub's own, or what staff wrote for the gathering. What people typed passes
//! through [`untrusted`]: one line, no control characters, nothing that a mail program turns into a link. What staff wrote
//! (titles, places, the added note) is trusted with links and kept to lines. Never here: sending; templates with any logic.

use super::model::{template, when};
use super::store::{self as rows, MailTemplate, Registration};
use kernel::record::Record;
use kernel::{Both, Lang, Result, both};
use store::Tx;
use store::outbox::{self, NewMail};
use web::App;

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Confirmed,
    Asked,
    Waiting,
    Promoted,
    Declined,
    Cancelled,
    Changed,
    CalledOff,
    Reminder,
    Known,
    Survey,
}

impl Kind {
    pub const ALL: [Kind; 11] = [
        Kind::Confirmed,
        Kind::Asked,
        Kind::Waiting,
        Kind::Promoted,
        Kind::Declined,
        Kind::Cancelled,
        Kind::Known,
        Kind::Reminder,
        Kind::Changed,
        Kind::CalledOff,
        Kind::Survey,
    ];

    pub fn from_code(code: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// When it goes out.
    pub const fn label(self) -> Both {
        match self {
            Kind::Confirmed => both("参加の確定", "Registration confirmed"),
            Kind::Asked => both("申し込みの受け付け(承認制)", "Request received"),
            Kind::Waiting => both("キャンセル待ち", "On the waiting list"),
            Kind::Promoted => both("繰り上げ", "Moved up from the waiting list"),
            Kind::Declined => both("お断り", "Request declined"),
            Kind::Cancelled => both("取り消し", "Registration cancelled"),
            Kind::Changed => both("変更のお知らせ", "Something has changed"),
            Kind::CalledOff => both("中止のお知らせ", "The gathering is called off"),
            Kind::Reminder => both("開催前のお知らせ(2日前)", "Reminder, two days ahead"),
            Kind::Known => both("二重の申し込み", "Registered twice"),
            Kind::Survey => both("終了後のアンケート", "Survey afterwards"),
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Kind::Confirmed => "confirmed",
            Kind::Asked => "asked",
            Kind::Waiting => "waiting",
            Kind::Promoted => "promoted",
            Kind::Declined => "declined",
            Kind::Cancelled => "cancelled",
            Kind::Changed => "changed",
            Kind::CalledOff => "called_off",
            Kind::Reminder => "reminder",
            Kind::Known => "known",
            Kind::Survey => "survey",
        }
    }

    /// Subject without the title, and the sentence that follows the greeting.
    const fn words(self, lang: Lang) -> (&'static str, &'static str) {
        match (self, lang) {
            (Kind::Confirmed, Lang::Ja) => {
                ("参加が決まりました", "参加のお申し込みを承りました。当日お待ちしています。")
            }
            (Kind::Confirmed, Lang::En) => {
                ("You are registered", "Your registration is confirmed. We look forward to seeing you.")
            }
            (Kind::Asked, Lang::Ja) => {
                ("お申し込みを受け付けました", "お申し込みを受け付けました。事務局が確認してお返事します。")
            }
            (Kind::Asked, Lang::En) => ("We have your request", "We have your request. The staff will answer it."),
            (Kind::Waiting, Lang::Ja) => (
                "キャンセル待ちに登録しました",
                "ただいま満席のため、キャンセル待ちに登録しました。席が空きしだい、申込順にお知らせします。",
            ),
            (Kind::Waiting, Lang::En) => (
                "You are on the waiting list",
                "All seats are taken at the moment. You are on the waiting list and will hear from us when a seat is free.",
            ),
            (Kind::Promoted, Lang::Ja) => (
                "席が空き、参加が決まりました",
                "席が空いたため、参加が決まりました。ご都合がつかないときは、下のページからお早めに取り消してください。",
            ),
            (Kind::Promoted, Lang::En) => (
                "A seat is free: you are registered",
                "A seat became free and is yours. If you cannot come, please cancel soon on the page below.",
            ),
            (Kind::Declined, Lang::Ja) => {
                ("お申し込みについて", "今回は参加をお受けできませんでした。お申し込みをありがとうございました。")
            }
            (Kind::Declined, Lang::En) => {
                ("About your request", "We are sorry that we cannot offer you a seat this time. Thank you for asking.")
            }
            (Kind::Cancelled, Lang::Ja) => ("取り消しを承りました", "お申し込みの取り消しを承りました。"),
            (Kind::Cancelled, Lang::En) => {
                ("Your registration is cancelled", "Your registration was cancelled as you asked.")
            }
            (Kind::Changed, Lang::Ja) => {
                ("変更のお知らせ", "日時か会場などに変更がありました。今の内容は次のとおりです。")
            }
            (Kind::Changed, Lang::En) => {
                ("There is a change", "Time, place or other details have changed. This is how it stands now.")
            }
            (Kind::CalledOff, Lang::Ja) => {
                ("中止のお知らせ", "この催しは中止になりました。ご予定くださっていたのに申し訳ありません。")
            }
            (Kind::CalledOff, Lang::En) => ("Cancelled", "We are sorry: this gathering was cancelled."),
            (Kind::Reminder, Lang::Ja) => ("まもなく開催です", "お申し込みの催しがまもなく始まります。"),
            (Kind::Reminder, Lang::En) => ("Coming up soon", "The gathering that you registered for is coming up."),
            (Kind::Known, Lang::Ja) => {
                ("お申し込みは済んでいます", "この催しには、すでにお申し込みをいただいています。")
            }
            (Kind::Known, Lang::En) => {
                ("You have registered already", "There is a registration of yours for this gathering already.")
            }
            (Kind::Survey, Lang::Ja) => (
                "アンケートのお願い",
                "ご参加をありがとうございました。次の会をよくするために、短いアンケートにお答えください。",
            ),
            (Kind::Survey, Lang::En) => {
                ("How was it?", "Thank you for coming. A few short questions help us to make the next one better.")
            }
        }
    }
}

/// The hub's own words, as a template: subject and body.
pub fn standard(kind: Kind, lang: Lang) -> (String, String) {
    let (subject, sentence) = kind.words(lang);
    let online = matches!(kind, Kind::Confirmed | Kind::Promoted | Kind::Changed | Kind::Reminder);
    let note = !matches!(kind, Kind::Declined | Kind::Cancelled | Kind::Survey);
    let (greeting, title, labels) = match lang {
        Lang::Ja => ("{{name}} 様", "「{{title}}」", ["日時", "会場", "参加用アドレス"]),
        Lang::En => ("Dear {{name}},", "“{{title}}”", ["When", "Where", "Join at"]),
    };
    let ask = match (kind, lang) {
        (Kind::Survey, Lang::Ja) => "アンケートに答える",
        (Kind::Survey, Lang::En) => "Answer the questions",
        (_, Lang::Ja) => "お申し込みの確認と取り消し",
        (_, Lang::En) => "See or cancel your registration",
    };
    let mut body =
        format!("{greeting}\n\n{sentence}\n\n{title}\n{}: {{{{when}}}}\n{}: {{{{place}}}}\n", labels[0], labels[1]);
    if online {
        body.push_str(&format!("{}: {{{{online}}}}\n", labels[2]));
    }
    if note {
        body.push_str("\n{{note}}\n");
    }
    body.push_str(&format!("\n{ask}:\n{{{{link}}}}\n\n{{{{hub}}}}\n"));
    (format!("{subject}: {{{{title}}}}"), body)
}

/// Writes a mail to the lead of a party. Without an address, nothing is written.
pub async fn post(app: &App, tx: &mut Tx, gathering: &Record, to: &Registration, kind: Kind) -> Result<()> {
    let Some(email) = to.email.clone() else { return Ok(()) };
    let lang = to.lang();
    let base = app.settings.base_url.as_str().trim_end_matches('/');
    let mut link = if to.account.is_some() {
        format!("{base}/{lang}/registrations/{}", to.party)
    } else {
        format!("{base}/{lang}/tickets/{}", rows::new_ticket(tx, to.party).await?)
    };
    if kind == Kind::Survey {
        link.push_str("/survey");
    }
    let own = rows::template_in(tx, gathering.id, kind.code(), lang).await?;
    let (subject, text_body) = match own {
        Some(MailTemplate { subject, body, .. }) => filled(app, gathering, to, &link, &subject, &body),
        None => words(app, gathering, to, kind, &link),
    };
    let host = app.settings.base_url.host_str().unwrap_or("localhost").to_owned();
    let mail = NewMail { recipient: email, subject, text_body, html_body: None, host };
    let id =
        if gathering.flag("hold_mails") { outbox::post_held(tx, mail).await? } else { outbox::post(tx, mail).await? };
    rows::note_mail(tx, id, gathering.id, to.id, kind.code()).await
}

/// Subject and body in the hub's own words.
pub fn words(app: &App, gathering: &Record, to: &Registration, kind: Kind, link: &str) -> (String, String) {
    let (subject, body) = standard(kind, to.lang());
    filled(app, gathering, to, link, &subject, &body)
}

/// A template with everything in its place.
pub fn filled(
    app: &App,
    gathering: &Record,
    to: &Registration,
    link: &str,
    subject: &str,
    body: &str,
) -> (String, String) {
    let lang = to.lang();
    let zone = when::zone_of(gathering, app.hub.zone);
    let values = [
        ("name", untrusted(&to.name)),
        ("organization", untrusted(&to.organization)),
        ("title", one_line(&gathering.called(lang))),
        ("when", when::span(gathering, zone).map(|span| span.words(lang, app.hub.zone)).unwrap_or_default()),
        ("place", one_line(gathering.text("place").say(lang))),
        ("online", gathering.plain("online_url").to_owned()),
        ("note", gathering.text("mail_note").say(lang).trim().to_owned()),
        ("contact", gathering.plain("contact").to_owned()),
        ("link", link.to_owned()),
        ("hub", one_line(app.hub.name(lang))),
    ];
    let value = |name: &str| values.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str());
    let subject = one_line(template::fill(subject, value).trim());
    let subject = if subject.is_empty() { one_line(&gathering.called(lang)) } else { subject };
    (subject, template::fill(body, value))
}

/// Headers and lines of ours hold no line ends.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}

/// Words that a stranger typed: one line of at most 120 characters, in which nothing looks like an address to a mail
/// program (a word joiner, U+2060, parts schemes and host names).
pub fn untrusted(text: &str) -> String {
    let mut safe = String::new();
    let mut before = ' ';
    for c in one_line(text).chars().take(120) {
        if matches!(before, '.' | ':' | '@') && !c.is_whitespace() {
            safe.push('\u{2060}');
        }
        if !matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}') {
            safe.push(c);
        }
        before = c;
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_strangers_type_makes_no_lines_links_or_directions() {
        let safe = untrusted("Eve\r\nBcc: all@example.com\nhttps://evil.example/pay www.evil.example \u{202E}gpj");
        assert!(!safe.contains(['\r', '\n', '\u{202E}']), "{safe:?}");
        for link in ["https://", "evil.example", "all@example", "www.evil"] {
            assert!(!safe.contains(link), "{link} in {safe:?}");
        }
        assert_eq!(untrusted("真野 さくら"), "真野 さくら");
    }
}
