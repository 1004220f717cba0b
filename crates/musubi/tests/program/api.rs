//! The description of the API against the routes of the whole program.

use crate::hub::reading;
use serde_json::Value;

#[test]
fn the_description_names_every_address_of_the_api_with_its_method() {
    reading(async |hub| {
        let described = hub.get("", "/openapi.json").await;
        let document: Value = serde_json::from_str(&described.body).unwrap();
        let routes: Vec<_> = hub.app.routes.iter().filter(|route| route.path.starts_with("/api/")).collect();
        assert!(routes.iter().any(|route| route.path == "/api/v1/introductions/{id}/answer"));
        assert!(routes.iter().all(|route| !route.page), "the API has one address, not one a language");
        let missing: Vec<_> = routes
            .iter()
            .filter(|route| !document["paths"][&route.path][route.method.to_lowercase()].is_object())
            .map(|route| format!("{} {}", route.method, route.path))
            .collect();
        assert_eq!(missing, Vec::<String>::new());
    });
}
