//! Which font to print with: one from the hub's own folder, or a Japanese one of the system. It is never part of the program:
//! a complete Japanese font is larger than the rest of it.

use kernel::{Error, Result, both};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use store::mapped::Mapped;
use ttf_parser::{Tag, name_id};

/// Characters without which a font is no Japanese one.
const PROBES: [char; 3] = ['あ', 'ア', '漢'];

/// File names of Japanese sans-serif fonts without capitals, spaces, hyphens and underscores, the preferred first.
const FAMILIES: [&str; 11] = [
    "notosanscjk",
    "notosansjp",
    "sourcehansans",
    "bizudpgothic",
    "bizudgothic",
    "ipaexg",
    "takaogothic",
    "vlgothic",
    "ipagp",
    "ipag",
    "mplus1p",
];

/// Files of a folder of fonts that are looked at.
const MOST: usize = 20_000;

/// One face of a font file.
pub struct Face {
    data: Mapped,
    index: u32,
}

impl Face {
    /// # Errors
    /// When the file is no font any more.
    pub fn parsed(&self) -> Result<ttf_parser::Face<'_>> {
        ttf_parser::Face::parse(self.data.as_ref(), self.index).map_err(Error::internal)
    }

    pub fn data(&self) -> &[u8] {
        self.data.as_ref()
    }

    pub fn index(&self) -> u32 {
        self.index
    }

    /// The Japanese face of a file, if it has one that may be embedded.
    fn open(path: &Path) -> Option<Face> {
        let data = Mapped::open(path).ok()?;
        let count = ttf_parser::fonts_in_collection(data.as_ref()).unwrap_or(1);
        let usable: Vec<(u32, bool)> = (0..count.min(64))
            .filter_map(|index| {
                let face = ttf_parser::Face::parse(data.as_ref(), index).ok()?;
                is_usable(&face).then(|| (index, is_japanese(&face)))
            })
            .collect();
        let (index, _) = *usable.iter().find(|(_, japanese)| *japanese).or(usable.first())?;
        Some(Face { data, index })
    }
}

/// Has Japanese characters, outlines that can be cut down, and a licence bit (OS/2 fsType) that lets it into a document.
fn is_usable(face: &ttf_parser::Face<'_>) -> bool {
    let outlines = [b"glyf", b"CFF "].iter().any(|tag| face.raw_face().table(Tag::from_bytes(tag)).is_some());
    outlines
        && face.is_subsetting_allowed()
        && face.is_outline_embedding_allowed()
        && PROBES.iter().all(|probe| face.glyph_index(*probe).is_some())
}

/// Collections hold the same characters as Japanese, Korean and Chinese readers draw them.
fn is_japanese(face: &ttf_parser::Face<'_>) -> bool {
    let families = face.names().into_iter().filter(|name| name.name_id == name_id::FAMILY);
    families.filter_map(|name| name.to_string()).any(|name| name.ends_with(" JP"))
}

/// What is printed with.
pub struct Faces {
    pub plain: Face,
    /// For names; without it they are printed plain.
    pub strong: Option<Face>,
}

/// Where fonts are looked for, and what was found.
pub struct Library {
    own: PathBuf,
    system: Vec<PathBuf>,
    found: Mutex<Option<Arc<Faces>>>,
}

impl Library {
    /// The hub's own folder first, then those of the system.
    pub fn of(own: PathBuf) -> Library {
        let mut system: Vec<PathBuf> =
            ["/usr/share/fonts", "/usr/local/share/fonts", "/opt/homebrew/share/fonts"].map(PathBuf::from).to_vec();
        if let Some(home) = std::env::home_dir() {
            system.extend([home.join(".local/share/fonts"), home.join(".fonts"), home.join("Library/Fonts")]);
        }
        Library { own, system, found: Mutex::default() }
    }

    /// One folder only.
    pub fn only(own: PathBuf) -> Library {
        Library { own, system: Vec::new(), found: Mutex::default() }
    }

    /// The font to print with. One that is installed while the program runs is found too.
    ///
    /// # Errors
    /// `Conflict` that says how to install one.
    pub fn faces(&self) -> Result<Arc<Faces>> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if found.is_none() {
            *found = self.search().map(Arc::new);
        }
        found.clone().ok_or_else(|| {
            Error::conflict(both(
                "PDFに使う日本語の書体がこのサーバーにありません。管理者にお知らせください。Debianでは fonts-noto-cjk を入れるか、データフォルダーの fonts に日本語の書体(OTF・TTF・TTC)を置くと使えます。",
                "This server has no Japanese font for PDF files. Please tell the administrator: on Debian, install fonts-noto-cjk, or put a Japanese font (OTF, TTF or TTC) into the folder fonts of the data folder.",
            ))
        })
    }

    fn search(&self) -> Option<Faces> {
        let mut own = Vec::new();
        collect(&self.own, 1, &mut own);
        own.sort();
        let mut system = Vec::new();
        self.system.iter().for_each(|folder| collect(folder, 6, &mut system));
        let mut ranked: Vec<(usize, PathBuf)> =
            system.into_iter().filter_map(|path| Some((rank(&path)?, path))).collect();
        ranked.sort();
        let files: Vec<PathBuf> = own.into_iter().chain(ranked.into_iter().map(|(_, path)| path)).collect();
        let (strong, plain): (Vec<&PathBuf>, Vec<&PathBuf>) = files.iter().partition(|path| is_bold(path));
        let (place, plain) = plain.iter().find_map(|path| Some((path, Face::open(path)?)))?;
        let beside = strong.iter().filter(|bold| bold.parent() == place.parent() && rank(bold) == rank(place));
        let strong = beside.filter_map(|path| Face::open(path)).next();
        Some(Faces { plain, strong })
    }
}

/// Font files below a folder.
fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if files.len() >= MOST {
            return;
        }
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_lowercase();
        if ["otf", "ttf", "ttc"].contains(&&*ending) {
            files.push(path);
        } else if depth > 1 && path.is_dir() {
            collect(&path, depth - 1, files);
        }
    }
}

fn bare_name(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    stem.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// The place of a file among the families; `None` for others, and for weights that are neither regular nor bold.
fn rank(path: &Path) -> Option<usize> {
    let name = bare_name(path);
    let (rank, rest) =
        FAMILIES.iter().enumerate().find_map(|(rank, family)| Some((rank, name.strip_prefix(family)?)))?;
    let rest = rest.strip_prefix("jp").unwrap_or(rest);
    ["", "regular", "bold", "r", "b"].contains(&rest).then_some(rank)
}

fn is_bold(path: &Path) -> bool {
    let name = bare_name(path);
    name.ends_with("bold") || name.ends_with("jpb")
}
