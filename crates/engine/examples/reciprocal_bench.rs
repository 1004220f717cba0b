//! Measures reciprocal matching on made-up parties: clustered vectors with a falling spectrum and Zipf-distributed words.
//! usage: reciprocal_bench [PARTIES] [THREADS] [CLUSTERS] [NEEDS AND OFFERS EACH] [vectors|words]
#![allow(clippy::print_stdout)]
use engine::affinity::reciprocal::*;
use std::sync::atomic::AtomicBool;
use std::time::Instant;

struct Rng(u64);

impl Rng {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
    fn below(&mut self, n: usize) -> usize {
        (self.unit() * n as f64) as usize
    }
    fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }
    /// Rank by Zipf's law with exponent about 1 among `n`.
    fn zipf(&mut self, n: usize) -> usize {
        ((n as f64).powf(self.unit()) - 1.0) as usize
    }
}

const VOCABULARY: usize = 30_000;

fn item(r: &mut Rng, id: &mut u128, centres: &[Vec<f64>], home: usize, vectors: bool) -> Item {
    *id += 1;
    // Most items of a party lie in its own topic.
    let topic = if r.unit() < 0.7 { home } else { r.below(centres.len()) };
    let kinds = [
        ItemKind::Technology,
        ItemKind::Technology,
        ItemKind::Issue,
        ItemKind::Funding,
        ItemKind::LabSpace,
        ItemKind::Manufacturing,
        ItemKind::TestBed,
        ItemKind::Mentor,
    ];
    let terms = (0..16)
        .map(|i| {
            let rank = if i < 6 { VOCABULARY / 2 + topic * 20 + r.zipf(20) } else { r.zipf(VOCABULARY / 2) };
            let rarity = (VOCABULARY as f64 / (1.0 + (rank % (VOCABULARY / 2)) as f64)).ln().max(0.2);
            (rank as u32, if i < 6 { 6.0 } else { 11.0 - rarity } as f32)
        })
        .collect();
    let dense = vectors.then(|| {
        let noise = |r: &mut Rng, d: usize| r.normal() * 0.9 / (1.0 + d as f64).powf(0.5);
        centres[topic].iter().enumerate().map(|(d, c)| (c + noise(r, d)) as f32).collect()
    });
    Item {
        id: *id,
        kind: kinds[r.below(kinds.len())],
        audience: PUBLIC,
        terms,
        concepts: (0..2).map(|_| (topic * 6 + r.below(6)) as u32).collect(),
        dense,
    }
}

fn parties(n: usize, clusters: usize, each: usize, vectors: bool, r: &mut Rng) -> Vec<Party> {
    let centres: Vec<Vec<f64>> =
        (0..clusters).map(|_| (0..DIMENSIONS).map(|d| r.normal() / (1.0 + d as f64).powf(0.5)).collect()).collect();
    let mut id = 1u128 << 64;
    (0..n)
        .map(|i| {
            let home = r.below(clusters);
            let kinds =
                [PartyKind::Lab, PartyKind::Company, PartyKind::Startup, PartyKind::Hospital, PartyKind::Investor];
            let mut party = Party::new(i as u128 + 1, kinds[r.below(5)]);
            party.needs = (0..each).map(|_| item(r, &mut id, &centres, home, vectors)).collect();
            party.offers = (0..each).map(|_| item(r, &mut id, &centres, home, vectors)).collect();
            party.fields =
                Guarded::public((0..1 + r.below(3)).map(|f| (home % 20 + f * 20 + r.below(4)) as u32).collect());
            party.stages = Guarded::public(1 << r.below(8));
            party.modalities = Guarded::public(1 << r.below(6));
            party.languages = Guarded::public([1, 2, 3, 3][r.below(4)]);
            let region = 1 + r.below(8) as u32;
            party.place = Guarded::public(Place { country: 1 + region / 6, region, building: r.below(40) as u32 });
            party.ties = (0..4)
                .map(|_| Tie { to: r.below(n) as u128 + 1, kind: TieKind::ALL[r.below(3)], audience: PUBLIC })
                .collect();
            party.agreements = vec![Membership { agreement: r.below(n / 50 + 1) as u128, audience: PUBLIC }];
            party
        })
        .collect()
}

/// CPU seconds of this process and its peak memory in MiB, from the operating system.
fn usage() -> (f64, f64) {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> =
        stat.rsplit(')').next().unwrap_or("").split_whitespace().filter_map(|f| f.parse().ok()).collect();
    // After the state letter, which is no number: utime and stime are the 11th and 12th numbers, in hundredths.
    let cpu = fields.get(10).unwrap_or(&0.0) + fields.get(11).unwrap_or(&0.0);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    (cpu / 100.0, peak.unwrap_or(0.0) / 1024.0)
}

