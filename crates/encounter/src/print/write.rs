//! The file: pages, and of each face only the glyphs that were used, as a CID font with the way back to characters.

use super::paper::{Paper, Used};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use kernel::{Error, Lang, Result};
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str, TextStr};
use std::io::Write;
use ttf_parser::{RawFace, Tag, name_id};

const IDENTITY: SystemInfo<'static> = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"Identity"), supplement: 0 };

/// Catalogue, page tree and information come first; fonts and pages follow.
pub fn file(paper: Paper<'_>, title: &str, lang: Lang) -> Result<Vec<u8>> {
    let mut pdf = Pdf::new();
    let mut next = Ref::new(1);
    let (catalog, tree, info) = (next.bump(), next.bump(), next.bump());
    let mut root = pdf.catalog(catalog);
    root.pages(tree).lang(TextStr(lang.tag()));
    root.viewer_preferences().display_doc_title(true);
    root.finish();
    pdf.document_info(info).title(TextStr(title)).producer(TextStr("Musubi"));
    let mut fonts: Vec<(&[u8], Ref)> = vec![(b"F0".as_slice(), font(&mut pdf, &mut next, &paper.plain)?)];
    if let Some(strong) = &paper.strong {
        fonts.push((b"F1".as_slice(), font(&mut pdf, &mut next, strong)?));
    }
    let mut pages = Vec::with_capacity(paper.sheets.len());
    for sheet in paper.sheets {
        let (page, contents) = (next.bump(), next.bump());
        let packed = pack(sheet.content.finish().as_slice())?;
        pdf.stream(contents, &packed).filter(Filter::FlateDecode);
        let mut written = pdf.page(page);
        written.parent(tree).media_box(Rect::new(0.0, 0.0, sheet.width, sheet.height)).contents(contents);
        written.resources().fonts().pairs(fonts.iter().map(|(name, font)| (Name(name), *font)));
        written.finish();
        pages.push(page);
    }
    let count = i32::try_from(pages.len()).map_err(Error::internal)?;
    pdf.pages(tree).kids(pages).count(count);
    Ok(pdf.finish())
}

fn font(pdf: &mut Pdf, next: &mut Ref, used: &Used<'_>) -> Result<Ref> {
    let ids = [(); 5].map(|()| next.bump());
    let [outer, inner, descriptor, file, meaning] = ids;
    let face = &used.face;
    let cut = subsetter::subset(used.file.data(), used.file.index(), &used.glyphs).map_err(Error::internal)?;
    let raw = RawFace::parse(&cut, 0).map_err(Error::internal)?;
    let cff = raw.table(Tag::from_bytes(b"CFF "));
    let name = format!("MUSUBI+{}", face_name(face));
    let name = Name(name.as_bytes());
    let scale = 1000.0 / f32::from(face.units_per_em());

    let mut type0 = pdf.type0_font(outer);
    type0.base_font(name).encoding_predefined(Name(b"Identity-H")).descendant_font(inner).to_unicode(meaning);
    type0.finish();

    let mut cid = pdf.cid_font(inner);
    cid.subtype(if cff.is_some() { CidFontType::Type0 } else { CidFontType::Type2 });
    cid.base_font(name).system_info(IDENTITY).font_descriptor(descriptor).default_width(0.0);
    if cff.is_none() {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let advance = |glyph: u16| f32::from(face.glyph_hor_advance(ttf_parser::GlyphId(glyph)).unwrap_or(0)) * scale;
    cid.widths().consecutive(0, used.glyphs.remapped_gids().map(advance));
    cid.finish();

    let area = face.global_bounding_box();
    let side = |value: i16| f32::from(value) * scale;
    let mut described = pdf.font_descriptor(descriptor);
    described.name(name).flags(FontFlags::SYMBOLIC).italic_angle(0.0).stem_v(80.0);
    described.bbox(Rect::new(side(area.x_min), side(area.y_min), side(area.x_max), side(area.y_max)));
    described.ascent(side(face.ascender())).descent(side(face.descender()));
    described.cap_height(side(face.capital_height().unwrap_or(face.ascender())));
    if cff.is_some() {
        described.font_file3(file)
    } else {
        described.font_file2(file)
    };
    described.finish();

    let packed = pack(cff.unwrap_or(&cut))?;
    let mut stream = pdf.stream(file, &packed);
    stream.filter(Filter::FlateDecode);
    if cff.is_some() {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    } else {
        stream.pair(Name(b"Length1"), i32::try_from(cut.len()).map_err(Error::internal)?);
    }
    stream.finish();

    let mut map = UnicodeCmap::new(Name(b"Musubi"), IDENTITY);
    used.means.iter().for_each(|(glyph, c)| map.pair(*glyph, *c));
    let packed = pack(map.finish().as_slice())?;
    pdf.stream(meaning, &packed).filter(Filter::FlateDecode);
    Ok(outer)
}

/// The PostScript name, without what a PDF name cannot hold as it is.
fn face_name(face: &ttf_parser::Face<'_>) -> String {
    let found = face.names().into_iter().filter(|name| name.name_id == name_id::POST_SCRIPT_NAME);
    let name = found.filter_map(|name| name.to_string()).next().unwrap_or_else(|| "Japanese".to_owned());
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(60).collect()
}

fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::default());
    packed.write_all(bytes).and_then(|()| packed.finish()).map_err(Error::internal)
}
