//! My desk: what waits for me, what is mine; and for staff the way to their tools.

use alliance::agreements::DeskItem;
use askama::Template;
use kernel::{Actor, Permission, Result, Uuid};
use store::{Db, One, args};
use web::layout::{Choice, Crumb};
use web::{Cx, Handled, html};

struct Mine {
    href: String,
    title: String,
    note: String,
}

#[derive(Template)]
#[template(path = "front/desk.html")]
struct DeskPage<'a> {
    cx: &'a Cx,
    items: Vec<DeskItem>,
    mine: Vec<Mine>,
    listings: Vec<Mine>,
    post_href: String,
    matches_href: String,
    tools: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "front/staff.html")]
struct StaffPage<'a> {
    cx: &'a Cx,
    crumbs: Vec<Crumb>,
    tools: Vec<Choice>,
}

pub(super) async fn page(cx: Cx) -> Handled {
    let mut items = alliance::agreements::desk_items(&cx).await?;
    if cx.actor.may(Permission::ReviewDirectory) {
        let waiting = web::records::proposals::waiting(&cx).await?;
        if waiting > 0 {
            items.insert(0, proposals_item(&cx, waiting));
        }
    }
    items.extend(encounter::rounds::waiting(&cx).await?.into_iter().map(|waiting| DeskItem {
        title: waiting.title,
        detail: waiting.detail,
        href: waiting.href,
        due: None,
    }));
    let asked = encounter::introductions::waiting(&cx.app.db, &cx.actor).await?;
    if asked > 0 {
        items.insert(0, introductions_item(&cx, asked));
    }
    let (weeks, months) = encounter::introductions::outcomes_due(&cx.app.db, &cx.actor).await?;
    if weeks + months > 0 {
        items.push(outcomes_item(&cx, weeks, months));
    }
    let parties = own_parties(&cx.actor);
    let mine = parties.iter().filter_map(|id| line(&cx, *id)).collect();
    let listings = parties
        .iter()
        .flat_map(|party| cx.app.catalogue.referring("listing", "party", *party, &cx.keyring, cx.lang))
        .filter_map(|id| line(&cx, id))
        .collect();
    html(&DeskPage {
        items,
        mine,
        listings,
        post_href: parties.first().map(|party| cx.href(&format!("/listings/new?party={party}"))).unwrap_or_default(),
        matches_href: parties.first().map(|party| cx.href(&format!("/matches?for={party}"))).unwrap_or_default(),
        tools: if cx.actor.is_staff() { tools(&cx) } else { Vec::new() },
        cx: &cx,
    })
}

fn proposals_item(cx: &Cx, waiting: i64) -> DeskItem {
    DeskItem {
        title: match cx.lang {
            kernel::Lang::Ja => format!("変更の提案が{waiting}件届いています"),
            kernel::Lang::En => format!("{waiting} proposed changes are waiting"),
        },
        detail: cx.t("内容を確かめて、承認か見送りを選びます。", "Read them, then accept or decline.").to_owned(),
        href: cx.href("/proposals"),
        due: None,
    }
}

fn introductions_item(cx: &Cx, asked: u32) -> DeskItem {
    DeskItem {
        title: match cx.lang {
            kernel::Lang::Ja => format!("紹介のお願いが{asked}件届いています"),
            kernel::Lang::En => format!("{asked} introductions wait for your answer"),
        },
        detail: cx
            .t("双方が承諾するまで、連絡先は伝わりません。", "No contact details are passed on before both said yes.")
            .to_owned(),
        href: cx.href("/introductions"),
        due: None,
    }
}

fn outcomes_item(cx: &Cx, weeks: u32, months: u32) -> DeskItem {
    let all = weeks + months;
    let staff = cx.actor.may(Permission::ReviewDirectory);
    DeskItem {
        title: match (cx.lang, all) {
            (kernel::Lang::Ja, _) => format!("紹介のその後を聞いていないものが{all}件あります"),
            (kernel::Lang::En, 1) => "Of one introduction nobody said yet what came of it".to_owned(),
            (kernel::Lang::En, _) => format!("Of {all} introductions nobody said yet what came of them"),
        },
        detail: match cx.lang {
            kernel::Lang::Ja => format!("2週間後の問い{weeks}件、3か月後の問い{months}件"),
            kernel::Lang::En => format!("Asked after two weeks: {weeks}, after three months: {months}"),
        },
        href: cx.href(if staff { "/staff/introductions?state=made" } else { "/introductions?show=made" }),
        due: None,
    }
}

