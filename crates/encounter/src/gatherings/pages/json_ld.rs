//! A gathering as schema.org JSON-LD. A data block, which the content policy allows; made here because templates hold
//! no script.

use super::{named, terms};
use crate::gatherings::model::when::Span;
use kernel::Uuid;
use kernel::record::Record;
use serde_json::{Value, json};
use web::Cx;

/// The whole element, safe to put into a page. Empty for what is not public.
pub fn element(cx: &Cx, gathering: &Record, span: &Span, hosts: &[Uuid]) -> String {
    if gathering.audience.level != kernel::Level::Public {
        return String::new();
    }
    let (start, end) = span.rfc3339();
    let address = cx.absolute(&cx.href(&format!("/gatherings/{}", gathering.id)));
    let mode = match gathering.plain("format") {
        "online" => "OnlineEventAttendanceMode",
        "hybrid" => "MixedEventAttendanceMode",
        _ => "OfflineEventAttendanceMode",
    };
    let status = if gathering.plain("state") == "cancelled" { "EventCancelled" } else { "EventScheduled" };
    let place = gathering.text("place");
    let hall = json!({ "@type": "Place", "name": place.say(cx.lang), "address": place.say(cx.lang) });
    let online = json!({ "@type": "VirtualLocation", "url": address });
    let location: Value = match gathering.plain("format") {
        "online" => online,
        "hybrid" => json!([hall, online]),
        _ => hall,
    };
    let organizer: Vec<Value> = hosts
        .iter()
        .map(|id| named(cx, *id))
        .filter(|host| !host.href.is_empty())
        .map(|host| json!({ "@type": "Organization", "name": host.name, "url": cx.absolute(&host.href) }))
        .collect();
    let mut event = json!({
        "@context": "https://schema.org",
        "@type": "Event",
        "name": gathering.called(cx.lang),
        "startDate": start,
        "endDate": end,
        "eventStatus": format!("https://schema.org/{status}"),
        "eventAttendanceMode": format!("https://schema.org/{mode}"),
        "location": location,
        "url": address,
        "inLanguage": gathering.codes("languages"),
    });
    let summary = gathering.text("summary");
    if !summary.is_empty() {
        event["description"] = json!(summary.say(cx.lang));
    }
    if !organizer.is_empty() {
        event["organizer"] = json!(organizer);
    }
    if let Some(capacity) = gathering.integer("capacity") {
        event["maximumAttendeeCapacity"] = json!(capacity);
    }
    if !terms(cx, gathering, "fields").is_empty() {
        event["keywords"] = json!(terms(cx, gathering, "fields"));
    }
    // `<` cannot end the element from inside a string.
    let text = event.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    format!("<script type=\"application/ld+json\">{text}</script>")
}
