//! The rules by which two records may be one: organizations and units here, people in `people`.
//!
//! A name alone makes "likely" at most, and anything that speaks against makes "possible" at most; "certain" needs an
//! identifier, or the same name reached at the same address. Different numbers in the names (第一, 第二), a legal form
//! of another family (株式会社, 学校法人) and a recorded tie between the two end the matter. The rules prefer to leave
//! a true pair at "possible" over calling two things one. Pure; never here: the database, merging.

use super::evidence::{Class, Finding, Reason};
use super::names::{Likeness, Origin, Spelling, likeness};
use super::people;
use super::profile::Profile;
use kernel::legal_form::LegalForm;

/// Compares two records of one type. `None`: nothing says that they are one.
pub fn compare(a: &Profile, b: &Profile) -> Option<Finding> {
    if a.record_type != b.record_type || a.id == b.id {
        return None;
    }
    if shares_identifier(a, b) {
        return Some(Finding::new(
            Class::Certain,
            [vec![Reason::SameIdentifier], names(a, b).map(|n| n.reason()).into_iter().collect()].concat(),
        ));
    }
    if a.held_apart.contains(&b.id) || b.held_apart.contains(&a.id) {
        return None;
    }
    match a.record_type {
        "person" => people::compare(a, b),
        "unit" => units(a, b),
        _ => organizations(a, b),
    }
}

fn shares_identifier(a: &Profile, b: &Profile) -> bool {
    a.identifiers.iter().any(|identifier| b.identifiers.contains(identifier))
}

pub(super) fn has_other_identifier(a: &Profile, b: &Profile) -> bool {
    a.identifiers.iter().any(|(name, value)| b.identifiers.iter().any(|(other, text)| other == name && text != value))
}

/// Both known and the same.
pub(super) fn agree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
    a.is_some() && a == b
}

/// Both known and different.
pub(super) fn disagree<T: PartialEq>(a: Option<&T>, b: Option<&T>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a != b)
}

/// The best match between the names of two bodies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct NameMatch {
    likeness: Likeness,
    /// Through a registered other name.
    alias: bool,
    common: bool,
}

impl NameMatch {
    fn reason(self) -> Reason {
        match self.likeness {
            Likeness::Same if self.alias => Reason::SameOtherName,
            Likeness::Same => Reason::SameName,
            Likeness::Loose => Reason::SimilarName,
            Likeness::Words => Reason::SameWords,
            Likeness::Reading => Reason::SameReading,
            Likeness::Typo => Reason::TypingError,
            Likeness::Short => Reason::ShortForm,
            Likeness::Overlap => Reason::SharedWords,
            Likeness::Sound => Reason::SoundsAlike,
        }
    }
}

fn names(a: &Profile, b: &Profile) -> Option<NameMatch> {
    let of_pair = |x: &Spelling, y: &Spelling| {
        let common = x.is_common() || y.is_common();
        let found = likeness(x, y)?;
        Some(NameMatch { likeness: found, alias: x.origin == Origin::Alias || y.origin == Origin::Alias, common })
    };
    let pairs = a.spellings.iter().flat_map(|x| b.spellings.iter().map(move |y| (x, y)));
    let best = pairs.filter_map(|(x, y)| of_pair(x, y)).min_by_key(|m| (m.common, m.likeness, m.alias));
    let by_reading =
        || same_reading(a, b).then_some(NameMatch { likeness: Likeness::Reading, alias: false, common: false });
    match best {
        Some(best) if best.likeness <= Likeness::Words => Some(best),
        weaker => by_reading().or(weaker),
    }
}

/// The stated reading of one equals the reading, or the name in romaji, of the other.
fn same_reading(a: &Profile, b: &Profile) -> bool {
    let long = |key: &String| key.len() >= 8;
    let romaji = |p: &Profile, key: &String| {
        p.spellings.iter().filter(|s| s.latin).any(|s| kernel::fold::kana_key(&s.key).as_ref() == Some(key))
    };
    match (&a.reading, &b.reading) {
        (Some(x), Some(y)) => x == y && long(x),
        (Some(x), None) => long(x) && romaji(b, x),
        (None, Some(y)) => long(y) && romaji(a, y),
        (None, None) => false,
    }
}

/// Families of legal forms. Two forms of one family may be one body that changed, or a slip (一般社団 for 一般財団).
#[derive(PartialEq, Eq)]
enum Family {
    Company,
    Nonprofit,
    University,
    School,
    Agency,
    Medical,
    Welfare,
    Religious,
    Professional,
    Partnership,
}

