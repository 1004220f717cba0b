//! Every route as every role, against the committed table `tests/permissions.txt`.
//!
//! A cell is the kind of answer: `ok` (2xx), `go` (led on), `in` (asked to sign in), `no` (403), `none` (404, also for
//! what is hidden), `bad` (the gate is open, but what was sent is not enough). Requests that change something are sent
//! without a body, and acts that end something go to a record that does not exist, so that the walk leaves the hub as
//! it is. `UPDATE_PERMISSIONS=1 cargo test -p musubi permissions` writes the table anew: read the difference.

use crate::hub::{Answer, Hub, alone};
use directory::accounts::{self, SAMPLE_PASSWORD};
use kernel::{Lang, Role};
use std::collections::BTreeMap;
use std::path::PathBuf;
use web::routes::{Access, Route};

/// Who walks, in the order of the columns; the account's name, and the roles that the coarse gate sees.
const ACTORS: [(&str, &[Role]); 13] = [
    ("visitor", &[]),
    ("member", &[Role::Member]),
    ("outsider", &[Role::Member]),
    ("manager", &[Role::OrganizationManager]),
    ("concierge", &[Role::Concierge]),
    ("programme", &[Role::Programme]),
    ("events", &[Role::Events]),
    ("facilities", &[Role::Facilities]),
    ("agreements", &[Role::Agreements]),
    ("director", &[Role::Director]),
    ("administrator", &[Role::Administrator]),
    ("partner", &[Role::PartnerHub]),
    ("suspended", &[]),
];
/// An id that nothing has.
const NOBODY: &str = "00000000-0000-7000-8000-000000000000";
/// Last parts of addresses whose act cannot be taken back by the walk.
const FINAL: [&str; 16] = [
    "call-off",
    "delete",
    "restore",
    "close",
    "suspend",
    "resume",
    "end",
    "reopen",
    "end-sessions",
    "erase",
    "decline",
    "accept",
    "cancel",
    "undo",
    "revoke",
    "remove",
];

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/permissions.txt")
}

fn account(actor: &str) -> &str {
    if actor == "visitor" { "" } else { actor }
}

/// The sample hub with the accounts that its own nine do not cover.
async fn hub() -> Hub {
    let hub = Hub::with_sample().await;
    for (name, roles) in
        [("outsider", vec![Role::Member]), ("partner", vec![Role::PartnerHub]), ("suspended", vec![Role::Director])]
    {
        accounts::create_account(
            &hub.app.db,
            &format!("{name}@example.jp"),
            name,
            Lang::En,
            roles,
            Some(SAMPLE_PASSWORD_LONG),
        )
        .await
        .unwrap();
        hub.session(&format!("{name}@example.jp"), SAMPLE_PASSWORD_LONG).await;
    }
    for (name, _) in
        ACTORS.iter().filter(|(name, _)| !matches!(*name, "visitor" | "outsider" | "partner" | "suspended"))
    {
        hub.session(&format!("{name}@example.jp"), SAMPLE_PASSWORD).await;
    }
    let known = accounts::list_accounts(&hub.app.db).await.unwrap();
    let suspended = known.iter().find(|account| account.email() == "suspended@example.jp").unwrap().id;
    let answer = hub.post("administrator", &format!("/en/staff/accounts/{suspended}/suspend"), &[]).await;
    assert_eq!(answer.status, 303, "{}", answer.words());
    hub
}

/// The password of sample accounts may not satisfy the rules for passwords of people.
const SAMPLE_PASSWORD_LONG: &str = "a rope of seven knots";

/// A record of each type that everyone may see; of organizations, the one that `manager` manages.
async fn examples(hub: &Hub) -> BTreeMap<&'static str, String> {
    let mut examples = BTreeMap::new();
    for kind in &hub.app.kinds {
        let list = hub.get("", &format!("/api/v1/{}?limit=1", kind.path)).await;
        let json: serde_json::Value = serde_json::from_str(&list.body).unwrap_or_default();
        let first = json["items"][0]["id"].as_str().or_else(|| json["data"][0]["id"].as_str()).unwrap_or(NOBODY);
        examples.insert(kind.path, first.to_owned());
    }
    let own = hub.app.catalogue.by_code("organization", "miotsukushi-bio", &kernel::Actor::system("test").keyring());
    if let Some(own) = own {
        examples.insert("organizations", own.to_string());
    }
    let known = accounts::list_accounts(&hub.app.db).await.unwrap();
    examples.insert(
        "accounts",
        known.iter().find(|account| account.email() == "outsider@example.jp").unwrap().id.to_string(),
    );
    examples
}

/// An address for a pattern: `/organizations/{id}/edit` → `/en/organizations/019…/edit`.
fn address(route: &Route, examples: &BTreeMap<&'static str, String>) -> String {
    let parts: Vec<&str> = route.path.split('/').collect();
    let last = parts.last().copied().unwrap_or_default();
    let is_final = route.method == "DELETE" || (route.method != "GET" && FINAL.contains(&last));
    let filled: Vec<&str> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| match *part {
            "{id}" if is_final => NOBODY,
            "{id}" => at.checked_sub(1).and_then(|before| examples.get(parts[before])).map_or(NOBODY, String::as_str),
            "{run}" => NOBODY,
            "{seq}" => "999999999",
            part if part.starts_with('{') => "x",
            part => part,
        })
        .collect();
    let path = filled.join("/");
    if route.page { format!("/en{path}") } else { path }
}

