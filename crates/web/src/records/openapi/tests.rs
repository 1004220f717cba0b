//! The document is what it says it is: references lead somewhere, and no route is missing.
#![allow(clippy::unwrap_used)]

use super::super::exchange::sample::{ORG, PERSON, UNIT};
use super::*;
use crate::records::api::api_routes;
use crate::routes::Routes;

fn table() -> Vec<Route> {
    let all = [&ORG, &UNIT, &PERSON].into_iter().fold(Routes::new(), |routes, kind| routes.with(api_routes(kind)));
    all.with(routes()).plain(Method::GET, "/files/{id}/{*name}", Access::SignedIn, || async {}).table().to_vec()
}

fn each<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            visit(map);
            map.values().for_each(|value| each(value, visit));
        }
        Value::Array(items) => items.iter().for_each(|value| each(value, visit)),
        _ => {}
    }
}

#[test]
fn every_reference_leads_somewhere_in_both_languages() {
    for lang in Lang::ALL {
        let document = document(&[&ORG, &UNIT, &PERSON], &table(), "Hub", "http://localhost/", lang);
        let mut references = 0;
        each(&document, &mut |map| {
            if let Some(target) = map.get("$ref").and_then(Value::as_str) {
                references += 1;
                assert!(document.pointer(target.trim_start_matches('#')).is_some(), "{target}");
            }
        });
        assert!(references > 100);
    }
}

#[test]
fn every_route_that_is_no_page_is_described_with_its_parameters_and_an_own_name() {
    let table = table();
    let document = document(&[&ORG, &UNIT, &PERSON], &table, "Hub", "http://localhost/", Lang::En);
    let mut names = std::collections::HashSet::new();
    for route in table.iter().filter(|route| !route.page) {
        let operation = &document["paths"][&route.path][route.method.to_lowercase()];
        assert!(operation.is_object(), "{route:?}");
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{route:?}");
        assert!(operation["responses"].as_object().is_some_and(|responses| !responses.is_empty()));
        let resolved: Vec<&Value> = operation["parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p.get("$ref").and_then(Value::as_str).map_or(p, |target| document.pointer(&target[1..]).unwrap()))
            .collect();
        for name in route.path.split('{').skip(1).filter_map(|rest| rest.split('}').next()) {
            assert!(
                resolved.iter().any(|p| p["name"] == name.trim_start_matches('*') && p["in"] == "path"),
                "{route:?} {name}"
            );
        }
    }
    assert!(document["paths"].as_object().unwrap().contains_key("/openapi.json"));
}

#[test]
fn limits_and_words_come_from_the_description() {
    let document = document(&[&ORG], &table(), "Hub", "http://localhost/", Lang::Ja);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["OrganizationFieldsInput"]["properties"]["kana"]["maxLength"], 200);
    assert_eq!(schemas["TermKinds"]["oneOf"][0]["title"], "企業");
    assert_eq!(schemas["Organization"]["properties"]["type"]["const"], "organization");
}