fn own_parties(actor: &Actor) -> Vec<Uuid> {
    let mut parties: Vec<Uuid> = actor.person.into_iter().chain(actor.manages.iter().copied()).collect();
    parties.dedup();
    parties
}

fn line(cx: &Cx, id: Uuid) -> Option<Mine> {
    let entry = cx.app.catalogue.entry(id, &cx.keyring)?;
    Some(Mine {
        href: cx.href(&format!("/{}/{id}", entry.kind.path)),
        title: entry.called(cx.lang).to_owned(),
        note: entry.kind.one.get(cx.lang).to_owned(),
    })
}

/// What waits for an actor, for the number in the header.
pub(super) async fn waiting(db: &Db, actor: &Actor) -> Result<u32> {
    if !actor.may(Permission::ReviewDirectory) {
        return Ok(0);
    }
    let One(count) = db.one::<One<i64>>("SELECT count(*) FROM proposal WHERE state = 'waiting'", args![]).await?;
    Ok(u32::try_from(count).unwrap_or(0))
}

pub(super) async fn staff(cx: Cx) -> Handled {
    let crumbs = vec![Crumb::new(cx.t("わたしの机", "My desk"), cx.href("/desk"))];
    html(&StaffPage { crumbs, tools: tools(&cx), cx: &cx })
}

/// The tools that this member of staff may use.
fn tools(cx: &Cx) -> Vec<Choice> {
    let mut tools = Vec::new();
    let mut add = |may: bool, path: &str, title: &'static str, hint: &'static str| {
        if may {
            tools.push(Choice::new(cx.href(path), title).with_hint(hint));
        }
    };
    let may = |permission| cx.actor.may(permission);
    add(
        may(Permission::ReviewDirectory),
        "/proposals",
        cx.t("変更の提案", "Proposed changes"),
        cx.t("会員から届いた変更を確かめる", "Review what members sent in"),
    );
    add(
        may(Permission::ReviewDirectory),
        "/staff/duplicates",
        cx.t("重複の確認", "Duplicates"),
        cx.t("同じものを見つけて統合する", "Find records of the same thing and merge them"),
    );
    add(
        may(Permission::ReviewDirectory),
        "/staff/introductions",
        cx.t("紹介", "Introductions"),
        cx.t("引き合わせる、お返事を待つものを見る", "Bring two together, see what waits"),
    );
    add(
        may(Permission::EditDirectory),
        "/terms",
        cx.t("用語集", "Glossary"),
        cx.t("検索と提案が使う、拠点の言い方", "The hub's own words, used by search and suggestions"),
    );
    add(
        may(Permission::Import),
        "/organizations/import",
        cx.t("組織を取り込む", "Import organizations"),
        cx.t("表計算の表やウェブの表から", "From a spreadsheet or a web table"),
    );
    add(
        may(Permission::Import),
        "/people/import",
        cx.t("人を取り込む", "Import people"),
        cx.t("名簿の表から", "From a list of people"),
    );
    add(
        may(Permission::EditAgreements),
        "/agreements/asleep",
        cx.t("眠っている条項", "Clauses asleep"),
        cx.t("24か月使われていない約束", "Promises unused for 24 months"),
    );
    add(
        cx.actor.is_staff(),
        "/agreements/matrix",
        cx.t("条項の一覧表", "Clause matrix"),
        cx.t("相手先ごとに、何を約束しているか", "Who promised what"),
    );
    add(
        cx.actor.is_staff(),
        "/agreements/as-of",
        cx.t("ある日の協定", "Agreements on a day"),
        cx.t("その日に有効な数と順番", "How many stood that day, and which is the n-th"),
    );
    add(
        cx.actor.is_staff(),
        "/map/balance",
        cx.t("偏りと橋渡し役", "Balance and brokers"),
        cx.t("立場をこえる結びつき、集まりとその名前", "Ties across sectors, communities and their names"),
    );
    add(
        cx.actor.is_staff(),
        "/map/bridges",
        cx.t("橋をかける", "Find bridges"),
        cx.t("二つのグループを結ぶ十の紹介", "Ten introductions between two groups"),
    );
    add(
        cx.actor.is_staff(),
        "/jobs",
        cx.t("ジョブ", "Jobs"),
        cx.t("取り込みや書き出しの進み具合", "Imports, exports and their progress"),
    );
    add(
        may(Permission::ManageAccounts),
        "/staff/accounts",
        cx.t("アカウント", "Accounts"),
        cx.t("招待、役割、停止", "Invite, give roles, suspend"),
    );
    tools
}
