//! The profile of an organization, a laboratory or a person: what it does, what it offers and needs, who belongs to
//! it, to whom it is tied since when, what is said of it and by whom, and who may be asked.

use super::offers_and_needs;
use crate::records::{ALIAS, CLAIM, RELATION, ROLE};
use crate::vocabularies as v;
use askama::Template;
use axum::extract::Path;
use kernel::edtf::{Certainty, Edtf, Endpoint};
use kernel::record::{Record, RecordType};
use kernel::{Result, Uuid};
use store::catalogue::Entry;
use store::records as stored;
use web::layout::{Crumb, monogram};
use web::records::view::{Piece, Shown, shown_fields, words};
use web::records::{EditLinks, crumbs};
use web::{Cx, Handled, html};

/// One line of a list on the profile: a name with its address, a note and a time.
struct Line {
    href: String,
    title: String,
    note: String,
    when: String,
    past: bool,
}

/// Statements about one item, side by side.
struct ClaimGroup {
    label: String,
    contradicting: bool,
    claims: Vec<ClaimLine>,
}

struct ClaimLine {
    value: String,
    definition: String,
    as_of: String,
    source: String,
    preferred: bool,
}

#[derive(Template)]
#[template(path = "directory/profile.html")]
struct ProfilePage<'a> {
    cx: &'a Cx,
    record: &'a Record,
    title: String,
    other: String,
    letter: String,
    kind: String,
    tone: &'static str,
    summary: Option<Piece>,
    about: Option<Piece>,
    offers: Vec<Line>,
    needs: Vec<Line>,
    listing_href: String,
    people: Vec<Line>,
    contacts: Vec<Line>,
    units: Vec<Line>,
    ties: Vec<Line>,
    /// What other subsystems tell this reader, the newest first.
    told: Vec<Line>,
    names: Vec<Line>,
    claims: Vec<ClaimGroup>,
    facts: Vec<Shown>,
    adds: Vec<(String, String)>,
    edit: EditLinks,
    ways: Vec<(String, &'static str)>,
    crumbs: Vec<Crumb>,
}

/// Fields that the profile shows in places of their own.
const PLACED: [&str; 12] = [
    "name",
    "family",
    "given",
    "kind",
    "summary",
    "headline",
    "about",
    "kana",
    "romaji",
    "name_order",
    "short",
    "consent",
];

/// `GET /organizations/{id}`, `/units/{id}`, `/people/{id}`.
pub(super) async fn page(cx: Cx, kind: &'static RecordType, Path(id): Path<Uuid>) -> Handled {
    let Some(record) = stored::find(&cx.app.db, kind, id, cx.scope()).await? else {
        return web::records::elsewhere(&cx, kind, id).await;
    };
    let seen = record.seen_by(&cx.actor);
    let title = seen.called(cx.lang);
    let (offers, needs) = offers_and_needs(&cx, id);
    let (people, contacts) = people(&cx, &seen).await?;
    let term =
        [&v::ORGANIZATION_KINDS, &v::UNIT_KINDS].iter().find_map(|vocabulary| vocabulary.term(seen.plain("kind")));
    let may_post = web::records::policy::edit_right(&cx.actor, &record) != web::records::policy::EditRight::No;
    html(&ProfilePage {
        other: seen.title().exact(cx.lang.other()).filter(|o| *o != title).unwrap_or_default().to_owned(),
        letter: monogram(&title),
        kind: term.map_or_else(|| kind.one.get(cx.lang), |t| t.label.get(cx.lang)).to_owned(),
        tone: term.map_or("c-plum", |t| t.tone.class()),
        summary: kind.summary.and_then(|field| words(&cx, &seen.text(field))),
        about: kind
            .field("about")
            .and_then(|field| web::records::view::shown_field(&cx, &seen, field))
            .and_then(|s| s.pieces.into_iter().next()),
        offers: offers.iter().map(|entry| listing_line(&cx, entry)).collect(),
        needs: needs.iter().map(|entry| listing_line(&cx, entry)).collect(),
        listing_href: if may_post { cx.href(&format!("/listings/new?party={id}")) } else { String::new() },
        people,
        contacts,
        units: units(&cx, id),
        ties: ties(&cx, &seen).await?,
        told: told(&cx, &record).await?,
        names: names(&cx, id).await?,
        claims: claims(&cx, id).await?,
        facts: shown_fields(&cx, &seen, &PLACED),
        adds: adds(&cx, &record),
        edit: EditLinks::of(&cx, &record),
        ways: cx.app.hooks.ways(&cx, &record),
        crumbs: crumbs(&cx, &record),
        record: &seen,
        title,
        cx: &cx,
    })
}

/// Lines that the history has as well; the profile shows some.
async fn told(cx: &Cx, record: &Record) -> Result<Vec<Line>> {
    const MOST: usize = 8;
    let mut told = cx.app.hooks.told(cx, record).await?;
    told.sort_by_key(|line| std::cmp::Reverse(line.at));
    let line = |told: web::Told| Line {
        href: cx.href(&told.path),
        title: told.words.get(cx.lang).to_owned(),
        note: String::new(),
        when: kernel::calendar::date_long(cx.lang, told.at.with_timezone(&cx.hub.zone).date_naive()),
        past: false,
    };
    Ok(told.into_iter().take(MOST).map(line).collect())
}

