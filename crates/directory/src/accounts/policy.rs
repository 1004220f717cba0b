//! Pure rules of access: which passwords and e-mail addresses are accepted, where one may be sent after sign-in,
//! how long to wait after failed tries, who may give which role.
//!
//! Never here: input or output.

use chrono::{DateTime, TimeDelta, Utc};
use kernel::{Actor, Both, Error, FieldErrors, Permission, Result, Role, both};
use std::net::IpAddr;
use unicode_normalization::UnicodeNormalization;

/// Fewest characters of a password (NIST SP 800-63B asks for 8, OWASP for 10 and more without a second factor).
pub const PASSWORD_MIN: usize = 10;
/// Longer input is refused so that hashing stays bounded; no passphrase comes near.
pub const PASSWORD_MAX_BYTES: usize = 512;

/// After this the owner proves again who they are before a sensitive act.
pub const CONFIRMED_FOR: TimeDelta = TimeDelta::minutes(15);

/// Beginnings of passwords that everybody tries; digits and repetition are added to them.
const COMMON: &[&str] = &[
    "password",
    "passw0rd",
    "p@ssword",
    "p@ssw0rd",
    "pa55word",
    "qwerty",
    "qwertyuiop",
    "asdfgh",
    "zxcvbn",
    "1q2w3e",
    "1qaz2wsx",
    "letmein",
    "welcome",
    "administrator",
    "admin",
    "iloveyou",
    "princess",
    "sunshine",
    "football",
    "baseball",
    "monkey",
    "dragon",
    "superman",
    "trustno1",
    "changeme",
    "change",
    "secret",
    "master",
    "shadow",
    "michael",
    "jordan",
    "sakura",
    "himitsu",
    "arigatou",
    "doraemon",
    "pikachu",
    "pokemon",
    "naruto",
    "nippon",
    "tokyo",
    "osaka",
    "kobe",
    "abcdef",
    "abcdefg",
    "abcd",
    "abc",
    "test",
    "guest",
    "user",
    "login",
    "default",
    "musubi",
    "hello",
    "whatever",
    "starwars",
    "computer",
    "internet",
    "pass",
    "a1b2c3",
    "q1w2e3r4",
    "zaq12wsx",
    "qazwsx",
    "aa",
    "aaa",
    "x",
];

/// Runs that keyboards and counting make.
const RUNS: [&str; 5] = [
    "01234567890123456789",
    "09876543210987654321",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
];

/// Checks a new password against length, the commonest ones, and the account's own words.
pub fn check_password(field: &str, password: &str, own_words: &[&str], errors: &mut FieldErrors) {
    let plain: String = password.nfkc().collect::<String>().to_lowercase();
    let fault = if plain.chars().count() < PASSWORD_MIN {
        both("10文字以上にしてください。", "Use at least 10 characters.")
    } else if password.len() > PASSWORD_MAX_BYTES {
        both("長すぎます。512バイトまでにしてください。", "This is too long; 512 bytes is the limit.")
    } else if is_common(&plain) {
        both(
            "よく使われるパスワードです。ほかの言葉を組み合わせてください。",
            "This is one of the most used passwords. Combine other words.",
        )
    } else if own_words.iter().any(|word| is_mostly(&plain, word)) {
        both(
            "メールアドレスや名前とほぼ同じです。別のものにしてください。",
            "This is nearly your e-mail address or name. Choose something else.",
        )
    } else {
        return;
    };
    errors.add(field, fault);
}

fn is_common(password: &str) -> bool {
    let distinct: std::collections::BTreeSet<char> = password.chars().collect();
    let bare = password.trim_matches(|c: char| c.is_ascii_digit() || "!?.#_-@$*".contains(c));
    let repeats = |word: &str| !word.is_empty() && bare.replace(word, "").is_empty();
    distinct.len() < 4
        || bare.is_empty()
        || COMMON.iter().any(|word| repeats(word))
        || RUNS.iter().any(|run| run.contains(password) || run.contains(bare) && bare.len() > 3)
}

/// Whether little but the word and some digits is there.
fn is_mostly(password: &str, word: &str) -> bool {
    let word = word.to_lowercase();
    let local = word.split('@').next().unwrap_or_default();
    [word.as_str(), local].into_iter().any(|own| {
        own.chars().count() >= 4 && password.contains(own) && password.chars().count() < own.chars().count() + 5
    })
}

/// The address as it is compared: trimmed, lower case.
pub fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Checks an e-mail address (RFC 5321) and gives it trimmed.
///
/// Letters outside ASCII are refused: look-alikes of somebody else's address must not be one.
pub fn check_email(field: &str, email: &str) -> Result<String> {
    let email = email.trim();
    let fine = email.len() <= 254 && email.is_ascii() && email.parse::<lettre::Address>().is_ok();
    let fault = both(
        "メールアドレスの形になっていません。例: name@example.jp",
        "This is not an e-mail address. Write it like name@example.org.",
    );
    if fine { Ok(email.to_owned()) } else { Err(Error::invalid(field, fault)) }
}

/// Where to go after sign-in: a path of this hub, or the desk. Nothing that a browser could read as another host.
pub fn safe_next(wanted: &str) -> &str {
    const HOME: &str = "/desk";
    let lower = wanted.to_ascii_lowercase();
    let decoded_start = lower.get(1..).unwrap_or_default();
    let leaves = decoded_start.starts_with(['/', '\\'])
        || ["%2f", "%5c", "%09", "%0a", "%0d"].iter().any(|code| decoded_start.starts_with(code));
    let odd = wanted.len() > 1000 || wanted.chars().any(|c| c.is_control() || c == '\\' || c.is_whitespace());
    let path = lower.split(['?', '#']).next().unwrap_or_default();
    let loops = ["/sign-in", "/sign-out", "/setup", "/recover"].iter().any(|page| path.ends_with(page));
    if wanted.starts_with('/') && !leaves && !odd && !loops { wanted } else { HOME }
}

