//! What a person may agree to, and in which words. A new wording gets a new version, and people are asked again.
//!
//! Never here: who agreed (see `store::privacy`).

use kernel::{Both, both};

/// Something a person may agree to. The wording is versioned: a change asks again.
#[derive(Debug)]
pub struct ConsentPurpose {
    pub code: &'static str,
    pub wording: &'static str,
    pub label: Both,
    pub text: Both,
    /// Using the hub needs it; it ends with the account.
    pub required: bool,
}

pub static CONSENTS: [ConsentPurpose; 4] = [
    ConsentPurpose {
        code: "terms",
        wording: "2026-04",
        label: both("利用のきまり", "Terms of use"),
        text: both(
            "アカウントの情報と操作の記録を、拠点の運営のために保存することに同意します。",
            "I agree that my account and a record of what I do here are kept for running the hub.",
        ),
        required: true,
    },
    ConsentPurpose {
        code: "introductions",
        wording: "2026-04",
        label: both("ご紹介", "Introductions"),
        text: both(
            "求める・応えるの内容を、引き合わせの候補を探すために使うことに同意します。",
            "I agree that my needs and offers are used to look for people to introduce me to.",
        ),
        required: false,
    },
    ConsentPurpose {
        code: "news",
        wording: "2026-04",
        label: both("お知らせメール", "News by mail"),
        text: both("催しや公募のお知らせをメールで受け取ります。", "I would like news of events and calls by mail."),
        required: false,
    },
    ConsentPurpose {
        code: "partners",
        wording: "2026-04",
        label: both("連携拠点への共有", "Sharing with partner hubs"),
        text: both(
            "協定が定める範囲で、名前・肩書・分野を連携拠点に知らせることに同意します。",
            "I agree that my name, headline and fields are shared with partner hubs as far as agreements provide.",
        ),
        required: false,
    },
];