fn entry_line(cx: &Cx, entry: &Entry) -> Line {
    Line {
        href: cx.href(&format!("/{}/{}", entry.kind.path, entry.id)),
        title: entry.called(cx.lang).to_owned(),
        note: String::new(),
        when: String::new(),
        past: false,
    }
}

fn listing_line(cx: &Cx, entry: &Entry) -> Line {
    let kind = entry.facet("kind").and_then(|code| v::LISTING_KINDS.term(code)).map(|t| t.label.get(cx.lang));
    Line { note: kind.unwrap_or_default().to_owned(), ..entry_line(cx, entry) }
}

/// A period in words, and whether it is over today.
fn period(cx: &Cx, written: &str) -> (String, bool) {
    match Edtf::parse(written) {
        // A post or tie that goes on says since when; "no end" would be a promise.
        Ok(period) => match (period.end(), period.start().date()) {
            (Endpoint::Open, Some(start)) => (since(cx, &start.display(cx.lang)), false),
            _ => (period.display(cx.lang), period.is_interval() && period.contains(cx.today()) == Certainty::No),
        },
        Err(_) => (String::new(), false),
    }
}

fn since(cx: &Cx, start: &str) -> String {
    match cx.lang {
        kernel::Lang::Ja => format!("{start}から"),
        kernel::Lang::En => format!("since {start}"),
    }
}

/// Posts: of a person, where; of a body, who. The second list holds those who may be asked.
async fn people(cx: &Cx, record: &Record) -> Result<(Vec<Line>, Vec<Line>)> {
    let (field, far) = if record.kind.key == "person" { ("person", "party") } else { ("party", "person") };
    let ids = cx.app.catalogue.referring(ROLE.key, field, record.id, &cx.keyring, cx.lang);
    let ids: Vec<Uuid> = ids.into_iter().take(60).collect();
    let roles = stored::by_ids(&cx.app.db, &ROLE, &ids, cx.scope()).await?;
    let mut lines = Vec::new();
    for role in roles.iter().map(|role| role.seen_by(&cx.actor)) {
        let Some(entry) = role.link(far).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring)) else { continue };
        let (when, past) = period(cx, role.plain("period"));
        let line = Line { note: role.called(cx.lang), when, past, ..entry_line(cx, &entry) };
        lines.push((role.flag("is_contact") && !past, line));
    }
    lines.sort_by_key(|(contact, line)| (line.past, !contact));
    let (contacts, people): (Vec<_>, Vec<_>) =
        lines.into_iter().partition(|(contact, _)| *contact && record.kind.key != "person");
    let bare = |lines: Vec<(bool, Line)>| lines.into_iter().map(|(_, line)| line).collect();
    Ok((bare(people), bare(contacts)))
}

fn units(cx: &Cx, id: Uuid) -> Vec<Line> {
    let of = |field: &str| cx.app.catalogue.referring("unit", field, id, &cx.keyring, cx.lang);
    let entries =
        of("organization").into_iter().chain(of("parent")).filter_map(|id| cx.app.catalogue.entry(id, &cx.keyring));
    entries
        .filter(|entry| entry.link("parent").is_none_or(|parent| parent == id))
        .map(|entry| {
            let kind = entry.facet("kind").and_then(|code| v::UNIT_KINDS.term(code)).map(|t| t.label.get(cx.lang));
            Line { note: kind.unwrap_or_default().to_owned(), ..entry_line(cx, &entry) }
        })
        .collect()
}

/// Relations with their dates, and the records of other subsystems in which the party takes part.
async fn ties(cx: &Cx, record: &Record) -> Result<Vec<Line>> {
    let mut lines = Vec::new();
    for (near, far) in [("to", "from"), ("from", "to")] {
        let ids = cx.app.catalogue.referring(RELATION.key, near, record.id, &cx.keyring, cx.lang);
        for relation in stored::by_ids(&cx.app.db, &RELATION, &ids, cx.scope()).await? {
            let Some(entry) = relation.link(far).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring)) else {
                continue;
            };
            let kind = v::RELATION_KINDS.term(relation.plain("kind")).map(|t| t.label.get(cx.lang)).unwrap_or_default();
            let note = if near == "to" { kind.to_owned() } else { format!("{} {kind}", cx.t("この組織が", "is")) };
            let (when, past) = period(cx, relation.plain("period"));
            lines.push(Line { note: note_of(cx, near, kind, note), when, past, ..entry_line(cx, &entry) });
        }
    }
    lines.extend(taking_part(cx, record.id));
    lines.sort_by_key(|line| line.past);
    Ok(lines)
}

/// "parent" read from the other side: the party is the parent of the named one.
fn note_of(cx: &Cx, near: &str, kind: &str, forward: String) -> String {
    if near == "to" {
        return forward;
    }
    match cx.lang {
        kernel::Lang::Ja => format!("{kind}として"),
        kernel::Lang::En => format!("as {}", kind.to_lowercase()),
    }
}

