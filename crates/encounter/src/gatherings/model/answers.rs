//! The answers to a gathering's own questions, read by the same rules for the form and the API.

use super::survey::STEPS;
use kernel::record::{Input, Record};
use kernel::{FieldErrors, Lang, both};
use serde_json::{Map, Value, json};

/// The largest answer, in characters.
const LONGEST: usize = 2_000;
const LINE: usize = 300;

/// Name of the form field of a question.
pub fn field(question: &Record) -> String {
    format!("q.{}", question.id)
}

/// The choices of a question, in a language; an empty version falls back to the other one.
pub fn options(question: &Record, lang: Lang) -> Vec<String> {
    let text = question.text("options");
    text.say(lang).lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Reads the answers to all questions: `{question id: text, number of the choice, or true}`.
pub fn read(questions: &[Record], input: &Input, errors: &mut FieldErrors) -> Map<String, Value> {
    let mut answers = Map::new();
    for question in questions {
        let name = field(question);
        let written = input.first(&name).unwrap_or_default().trim();
        if written.is_empty() {
            if question.flag("required") {
                let words = if question.plain("kind") == "check" {
                    both("参加には、この項目へのチェックが必要です。", "This must be ticked to take part.")
                } else {
                    both("必ずお答えください。", "Please answer this.")
                };
                errors.add(&name, words);
            }
            continue;
        }
        match question.plain("kind") {
            "check" => {
                answers.insert(question.id.to_string(), Value::Bool(true));
            }
            "choice" => match written.parse::<usize>() {
                Ok(at) if at < options(question, Lang::Ja).len().max(options(question, Lang::En).len()) => {
                    answers.insert(question.id.to_string(), json!(at));
                }
                _ => errors.add(&name, both("選択肢から選んでください。", "Choose one of the choices.")),
            },
            "scale" => match written.parse::<u64>() {
                Ok(step) if (1..=STEPS).contains(&step) => {
                    answers.insert(question.id.to_string(), json!(step));
                }
                _ => errors.add(&name, both("1から5で選んでください。", "Choose one to five.")),
            },
            kind => {
                let most = if kind == "long" { LONGEST } else { LINE };
                if written.chars().count() > most {
                    errors.add(
                        &name,
                        kernel::lang::Said::new(format!("{most}字までです。"), format!("At most {most} characters.")),
                    );
                } else if kind != "long" && written.contains('\n') {
                    errors.add(&name, both("一行で書いてください。", "Write one line."));
                } else {
                    answers.insert(question.id.to_string(), json!(written));
                }
            }
        }
    }
    answers
}

/// An answer in words.
pub fn words(question: &Record, answers: &Value, lang: Lang) -> String {
    match answers.get(question.id.to_string()) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Bool(true)) => both("はい", "Yes").get(lang).to_owned(),
        Some(Value::Number(step)) if question.plain("kind") == "scale" => step.to_string(),
        Some(Value::Number(at)) => {
            let at = at.as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
            options(question, lang).into_iter().nth(at).unwrap_or_default()
        }
        _ => String::new(),
    }
}
