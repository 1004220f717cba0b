//! Sheets to start from, in both languages: participants, a list of wishes, a table of wishes; and the timetable as rows.

use crate::rounds::model::{Dossier, Side, Wish};
use kernel::{Lang, both};

/// Header and two examples for participants.
pub fn participants(lang: Lang) -> Vec<Vec<String>> {
    let rows: [[kernel::Both; 4]; 3] = [
        [both("名称", "Name"), both("区分", "Side"), both("部屋", "Room"), both("最大面談数", "Most meetings")],
        [
            both("分子生体工学研究室", "Molecular Bioengineering Lab"),
            both("研究室", "Laboratory"),
            both("3号館 402", "Building 3, 402"),
            both("8", "8"),
        ],
        [both("みなと製薬", "Minato Pharma"), both("企業", "Company"), both("", ""), both("", "")],
    ];
    let more: [[kernel::Both; 10]; 3] = [
        [
            both("言語", "Language"),
            both("通訳", "Interpreter"),
            both("オンライン", "Video"),
            both("不可の時間", "Unavailable"),
            both("出席者", "Representatives"),
            both("メール", "E-mail"),
            both("応えられること", "Offer"),
            both("課題", "Issue"),
            both("出席のしかた", "Attendance"),
            both("タイムゾーン", "Time zone"),
        ],
        [
            both("日本語", "Japanese"),
            both("", ""),
            both("", ""),
            both("2026-12-07 10:00-11:00", "2026-12-07 10:00-11:00"),
            both("難波 京子", "Kyoko Namba"),
            both("", ""),
            both("微小流路の試作", "Prototyping of microfluidics"),
            both("量産の相手", "A partner for mass production"),
            both("だれか一人", "Any"),
            both("", ""),
        ],
        [
            both("日本語", "Japanese"),
            both("", ""),
            both("", ""),
            both("", ""),
            both("", ""),
            both("", ""),
            both("治験薬の製造", "Making of trial drugs"),
            both("早期の毒性評価", "Early evaluation of toxicity"),
            both("", ""),
            both("", ""),
        ],
    ];
    rows.iter()
        .zip(&more)
        .map(|(one, two)| one.iter().chain(two).map(|cell| cell.get(lang).to_owned()).collect())
        .collect()
}

/// A list of wishes: with everybody's wishes so far, or with an example.
pub fn wishes(lang: Lang, dossier: Option<&Dossier>) -> Vec<Vec<String>> {
    let header = [both("だれが", "Who"), both("だれに", "Whom"), both("希望", "Wish"), both("備考", "Note")];
    let mut rows = vec![header.iter().map(|cell| cell.get(lang).to_owned()).collect()];
    match dossier.filter(|dossier| !dossier.wishes.is_empty()) {
        Some(dossier) => rows.extend(dossier.wishes.iter().map(|((asker, asked), wished)| {
            vec![
                dossier.name(*asker, lang).to_owned(),
                dossier.name(*asked, lang).to_owned(),
                wished.wish.label().get(lang).to_owned(),
                wished.note.clone(),
            ]
        })),
        None => rows.push(
            [
                both("みなと製薬", "Minato Pharma"),
                both("分子生体工学研究室", "Molecular Bioengineering Lab"),
                Wish::Must.label(),
                both("", ""),
            ]
            .iter()
            .map(|cell| cell.get(lang).to_owned())
            .collect(),
        ),
    }
    rows
}

/// A table of marks, hosts as rows, visitors as columns, empty or with the hosts' wishes.
pub fn matrix(lang: Lang, dossier: &Dossier) -> Vec<Vec<String>> {
    let visitors: Vec<_> = dossier.side(Side::B).collect();
    let corner = both("◎ 必ず ○ 会いたい × 見送る", "◎ must ○ would like × no").get(lang).to_owned();
    let header = std::iter::once(corner).chain(visitors.iter().map(|p| p.called(lang).to_owned())).collect();
    let row = |host: &crate::rounds::model::Participant| {
        let marks = visitors.iter().map(|visitor| mark(dossier.wish(host.id, visitor.id)).to_owned());
        std::iter::once(host.called(lang).to_owned()).chain(marks).collect::<Vec<_>>()
    };
    std::iter::once(header).chain(dossier.side(Side::A).map(row)).collect()
}

const fn mark(wish: Option<Wish>) -> &'static str {
    match wish {
        Some(Wish::Must) => "◎",
        Some(Wish::Want) => "○",
        Some(Wish::No) => "×",
        None => "",
    }
}

/// The timetable, one meeting a row.
pub fn timetable(lang: Lang, dossier: &Dossier) -> Vec<Vec<String>> {
    let header = [
        both("日時", "Time").get(lang).to_owned(),
        Side::A.name(&dossier.round, lang),
        Side::B.name(&dossier.round, lang),
        both("場所", "Place").get(lang).to_owned(),
    ];
    let mut meetings: Vec<_> = dossier.planned().collect();
    meetings.sort_by_key(|m| (m.starts_at, m.table_no, m.a));
    let rows = meetings.into_iter().map(|m| {
        vec![
            dossier.grid.local(m.starts_at).format("%Y-%m-%d %H:%M").to_string(),
            dossier.name(m.a, lang).to_owned(),
            dossier.name(m.b, lang).to_owned(),
            dossier.place(m, lang),
        ]
    });
    std::iter::once(header.to_vec()).chain(rows).collect()
}
