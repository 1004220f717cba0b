use super::{World, by_name, location, officer};
use crate::rounds::model::{Side, Wish};
use crate::rounds::sheet::wishes::{Whose, read_wish};
use crate::rounds::sheet::{likeness, templates};
use crate::rounds::{files, store as rows};
use kernel::Lang;
use web::records::exchange::export::workbook;

const DAYS: &str = "2026-12-07 10:00-12:00";

#[test]
fn marks_numbers_and_words_of_both_languages_are_understood() {
    for (written, wish) in [
        ("◎", Some(Wish::Must)),
        ("３", Some(Wish::Must)),
        ("must", Some(Wish::Must)),
        ("必ず", Some(Wish::Must)),
        ("○", Some(Wish::Want)),
        ("〇", Some(Wish::Want)),
        ("2", Some(Wish::Want)),
        ("Would like to meet", Some(Wish::Want)),
        ("会いたい", Some(Wish::Want)),
        ("△", None),
        ("1", None),
        ("×", Some(Wish::No)),
        ("0", Some(Wish::No)),
        ("No thanks", Some(Wish::No)),
        ("見送る", Some(Wish::No)),
    ] {
        assert_eq!(read_wish(written), Some(wish), "{written}");
    }
    assert_eq!(read_wish("maybe later"), None);
    assert!(likeness("湊製薬", "みなと製薬株式会社") < likeness("みなと製薬", "みなと製薬株式会社"));
}

#[tokio::test]
async fn a_sheet_of_participants_may_be_japanese_or_english_and_come_twice() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    world.participants(round, "Name,Side,Room,Most meetings,Unavailable,Language\nLab One,Laboratory,R1,3,10:00-10:40,\nFirm,Company,,,,English\n").await;
    world.participants(round, "名称,区分,部屋\nLab One,研究室,R2\n").await;
    let dossier = world.dossier(round).await;
    assert_eq!(dossier.participants.len(), 2);
    let lab = by_name(&dossier, "Lab One");
    assert_eq!(
        (lab.side, lab.room.as_str(), lab.most, lab.off.len()),
        (Side::A, "R2", Some(3), 2),
        "an empty cell leaves what was there"
    );
    assert_eq!(by_name(&dossier, "Firm").language, Lang::En);
}

#[tokio::test]
async fn rows_with_faults_say_how_to_mend_them_and_the_others_go_on() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    let sheet =
        "名称,区分,最大面談数,不可の時間,メール\nA,研究室,たくさん,正午,a b\n,企業,,,\nC,どちらか,,,\nD,企業,,,\n";
    let report = files::import_participants(&world.doing(), round, sheet.as_bytes().to_vec(), None).await.unwrap();
    assert_eq!(report.new, 2, "A and D");
    assert_eq!(report.faults.iter().map(|f| f.line).collect::<Vec<_>>(), [2, 2, 2, 3, 4]);
}

#[tokio::test]
async fn wishes_come_as_a_list_or_as_a_table_and_unknown_names_are_asked_about() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    world.participants(round, "名称,区分\n分子研,研究室\n看護研,研究室\n湊製薬株式会社,企業\nNorrfell,企業\n").await;
    let report = world.wishes(round, ",湊製薬,Norrfell,誰か\n分子研,◎,×,○\n看護研,○,はて,\n").await;
    assert_eq!(report.new, 3, "legal forms do not matter");
    assert_eq!(report.unknown, [("誰か".to_owned(), Vec::new())]);
    assert_eq!(report.faults.len(), 1);
    let report = world.wishes(round, "Who,Whom,Wish,Note\nNorrfell,看護研,must,第一希望\n分子研,看護研,○,\n").await;
    assert_eq!((report.new, report.faults.len()), (1, 1), "two of one side cannot meet");
    let dossier = world.dossier(round).await;
    let id = |name: &str| by_name(&dossier, name).id;
    assert_eq!(dossier.wish(id("分子研"), id("湊製薬株式会社")), Some(Wish::Must));
    assert_eq!(dossier.wish(id("分子研"), id("Norrfell")), Some(Wish::No));
    assert_eq!(dossier.wishes[&(id("Norrfell"), id("看護研"))].note, "第一希望");
    let sheet = ",Norrfell\n看護研,2\n".as_bytes().to_vec();
    let both = files::import_wishes(&world.doing(), round, sheet, Whose::Both, &files::Meant::new()).await.unwrap();
    assert_eq!((both.new, both.changed), (1, 1));
}

