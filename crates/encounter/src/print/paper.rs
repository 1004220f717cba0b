//! Pages that are drawn on. What is drawn is collected with the glyphs it needs; `finish` makes the file.

use super::font::{Face, Faces};
use super::{lines, write};
use kernel::{Lang, Result};
use pdf_writer::types::LineCapStyle;
use pdf_writer::{Content, Name, Str};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;
use unicode_normalization::UnicodeNormalization;

/// A point is 1/72 inch.
const POINTS: f32 = 72.0 / 25.4;
/// From one line to the next, in sizes of the letters.
const LEADING: f32 = 1.35;
/// Printed for a character that the font lacks: 〓, as a typesetter would for a missing sort.
const MISSING: char = '〓';

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    Plain,
    Strong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    Start,
    Center,
}

/// Where text goes, and how large it may be.
#[derive(Debug, Clone, Copy)]
pub struct Block {
    pub x: f32,
    pub top: f32,
    pub width: f32,
    /// Largest and smallest size in points; as large as fits.
    pub size: (f32, f32),
    /// At most so many lines; what is left at the smallest size ends in an ellipsis.
    pub lines: usize,
    pub align: Align,
    pub weight: Weight,
    /// 0 is black.
    pub gray: f32,
}

/// A face with the glyphs that were used of it.
pub struct Used<'f> {
    pub file: &'f Face,
    pub face: ttf_parser::Face<'f>,
    pub glyphs: GlyphRemapper,
    /// What each glyph stands for, for copying and for screen readers.
    pub means: BTreeMap<u16, char>,
}

impl<'f> Used<'f> {
    fn of(file: &'f Face) -> Result<Used<'f>> {
        Ok(Used { file, face: file.parsed()?, glyphs: GlyphRemapper::new(), means: BTreeMap::new() })
    }

    /// The glyph of a character and the character it draws; a letter stands in for itself with an accent that is missing.
    fn glyph(&self, c: char) -> (ttf_parser::GlyphId, char) {
        let known = |c: char| self.face.glyph_index(c).map(|glyph| (glyph, c));
        let bare = || std::iter::once(c).nfd().next().filter(|bare| *bare != c).and_then(known);
        known(c).or_else(bare).or_else(|| known(MISSING)).unwrap_or((ttf_parser::GlyphId(0), c))
    }

    /// Width of a line at size 1.
    fn width(&self, line: &str) -> f32 {
        let advance = |c: char| self.face.glyph_hor_advance(self.glyph(c).0).unwrap_or(0);
        line.chars().map(|c| f32::from(advance(c))).sum::<f32>() / f32::from(self.face.units_per_em())
    }

    /// The codes of a line in the font that will be embedded.
    fn codes(&mut self, line: &str) -> Vec<u8> {
        let mut codes = Vec::with_capacity(line.len());
        for c in line.chars() {
            let (glyph, drawn) = self.glyph(c);
            let code = self.glyphs.remap(glyph.0);
            self.means.insert(code, drawn);
            codes.extend(code.to_be_bytes());
        }
        codes
    }
}

/// One page.
pub struct Sheet {
    pub width: f32,
    pub height: f32,
    pub content: Content,
    pub words: Vec<String>,
}

/// A document in the making.
pub struct Paper<'f> {
    pub(super) plain: Used<'f>,
    pub(super) strong: Option<Used<'f>>,
    pub(super) sheets: Vec<Sheet>,
}

