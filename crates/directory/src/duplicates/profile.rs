//! What a comparison needs to know of a record, worked out once: names taken apart, readings, identifiers, places to
//! reach it, what it belongs to.
//!
//! Never here: the database; weighing.

use super::names::{Origin, Spelling};
use kernel::fold::{kana_key, match_key};
use kernel::legal_form::LegalForm;
use kernel::record::{Kind, Record};
use kernel::{Lang, Text, Uuid};

/// A record with what other records say about it.
#[derive(Debug, Clone)]
pub struct Facts {
    pub record: Record,
    /// Registered other names: the text, and whether it is an abbreviation.
    pub aliases: Vec<(Text, bool)>,
    /// Bodies in which a person has or had a role, and the organizations of those that are units.
    pub affiliations: Vec<Uuid>,
    /// Names of the organization that a unit belongs to.
    pub home_names: Vec<Text>,
    /// Records that a relation or a part-of link ties to this one: somebody holds them apart.
    pub held_apart: Vec<Uuid>,
}

impl Facts {
    pub fn alone(record: Record) -> Facts {
        Facts { record, aliases: Vec::new(), affiliations: Vec::new(), home_names: Vec::new(), held_apart: Vec::new() }
    }
}

/// A personal name in one script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonName {
    pub japanese: bool,
    /// Folded and joined, in the order family, given; empty when unknown.
    pub family: String,
    pub given: String,
    /// Latin words, sorted; for names without Japanese letters.
    pub words: Vec<String>,
    /// All letters without spaces, in the order in which the script is read: given name first in Latin.
    pub joined: String,
    pub alias: bool,
}

/// Ready for comparison.
#[derive(Debug, Clone)]
pub struct Profile {
    pub id: Uuid,
    pub record_type: &'static str,
    pub spellings: Vec<Spelling>,
    /// The Japanese and the English title, folded; empty when absent.
    pub titles: [String; 2],
    /// Legal forms in its names, and the one of its field.
    pub forms: Vec<LegalForm>,
    /// Keys of the stated reading, words joined; `reading_words` keeps them apart (people).
    pub reading: Option<String>,
    pub reading_words: Vec<Vec<String>>,
    pub identifiers: Vec<(&'static str, String)>,
    /// Host and path, without `www.`, language and index page; absent for addresses on shared platforms.
    pub site: Option<String>,
    /// The part of the host that its owner registered: `osaka-u.ac.jp`.
    pub domain: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub address: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    /// Code of the field `kind`.
    pub kind: String,
    /// The organization of a unit; the affiliations of a person.
    pub homes: Vec<Uuid>,
    pub home_keys: Vec<String>,
    pub parent: Option<Uuid>,
    pub people_names: Vec<PersonName>,
    pub held_apart: Vec<Uuid>,
}

/// Hosts where everybody has a page; a common host says nothing there.
const PLATFORMS: &[&str] = &[
    "facebook.com",
    "twitter.com",
    "x.com",
    "instagram.com",
    "linkedin.com",
    "youtube.com",
    "note.com",
    "wixsite.com",
    "github.io",
    "github.com",
    "sites.google.com",
    "google.com",
    "peraichi.com",
    "jimdofree.com",
    "researchmap.jp",
    "ameblo.jp",
    "wordpress.com",
    "fc2.com",
    "notion.site",
    "studio.site",
    "linktr.ee",
    "prtimes.jp",
    "orcid.org",
];

/// Mail services that anybody may use, and boxes that several share.
const FREE_MAIL: &[&str] = &["gmail.com", "yahoo.co.jp", "outlook.com", "hotmail.com", "icloud.com", "docomo.ne.jp"];

impl Profile {
    pub fn of(facts: &Facts) -> Profile {
        let record = &facts.record;
        let person = record.kind.key == "person";
        let title = record.title();
        let titles = Lang::ALL.map(|lang| {
            title.exact(lang).and_then(|t| Spelling::of(t, Origin::Title)).map(|s| s.key).unwrap_or_default()
        });
        let spellings = if person { Vec::new() } else { spellings(record, &facts.aliases) };
        let mut forms: Vec<LegalForm> =
            spellings.iter().filter(|s| s.origin != Origin::Short).filter_map(|s| s.form).collect();
        forms.extend(form_of_code(record.plain("legal_form")));
        let identified = record.kind.fields.iter().filter(|field| matches!(field.kind, Kind::Identifier(_)));
        let website = filled(record.plain("website")).and_then(site);
        let mut homes = facts.affiliations.clone();
        homes.extend(record.link("organization"));
        Profile {
            id: record.id,
            record_type: record.kind.key,
            titles,
            forms,
            reading: kana_key(&without_spoken_form(record.plain("kana"))).map(|key| key.replace(' ', "")),
            reading_words: if person { readings(record) } else { Vec::new() },
            identifiers: identified.filter_map(|f| Some((f.name, filled(record.plain(f.name))?.to_owned()))).collect(),
            domain: website.as_ref().map(|site| registered(site.split('/').next().unwrap_or_default())),
            site: website,
            email: filled(record.plain("email")).map(str::to_lowercase),
            phone: filled(record.plain("phone")).map(phone_digits),
            address: texts(&record.text("address")).into_iter().find(|a| a.chars().any(|c| c.is_ascii_digit())),
            region: texts(&record.text("region")).into_iter().next(),
            country: filled(record.plain("country")).map(str::to_owned),
            kind: record.plain("kind").to_owned(),
            homes,
            home_keys: facts
                .home_names
                .iter()
                .flat_map(versions)
                .filter_map(|n| Spelling::of(&n, Origin::Title))
                .map(|s| s.key)
                .collect(),
            parent: record.link("parent"),
            people_names: if person { people_names(record, &facts.aliases) } else { Vec::new() },
            held_apart: facts.held_apart.clone(),
            spellings,
        }
    }

