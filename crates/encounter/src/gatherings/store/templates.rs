//! Mails in the words of staff, kept by gathering, kind and language.

use kernel::{Lang, Result, Uuid};
use store::{Db, Tx, args};

store::record! {
    /// Subject and body in one language.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct MailTemplate {
        pub gathering: Uuid,
        pub kind: String,
        pub language: String,
        pub subject: String,
        pub body: String,
        pub version: i64,
    }
}

const COLUMNS: &str = "gathering, kind, language, subject, body, version";

/// Every template of a gathering.
pub async fn templates(db: &Db, gathering: Uuid) -> Result<Vec<MailTemplate>> {
    let sql = format!("SELECT {COLUMNS} FROM gathering_mail_template WHERE gathering = $1 ORDER BY kind, language");
    Ok(db.all(sql, args![gathering]).await?)
}

pub async fn template_in(tx: &mut Tx, gathering: Uuid, kind: &str, lang: Lang) -> Result<Option<MailTemplate>> {
    let sql =
        format!("SELECT {COLUMNS} FROM gathering_mail_template WHERE gathering = $1 AND kind = $2 AND language = $3");
    Ok(tx.opt(sql, args![gathering, kind, lang.tag()]).await?)
}

/// Writes a template over the version that its editor saw; 0 is none. `false`: somebody else was faster.
pub async fn put_template(tx: &mut Tx, one: &MailTemplate, by: Option<Uuid>) -> Result<bool> {
    let now = tx.now();
    let (subject, body, kind, language) = (&*one.subject, &*one.body, &*one.kind, &*one.language);
    if one.version == 0 {
        let sql = "INSERT INTO gathering_mail_template (gathering, kind, language, subject, body, version, updated_at, updated_by) \
                   VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (gathering, kind, language) DO NOTHING";
        return Ok(tx.run(sql, args![one.gathering, kind, language, subject, body, now, by]).await? == 1);
    }
    let sql = "UPDATE gathering_mail_template SET subject = $4, body = $5, version = version + 1, updated_at = $6, updated_by = $7 \
               WHERE gathering = $1 AND kind = $2 AND language = $3 AND version = $8";
    Ok(tx.run(sql, args![one.gathering, kind, language, subject, body, now, by, one.version]).await? == 1)
}

/// Back to the hub's own words.
pub async fn drop_template(tx: &mut Tx, gathering: Uuid, kind: &str, lang: Lang) -> Result<bool> {
    let sql = "DELETE FROM gathering_mail_template WHERE gathering = $1 AND kind = $2 AND language = $3";
    Ok(tx.run(sql, args![gathering, kind, lang.tag()]).await? == 1)
}

/// The next edition writes in the same words.
pub async fn copy_templates(tx: &mut Tx, from: Uuid, to: Uuid) -> Result<()> {
    let now = tx.now();
    let sql = "INSERT INTO gathering_mail_template (gathering, kind, language, subject, body, version, updated_at, updated_by) \
               SELECT $2, kind, language, subject, body, 1, $3, updated_by FROM gathering_mail_template WHERE gathering = $1";
    tx.run(sql, args![from, to, now]).await?;
    Ok(())
}
