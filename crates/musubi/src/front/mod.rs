//! Pages that several subsystems share: the first page, the doors, the desk, the staff's overview, words about the
//! site. They only put together what the subsystems tell.

mod about;
mod desk;
mod doors;
mod home;
mod pairs;

use directory::accounts::Waiting;
use std::sync::Arc;
use web::{Access, Cx, Handled, Routes, html};

/// Routes of these pages.
pub fn routes() -> Routes {
    let kept = Arc::new(home::Kept::default());
    Routes::new()
        .page("/", Access::Everyone, move |cx| home::page(cx, Arc::clone(&kept)))
        .page("/grow", Access::Everyone, |cx| doors::page(cx, web::Door::Grow))
        .page("/places", Access::Everyone, |cx| doors::page(cx, web::Door::Places))
        .page("/desk", Access::SignedIn, desk::page)
        .page("/staff", Access::Staff, desk::staff)
        .page("/about", Access::Everyone, about::about)
        .page("/accessibility", Access::Everyone, about::accessibility)
        .page("/feeds", Access::Everyone, about::feeds)
        .page("/styleguide", Access::Everyone, style_guide)
}

/// What waits for people, as the number on the desk.
pub fn waiting() -> Vec<Waiting> {
    vec![
        |db, actor| Box::pin(desk::waiting(db, actor)),
        encounter::introductions::waiting,
        encounter::introductions::due,
    ]
}

async fn style_guide(cx: Cx) -> Handled {
    html(&web::styleguide::StyleGuide::new(&cx))
}

/// A day in full, for templates.
fn day(cx: &Cx, day: &chrono::NaiveDate) -> String {
    kernel::calendar::date_long(cx.lang, *day)
}
