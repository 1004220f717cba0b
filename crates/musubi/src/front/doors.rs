//! The doors Grow and Places: what the hub has behind them today, drawn from needs and offers.

use askama::Template;
use directory::vocabularies as v;
use store::catalogue::Entry;
use web::layout::Choice;
use web::{Cx, Door, Handled, html};

struct Item {
    href: String,
    title: String,
    by: String,
}

/// One kind of listing with its newest offers and needs.
struct Shelf {
    title: &'static str,
    all_href: String,
    offers: Vec<Item>,
    needs: Vec<Item>,
}

#[derive(Template)]
#[template(path = "front/door.html")]
struct DoorPage<'a> {
    cx: &'a Cx,
    door: Door,
    lead: &'static str,
    shelves: Vec<Shelf>,
    also: Vec<Choice>,
}

const MOST: usize = 5;

pub(super) async fn page(cx: Cx, door: Door) -> Handled {
    let (lead, kinds): (&'static str, &[&str]) = match door {
        Door::Grow => (
            cx.t("次の一歩に要る人、資金、助言、研修。", "People, funding, advice and training for the next step."),
            &["funding", "mentor", "executive", "regulatory_advice", "training"],
        ),
        _ => (
            cx.t(
                "使える場所と機器、製造枠、実証と治験の場。",
                "Space, equipment, manufacturing slots, test-beds and trial sites.",
            ),
            &["lab_space", "equipment", "manufacturing_slot", "clinical_test_bed", "trial_site"],
        ),
    };
    let mut open = cx.app.catalogue.all(&["listing"], &cx.keyring, cx.lang);
    open.retain(|entry| entry.facet("state") == Some("open"));
    open.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    let shelves = kinds.iter().filter_map(|kind| shelf(&cx, &open, kind)).collect();
    let also = vec![
        Choice::new(cx.href("/directory"), cx.t("名簿を見る", "Browse the directory")),
        Choice::new(cx.href("/listings"), cx.t("すべての求める・応える", "All needs and offers")),
        Choice::new(cx.href("/agreements"), cx.t("協定・覚書", "Agreements")),
    ];
    html(&DoorPage { cx: &cx, door, lead, shelves, also })
}

fn shelf(cx: &Cx, open: &[Entry], kind: &str) -> Option<Shelf> {
    let items = |side: &str| -> Vec<Item> {
        let fits = open.iter().filter(|e| e.facet("kind") == Some(kind) && e.facet("side") == Some(side));
        fits.take(MOST).map(|entry| item(cx, entry)).collect()
    };
    let (offers, needs) = (items("offer"), items("need"));
    if offers.is_empty() && needs.is_empty() {
        return None;
    }
    let title = v::LISTING_KINDS.term(kind)?.label.get(cx.lang);
    Some(Shelf { title, all_href: cx.href(&format!("/listings?kind={kind}")), offers, needs })
}

fn item(cx: &Cx, entry: &Entry) -> Item {
    let by = entry.link("party").and_then(|id| cx.app.catalogue.entry(id, &cx.keyring));
    Item {
        href: cx.href(&format!("/{}/{}", entry.kind.path, entry.id)),
        title: entry.called(cx.lang).to_owned(),
        by: by.map(|party| party.called(cx.lang).to_owned()).unwrap_or_default(),
    }
}
