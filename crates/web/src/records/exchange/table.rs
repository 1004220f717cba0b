//! A table as it arrives: a file or a paste, as CSV, TSV, XLSX or a table copied from a web page, brought to one form.
//!
//! Hostile files end here: every size is bounded before it is allocated. Never here: what the columns mean.

use super::{decode, formula, html, xlsx};
use crate::upload::Sent;
use kernel::lang::Said;
use kernel::{Error, Result, both};
use serde::{Deserialize, Serialize};

/// Rows of one import.
pub const MAX_ROWS: usize = 100_000;
pub const MAX_COLUMNS: usize = 400;
/// Characters of one cell; the longest field has fewer.
pub const MAX_CELL: usize = 100_000;

/// One row with its number in the source, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub line: usize,
    pub cells: Vec<String>,
}

/// A table with its header row apart. Rows may be shorter than the header.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Table {
    pub header: Vec<String>,
    pub rows: Vec<Row>,
    /// What was recognized: `CSV · Shift_JIS (CP932)`.
    pub format: String,
}

/// Reads a file by its content; the name and the media type of the sender are not believed.
///
/// # Errors
/// [`Error::Invalid`] on the field `file`, naming the row, when it cannot be read or is too large unpacked.
pub fn read_file(bytes: Vec<u8>) -> Result<Table> {
    if bytes.starts_with(b"PK\x03\x04") {
        return table(xlsx::rows(bytes)?, "XLSX".to_owned());
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        return Err(refused(both(
            "古い形式の Excel(.xls)です。Excel で .xlsx か CSV として保存し直してください。",
            "This is the old Excel format (.xls). Save it as .xlsx or CSV.",
        )));
    }
    let decoded = decode::decode(bytes)?;
    read_text(&decoded.text, Some(decoded.encoding))
}

/// Reads the file of a form, or what was pasted into its field `paste`.
///
/// # Errors
/// As [`read_file`], and when neither was sent.
pub fn read_sent(sent: Sent) -> Result<Table> {
    if !sent.file.is_empty() {
        return read_file(sent.file);
    }
    let paste = sent.fields.get("paste").map(Vec::as_slice).unwrap_or_default();
    let text = std::str::from_utf8(paste)
        .map_err(|_| refused(both("貼り付けた文字が UTF-8 ではありません。", "The pasted text is not UTF-8.")))?;
    if text.trim().is_empty() {
        return Err(refused(both("ファイルを選ぶか、表を貼り付けてください。", "Choose a file, or paste a table.")));
    }
    read_text(text, None)
}

/// Reads pasted text, or a decoded file.
pub fn read_text(text: &str, encoding: Option<&str>) -> Result<Table> {
    let suffix = encoding.map(|encoding| format!(" · {encoding}")).unwrap_or_default();
    if html::is_table(text) {
        return table(html::rows(text)?, format!("HTML{suffix}"));
    }
    let delimiter = delimiter(text);
    if let Some(row) = unclosed_quote(text, delimiter) {
        return Err(Error::invalid(
            "file",
            Said::new(
                format!("{row}行目で始まる引用符(\")が閉じていません。"),
                format!("The quotation mark (\") that opens in row {row} is never closed."),
            ),
        ));
    }
    let name = match delimiter {
        b'\t' => "TSV",
        b';' => "CSV (;)",
        _ => "CSV",
    };
    table(delimited(text, delimiter)?, format!("{name}{suffix}"))
}

/// The character that separates cells, by what the first row has most of, outside quotes.
fn delimiter(text: &str) -> u8 {
    let (mut counts, mut quoted) = ([0_usize; 3], false);
    for byte in text.trim_start().bytes().take(MAX_CELL) {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            b',' if !quoted => counts[0] += 1,
            b'\t' if !quoted => counts[1] += 1,
            b';' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    match counts {
        [comma, tab, semicolon] if tab > comma && tab >= semicolon => b'\t',
        [comma, _, semicolon] if semicolon > comma => b';',
        _ => b',',
    }
}

/// The row in which a quotation mark opens that nothing closes. Quotes count where the CSV reader counts them: at the
/// beginning of a cell.
fn unclosed_quote(text: &str, delimiter: u8) -> Option<usize> {
    let (mut row, mut opened, mut at_start) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        let starts = std::mem::take(&mut at_start);
        match (byte, opened) {
            (b'"', None) if starts => opened = Some(row),
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => {
                bytes.next();
            }
            (b'"', Some(_)) => opened = None,
            (byte, None) => at_start = byte == delimiter || byte == b'\n' || byte == b'\r',
            _ => {}
        }
        row += usize::from(byte == b'\n');
    }
    opened
}

fn delimited(text: &str, delimiter: u8) -> Result<Vec<Row>> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut lines = Lines { text: text.as_bytes(), at: 0, line: 1 };
    for record in reader.records() {
        let record = record
            .map_err(|error| Error::invalid("file", unreadable(error.position().map_or(0, csv::Position::line))))?;
        let line = record
            .position()
            .map_or(0, |position| lines.of_record(usize::try_from(position.byte()).unwrap_or(usize::MAX)));
        check_row(line, rows.len(), record.len())?;
        let cells = record.iter().map(|cell| formula::plain(cell).replace("\r\n", "\n")).collect();
        rows.push(Row { line, cells });
    }
    Ok(rows)
}

