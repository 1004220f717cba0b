//! Certificates of attendance, one a page of A4, for people who were checked in.

use super::Occasion;
use crate::gatherings::model::when;
use crate::gatherings::store::Registration;
use crate::print::{Align, Block, Paper, Weight};
use kernel::Lang;

const WIDE: f32 = 210.0;
const HIGH: f32 = 297.0;
const EDGE: f32 = 30.0;

/// What stands on one certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    pub title: &'static str,
    pub name: String,
    pub organization: String,
    pub sentence: &'static str,
    pub gathering: String,
    /// Day and hours in the gathering's zone, then the place.
    pub facts: Vec<String>,
    pub issued: String,
    pub host: String,
}

impl Certificate {
    pub fn of(occasion: &Occasion<'_>, one: &Registration) -> Certificate {
        let lang = one.lang();
        let span = when::span(occasion.gathering, when::zone_of(occasion.gathering, occasion.zone));
        let time = span.map(|span| span.words(lang, occasion.zone)).unwrap_or_default();
        let place = occasion.gathering.text("place").say(lang).to_owned();
        let (title, name, sentence) = match lang {
            Lang::Ja => ("参加証明書", format!("{} 様", one.name), "下記の催しに参加されたことを証明します。"),
            Lang::En => ("Certificate of Attendance", one.name.clone(), "has attended the following event."),
        };
        Certificate {
            title,
            name,
            organization: one.organization.clone(),
            sentence,
            gathering: occasion.gathering.called(lang),
            facts: [time, place].into_iter().filter(|fact| !fact.is_empty()).collect(),
            issued: kernel::calendar::date(lang, occasion.today),
            host: occasion.host(lang),
        }
    }
}

/// One certificate a page.
pub fn certificates(paper: &mut Paper<'_>, certificates: &[Certificate]) {
    for one in certificates {
        paper.sheet(WIDE, HIGH);
        frame(paper);
        draw(paper, one);
    }
}

/// Two lines around the page.
fn frame(paper: &mut Paper<'_>) {
    for (inset, points) in [(14.0, 1.6), (16.0, 0.5)] {
        let (right, bottom) = (WIDE - inset, HIGH - inset);
        let corners = [(inset, inset), (right, inset), (right, bottom), (inset, bottom), (inset, inset)];
        corners.windows(2).for_each(|pair| paper.rule(pair[0], pair[1], points, 0.35));
    }
}

fn draw(paper: &mut Paper<'_>, one: &Certificate) {
    let block = |top: f32, size: (f32, f32), lines: usize, weight: Weight| Block {
        x: EDGE,
        top,
        width: WIDE - 2.0 * EDGE,
        size,
        lines,
        align: Align::Center,
        weight,
        gray: 0.05,
    };
    paper.write(&block(48.0, (30.0, 20.0), 1, Weight::Strong), one.title);
    let end = paper.write(&block(88.0, (15.0, 10.0), 2, Weight::Plain), &one.organization);
    let end = paper.write(&block(end + 4.0, (28.0, 14.0), 2, Weight::Strong), &one.name);
    paper.rule((55.0, end + 2.0), (WIDE - 55.0, end + 2.0), 0.6, 0.5);
    let end = paper.write(&block(end + 14.0, (13.0, 10.0), 2, Weight::Plain), one.sentence);
    let mut end = paper.write(&block(end + 14.0, (18.0, 11.0), 4, Weight::Strong), &one.gathering) + 4.0;
    for fact in &one.facts {
        end = paper.write(&block(end, (12.0, 9.0), 2, Weight::Plain), fact) + 1.0;
    }
    let end = paper.write(&block(HIGH - 70.0, (12.0, 9.0), 1, Weight::Plain), &one.issued);
    paper.write(&block(end + 3.0, (16.0, 10.0), 3, Weight::Plain), &one.host);
}
