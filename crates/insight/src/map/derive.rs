//! Ties out of records: for each origin, the parties that it ties, since when, by what proof, and for whose eyes. An origin
//! is the record whose change (or whose parts' change) makes its ties anew, so that following the feed and starting from
//! zero give the same.
//!
//! Record types are known by key and read by their descriptions. Never here: tables of other subsystems, pages.

use super::model::{Kind, Tie};
use kernel::audience::Audience;
use kernel::edtf::Edtf;
use kernel::record::{Record, RecordType};
use kernel::{Level, Result, Uuid};
use serde_json::Value;
use std::collections::BTreeSet;
use store::feed;
use store::records::{self, Scope};
use web::App;

/// Record types that are origins, in the order in which a rebuild reads them.
pub const ORIGINS: [&str; 6] = ["relation", "role", "unit", "agreement", "gathering", "series"];

/// More parties than this are tied to the first of them rather than each to each.
const CIRCLE: usize = 12;

/// Record types that are parts of an origin, with the field that names it.
const PARTS: [(&str, &str, &str); 5] = [
    ("agreement_party", "agreement", "agreement"),
    ("clause", "agreement", "agreement"),
    ("amendment", "agreement", "agreement"),
    ("gathering_part", "gathering", "gathering"),
    ("series_member", "series", "series"),
];

/// The origins whose ties an entry of the feed may change: record type and id.
pub async fn touched(app: &App, entry: &feed::Entry) -> Result<BTreeSet<(&'static str, Uuid)>> {
    let mut origins = BTreeSet::new();
    if let Some(key) = ORIGINS.into_iter().find(|key| *key == entry.record_type) {
        origins.insert((key, entry.record_id));
    }
    for (part, field, origin) in PARTS {
        if part == entry.record_type {
            origins.extend(named(entry, field).into_iter().map(|id| (origin, id)));
        }
    }
    if entry.record_type == "evidence"
        && let Some(kind) = app.kind("clause")
    {
        for clause in named(entry, "clause") {
            let clause = records::find_any(&app.db, kind, clause, Scope::Everything).await?;
            origins.extend(clause.and_then(|clause| clause.link("agreement")).map(|id| ("agreement", id)));
        }
    }
    Ok(origins)
}

/// What a link field named before and after.
fn named(entry: &feed::Entry, field: &str) -> Vec<Uuid> {
    let of = |json: &Option<Value>| json.as_ref()?.get("fields")?.get(field)?.as_str()?.parse().ok();
    [of(&entry.before), of(&entry.after)].into_iter().flatten().collect()
}

/// Every tie of an origin; none when it is deleted.
pub async fn ties_of(app: &App, origin: (&str, Uuid)) -> Result<Vec<Tie>> {
    let Some(kind) = app.kind(origin.0) else { return Ok(Vec::new()) };
    let Some(record) = records::find(&app.db, kind, origin.1, Scope::Everything).await? else { return Ok(Vec::new()) };
    of_record(app, &record).await
}

/// Every tie of an origin that was read already.
pub async fn of_record(app: &App, record: &Record) -> Result<Vec<Tie>> {
    let mut ties = match record.kind.key {
        "relation" => relation(record),
        "role" => role(record),
        "unit" => unit(record),
        "agreement" => agreement(app, record).await?,
        "gathering" => gathering(app, record).await?,
        "series" => series(app, record).await?,
        _ => Vec::new(),
    };
    ties.sort_by_key(|tie| (tie.kind, tie.a, tie.b, tie.proof.1));
    ties.dedup();
    Ok(ties)
}

/// The audience of a field that the tie rests on: the record's own, narrowed to the field's circle.
fn audience_of(record: &Record, field: &str) -> Audience {
    let level = record.kind.field(field).map_or(record.audience.level, |field| record.level_of(field));
    let owner = record.created_by;
    if level == record.audience.level {
        return Audience { owner, ..record.audience.clone() };
    }
    Audience { level, parties: record.owners(), owner }
}

/// A tie that rests on these fields of one record.
fn resting(tie: Option<Tie>, record: &Record, fields: &[&str]) -> Option<Tie> {
    let tie = tie?;
    Some(fields.iter().fold(tie, |tie, field| tie.seen_by(&audience_of(record, field))))
}