fn class(answer: &Answer) -> &'static str {
    match answer.status {
        200..=299 => "ok",
        300..=399 if answer.location().contains("/sign-in") => "in",
        300..=399 => "go",
        401 => "in",
        403 => "no",
        404 => "none",
        400..=499 => "bad",
        _ => "FAIL",
    }
}

fn is_api(route: &Route) -> bool {
    route.path.starts_with("/api/")
}

async fn ask(hub: &Hub, who: &str, route: &Route, path: &str) -> Answer {
    match route.method {
        "GET" => hub.get(who, path).await,
        "POST" if !is_api(route) => hub.post(who, path, &[]).await,
        method => hub.json(who, method, path, "{}").await,
    }
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.path)
}

/// One line per route, its cells in the order of [`ACTORS`].
async fn walk(hub: &Hub) -> Vec<(Route, Vec<&'static str>)> {
    let examples = examples(hub).await;
    let mut routes = hub.app.routes.clone();
    // Reading first; signing out ends the session of the walk and comes last.
    routes.sort_by_key(|route| (route.path == "/sign-out", route.method != "GET", route.path.clone()));
    let mut lines: Vec<(Route, Vec<&'static str>)> = routes.into_iter().map(|route| (route, Vec::new())).collect();
    let mut broken = Vec::new();
    for (actor, roles) in ACTORS {
        for (route, cells) in &mut lines {
            let path = address(route, &examples);
            let answer = ask(hub, account(actor), route, &path).await;
            let class = class(&answer);
            if class == "FAIL" {
                broken.push(format!("{actor} {} {path}: {}", route.method, answer.status));
            }
            if !gate_opens(route.access, actor, roles) && !matches!(class, "in" | "no") {
                broken.push(format!(
                    "{actor} passes the gate of {} {path} ({:?}): {}",
                    route.method, route.access, answer.status
                ));
            }
            cells.push(class);
        }
    }
    assert!(broken.is_empty(), "{} answers are wrong whatever the table says:\n{}", broken.len(), broken.join("\n"));
    lines.sort_by_key(|(route, _)| (route.path.clone(), route.method));
    lines
}

fn gate_opens(access: Access, actor: &str, roles: &[Role]) -> bool {
    let signed_in = !matches!(actor, "visitor" | "suspended");
    let holder = kernel::Actor {
        account: signed_in.then(kernel::Uuid::now_v7),
        roles: roles.to_vec(),
        ..kernel::Actor::visitor()
    };
    access.check(&holder).is_ok()
}

fn line(route: &Route, cells: &[&str]) -> String {
    let cells: String =
        cells.iter().zip(ACTORS).map(|(cell, (actor, _))| format!(" {cell:width$}", width = actor.len())).collect();
    format!("{:<60}{cells}", name(route)).trim_end().to_owned()
}

fn render(lines: &[(Route, Vec<&'static str>)]) -> String {
    let heading: String = ACTORS.iter().map(|(actor, _)| format!(" {actor}")).collect();
    let mut text = String::from(
        "# Every route as every role; see program/permissions.rs for how it is walked and what the words mean.\n\
         # ok 2xx · go led on · in asked to sign in · no 403 · none 404 · bad the gate is open, the request not enough\n",
    );
    text.push_str(&format!("{:<60}{heading}\n", "#"));
    lines.iter().for_each(|(route, cells)| text.push_str(&format!("{}\n", line(route, cells))));
    text
}

#[test]
fn every_route_answers_every_role_as_the_committed_table_says() {
    alone(async || {
        let hub = hub().await;
        let lines = walk(&hub).await;
        if std::env::var("UPDATE_PERMISSIONS").is_ok_and(|value| value == "1") {
            std::fs::write(file(), render(&lines)).unwrap();
            return;
        }
        let committed = std::fs::read_to_string(file()).unwrap_or_default();
        let committed: BTreeMap<&str, &str> = committed
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| Some((line.split_at_checked(line.find("  ").unwrap_or(60).min(60))?.0.trim_end(), line)))
            .collect();
        let mut wrong = Vec::new();
        for (route, cells) in &lines {
            let now = line(route, cells);
            match committed.get(name(route).as_str()) {
                None => wrong.push(format!("no row for this route; add to tests/permissions.txt:\n{now}")),
                Some(then) if !then.split_whitespace().eq(now.split_whitespace()) => {
                    wrong.push(format!("was: {then}\nnow: {now}"))
                }
                Some(_) => {}
            }
        }
        let known: Vec<String> = lines.iter().map(|(route, _)| name(route)).collect();
        let gone = committed.keys().filter(|row| !known.iter().any(|known| known == *row));
        wrong.extend(gone.map(|row| format!("row without a route: {row}")));
        assert!(
            wrong.is_empty(),
            "{} rows differ (UPDATE_PERMISSIONS=1 rewrites them all):\n{}",
            wrong.len(),
            wrong.join("\n")
        );
    });
}
