//! When two records of people are one person. A name is never enough: namesakes are common, so a shared affiliation or
//! a way to reach both must come to it; given names written with other kanji are other people until somebody says so.
//!
//! Pure. Never here: the database.

use super::evidence::{Class, Finding, Reason};
use super::model::{agree, disagree, has_other_identifier};
use super::names::distance;
use super::profile::{PersonName, Profile};

/// How two personal names are alike, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    Same,
    Reading,
    /// One has a middle name or initial more.
    Middle,
    Initial,
    Typo,
}

/// What all pairs of names of two people say together.
struct Names {
    best: Option<Likeness>,
    alias: bool,
    /// Both are given in kanji, and the given names differ.
    other_given: bool,
    /// One family name, in either script.
    same_family: bool,
}

pub(super) fn compare(a: &Profile, b: &Profile) -> Option<Finding> {
    let names = names(a, b);
    let email = agree(a.email.as_ref(), b.email.as_ref());
    let phone = agree(a.phone.as_ref(), b.phone.as_ref());
    let site = agree(a.site.as_ref(), b.site.as_ref());
    let shared = a.homes.iter().any(|home| b.homes.contains(home));
    let other_identifier = has_other_identifier(a, b);
    let mut against = Vec::new();
    let mut reasons = Vec::new();
    let add = |list: &mut Vec<Reason>, so: bool, reason| {
        if so {
            list.push(reason);
        }
    };
    add(&mut against, other_identifier, Reason::DifferentIdentifier);
    add(&mut against, names.other_given, Reason::DifferentGivenName);
    add(&mut against, disagree(a.reading.as_ref(), b.reading.as_ref()), Reason::DifferentReading);
    add(&mut against, disagree(a.country.as_ref(), b.country.as_ref()), Reason::DifferentCountry);
    add(&mut against, !shared && !a.homes.is_empty() && !b.homes.is_empty(), Reason::DifferentAffiliation);
    add(&mut reasons, email, Reason::SameEmail);
    add(&mut reasons, phone, Reason::SamePhone);
    add(&mut reasons, site, Reason::SameWebsite);
    add(&mut reasons, shared, Reason::SameAffiliation);
    if other_identifier && !email {
        return None;
    }
    let class = class(&names, email, phone || site, shared)?;
    let doubted = against.iter().any(|reason| *reason != Reason::DifferentAffiliation || !email);
    let class = if doubted { Class::Possible } else { class };
    // Namesakes with another reading or in another script, and nothing that ties them.
    let strangers = !email && !phone && !site && !shared;
    if strangers
        && (names.other_given
            || against.contains(&Reason::DifferentReading)
            || against.contains(&Reason::DifferentCountry))
    {
        return None;
    }
    add(
        &mut against,
        !shared && class == Class::Possible && (a.homes.is_empty() || b.homes.is_empty()),
        Reason::NoAffiliation,
    );
    reasons.extend(names.best.map(|best| name_reason(best, names.alias)));
    Some(Finding::new(class, [reasons, against].concat()))
}

fn class(names: &Names, email: bool, other_contact: bool, shared: bool) -> Option<Class> {
    Some(match names.best {
        Some(Likeness::Same) if email => Class::Certain,
        Some(Likeness::Same) if shared || other_contact => Class::Likely,
        Some(Likeness::Same) => Class::Possible,
        Some(Likeness::Reading) if names.other_given => {
            return (shared || email || other_contact).then_some(Class::Possible);
        }
        Some(_) if email => Class::Likely,
        Some(Likeness::Reading | Likeness::Middle) if shared => Class::Likely,
        Some(Likeness::Initial) => return (shared || other_contact).then_some(Class::Possible),
        Some(_) => Class::Possible,
        // One box and half a name: a change of family name, or a couple. A person looks.
        None if email && (names.same_family || !names.other_given) => Class::Possible,
        None => return None,
    })
}

fn name_reason(best: Likeness, alias: bool) -> Reason {
    match best {
        Likeness::Same if alias => Reason::SameOtherName,
        Likeness::Same => Reason::SameName,
        Likeness::Reading => Reason::SameReading,
        Likeness::Middle => Reason::SharedWords,
        Likeness::Initial => Reason::InitialOnly,
        Likeness::Typo => Reason::TypingError,
    }
}

