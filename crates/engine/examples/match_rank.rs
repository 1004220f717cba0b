//! Answers a task of matching or search: `match_rank [VOCABULARY...] [--vectors PACK] < task.jsonl > answers.jsonl`.
#![allow(clippy::print_stdout)]

use engine::affinity::concepts::{Concepts, Vocabulary, glossary};
use engine::affinity::tasks;
use engine::affinity::vectors::Encoder;
use engine::affinity::{Analyzer, Meaning};
use std::io::{Read, Write};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files = vec![glossary::shipped()];
    let mut pack = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--vectors" {
            pack = Some(std::fs::read(arguments.next().ok_or("--vectors needs a file")?)?);
        } else {
            files.push(std::fs::read(argument)?);
        }
    }
    let begin = std::time::Instant::now();
    let vocabularies = files.iter().map(|file| Vocabulary::open(file)).collect::<Result<Vec<_>, _>>()?;
    if std::env::var_os("MATCH_TIMES").is_some() {
        eprintln!("vocabularies opened in {:?}", begin.elapsed());
    }
    let analyzer = Analyzer::new(Concepts::new(vocabularies));
    let mut input = String::new();
    std::io::stdin().read_to_string(&mut input)?;
    let task = tasks::Task::read(&input)?;
    let encoder = pack.as_deref().map(Encoder::open).transpose()?;
    let encode = encoder.as_ref().map(|encoder| |text: &str| encoder.encode(text));
    let answers = tasks::answer(&task, &analyzer, encode.as_ref().map(|encode| encode as &dyn Meaning));
    std::io::stdout().write_all(answers.as_bytes())?;
    Ok(())
}
