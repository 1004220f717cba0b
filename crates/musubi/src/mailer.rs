//! Sends the mails that transactions left in the outbox, over SMTP. A mail is claimed, sent, marked; a crash in
//! between sends it again with the same Message-ID.

use crate::config;
use anyhow::{Context, Result};
use lettre::message::{Mailbox, MultiPart, SinglePart, header};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use std::time::Duration;
use store::outbox::{self, Mail};
use store::{Db, atomically};
use tokio::sync::watch;

const BATCH: i64 = 20;
const PAUSE: Duration = Duration::from_secs(2);

/// A connection to the mail server, with the sender's address.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Mailer {
    pub fn new(settings: &config::Mail) -> Result<Mailer> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.smtp).context("mail.smtp")?.build();
        Ok(Mailer { transport, from: settings.from.parse().context("mail.from")? })
    }

    /// Sends until the program stops.
    pub async fn run(self, db: Db, mut stop: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.send_due(&db).await {
                tracing::warn!(%error, "mail round failed, will try again");
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => return,
            }
        }
    }

    async fn send_due(&self, db: &Db) -> Result<()> {
        for mail in outbox::claim(db, BATCH, chrono::TimeDelta::minutes(5)).await? {
            let outcome = self.send(&mail).await;
            atomically!(db, |tx| -> store::Error {
                match &outcome {
                    Ok(()) => outbox::mark_sent(tx, mail.id).await,
                    Err(error) => outbox::mark_failed(tx, mail.id, &format!("{error:#}"), false).await,
                }
            })?;
        }
        Ok(())
    }

    async fn send(&self, mail: &Mail) -> Result<()> {
        let recipient: Mailbox = mail.recipient.parse().context("recipient")?;
        let builder = Message::builder()
            .from(self.from.clone())
            .to(recipient)
            .subject(&mail.subject)
            .message_id(Some(format!("<{}>", mail.message_id)));
        let text = SinglePart::builder().header(header::ContentType::TEXT_PLAIN).body(mail.text_body.clone());
        let message = match &mail.html_body {
            Some(html) => {
                let html = SinglePart::builder().header(header::ContentType::TEXT_HTML).body(html.clone());
                builder.multipart(MultiPart::alternative().singlepart(text).singlepart(html))?
            }
            None => builder.singlepart(text)?,
        };
        self.transport.send(message).await?;
        Ok(())
    }
}
