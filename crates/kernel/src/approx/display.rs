//! Approximate numbers in the reader's language. Never here: canonical text.

use super::{Amount, Approx};
use crate::lang::{Both, Lang, both};

/// Units that both languages share; others are shown as they were written.
const UNITS: [Both; 14] = [
    both("%", "%"),
    both("人", "people"),
    both("名", "people"),
    both("社", "companies"),
    both("団体", "organizations"),
    both("機関", "institutions"),
    both("件", "cases"),
    both("年", "years"),
    both("か月", "months"),
    both("日", "days"),
    both("時間", "hours"),
    both("か国", "countries"),
    both("平方メートル", "m²"),
    both("回", "times"),
];

impl Approx {
    /// `360社超`, `more than 360 companies`; `約12,700人`, `about 12,700 people`; `30〜40`, `30–40`.
    pub fn display(&self, lang: Lang) -> String {
        let unit = shown_unit(lang, &self.unit);
        let with_unit = |number: String| format!("{number}{unit}");
        match (self.amount, lang) {
            (Amount::Exactly(n), _) => with_unit(n.grouped()),
            (Amount::About(n), Lang::Ja) => format!("約{}", with_unit(n.grouped())),
            (Amount::About(n), Lang::En) => format!("about {}", with_unit(n.grouped())),
            (Amount::MoreThan(n), Lang::Ja) => format!("{}超", with_unit(n.grouped())),
            (Amount::MoreThan(n), Lang::En) => format!("more than {}", with_unit(n.grouped())),
            (Amount::AtLeast(n), Lang::Ja) => format!("{}以上", with_unit(n.grouped())),
            (Amount::AtLeast(n), Lang::En) => format!("at least {}", with_unit(n.grouped())),
            (Amount::LessThan(n), Lang::Ja) => format!("{}未満", with_unit(n.grouped())),
            (Amount::LessThan(n), Lang::En) => format!("less than {}", with_unit(n.grouped())),
            (Amount::AtMost(n), Lang::Ja) => format!("{}以下", with_unit(n.grouped())),
            (Amount::AtMost(n), Lang::En) => format!("at most {}", with_unit(n.grouped())),
            (Amount::Between(low, high), Lang::Ja) => with_unit(format!("{}〜{}", low.grouped(), high.grouped())),
            (Amount::Between(low, high), Lang::En) => with_unit(format!("{}–{}", low.grouped(), high.grouped())),
        }
    }
}

/// The unit with the space that the language puts before it.
fn shown_unit(lang: Lang, unit: &str) -> String {
    let known = UNITS.iter().find(|u| u.ja == unit || u.en == unit).map_or(unit, |u| u.get(lang));
    let joined = known.is_empty() || known == "%" || !known.is_ascii();
    if joined { known.to_owned() } else { format!(" {known}") }
}
