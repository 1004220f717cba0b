//! A list as a sheet: CSV or XLSX of the records that the list shows with its present filters, cut to what the reader
//! may see. What is exported can be imported again and changes nothing.

use super::columns::{self, label_of};
use super::formula;
use crate::app::App;
use crate::cx::Cx;
use crate::failure::{Failure, Handled};
use crate::records::list::{list_query, matching_ids};
use axum::body::Body;
use axum::extract::RawQuery;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::audience::Keyring;
use kernel::record::{Field, FieldValue, Kind, Record, RecordType};
use kernel::text::{Standing, Text};
use kernel::{Error, Lang, Level, Result, Uuid, both};
use std::collections::{BTreeMap, BTreeSet};
use store::catalogue::Browse;
use store::records;

/// Records per round trip.
const BATCH: usize = 500;
/// Rows of a workbook, which is made in memory; CSV has no limit.
const XLSX_ROWS: usize = 100_000;

/// How the sheet is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wording {
    /// Paths and codes: for programs.
    Codes,
    /// Labels and terms in a language: for people. It is understood by the import as well.
    Labels(Lang),
}

enum Part {
    Id,
    Code,
    Text(&'static Field, String),
    Standing(&'static Field, String),
    Value(&'static Field),
    Level(String),
    Audience,
    Parties,
    Source,
    Fictional,
}

struct Column {
    path: String,
    part: Part,
}

/// What the records of a list have beyond the columns that every sheet gets.
#[derive(Default)]
pub struct Survey {
    languages: BTreeMap<&'static str, BTreeSet<String>>,
    standings: BTreeSet<(&'static str, String)>,
    levels: BTreeSet<String>,
    parties: bool,
}

impl Survey {
    pub fn look(&mut self, record: &Record) {
        self.parties |= !record.audience.parties.is_empty();
        self.levels.extend(record.field_levels.keys().cloned());
        for (name, value) in &record.values {
            let FieldValue::Text(text) = value else { continue };
            for (tag, version) in text.versions() {
                self.languages.entry(name).or_default().insert(tag.to_owned());
                if version.standing != usual_standing(text, tag) {
                    self.standings.insert((name, tag.to_owned()));
                }
            }
        }
    }
}

/// The standing that a version gets when a sheet says nothing: Japanese is the original if there is any, and the first
/// language otherwise.
pub fn usual_standing(text: &Text, tag: &str) -> Standing {
    let first = if text.get("ja").is_some() { Some("ja") } else { text.versions().next().map(|(tag, _)| tag) };
    if first == Some(tag) { Standing::Original } else { Standing::Official }
}

/// Columns of a sheet, and how a record fills them.
pub struct Sheet<'a> {
    app: &'a App,
    keyring: &'a Keyring,
    kind: &'static RecordType,
    wording: Wording,
    columns: Vec<Column>,
}

impl<'a> Sheet<'a> {
    pub fn new(
        app: &'a App,
        keyring: &'a Keyring,
        kind: &'static RecordType,
        wording: Wording,
        survey: &Survey,
    ) -> Sheet<'a> {
        Sheet { app, keyring, kind, wording, columns: layout(kind, survey) }
    }

    pub fn header(&self) -> Vec<String> {
        self.columns.iter().map(|column| self.heading(column)).collect()
    }

    fn heading(&self, column: &Column) -> String {
        let Wording::Labels(lang) = self.wording else { return column.path.clone() };
        match &column.part {
            Part::Text(field, tag) if known(tag) => label_of(field, tag, false).get(lang).to_owned(),
            Part::Standing(field, tag) if known(tag) => label_of(field, tag, true).get(lang).to_owned(),
            Part::Text(..) | Part::Standing(..) | Part::Level(_) => column.path.clone(),
            _ => columns::label(self.kind, &column.path, lang),
        }
    }

    pub fn row(&self, record: &Record) -> Vec<String> {
        self.columns.iter().map(|column| self.cell(record, &column.part)).collect()
    }

    fn cell(&self, record: &Record, part: &Part) -> String {
        let text = |field: &Field, tag: &str| record.text(field.name).get(tag).cloned();
        match part {
            Part::Id => record.id.to_string(),
            Part::Code => record.code.clone().unwrap_or_default(),
            Part::Text(field, tag) => text(field, tag).map(|version| version.text).unwrap_or_default(),
            Part::Standing(field, tag) => {
                text(field, tag).map(|version| version.standing.code().to_owned()).unwrap_or_default()
            }
            Part::Value(field) => record.get(field.name).map(|value| self.value(field, value)).unwrap_or_default(),
            Part::Level(name) => record.field_levels.get(name).map(|level| self.level(*level)).unwrap_or_default(),
            Part::Audience => self.level(record.audience.level),
            Part::Parties => self.links(columns::PARTIES, &record.audience.parties),
            Part::Source => record.source.clone().unwrap_or_default(),
            Part::Fictional => {
                if record.fictional {
                    "true".to_owned()
                } else {
                    String::new()
                }
            }
        }
    }

    fn value(&self, field: &Field, value: &FieldValue) -> String {
        match value {
            FieldValue::Plain(code) if matches!(field.kind, Kind::Choice(_)) => self.term(field, code),
            FieldValue::Plain(text) => text.clone(),
            FieldValue::Codes(codes) => codes.iter().map(|code| self.term(field, code)).collect::<Vec<_>>().join(" | "),
            FieldValue::Integer(number) => number.to_string(),
            FieldValue::Flag(flag) => flag.to_string(),
            FieldValue::Link(id) => self.link(field.targets(), *id),
            FieldValue::Links(ids) => self.links(field.targets(), ids),
            FieldValue::Text(_) => String::new(),
        }
    }

    /// The word for a term when the import understands it as the same term, and the code otherwise.
    fn term(&self, field: &Field, code: &str) -> String {
        let (Wording::Labels(lang), Some(vocabulary)) = (self.wording, field.vocabulary()) else {
            return code.to_owned();
        };
        let label = vocabulary.term(code).map(|term| term.label.get(lang));
        let same =
            |label: &&str| !label.contains('|') && vocabulary.recognize(label).is_some_and(|term| term.code == code);
        label.filter(same).unwrap_or(code).to_owned()
    }

    fn level(&self, level: Level) -> String {
        match self.wording {
            Wording::Codes => level.code().to_owned(),
            Wording::Labels(lang) => level.label().get(lang).to_owned(),
        }
    }

    fn links(&self, targets: &[&str], ids: &[Uuid]) -> String {
        ids.iter().map(|id| self.link(targets, *id)).collect::<Vec<_>>().join(" | ")
    }

    /// The code of the linked record if it leads back there, and the id otherwise.
    fn link(&self, targets: &[&str], id: Uuid) -> String {
        let code = self.app.catalogue.entry(id, self.keyring).and_then(|entry| entry.code);
        let leads_back = |code: &String| {
            let found = targets.iter().find_map(|target| self.app.catalogue.by_code(target, code, self.keyring));
            found == Some(id) && !code.contains(['|', '[', ']']) && code.trim() == code
        };
        code.filter(leads_back).unwrap_or_else(|| id.to_string())
    }
}

fn known(tag: &str) -> bool {
    tag == "ja" || tag == "en"
}

fn layout(kind: &'static RecordType, survey: &Survey) -> Vec<Column> {
    let mut columns =
        vec![Column { path: "id".to_owned(), part: Part::Id }, Column { path: "code".to_owned(), part: Part::Code }];
    for field in kind.fields.iter().filter(|field| !field.computed) {
        if !field.is_localized() {
            columns.push(Column { path: field.name.to_owned(), part: Part::Value(field) });
            continue;
        }
        let more = survey.languages.get(field.name).into_iter().flatten().filter(|tag| !known(tag)).map(String::as_str);
        for tag in ["ja", "en"].into_iter().chain(more) {
            let path = format!("{}.{tag}", field.name);
            columns.push(Column { path: path.clone(), part: Part::Text(field, tag.to_owned()) });
            if survey.standings.contains(&(field.name, tag.to_owned())) {
                columns.push(Column { path: format!("{path}.standing"), part: Part::Standing(field, tag.to_owned()) });
            }
        }
    }
    columns.push(Column { path: "audience".to_owned(), part: Part::Audience });
    if survey.parties {
        columns.push(Column { path: "audience_parties".to_owned(), part: Part::Parties });
    }
    let levels =
        survey.levels.iter().map(|name| Column { path: format!("level.{name}"), part: Part::Level(name.clone()) });
    columns.extend(levels);
    columns.push(Column { path: "source".to_owned(), part: Part::Source });
    columns.push(Column { path: "fictional".to_owned(), part: Part::Fictional });
    columns
}

/// Rows as RFC 4180 text, formulas made harmless.
pub fn csv_text(rows: impl IntoIterator<Item = Vec<String>>) -> Result<String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| formula::harmless(cell))).map_err(Error::internal)?;
    }
    String::from_utf8(writer.into_inner().map_err(Error::internal)?).map_err(Error::internal)
}