fn relation(record: &Record) -> Vec<Tie> {
    let (Some(from), Some(to)) = (record.link("from"), record.link("to")) else { return Vec::new() };
    let kind = match record.plain("kind") {
        "parent" | "branch" | "founder" | "operator" => Kind::Structure,
        "member" => Kind::Membership,
        _ => Kind::Relation,
    };
    let tie = Tie::between(kind, from, to, ("relation", record.id)).map(|tie| tie.during(record.date("period")));
    resting(tie, record, &["from", "to", "kind", "period"]).into_iter().collect()
}

fn role(record: &Record) -> Vec<Tie> {
    let (Some(person), Some(party)) = (record.link("person"), record.link("party")) else { return Vec::new() };
    let tie = Tie::between(Kind::Role, person, party, ("role", record.id)).map(|tie| tie.during(record.date("period")));
    resting(tie, record, &["person", "party", "title", "period"]).into_iter().collect()
}

/// A unit belongs to its organization or the unit above it; a chair is tied to those who pay for it.
fn unit(record: &Record) -> Vec<Tie> {
    let period = span(record.plain("established"), record.plain("closed"), false);
    let tied = |kind, other, field: &str| {
        let tie = Tie::between(kind, record.id, other, ("unit", record.id)).map(|tie| tie.during(period));
        resting(tie, record, &[field, "established", "closed"])
    };
    let above = record.link("parent").and_then(|parent| tied(Kind::Structure, parent, "parent"));
    // Where not everybody may know the unit above, the organization stands for it.
    let known = above.as_ref().is_some_and(|tie| tie.audiences.iter().all(|audience| *audience == record.audience));
    let within =
        record.link("organization").filter(|_| !known).and_then(|id| tied(Kind::Structure, id, "organization"));
    let funders = record.links("funders").iter().filter_map(|id| tied(Kind::Chair, *id, "funders"));
    above.into_iter().chain(within).chain(funders).collect()
}

/// From one date to another. An empty end is unknown, unless it is said that there is none.
fn span(from: &str, until: &str, open: bool) -> Option<Edtf> {
    let point = |text: &str| Edtf::parse_human(text).ok().and_then(|date| date.start().date());
    let end = match until {
        ".." => "..".to_owned(),
        "" if open => "..".to_owned(),
        text => Edtf::parse_human(text)
            .ok()
            .and_then(|date| date.end().date())
            .map(|date| date.to_string())
            .unwrap_or_default(),
    };
    let start = point(from).map(|date| date.to_string()).unwrap_or_default();
    Edtf::parse(&format!("{start}/{end}")).or_else(|_| Edtf::parse(&start)).ok()
}

/// Parts of a record in the order of their text.
async fn parts(app: &App, key: &str, field: &'static str, whole: Uuid) -> Result<Vec<Record>> {
    let Some(kind) = app.kind(key) else { return Ok(Vec::new()) };
    let mut found = records::linking(&app.db, kind, field, whole, Scope::Everything).await?;
    found.sort_by_key(|part| (part.integer("ordinal").unwrap_or(999), part.id));
    Ok(found)
}

/// Pairs of the parties that parts name, each with the audiences of both parts.
fn pairs<'a>(members: &[(Uuid, &'a Record)]) -> Vec<[(Uuid, &'a Record); 2]> {
    let mut pairs = Vec::new();
    // Only what everybody sees decides on the form, so that the form tells nothing of what is hidden.
    let public = members.iter().filter(|(_, part)| part.audience.level == Level::Public).count();
    for (at, one) in members.iter().enumerate() {
        // A large circle is a star, so that a forum of two hundred is not twenty thousand ties.
        if at > 0 && public > CIRCLE {
            break;
        }
        pairs.extend(members.iter().skip(at + 1).map(|other| [*one, *other]));
    }
    pairs.retain(|[one, other]| one.0 != other.0);
    pairs
}

fn members_of(parts: &[Record], keep: impl Fn(&Record) -> bool) -> Vec<(Uuid, &Record)> {
    // The widest first: a second, hidden mention of a party must not stand before the one that everybody sees.
    let mut parts: Vec<&Record> = parts.iter().filter(|part| keep(part)).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.audience.level));
    let mut members: Vec<(Uuid, &Record)> = Vec::new();
    for part in parts {
        if let Some(party) = part.link("party").filter(|party| members.iter().all(|(known, _)| known != party)) {
            members.push((party, part));
        }
    }
    members
}

