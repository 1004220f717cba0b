//! Badges: name, organization, gathering, and the code that the entrance reads. Eight to a sheet of A4, or one a page of
//! the size of a badge.

use super::Occasion;
use crate::gatherings::store::Registration;
use crate::print::{Align, Block, Paper, Weight};
use kernel::Lang;

/// Size of a badge: an eighth of A4.
const WIDE: f32 = 105.0;
const HIGH: f32 = 74.25;
/// Badges on a sheet, in two columns.
const ON_SHEET: usize = 8;
/// White around what is printed, so that printers reach it.
const EDGE: f32 = 8.0;
const CODE: f32 = 27.0;

/// What stands on one badge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Badge {
    pub name: String,
    pub organization: String,
    pub gathering: String,
    pub host: String,
    /// What the entrance reads: the id of the registration.
    pub code: String,
}

impl Badge {
    pub fn of(occasion: &Occasion<'_>, one: &Registration) -> Badge {
        let lang: Lang = one.lang();
        Badge {
            name: one.name.clone(),
            organization: one.organization.clone(),
            gathering: occasion.gathering.called(lang),
            host: occasion.host(lang),
            code: one.id.to_string(),
        }
    }
}

/// Eight badges to a sheet of A4, with hairlines to cut along.
pub fn sheets(paper: &mut Paper<'_>, badges: &[Badge]) {
    for eight in badges.chunks(ON_SHEET) {
        paper.sheet(2.0 * WIDE, 4.0 * HIGH);
        paper.rule((WIDE, 0.0), (WIDE, 4.0 * HIGH), 0.25, 0.7);
        for row in 1..4 {
            let y = row as f32 * HIGH;
            paper.rule((0.0, y), (2.0 * WIDE, y), 0.25, 0.7);
        }
        for (at, badge) in eight.iter().enumerate() {
            draw(paper, badge, (at % 2) as f32 * WIDE, (at / 2) as f32 * HIGH);
        }
    }
}

/// One badge a page.
pub fn badges(paper: &mut Paper<'_>, badges: &[Badge]) {
    for badge in badges {
        paper.sheet(WIDE, HIGH);
        draw(paper, badge, 0.0, 0.0);
    }
}

fn draw(paper: &mut Paper<'_>, badge: &Badge, x: f32, y: f32) {
    let room = WIDE - 2.0 * EDGE;
    let block = |top: f32, width: f32, size: (f32, f32), lines: usize, gray: f32| Block {
        x: x + EDGE,
        top: y + top,
        width,
        size,
        lines,
        align: Align::Start,
        weight: Weight::Plain,
        gray,
    };
    let end = paper.write(&block(EDGE, room, (9.0, 8.0), 2, 0.25), &badge.gathering) - y;
    paper.rule((x + EDGE, y + end + 1.2), (x + WIDE - EDGE, y + end + 1.2), 0.6, 0.6);
    let name = Block { weight: Weight::Strong, ..block(end + 3.0, room, (24.0, 13.0), 2, 0.0) };
    let end = paper.write(&name, &badge.name) - y;
    // The code stands in the lower right corner; its quiet zone reaches into the edge.
    let beside = room - CODE - 1.0;
    paper.write(&block((end + 1.0).min(HIGH - 28.0), beside, (12.0, 8.0), 2, 0.1), &badge.organization);
    paper.write(&block(HIGH - EDGE - 4.0, beside, (8.0, 7.0), 1, 0.35), &badge.host);
    paper.code(&badge.code, x + WIDE - EDGE - CODE + 2.0, y + HIGH - EDGE - CODE + 2.0, CODE);
}
