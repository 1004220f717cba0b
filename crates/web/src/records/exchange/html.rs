//! Tables copied from web pages. The paste is cleaned first (no attributes, scripts or broken nesting remain), then read:
//! `<br>` and list items become lines, entities become characters, merged cells are repeated downwards.

use super::table::{MAX_COLUMNS, Row, check_row, refused};
use kernel::{Result, both};
use std::collections::{HashMap, HashSet};

/// Whether a text holds a table in HTML.
pub fn is_table(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(20_000).collect::<String>().to_lowercase();
    start.starts_with('<') && start.contains("<table")
}

/// Elements inside elements that a page can have; cleaning deeper ones takes time that grows with the square.
const DEEPEST: usize = 500;

/// The rows of the first table.
pub fn rows(text: &str) -> Result<Vec<Row>> {
    if depth(text) > DEEPEST {
        return Err(refused(both(
            "入れ子が深すぎる HTML です。表だけを選んで貼り付けてください。",
            "This HTML is nested too deeply. Paste the table only.",
        )));
    }
    let clean = clean(text);
    let mut reader = Reader::default();
    for piece in pieces(&clean) {
        match piece {
            Piece::Text(words) => reader.text(words),
            Piece::Open(tag) => reader.open(tag)?,
            Piece::Close(tag) => reader.close(tag),
        }
        if reader.over {
            break;
        }
    }
    Ok(reader.rows)
}

/// How deep the elements lie in one another, roughly: those that may stay unclosed are not counted.
fn depth(text: &str) -> usize {
    const UNCLOSED: [&str; 22] = [
        "p", "li", "td", "th", "tr", "br", "hr", "img", "col", "meta", "link", "input", "tbody", "thead", "tfoot",
        "option", "dt", "dd", "colgroup", "wbr", "!doctype", "!--",
    ];
    let (mut now, mut deepest) = (0_usize, 0);
    for part in text.split('<').skip(1) {
        let name: String =
            part.chars().take_while(|c| !c.is_whitespace() && *c != '>').take(12).collect::<String>().to_lowercase();
        match name.strip_prefix('/') {
            Some(_) => now = now.saturating_sub(1),
            None if UNCLOSED.contains(&name.trim_end_matches('/'))
                || part.split('>').next().is_some_and(|tag| tag.ends_with('/')) => {}
            None => now += 1,
        }
        deepest = deepest.max(now);
    }
    deepest
}

fn clean(text: &str) -> String {
    let tags = HashSet::from(["table", "tr", "td", "th", "br", "li", "p", "div", "thead", "tbody", "tfoot"]);
    let spans = HashSet::from(["rowspan", "colspan"]);
    ammonia::Builder::default()
        .tags(tags)
        .clean_content_tags(HashSet::from(["script", "style", "title"]))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([("td", spans.clone()), ("th", spans)]))
        .link_rel(None)
        .clean(text)
        .to_string()
}

