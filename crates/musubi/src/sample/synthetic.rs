//! A large hub made of combinations, for benchmarks: a quarter as many organizations as people, a laboratory for
//! every ten people, a role for each, a listing for every second. The same number makes the same hub.

use anyhow::Result;
use directory::records::{LISTING, ORGANIZATION, PERSON, ROLE, UNIT};
use directory::vocabularies as v;
use kernel::record::{FieldValue, Record, RecordType};
use kernel::{Actor, Level, Text, Uuid};
use store::{atomically, records};
use web::App;

const FAMILIES: [(&str, &str, &str); 24] = [
    ("佐藤", "さとう", "Sato"),
    ("鈴木", "すずき", "Suzuki"),
    ("高橋", "たかはし", "Takahashi"),
    ("田中", "たなか", "Tanaka"),
    ("伊藤", "いとう", "Ito"),
    ("渡辺", "わたなべ", "Watanabe"),
    ("山本", "やまもと", "Yamamoto"),
    ("中村", "なかむら", "Nakamura"),
    ("小林", "こばやし", "Kobayashi"),
    ("加藤", "かとう", "Kato"),
    ("吉田", "よしだ", "Yoshida"),
    ("山田", "やまだ", "Yamada"),
    ("佐々木", "ささき", "Sasaki"),
    ("山口", "やまぐち", "Yamaguchi"),
    ("松本", "まつもと", "Matsumoto"),
    ("井上", "いのうえ", "Inoue"),
    ("木村", "きむら", "Kimura"),
    ("林", "はやし", "Hayashi"),
    ("斎藤", "さいとう", "Saito"),
    ("清水", "しみず", "Shimizu"),
    ("山崎", "やまざき", "Yamazaki"),
    ("森", "もり", "Mori"),
    ("池田", "いけだ", "Ikeda"),
    ("橋本", "はしもと", "Hashimoto"),
];
const GIVENS: [(&str, &str, &str); 20] = [
    ("陽子", "ようこ", "Yoko"),
    ("健", "けん", "Ken"),
    ("恵", "めぐみ", "Megumi"),
    ("大輔", "だいすけ", "Daisuke"),
    ("直樹", "なおき", "Naoki"),
    ("美咲", "みさき", "Misaki"),
    ("翔太", "しょうた", "Shota"),
    ("彩", "あや", "Aya"),
    ("誠", "まこと", "Makoto"),
    ("由紀", "ゆき", "Yuki"),
    ("亮", "りょう", "Ryo"),
    ("智子", "ともこ", "Tomoko"),
    ("拓也", "たくや", "Takuya"),
    ("真理", "まり", "Mari"),
    ("隆", "たかし", "Takashi"),
    ("愛", "あい", "Ai"),
    ("浩", "ひろし", "Hiroshi"),
    ("香織", "かおり", "Kaori"),
    ("洋平", "ようへい", "Yohei"),
    ("麻衣", "まい", "Mai"),
];
const THINGS: [(&str, &str); 12] = [
    ("心筋シート", "cardiac sheets"),
    ("網膜色素上皮", "retinal pigment epithelium"),
    ("軟骨再生", "cartilage repair"),
    ("膵島オルガノイド", "islet organoids"),
    ("閉鎖系培養", "closed culture"),
    ("細胞の凍結輸送", "frozen cell transport"),
    ("品質試験", "release testing"),
    ("画像診断AI", "imaging AI"),
    ("遺伝子ベクター", "gene vectors"),
    ("mRNA製剤", "mRNA formulations"),
    ("歯周組織", "periodontal tissue"),
    ("治験データ管理", "trial data management"),
];

/// Rows in one transaction.
const BATCH: usize = 500;

/// Loads the synthetic hub. `progress` gets done and total.
pub async fn load(app: &App, people: u32, mut progress: impl FnMut(u64, u64)) -> Result<()> {
    let made = make(app, people);
    let total = made.len() as u64;
    let actor = Actor::system("synthetic");
    for (at, batch) in made.chunks(BATCH).enumerate() {
        atomically!(app.db, |tx| {
            for record in batch {
                records::insert(tx, &actor, record).await?;
            }
            Ok(())
        })?;
        progress(((at + 1) * BATCH) as u64, total);
    }
    app.projections.catch_up(app).await;
    Ok(())
}

/// A small fixed generator (splitmix64): numbers that look random and never change.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % sides.max(1) as u64) as usize
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.roll(from.len()))
    }
}

fn new(app: &App, kind: &'static RecordType, code: String) -> Record {
    let mut record = Record::new(kind, app.clock.now());
    record.code = Some(code);
    record.fictional = true;
    record.audience = Level::Public.into();
    record
}

fn term(dice: &mut Dice, vocabulary: &'static kernel::record::Vocabulary) -> String {
    dice.pick(vocabulary.terms).map(|term| term.code.to_owned()).unwrap_or_default()
}