/// Counts rows of the source. The CSV reader's own count does not see the blank rows that it skips.
struct Lines<'a> {
    text: &'a [u8],
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The row in which a record begins; `start` lies before the line breaks that precede it.
    fn of_record(&mut self, start: usize) -> usize {
        while let Some(byte) = self.text.get(self.at).filter(|byte| self.at < start || matches!(byte, b'\r' | b'\n')) {
            let lone_return = *byte == b'\r' && self.text.get(self.at + 1) != Some(&b'\n');
            self.line += usize::from(*byte == b'\n' || lone_return);
            self.at += 1;
        }
        self.line
    }
}

fn unreadable(line: u64) -> Said {
    Said::new(format!("{line}行目が表として読み取れません。"), format!("Row {line} cannot be read as part of a table."))
}

/// Refuses a row that makes the table too large; called before it is kept.
pub(super) fn check_row(line: usize, rows: usize, columns: usize) -> Result<()> {
    if rows > MAX_ROWS {
        return Err(Error::invalid(
            "file",
            Said::new(
                format!("一度に取り込めるのは{MAX_ROWS}行までです。ファイルを分けてください。"),
                format!("At most {MAX_ROWS} rows can be imported at once. Split the file."),
            ),
        ));
    }
    if columns > MAX_COLUMNS {
        return Err(Error::invalid(
            "file",
            Said::new(
                format!("{line}行目に列が多すぎます({columns}列)。{MAX_COLUMNS}列までです。"),
                format!("Row {line} has too many columns ({columns}). The limit is {MAX_COLUMNS}."),
            ),
        ));
    }
    Ok(())
}

/// Splits off the header, drops blank rows and the blank columns at the right.
fn table(mut rows: Vec<Row>, format: String) -> Result<Table> {
    for row in &mut rows {
        if let Some(cell) = row.cells.iter().find(|cell| cell.len() > MAX_CELL && cell.chars().count() > MAX_CELL) {
            return Err(too_long(row.line, cell.chars().count()));
        }
        while row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.cells.pop();
        }
    }
    rows.retain(|row| !row.cells.is_empty());
    if rows.is_empty() {
        return Err(refused(both(
            "表がありません。一行目に列の名前、その下に内容を入れてください。",
            "There is no table in it. Put column names in the first row and data below.",
        )));
    }
    let header = rows.remove(0).cells.into_iter().map(|cell| cell.trim().to_owned()).collect();
    Ok(Table { header, rows, format })
}

fn too_long(line: usize, length: usize) -> Error {
    Error::invalid(
        "file",
        Said::new(
            format!("{line}行目のセルが長すぎます({length}字)。{MAX_CELL}字までです。"),
            format!("A cell in row {line} is too long ({length} characters). The limit is {MAX_CELL}."),
        ),
    )
}

pub(super) fn refused(words: kernel::Both) -> Error {
    Error::invalid("file", words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cells(table: &Table) -> Vec<Vec<&str>> {
        table.rows.iter().map(|row| row.cells.iter().map(String::as_str).collect()).collect()
    }

    #[test]
    fn commas_tabs_and_semicolons_are_told_apart_by_the_header() {
        for (text, format) in [
            ("名称,国\n\"湊, 製薬\",JP\n", "CSV"),
            ("名称\t国\n湊, 製薬\tJP\n", "TSV"),
            ("名称;国\n湊, 製薬;JP\n", "CSV (;)"),
        ] {
            let table = read_text(text, None).unwrap();
            assert_eq!((table.format.as_str(), cells(&table)), (format, vec![vec!["湊, 製薬", "JP"]]));
        }
    }

    #[test]
    fn rows_keep_their_numbers_past_blank_rows_and_line_breaks_in_cells() {
        let table = read_text("name,about\r\n\r\nA,\"one\r\ntwo\"\r\n,\r\n'=1+1,x\r\n", None).unwrap();
        assert_eq!(cells(&table), [["A", "one\ntwo"], ["=1+1", "x"]]);
        assert_eq!(table.rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn a_quote_that_is_never_closed_is_named_by_its_row() {
        let Err(Error::Invalid(errors)) = read_text("a,b\n1,2\n3,\"4\n5,6\n", None) else { panic!("accepted") };
        assert!(errors.0[0].message.en.contains("row 3"), "{errors:?}");
        assert!(read_text("a,b\n5\" disk,\"say \"\"hi\"\"\"\n", None).is_ok());
    }

    #[test]
    fn hostile_tables_are_refused_by_name() {
        let message = |bytes: Vec<u8>| match read_file(bytes) {
            Err(Error::Invalid(errors)) => errors.0[0].message.en.clone(),
            other => panic!("{:?}", other.map(|table| table.rows.len())),
        };
        assert!(message(format!("a\n{}\n", "x".repeat(MAX_CELL + 1)).into_bytes()).contains("row 2"));
        assert!(message(format!("a\n{}\n", ",".repeat(MAX_COLUMNS + 5)).into_bytes()).contains("too many columns"));
        assert!(message("a\n".repeat(MAX_ROWS + 5).into_bytes()).contains("Split"));
        assert!(message(b"\xD0\xCF\x11\xE0old".to_vec()).contains(".xls"));
        assert!(message(b" \n \n".to_vec()).contains("no table"));
    }
}