enum Piece<'a> {
    Text(&'a str),
    /// Name and attributes.
    Open(&'a str),
    Close(&'a str),
}

/// Cuts cleaned HTML, in which `<` stands only before tags.
fn pieces(html: &str) -> impl Iterator<Item = Piece<'_>> {
    html.split_inclusive('>').flat_map(|part| {
        let (words, tag) = part.split_once('<').map_or((part, None), |(words, tag)| (words, tag.strip_suffix('>')));
        let tag = tag.map(|tag| tag.strip_prefix('/').map_or(Piece::Open(tag), Piece::Close));
        [Some(Piece::Text(words)), tag].into_iter().flatten()
    })
}

/// A cell that reaches into the rows below: column, rows still to fill, text.
struct Reaching {
    column: usize,
    rows: usize,
    text: String,
}

#[derive(Default)]
struct Reader {
    rows: Vec<Row>,
    reaching: Vec<Reaching>,
    row: Vec<String>,
    cell: Option<String>,
    spans: (usize, usize),
    depth: usize,
    over: bool,
}

impl Reader {
    fn text(&mut self, words: &str) {
        if let Some(cell) = &mut self.cell {
            // Line breaks of the source are spaces in HTML.
            for (position, word) in words.split_ascii_whitespace().enumerate() {
                let spaced = position > 0 || words.starts_with([' ', '\n', '\r', '\t']);
                if spaced && !cell.is_empty() && !cell.ends_with('\n') && !cell.ends_with(' ') {
                    cell.push(' ');
                }
                cell.push_str(&unescape(word));
            }
            if words.ends_with([' ', '\n', '\r', '\t']) && !cell.is_empty() && !cell.ends_with(['\n', ' ']) {
                cell.push(' ');
            }
        }
    }

    fn open(&mut self, tag: &str) -> Result<()> {
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        match name {
            "table" => self.depth += 1,
            "br" | "li" | "p" | "div" => self.new_line(),
            "tr" if self.depth == 1 => self.row = Vec::new(),
            "td" | "th" if self.depth == 1 => {
                check_row(self.rows.len() + 1, self.rows.len(), self.row.len())?;
                self.cell = Some(String::new());
                self.spans = (span(tag, "rowspan"), span(tag, "colspan"));
            }
            // A table inside a cell becomes lines of that cell.
            "tr" => self.new_line(),
            _ => {}
        }
        Ok(())
    }

    fn new_line(&mut self) {
        if let Some(cell) = self.cell.as_mut().filter(|cell| !cell.is_empty()) {
            cell.truncate(cell.trim_end().len());
            cell.push('\n');
        }
    }

    fn close(&mut self, tag: &str) {
        match tag {
            "table" => {
                self.depth = self.depth.saturating_sub(1);
                self.over = self.depth == 0;
            }
            "td" | "th" if self.depth == 1 => self.end_cell(),
            "tr" if self.depth == 1 => {
                self.fill_from_above();
                let cells = std::mem::take(&mut self.row);
                self.rows.push(Row { line: self.rows.len() + 1, cells });
            }
            "li" | "p" | "div" => self.new_line(),
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        let Some(text) = self.cell.take() else { return };
        self.fill_from_above();
        let text = text.trim().to_owned();
        let (down, right) = self.spans;
        if down > 1 {
            self.reaching.push(Reaching { column: self.row.len(), rows: down, text: text.clone() });
        }
        self.row.push(text);
        self.row.extend(std::iter::repeat_n(String::new(), right - 1));
    }

    /// Cells of rows above that reach into this one stand before the next cell.
    fn fill_from_above(&mut self) {
        while let Some(above) = self.reaching.iter_mut().find(|above| above.column == self.row.len() && above.rows > 1)
        {
            above.rows -= 1;
            let text = above.text.clone();
            self.row.push(text);
        }
        self.reaching.retain(|above| above.rows > 1);
    }
}

/// A span of at most a table's width; nonsense counts as 1.
fn span(tag: &str, name: &str) -> usize {
    let value = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
    value.and_then(|value| value.parse().ok()).unwrap_or(1).clamp(1, MAX_COLUMNS)
}

/// The entities that the cleaner writes.
fn unescape(text: &str) -> String {
    text.replace("&nbsp;", " ").replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn cells(html: &str) -> Vec<Vec<String>> {
        rows(html).unwrap().into_iter().map(|row| row.cells).collect()
    }

    #[test]
    fn lists_and_breaks_in_cells_become_lines_and_entities_characters() {
        let html = "<table style='x'><tr><th>締結</th><th>内容</th></tr><tr><td>2018&#24180;2月<br>(予定)</td>\
            <td><ul style=\"margin:0\"><li>刊行物、資料、情報の交換</li><li>講演会 &amp; 見学</li></ul><script>alert(1)</script></td></tr></table>";
        assert_eq!(
            cells(html),
            [vec!["締結", "内容"], vec!["2018年2月\n(予定)", "刊行物、資料、情報の交換\n講演会 & 見学"]]
        );
    }

    #[test]
    fn merged_cells_are_repeated_downwards_and_left_empty_to_the_right() {
        let html =
            "<table><tr><td rowspan=2>A</td><td>1</td></tr><tr><td>2</td></tr><tr><td colspan=2>B</td></tr></table>";
        assert_eq!(cells(html), [vec!["A", "1"], vec!["A", "2"], vec!["B", ""]]);
    }

    #[test]
    fn only_the_first_table_is_read_and_tables_inside_cells_are_lines() {
        let html = "<p>x</p><table><tr><td>a<table><tr><td>b</td></tr><tr><td>c</td></tr></table></td></tr></table><table><tr><td>z</td></tr></table>";
        assert_eq!(cells(html).len(), 1);
        assert!(!cells(html)[0].join("").contains('z'));
    }

    #[test]
    fn deep_nesting_is_refused_quickly() {
        let begun = std::time::Instant::now();
        for nest in ["<div>", "<b>", "<table><tr><td>"] {
            assert!(rows(&format!("<table><tr><td>{}x", nest.repeat(100_000))).is_err());
        }
        assert!(
            rows(&format!("<table>{}</table>", "<tr><td>a<p>b".repeat(2_000))).is_ok_and(|rows| rows.len() == 2_000)
        );
        assert!(begun.elapsed().as_secs() < 5);
    }
}
