//! A sheet comes in: file or paste, a look at every row with what would be done, then one button.

use super::{Submission, crumbs, for_officer};
use crate::rounds::actions::{answers, setup};
use crate::rounds::model::{Dossier, Side};
use crate::rounds::sheet::{Fault, likeness, participants, wishes};
use crate::rounds::store as rows;
use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::response::{IntoResponse, Redirect};
use kernel::{Error, FieldErrors, Lang, Result, Uuid, both};
use std::collections::BTreeMap;
use store::atomically;
use web::layout::{Choice, Crumb};
use web::notice::{self, Done};
use web::records::actions::Doing;
use web::records::exchange::{Table, read_sent};
use web::upload::{Parts, Sent};
use web::{Cx, Handled, html, html_with};

#[derive(Template)]
#[template(path = "rounds/sheet.html")]
struct SheetPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    back: String,
    base: String,
    errors: FieldErrors,
    fault: String,
    what: Vec<Choice>,
    has_participants: bool,
}

/// `GET /rounds/{id}/sheet?what=participants|wishes`.
pub async fn start(cx: Cx, Path(id): Path<Uuid>, RawQuery(raw): RawQuery) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let wishes = raw.is_some_and(|raw| raw.contains("what=wishes"));
    start_page(&cx, &dossier, if wishes { "wishes" } else { "participants" }, FieldErrors::default())
}

fn start_page(cx: &Cx, dossier: &Dossier, what: &str, errors: FieldErrors) -> Handled {
    let base = cx.href(&format!("/rounds/{}", dossier.round.id));
    let choice = |code: &str, label: &str, hint: &str| Choice::new(code, label).with_hint(hint).chosen(code == what);
    let status = if errors.is_empty() { 200 } else { 422 };
    let page = SheetPage {
        crumbs: crumbs(cx, Some(dossier)),
        action: format!("{base}/sheet"),
        back: base.clone(),
        fault: web::layout::fault_of(&errors, "file", cx.lang),
        errors,
        what: vec![
            choice(
                "participants",
                cx.t("参加者", "Participants"),
                cx.t("1行に1者。名称と区分(研究室・企業)", "One a row: name and side"),
            ),
            choice(
                "wishes",
                cx.t("希望", "Wishes"),
                cx.t("一覧(だれが・だれに・希望)でも、◎○×の表でも", "A list (who, whom, wish) or a table of ◎ ○ ×"),
            ),
        ],
        has_participants: !dossier.participants.is_empty(),
        base,
        cx,
    };
    html_with(status, &page)
}

/// `POST /rounds/{id}/sheet` as `multipart/form-data`.
pub async fn upload(cx: Cx, Path(id): Path<Uuid>, parts: Parts) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let sent = Sent::receive(parts, cx.app.settings.upload_limit).await?;
    let what = if sent.text("what") == "wishes" { "wishes" } else { "participants" };
    let name = sent.file_name.clone();
    let read = tokio::task::spawn_blocking(move || read_sent(sent)).await.map_err(Error::internal)?;
    let table = match read.and_then(|table| fits(what, table, &dossier)) {
        Ok(table) => table,
        Err(Error::Invalid(errors)) => return start_page(&cx, &dossier, what, errors),
        Err(error) => return Err(error.into()),
    };
    let json = serde_json::to_value(&table).map_err(Error::internal)?;
    let sheet =
        atomically!(cx.db(), |tx| { rows::keep_sheet(tx, id, what, &name, json.clone(), cx.actor.account).await })?;
    Ok(Redirect::to(&cx.href(&format!("/rounds/{id}/sheet/{sheet}"))).into_response())
}

/// A table of wishes in the place of participants (or the reverse) is told at once.
fn fits(what: &str, table: Table, dossier: &Dossier) -> Result<Table> {
    if what == "participants" && !participants::has_names(&table) {
        return Err(Error::invalid(
            "file",
            both(
                "「名称」の列が見つかりません。1行目に列の名前(名称・区分・部屋など)を入れてください。",
                "There is no column of names. Put headings (name, side, room …) into the first row.",
            ),
        ));
    }
    if what == "wishes" && dossier.participants.is_empty() {
        return Err(Error::invalid("file", both("先に参加者を取り込んでください。", "Bring in participants first.")));
    }
    Ok(table)
}

async fn stored(cx: &Cx, round: Uuid, sheet: Uuid) -> Result<(rows::Sheet, Table)> {
    let sheet = rows::sheet(&cx.app.db, sheet).await?.filter(|sheet| sheet.round == round).ok_or(Error::NotFound)?;
    let table = serde_json::from_value(sheet.sheet.clone()).map_err(Error::internal)?;
    Ok((sheet, table))
}