/// How many tries are free, and the longest wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    pub free: i64,
    pub longest: TimeDelta,
}

/// Per account: 5 free tries, then 1, 2, 4 … seconds, at most 15 minutes.
pub const PER_ACCOUNT: Backoff = Backoff { free: 5, longest: TimeDelta::minutes(15) };
/// Per network address, behind which many people may sit.
pub const PER_ADDRESS: Backoff = Backoff { free: 20, longest: TimeDelta::minutes(15) };
/// Mails and ceremonies that anybody may ask for, per address.
pub const PER_ASKER: Backoff = Backoff { free: 30, longest: TimeDelta::minutes(15) };
/// Failed tries are forgotten after a quiet day.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::days(1);

impl Backoff {
    /// Until when to wait after this many failures; `None` while tries are free.
    pub fn wait_until(self, failures: i64, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let doublings = u32::try_from(failures - self.free).ok()?;
        let wait = TimeDelta::seconds(1_i64.checked_shl(doublings.min(20)).unwrap_or(i64::MAX));
        Some(now + wait.min(self.longest))
    }
}

/// What counts as one place: an IPv4 address, or the 64-bit network of an IPv6 address, which one household has.
pub fn network(address: IpAddr) -> String {
    match address {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => format!(
                "{:x}:{:x}:{:x}:{:x}::/64",
                v6.segments()[0],
                v6.segments()[1],
                v6.segments()[2],
                v6.segments()[3]
            ),
        },
    }
}

/// Whether the actor may give or take these roles: nobody gives what they do not hold themselves, except that
/// whoever manages accounts may name anybody anything.
pub fn may_give(actor: &Actor, _roles: &[Role]) -> Result<()> {
    actor.require(Permission::ManageAccounts)
}

/// The permissions a token may carry: never wider than its maker's.
pub fn token_permissions(actor: &Actor, wanted: &[Permission]) -> Result<Vec<Permission>> {
    const WIDER: Both = both(
        "自分にない権限はトークンに与えられません。",
        "A token cannot be given a permission that you do not have.",
    );
    if wanted.iter().any(|permission| !actor.may(*permission)) {
        return Err(Error::invalid("permissions", WIDER));
    }
    let mut given = wanted.to_vec();
    given.sort();
    given.dedup();
    Ok(given)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn is_refused(password: &str) -> bool {
        let mut errors = FieldErrors::default();
        check_password("password", password, &["hanako.suzuki@example.jp", "鈴木 花子"], &mut errors);
        !errors.is_empty()
    }

    #[test]
    fn short_common_and_own_words_are_refused_as_passwords() {
        for bad in [
            "short",
            "password123",
            "Password2026!",
            "1234567890",
            "qwertyuiop",
            "aaaaaaaaaaaa",
            "hanako.suzuki1",
            "hanako.suzuki@example.jp",
            "ｐａｓｓｗｏｒｄ１２３",
            "passwordpassword",
            "abcdefghij",
        ] {
            assert!(is_refused(bad), "{bad}");
        }
        for good in ["musubi-sample", "correct horse battery", "さくら咲く日のかばん", "tR7!kqpoA2mm"] {
            assert!(!is_refused(good), "{good}");
        }
    }

    #[test]
    fn f67_only_paths_of_this_hub_are_followed_after_sign_in() {
        for evil in [
            "//evil.example",
            "/\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "\\\\evil",
            "/%2fevil.example",
            "/%5Cevil",
            "javascript:alert(1)",
            "/\t/evil",
            "/\n/evil",
            "",
            "evil",
            " /evil",
            "/ /evil",
            "/%09/evil",
        ] {
            assert_eq!(safe_next(evil), "/desk", "{evil:?}");
        }
        for fine in ["/ja/people/1", "/en/directory?field=a&q=%E5%86%8D", "/"] {
            assert_eq!(safe_next(fine), fine);
        }
        assert_eq!(safe_next("/ja/sign-in"), "/desk");
    }

    proptest! {
        #[test]
        fn f67_whatever_is_followed_stays_on_the_host(wanted in ".{0,40}") {
            let base = url::Url::parse("https://hub.example/").unwrap();
            let followed = base.join(safe_next(&wanted)).unwrap();
            prop_assert_eq!(followed.host_str(), Some("hub.example"));
        }
    }

    #[test]
    fn waits_double_after_the_free_tries_up_to_the_longest() {
        let now = DateTime::UNIX_EPOCH;
        let seconds = |failures| PER_ACCOUNT.wait_until(failures, now).map(|until| (until - now).num_seconds());
        assert_eq!(seconds(4), None);
        assert_eq!([seconds(5), seconds(6), seconds(8), seconds(200)], [Some(1), Some(2), Some(8), Some(900)]);
    }

    #[test]
    fn one_household_is_one_place() {
        assert_eq!(network("2001:db8:1:2::5".parse().unwrap()), network("2001:db8:1:2:ffff::1".parse().unwrap()));
        assert_eq!(network("::ffff:192.0.2.1".parse().unwrap()), "192.0.2.1");
    }

    #[test]
    fn addresses_with_foreign_letters_are_refused() {
        assert!(check_email("email", "mıke@example.org").is_err());
        assert!(check_email("email", "no-at.example.org").is_err());
        assert_eq!(check_email("email", " A@example.org ").unwrap(), "A@example.org");
    }
}
