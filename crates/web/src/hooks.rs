//! What subsystems add to the saving of records: rules that need the database, and records that follow from
//! others. They run inside the write transaction; an error keeps everything as it was.

use crate::app::App;
use crate::cx::Cx;
use chrono::{DateTime, Utc};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::lang::Said;
use kernel::record::Record;
use kernel::{Actor, Error, Result, Uuid};
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::Tx;

/// One saving of a record, before its row is written.
pub struct Saving<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub tx: &'a mut Tx,
    /// `None` when the record is new.
    pub before: Option<&'a Record>,
    pub after: &'a mut Record,
}

/// A rule or a consequence. It must not do anything but database work: the transaction may run again.
pub type Hook = for<'a> fn(Saving<'a>) -> BoxFuture<'a, Result<()>>;

/// Something to look at before a new record is saved. The form shows it and saves when it is sent again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub text: Said,
    /// Path of the record it is about, without the language.
    pub path: String,
    pub label: String,
}

/// Looks at a new record that a form is about to save.
pub type Warn = for<'a> fn(&'a Cx, &'a Record) -> BoxFuture<'a, Result<Vec<Warning>>>;

/// Where a record that is no more lives on.
pub type Moved = for<'a> fn(&'a App, Uuid) -> BoxFuture<'a, Result<Option<Uuid>>>;

/// A way from a record's page to a page of another subsystem about it, for those who may go.
#[derive(Debug, Clone, Copy)]
pub struct Beside {
    pub label: kernel::Both,
    /// Path without the language.
    pub path: fn(Uuid) -> String,
    pub may: fn(&Actor, Uuid) -> bool,
}

/// A line that a subsystem adds to the history of a record, for readers who may see what proves it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub at: DateTime<Utc>,
    pub words: Said,
    /// Path of what proves it, without the language.
    pub path: String,
}

/// Tells the lines of one record that this reader may see.
pub type Tell = for<'a> fn(&'a Cx, &'a Record) -> BoxFuture<'a, Result<Vec<Told>>>;

/// Rows of a subsystem that name parties by id outside of record types: they follow a party that is merged into another.
#[derive(Clone, Copy)]
pub struct Following {
    /// Names the part of the merge's journal.
    pub key: &'static str,
    /// Names the survivor instead of the loser; tells the journal what it moved.
    pub forth: for<'a> fn(&'a mut Tx, Uuid, Uuid) -> BoxFuture<'a, Result<serde_json::Value>>,
    /// Puts back what the journal says, for loser and survivor.
    pub back: for<'a> fn(&'a mut Tx, &'a serde_json::Value, Uuid, Uuid) -> BoxFuture<'a, Result<()>>,
}

/// What a subsystem does with such rows; [`Following::of`] keeps the journal.
pub trait Follows: 'static {
    /// What was moved, for the undo.
    type Moved: Serialize + DeserializeOwned + Send;

    /// Names the survivor instead of the loser, and tells the feed what has to be read again.
    fn forth(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> impl Future<Output = Result<Self::Moved>> + Send;

    /// Puts back what was moved and still names the survivor.
    fn back(tx: &mut Tx, moved: Self::Moved, loser: Uuid, survivor: Uuid) -> impl Future<Output = Result<()>> + Send;
}

impl Following {
    pub const fn of<F: Follows>(key: &'static str) -> Following {
        Following { key, forth: forth::<F>, back: back::<F> }
    }
}

fn forth<F: Follows>(tx: &mut Tx, loser: Uuid, survivor: Uuid) -> BoxFuture<'_, Result<serde_json::Value>> {
    async move { serde_json::to_value(F::forth(tx, loser, survivor).await?).map_err(Error::internal) }.boxed()
}

fn back<'a, F: Follows>(
    tx: &'a mut Tx,
    moved: &'a serde_json::Value,
    loser: Uuid,
    survivor: Uuid,
) -> BoxFuture<'a, Result<()>> {
    async move {
        let moved = serde_json::from_value(moved.clone()).map_err(Error::internal)?;
        F::back(tx, moved, loser, survivor).await
    }
    .boxed()
}

/// Whose data is asked for or forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whose {
    pub account: Uuid,
    /// The person record, and those that were merged into it.
    pub persons: Vec<Uuid>,
    /// The address of the account, in small letters; empty when there is none.
    pub email_key: String,
}

/// One forgetting, inside its transaction.
pub struct Forgetting<'a> {
    pub app: &'a App,
    /// Who answers the request.
    pub actor: &'a Actor,
    pub tx: &'a mut Tx,
    pub whose: &'a Whose,
}

/// What a subsystem holds about people beside records: copied for them, and forgotten with them (APPI 33–35, GDPR 15–17).
#[derive(Clone, Copy)]
pub struct Personal {
    /// Name in the copy.
    pub key: &'static str,
    pub copy: for<'a> fn(&'a App, &'a Whose) -> BoxFuture<'a, Result<serde_json::Value>>,
    pub forget: for<'a> fn(Forgetting<'a>) -> BoxFuture<'a, Result<()>>,
}