struct Row {
    line: usize,
    name: String,
    side: String,
    facts: String,
    faults: Vec<String>,
    known: bool,
    /// Name of the select and its options: directory records that may be meant.
    field: String,
    link: Vec<Choice>,
}

struct Unknown {
    name: String,
    field: String,
    choices: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "rounds/sheet_check.html")]
struct CheckPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    action: String,
    again: String,
    wishes: bool,
    format: String,
    rows: Vec<Row>,
    count: usize,
    faults: Vec<(String, String)>,
    unknown: Vec<Unknown>,
    whose: Vec<Choice>,
    sides: Vec<Choice>,
    taken: bool,
    counts: [usize; 3],
}

/// `GET /rounds/{id}/sheet/{sheet}`: what would be done; nothing is stored yet.
pub async fn check(cx: Cx, Path((id, sheet)): Path<(Uuid, Uuid)>, RawQuery(raw): RawQuery) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let (sheet, table) = stored(&cx, id, sheet).await?;
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(raw.unwrap_or_default().as_bytes()).into_owned().collect();
    let mut page = CheckPage {
        crumbs: crumbs(&cx, Some(&dossier)),
        action: cx.href(&format!("/rounds/{id}/sheet/{}", sheet.id)),
        again: cx.href(&format!("/rounds/{id}/sheet?what={}", sheet.what)),
        wishes: sheet.what == "wishes",
        format: table.format.clone(),
        rows: Vec::new(),
        count: 0,
        faults: Vec::new(),
        unknown: Vec::new(),
        whose: Vec::new(),
        sides: Vec::new(),
        taken: sheet.taken_at.is_some(),
        counts: [0; 3],
        cx: &cx,
    };
    if page.wishes {
        let read = wishes::read(&table, &dossier, whose(query.get("whose").map(String::as_str)), &BTreeMap::new());
        page.count = read.wishes.len();
        for wish in &read.wishes {
            match wish.wish {
                Some(crate::rounds::model::Wish::Must) => page.counts[0] += 1,
                Some(crate::rounds::model::Wish::Want) => page.counts[1] += 1,
                Some(crate::rounds::model::Wish::No) => page.counts[2] += 1,
                None => {}
            }
        }
        page.faults = read.faults.iter().map(|one| (one.place(cx.lang), one.said.get(cx.lang).to_owned())).collect();
        page.unknown = read.unknown.iter().enumerate().map(|(at, name)| unknown(&cx, &dossier, at, name)).collect();
        if read.is_matrix {
            let rows = cx.t("行の人の希望", "Of those in the rows");
            let columns = cx.t("列の人の希望", "Of those in the columns");
            let both = cx.t("両方の希望", "Of both");
            page.whose = vec![
                Choice::new("rows", rows).chosen(true),
                Choice::new("columns", columns),
                Choice::new("both", both),
            ];
        }
    } else {
        let read = participants::read(&table, &dossier.round, &dossier.grid, None);
        page.count = read.iter().filter(|row| row.is_usable()).count();
        page.rows = read.iter().map(|row| row_of(&cx, &dossier, row)).collect();
        if read.iter().any(|row| row.side.is_none()) {
            page.sides =
                Side::BOTH.iter().map(|side| Choice::new(side.code(), side.name(&dossier.round, cx.lang))).collect();
        }
    }
    html(&page)
}

fn whose(text: Option<&str>) -> wishes::Whose {
    match text {
        Some("columns") => wishes::Whose::Columns,
        Some("both") => wishes::Whose::Both,
        _ => wishes::Whose::Rows,
    }
}

fn unknown(cx: &Cx, dossier: &Dossier, at: usize, name: &str) -> Unknown {
    let candidates = wishes::candidates(dossier, name);
    let alike = |p: &crate::rounds::model::Participant| likeness(&p.name, name).max(likeness(&p.name_en, name));
    let mut choices = vec![Choice::new("", cx.t("飛ばす", "Skip"))];
    choices.extend(
        candidates
            .iter()
            .enumerate()
            .map(|(place, p)| Choice::new(p.id.to_string(), p.called(cx.lang)).chosen(place == 0 && alike(p) >= 60)),
    );
    Unknown { name: name.to_owned(), field: format!("who.{at}"), choices }
}

