//! Mails about registrations, in the person's language, written in the transaction that causes them.
//!
//! What people typed passes through [`untrusted`]: one line, no control characters, nothing that a mail program turns
//! into a link. What staff wrote (titles, places, the added note) is trusted with links and kept to lines. Never here:
//! sending; templates with any logic.

use super::model::when;
use super::store::{self as rows, Registration};
use kernel::record::Record;
use kernel::{Lang, Result};
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
            (Kind::Survey, Lang::En) => (
                "How was it?",
                "Thank you for coming. A few short questions help us to make the next one better.",
            ),
        }
    }
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
    let (subject, text_body) = words(app, gathering, to, kind, &link);
    let host = app.settings.base_url.host_str().unwrap_or("localhost").to_owned();
    let mail = NewMail { recipient: email, subject, text_body, html_body: None, host };
    let id =
        if gathering.flag("hold_mails") { outbox::post_held(tx, mail).await? } else { outbox::post(tx, mail).await? };
    rows::note_mail(tx, id, gathering.id, to.id, kind.code()).await
}

/// Subject and body.
pub fn words(app: &App, gathering: &Record, to: &Registration, kind: Kind, link: &str) -> (String, String) {
    let lang = to.lang();
    let zone = when::zone_of(gathering, app.hub.zone);
    let time = when::span(gathering, zone).map(|span| span.words(lang, app.hub.zone)).unwrap_or_default();
    let title = one_line(&gathering.called(lang));
    let place = one_line(gathering.text("place").say(lang));
    let note = gathering.text("mail_note");
    let (subject, sentence) = kind.words(lang);
    let name = untrusted(&to.name);
    let ask = match (kind, lang) {
        (Kind::Survey, Lang::Ja) => "アンケートに答える",
        (Kind::Survey, Lang::En) => "Answer the questions",
        (_, Lang::Ja) => "お申し込みの確認と取り消し",
        (_, Lang::En) => "See or cancel your registration",
    };
    let labels = match lang {
        Lang::Ja => ("日時", "会場", "参加用アドレス"),
        Lang::En => ("When", "Where", "Join at"),
    };
    let mut body = match lang {
        Lang::Ja => format!("{name} 様\n\n{sentence}\n\n「{title}」\n"),
        Lang::En => format!("Dear {name},\n\n{sentence}\n\n“{title}”\n"),
    };
    let mut line = |label: &str, value: &str| {
        if !value.is_empty() {
            body.push_str(&format!("{label}: {value}\n"));
        }
    };
    line(labels.0, &time);
    line(labels.1, &place);
    if matches!(kind, Kind::Confirmed | Kind::Promoted | Kind::Changed | Kind::Reminder) {
        line(labels.2, gathering.plain("online_url"));
    }
    if !matches!(kind, Kind::Declined | Kind::Cancelled | Kind::Survey) && !note.is_empty() {
        body.push_str(&format!("\n{}\n", note.say(lang).trim()));
    }
    body.push_str(&format!("\n{ask}:\n{link}\n\n{}\n", one_line(app.hub.name(lang))));
    (format!("{subject}: {title}"), body)
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
