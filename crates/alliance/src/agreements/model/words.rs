//! How phases, terms and sleep are said to people, in both languages. Never here: decisions.

use super::asleep::Sleep;
use super::{End, Phase};
use kernel::edtf::Edtf;
use kernel::lang::Said;
use kernel::{Both, Lang, both};

/// A phase in a few words, for a tag.
pub fn phase(phase: Phase) -> Both {
    match phase {
        Phase::Draft => both("起案中", "Draft"),
        Phase::NotYet => both("発効前", "Not yet in force"),
        Phase::PerhapsBegun => both("開始日が不明", "Start not known"),
        Phase::InForce => both("有効", "In force"),
        Phase::EndUnknown => both("有効(終わりは不明)", "In force, end unknown"),
        Phase::EndsAboutNow => both("まもなく終了", "About to end"),
        Phase::Renewed => both("有効(自動更新)", "In force, renewed"),
        Phase::Suspended => both("停止中", "Suspended"),
        Phase::Ended => both("終了", "Ended"),
    }
}

/// The tint of the tag.
pub fn phase_tone(phase: Phase) -> &'static str {
    match phase {
        Phase::InForce | Phase::Renewed | Phase::EndUnknown => "c-moss",
        Phase::EndsAboutNow | Phase::Suspended | Phase::PerhapsBegun => "c-gold",
        Phase::Draft | Phase::NotYet | Phase::Ended => "",
    }
}

/// The end in a sentence; "end unknown" and "no end" are two different things.
pub fn end(end: End) -> Said {
    match end {
        End::Unknown => Said::new("終わりは分かっていません", "The end is unknown"),
        End::Never => Said::new("期限はありません", "There is no end"),
        End::On(date) => {
            Said::new(format!("{}まで", date.display(Lang::Ja)), format!("Until {}", date.display(Lang::En)))
        }
    }
}

/// From when to when, in one line.
pub fn term(begin: Option<Edtf>, until: End) -> Said {
    let from = |lang: Lang| begin.map(|begin| begin.display(lang));
    let ja = from(Lang::Ja).map_or("開始日は不明".to_owned(), |day| format!("{day}から"));
    let en = from(Lang::En).map_or("Start unknown".to_owned(), |day| format!("From {day}"));
    match until {
        End::On(date) => {
            Said::new(format!("{ja}{}まで", date.display(Lang::Ja)), format!("{en} until {}", date.display(Lang::En)))
        }
        other => {
            let tail = end(other);
            Said::new(format!("{ja}。{}", tail.ja), format!("{en}. {}", tail.en))
        }
    }
}

/// "24か月、使われた記録がありません".
pub fn sleep(sleep: Sleep) -> Said {
    match (sleep.ever_used, sleep.months) {
        (true, Some(0)) => Said::new("今月使われました", "Used this month"),
        (true, Some(months)) => Said::new(
            format!("最後の利用から{months}か月"),
            format!("{months} {} since it was last used", if months == 1 { "month" } else { "months" }),
        ),
        (false, Some(months)) => Said::new(
            format!("使われた記録がありません({months}か月)"),
            format!("Never used ({months} {})", if months == 1 { "month" } else { "months" }),
        ),
        (_, None) => Said::new("使われた記録がありません", "Never used"),
    }
}
