//! The first page: what this hub is, one field to ask, what is new, who waits for whom, how to begin.

use super::pairs::{Pair, Pairs};
use alliance::agreements::{MatrixSummary, Summaries};
use askama::Template;
use directory::vocabularies as v;
use kernel::Lang;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::catalogue::{Browse, Entry};
use web::layout::monogram;
use web::{Cx, Handled, html};

/// What the first page keeps for the next reader: it is asked for more than any other.
#[derive(Default)]
pub(super) struct Kept {
    pairs: Pairs,
    summaries: Summaries,
}

/// Needs shown with the offer that answers them.
const MOST_TIES: usize = 3;

/// One of the facts of today.
struct Fact {
    tone: &'static str,
    eyebrow: &'static str,
    title: String,
    detail: String,
    href: String,
}

struct Tie {
    need: String,
    need_by: String,
    need_href: String,
    offer: String,
    offer_by: String,
    offer_href: String,
    why: String,
}

struct Station {
    count: u32,
    label: &'static str,
    href: String,
}

struct Way {
    tone: &'static str,
    letter: String,
    title: &'static str,
    detail: &'static str,
    href: String,
}

#[derive(Template)]
#[template(path = "front/home.html")]
struct HomePage<'a> {
    cx: &'a Cx,
    organizations: u32,
    asks: [(&'static str, String); 3],
    facts: Vec<Fact>,
    ties: Vec<Tie>,
    listings: u32,
    stations: Vec<Station>,
    ways: Vec<Way>,
    matrix: Arc<MatrixSummary>,
}

pub(super) async fn page(cx: Cx, kept: Arc<Kept>) -> Handled {
    let matrix = kept.summaries.matrix(&cx).await?;
    let ask = |ja: &'static str, en: &'static str| {
        let words = cx.t(ja, en);
        (
            words,
            format!(
                "{}?{}",
                cx.href("/search"),
                url::form_urlencoded::Serializer::new(String::new()).append_pair("q", words).finish()
            ),
        )
    };
    html(&HomePage {
        organizations: cx.app.catalogue.count(&["organization"], &cx.keyring),
        asks: [ask("製造枠", "manufacturing"), ask("治験", "clinical trial"), ask("細胞 輸送", "cell transport")],
        facts: facts(&cx),
        ties: kept.pairs.best(&cx, MOST_TIES).iter().filter_map(|pair| tie(&cx, pair)).collect(),
        listings: cx.app.catalogue.count(&["listing"], &cx.keyring),
        stations: stations(&cx),
        ways: ways(&cx),
        matrix,
        cx: &cx,
    })
}

/// The newest visible entry of a type that passes a test.
fn newest(cx: &Cx, record_type: &str, fits: impl Fn(&Entry) -> bool) -> Option<Entry> {
    cx.app.catalogue.newest(record_type, &cx.keyring, 1, fits).pop()
}

fn facts(cx: &Cx) -> Vec<Fact> {
    let fact = |tone, eyebrow, entry: Option<Entry>, detail: &dyn Fn(&Entry) -> String| {
        entry.map(|entry| Fact {
            tone,
            eyebrow,
            title: entry.called(cx.lang).to_owned(),
            detail: detail(&entry),
            href: cx.href(&format!("/{}/{}", entry.kind.path, entry.id)),
        })
    };
    let by = |entry: &Entry| entry.link("party").map(|id| name(cx, id)).unwrap_or_default();
    let listing = |side: &'static str, kinds: &'static [&'static str]| {
        newest(cx, "listing", move |e| {
            e.facet("side") == Some(side)
                && e.facet("state") == Some("open")
                && (kinds.is_empty() || e.facet("kind").is_some_and(|k| kinds.contains(&k)))
        })
    };
    let kind_of = |entry: &Entry| {
        let term = entry.facet("kind").and_then(|code| v::ORGANIZATION_KINDS.term(code));
        term.map(|t| t.label.get(cx.lang).to_owned()).unwrap_or_default()
    };
    let agreement_type = |entry: &Entry| entry.kind.one.get(cx.lang).to_owned();
    [
        fact("c-cord", cx.t("いま求めています", "Wanted now"), listing("need", &[]), &by),
        fact(
            "c-brand",
            cx.t("空きあり", "Free now"),
            listing("offer", &["manufacturing_slot", "lab_space", "equipment"]),
            &by,
        ),
        fact(
            "c-gold",
            cx.t("新しい顔ぶれ", "New here"),
            newest(cx, "organization", |e| e.fictional || !cx.hub.sample),
            &kind_of,
        ),
        fact(
            "c-plum",
            cx.t("新しい結び目", "New knot"),
            newest(cx, "agreement", |e| e.facet("state") == Some("signed")),
            &agreement_type,
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn name(cx: &Cx, id: kernel::Uuid) -> String {
    cx.app.catalogue.entry(id, &cx.keyring).map(|entry| entry.called(cx.lang).to_owned()).unwrap_or_default()
}

fn tie(cx: &Cx, pair: &Pair) -> Option<Tie> {
    let need = cx.app.catalogue.entry(pair.need, &cx.keyring)?;
    let offer = cx.app.catalogue.entry(pair.offer, &cx.keyring)?;
    let words: Vec<&str> = pair
        .shared
        .iter()
        .filter_map(|(_, code)| {
            [&v::FIELDS, &v::MODALITIES, &v::STAGES, &v::LISTING_KINDS]
                .iter()
                .find_map(|vocabulary| vocabulary.term(code))
        })
        .map(|term| term.label.get(cx.lang))
        .collect();
    let why = match cx.lang {
        Lang::Ja => format!("{}が一致しています。", words.join("・")),
        Lang::En => format!("Both say: {}.", words.join(", ")),
    };
    let address = |entry: &Entry| cx.href(&format!("/{}/{}", entry.kind.path, entry.id));
    Some(Tie {
        need_by: need.link("party").map(|id| name(cx, id)).unwrap_or_default(),
        offer_by: offer.link("party").map(|id| name(cx, id)).unwrap_or_default(),
        need_href: address(&need),
        offer_href: address(&offer),
        need: need.called(cx.lang).to_owned(),
        offer: offer.called(cx.lang).to_owned(),
        why,
    })
}

/// How many organizations and laboratories say they work on each stage.
fn stations(cx: &Cx) -> Vec<Station> {
    let page = cx.app.catalogue.browse(&Browse {
        record_types: &["organization", "unit"],
        chosen: &BTreeMap::new(),
        facets: &["stages"],
        hits: None,
        keyring: &cx.keyring,
        lang: cx.lang,
        after: None,
        limit: 0,
    });
    let counts: BTreeMap<String, u32> = page.facets.into_iter().flat_map(|facet| facet.codes).collect();
    let stages = v::STAGES.terms.iter().filter(|term| term.code != "idea");
    stages
        .map(|term| Station {
            count: counts.get(term.code).copied().unwrap_or(0),
            label: term.label.get(cx.lang),
            href: cx.href(&format!("/directory?stages={}", term.code)),
        })
        .collect()
}

fn ways(cx: &Cx) -> Vec<Way> {
    let way = |tone, title: &'static str, detail, path: &str| Way {
        tone,
        letter: monogram(title),
        title,
        detail,
        href: cx.href(path),
    };
    vec![
        way(
            "c-moss",
            cx.t("起業した方・これからの方", "Founders"),
            cx.t("助言、資金、ラボ、最初の仲間", "Advice, funding, lab space, first partners"),
            "/grow",
        ),
        way(
            "c-brand",
            cx.t("企業の新事業・研究開発", "Companies"),
            cx.t("研究室の技術と課題、提携先", "Technologies and issues of laboratories, partners"),
            "/listings?side=offer&kind=technology",
        ),
        way(
            "c-indigo",
            cx.t("研究室・病院の方", "Laboratories and hospitals"),
            cx.t("使われる研究へ。求める声から探す", "From research to use: see who is looking"),
            "/listings?side=need",
        ),
        way(
            "c-gold",
            cx.t("投資家・メンター", "Investors and mentors"),
            cx.t("段階と分野で見つける", "By stage and by field"),
            "/directory?kind=startup",
        ),
        way(
            "c-plum",
            cx.t("海外の方", "Visiting from abroad"),
            cx.t("英語で話せる相手と、提携の中身", "Who works in English, and what our agreements open"),
            "/directory?languages=en",
        ),
    ]
}
