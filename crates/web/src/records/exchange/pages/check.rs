//! The second page: what the columns are taken for, and what every row would do.

use super::{SHOWN, crumbs, fault, run_href, title};
use crate::cx::Cx;
use crate::failure::{Handled, html};
use crate::layout::{Choice, Crumb};
use crate::records::exchange::plan::{self, Action, Plan, Planned, SameName};
use crate::records::exchange::runs::Run;
use crate::records::exchange::{columns, find, table, work};
use crate::records::list::excerpt;
use askama::Template;
use kernel::record::RecordType;

/// Columns of the preview.
const SHOWN_COLUMNS: usize = 6;

/// One column of the sheet and what it is taken for.
struct Mapped {
    name: String,
    header: String,
    sample: String,
    choices: Vec<Choice>,
}

/// One row of the preview.
struct PreviewRow {
    line: usize,
    word: &'static str,
    tone: &'static str,
    bad: bool,
    /// Cell, and whether it is at fault.
    cells: Vec<(String, bool)>,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "records/import_check.html")]
struct CheckPage<'a> {
    cx: &'a Cx,
    title: String,
    crumbs: Vec<Crumb>,
    run: &'a Run,
    action: String,
    mapped: Vec<Mapped>,
    left_out: usize,
    same_name: Vec<Choice>,
    by_name: bool,
    create: usize,
    update: usize,
    unchanged: usize,
    bad: usize,
    headings: Vec<String>,
    rows: Vec<PreviewRow>,
    more: usize,
    errors_href: String,
    button: String,
}

/// The dry run, computed anew each time.
pub async fn page(cx: &Cx, kind: &'static RecordType, run: &Run) -> Handled {
    let plan = plan::plan(&cx.app, &cx.actor, kind, &run.sheet, &run.options).await?;
    let here = run_href(cx, kind, run.id);
    let (create, update, bad) = (plan.count(Action::Create), plan.count(Action::Update), plan.count(Action::Error));
    let columns = preview_columns(run);
    let rows = preview(cx, kind, run, &plan, &columns);
    html(&CheckPage {
        title: title(cx, run),
        crumbs: crumbs(cx, kind),
        action: here.clone(),
        mapped: mapped(cx, kind, run),
        left_out: run.options.paths.iter().filter(|path| path.is_none()).count(),
        same_name: same_name_choices(cx, run.options.same_name),
        by_name: find::goes_by_name(kind),
        create,
        update,
        unchanged: plan.count(Action::Unchanged),
        bad,
        headings: columns.iter().filter_map(|at| run.sheet.header.get(*at).cloned()).collect(),
        more: plan.rows.len().saturating_sub(rows.len()),
        rows,
        errors_href: if bad > 0 { format!("{here}/errors.csv") } else { String::new() },
        button: if work::is_idle(&plan) { String::new() } else { button(cx, create + update, bad) },
        run,
        cx,
    })
}

fn button(cx: &Cx, stored: usize, bad: usize) -> String {
    let (ja, en) = match bad {
        0 => (format!("{stored}件を取り込む"), format!("Import {stored} records")),
        _ => (
            format!("誤りのある{bad}行を除いて{stored}件を取り込む"),
            format!("Import {stored} records, without the {bad} rows with errors"),
        ),
    };
    if cx.lang == kernel::Lang::Ja { ja } else { en }
}

fn mapped(cx: &Cx, kind: &'static RecordType, run: &Run) -> Vec<Mapped> {
    let importable = columns::importable(kind);
    let column = |(at, header): (usize, &String)| {
        let chosen = run.options.paths.get(at).and_then(Option::as_deref).unwrap_or_default();
        let mut choices = vec![Choice::new("", cx.t("取り込まない", "Leave out")).chosen(chosen.is_empty())];
        choices.extend(importable.iter().map(|c| Choice::new(&c.path, c.label.get(cx.lang)).chosen(c.path == chosen)));
        if !chosen.is_empty() && !importable.iter().any(|c| c.path == chosen) {
            choices.push(Choice::new(chosen, columns::label(kind, chosen, cx.lang)).chosen(true));
        }
        let sample = run.sheet.rows.iter().filter_map(|row| row.cells.get(at)).find(|cell| !cell.trim().is_empty());
        let sample = sample.map(|cell| excerpt(cell, 60)).unwrap_or_default();
        Mapped { name: format!("c{at}"), header: header.clone(), sample, choices }
    };
    run.sheet.header.iter().enumerate().map(column).collect()
}

fn same_name_choices(cx: &Cx, chosen: SameName) -> Vec<Choice> {
    vec![
        Choice::new("ask", cx.t("取り込まずに知らせる", "Leave the row out and say so"))
            .chosen(chosen == SameName::Ask),
        Choice::new("update", cx.t("名前が同じ記録を更新する", "Update the record of the same name"))
            .chosen(chosen == SameName::Update),
        Choice::new("separate", cx.t("別の記録として登録する", "Add it as a separate record"))
            .chosen(chosen == SameName::Separate),
    ]
}

/// The first mapped columns; a sheet can have many more than a screen.
fn preview_columns(run: &Run) -> Vec<usize> {
    run.options
        .paths
        .iter()
        .enumerate()
        .filter(|(_, path)| path.is_some())
        .map(|(at, _)| at)
        .take(SHOWN_COLUMNS)
        .collect()
}

/// Rows with errors first, then the beginning of the sheet.
fn preview(cx: &Cx, kind: &'static RecordType, run: &Run, plan: &Plan, columns: &[usize]) -> Vec<PreviewRow> {
    let order = plan
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.action == Action::Error)
        .chain(plan.rows.iter().enumerate().filter(|(_, row)| row.action != Action::Error));
    let mut shown: Vec<(usize, &Planned)> = order.take(SHOWN).collect();
    shown.sort_by_key(|(at, _)| *at);
    shown
        .into_iter()
        .filter_map(|(at, row)| Some(preview_row(cx, kind, run, row, run.sheet.rows.get(at)?, columns)))
        .collect()
}

fn preview_row(
    cx: &Cx,
    kind: &'static RecordType,
    run: &Run,
    row: &Planned,
    source: &table::Row,
    columns: &[usize],
) -> PreviewRow {
    let (word, tone) = match row.action {
        Action::Create => (cx.t("追加", "New"), "c-moss"),
        Action::Update => (cx.t("更新", "Update"), "c-indigo"),
        Action::Unchanged => (cx.t("変更なし", "Unchanged"), ""),
        Action::Error => (cx.t("誤り", "Error"), "c-cord"),
    };
    let cell = |at: &usize| {
        let path = run.options.paths.get(*at).and_then(Option::as_deref).unwrap_or_default();
        let faulty =
            row.errors.0.iter().any(|error| error.field == path || error.field.split('.').next() == Some(path));
        (excerpt(source.cells.get(*at).map_or("", String::as_str), 80), faulty)
    };
    let mut notes: Vec<String> =
        row.errors.0.iter().map(|error| fault(cx, kind, &error.field, error.message.get(cx.lang))).collect();
    if row.action == Action::Update {
        let names: Vec<String> = row.changed.iter().map(|name| columns::label(kind, name, cx.lang)).collect();
        notes.push(format!("{}: {}", cx.t("変わる項目", "Changes"), names.join(cx.t("、", ", "))));
    }
    PreviewRow {
        line: row.line,
        word,
        tone,
        bad: row.action == Action::Error,
        cells: columns.iter().map(cell).collect(),
        notes,
    }
}