/// What the address of an export asks for.
#[derive(Debug, Clone, Copy)]
struct Asked {
    wording: Wording,
    bom: bool,
}

fn asked(raw: &str, lang: Lang) -> Asked {
    let mut asked = Asked { wording: Wording::Labels(lang), bom: true };
    for (name, value) in url::form_urlencoded::parse(raw.as_bytes()) {
        match (&*name, &*value) {
            ("header", "codes") => asked.wording = Wording::Codes,
            ("header", "ja") => asked.wording = Wording::Labels(Lang::Ja),
            ("header", "en") => asked.wording = Wording::Labels(Lang::En),
            ("bom", "0") => asked.bom = false,
            _ => {}
        }
    }
    asked
}

/// Every record of the list with its filters, in its order.
fn listed_ids(cx: &Cx, kind: &'static RecordType, raw: &str) -> Result<Vec<Uuid>> {
    let facets: Vec<&'static str> = kind.fields.iter().filter(|field| field.facet).map(|field| field.name).collect();
    let query = list_query(raw, &facets);
    let hits = matching_ids(cx, &[kind.key], &query.words)?;
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &[kind.key],
        chosen: &query.chosen,
        facets: &[],
        hits: hits.as_deref(),
        keyring: &cx.keyring,
        lang: cx.lang,
        after: None,
        limit: usize::MAX,
    });
    Ok(page.ids)
}

