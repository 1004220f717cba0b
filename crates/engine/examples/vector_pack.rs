//! Builds and tries a vector pack.
//! usage: vector_pack build WHEEL OUT | encode PACK [THREADS] [package] < LINES > CSV |
//! project PACK DIMENSIONS < LINES > CSV | tokens PACK < LINES | open PACK
//! `package` computes what the Python package does, to compare with it.
#![allow(clippy::print_stdout)]

use engine::affinity::vectors::{Encoder, pack, pca};
use std::error::Error;
use std::fmt::Write as _;
use std::io::Read as _;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

fn lines() -> Result<Vec<String>, Box<dyn Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text.lines().map(str::to_owned).collect())
}

fn csv(vectors: &[f32], dimensions: usize) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    for vector in vectors.chunks(dimensions) {
        for (i, x) in vector.iter().enumerate() {
            write!(out, "{}{x}", if i == 0 { "" } else { "," })?;
        }
        out.push('\n');
    }
    Ok(out)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let begin = Instant::now();
    match args.as_slice() {
        ["build", wheel, out] => {
            let wheel = std::fs::read(wheel)?;
            if pack::sha256(&wheel) != pack::KNOWN_WHEEL.1 {
                eprintln!("note: this is not {}", pack::KNOWN_WHEEL.0);
            }
            let progress = |share: f32| eprint!("\r{:3.0} %", share * 100.0);
            let cancel = AtomicBool::new(false);
            let bytes = pack::build(&wheel, &pack::Watch { progress: &progress, cancel: &cancel })?;
            std::fs::write(out, &bytes)?;
            let encoder = Encoder::open(&bytes)?;
            eprintln!("\r{} bytes, content {}, {:.2?}", bytes.len(), encoder.stated_sha256(), begin.elapsed());
        }
        ["open", pack] => {
            let bytes = std::fs::read(pack)?;
            let read = begin.elapsed();
            let encoder = Encoder::open(&bytes)?;
            let opened = begin.elapsed();
            encoder.verify()?;
            println!("read {read:.1?}, open {:.1?}, verify {:.1?}", opened - read, begin.elapsed() - opened);
            let begin = Instant::now();
            for text in ["再生医療の共同研究", "Joint research in regenerative medicine"].iter().cycle().take(100)
            {
                encoder.encode(text);
            }
            println!("one text {:.2?}", begin.elapsed() / 100);
            let long = "再生医療の共同研究について、".repeat(25_000);
            let begin = Instant::now();
            encoder.encode(&long);
            println!("{} bytes {:.1?}", long.len(), begin.elapsed());
            println!("{:#?}", encoder.about());
        }
        ["encode", pack, threads @ ..] => {
            let mut encoder = Encoder::open(std::fs::read(pack)?)?;
            if threads.contains(&"package") {
                encoder = encoder.like_package();
            }
            let threads = threads.first().map_or(Ok(1), |n| n.parse())?;
            let texts = lines()?;
            let begin = Instant::now();
            let vectors = encoder.encode_all(&texts, threads);
            let took = begin.elapsed();
            eprintln!("{} texts in {took:.2?}: {:.0}/s", texts.len(), texts.len() as f64 / took.as_secs_f64());
            print!("{}", csv(&vectors, encoder.about().dimensions)?);
        }
        ["project", pack, dimensions] => {
            let encoder = Encoder::open(std::fs::read(pack)?)?;
            let from = encoder.about().dimensions;
            let vectors = encoder.encode_all(&lines()?, 1);
            let begin = Instant::now();
            let projection = pca::fit(&vectors, from, dimensions.parse()?).ok_or("nothing to fit")?;
            eprintln!("fitted in {:.2?}, keeps {:.4}", begin.elapsed(), projection.kept);
            print!("{}", csv(&projection.project(&vectors), projection.to)?);
        }
        ["tokens", pack] => {
            let encoder = Encoder::open(std::fs::read(pack)?)?;
            for text in lines()? {
                let tokens: Vec<String> = encoder.tokens(&text).iter().map(u32::to_string).collect();
                println!("{}", tokens.join(" "));
            }
        }
        _ => eprintln!("usage: vector_pack build | encode | project | tokens | open; see the head of the source"),
    }
    Ok(())
}
