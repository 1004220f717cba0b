//! Mails about introductions, in the recipient's language, written in the transaction that causes them.
//!
//! A mail before both said yes names the parties and holds no way to reach either; neither does any header. Whoever has no
//! account gets a link with a secret that answers once, after a page and a button: a program that follows links answers
//! nothing. Never here: messages that people typed; those are read on the page.

use super::actions::ask::name_of;
use super::actions::entry;
use super::model::{Side, State, until};
use super::policy;
use super::store::{self as rows, Introduction};
use crate::gatherings::mails::untrusted;
use directory::accounts::{self, Account};
use kernel::record::Record;
use kernel::{Lang, Level, Result, Uuid};
use std::collections::BTreeMap;
use store::Tx;
use store::outbox::{self, NewMail};
use store::records::{self, Scope};
use web::App;
use web::records::actions::Doing;

/// What a mail tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Question,
    Reminder,
    Made,
    Outcome,
}

/// One side: the accounts that speak for it, and what its record says.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    pub accounts: Vec<Account>,
    pub email: String,
    pub phone: String,
}

/// Everybody in an introduction; read before the transaction in which mails are written.
#[derive(Debug, Clone, Default)]
pub struct People(BTreeMap<Side, Reach>);

impl People {
    pub async fn of(doing: &Doing<'_>, one: &Introduction) -> Result<People> {
        let mut people = BTreeMap::new();
        for side in Side::ALL {
            if let Some(party) = one.party(side) {
                people.insert(side, reach(doing.app, party).await?);
            }
        }
        Ok(People(people))
    }

    /// What is handed over of a side: name and address of the account that said yes, else what the record says.
    fn handed(&self, one: &Introduction, side: Side) -> Vec<(String, String)> {
        self.0.get(&side).map(|reach| handed(one, side, reach)).unwrap_or_default()
    }
}

/// How a party can be reached.
pub async fn reach(app: &App, party: Uuid) -> Result<Reach> {
    let accounts = accounts::speaking_for(&app.db, party).await?;
    let Some(entry) = entry(app, party) else { return Ok(Reach { accounts, ..Reach::default() }) };
    let record = records::find(&app.db, entry.kind, party, Scope::Everything).await?;
    let plain = |field| record.as_ref().map(|record| record.plain(field).to_owned()).unwrap_or_default();
    // A number that only staff may see was not meant for whoever is met.
    let is_for_members =
        |record: &Record| record.kind.field("phone").is_some_and(|f| record.level_of(f) >= Level::Members);
    let phone = if record.as_ref().is_some_and(is_for_members) { plain("phone") } else { String::new() };
    Ok(Reach { accounts, email: plain("email"), phone })
}

/// Name and value of everything that a side hands over. Nothing unless the introduction is made.
pub fn handed(one: &Introduction, side: Side, reach: &Reach) -> Vec<(String, String)> {
    if one.state() != State::Made || side == Side::Through {
        return Vec::new();
    }
    let answered = if side == Side::Asker { one.asker_account } else { one.other_account };
    let account = reach.accounts.iter().find(|account| Some(account.id) == answered);
    let record = policy::hands_record(one, side);
    let mut lines = Vec::new();
    match account {
        Some(account) => lines.push((account.label.clone(), account.email().to_owned())),
        None if record => lines.push((String::new(), reach.email.clone())),
        None => {}
    }
    if record {
        lines.push((String::new(), reach.phone.clone()));
    }
    lines.retain(|(_, value)| !value.is_empty());
    lines
}

/// Writes to everybody who speaks for a side; to the address of its record, with a secret, where there is no account.
pub async fn post(app: &App, tx: &mut Tx, one: &Introduction, people: &People, side: Side, kind: Kind) -> Result<()> {
    let Some(reach) = people.0.get(&side) else { return Ok(()) };
    let base = app.settings.base_url.as_str().trim_end_matches('/').to_owned();
    let other = if side == Side::Asker { Side::Other } else { Side::Asker };
    let handed = people.handed(one, other);
    let for_account = |account: Option<Uuid>| if policy::is_handed(one, side, account) { &handed[..] } else { &[] };
    for account in reach.accounts.iter().filter(|account| !account.email().is_empty()) {
        let lang = account.language;
        let link = format!("{base}/{lang}/introductions/{}", one.id);
        let (subject, body) = words(app, one, side, kind, lang, &link, for_account(Some(account.id)));
        send(app, tx, account.email(), subject, body).await?;
    }
    if reach.accounts.is_empty() && !reach.email.is_empty() {
        let link = match kind {
            Kind::Question | Kind::Reminder => {
                format!("introduction-answers/{}", rows::new_ticket(tx, one.id, side).await?)
            }
            Kind::Made | Kind::Outcome => String::new(),
        };
        if kind != Kind::Outcome {
            let (subject, body) = in_both(app, one, side, kind, &base, &link, for_account(None));
            send(app, tx, &reach.email, subject, body).await?;
        }
    }
    Ok(())
}

