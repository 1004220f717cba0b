//! How long a large sheet takes.

use super::archive::archive;
use super::*;

/// A type like the directory's, with the vocabularies of countries and fields in their real length.
fn wide_type() -> &'static RecordType {
    use kernel::record::{Field, Kind, Search, Term, Vocabulary};
    let words = |count: usize, word: &str| -> &'static Vocabulary {
        let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
        let terms = (0..count).map(|n| {
            Term::new(leak(format!("{word}_{n}")), leak(format!("{word}の用語{n}")), leak(format!("{word} term {n}")))
        });
        Box::leak(Box::new(Vocabulary {
            key: leak(word.to_owned()),
            terms: Box::leak(terms.collect::<Vec<_>>().into_boxed_slice()),
        }))
    };
    let label = kernel::both("項目", "Field");
    let mut fields: Vec<Field> = ORG.fields.iter().filter(|field| field.vocabulary().is_none()).copied().collect();
    fields.push(Field::new("country", label, Kind::Choice(words(250, "country"))).facet());
    fields.push(Field::new("kind", label, Kind::Choice(words(19, "kind"))).facet());
    fields.push(Field::new("fields", label, Kind::Choices(words(28, "field"))).facet());
    fields.push(Field::new("summary", label, Kind::Text { max: 240 }).search(Search::Strong));
    fields.push(Field::new("address", label, Kind::Text { max: 240 }));
    Box::leak(Box::new(RecordType { fields: Box::leak(fields.into_boxed_slice()), ..copy_of(&ORG) }))
}

fn copy_of(kind: &RecordType) -> RecordType {
    RecordType {
        key: kind.key,
        path: kind.path,
        one: kind.one,
        many: kind.many,
        fields: kind.fields,
        title: kind.title,
        reading: kind.reading,
        summary: kind.summary,
        default_level: kind.default_level,
        edit: kind.edit,
        owners: kind.owners,
        own_edits: kind.own_edits,
        part_of: kind.part_of,
        rules: kind.rules,
    }
}

fn wide_sheet(rows: usize) -> String {
    let mut text = "code,name.ja,name.en,kana,kind,fields,country,summary.ja,summary.en,address.ja,website,email,phone,founded,employees\n".to_owned();
    for n in 0..rows {
        text.push_str(&format!(
            "org-{n},株式会社湊再生医療{n},Minato Regenerative {n} Inc.,みなとさいせいいりょう{n},kindの用語{},field_{} | field term {},country term {},\
             心筋シートをつくる会社{n},Makes cardiac sheets {n},大阪市北区中之島四丁目{n},https://org{n}.example.jp/,info{n}@example.jp,06-1234-{:04},2015-12,~{n}\n",
            n % 19, n % 28, (n + 5) % 28, n % 250, n % 10_000
        ));
    }
    text
}

/// `cargo test --release -p musubi-web twenty_thousand -- --ignored --nocapture`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures; meaningful with optimizations only"]
#[allow(clippy::print_stdout, reason = "it reports a measurement")]
async fn twenty_thousand_rows_are_checked_within_ten_seconds() {
    let kind = wide_type();
    let test = TestApp::new(vec![kind], Hooks::default(), Routes::new()).await.unwrap();
    let bytes = wide_sheet(20_000).into_bytes();
    let begun = std::time::Instant::now();
    let sheet = table::read_file(bytes.clone()).unwrap();
    let plan = planned(&test, &staff(), kind, &sheet, SameName::Ask).await;
    println!("dry run of 20,000 new rows: {:?}", begun.elapsed());
    assert_eq!(plan.count(Action::Create), 20_000, "{:?}", faults(&plan).first());
    assert!(begun.elapsed().as_secs() < 10);
    let actor = system();
    let begun = std::time::Instant::now();
    let report = load_csv(&Doing::system(&test.app, &actor), kind, bytes.as_slice()).await.unwrap();
    println!("stored {} records: {:?}", report.counts.created, begun.elapsed());
    let begun = std::time::Instant::now();
    let plan = planned(&test, &staff(), kind, &sheet, SameName::Ask).await;
    println!("dry run of 20,000 known rows: {:?}", begun.elapsed());
    assert_eq!(plan.count(Action::Unchanged), 20_000);
    let begun = std::time::Instant::now();
    let bytes = archive(&test).await;
    println!("archive of {} bytes: {:?}", bytes.len(), begun.elapsed());
}
