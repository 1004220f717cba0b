//! Mails of a round: the question for wishes, and each participant's own schedule when it changed. In the language of the
//! recipient; the address in it opens only that participant's page. No mail holds anything of the other side but names.

use crate::rounds::model::diff::{Change, Spot};
use crate::rounds::model::{Dossier, Meeting, Participant};
use directory::accounts::{self, Account};
use kernel::Lang;
use kernel::{Result, Uuid};
use std::collections::HashMap;
use store::Db;
use store::outbox::NewMail;
use web::App;

/// Somebody who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub email: String,
    pub lang: Lang,
}

/// Every active account; read before the transaction in which mails are written.
pub async fn accounts(db: &Db) -> Result<Vec<Account>> {
    let all = accounts::list_accounts(db).await?;
    Ok(all.into_iter().filter(|account| account.state == accounts::model::State::Active).collect())
}

/// The participant's own address, and the accounts that act for its party.
pub fn recipients(participant: &Participant, accounts: &[Account]) -> Vec<Recipient> {
    let mut found = Vec::new();
    if !participant.email.is_empty() {
        found.push(Recipient { email: participant.email.clone(), lang: participant.language });
    }
    let acting = accounts.iter().filter(|account| {
        participant.party.is_some_and(|party| account.person == Some(party) || account.manages.contains(&party))
    });
    for account in acting {
        let email = account.email.clone().unwrap_or_default();
        if !email.is_empty() && !found.iter().any(|known: &Recipient| known.email == email) {
            found.push(Recipient { email, lang: account.language });
        }
    }
    found
}

/// A publication laid out by participant, so that each mail reads its own lines alone.
pub struct News<'a> {
    meetings: HashMap<Uuid, Vec<&'a Meeting>>,
    changes: HashMap<Uuid, Vec<&'a Change>>,
}

impl<'a> News<'a> {
    pub fn of(plan: &'a [Meeting], told: &'a [Change]) -> News<'a> {
        let mut news = News { meetings: HashMap::new(), changes: HashMap::new() };
        for meeting in plan.iter().filter(|m| m.is_on()) {
            for id in [meeting.a, meeting.b] {
                news.meetings.entry(id).or_default().push(meeting);
            }
        }
        for change in told {
            for id in [change.a, change.b] {
                news.changes.entry(id).or_default().push(change);
            }
        }
        news
    }

    pub fn concerns(&self, participant: Uuid) -> bool {
        self.changes.contains_key(&participant)
    }
}

/// What every mail needs.
pub struct Post<'a> {
    pub app: &'a App,
    pub dossier: &'a Dossier,
}

