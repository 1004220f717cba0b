//! Edge lists and lists of groups as CSV: separated by commas, semicolons or tabs, with or without a heading.

use super::{Collected, Limits, Named, ReadError, check, text, weight};
use std::collections::HashMap;

const FROM: &[&str] = &["source", "from", "a", "node1", "party_a", "始点", "起点"];
const TO: &[&str] = &["target", "to", "b", "node2", "party_b", "終点"];
const WEIGHT: &[&str] = &["weight", "strength", "value", "w", "重み", "強さ"];
const NODE: &[&str] = &["id", "node", "party", "識別子"];
const GROUP: &[&str] = &["group", "sector", "分類", "グループ"];

/// Reads an edge list. Columns are found by the words of their heading (source, target, weight and others, in both
/// languages); without a heading they are first, second, and third. A missing strength is 1. With `known`, only those identifiers
/// may occur, and they are the nodes in this order.
pub fn read_csv(bytes: &[u8], known: Option<&[String]>, limits: Limits) -> Result<Named, ReadError> {
    let text = text(bytes)?;
    let mut collected = Collected::new(limits);
    for id in known.unwrap_or_default() {
        collected.place(id, 1)?;
    }
    let mut columns: Option<[Option<usize>; 3]> = None;
    for row in rows(text) {
        let (line, row) = row?;
        let Some(columns) = columns else {
            let heading = [FROM, TO, WEIGHT].map(|words| named(&row, words));
            let is_heading = heading[0].is_some() && heading[1].is_some();
            columns = Some(if is_heading { heading } else { [Some(0), Some(1), Some(2)] });
            if !is_heading {
                add(&mut collected, &row, [Some(0), Some(1), Some(2)], known.is_some(), line)?;
            }
            continue;
        };
        add(&mut collected, &row, columns, known.is_some(), line)?;
    }
    Ok(collected.finish())
}

/// Reads which group each node belongs to: columns id and group.
pub fn read_groups(bytes: &[u8], limits: Limits) -> Result<HashMap<String, String>, ReadError> {
    let mut groups = HashMap::new();
    for (at, row) in rows(text(bytes)?).enumerate() {
        let (line, row) = row?;
        if at == 0 && named(&row, NODE).is_some() && named(&row, GROUP).is_some() {
            continue;
        }
        let cell = |column: usize| row.get(column).unwrap_or("").trim().to_owned();
        check(&cell(0), "identifier", limits, line)?;
        check(&cell(1), "group", limits, line)?;
        groups.insert(cell(0), cell(1));
    }
    Ok(groups)
}

fn add(
    collected: &mut Collected,
    row: &csv::StringRecord,
    columns: [Option<usize>; 3],
    closed: bool,
    line: usize,
) -> Result<(), ReadError> {
    let cell = |column: Option<usize>| column.and_then(|column| row.get(column)).unwrap_or("").trim();
    let [a, b] = [columns[0], columns[1]].map(cell);
    for id in [a, b] {
        check(id, "identifier", collected.limits, line)?;
        if closed && !collected.places.contains_key(id) {
            let shown: String = id.chars().take(40).collect();
            return Err(ReadError::at(line, format!("“{shown}” is not among the known nodes")));
        }
    }
    let weight = match cell(columns[2]) {
        "" => 1.0,
        text => weight(text, line)?,
    };
    let (a, b) = (collected.place(a, line)?, collected.place(b, line)?);
    collected.tie(a, b, weight, line)
}

fn named(row: &csv::StringRecord, words: &[&str]) -> Option<usize> {
    row.iter().position(|cell| words.contains(&cell.trim().to_lowercase().as_str()))
}

/// Rows with their lines.
fn rows(text: &str) -> impl Iterator<Item = Result<(usize, csv::StringRecord), ReadError>> + '_ {
    let first = text.lines().next().unwrap_or("");
    let separator = [b'\t', b';'].into_iter().find(|mark| first.bytes().any(|byte| byte == *mark)).unwrap_or(b',');
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut last = 1;
    reader.into_records().map(move |row| match row {
        Ok(row) => {
            last = row.position().map_or(last, |position| position.line() as usize);
            Ok((last, row))
        }
        Err(error) => Err(ReadError::at(last, error.to_string())),
    })
}