impl<'f> Paper<'f> {
    /// # Errors
    /// When the font cannot be read any more.
    pub fn new(faces: &'f Faces) -> Result<Paper<'f>> {
        let strong = faces.strong.as_ref().map(Used::of).transpose()?;
        Ok(Paper { plain: Used::of(&faces.plain)?, strong, sheets: Vec::new() })
    }

    /// Begins a page.
    pub fn sheet(&mut self, width: f32, height: f32) {
        let (width, height) = (width * POINTS, height * POINTS);
        self.sheets.push(Sheet { width, height, content: Content::new(), words: Vec::new() });
    }

    fn used(&mut self, weight: Weight) -> (&mut Used<'f>, &'static [u8]) {
        match (weight, &mut self.strong) {
            (Weight::Strong, Some(strong)) => (strong, b"F1".as_slice()),
            _ => (&mut self.plain, b"F0".as_slice()),
        }
    }

    /// Writes text into a block; returns where it ends.
    pub fn write(&mut self, block: &Block, text: &str) -> f32 {
        let text: String = text.nfc().filter(|c| !is_direction(*c)).collect();
        let (used, name) = self.used(block.weight);
        let (size, lines) = fit(used, block, &text);
        let coded: Vec<(Vec<u8>, f32)> =
            lines.iter().map(|line| (used.codes(line), used.width(line) * size / POINTS)).collect();
        let ascent = f32::from(used.face.capital_height().unwrap_or(700)) / f32::from(used.face.units_per_em());
        let step = size * LEADING / POINTS;
        let Some(sheet) = self.sheets.last_mut() else { return block.top };
        for (row, (codes, width)) in coded.iter().enumerate() {
            let x = match block.align {
                Align::Start => block.x,
                Align::Center => block.x + (block.width - width) / 2.0,
            };
            let baseline = block.top + row as f32 * step + size * (ascent + 0.12) / POINTS;
            let (x, y) = (x * POINTS, sheet.height - baseline * POINTS);
            sheet.content.begin_text().set_fill_gray(block.gray).set_font(Name(name), size);
            sheet.content.set_text_matrix([1.0, 0.0, 0.0, 1.0, x, y]).show(Str(codes)).end_text();
        }
        let end = block.top + lines.len() as f32 * step;
        sheet.words.extend(lines);
        end
    }

    /// A thin line.
    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), points: f32, gray: f32) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        let y = |y: f32| sheet.height - y * POINTS;
        let (from, to) = ((from.0 * POINTS, y(from.1)), (to.0 * POINTS, y(to.1)));
        sheet.content.set_stroke_gray(gray).set_line_width(points).set_line_cap(LineCapStyle::ButtCap);
        sheet.content.move_to(from.0, from.1).line_to(to.0, to.1).stroke();
    }

    /// A QR code (ISO/IEC 18004) with its quiet zone of four modules, in a square.
    pub fn code(&mut self, text: &str, x: f32, top: f32, side: f32) {
        let Some(sheet) = self.sheets.last_mut() else { return };
        let Ok(code) = qrcode::QrCode::with_error_correction_level(text, qrcode::EcLevel::M) else { return };
        let modules = code.width();
        let unit = side * POINTS / (modules + 8) as f32;
        let dark: Vec<bool> = code.to_colors().into_iter().map(|color| color == qrcode::Color::Dark).collect();
        sheet.content.set_fill_gray(0.0);
        for (row, modules) in dark.chunks(modules).enumerate() {
            let y = sheet.height - top * POINTS - (row as f32 + 5.0) * unit;
            for (start, length) in runs(modules) {
                sheet.content.rect(x * POINTS + (start as f32 + 4.0) * unit, y, length as f32 * unit, unit);
            }
        }
        sheet.content.fill_nonzero();
    }

    pub fn pages(&self) -> usize {
        self.sheets.len()
    }

    /// The lines of a page, for tests.
    #[cfg(test)]
    pub fn words(&self, page: usize) -> &[String] {
        &self.sheets[page].words
    }

    /// The file.
    ///
    /// # Errors
    /// When the font cannot be cut down to what was used of it.
    pub fn finish(self, title: &str, lang: Lang) -> Result<Vec<u8>> {
        write::file(self, title, lang)
    }
}

/// The largest size at which the text fits, and its lines.
fn fit(used: &Used<'_>, block: &Block, text: &str) -> (f32, Vec<String>) {
    let (mut size, least) = block.size;
    loop {
        let width = |line: &str| used.width(line) * size / POINTS;
        let mut broken = lines::wrap(text, block.width, width);
        let fits = broken.len() <= block.lines && broken.iter().all(|line| width(line) <= block.width);
        if fits || size <= least {
            let more = broken.len() > block.lines;
            broken.truncate(block.lines);
            let last = broken.len().saturating_sub(1);
            for (row, line) in broken.iter_mut().enumerate() {
                if width(line) > block.width || (more && row == last) {
                    *line = lines::shorten(line, block.width, width);
                }
            }
            return (size, broken);
        }
        size = (size * 0.94).max(least);
    }
}

/// Stretches of dark modules in a row.
fn runs(row: &[bool]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in row.iter().enumerate().filter(|(_, dark)| **dark) {
        match runs.last_mut() {
            Some((start, length)) if *start + *length == at => *length += 1,
            _ => runs.push((at, 1)),
        }
    }
    runs
}

/// Marks that turn the direction of what follows.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