/// In both languages, for somebody whose language nobody knows.
fn in_both(
    app: &App,
    one: &Introduction,
    side: Side,
    kind: Kind,
    base: &str,
    path: &str,
    contacts: &[(String, String)],
) -> (String, String) {
    let said = |lang: Lang| {
        let link = if path.is_empty() { String::new() } else { format!("{base}/{lang}/{path}") };
        words(app, one, side, kind, lang, &link, contacts)
    };
    let ((ja, ja_body), (en, en_body)) = (said(Lang::Ja), said(Lang::En));
    (format!("{ja} / {en}"), format!("{ja_body}\n----\n\n{en_body}"))
}

/// Whether no mail reaches a side: nobody speaks for it here, and its record names no address.
pub async fn is_unreached(app: &App, one: &Introduction, side: Side) -> Result<bool> {
    let Some(party) = one.party(side) else { return Ok(false) };
    let reach = reach(app, party).await?;
    let silent = reach.accounts.iter().all(|account| account.email().is_empty());
    Ok(silent && (!reach.accounts.is_empty() || reach.email.is_empty()))
}

async fn send(app: &App, tx: &mut Tx, to: &str, subject: String, text_body: String) -> Result<()> {
    let host = app.settings.base_url.host_str().unwrap_or("localhost").to_owned();
    outbox::post(tx, NewMail { recipient: to.to_owned(), subject, text_body, html_body: None, host }).await?;
    Ok(())
}

/// Subject and body.
pub fn words(
    app: &App,
    one: &Introduction,
    side: Side,
    kind: Kind,
    lang: Lang,
    link: &str,
    contacts: &[(String, String)],
) -> (String, String) {
    let name = |side| untrusted(&name_of(app, one, side, lang));
    let (asker, other) = (name(Side::Asker), name(Side::Other));
    let with = if side == Side::Asker { &other } else { &asker };
    let last = kernel::calendar::date_long(lang, until(one).with_timezone(&app.hub.zone).date_naive());
    let (subject, text) = match (kind, lang, side) {
        (Kind::Question | Kind::Reminder, Lang::Ja, Side::Through) => (
            format!("ご紹介のお願い: {asker}"),
            format!(
                "{asker}から、{other}を紹介してほしいというお願いが届きました。取り次いでいただけるか、{last}までにお知らせください。取り次がなくても、理由もお名前も相手には伝わりません。"
            ),
        ),
        (Kind::Question | Kind::Reminder, Lang::En, Side::Through) => (
            format!("Would you introduce {asker}?"),
            format!(
                "{asker} would like to be introduced to {other} through you. Please say by {last} whether you pass it on. If you do not, nobody is told."
            ),
        ),
        (Kind::Question | Kind::Reminder, Lang::Ja, _) => (
            format!("ご紹介: {with}"),
            format!(
                "{with}をご紹介します。お会いになりたいか、{last}までにお知らせください。双方が承諾した時にだけ連絡先が伝わり、お断りは理由もふくめて伝わりません。"
            ),
        ),
        (Kind::Question | Kind::Reminder, Lang::En, _) => (
            format!("An introduction: {with}"),
            format!(
                "You could be introduced to {with}. Please say by {last} whether you would like that. Contact details are passed on only when both have said yes; a no is not told, nor a reason."
            ),
        ),
        (Kind::Made, Lang::Ja, _) => (
            format!("ご紹介できました: {with}"),
            match contacts.is_empty() {
                true => format!("{with}との双方の承諾がそろいました。連絡先は拠点の担当者からお伝えします。"),
                false => format!("{with}との双方の承諾がそろいました。連絡先は次のとおりです。"),
            },
        ),
        (Kind::Made, Lang::En, _) => (
            format!("You are introduced: {with}"),
            match contacts.is_empty() {
                true => format!("You and {with} have both said yes. The hub will tell you how to reach them."),
                false => format!("You and {with} have both said yes. This is how to reach them."),
            },
        ),
        (Kind::Outcome, Lang::Ja, _) => (
            format!("その後いかがですか: {with}"),
            format!("{with}とのご紹介は、その後いかがでしょうか。ひとことお聞かせください。"),
        ),
        (Kind::Outcome, Lang::En, _) => (
            format!("What came of it: {with}"),
            format!("What came of your introduction to {with}? A word would help."),
        ),
    };
    let subject = match (kind, lang) {
        (Kind::Reminder, Lang::Ja) => format!("お返事をお待ちしています: {subject}"),
        (Kind::Reminder, Lang::En) => format!("Reminder: {subject}"),
        _ => subject,
    };
    let mut body = format!("{text}\n");
    for (label, value) in contacts.iter().filter(|_| kind == Kind::Made) {
        let line = if label.is_empty() { value.clone() } else { format!("{}: {value}", untrusted(label)) };
        body.push_str(&format!("\n{line}"));
    }
    if !link.is_empty() {
        body.push_str(&format!("\n{link}\n"));
    }
    body.push_str(&format!("\n{}\n", app.hub.name(lang)));
    (subject, body)
}
