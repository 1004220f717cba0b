//! The groups of parties on the map: sectors, from the type that the directory gives.

use kernel::{Both, both};

/// A sector: one line of the legend and one colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Player {
    Laboratory,
    Hospital,
    Company,
    Device,
    Startup,
    Investor,
    Public,
    Hub,
    Person,
    Other,
}

impl Player {
    pub const ALL: [Player; 10] = [
        Player::Laboratory,
        Player::Hospital,
        Player::Company,
        Player::Device,
        Player::Startup,
        Player::Investor,
        Player::Public,
        Player::Hub,
        Player::Person,
        Player::Other,
    ];

    /// Of a record type and the code of its kind.
    pub fn of(record_type: &str, kind: Option<&str>) -> Player {
        match (record_type, kind.unwrap_or_default()) {
            ("person", _) => Player::Person,
            ("unit", "facility" | "office" | "committee") => Player::Other,
            ("unit", _) | (_, "university" | "research_institute") => Player::Laboratory,
            (_, "hospital" | "clinic") => Player::Hospital,
            (_, "company" | "pharma" | "insurer") => Player::Company,
            (_, "device") => Player::Device,
            (_, "startup" | "incubator") => Player::Startup,
            (_, "investor") => Player::Investor,
            (_, "government" | "regulator" | "foundation" | "association") => Player::Public,
            (_, "hub" | "cluster") => Player::Hub,
            _ => Player::Other,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Player::Laboratory => "lab",
            Player::Hospital => "hosp",
            Player::Company => "comp",
            Player::Device => "dev",
            Player::Startup => "start",
            Player::Investor => "inv",
            Player::Public => "pub",
            Player::Hub => "hub",
            Player::Person => "pers",
            Player::Other => "oth",
        }
    }

    pub fn from_code(code: &str) -> Option<Player> {
        Player::ALL.into_iter().find(|player| player.code() == code)
    }

    pub const fn label(self) -> Both {
        match self {
            Player::Laboratory => both("大学・研究室", "Universities, laboratories"),
            Player::Hospital => both("病院", "Hospitals"),
            Player::Company => both("企業", "Companies"),
            Player::Device => both("機器・材料", "Devices and materials"),
            Player::Startup => both("スタートアップ", "Start-ups"),
            Player::Investor => both("投資家", "Investors"),
            Player::Public => both("行政・財団・団体", "Public bodies, foundations"),
            Player::Hub => both("拠点・クラスター", "Hubs and clusters"),
            Player::Person => both("人", "People"),
            Player::Other => both("その他", "Others"),
        }
    }

    /// The tint of its monogram.
    pub const fn tone(self) -> &'static str {
        match self {
            Player::Laboratory => "c-indigo",
            Player::Hospital => "c-plum",
            Player::Company => "c-brand",
            Player::Device | Player::Hub => "c-cord",
            Player::Startup => "c-moss",
            Player::Investor | Player::Public => "c-gold",
            Player::Person | Player::Other => "",
        }
    }

    /// Place in [`Player::ALL`].
    pub fn number(self) -> u32 {
        Player::ALL.iter().position(|player| *player == self).map_or(0, |at| at as u32)
    }
}
