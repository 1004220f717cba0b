//! Builds a vocabulary file from dumped rows: `vocabulary_build < rows.tsv > words.vocabulary`. A line `#WORDS`, `#NAMES` or `#KANJI`
//! begins the rows of one query of `engine::affinity::concepts::jmdict`; a row is entry, part, first, text, notes with tabs between.
#![allow(clippy::print_stdout)]

use engine::affinity::concepts::jmdict::{Reader, Row, Table};
use engine::affinity::concepts::{Builder, Source};
use std::io::{BufRead, Read, Write};

fn main() -> std::io::Result<()> {
    let source = Source {
        name: "JMdict, JMnedict, KANJIDIC2 (jamdict-data 1.5)".to_owned(),
        licence: "CC BY-SA 3.0".to_owned(),
        attribution: "Electronic Dictionary Research and Development Group, https://www.edrdg.org/edrdg/licence.html"
            .to_owned(),
        sha256: [0; 32],
    };
    let mut builder = Builder::new(vec![source]);
    let mut reader: Option<Reader> = None;
    let mut input = std::io::BufReader::new(std::io::stdin().lock());
    let mut line = String::new();
    while input.by_ref().read_line(&mut line)? > 0 {
        let row = line.trim_end_matches('\n');
        let table = match row {
            "#WORDS" => Some(Table::Words),
            "#NAMES" => Some(Table::Names),
            "#KANJI" => Some(Table::Kanji),
            _ => None,
        };
        if let Some(table) = table {
            if let Some(done) = reader.take() {
                done.finish(&mut builder);
            }
            reader = Some(Reader::new(table));
        } else if let Some(reader) = &mut reader {
            let cells: Vec<&str> = row.split('\t').collect();
            if let [entry, part, first, text, notes] = cells[..] {
                let number = |cell: &str| cell.parse().unwrap_or(0);
                reader.row(
                    Row { entry: number(entry), part: number(part), first: number(first), text, notes },
                    &mut builder,
                );
            }
        }
        line.clear();
    }
    if let Some(done) = reader.take() {
        done.finish(&mut builder);
    }
    eprintln!("{} keys", builder.keys());
    std::io::stdout().write_all(&builder.finish())
}
