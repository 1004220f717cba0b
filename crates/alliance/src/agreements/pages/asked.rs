//! What the address of an overview asks for: a day, a hub, a type, a number of months. Faults are shown beside the
//! field, and the page answers for its defaults.

use super::named;
use crate::agreements::model::asleep;
use crate::agreements::store::Dossier;
use crate::agreements::vocabularies::AGREEMENT_TYPES;
use chrono::NaiveDate;
use kernel::edtf::Edtf;
use kernel::{FieldErrors, Uuid, both};
use serde::Deserialize;
use web::Cx;
use web::layout::Choice;

/// The query as it came.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub date: String,
    pub hub: String,
    #[serde(rename = "type")]
    pub of_type: String,
    pub months: String,
}

/// The query as it is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    pub day: NaiveDate,
    pub is_today: bool,
    /// `None`: the agreements of every hub.
    pub hub: Option<Uuid>,
    pub of_type: Option<&'static str>,
    pub months: u32,
    pub errors: FieldErrors,
}

/// Days that can be asked for: within the years that dates are kept in.
fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let exact = text.parse::<NaiveDate>().ok();
    let exact = exact
        .or_else(|| Edtf::parse_human(text).ok().filter(|d| d.earliest() == d.latest()).and_then(|d| d.earliest()));
    exact.filter(|day| Edtf::day(*day).is_some())
}

impl Asked {
    /// Reads the query; `register` is what the reader may see, to know which hubs there are.
    pub fn answer(&self, cx: &Cx, register: &[Dossier]) -> Answered {
        let mut errors = FieldErrors::default();
        let today = cx.today();
        let day = match self.date.trim() {
            "" => today,
            text => read_day(text).unwrap_or_else(|| {
                errors.add(
                    "date",
                    both("日付を年月日で入れてください。例: 2020-08-31", "Write a full date, for example 2020-08-31."),
                );
                today
            }),
        };
        let months = match self.months.trim() {
            "" => asleep::MONTHS,
            text => text.parse::<u32>().ok().filter(|n| (1..=600).contains(n)).unwrap_or_else(|| {
                errors.add("months", both("1から600までの数を入れてください。", "Write a number from 1 to 600."));
                asleep::MONTHS
            }),
        };
        Answered {
            day,
            is_today: day == today,
            hub: self.hub_of(cx, register),
            of_type: AGREEMENT_TYPES.term(&self.of_type).map(|term| term.code),
            months,
            errors,
        }
    }

    /// The hub that was asked for, else this hub if it has agreements of its own, else all.
    fn hub_of(&self, cx: &Cx, register: &[Dossier]) -> Option<Uuid> {
        if self.hub == "all" {
            return None;
        }
        let asked = self.hub.parse::<Uuid>().ok().or(cx.hub.organization);
        asked.filter(|hub| hubs(cx, register).contains(hub))
    }
}

/// Every hub that has agreements here, in the order of their first one.
fn hubs(cx: &Cx, register: &[Dossier]) -> Vec<Uuid> {
    let mut hubs = Vec::new();
    for hub in register.iter().filter_map(|dossier| dossier.hub(cx.hub.organization)) {
        if !hubs.contains(&hub) {
            hubs.push(hub);
        }
    }
    hubs
}

impl Answered {
    /// Whether an agreement belongs to what was asked for.
    pub fn includes(&self, cx: &Cx, dossier: &Dossier) -> bool {
        self.hub.is_none_or(|hub| dossier.hub(cx.hub.organization) == Some(hub))
            && self.of_type.is_none_or(|of_type| dossier.agreement.plain("type") == of_type)
    }

    pub fn hub_choices(&self, cx: &Cx, register: &[Dossier]) -> Vec<Choice> {
        let mut choices = vec![Choice::new("all", cx.t("すべての拠点", "Every hub")).chosen(self.hub.is_none())];
        let hubs = hubs(cx, register);
        choices.extend(
            hubs.into_iter().map(|hub| Choice::new(hub.to_string(), named(cx, hub).name).chosen(self.hub == Some(hub))),
        );
        choices
    }

    pub fn type_choices(&self, cx: &Cx) -> Vec<Choice> {
        let all = Choice::new("", cx.t("すべての種別", "Every type")).chosen(self.of_type.is_none());
        let terms = AGREEMENT_TYPES.terms.iter();
        std::iter::once(all)
            .chain(
                terms.map(|term| {
                    Choice::new(term.code, term.label.get(cx.lang)).chosen(self.of_type == Some(term.code))
                }),
            )
            .collect()
    }

    /// 200, or 422 when a field could not be read.
    pub fn status(&self) -> u16 {
        if self.errors.is_empty() { 200 } else { 422 }
    }
}

/// The form above an overview.
pub struct AskedForm {
    pub action: String,
    pub date: String,
    pub hubs: Vec<Choice>,
    pub types: Vec<Choice>,
    /// Empty when the page does not ask for months.
    pub months: String,
    pub date_error: String,
    pub months_error: String,
}

impl AskedForm {
    pub fn new(cx: &Cx, path: &str, answered: &Answered, register: &[Dossier], with_months: bool) -> AskedForm {
        let fault = |field: &str| web::layout::fault_of(&answered.errors, field, cx.lang);
        AskedForm {
            action: cx.href(path),
            date: answered.day.to_string(),
            hubs: answered.hub_choices(cx, register),
            types: answered.type_choices(cx),
            months: if with_months { answered.months.to_string() } else { String::new() },
            date_error: fault("date"),
            months_error: fault("months"),
        }
    }
}
