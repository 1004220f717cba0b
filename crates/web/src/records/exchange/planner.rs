//! Reads the rows of a sheet one after the other: which record each is, what it would change, and what is wrong with it.

use super::find::{self, Found};
use super::plan::{Action, Options, Plan, Planned, SameName, hidden_fields, link_ids};
use super::rows;
use crate::app::App;
use crate::records::link::resolver;
use crate::records::policy;
use kernel::audience::Keyring;
use kernel::lang::Said;
use kernel::record::{Field, Input, Record, RecordType};
use kernel::{Actor, FieldErrors, Lang, Uuid, both};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

pub(super) fn unique(ids: Vec<Uuid>) -> Vec<Uuid> {
    let mut seen = HashSet::new();
    ids.into_iter().filter(|id| seen.insert(*id)).collect()
}

/// Everything that reading the rows needs.
pub(super) struct Planner {
    pub(super) app: App,
    pub(super) actor: Actor,
    pub(super) keyring: Keyring,
    pub(super) kind: &'static RecordType,
    pub(super) options: Options,
    pub(super) inputs: Vec<Input>,
    pub(super) lines: Vec<usize>,
}

/// A field and what stands in it.
type FieldText = (&'static str, String);

/// What rows before the present one have taken: records, keys and names, each with its row.
#[derive(Default)]
struct Taken {
    records: HashMap<Uuid, usize>,
    words: HashMap<FieldText, usize>,
}

/// Links that were looked up already. Sheets repeat themselves.
#[derive(Default)]
struct Links {
    known: RefCell<HashMap<FieldText, Result<Uuid, Said>>>,
    suggestions: RefCell<usize>,
}

impl Planner {
    pub(super) fn find_all(&self, by_key: &find::ByKey) -> Vec<Found> {
        let rows = self.inputs.iter().zip(&self.lines);
        rows.map(|(input, line)| match find::find(&self.app, self.kind, &self.keyring, input, by_key) {
            Found::Nothing => self.find_otherwise(input, *line),
            found => found,
        })
        .collect()
    }

    /// A row of an import that was cut off, or a record of the same name.
    fn find_otherwise(&self, input: &Input, line: usize) -> Found {
        if let Some(id) = self.seeded(line).filter(|id| self.app.catalogue.entry(*id, &self.keyring).is_some()) {
            return Found::Record(id);
        }
        if self.options.same_name == SameName::Separate
            || !find::goes_by_name(self.kind)
            || find::has_key(self.kind, input)
        {
            return Found::Nothing;
        }
        let mut record = Record::new(self.kind, self.app.clock.now());
        let _ = self.kind.read(input, &mut record, &|_, _| Err(Said::default()));
        find::by_name(&self.app, &record, &self.keyring, self.options.same_name == SameName::Update)
    }

    /// The id that this row's new record gets: time-ordered like the import itself, the rest from its row.
    fn seeded(&self, line: usize) -> Option<Uuid> {
        let seed = self.options.seed?;
        let hash = Sha256::digest([seed.as_bytes().as_slice(), line.to_string().as_bytes()].concat());
        let mut bytes = *seed.as_bytes();
        for (place, byte) in bytes.iter_mut().skip(6).zip(hash) {
            *place = byte;
        }
        Some(
            uuid::Builder::from_bytes(bytes)
                .with_version(uuid::Version::SortRand)
                .with_variant(uuid::Variant::RFC4122)
                .into_uuid(),
        )
    }

    pub(super) fn read_all(&self, found: Vec<Found>, stored: &HashMap<Uuid, Record>) -> Plan {
        let starts: Vec<Result<Start, FieldErrors>> =
            found.into_iter().zip(&self.lines).map(|(found, line)| self.start(found, *line, stored)).collect();
        let codes = self.codes_of_sheet(&starts);
        let links = Links::default();
        let mut taken = Taken::default();
        let mut rows: Vec<Planned> = Vec::with_capacity(starts.len());
        for ((start, input), line) in starts.into_iter().zip(&self.inputs).zip(&self.lines) {
            rows.push(match start {
                Ok(start) => self.read(start, input, *line, &codes, &links, &mut taken),
                Err(errors) => failed(Record::new(self.kind, self.app.clock.now()), *line, errors),
            });
        }
        refuse_links_to_failed_rows(&mut rows);
        Plan { rows }
    }

    fn start(&self, found: Found, line: usize, stored: &HashMap<Uuid, Record>) -> Result<Start, FieldErrors> {
        match found {
            Found::Record(id) => match stored.get(&id) {
                Some(record) => Ok(Start { record: record.clone(), before: Some(record.clone()) }),
                None => Err(FieldErrors::one(
                    "id",
                    both("この番号の記録はありません。", "There is no record with this id."),
                )),
            },
            Found::Nothing => {
                let mut record = Record::new(self.kind, self.app.clock.now());
                record.id = self.seeded(line).unwrap_or(record.id);
                Ok(Start { record, before: None })
            }
            Found::Refused(errors) => Err(errors),
        }
    }

    /// The codes that the sheet gives to its records, for links between its rows.
    fn codes_of_sheet(&self, starts: &[Result<Start, FieldErrors>]) -> HashMap<String, Uuid> {
        let rows = starts.iter().zip(&self.inputs);
        rows.filter_map(|(start, input)| Some((input.first("code")?.trim().to_owned(), start.as_ref().ok()?.record.id)))
            .filter(|(code, _)| !code.is_empty())
            .collect()
    }

    fn read(
        &self,
        start: Start,
        input: &Input,
        line: usize,
        codes: &HashMap<String, Uuid>,
        links: &Links,
        taken: &mut Taken,
    ) -> Planned {
        let Start { mut record, before } = start;
        let hidden = before.as_ref().map(|before| hidden_fields(before, &self.actor)).unwrap_or_default();
        let mut input = rows::without(input, &[]);
        let mut errors = FieldErrors::default();
        for field in &hidden {
            if input.first(field).is_some_and(|text| !text.trim().is_empty()) {
                errors.add(
                    field,
                    both(
                        "この項目は見る権限がないため、変更できません。",
                        "You may not see this field, so you cannot change it.",
                    ),
                );
            }
        }
        input = rows::without(&input, &hidden);
        rows::settle_standings(self.kind, &mut input, |field| record.text(field));
        let own_links = before.as_ref().map(link_ids).unwrap_or_default();
        let resolve = |field: &Field, written: &str| self.resolve(field, written, codes, &own_links, links);
        errors.0.extend(self.kind.read(&input, &mut record, &resolve).0);
        self.refuse_repeats(&record, line, taken, &mut errors);
        let (action, changed) = self.action(before.as_ref(), &record, &mut errors);
        if !errors.is_empty() {
            return failed(record, line, errors);
        }
        Planned { line, action, seen: before.map_or(0, |before| before.version), record, errors, changed }
    }

    fn action(
        &self,
        before: Option<&Record>,
        record: &Record,
        errors: &mut FieldErrors,
    ) -> (Action, Vec<&'static str>) {
        let Some(before) = before else {
            if policy::may_create(&self.actor, record).is_err() {
                errors.add("row", both("この記録を登録する権限がありません。", "You may not add this record."));
            }
            return (Action::Create, Vec::new());
        };
        let mut changed: Vec<&'static str> =
            before.changed_fields(record).into_iter().map(|(field, _, _)| field.name).collect();
        let common = [
            ("code", before.code != record.code),
            ("audience", before.audience != record.audience || before.field_levels != record.field_levels),
            ("source", before.source != record.source),
            ("fictional", before.fictional != record.fictional),
        ];
        changed.extend(common.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name));
        if changed.is_empty() {
            return (Action::Unchanged, changed);
        }
        if policy::may_change(&self.actor, before).is_err() {
            errors.add("row", both("この記録を変更する権限がありません。", "You may not change this record."));
        }
        (Action::Update, changed)
    }

    /// Two rows must not mean the same record, or claim the same key.
    fn refuse_repeats(&self, record: &Record, line: usize, taken: &mut Taken, errors: &mut FieldErrors) {
        let mut repeated = |field: &str, earlier: usize| {
            errors.add(
                field,
                Said::new(
                    format!("{earlier}行目と同じ記録です。どちらかの行を消してください。"),
                    format!("Row {earlier} is the same record. Remove one of the two rows."),
                ),
            );
        };
        if let Some(earlier) = taken.records.insert(record.id, line) {
            return repeated("row", earlier);
        }
        let mut words: Vec<(&'static str, String)> = record.code.iter().map(|code| ("code", code.clone())).collect();
        words.extend(
            self.kind
                .fields
                .iter()
                .filter(|field| field.key && !record.plain(field.name).is_empty())
                .map(|f| (f.name, record.plain(f.name).to_owned())),
        );
        if words.is_empty() && self.options.same_name != SameName::Separate && find::goes_by_name(self.kind) {
            words.push(("row", kernel::fold::fold(&record.called(Lang::Ja))));
        }
        for word in words {
            let field = word.0;
            if let Some(earlier) = taken.words.insert(word, line) {
                repeated(field, earlier);
            }
        }
    }

    fn resolve(
        &self,
        field: &Field,
        written: &str,
        codes: &HashMap<String, Uuid>,
        own: &HashSet<Uuid>,
        links: &Links,
    ) -> Result<Uuid, Said> {
        let written = written.trim();
        if let Some(id) = codes.get(written).filter(|_| field.targets().contains(&self.kind.key)) {
            return Ok(*id);
        }
        // A link to a record that the importer may not see stays when it is written as it was exported.
        if let Some(id) = written.parse().ok().filter(|id| own.contains(id)) {
            return Ok(id);
        }
        let key = (field.name, written.to_owned());
        if let Some(known) = links.known.borrow().get(&key) {
            return known.clone();
        }
        let mut found = resolver(&self.app, &self.keyring)(field, written);
        if let Err(said) = &mut found {
            self.propose(field, written, said, links);
        }
        links.known.borrow_mut().insert(key, found.clone());
        found
    }

    /// Adds records of a similar name to the error.
    fn propose(&self, field: &Field, written: &str, said: &mut Said, links: &Links) {
        const MOST: usize = 300;
        let mut asked = links.suggestions.borrow_mut();
        *asked += 1;
        if *asked > MOST {
            return;
        }
        let Ok(hits) = self.app.search.suggest(written, &self.keyring, 12) else { return };
        let entries = hits.iter().filter_map(|hit| self.app.catalogue.entry(hit.id, &self.keyring));
        let near: Vec<_> = entries.filter(|entry| field.targets().contains(&entry.kind.key)).take(3).collect();
        if near.is_empty() {
            return;
        }
        let names = |lang: Lang| near.iter().map(|entry| entry.called(lang).to_owned()).collect::<Vec<_>>().join(", ");
        said.ja.push_str(&format!(" 近い名前: {}", names(Lang::Ja)));
        said.en.push_str(&format!(" Similar: {}", names(Lang::En)));
    }
}

/// The record that a row begins with.
struct Start {
    record: Record,
    before: Option<Record>,
}

fn failed(record: Record, line: usize, errors: FieldErrors) -> Planned {
    Planned { line, action: Action::Error, record, seen: 0, errors, changed: Vec::new() }
}

/// A row that links to a row with errors would point at nothing, and so on along the links.
fn refuse_links_to_failed_rows(rows: &mut [Planned]) {
    let new: HashMap<Uuid, usize> =
        rows.iter().filter(|row| row.seen == 0).map(|row| (row.record.id, row.line)).collect();
    let mut failed: HashSet<Uuid> =
        rows.iter().filter(|row| row.action == Action::Error && row.seen == 0).map(|row| row.record.id).collect();
    loop {
        let mut more = Vec::new();
        for row in rows.iter_mut().filter(|row| row.action != Action::Error) {
            let Some(target) = link_ids(&row.record).into_iter().find(|id| failed.contains(id) && *id != row.record.id)
            else {
                continue;
            };
            let line = new.get(&target).copied().unwrap_or_default();
            row.action = Action::Error;
            row.errors.add(
                "row",
                Said::new(
                    format!("参照している{line}行目に誤りがあります。"),
                    format!("Row {line}, to which this row links, has errors."),
                ),
            );
            more.push(row.record.id);
        }
        if more.is_empty() {
            return;
        }
        failed.extend(more);
    }
}