fn terms(dice: &mut Dice, vocabulary: &'static kernel::record::Vocabulary, most: usize) -> FieldValue {
    let mut codes: Vec<String> = (0..=dice.roll(most)).map(|_| term(dice, vocabulary)).collect();
    codes.sort();
    codes.dedup();
    FieldValue::Codes(codes)
}

fn make(app: &App, people: u32) -> Vec<Record> {
    let mut dice = Dice(20_201_201);
    let mut made = Vec::new();
    let organizations: Vec<Uuid> =
        (0..people.div_ceil(4)).map(|n| organization(app, &mut dice, n, &mut made)).collect();
    let units: Vec<Uuid> =
        (0..people.div_ceil(10)).map(|n| unit(app, &mut dice, n, &organizations, &mut made)).collect();
    for n in 0..people {
        person(app, &mut dice, n, &organizations, &units, &mut made);
    }
    made
}

fn organization(app: &App, dice: &mut Dice, n: u32, made: &mut Vec<Record>) -> Uuid {
    let (ja, en) = dice.pick(&THINGS).copied().unwrap_or_default();
    let mut record = new(app, &ORGANIZATION, format!("org-{n}"));
    record.set("name", Text::pair(format!("{ja}製作所{n}株式会社"), format!("{en} Works {n}, Inc.")));
    record.set("kind", term(dice, &v::ORGANIZATION_KINDS));
    record.set("summary", Text::pair(format!("{ja}に取り組む組織です。"), format!("Works on {en}.")));
    record.set("country", term(dice, &v::COUNTRIES));
    record.values.insert("fields", terms(dice, &v::FIELDS, 3));
    record.values.insert("stages", terms(dice, &v::STAGES, 2));
    record.values.insert("languages", terms(dice, &v::LANGUAGES, 1));
    let id = record.id;
    made.push(record);
    listing(app, dice, format!("o{n}"), id, made);
    id
}

fn unit(app: &App, dice: &mut Dice, n: u32, organizations: &[Uuid], made: &mut Vec<Record>) -> Uuid {
    let (ja, en) = dice.pick(&THINGS).copied().unwrap_or_default();
    let mut record = new(app, &UNIT, format!("unit-{n}"));
    record.set("name", Text::pair(format!("{ja}研究室{n}"), format!("{en} Laboratory {n}")));
    record.set("organization", dice.pick(organizations).copied().unwrap_or_default());
    record.set("kind", term(dice, &v::UNIT_KINDS));
    record.set("summary", Text::pair(format!("{ja}の仕組みを調べています。"), format!("Studies {en}.")));
    record.values.insert("fields", terms(dice, &v::FIELDS, 3));
    let id = record.id;
    made.push(record);
    id
}

fn person(app: &App, dice: &mut Dice, n: u32, organizations: &[Uuid], units: &[Uuid], made: &mut Vec<Record>) {
    let family = dice.pick(&FAMILIES).copied().unwrap_or_default();
    let given = dice.pick(&GIVENS).copied().unwrap_or_default();
    let mut record = new(app, &PERSON, format!("person-{n}"));
    record.set("family", Text::pair(family.0, family.2));
    record.set("given", Text::pair(given.0, given.2));
    record.set("kana", format!("{} {}", family.1, given.1));
    record.set("email", format!("p{n}@example.org"));
    record.values.insert("fields", terms(dice, &v::FIELDS, 2));
    record.values.insert("languages", terms(dice, &v::LANGUAGES, 1));
    let id = record.id;
    made.push(record);
    let mut role = new(app, &ROLE, format!("role-{n}"));
    role.set("person", id);
    role.set("party", dice.pick(if n.is_multiple_of(2) { organizations } else { units }).copied().unwrap_or_default());
    role.set("title", Text::pair("研究員", "Researcher"));
    role.set("kind", "researcher");
    role.set("period", "2020-04/..");
    made.push(role);
    if n.is_multiple_of(2) {
        listing(app, dice, format!("p{n}"), id, made);
    }
}

fn listing(app: &App, dice: &mut Dice, key: String, party: Uuid, made: &mut Vec<Record>) {
    let (ja, en) = dice.pick(&THINGS).copied().unwrap_or_default();
    let offer = dice.roll(2) == 0;
    let mut record = new(app, &LISTING, format!("listing-{key}"));
    record.set("party", party);
    record.set("side", if offer { "offer" } else { "need" });
    record.set("kind", term(dice, &v::LISTING_KINDS));
    record.set(
        "title",
        match offer {
            true => Text::pair(format!("{ja}の技術を提供できます({key})"), format!("Can provide {en} ({key})")),
            false => {
                Text::pair(format!("{ja}の相手を探しています({key})"), format!("Looking for a partner in {en} ({key})"))
            }
        },
    );
    record.set("state", "open");
    record.values.insert("fields", terms(dice, &v::FIELDS, 2));
    record.values.insert("stage", terms(dice, &v::STAGES, 1));
    made.push(record);
}