/// A record that is a part of another one and names this party shows that other one: the party of an agreement
/// shows the agreement. Works for every subsystem without knowing any.
fn taking_part(cx: &Cx, id: Uuid) -> Vec<Line> {
    let own = ["role", "relation", "alias", "claim", "listing", "unit"];
    let linked = cx.app.catalogue.linked_from(id, &cx.keyring);
    let mut lines: Vec<Line> = Vec::new();
    for (part, field) in linked.iter().filter(|(entry, _)| !own.contains(&entry.kind.key)) {
        let Some(owner_field) = part.kind.part_of.filter(|owner| owner != field) else { continue };
        let Some(owner) = part.link(owner_field).and_then(|id| cx.app.catalogue.entry(id, &cx.keyring)) else {
            continue;
        };
        let line = entry_line(cx, &owner);
        if !lines.iter().any(|known| known.href == line.href) {
            lines.push(Line { note: format!("{} · {}", owner.kind.one.get(cx.lang), part.called(cx.lang)), ..line });
        }
    }
    lines
}

async fn names(cx: &Cx, id: Uuid) -> Result<Vec<Line>> {
    let ids = cx.app.catalogue.referring(ALIAS.key, "party", id, &cx.keyring, cx.lang);
    let aliases = stored::by_ids(&cx.app.db, &ALIAS, &ids, cx.scope()).await?;
    Ok(aliases
        .iter()
        .map(|alias| {
            let kind = v::ALIAS_KINDS.term(alias.plain("kind")).map(|t| t.label.get(cx.lang)).unwrap_or_default();
            let (when, past) = period(cx, alias.plain("period"));
            Line {
                href: cx.href(&format!("/aliases/{}", alias.id)),
                title: alias.called(cx.lang),
                note: kind.to_owned(),
                when,
                past,
            }
        })
        .collect())
}

/// Claims by item. Values that differ without a preferred one are marked as contradicting.
async fn claims(cx: &Cx, id: Uuid) -> Result<Vec<ClaimGroup>> {
    let ids = cx.app.catalogue.referring(CLAIM.key, "subject", id, &cx.keyring, cx.lang);
    let mut claims = stored::by_ids(&cx.app.db, &CLAIM, &ids, cx.scope()).await?;
    claims.sort_by_key(|claim| (claim.plain("about").to_owned(), !claim.flag("preferred")));
    let mut groups: Vec<(String, ClaimGroup)> = Vec::new();
    for claim in &claims {
        let about = claim.plain("about").to_owned();
        let line = claim_line(cx, claim);
        match groups.last_mut().filter(|(key, _)| *key == about) {
            Some((_, group)) => group.claims.push(line),
            None => groups
                .push((about, ClaimGroup { label: claim.called(cx.lang), contradicting: false, claims: vec![line] })),
        }
    }
    Ok(groups
        .into_iter()
        .map(|(_, mut group)| {
            group.contradicting = group.claims.iter().any(|c| Some(&c.value) != group.claims.first().map(|f| &f.value));
            group
        })
        .collect())
}

fn claim_line(cx: &Cx, claim: &Record) -> ClaimLine {
    let words = claim.text("value_text").say(cx.lang).to_owned();
    let value = claim.plain("value");
    let shown = match (value.parse::<kernel::approx::Approx>(), Edtf::parse(value)) {
        _ if value.is_empty() => words.clone(),
        (_, Ok(date)) if value.contains('-') || value.contains('~') && value.len() >= 5 => date.display(cx.lang),
        (Ok(number), _) => number.display(cx.lang),
        (_, Ok(date)) => date.display(cx.lang),
        _ => value.to_owned(),
    };
    let definition = claim.text("definition").say(cx.lang).to_owned();
    ClaimLine {
        value: if words.is_empty() || words == shown { shown } else { format!("{shown} ({words})") },
        definition: if definition.is_empty() {
            cx.t("定義の記載なし", "No definition given").to_owned()
        } else {
            definition
        },
        as_of: Edtf::parse(claim.plain("as_of")).map(|d| d.display(cx.lang)).unwrap_or_default(),
        source: claim.source.clone().unwrap_or_default(),
        preferred: claim.flag("preferred"),
    }
}

/// Forms that add a part to this record, for those who may.
fn adds(cx: &Cx, record: &Record) -> Vec<(String, String)> {
    let parts: [(&'static RecordType, &str); 4] = [
        (&ROLE, if record.kind.key == "person" { "person" } else { "party" }),
        (&RELATION, "to"),
        (&ALIAS, "party"),
        (&CLAIM, "subject"),
    ];
    let wanted = parts.into_iter().filter(|(kind, field)| {
        kind.field(field).is_some_and(|f| f.targets().contains(&record.kind.key)) && cx.actor.may(kind.edit)
    });
    wanted
        .map(|(kind, field)| {
            (kind.one.get(cx.lang).to_owned(), cx.href(&format!("/{}/new?{field}={}", kind.path, record.id)))
        })
        .collect()
}
