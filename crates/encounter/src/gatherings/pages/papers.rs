//! Badges and certificates as PDF: all of a gathering for whoever runs it, one's own for everybody else.

use super::{mine, visible};
use crate::gatherings::papers::{self, Badge, Certificate, Occasion};
use crate::gatherings::records::{GATHERING, GATHERING_PART};
use crate::gatherings::store::{self as rows, Registration};
use crate::print::{Library, Paper};
use axum::extract::Path;
use axum::http::header;
use axum::response::IntoResponse;
use kernel::record::Record;
use kernel::{Error, Lang, Result, Text, Uuid, both};
use std::sync::Arc;
use store::records::{self, Scope};
use web::{Cx, Handled};

/// What is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Eight to a sheet of A4.
    Sheets,
    /// One a page.
    Badges,
    Certificates,
}

impl Kind {
    fn file(self) -> &'static str {
        match self {
            Kind::Sheets | Kind::Badges => "badges",
            Kind::Certificates => "certificates",
        }
    }

    /// Whom it is for.
    fn people(self, all: Vec<Registration>, lang: Lang) -> Vec<Registration> {
        match self {
            Kind::Sheets | Kind::Badges => papers::confirmed(all, lang),
            Kind::Certificates => papers::present(all, lang),
        }
    }

    /// Said when there is nobody to print for.
    fn nobody(self) -> Error {
        Error::conflict(match self {
            Kind::Sheets | Kind::Badges => both("参加の決まった人がまだいません。", "Nobody has a confirmed seat yet."),
            Kind::Certificates => both(
                "受付を済ませた人がまだいません。証明書は、受付した人にだけ出せます。",
                "Nobody was checked in yet. Certificates are for people who were checked in.",
            ),
        })
    }
}

/// `GET /gatherings/{id}/badges.pdf`, `/gatherings/{id}/certificates.pdf`: for everybody.
pub async fn of_gathering(cx: Cx, fonts: Arc<Library>, kind: Kind, Path(id): Path<Uuid>) -> Handled {
    let gathering = visible(&cx, id).await?;
    let all = rows::registrations(&cx.app.db, id).await?;
    print(&cx, fonts, kind, gathering, all).await
}

/// `GET /registrations/{id}/badges.pdf`, `…/certificates.pdf`: for the people who registered together.
pub async fn of_party(cx: Cx, fonts: Arc<Library>, kind: Kind, Path(party): Path<Uuid>) -> Handled {
    let people = mine::own(&cx, party).await?;
    of_people(&cx, fonts, kind, people).await
}

/// `GET /tickets/{secret}/badges.pdf`, `…/certificates.pdf`: the same by the secret of a mail.
pub async fn of_ticket(cx: Cx, fonts: Arc<Library>, kind: Kind, Path(secret): Path<String>) -> Handled {
    let people = mine::by_ticket(&cx, &secret).await?;
    of_people(&cx, fonts, kind, people).await
}

/// One person of a party is named by `?person=`.
async fn of_people(cx: &Cx, fonts: Arc<Library>, kind: Kind, mut people: Vec<Registration>) -> Handled {
    let gathering = people.first().map(|one| one.gathering).ok_or(Error::NotFound)?;
    let found = records::find(&cx.app.db, &GATHERING, gathering, Scope::Everything).await?;
    if let Some(person) = cx.query.split('&').find_map(|pair| pair.strip_prefix("person=")) {
        people.retain(|one| one.id.to_string() == person);
    }
    print(cx, fonts, kind, found.ok_or(Error::NotFound)?, people).await
}

async fn print(cx: &Cx, fonts: Arc<Library>, kind: Kind, gathering: Record, all: Vec<Registration>) -> Handled {
    let people = kind.people(all, cx.lang);
    if people.is_empty() {
        return Err(kind.nobody().into());
    }
    let (hosts, hub) = (hosts(cx, gathering.id).await?, cx.hub.name.clone());
    let (zone, today, lang) = (cx.hub.zone, cx.today(), cx.lang);
    let draw = move || {
        let occasion = Occasion { gathering: &gathering, hub: &hub, zone, hosts, today };
        file(&fonts, kind, &occasion, &people, lang)
    };
    let bytes = tokio::task::spawn_blocking(draw).await.map_err(Error::internal)??;
    let headers = [
        (header::CONTENT_TYPE, "application/pdf".to_owned()),
        (header::CONTENT_DISPOSITION, format!("inline; filename=\"{}.pdf\"", kind.file())),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn file(fonts: &Library, kind: Kind, occasion: &Occasion<'_>, people: &[Registration], lang: Lang) -> Result<Vec<u8>> {
    let faces = fonts.faces()?;
    let mut paper = Paper::new(&faces)?;
    let badges = || people.iter().map(|one| Badge::of(occasion, one)).collect::<Vec<_>>();
    match kind {
        Kind::Sheets => papers::sheets(&mut paper, &badges()),
        Kind::Badges => papers::badges(&mut paper, &badges()),
        Kind::Certificates => {
            let all: Vec<Certificate> = people.iter().map(|one| Certificate::of(occasion, one)).collect();
            papers::certificates(&mut paper, &all);
        }
    }
    paper.finish(&occasion.gathering.called(lang), lang)
}

/// Names of the hosts that everybody may see, in their order.
async fn hosts(cx: &Cx, gathering: Uuid) -> Result<Vec<Text>> {
    let public = kernel::Actor::visitor().keyring();
    let mut parts = records::linking(&cx.app.db, &GATHERING_PART, "gathering", gathering, Scope::Keys(&public)).await?;
    parts.retain(|part| part.plain("role") == "host");
    parts.sort_by_key(|part| (part.integer("ordinal").unwrap_or(999), part.id));
    let named = |party| {
        let entry = cx.app.catalogue.entry(party, &public)?;
        Some(Text::pair(entry.called(Lang::Ja), entry.called(Lang::En)))
    };
    Ok(parts.iter().filter_map(|part| part.link("party")).filter_map(named).collect())
}