fn main() {
    let arg = |i: usize, d: usize| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(d);
    let (n, threads, clusters, each) = (arg(1, 20_000), arg(2, 2), arg(3, 300), arg(4, 5));
    let vectors = std::env::args().nth(5).is_none_or(|a| a != "words");
    let mut r = Rng(7);
    let mut all = parties(n, clusters, each, vectors, &mut r);
    println!(
        "{n} parties, {each} needs and {each} offers each, {clusters} topics, vectors: {vectors}, {threads} threads"
    );
    let weights = if vectors { Weights::default() } else { Weights::without_vectors() };
    let (cpu, begin) = (usage().0, Instant::now());
    let corpus = Corpus::new(&all, weights);
    let mut corpus = match corpus {
        Ok(corpus) => corpus,
        Err(error) => return println!("{error}"),
    };
    println!(
        "build        {:8.2} CPU s {:8.2} s; {}",
        usage().0 - cpu,
        begin.elapsed().as_secs_f64(),
        corpus.describe()
    );
    all.truncate(200);
    let (cpu, begin) = (usage().0, Instant::now());
    let stop = AtomicBool::new(false);
    // On a busy machine the share done against the CPU seconds so far is worth having before the end.
    let told = std::sync::atomic::AtomicU32::new(0);
    let progress = |share: f32| {
        let tenth = (share * 10.0) as u32;
        if told.fetch_max(tenth, std::sync::atomic::Ordering::Relaxed) < tenth {
            eprintln!("  {:3.0} % after {:.2} CPU s", share * 100.0, usage().0 - cpu);
        }
    };
    let Some(out) = suggest_all(&corpus, PUBLIC, 20, threads, &progress, &stop) else { return };
    let (after, peak) = usage();
    println!(
        "everybody    {:8.2} CPU s {:8.2} s; {} pairs bounded, {} scored exactly ({:.3} %)",
        after - cpu,
        begin.elapsed().as_secs_f64(),
        out.effort.bounded,
        out.effort.scored,
        100.0 * out.effort.scored as f64 / out.effort.bounded as f64
    );
    println!("peak memory  {peak:8.0} MiB (with the made-up parties)");
    let each_of = |what: &str, f: &mut dyn FnMut(usize)| {
        let cpu = usage().0;
        let mut times: Vec<f64> = (0..100)
            .map(|i| {
                let begin = Instant::now();
                f(i);
                begin.elapsed().as_secs_f64() * 1e3
            })
            .collect();
        let mean = (usage().0 - cpu) * 10.0;
        times.sort_by(f64::total_cmp);
        println!(
            "{what} {mean:8.2} CPU ms mean; wall ms: median {:.2}, 95th {:.2}, worst {:.2}",
            times[49], times[94], times[99]
        );
    };
    let mut same = true;
    each_of("one party   ", &mut |i| {
        let party = (i * 7919 % n) as u32;
        same &= suggest_for(&corpus, &Reader::circle(PUBLIC), party, 20) == out.lists[party as usize];
    });
    println!("lists of one party equal those of everybody: {same}");
    let mut gained = 0;
    each_of("one changed ", &mut |i| {
        let party = &mut all[i % 200];
        party.needs.rotate_left(1);
        party.offers.pop();
        if let Ok(at) = corpus.replace(party) {
            gained += changed(&corpus, &Reader::circle(PUBLIC), at, &out.lists, 20).gained.len();
        }
    });
    println!("a changed party stands in {:.1} lists", gained as f64 / 100.0);
    // Brute force on a sample, as proof and as a yardstick.
    let (cpu, sample) = (usage().0, 5.min(n));
    let mut pairs = 0u64;
    let reader = Reader::circle(PUBLIC);
    for a in 0..sample as u32 {
        let mut list: Vec<(f32, u32)> =
            (0..n as u32).filter_map(|b| corpus.score(&reader, a + 200, b).map(|s| (s, b))).collect();
        pairs += list.len() as u64;
        list.sort_by(|x, y| y.0.total_cmp(&x.0).then(x.1.cmp(&y.1)));
        list.truncate(20);
        same &= list.len() < 20
            || list.iter().map(|l| l.1).eq(suggest_for(&corpus, &reader, a + 200, 20).iter().map(|s| s.party));
    }
    let brute = usage().0 - cpu;
    println!(
        "brute force  {:8.2} µs per pair, {:.0} CPU s for everybody; same lists: {same}",
        brute / pairs as f64 * 1e6,
        brute / sample as f64 * n as f64 / 2.0
    );
}