async fn read(cx: &Cx, kind: &'static RecordType, ids: &[Uuid]) -> Result<Vec<Record>> {
    let found = records::by_ids(&cx.app.db, kind, ids, cx.scope()).await?;
    Ok(found.iter().map(|record| record.seen_by(&cx.actor)).collect())
}

async fn survey(cx: &Cx, kind: &'static RecordType, ids: &[Uuid]) -> Result<Survey> {
    let mut survey = Survey::default();
    for round in ids.chunks(BATCH) {
        read(cx, kind, round).await?.iter().for_each(|record| survey.look(record));
    }
    Ok(survey)
}

/// `GET /{path}/export.csv?header=codes|ja|en&bom=0`: streamed, so its length is not bounded by memory.
pub async fn csv(cx: Cx, kind: &'static RecordType, RawQuery(raw): RawQuery) -> Handled {
    let raw = raw.unwrap_or_default();
    let (asked, ids) = (asked(&raw, cx.lang), listed_ids(&cx, kind, &raw)?);
    let survey = survey(&cx, kind, &ids).await?;
    let header = csv_text([Sheet::new(&cx.app, &cx.keyring, kind, asked.wording, &survey).header()])?;
    let start = if asked.bom { format!("\u{FEFF}{header}") } else { header };
    let rounds: Vec<Vec<Uuid>> = ids.chunks(BATCH).map(<[Uuid]>::to_vec).collect();
    let name = file_name(&cx, kind, "csv");
    let parts =
        futures_util::stream::unfold((cx, survey, rounds.into_iter()), move |(cx, survey, mut rounds)| async move {
            let round = rounds.next()?;
            let text = match read(&cx, kind, &round).await {
                Ok(found) => {
                    let sheet = Sheet::new(&cx.app, &cx.keyring, kind, asked.wording, &survey);
                    csv_text(found.iter().map(|record| sheet.row(record)))
                }
                Err(error) => Err(error),
            };
            let text = text.map_err(|error| std::io::Error::other(error.to_string()));
            Some((text, (cx, survey, rounds)))
        });
    let body = futures_util::StreamExt::chain(futures_util::stream::iter([Ok(start)]), parts);
    Ok(download("text/csv; charset=utf-8", &name, Body::from_stream(body)))
}

