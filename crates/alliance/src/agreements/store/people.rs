//! Who is responsible for an agreement: a role of the directory, or everybody who keeps agreements at the hub.
//!
//! Reads accounts only as far as mails need them: address, language, whether they may still sign in.

use directory::records::ROLE;
use kernel::record::Record;
use kernel::{Lang, Result, Role, Uuid};
use serde_json::Value;
use store::catalogue::Catalogue;
use store::records::{self, Scope};
use store::{Db, Tx, args};

/// Somebody who could be reminded: where to, the person of the account, its roles as stored.
type Candidate = (Recipient, Option<Uuid>, Value);

/// Somebody who gets a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    pub account: Uuid,
    pub email: String,
    pub label: String,
    pub lang: Lang,
}

/// The role record that an agreement names as responsible (by its code), and the person in it.
pub async fn responsible_person(db: &Db, catalogue: &Catalogue, agreement: &Record) -> Result<Option<(Record, Uuid)>> {
    let code = agreement.plain("responsible");
    if code.is_empty() {
        return Ok(None);
    }
    let all = kernel::Actor::system("agreements").keyring();
    let Some(id) = catalogue.by_code(ROLE.key, code, &all) else { return Ok(None) };
    let role = records::find(db, &ROLE, id, Scope::Everything).await?;
    Ok(role.and_then(|role| role.link("person").map(|person| (role, person))))
}

/// Accounts to tell about an agreement: that of the responsible person, or of everyone in a role of the hub that is
/// named instead (`agreements`), or else of the agreements staff, or else of directors and administrators.
pub async fn recipients(tx: &mut Tx, person: Option<Uuid>, responsible: &str) -> Result<Vec<Recipient>> {
    let sql = "SELECT id, email, label, language, person, roles FROM account WHERE state = 'active' AND email IS NOT NULL ORDER BY id";
    let rows = tx.all_with(sql, args![], |line| {
        let roles: Value = line.get("roles")?;
        let lang: String = line.get("language")?;
        let recipient = Recipient {
            account: line.get("id")?,
            email: line.get("email")?,
            label: line.get("label")?,
            lang: Lang::from_tag(&lang).unwrap_or(Lang::Ja),
        };
        Ok((recipient, line.get::<Option<Uuid>>("person")?, roles))
    });
    let rows: Vec<Candidate> = rows.await?;
    let holds = |roles: &Value, wanted: Role| {
        roles.as_array().is_some_and(|list| list.iter().any(|role| role == wanted.code()))
    };
    let named = Role::from_code(responsible);
    let choices: [&dyn Fn(&Candidate) -> bool; 4] = [
        &|(_, of, _)| person.is_some() && *of == person,
        &|(_, _, roles)| named.is_some_and(|role| role.is_staff() && holds(roles, role)),
        &|(_, _, roles)| holds(roles, Role::Agreements),
        &|(_, _, roles)| holds(roles, Role::Director) || holds(roles, Role::Administrator),
    ];
    let first =
        choices.iter().map(|fits| rows.iter().filter(|row| fits(row)).map(|(r, _, _)| r.clone()).collect::<Vec<_>>());
    Ok(first.into_iter().find(|found| !found.is_empty()).unwrap_or_default())
}