fn names(a: &Profile, b: &Profile) -> Names {
    let mut names = Names { best: None, alias: false, other_given: false, same_family: false };
    for x in &a.people_names {
        for y in &b.people_names {
            let found = likeness(x, y);
            if found.is_some() && (names.best.is_none() || found < names.best) {
                names.best = found;
                names.alias = x.alias || y.alias;
            }
            let own = !x.alias && !y.alias;
            names.same_family |= !x.family.is_empty() && x.family == y.family;
            let written = own && x.japanese && y.japanese && !x.given.is_empty() && !y.given.is_empty();
            names.other_given |= written && !x.family.is_empty() && !y.family.is_empty() && x.given != y.given;
        }
    }
    let same_japanese = names.best == Some(Likeness::Same) && !names.alias;
    names.other_given &= !same_japanese || has_japanese_clash(a, b);
    if names.best.is_none_or(|best| best > Likeness::Reading) && reads_alike(a, b) {
        names.best = Some(Likeness::Reading);
        names.alias = false;
    }
    names
}

/// The kanji differ although the Latin names are the same.
fn has_japanese_clash(a: &Profile, b: &Profile) -> bool {
    let own = |p: &Profile| p.people_names.iter().find(|n| n.japanese && !n.alias).cloned();
    matches!((own(a), own(b)), (Some(x), Some(y)) if x.joined != y.joined)
}

/// Stated readings, or a Latin name read as romaji, agree in all words.
fn reads_alike(a: &Profile, b: &Profile) -> bool {
    a.reading_words.iter().any(|words| b.reading_words.contains(words))
}

fn likeness(x: &PersonName, y: &PersonName) -> Option<Likeness> {
    if x.japanese != y.japanese {
        return None;
    }
    let whole = |name: &PersonName| name.words.len() >= 2 || (name.japanese && name.joined.chars().count() >= 3);
    if x.joined == y.joined || (!x.japanese && x.words == y.words) {
        return whole(x).then_some(Likeness::Same);
    }
    if x.japanese {
        return None;
    }
    if has_middle(x, y) || has_middle(y, x) {
        return Some(Likeness::Middle);
    }
    if has_initial(x, y) || has_initial(y, x) {
        return Some(Likeness::Initial);
    }
    is_slip(x, y).then_some(Likeness::Typo)
}

/// `John A. Smith` and `John Smith`: two words shared, and what is more is one word or initial.
fn has_middle(more: &PersonName, less: &PersonName) -> bool {
    less.words.len() >= 2
        && more.words.len() == less.words.len() + 1
        && less.words.iter().all(|w| w.len() > 1 && more.words.contains(w))
}

/// `Y. Sawa` and `Yoshiki Sawa`.
fn has_initial(short: &PersonName, full: &PersonName) -> bool {
    let (Some(initial), Some(family)) =
        (short.words.iter().find(|w| w.len() == 1), short.words.iter().find(|w| w.len() > 1))
    else {
        return false;
    };
    short.words.len() == 2
        && full.words.len() == 2
        && full.words.contains(family)
        && full.words.iter().any(|w| w != family && w.starts_with(initial.as_str()))
}

/// One letter off in a long enough word; or cut into words at the wrong place.
fn is_slip(x: &PersonName, y: &PersonName) -> bool {
    let letters = |text: &str| text.chars().collect::<Vec<_>>();
    let recut = x.words.len() != y.words.len() || x.words.iter().all(|word| !y.words.contains(word));
    if recut {
        let long = x.joined.len().min(y.joined.len()) >= 11;
        return long && distance(&letters(&x.joined), &letters(&y.joined), 1).is_some();
    }
    let mut slips = 0;
    for (one, other) in x.words.iter().zip(&y.words) {
        if one == other {
            continue;
        }
        let long = one.len().min(other.len()) >= 6 && one.chars().next() == other.chars().next();
        if !long || distance(&letters(one), &letters(other), 1).is_none() {
            return false;
        }
        slips += 1;
    }
    slips == 1
}