impl Post<'_> {
    /// The page of a participant, with its secret.
    fn address(&self, participant: &Participant, lang: Lang) -> String {
        let base = self.app.settings.base_url.as_str().trim_end_matches('/');
        format!("{base}/{lang}/my-round/{}", participant.secret)
    }

    fn mail(&self, to: &Recipient, subject: String, text_body: String) -> NewMail {
        let host = self.app.settings.base_url.host_str().unwrap_or("localhost").to_owned();
        NewMail { recipient: to.email.clone(), subject: one_line(&subject), text_body, html_body: None, host }
    }

    /// Asks for wishes.
    pub fn question(&self, participant: &Participant, to: &Recipient) -> NewMail {
        let (lang, title) = (to.lang, self.dossier.round.called(to.lang));
        let address = self.address(participant, lang);
        let until =
            self.dossier.deadline().map(|at| kernel::calendar::date_time_long(lang, self.dossier.grid.local(at)));
        let (name, hub) = (participant.called(lang), self.app.hub.name(lang));
        match lang {
            Lang::Ja => {
                let until = until.map(|until| format!("\n期限: {until}")).unwrap_or_default();
                let body = format!(
                    "{name} 様\n\n「{title}」で会いたい相手をお知らせください。スマートフォンでも数分で終わります。{until}\n\n{address}\n\nこのアドレスは貴団体だけのものです。転送しないでください。\n\n{hub}\n"
                );
                self.mail(to, format!("会いたい相手をお知らせください: {title}"), body)
            }
            Lang::En => {
                let until = until.map(|until| format!("\nUntil: {until}")).unwrap_or_default();
                let body = format!(
                    "Dear {name},\n\nPlease tell us whom you would like to meet at “{title}”. It takes a few minutes, also on a phone.{until}\n\n{address}\n\nThis address is for you alone; please do not forward it.\n\n{hub}\n"
                );
                self.mail(to, format!("Whom would you like to meet? {title}"), body)
            }
        }
    }

    /// Tells a participant its schedule and what is different.
    pub fn schedule(&self, participant: &Participant, to: &Recipient, news: &News<'_>, first: bool) -> NewMail {
        let (lang, title) = (to.lang, self.dossier.round.called(to.lang));
        let other = |a: Uuid, b: Uuid| self.dossier.name(if a == participant.id { b } else { a }, lang);
        let mut own = news.meetings.get(&participant.id).cloned().unwrap_or_default();
        own.sort_by_key(|m| m.starts_at);
        let zone_beside = participant.own_zone(self.dossier.grid.zone);
        let beside = |m: &Meeting| {
            let there = zone_beside.map(|zone| (zone, m.starts_at.with_timezone(&zone).naive_local()));
            there
                .map(|(zone, at)| format!("  ({zone}: {})", crate::rounds::model::words::moment(at, true, lang)))
                .unwrap_or_default()
        };
        let link = |m: &Meeting| {
            if m.video_link.is_empty() { String::new() } else { format!("  {}", m.video_link) }
        };
        let lines: String = own
            .iter()
            .map(|m| {
                format!(
                    "  {}  {}  {}{}{}\n",
                    self.dossier.when(m.starts_at, lang),
                    other(m.a, m.b),
                    self.dossier.place(m, lang),
                    beside(m),
                    link(m)
                )
            })
            .collect();
        let at = |spot: Option<Spot>| spot.map(|spot| self.dossier.when(spot.starts_at, lang)).unwrap_or_default();
        let own_changes = news.changes.get(&participant.id).cloned().unwrap_or_default();
        let news: String = own_changes
            .into_iter()
            .map(|change| {
                let with = other(change.a, change.b);
                let (before, after) = (at(change.before), at(change.after));
                match (lang, change.before.is_some(), change.after.is_some()) {
                    (Lang::Ja, false, _) => format!("  新しい面談: {with} {after}\n"),
                    (Lang::Ja, true, true) => format!("  変更: {with} {before} → {after}\n"),
                    (Lang::Ja, true, false) => format!("  取り消し: {with} {before}\n"),
                    (Lang::En, false, _) => format!("  New: {with}, {after}\n"),
                    (Lang::En, true, true) => format!("  Moved: {with}, {before} → {after}\n"),
                    (Lang::En, true, false) => format!("  Cancelled: {with}, {before}\n"),
                }
            })
            .collect();
        let address = self.address(participant, lang);
        let (name, hub, zone) = (participant.called(lang), self.app.hub.name(lang), self.dossier.grid.zone);
        match lang {
            Lang::Ja => {
                let news = if first { String::new() } else { format!("変わったところ\n{news}\n") };
                let body = format!(
                    "{name} 様\n\n「{title}」の予定です(時刻は{zone})。\n\n{news}予定\n{lines}\n{address}\n\n{hub}\n"
                );
                let subject = if first {
                    format!("予定が決まりました: {title}")
                } else {
                    format!("予定が変わりました: {title}")
                };
                self.mail(to, subject, body)
            }
            Lang::En => {
                let news = if first { String::new() } else { format!("What changed\n{news}\n") };
                let body = format!(
                    "Dear {name},\n\nyour schedule at “{title}” (times in {zone}):\n\n{news}Schedule\n{lines}\n{address}\n\n{hub}\n"
                );
                let subject = if first {
                    format!("Your schedule: {title}")
                } else {
                    format!("Your schedule has changed: {title}")
                };
                self.mail(to, subject, body)
            }
        }
    }
}

/// Titles go into mail headers: no line ends.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control()).collect::<Vec<_>>().join(" ")
}