fn family(form: LegalForm) -> Family {
    use LegalForm as F;
    match form {
        F::GeneralAssociation
        | F::GeneralFoundation
        | F::PublicAssociation
        | F::PublicFoundation
        | F::Association
        | F::Foundation
        | F::Npo
        | F::Ev => Family::Nonprofit,
        F::NationalUniversity | F::PublicUniversity | F::InterUniversity => Family::University,
        F::School => Family::School,
        F::NationalResearch | F::Agency | F::LocalAgency | F::SpecialCorporation => Family::Agency,
        F::Medical | F::SocialMedical => Family::Medical,
        F::SocialWelfare => Family::Welfare,
        F::Religious => Family::Religious,
        F::Audit | F::LawFirm | F::TaxFirm => Family::Professional,
        F::JapaneseLlp | F::InvestmentPartnership | F::Llp | F::Lp => Family::Partnership,
        _ => Family::Company,
    }
}

/// How the legal forms of two bodies stand to each other.
#[derive(PartialEq, Eq, Clone, Copy)]
enum Forms {
    /// The same, or a translation of each other, or not stated.
    Agree,
    /// Different ones of one family.
    Differ,
    /// Bodies of another nature.
    Clash,
}

fn forms(a: &Profile, b: &Profile) -> Forms {
    let pairs = || a.forms.iter().flat_map(|x| b.forms.iter().map(move |y| (*x, *y)));
    if pairs().next().is_none() || pairs().any(|(x, y)| translates(x, y)) {
        Forms::Agree
    } else if pairs().any(|(x, y)| family(x) == family(y)) {
        Forms::Differ
    } else {
        Forms::Clash
    }
}

/// Japanese companies call themselves Inc., Ltd., Co., Ltd. or Corp. as they like; other countries mean something by it.
fn translates(x: LegalForm, y: LegalForm) -> bool {
    use LegalForm as F;
    let loose = |form| matches!(form, F::Inc | F::Ltd | F::CoLtd | F::Corp | F::Company);
    x == y
        || matches!((x, y), (F::KabushikiKaisha | F::YugenKaisha, other) | (other, F::KabushikiKaisha | F::YugenKaisha) if loose(other))
        || matches!((x, y), (F::GodoKaisha, F::Llc) | (F::Llc, F::GodoKaisha))
        || matches!((x, y), (F::CoLtd, other) | (other, F::CoLtd) if loose(other))
}

/// Sorts of organizations that are never one body: a university is not its hospital.
fn kind_group(kind: &str) -> Option<u8> {
    Some(match kind {
        "company" | "startup" | "pharma" | "device" | "insurer" | "investor" | "media" => 1,
        "university" => 2,
        "hospital" | "clinic" => 3,
        "government" | "regulator" => 4,
        _ => return None,
    })
}

/// Ways in which both are reached alike.
fn contacts(a: &Profile, b: &Profile) -> Vec<Reason> {
    let mut found = Vec::new();
    let mut when = |same: bool, reason| {
        if same {
            found.push(reason);
        }
    };
    when(agree(a.site.as_ref(), b.site.as_ref()), Reason::SameWebsite);
    when(agree(a.email.as_ref(), b.email.as_ref()), Reason::SameEmail);
    when(agree(a.phone.as_ref(), b.phone.as_ref()), Reason::SamePhone);
    when(agree(a.address.as_ref(), b.address.as_ref()), Reason::SameAddress);
    found
}

fn organizations(a: &Profile, b: &Profile) -> Option<Finding> {
    let name = names(a, b);
    let contacts = contacts(a, b);
    let forms = forms(a, b);
    let mut against = doubts(a, b, name);
    if forms != Forms::Agree {
        against.push(Reason::DifferentLegalForm);
    }
    let other_identifier = has_other_identifier(a, b);
    if other_identifier {
        against.push(Reason::DifferentIdentifier);
    }
    let Some(name) = name else {
        // Different names at one address: a body with several labels, or two bodies in one house.
        let reached =
            contacts.contains(&Reason::SameWebsite) || (contacts.contains(&Reason::SameEmail) && a.has_own_mail());
        let open = reached && !other_identifier && forms != Forms::Clash && !against.contains(&Reason::DifferentKind);
        return open.then(|| Finding::new(Class::Possible, [contacts, against].concat()));
    };
    let same = name.likeness == Likeness::Same && !name.common;
    let ends = (other_identifier && !same)
        || (forms == Forms::Clash && contacts.is_empty())
        || (against.len() >= 2 && !same && contacts.is_empty());
    if ends {
        return None;
    }
    let mut reasons = vec![name.reason()];
    let both_titles = same_in_both(a, b);
    if both_titles {
        reasons.push(Reason::SameInBothLanguages);
    }
    if same_reading(a, b) {
        reasons.push(Reason::SameReading);
    }
    let class = match name.likeness {
        Likeness::Same if !name.alias && !contacts.is_empty() => Class::Certain,
        Likeness::Same => Class::Likely,
        _ if !contacts.is_empty() || both_titles => Class::Likely,
        Likeness::Loose | Likeness::Words if reasons.contains(&Reason::SameReading) => Class::Likely,
        _ => Class::Possible,
    };
    let class = if against.is_empty() { class } else { Class::Possible };
    Some(Finding::new(class, [reasons, contacts, against].concat()))
}

fn same_in_both(a: &Profile, b: &Profile) -> bool {
    a.titles.iter().zip(&b.titles).all(|(x, y)| !x.is_empty() && x == y)
}