    /// A box of one's own, not one at a free service.
    pub fn has_own_mail(&self) -> bool {
        self.email.as_deref().and_then(|e| e.split_once('@')).is_some_and(|(_, host)| !FREE_MAIL.contains(&host))
    }
}

fn filled(text: &str) -> Option<&str> {
    (!text.trim().is_empty()).then_some(text)
}

fn versions(text: &Text) -> Vec<String> {
    text.versions().map(|(_, version)| version.text.clone()).collect()
}

/// Folded versions of a text without spaces.
fn texts(text: &Text) -> Vec<String> {
    versions(text).iter().map(|t| match_key(t).replace([' ', '-'], "")).collect()
}

fn spellings(record: &Record, aliases: &[(Text, bool)]) -> Vec<Spelling> {
    let of = |text: &Text, origin| {
        versions(text).into_iter().filter_map(move |t| Spelling::of(&t, origin)).collect::<Vec<_>>()
    };
    let mut all = of(&record.text("name"), Origin::Title);
    all.extend(of(&record.text("short"), Origin::Short));
    for (name, abbreviation) in aliases {
        all.extend(of(name, if *abbreviation { Origin::Short } else { Origin::Alias }));
    }
    all
}

/// かぶしきがいしゃ in front of or behind a reading.
fn without_spoken_form(kana: &str) -> String {
    let mut rest = kernel::fold::fold(kana);
    for form in [
        "かぶしきがいしゃ",
        "かぶしきかいしゃ",
        "ゆうげんがいしゃ",
        "ごうどうがいしゃ",
        "いっぱんざいだんほうじん",
        "いっぱんしゃだんほうじん",
        "こうえきざいだんほうじん",
        "こくりつだいがくほうじん",
        "いりょうほうじん",
        "がっこうほうじん",
    ] {
        rest = rest.replace(form, "");
    }
    rest.trim().to_owned()
}

/// Word lists of each way in which a person's reading is given, sorted within.
fn readings(record: &Record) -> Vec<Vec<String>> {
    let latin = |field: &str| record.text(field).exact(Lang::En).unwrap_or_default().to_owned();
    let english = format!("{} {}", latin("family"), latin("given"));
    let ways = [record.plain("kana").to_owned(), record.plain("romaji").to_owned(), english];
    let mut all: Vec<Vec<String>> = Vec::new();
    for way in ways {
        let mut words: Vec<String> = kana_key(&way.replace(',', " "))
            .unwrap_or_default()
            .split(' ')
            .filter(|w| !w.is_empty())
            .map(str::to_owned)
            .collect();
        words.sort();
        if words.len() >= 2 && !all.contains(&words) {
            all.push(words);
        }
    }
    all
}

fn people_names(record: &Record, aliases: &[(Text, bool)]) -> Vec<PersonName> {
    let mut names = Vec::new();
    for lang in Lang::ALL {
        let part = |field: &str| record.text(field).exact(lang).unwrap_or_default().to_owned();
        names.extend(person_name(&part("family"), &part("given"), false));
    }
    names.extend(person_name("", record.plain("romaji"), false));
    for text in aliases.iter().flat_map(|(name, _)| versions(name)) {
        let (family, given) = text.split_once([' ', '\u{3000}']).unwrap_or(("", &text));
        names.extend(person_name(family, given, true));
    }
    names
}

/// A name from its parts; a name that is not divided has it all in `given`.
fn person_name(family: &str, given: &str, alias: bool) -> Option<PersonName> {
    let tidy = |text: &str| match_key(text).replace(['・', '=', '.', ','], " ");
    let (family, given) = (tidy(family), tidy(given));
    let japanese = family.chars().chain(given.chars()).any(|c| !c.is_ascii() && c.is_alphabetic());
    let mut words: Vec<String> = family.split_whitespace().chain(given.split_whitespace()).map(str::to_owned).collect();
    words.sort();
    let ordered = if japanese { [&family, &given] } else { [&given, &family] };
    let joined: String = ordered.into_iter().flat_map(|part| part.split_whitespace()).collect();
    let close = |text: &str| text.split_whitespace().collect::<String>();
    (!joined.is_empty()).then(|| PersonName {
        japanese,
        family: close(&family),
        given: close(&given),
        words,
        joined,
        alias,
    })
}

/// Host and path of a web address, in one spelling; `None` on platforms that many share.
fn site(address: &str) -> Option<String> {
    let parsed = url::Url::parse(address.trim()).ok()?;
    let host = parsed.host_str()?.trim_start_matches("www.").to_lowercase();
    if PLATFORMS.iter().any(|platform| host == *platform || host.ends_with(&format!(".{platform}"))) {
        return None;
    }
    let skipped =
        |part: &&str| !matches!(*part, "" | "ja" | "jp" | "en" | "jpn" | "eng") && !part.starts_with("index.");
    let path: Vec<&str> = parsed.path().split('/').filter(skipped).collect();
    Some(if path.is_empty() { host } else { format!("{host}/{}", path.join("/")) })
}

/// What the owner of a host registered: `med.osaka-u.ac.jp` gives `osaka-u.ac.jp`. By the rule of second-level
/// categories that ccTLDs such as .jp, .uk and .kr have.
fn registered(host: &str) -> String {
    const CATEGORIES: [&str; 12] = ["co", "ac", "or", "go", "ne", "ed", "lg", "gr", "ad", "com", "org", "edu"];
    let labels: Vec<&str> = host.split('.').collect();
    let second = labels.iter().rev().nth(1).copied().unwrap_or_default();
    let country = labels.last().is_some_and(|last| last.len() == 2);
    let take = if country && CATEGORIES.contains(&second) { 3 } else { 2 };
    labels.iter().skip(labels.len().saturating_sub(take)).copied().collect::<Vec<_>>().join(".")
}

/// National digits, without +81 and its zero.
fn phone_digits(phone: &str) -> String {
    let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
    let national =
        if phone.trim_start().starts_with('+') { digits.strip_prefix("81").unwrap_or(&digits) } else { &digits };
    national.trim_start_matches('0').to_owned()
}

/// The legal form that a record states in its field.
fn form_of_code(code: &str) -> Option<LegalForm> {
    Some(match code {
        "kabushiki_kaisha" => LegalForm::KabushikiKaisha,
        "godo_kaisha" => LegalForm::GodoKaisha,
        "yugen_kaisha" => LegalForm::YugenKaisha,
        "ippan_shadan" => LegalForm::GeneralAssociation,
        "ippan_zaidan" => LegalForm::GeneralFoundation,
        "koeki_shadan" => LegalForm::PublicAssociation,
        "koeki_zaidan" => LegalForm::PublicFoundation,
        "kokuritsu_daigaku" => LegalForm::NationalUniversity,
        "koritsu_daigaku" => LegalForm::PublicUniversity,
        "gakko_hojin" => LegalForm::School,
        "iryo_hojin" => LegalForm::Medical,
        "shakai_fukushi" => LegalForm::SocialWelfare,
        "dokuritsu_gyosei" => LegalForm::Agency,
        "kokuritsu_kenkyu" => LegalForm::NationalResearch,
        "npo" => LegalForm::Npo,
        "inc" => LegalForm::Inc,
        "ltd" => LegalForm::Ltd,
        "gmbh" => LegalForm::Gmbh,
        "sas" => LegalForm::Sas,
        _ => return None,
    })
}