#[tokio::test]
async fn the_templates_of_both_languages_come_in_again_as_they_are() {
    let world = World::new().await;
    for lang in Lang::ALL {
        let round = world.round(DAYS, |_| ()).await;
        let people = workbook("x", &templates::participants(lang)).unwrap();
        let report = files::import_participants(&world.doing(), round, people, None).await.unwrap();
        assert_eq!((report.new, report.faults.len()), (2, 0), "{lang} {:?}", report.faults);
        let dossier = world.dossier(round).await;
        let wishes = workbook("x", &templates::wishes(lang, None)).unwrap();
        let report =
            files::import_wishes(&world.doing(), round, wishes, Whose::Rows, &files::Meant::new()).await.unwrap();
        assert_eq!((report.new, report.unknown.len()), (1, 0), "{lang} {report:?}");
        assert_eq!(templates::matrix(lang, &dossier).len(), 2);
    }
}

#[tokio::test]
async fn a_sheet_waits_for_the_look_of_the_officer_before_anything_is_stored() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    let path = format!("/ja/rounds/{round}/sheet");
    let file = with_mark("名称,区分\n看護研,研究室\n<b>湊</b>,企業\n");
    let answer = world.upload(&path, "participants", "参加者.csv", &file).await;
    assert_eq!(answer.status, 303, "{}", answer.body);
    assert!(world.dossier(round).await.participants.is_empty());
    let check = location(&answer);
    let page = world.web.get(&officer(), &check).await;
    assert!(page.body.contains("看護研") && !page.body.contains("<b>湊"), "{}", page.body);
    assert_eq!(world.web.post(&officer(), &check, &[]).await.status, 303);
    assert_eq!(world.dossier(round).await.participants.len(), 2);
    let answer = world.upload(&path, "participants", "x.csv", b"a,b\n1,2\n").await;
    assert_eq!(answer.status, 422, "no column of names");
    let sheet = rows::sheet(&world.web.app.db, kernel::Uuid::nil()).await.unwrap();
    assert_eq!(sheet, None);
}

/// UTF-8 with a byte order mark, as spreadsheets write it.
fn with_mark(text: &str) -> Vec<u8> {
    format!("\u{FEFF}{text}").into_bytes()
}

#[tokio::test]
async fn a_fault_names_row_and_column_and_an_unknown_name_proposes_who_is_meant() {
    let world = World::new().await;
    let round = world.round(DAYS, |_| ()).await;
    let sheet = "名称,区分,最大面談数\n分子研,研究室,とても\n湊製薬,企業,\n".as_bytes().to_vec();
    let report = files::import_participants(&world.doing(), round, sheet, None).await.unwrap();
    assert_eq!(report.faults[0].place(Lang::Ja), "行 2「最大面談数」");
    assert_eq!(report.faults[0].place(Lang::En), "Row 2, “最大面談数”");
    let wishes = "だれが,だれに,希望\nみなと湊製薬所,分子研,◎\n湊製薬,分子研,はて\n";
    let report = world.wishes(round, wishes).await;
    assert_eq!(report.unknown, [("みなと湊製薬所".to_owned(), vec!["湊製薬".to_owned()])]);
    assert_eq!(report.faults[0].place(Lang::En), "Row 3, “希望”");
    let meant = files::Meant::from([("みなと湊製薬所".to_owned(), Some("湊製薬".to_owned()))]);
    let bytes = wishes.as_bytes().to_vec();
    let report = files::import_wishes(&world.doing(), round, bytes, Whose::Rows, &meant).await.unwrap();
    assert_eq!((report.new, report.unknown.len()), (1, 0));
    let wrong = files::Meant::from([("みなと湊製薬所".to_owned(), Some("誰でもない".to_owned()))]);
    let refused = files::import_wishes(&world.doing(), round, wishes.as_bytes().to_vec(), Whose::Rows, &wrong).await;
    assert!(matches!(refused, Err(kernel::Error::Conflict(said)) if said.ja.contains("誰でもない")));
}
