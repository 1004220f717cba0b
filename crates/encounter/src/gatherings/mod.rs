//! Gatherings: what is on, its programme, who takes part.
//!
//! **Words.** A *series* has editions; each is a *gathering*, carried by *parts* (host, co-host, sponsor …), made of
//! *sessions* in *rooms* with *speakers*. People *register* alone or as a *party*; a party gets all its seats or none.
//!
//! **States.** A gathering that was announced is never a draft again.
//!
//! ```text
//! gathering:     draft ──► published ⇄ cancelled
//!
//! registration:  asked ──► confirmed ◄── waiting
//!                  │  └───────────────────► waiting
//!                  ├──► declined
//!                  └──► cancelled ◄── confirmed, waiting
//! ```
//!
//! Never here: rooms of the building, one-to-one meetings, agreements (told through [`Promises`], asked through
//! [`Memberships`]).

pub mod actions;
pub mod jobs;
pub mod mails;
pub mod model;
pub mod pages;
pub mod papers;
pub mod policy;
pub mod records;
pub mod store;
pub mod vocabularies;

#[cfg(test)]
mod tests;

pub use actions::hooks::hooks;
pub use actions::memberships::Memberships;
pub use actions::promises::{Held, Promises, Use};
pub use jobs::jobs;
pub use model::membership::{Grant, Perk};
pub use pages::list::{Line, next};

use crate::print::Library;
use axum::http::Method;
use kernel::Permission;
use pages::life::{Ask, act, ask};
use pages::papers::{Kind, of_gathering, of_party, of_ticket};
use pages::programme::Programmes;
use std::sync::Arc;
use web::records::{routes as kit, routes_beside};
use web::{Access, Routes};

/// Badges and certificates as PDF.
fn papers(fonts: &Arc<Library>) -> Routes {
    let printed = [("badges", Kind::Sheets, Kind::Badges), ("certificates", Kind::Certificates, Kind::Certificates)];
    printed.into_iter().fold(Routes::new(), |routes, (file, all, own)| {
        let [of_all, of_some, of_secret] = [(); 3].map(|()| Arc::clone(fonts));
        routes
            .page(&format!("/gatherings/{{id}}/{file}.pdf"), Access::May(Permission::EditGatherings), move |cx, id| {
                of_gathering(cx, Arc::clone(&of_all), all, id)
            })
            .page(&format!("/registrations/{{id}}/{file}.pdf"), Access::SignedIn, move |cx, id| {
                of_party(cx, Arc::clone(&of_some), own, id)
            })
            .page(&format!("/tickets/{{secret}}/{file}.pdf"), Access::Everyone, move |cx, secret| {
                of_ticket(cx, Arc::clone(&of_secret), own, secret)
            })
    })
}

/// Every address of gatherings.
pub fn routes(memberships: Arc<dyn Memberships>, fonts: &Arc<Library>) -> Routes {
    let [shown, asked, sent, called] = [(); 4].map(|()| Arc::clone(&memberships));
    let programmes = Arc::new(Programmes::default());
    let beside = Arc::clone(&programmes);
    let runners = Access::May(Permission::EditGatherings);
    let everyone = Access::Everyone;
    let signed_in = Access::SignedIn;
    let others = records::ALL.iter().copied().filter(|kind| kind.key != records::GATHERING.key);
    let routes = Routes::new()
        .with(routes_beside(&records::GATHERING))
        .page("/meet", everyone, pages::list::page)
        .page("/gatherings", everyone, pages::list::page)
        .page("/gatherings/{id}", everyone, move |cx, id| {
            pages::show::page(cx, Arc::clone(&shown), Arc::clone(&beside), id)
        })
        .page("/gatherings/{id}/timetable", everyone, move |cx, id, query| {
            pages::timetable::page(cx, Arc::clone(&programmes), id, query)
        })
        .page("/gatherings/{id}/changes", everyone, pages::changes::page)
        .submit("/sessions/{id}/star", signed_in, pages::timetable::star)
        .page("/gatherings/{id}/register", everyone, move |cx, id| pages::register::form(cx, Arc::clone(&asked), id))
        .submit("/gatherings/{id}/register", everyone, move |cx, id, form| {
            pages::register::submit(cx, Arc::clone(&sent), id, form)
        })
        .page("/gatherings/{id}/received", everyone, pages::register::received)
        .plain(Method::POST, "/api/v1/gatherings/{id}/registrations", everyone, move |cx, id, body| {
            pages::api::create(cx, Arc::clone(&called), id, body)
        })
        .page("/registrations/{id}", signed_in, pages::mine::page)
        .page("/registrations/{id}/cancel", signed_in, pages::mine::ask)
        .submit("/registrations/{id}/cancel", signed_in, pages::mine::give_up)
        .submit("/registrations/{id}/accept", runners, pages::staff::accept)
        .submit("/registrations/{id}/decline", runners, pages::staff::decline)
        .page("/tickets/{secret}", everyone, pages::mine::ticket)
        .page("/tickets/{secret}/cancel", everyone, pages::mine::ask_ticket)
        .submit("/tickets/{secret}/cancel", everyone, pages::mine::give_up_ticket)
        .page("/gatherings/{id}/registrations", runners, pages::staff::page)
        .submit("/gatherings/{id}/release-mails", runners, pages::staff::release)
        .page("/gatherings/{id}/check-in", runners, pages::check_in::page)
        .submit("/gatherings/{id}/check-in", runners, pages::check_in::submit)
        .submit("/gatherings/{id}/check-in/sync", runners, pages::check_in::sync)
        .page("/gatherings/{id}/badges", runners, pages::badges::page)
        .with(papers(fonts))
        .page("/gatherings/{id}/mails", runners, pages::templates::list)
        .page("/gatherings/{id}/mails/{kind}", runners, pages::templates::edit)
        .submit("/gatherings/{id}/mails/{kind}", runners, pages::templates::submit)
        .page("/gatherings/{id}/survey", runners, pages::survey_results::page)
        .page("/gatherings/{id}/survey.csv", runners, pages::survey_results::csv)
        .page("/gatherings/{id}/survey.xlsx", runners, pages::survey_results::xlsx)
        .page("/registrations/{id}/survey", signed_in, pages::survey::form)
        .submit("/registrations/{id}/survey", signed_in, pages::survey::submit)
        .page("/tickets/{secret}/survey", everyone, pages::survey::form_of_ticket)
        .submit("/tickets/{secret}/survey", everyone, pages::survey::submit_of_ticket)
        .page("/calendar", signed_in, pages::calendar::page)
        .submit("/calendar/address", signed_in, pages::calendar::renew)
        .submit("/calendar/end", signed_in, pages::calendar::end)
        .plain(Method::GET, "/files/gatherings/{id}/event.ics", everyone, pages::calendar::file)
        .plain(Method::GET, "/files/gatherings/{id}/changes.atom", everyone, pages::changes::feed)
        .plain(Method::GET, "/files/meet/calendar.ics", everyone, pages::calendar::public)
        .plain(Method::GET, "/files/calendars/{secret}", everyone, pages::calendar::feed);
    let verbs = [("publish", Ask::Publish), ("call-off", Ask::CallOff), ("next", Ask::Next)];
    let routes = verbs.into_iter().fold(routes, |routes, (verb, asked)| {
        let path = format!("/gatherings/{{id}}/{verb}");
        routes
            .page(&path, runners, move |cx, id| ask(cx, asked, id))
            .submit(&path, runners, move |cx, id, sent| act(cx, asked, id, sent))
    });
    others.fold(routes, |routes, kind| routes.with(kit(kind)))
}
