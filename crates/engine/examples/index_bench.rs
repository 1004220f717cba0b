//! Measures the search index on texts put together from sentences of task files:
//! `index_bench DOCUMENTS THREADS VOCABULARY|- TASK...`. A document is a name and three sentences; texts of both languages stand
//! side by side. Queries are words, names and whole sentences. Prints the CPU time of
//! the index, and what a query costs at the median and the 99th percentile, in time of the processor: of three rounds the shortest,
//! which a busy machine inflates least. Memory is handed out as in the program.
#![allow(clippy::print_stdout)]

use engine::affinity::Analyzer;
use engine::affinity::concepts::{Concepts, Vocabulary, glossary};
use engine::affinity::index::{Document, SearchIndex, Weights};
use engine::affinity::tasks::{Request, Task};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % n.max(1) as u64) as usize
    }
}

/// Milliseconds of the processor that this thread has used.
fn processor() -> f64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}

/// CPU seconds of this process, and its memory now and at the peak in MiB.
fn usage() -> (f64, f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split_whitespace().filter_map(|f| f.parse().ok()).collect();
    let cpu = fields.get(10).unwrap_or(&0.0) + fields.get(11).unwrap_or(&0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = |name: &str| {
        let value = status.lines().find_map(|l| l.strip_prefix(name)?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
        value.unwrap_or(0.0) / 1024.0
    };
    (cpu / 100.0, line("VmRSS:"), line("VmHWM:"))
}

fn sentences(text: &str) -> impl Iterator<Item = String> {
    text.split_inclusive(['。', '\n']).flat_map(|part| part.split_inclusive(". ")).map(|s| s.trim().to_owned())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [count, threads, vocabulary, tasks @ ..] = &arguments[..] else {
        return Err("index_bench DOCUMENTS THREADS VOCABULARY|- TASK...".into());
    };
    let (count, threads): (usize, usize) = (count.parse()?, threads.parse()?);
    let mut files = vec![glossary::shipped()];
    if vocabulary != "-" {
        files.push(std::fs::read(vocabulary)?);
    }
    let vocabularies = files.iter().map(|file| Vocabulary::open(file)).collect::<Result<Vec<_>, _>>()?;
    let analyzer = Analyzer::new(Concepts::new(vocabularies));
    let (mut pool, mut names, mut queries) = (Vec::new(), Vec::new(), Vec::new());
    for file in tasks {
        let task = Task::read(&std::fs::read_to_string(file)?)?;
        for profile in &task.profiles {
            let document = profile.document();
            names.extend(document.names);
            pool.extend(sentences(&document.text).filter(|s| s.len() > 40));
            let works = profile.works.iter().flat_map(|work| [work.title.as_str(), work.text.as_str()]);
            pool.extend(works.flat_map(sentences).filter(|s| s.len() > 40));
        }
        queries.extend(task.requests.iter().filter_map(|request| match request {
            Request::Search { query, .. } => Some(query.clone()),
            Request::Rank { .. } => None,
        }));
    }
    let mut rng = Rng(11);
    let documents: Vec<Document> = (0..count)
        .map(|_| Document {
            names: vec![names[rng.below(names.len())].clone()],
            text: (0..3).map(|_| pool[rng.below(pool.len())].clone()).collect::<Vec<_>>().join(" "),
            countries: Vec::new(),
        })
        .collect();
    let bytes: usize = documents.iter().map(|d| d.text.len() + d.names[0].len()).sum();
    println!("{count} documents of {} bytes on average, from {} sentences", bytes / count.max(1), pool.len());
    let (cpu, before, _) = usage();
    let begin = std::time::Instant::now();
    let index = SearchIndex::with_threads(&analyzer, &documents, Weights::default(), threads);
    let (after, memory, peak) = usage();
    println!(
        "index    {:.1} CPU s, {:.1} s by the clock, {:.0} MiB kept, {peak:.0} MiB at the peak",
        after - cpu,
        begin.elapsed().as_secs_f64(),
        memory - before
    );
    let pick = |rng: &mut Rng, from: &[String]| from[rng.below(from.len())].clone();
    let word = |rng: &mut Rng| {
        let name = pick(rng, &names);
        name.split([' ', '　', '・']).max_by_key(|part| part.len()).unwrap_or("").to_owned()
    };
    let sets: [(&str, Vec<String>); 4] = [
        ("word", (0..1000).map(|_| word(&mut rng)).collect()),
        ("name", (0..1000).map(|_| pick(&mut rng, &names)).collect()),
        ("asked", (0..1000).map(|_| pick(&mut rng, &queries)).collect()),
        ("sentence", (0..1000).map(|_| pick(&mut rng, &pool)).collect()),
    ];
    for (what, queries) in sets {
        let mut found = 0.0;
        let mut times = vec![f64::INFINITY; queries.len()];
        // The least of three rounds: what others do on the machine is not counted, and the caches are not warm from asking the
        // same twice in a row.
        for round in 0..3 {
            for (query, time) in queries.iter().zip(&mut times) {
                let begin = processor();
                let best = index.search(query, 10, None);
                *time = time.min(processor() - begin);
                if round == 0 {
                    found += best.iter().map(|(_, score)| f64::from(*score)).sum::<f64>();
                }
            }
        }
        times.sort_by(f64::total_cmp);
        let mean = times.iter().sum::<f64>() / times.len() as f64;
        println!(
            "{what:9} ms: mean {mean:.2}, median {:.2}, 99th {:.2}, worst {:.2}; sum of scores {found:.3}",
            times[499], times[989], times[999]
        );
    }
    Ok(())
}
