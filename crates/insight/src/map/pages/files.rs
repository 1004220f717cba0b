//! `GET /map/export.FORMAT`: the view as a file, cut to the reader's audience as the page is.

use super::picture::draw;
use super::{Asked, Map, ends, read, shown_edges};
use crate::map::export::{self, Tied};
use askama::Template;
use axum::http::header;
use axum::response::IntoResponse;
use kernel::{Error, Lang};
use std::sync::Arc;
use web::{Cx, Handled};

#[derive(Template)]
#[template(path = "map/file.svg", escape = "xml")]
struct SvgFile<'a> {
    picture: super::picture::Picture,
    title: &'a str,
    day: String,
    base: String,
}

pub async fn page(cx: Cx, format: &'static str, map: Arc<Map>) -> Handled {
    let asked = Asked::of(&cx);
    let analysis = read(&cx, &map, asked.day).await?;
    let edges = shown_edges(&asked, &analysis);
    let (kind, body) = match format {
        "svg" => {
            let picture = draw(&cx, &asked, &analysis, &[]);
            let title = cx.t("つながりの地図", "Connection map");
            let day = kernel::calendar::date_long(cx.lang, asked.day);
            let file = SvgFile { picture, title, day, base: cx.absolute("") };
            ("image/svg+xml", file.render().map_err(Error::internal)?)
        }
        _ => {
            let nodes: Vec<u32> = ends(&analysis, &edges).into_iter().collect();
            let tied = Tied { analysis: &analysis, nodes: &nodes, edges: &edges, lang: cx.lang, base: cx.absolute("") };
            match format {
                "graphml" => ("application/graphml+xml", export::graphml(&tied)),
                "gexf" => ("application/gexf+xml", export::gexf(&tied)),
                "csv" => ("text/csv; charset=utf-8", export::csv(&tied)),
                _ => ("application/json", export::json(&tied).to_string()),
            }
        }
    };
    let lang = if cx.lang == Lang::Ja { "ja" } else { "en" };
    let name = format!("attachment; filename=\"ties-{}-{lang}.{format}\"", asked.day);
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], body).into_response())
}
