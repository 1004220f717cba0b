//! One input of a form: which control fits a field, and what stands in it.

use super::link::link_text;
use crate::cx::Cx;
use crate::layout::{Choice, fault_of};
use kernel::FieldErrors;
use kernel::record::{Field, FieldValue, Input, Kind, Record};
use kernel::text::Standing;

/// One input of a form, ready for the template.
pub struct Entry {
    pub name: String,
    pub label: &'static str,
    pub hint: String,
    pub heading: String,
    pub optional: bool,
    pub widget: Widget,
    pub error: String,
}

/// The control that fits a kind of field.
pub enum Widget {
    Pair {
        ja: String,
        en: String,
        ja_standing: String,
        en_standing: String,
        error_ja: String,
        error_en: String,
        long: bool,
    },
    Line {
        value: String,
        kind: &'static str,
    },
    Date {
        value: String,
    },
    Select {
        choices: Vec<Choice>,
    },
    Checks {
        choices: Vec<Choice>,
    },
    Number {
        value: String,
        min: String,
        max: String,
    },
    Approximate {
        value: String,
    },
    Toggle {
        on: bool,
    },
    Link {
        value: String,
        lookup: String,
    },
}

/// One input with what was sent, or what is stored.
pub(super) fn entry(
    cx: &Cx,
    field: &'static Field,
    record: &Record,
    sent: Option<&Input>,
    errors: &FieldErrors,
) -> Entry {
    let stored = || match record.get(field.name) {
        Some(FieldValue::Plain(text)) => text.clone(),
        Some(FieldValue::Integer(number)) => number.to_string(),
        _ => String::new(),
    };
    let value = || sent.and_then(|input| input.all(field.name).last().cloned()).unwrap_or_else(stored);
    let widget = match &field.kind {
        Kind::Text { .. } => pair(cx, field, record, sent, errors, false),
        Kind::Prose { .. } => pair(cx, field, record, sent, errors, true),
        Kind::Email => Widget::Line { value: value(), kind: "email" },
        Kind::Url => Widget::Line { value: value(), kind: "url" },
        Kind::Phone => Widget::Line { value: value(), kind: "tel" },
        Kind::Plain { .. } | Kind::Identifier(_) | Kind::Money => Widget::Line { value: value(), kind: "text" },
        Kind::Date => Widget::Date { value: value() },
        Kind::WallTime => Widget::Line { value: value(), kind: "datetime-local" },
        Kind::Zone => Widget::Line { value: value(), kind: "text" },
        Kind::Approx => Widget::Approximate { value: value() },
        Kind::Integer { min, max } => Widget::Number { value: value(), min: min.to_string(), max: max.to_string() },
        Kind::Flag => Widget::Toggle {
            on: sent.map_or_else(|| record.flag(field.name), |i| i.all(field.name).last().is_some_and(|t| t == "true")),
        },
        Kind::Choice(vocabulary) => {
            let chosen = value();
            let choice = |t: &kernel::record::Term| Choice::new(t.code, t.label.get(cx.lang)).chosen(t.code == chosen);
            Widget::Select { choices: vocabulary.terms.iter().map(choice).collect() }
        }
        Kind::Choices(vocabulary) => {
            let chosen = sent
                .filter(|i| i.has(field.name))
                .map_or_else(|| record.codes(field.name).to_vec(), |i| i.all(field.name).to_vec());
            let choice = |t: &kernel::record::Term| {
                Choice::new(t.code, t.label.get(cx.lang)).chosen(chosen.iter().any(|c| c == t.code))
            };
            Widget::Checks { choices: vocabulary.terms.iter().map(choice).collect() }
        }
        Kind::Link(targets) | Kind::Links(targets) => {
            let names = || match record.get(field.name) {
                Some(FieldValue::Link(id)) => link_text(&cx.app, &cx.keyring, cx.lang, *id, targets),
                Some(FieldValue::Links(ids)) => ids
                    .iter()
                    .map(|id| link_text(&cx.app, &cx.keyring, cx.lang, *id, targets))
                    .collect::<Vec<_>>()
                    .join(" | "),
                _ => String::new(),
            };
            let value = sent.filter(|i| i.has(field.name)).map_or_else(names, |i| i.all(field.name).join(" | "));
            Widget::Link { value, lookup: cx.href(&format!("/lookup?types={}", targets.join(","))) }
        }
    };
    let several = matches!(field.kind, Kind::Links(_));
    let more = if several {
        cx.t("複数のときは「 | 」で区切ります。", "Separate several with “ | ”.")
    } else {
        ""
    };
    let hint = field.hint.map(|hint| hint.get(cx.lang)).unwrap_or_default();
    Entry {
        name: field.name.to_owned(),
        label: field.label.get(cx.lang),
        hint: [hint, more].iter().filter(|h| !h.is_empty()).copied().collect::<Vec<_>>().join(" "),
        heading: field.heading.map(|heading| heading.get(cx.lang).to_owned()).unwrap_or_default(),
        optional: !field.required,
        widget,
        error: fault_of(errors, field.name, cx.lang),
    }
}

fn pair(cx: &Cx, field: &Field, record: &Record, sent: Option<&Input>, errors: &FieldErrors, long: bool) -> Widget {
    let text = record.text(field.name);
    let words = |tag: &str| {
        let path = format!("{}.{tag}", field.name);
        sent.and_then(|input| input.first(&path).map(str::to_owned))
            .unwrap_or_else(|| text.get(tag).map(|v| v.text.clone()).unwrap_or_default())
    };
    let standing = |tag: &str| {
        let path = format!("{}.{tag}.standing", field.name);
        let fresh = if tag == "ja" { Standing::Original } else { Standing::Official };
        let stored = text.get(tag).map_or(fresh, |v| v.standing).code();
        sent.and_then(|input| input.first(&path)).unwrap_or(stored).to_owned()
    };
    let fault = |tag: &str| fault_of(errors, &format!("{}.{tag}", field.name), cx.lang);
    Widget::Pair {
        ja: words("ja"),
        en: words("en"),
        ja_standing: standing("ja"),
        en_standing: standing("en"),
        error_ja: fault("ja"),
        error_en: fault("en"),
        long,
    }
}