/// `GET /{path}/export.xlsx?header=codes|ja|en`.
pub async fn xlsx(cx: Cx, kind: &'static RecordType, RawQuery(raw): RawQuery) -> Handled {
    let raw = raw.unwrap_or_default();
    let (asked, ids) = (asked(&raw, cx.lang), listed_ids(&cx, kind, &raw)?);
    if ids.len() > XLSX_ROWS {
        return Err(Failure(Error::conflict(both(
            "Excel 形式は10万件までです。CSV で書き出すか、条件で絞ってください。",
            "Excel files hold up to 100,000 records here. Export as CSV, or filter the list.",
        ))));
    }
    let survey = survey(&cx, kind, &ids).await?;
    let mut rows = vec![Sheet::new(&cx.app, &cx.keyring, kind, asked.wording, &survey).header()];
    for round in ids.chunks(BATCH) {
        let found = read(&cx, kind, round).await?;
        let sheet = Sheet::new(&cx.app, &cx.keyring, kind, asked.wording, &survey);
        rows.extend(found.iter().map(|record| sheet.row(record)));
    }
    let title = kind.many.get(cx.lang);
    let work = tokio::task::spawn_blocking(move || workbook(title, &rows));
    let bytes = work.await.map_err(Error::internal)??;
    let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    Ok(download(media, &file_name(&cx, kind, "xlsx"), Body::from(bytes)))
}

/// A workbook with one sheet: every cell typed as text, the header held in sight.
pub fn workbook(title: &str, rows: &[Vec<String>]) -> Result<Vec<u8>> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let bold = rust_xlsxwriter::Format::new().set_bold();
    let sheet = book.add_worksheet();
    let name: String = title.chars().filter(|c| !"[]:*?/\\'".contains(*c)).take(31).collect();
    sheet.set_name(name).map_err(Error::internal)?;
    sheet.set_freeze_panes(1, 0).map_err(Error::internal)?;
    for (line, row) in rows.iter().enumerate() {
        for (column, cell) in row.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            let (line, column) = (u32::try_from(line).unwrap_or(u32::MAX), u16::try_from(column).unwrap_or(u16::MAX));
            let written = match line {
                0 => sheet.write_string_with_format(line, column, cell.as_str(), &bold),
                _ => sheet.write_string(line, column, cell.as_str()),
            };
            written.map_err(Error::internal)?;
        }
    }
    for column in 0..rows.first().map_or(0, Vec::len) {
        sheet.set_column_width(u16::try_from(column).unwrap_or(u16::MAX), 18).map_err(Error::internal)?;
    }
    book.save_to_buffer().map_err(Error::internal)
}

fn file_name(cx: &Cx, kind: &RecordType, ending: &str) -> String {
    format!("{}-{}.{ending}", kind.path, cx.today().format("%Y-%m-%d"))
}

/// A file to be saved, not shown. `name` is ASCII.
pub fn download(media: &'static str, name: &str, body: Body) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, media.to_owned()), (header::CONTENT_DISPOSITION, disposition)], body).into_response()
}