/// Hooks by record type.
#[derive(Default, Clone)]
pub struct Hooks {
    following: Vec<Following>,
    rules: Vec<(&'static str, Hook)>,
    warnings: Vec<(&'static str, Warn)>,
    moved: Vec<Moved>,
    beside: Vec<(&'static str, Beside)>,
    personal: Vec<Personal>,
    tells: Vec<(&'static str, Tell)>,
}

impl Hooks {
    pub fn on(mut self, record_type: &'static str, hook: Hook) -> Hooks {
        self.rules.push((record_type, hook));
        self
    }

    /// Adds a warning to the form for new records of a type.
    pub fn warn(mut self, record_type: &'static str, warn: Warn) -> Hooks {
        self.warnings.push((record_type, warn));
        self
    }

    /// Adds a way to find what a record that is not there has become.
    pub fn moved(mut self, moved: Moved) -> Hooks {
        self.moved.push(moved);
        self
    }

    /// Adds what a subsystem holds about people beside records.
    pub fn personal(mut self, personal: Personal) -> Hooks {
        self.personal.push(personal);
        self
    }

    /// A copy of what subsystems hold about a person beside records, by name.
    pub async fn copies(&self, app: &App, whose: &Whose) -> Result<Vec<(&'static str, serde_json::Value)>> {
        let mut copies = Vec::with_capacity(self.personal.len());
        for personal in &self.personal {
            copies.push((personal.key, (personal.copy)(app, whose).await?));
        }
        Ok(copies)
    }

    /// Forgets what subsystems hold about a person beside records.
    pub async fn forget(&self, app: &App, actor: &Actor, tx: &mut Tx, whose: &Whose) -> Result<()> {
        for personal in &self.personal {
            (personal.forget)(Forgetting { app, actor, tx, whose }).await?;
        }
        Ok(())
    }

    /// Adds a way to the pages of records of a type.
    pub fn beside(mut self, record_type: &'static str, beside: Beside) -> Hooks {
        self.beside.push((record_type, beside));
        self
    }

    /// Adds lines to the histories of records of a type.
    pub fn telling(mut self, record_type: &'static str, tell: Tell) -> Hooks {
        self.tells.push((record_type, tell));
        self
    }

    /// What subsystems tell of a record to this reader.
    pub async fn told(&self, cx: &Cx, record: &Record) -> Result<Vec<Told>> {
        let mut lines = Vec::new();
        for (_, tell) in self.tells.iter().filter(|(record_type, _)| *record_type == record.kind.key) {
            lines.extend(tell(cx, record).await?);
        }
        Ok(lines)
    }

    /// Adds rows that follow merged parties.
    pub fn following(mut self, following: Following) -> Hooks {
        self.following.push(following);
        self
    }

    /// Everything that follows merged parties.
    pub fn followers(&self) -> &[Following] {
        &self.following
    }

    /// The ways from a record's page that this reader may go: address and words.
    pub fn ways(&self, cx: &Cx, record: &Record) -> Vec<(String, &'static str)> {
        let open = self
            .beside
            .iter()
            .filter(|(record_type, beside)| *record_type == record.kind.key && (beside.may)(&cx.actor, record.id));
        open.map(|(_, beside)| (cx.href(&(beside.path)(record.id)), beside.label.get(cx.lang))).collect()
    }

    pub fn with(mut self, other: Hooks) -> Hooks {
        self.rules.extend(other.rules);
        self.warnings.extend(other.warnings);
        self.moved.extend(other.moved);
        self.beside.extend(other.beside);
        self.following.extend(other.following);
        self.personal.extend(other.personal);
        self.tells.extend(other.tells);
        self
    }

    /// What the form should say before it saves a new record.
    pub async fn warnings(&self, cx: &Cx, record: &Record) -> Result<Vec<Warning>> {
        let mut found = Vec::new();
        for (_, warn) in self.warnings.iter().filter(|(record_type, _)| *record_type == record.kind.key) {
            found.extend(warn(cx, record).await?);
        }
        Ok(found)
    }

    /// The record that stands for one that is not there: `None` unless the reader may see it.
    pub async fn moved_to(&self, cx: &Cx, id: Uuid) -> Result<Option<Uuid>> {
        for moved in &self.moved {
            if let Some(now) = moved(&cx.app, id).await? {
                return Ok(cx.app.catalogue.entry(now, &cx.keyring).map(|entry| entry.id));
            }
        }
        Ok(None)
    }

    /// Runs every hook of the record's type, in the order in which they were added.
    pub async fn run(
        &self,
        app: &App,
        actor: &Actor,
        tx: &mut Tx,
        before: Option<&Record>,
        after: &mut Record,
    ) -> Result<()> {
        for (record_type, hook) in &self.rules {
            if *record_type == after.kind.key {
                hook(Saving { app, actor, tx, before, after }).await?;
            }
        }
        Ok(())
    }
}