/// Directory records that a name may mean: exactly so called, or found by search.
fn directory(cx: &Cx, name: &str) -> (Vec<Choice>, bool) {
    const KINDS: [&str; 3] = ["organization", "unit", "person"];
    let exact = cx.app.catalogue.by_name(&KINDS, name, &cx.keyring);
    let alone = exact.len() == 1;
    let found = cx.app.search.suggest(name, &cx.keyring, 8).unwrap_or_default();
    let near = found.iter().filter_map(|hit| cx.app.catalogue.entry(hit.id, &cx.keyring));
    let near = near.filter(|e| KINDS.contains(&e.kind.key) && !exact.iter().any(|known| known.id == e.id));
    let label = |e: &store::catalogue::Entry| format!("{} ({})", e.called(cx.lang), e.kind.one.get(cx.lang));
    let mut choices = vec![Choice::new("", cx.t("名簿につながない", "Not linked")).chosen(!alone)];
    choices.extend(exact.iter().map(|e| Choice::new(e.id.to_string(), label(e)).chosen(alone)));
    choices.extend(near.take(4).map(|e| Choice::new(e.id.to_string(), label(&e))));
    (choices, alone)
}

fn row_of(cx: &Cx, dossier: &Dossier, read: &participants::Read) -> Row {
    let known = dossier.participants.iter().find(|p| Some(p.side) == read.side && p.name == read.name);
    let (link, _) = match known {
        Some(_) => (Vec::new(), false),
        None => directory(cx, &read.name),
    };
    let mut facts = Vec::new();
    let mut fact = |label: &str, value: &str| {
        if !value.is_empty() {
            facts.push(if label.is_empty() { value.to_owned() } else { format!("{label} {value}") });
        }
    };
    fact("", &read.name_en);
    fact("", &read.room);
    fact(cx.t("上限", "most"), &read.most.map(|n| n.to_string()).unwrap_or_default());
    fact(cx.t("1日", "a day"), &read.most_per_day.map(|n| n.to_string()).unwrap_or_default());
    fact("", if read.language == Lang::En { cx.t("英語", "English") } else { "" });
    fact("", if read.interpreter { cx.t("通訳", "interpreter") } else { "" });
    fact("", if read.remote { cx.t("オンライン", "video") } else { "" });
    let off = if read.off.is_empty() {
        String::new()
    } else {
        format!("{}{}", read.off.len(), cx.t("枠は不可", " slots off"))
    };
    fact("", &off);
    Row {
        line: read.line,
        name: read.name.clone(),
        side: read.side.map(|side| side.name(&dossier.round, cx.lang)).unwrap_or_default(),
        facts: facts.join(cx.t("・", " · ")),
        faults: read.faults.iter().map(|one| fault_words(cx, one)).collect(),
        known: known.is_some(),
        field: format!("link.{}", read.line),
        link: if link.len() > 1 { link } else { Vec::new() },
    }
}

fn fault_words(cx: &Cx, fault: &Fault) -> String {
    let said = fault.said.get(cx.lang);
    if fault.column.is_empty() { said.to_owned() } else { format!("{}: {said}", fault.column) }
}

/// `POST /rounds/{id}/sheet/{sheet}`: takes the rows in.
pub async fn take(cx: Cx, Path((id, sheet)): Path<(Uuid, Uuid)>, sent: Submission) -> Handled {
    let dossier = for_officer(&cx, id).await?;
    let (sheet, table) = stored(&cx, id, sheet).await?;
    let doing = Doing::of(&cx);
    let field = |name: &str| sent.input.first(name).unwrap_or_default().to_owned();
    if sheet.what == "wishes" {
        let side = whose(sent.input.first("whose"));
        let names = wishes::read(&table, &dossier, side, &BTreeMap::new()).unknown;
        let chosen = names
            .iter()
            .enumerate()
            .map(|(at, name)| (name.clone(), field(&format!("who.{at}")).parse().ok()))
            .collect();
        let read = wishes::read(&table, &dossier, side, &chosen);
        answers::take_wishes(&doing, id, &read.wishes).await?;
    } else {
        let read = participants::read(&table, &dossier.round, &dossier.grid, Side::from_code(&field("side")));
        let linked = read.iter().filter_map(|row| {
            let party: Uuid = field(&format!("link.{}", row.line)).parse().ok()?;
            cx.app.catalogue.entry(party, &cx.keyring).map(|entry| (row.line, entry.id))
        });
        setup::take_participants(&doing, id, &read, &linked.collect()).await?;
    }
    atomically!(cx.db(), |tx| { rows::mark_taken(tx, sheet.id).await })?;
    Ok(notice::redirect(&cx, &format!("/rounds/{id}"), Done::Saved, None))
}
