//! Accounts of the sample hub, one per function, all with one known password. They are marked, and open only where the
//! hub itself is marked as a sample.

use super::model::Account;
use super::passwords::Passwords;
use super::store;
use ::store::{Db, atomically};
use kernel::{Actor, Both, Error, Lang, Result, Role, Uuid, both};
use web::Hub;

/// The password of every sample account.
pub const SAMPLE_PASSWORD: &str = "musubi-sample";

/// One sample account: the part before `@example.jp`, its name, its role.
#[derive(Debug)]
pub struct Sample {
    pub name: &'static str,
    pub label: Both,
    pub role: Role,
}

const fn one(name: &'static str, label: Both, role: Role) -> Sample {
    Sample { name, label, role }
}

pub static SAMPLES: [Sample; 9] = [
    one("director", both("責任者 湊 明日香", "Asuka Minato, director"), Role::Director),
    one("agreements", both("協定担当 綾部 透", "Toru Ayabe, agreements"), Role::Agreements),
    one("concierge", both("コンシェルジュ 結城 しおり", "Shiori Yuki, concierge"), Role::Concierge),
    one("events", both("催し担当 早瀬 樹", "Itsuki Hayase, events"), Role::Events),
    one("facilities", both("施設担当 守屋 健", "Ken Moriya, facilities"), Role::Facilities),
    one("programme", both("プログラム担当 仁科 遥", "Haruka Nishina, programmes"), Role::Programme),
    one("manager", both("組織の管理者 園田 直", "Nao Sonoda, organization manager"), Role::OrganizationManager),
    one("member", both("会員 水城 ひかり", "Hikari Mizuki, member"), Role::Member),
    one("administrator", both("システム管理者 石動 巧", "Takumi Isurugi, administrator"), Role::Administrator),
];

impl Sample {
    pub fn email(&self) -> String {
        format!("{}@example.jp", self.name)
    }
}

/// Records to which sample accounts belong.
#[derive(Debug, Clone, Default)]
pub struct SampleLinks {
    /// Person of `member@example.jp`.
    pub member: Option<Uuid>,
    /// Person of `manager@example.jp`.
    pub manager: Option<Uuid>,
    /// Organizations and units that `manager@example.jp` manages.
    pub manages: Vec<Uuid>,
}

/// Makes the sample accounts that are not there yet.
///
/// # Errors
/// [`Error::Forbidden`] when the hub is not marked as a sample: a known password has no place elsewhere.
pub async fn sample(db: &Db, hub: &Hub, links: &SampleLinks) -> Result<()> {
    if !hub.sample {
        return Err(Error::Forbidden);
    }
    let hash = Passwords::default().hash(SAMPLE_PASSWORD).await?;
    let actor = Actor::system("sample");
    for sample in &SAMPLES {
        if store::by_email(db, &sample.email()).await?.is_some() {
            continue;
        }
        atomically!(db, |tx| {
            let roles = vec![sample.role];
            let mut account = Account::new(tx.new_id(), &sample.email(), sample.label.ja, Lang::Ja, roles, tx.now());
            account.sample = true;
            match sample.role {
                Role::Member => account.person = links.member,
                Role::OrganizationManager => {
                    account.person = links.manager;
                    account.manages.clone_from(&links.manages);
                }
                _ => {}
            }
            store::insert(tx, &actor, &account, Some(&hash)).await
        })?;
    }
    Ok(())
}