/// What speaks against two organizations being one, beside identifiers and legal forms.
fn doubts(a: &Profile, b: &Profile, name: Option<NameMatch>) -> Vec<Reason> {
    let mut against = Vec::new();
    let mut when = |so: bool, reason| {
        if so {
            against.push(reason);
        }
    };
    let [ja_a, en_a] = &a.titles;
    let [ja_b, en_b] = &b.titles;
    let told_apart = !ja_a.is_empty() && !ja_b.is_empty() && !same_or_near(a, b) && en_a == en_b;
    let (group_a, group_b) = (kind_group(&a.kind), kind_group(&b.kind));
    when(disagree(a.country.as_ref(), b.country.as_ref()), Reason::DifferentCountry);
    when(disagree(group_a.as_ref(), group_b.as_ref()), Reason::DifferentKind);
    when(disagree(a.domain.as_ref(), b.domain.as_ref()), Reason::DifferentWebsite);
    when(disagree(a.reading.as_ref(), b.reading.as_ref()), Reason::DifferentReading);
    when(apart(a.region.as_deref(), b.region.as_deref()), Reason::DifferentPlace);
    when(told_apart, Reason::DifferentInJapanese);
    when(name.is_some_and(|n| n.common), Reason::CommonName);
    against
}

/// Two places of which neither contains the other by name.
fn apart(a: Option<&str>, b: Option<&str>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if has_japanese(a) == has_japanese(b) && !a.contains(b) && !b.contains(a))
}

fn has_japanese(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii() && c.is_alphabetic())
}

/// Whether some Japanese names of both are the same or nearly so.
fn same_or_near(a: &Profile, b: &Profile) -> bool {
    let japanese = |p: &Profile| p.spellings.iter().filter(|s| !s.latin).cloned().collect::<Vec<_>>();
    let (of_a, of_b) = (japanese(a), japanese(b));
    of_a.iter().any(|x| of_b.iter().any(|y| likeness(x, y).is_some()))
}

fn units(a: &Profile, b: &Profile) -> Option<Finding> {
    let same_home = a.homes.iter().any(|home| b.homes.contains(home));
    let alike_home = a.home_keys.iter().any(|key| b.home_keys.contains(key));
    let contacts = contacts(a, b);
    let name = names(a, b).or_else(|| {
        bare_names_agree(a, b).then_some(NameMatch { likeness: Likeness::Words, alias: false, common: false })
    });
    let name = name?;
    let mut against = Vec::new();
    if disagree(a.parent.as_ref(), b.parent.as_ref()) {
        against.push(Reason::DifferentParent);
    }
    let known = !a.kind.is_empty() && !b.kind.is_empty();
    if known && a.kind != b.kind && (!is_group(&a.kind) || !is_group(&b.kind)) {
        against.push(Reason::DifferentKind);
    }
    if disagree(a.reading.as_ref(), b.reading.as_ref()) {
        against.push(Reason::DifferentReading);
    }
    // Each part of a house has its 事務室.
    let common = name.common && (a.parent.is_none() || b.parent.is_none() || a.parent != b.parent);
    if common {
        against.push(Reason::CommonName);
    }
    let mut reasons = vec![name.reason()];
    let class = match (same_home, alike_home) {
        (true, _) => {
            reasons.push(Reason::SameOrganization);
            match name.likeness {
                Likeness::Same if !contacts.is_empty() => Class::Certain,
                Likeness::Same => Class::Likely,
                Likeness::Loose | Likeness::Words | Likeness::Reading if !contacts.is_empty() => Class::Likely,
                _ => Class::Possible,
            }
        }
        (false, true) => {
            reasons.push(Reason::OrganizationsAlike);
            Class::Possible
        }
        (false, false) if name.likeness <= Likeness::Words && contacts.contains(&Reason::SameWebsite) => {
            Class::Possible
        }
        _ => return None,
    };
    if against.contains(&Reason::DifferentParent) && (common || name.likeness != Likeness::Same) {
        return None;
    }
    let class = if against.is_empty() { class } else { Class::Possible };
    Some(Finding::new(class, [reasons, contacts, against].concat()))
}

/// Laboratories, classes and departments are often one thing under three words; chairs with funders are not.
fn is_group(kind: &str) -> bool {
    matches!(kind, "laboratory" | "kyoshitsu" | "department" | "division")
}

/// 心臓血管外科学講座 and 心臓血管外科学教室; Sawa Lab and Laboratory of Sawa.
fn bare_names_agree(a: &Profile, b: &Profile) -> bool {
    let of = |p: &Profile| -> Vec<(Vec<u32>, String)> {
        let cores = p.spellings.iter().map(|s| s.unit_core()).filter(|(_, rest)| rest.chars().count() >= 2);
        cores.map(|(numbers, rest)| (numbers.to_vec(), rest)).collect()
    };
    let (of_a, of_b) = (of(a), of(b));
    of_a.iter().any(|x| of_b.contains(x))
}
