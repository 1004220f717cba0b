//! Surveys after a gathering: whose names stand beside answers, and what the answers add up to. Pure.

use super::answers;
use kernel::Lang;
use kernel::record::Record;
use serde_json::Value;

/// The highest step of a scale; the lowest is 1.
pub const STEPS: u64 = 5;
/// Anonymous answers are shown from this number on: fewer would tell who said what.
pub const LEAST: usize = 3;

/// Whether answers keep the name of whoever gave them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Named,
    Anonymous,
}

impl Mode {
    /// `None`: there is no survey.
    pub fn of(gathering: &Record) -> Option<Mode> {
        Mode::from_code(gathering.plain("survey"))
    }

    pub fn from_code(code: &str) -> Option<Mode> {
        match code {
            "named" => Some(Mode::Named),
            "anonymous" => Some(Mode::Anonymous),
            _ => None,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Mode::Named => "named",
            Mode::Anonymous => "anonymous",
        }
    }

    /// Whether so many answers may be shown one by one and counted.
    pub fn shows(self, answers: usize) -> bool {
        self == Mode::Named || answers >= LEAST
    }
}

/// What the answers to one question add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    pub label: String,
    /// Answers to this question.
    pub answered: usize,
    /// Choices, steps of a scale or ticks, each with how often.
    pub counts: Vec<(String, usize)>,
    /// Mean of a scale, to one decimal.
    pub mean: Option<String>,
    pub texts: Vec<String>,
}

/// Adds up the answers to a question.
pub fn tally(question: &Record, all: &[Value], lang: Lang) -> Tally {
    let key = question.id.to_string();
    let given: Vec<&Value> = all.iter().filter_map(|answers| answers.get(&key)).collect();
    let mut tally = Tally {
        label: question.called(lang),
        answered: given.len(),
        counts: Vec::new(),
        mean: None,
        texts: Vec::new(),
    };
    let number = |value: u64| given.iter().filter(|one| one.as_u64() == Some(value)).count();
    match question.plain("kind") {
        "choice" => {
            let options = answers::options(question, lang).into_iter().zip(0..);
            tally.counts = options.map(|(words, at)| (words, number(at))).collect();
        }
        "scale" => {
            tally.counts = (1..=STEPS).rev().map(|step| (step.to_string(), number(step))).collect();
            tally.mean = mean(&given);
        }
        "check" => {
            let yes = given.iter().filter(|one| one.as_bool() == Some(true)).count();
            tally.counts = vec![(kernel::both("はい", "Yes").get(lang).to_owned(), yes)];
        }
        _ => tally.texts = given.iter().filter_map(|one| one.as_str()).map(str::to_owned).collect(),
    }
    tally
}

fn mean(given: &[&Value]) -> Option<String> {
    let steps: Vec<u64> = given.iter().filter_map(|one| one.as_u64()).collect();
    let count = u64::try_from(steps.len()).ok().filter(|count| *count > 0)?;
    let tenths = (steps.iter().sum::<u64>() * 10 + count / 2) / count;
    Some(format!("{}.{}", tenths / 10, tenths % 10))
}

/// The answers as a table: names first where they are kept, then one column a question.
pub fn table(
    questions: &[Record],
    rows: &[(Option<(String, String)>, Value)],
    named: bool,
    lang: Lang,
) -> Vec<Vec<String>> {
    let names = [kernel::both("名前", "Name"), kernel::both("所属", "Organization")];
    let mut head: Vec<String> = names.iter().filter(|_| named).map(|name| name.get(lang).to_owned()).collect();
    head.extend(questions.iter().map(|question| question.called(lang)));
    let mut table = vec![head];
    for (who, given) in rows {
        let (name, organization) = who.clone().unwrap_or_default();
        let mut row: Vec<String> = if named { vec![name, organization] } else { Vec::new() };
        row.extend(questions.iter().map(|question| answers::words(question, given, lang)));
        table.push(row);
    }
    table
}
