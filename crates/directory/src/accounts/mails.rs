//! The words of mails about accounts, in the language of whoever gets them. Links start with the configured address
//! of the hub, never with what a request claims.

use kernel::{Lang, Result, both};
use store::Tx;
use store::outbox::{NewMail, post};
use web::App;

/// A mail to be written: subject, what it is about, the link if there is one.
struct Words<'a> {
    to: &'a str,
    lang: Lang,
    subject: &'a str,
    text: &'a str,
    link: Option<String>,
}

async fn write(tx: &mut Tx, app: &App, words: Words<'_>) -> Result<()> {
    let Words { to, lang, subject, text, link } = words;
    let hub = app.hub.name(lang);
    let link = link.map(|link| format!("{link}\n\n")).unwrap_or_default();
    let foot = both(
        "このメールは自動でお送りしています。お心当たりのない場合は、何もしなくて大丈夫です。",
        "This mail was sent by a program. If you did not expect it, you need not do anything.",
    );
    let mail = NewMail {
        recipient: to.to_owned(),
        subject: format!("[{hub}] {subject}"),
        text_body: format!("{text}\n\n{link}{}\n-- \n{hub}\n{}\n", foot.get(lang), app.settings.base_url),
        html_body: None,
        host: app.settings.base_url.host_str().unwrap_or("localhost").to_owned(),
    };
    post(tx, mail).await?;
    Ok(())
}

/// An address of the hub as mails name it.
pub(crate) fn link(app: &App, lang: Lang, path: &str) -> String {
    format!("{}/{lang}{path}", app.settings.base_url.as_str().trim_end_matches('/'))
}

pub(crate) async fn invitation(tx: &mut Tx, app: &App, lang: Lang, to: &str, secret: &str) -> Result<()> {
    let subject = both("ご招待", "Invitation").get(lang);
    let text = both(
        "アカウントのご用意ができました。14日以内に次のページを開いて、パスワードを決めてください。リンクは一度だけ使えます。",
        "An account is ready for you. Open this page within 14 days and choose a password. The link works once.",
    );
    let link = Some(link(app, lang, &format!("/invitation/{secret}")));
    write(tx, app, Words { to, lang, subject, text: text.get(lang), link }).await
}

pub(crate) async fn recovery(tx: &mut Tx, app: &App, lang: Lang, to: &str, secret: &str) -> Result<()> {
    let subject = both("パスワードの再設定", "Choose a new password").get(lang);
    let text = both(
        "パスワードを再設定するには、1時間以内に次のページを開いてください。リンクは一度だけ使えます。",
        "To choose a new password, open this page within an hour. The link works once.",
    );
    let link = Some(link(app, lang, &format!("/recover/{secret}")));
    write(tx, app, Words { to, lang, subject, text: text.get(lang), link }).await
}

pub(crate) async fn new_address(tx: &mut Tx, app: &App, lang: Lang, to: &str, secret: &str) -> Result<()> {
    let subject = both("メールアドレスの確認", "Confirm your e-mail address").get(lang);
    let text = both(
        "このアドレスをアカウントに使うには、24時間以内に次のページを開いて確認してください。",
        "To use this address for your account, open this page within 24 hours and confirm.",
    );
    let link = Some(link(app, lang, &format!("/account/email/{secret}")));
    write(tx, app, Words { to, lang, subject, text: text.get(lang), link }).await
}

/// Tells the owner that something that opens the account has changed.
pub(crate) async fn security_notice(tx: &mut Tx, app: &App, lang: Lang, to: &str, what: kernel::Both) -> Result<()> {
    let subject = both("アカウントの変更のお知らせ", "Your account has changed").get(lang);
    let advice = both(
        "ご自身で行っていない場合は、すぐにパスワードを再設定し、担当者にお知らせください。",
        "If this was not you, choose a new password at once and tell the staff.",
    );
    let text = format!("{}\n\n{}", what.get(lang), advice.get(lang));
    write(tx, app, Words { to, lang, subject, text: &text, link: Some(link(app, lang, "/recover")) }).await
}
