//! Excel workbooks: the first sheet that has cells. A workbook is a zip, so it is unpacked under limits before any
//! reader sees it, and cells are read one by one: a sheet that claims a cell in its last corner costs nothing.

use super::table::{MAX_COLUMNS, Row, check_row, refused};
use calamine::{DataRef, Reader, Xlsx};
use kernel::{Error, Result, both};
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

/// Bytes that a workbook may have unpacked.
const MAX_UNPACKED: u64 = 300 * 1024 * 1024;
/// How much smaller than its content a packed part may be; office programs stay below 100.
const MAX_RATIO: u64 = 250;
/// Small parts may be packed well without harm.
const RATIO_FROM: u64 = 4 * 1024 * 1024;
const MAX_PARTS: usize = 2_000;
const MAX_CELLS: usize = 8_000_000;

/// All rows that have a cell.
pub fn rows(bytes: Vec<u8>) -> Result<Vec<Row>> {
    refuse_bombs(&bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    for name in book.sheet_names() {
        let rows = sheet(&mut book, &name)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Ok(Vec::new())
}

/// Unpacks every part into nothing and counts: sizes that a zip declares are not believed. Names are not used.
fn refuse_bombs(bytes: &[u8]) -> Result<()> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    if archive.len() > MAX_PARTS {
        return Err(bomb());
    }
    let mut total = 0_u64;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(broken)?;
        let packed = part.compressed_size().max(1);
        let unpacked = std::io::copy(&mut part.take(MAX_UNPACKED + 1 - total), &mut std::io::sink()).map_err(broken)?;
        total += unpacked;
        if total > MAX_UNPACKED || (unpacked > RATIO_FROM && unpacked / packed > MAX_RATIO) {
            return Err(bomb());
        }
    }
    Ok(())
}

fn sheet(book: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<Row>> {
    let mut reader = match book.worksheet_cells_reader(name) {
        Ok(reader) => reader,
        // Charts are sheets without cells.
        Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Vec::new()),
        Err(error) => return Err(broken(error)),
    };
    let mut rows: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut count = 0_usize;
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let text = cell_text(cell.get_value());
        if text.is_empty() {
            continue;
        }
        count += 1;
        let (line, column) = (row as usize + 1, column as usize);
        check_row(line, rows.len(), if column < MAX_COLUMNS { 0 } else { column + 1 })?;
        if count > MAX_CELLS {
            return Err(bomb());
        }
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        if let Some(place) = cells.get_mut(column) {
            *place = text;
        }
    }
    Ok(rows.into_iter().map(|(row, cells)| Row { line: row as usize + 1, cells }).collect())
}

/// A cell as people would type it: whole numbers without a fraction, dates as `2026-04-01`.
fn cell_text(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) => text.replace("\r\n", "\n"),
        DataRef::SharedString(text) => text.replace("\r\n", "\n"),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::Bool(flag) => flag.to_string(),
        DataRef::DateTime(moment) => match moment.as_datetime() {
            Some(at) if at.time() == chrono::NaiveTime::MIN => at.format("%Y-%m-%d").to_string(),
            Some(at) => at.format("%Y-%m-%dT%H:%M").to_string(),
            None => moment.as_f64().to_string(),
        },
        DataRef::DateTimeIso(text) => text.trim_end_matches("T00:00:00").to_owned(),
        DataRef::DurationIso(text) => text.clone(),
        DataRef::Error(fault) => fault.to_string(),
    }
}

fn broken(cause: impl std::fmt::Display) -> Error {
    tracing::info!(%cause, "workbook refused");
    refused(both(
        "Excel ファイルとして読み取れません。Excel で開いて .xlsx か CSV として保存し直してください。",
        "This cannot be read as an Excel file. Open it and save it again as .xlsx or CSV.",
    ))
}

fn bomb() -> Error {
    refused(both(
        "展開すると大きすぎるファイルです。必要な表だけを新しいファイルに写して保存してください。",
        "Unpacked, this file is too large. Copy only the table you need into a new file.",
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::io::Write;
    use zip::write::SimpleFileOptions;

    fn message(bytes: Vec<u8>) -> String {
        match rows(bytes) {
            Err(Error::Invalid(errors)) => errors.0[0].message.en.clone(),
            other => panic!("{:?}", other.map(|rows| rows.len())),
        }
    }

    #[test]
    fn cells_come_as_people_type_them() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "名称").unwrap();
        sheet.write_string(2, 0, "=1+1").unwrap();
        sheet.write_number(2, 1, 120.0).unwrap();
        sheet.write_number(2, 2, 0.5).unwrap();
        sheet.write_boolean(2, 3, true).unwrap();
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 4, 1).unwrap();
        sheet.write_datetime_with_format(2, 4, &day, &date).unwrap();
        let rows = rows(book.save_to_buffer().unwrap()).unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].line, rows[1].cells.join("|")), (3, "=1+1|120|0.5|true|2026-04-01".to_owned()));
    }

    #[test]
    fn a_cell_in_the_last_corner_is_refused_without_allocating_the_sheet() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "a").unwrap();
        sheet.write_string(1_048_575, 16_383, "z").unwrap();
        assert!(message(book.save_to_buffer().unwrap()).contains("too many columns"));
    }

    #[test]
    fn bombs_and_broken_archives_are_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("xl/worksheets/../../../../etc/passwd", SimpleFileOptions::default()).unwrap();
        let zeros = vec![b'0'; 1024 * 1024];
        for _ in 0..40 {
            zip.write_all(&zeros).unwrap();
        }
        assert!(message(zip.finish().unwrap().into_inner()).contains("Unpacked"));
        let mut many = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for n in 0..=MAX_PARTS {
            many.start_file(format!("{n}"), SimpleFileOptions::default()).unwrap();
        }
        assert!(message(many.finish().unwrap().into_inner()).contains("Unpacked"));
        assert!(message(b"PK\x03\x04 not a zip at all".to_vec()).contains("Excel"));
    }
}