/// An agreement ties its parties from signing to its end as last amended; each clause and each recorded use adds to it, for
/// those who may see that clause and that use. Drafts tie nobody.
async fn agreement(app: &App, record: &Record) -> Result<Vec<Tie>> {
    if record.plain("state") == "draft" {
        return Ok(Vec::new());
    }
    let stated = parts(app, "agreement_party", "agreement", record.id).await?;
    let members = members_of(&stated, |_| true);
    let amendments = parts(app, "amendment", "agreement", record.id).await?;
    // Amendments for narrower eyes than the agreement's do not move the end that its readers see.
    let open = amendments.iter().filter(|a| !a.plain("new_end").is_empty() && a.audience == record.audience);
    let newest = open.max_by_key(|a| (a.date("signed").map(|date| date.sort_key()), a.id));
    let begin = if record.plain("signed").is_empty() { record.plain("effective") } else { record.plain("signed") };
    let period = span(begin, newest.map_or(record.plain("end"), |a| a.plain("new_end")), false);
    // It has ended, and nobody wrote down when: half of it counts.
    let faded = record.plain("state") == "ended" && period.is_none_or(|period| period.end().date().is_none());
    let clauses = parts(app, "clause", "agreement", record.id).await?;
    let mut uses = Vec::new();
    for clause in &clauses {
        uses.extend(parts(app, "evidence", "clause", clause.id).await?.into_iter().map(|used| (clause, used)));
    }
    let base = if record.plain("type") == "membership" { Kind::Membership } else { Kind::Agreement };
    let fields = ["title", "type", "state", "signed", "effective", "end"];
    let mut ties = Vec::new();
    for [one, other] in pairs(&members) {
        let between = |kind, proof| {
            let tie = resting(Tie::between(kind, one.0, other.0, proof), record, &fields);
            resting(resting(tie, one.1, &["party"]), other.1, &["party"])
        };
        let tie = between(base, ("agreement", record.id)).map(|tie| tie.during(period));
        ties.extend(tie.map(|tie| Tie { weight: if faded { tie.weight / 2 } else { tie.weight }, ..tie }));
        for clause in &clauses {
            let tie = between(Kind::Clause, ("clause", clause.id)).map(|tie| tie.during(period));
            ties.extend(resting(tie, clause, &["letter"]));
        }
        for (clause, used) in &uses {
            let tie = between(Kind::Use, ("evidence", used.id)).map(|tie| tie.during(used.date("happened")));
            ties.extend(resting(resting(tie, clause, &["letter"]), used, &["happened", "title"]));
        }
    }
    if let Some(unit) = record.link("unit") {
        for member in &members {
            let tie = resting(Tie::between(Kind::Chair, unit, member.0, ("agreement", record.id)), record, &fields);
            let tie = resting(resting(tie, record, &["unit"]), member.1, &["party"]);
            ties.extend(tie.map(|tie| tie.during(period)));
        }
    }
    Ok(ties)
}

/// Those who carry a gathering together. Drafts and called-off gatherings tie nobody; announcing alone is no tie.
async fn gathering(app: &App, record: &Record) -> Result<Vec<Tie>> {
    if matches!(record.plain("state"), "draft" | "cancelled") {
        return Ok(Vec::new());
    }
    let day = record.wall_time("start").map(|start| start.naive().date());
    let stated = parts(app, "gathering_part", "gathering", record.id).await?;
    let carrying = |part: &Record| part.plain("role") != "announcer";
    let members = members_of(&stated, carrying);
    let mut ties = Vec::new();
    for [one, other] in pairs(&members) {
        let tie = Tie::between(Kind::Cohost, one.0, other.0, ("gathering", record.id));
        let tie = resting(tie.map(|tie| tie.during(day.and_then(Edtf::day))), record, &["title", "start", "state"]);
        ties.extend(resting(resting(tie, one.1, &["party", "role"]), other.1, &["party", "role"]));
    }
    Ok(ties)
}

/// Members of a standing group and its host.
async fn series(app: &App, record: &Record) -> Result<Vec<Tie>> {
    let Some(host) = record.link("host") else { return Ok(Vec::new()) };
    let stated = parts(app, "series_member", "series", record.id).await?;
    let member = |part: &Record| {
        let tie = Tie::between(Kind::Membership, host, part.link("party")?, ("series", record.id));
        let tie = resting(tie.map(|tie| tie.during(part.date("period"))), record, &["name", "host"]);
        resting(tie, part, &["party", "role", "period"])
    };
    Ok(stated.iter().filter_map(member).collect())
}

/// The kinds of record that are read at a rebuild.
pub fn origin_kinds(app: &App) -> Vec<&'static RecordType> {
    ORIGINS.into_iter().filter_map(|key| app.kind(key)).collect()
}
