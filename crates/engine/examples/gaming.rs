//! Does it pay to declare fewer free slots than one has? For each of a sample of people the event is solved once as
//! declared and once with that person available in a single slot or in a single block; the table shows what he gets.
//! usage: gaming [PEOPLE] [SAMPLE] [SECONDS PER SOLUTION]
#![allow(clippy::print_stdout)]
use engine::meet::instance::{Instance, each_slot};
use engine::meet::solve::{SolveOptions, solve};
use engine::meet::{Profile, generate, read_instance};
use std::time::Instant;

/// Value and number of the meetings of person `p`; meetings of his team in which he sits count as his.
fn gets(x: &Instance, p: u32, seconds: f64, seed: u64) -> (i64, usize) {
    let begin = Instant::now();
    let out = solve(
        x,
        &SolveOptions {
            clock: &|| begin.elapsed().as_secs_f64(),
            deadline: seconds,
            threads: 1,
            seed,
            start: None,
            freeze: &[],
            keep: false,
            progress: &|_| (),
            stop: &|| false,
        },
    );
    let meetings = out.solution.map(|s| s.meetings).unwrap_or_default();
    let own = meetings.iter().filter(|m| m.people.contains(&p));
    own.fold((0, 0), |(w, n), m| (w + x.requests[m.request as usize].weight, n + 1))
}

fn main() {
    let arg = |i: usize, d: f64| std::env::args().nth(i).and_then(|a| a.parse().ok()).unwrap_or(d);
    let (people, sample, seconds) = (arg(1, 120.0) as usize, arg(2, 20.0) as usize, arg(3, 0.5));
    let Ok(x) = read_instance(generate(Profile::Partnering { people }, 11).as_bytes()) else { return };
    let asked = |p: usize| x.requests.iter().filter(|r| r.parties.contains(&(p as i32))).count();
    // Those with something to win: named in at least one request, so one slot could be enough for some.
    let named: Vec<usize> = (0..people).filter(|&p| asked(p) >= 1).collect();
    let step = (named.len() / sample).max(1);
    println!("person asked | honest: value meetings | one slot | one block");
    let mut sums = [0i64; 6];
    let mut better = [0usize; 2];
    let mut few = [0i64; 4];
    for &p in named.iter().step_by(step).take(sample) {
        let honest = gets(&x, p as u32, seconds, 1);
        let free = x.people[p].available;
        let middle = each_slot(free).nth(free.count_ones() as usize / 2).unwrap_or(0);
        let mut results = Vec::new();
        for only in [1 << middle, x.block_masks()[x.block[middle] as usize]] {
            let mut lie = x.clone();
            lie.people[p].available &= only;
            results.push(gets(&lie, p as u32, seconds, 1));
        }
        println!(
            "{p:6} {:5} | {:6} {:4} | {:6} {:4} | {:6} {:4}",
            asked(p),
            honest.0,
            honest.1,
            results[0].0,
            results[0].1,
            results[1].0,
            results[1].1
        );
        for (i, r) in [honest, results[0], results[1]].into_iter().enumerate() {
            sums[i * 2] += r.0;
            sums[i * 2 + 1] += r.1 as i64;
        }
        better[0] += usize::from(results[0].0 > honest.0);
        better[1] += usize::from(results[1].0 > honest.0);
        if asked(p) <= 3 {
            few[0] += 1;
            few[1] += honest.0;
            few[2] += results[0].0;
            few[3] += results[1].0;
        }
    }
    println!(
        "in sum: honest {} in {} meetings, one slot {} in {}, one block {} in {}",
        sums[0], sums[1], sums[2], sums[3], sums[4], sums[5]
    );
    println!(
        "better off by lying: {} with one slot, {} with one block, of {}",
        better[0],
        better[1],
        sample.min(named.len())
    );
    println!(
        "people with at most 3 requests ({}): honest {}, one slot {}, one block {}",
        few[0], few[1], few[2], few[3]
    );
}
