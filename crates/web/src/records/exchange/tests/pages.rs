//! An import as its pages do it.

use super::*;
use crate::hooks::Saving;
use crate::records::exchange::plan::Options;
use crate::records::exchange::{runs, work};
use crate::test_support::Answer;
use axum::body::Body;
use axum::extract::Request;
use futures_util::FutureExt;

fn multipart(name: &str, content: &[u8]) -> Body {
    let mut body = format!(
        "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--B--\r\n");
    Body::from(body)
}

async fn upload(test: &TestApp, actor: &Actor, path: &str, content: &[u8]) -> Answer {
    let request = Request::builder()
        .method("POST")
        .uri(path)
        .header("content-type", "multipart/form-data; boundary=B")
        .body(multipart("会社.csv", content))
        .unwrap();
    test.send(actor, request).await
}

fn location(answer: &Answer) -> String {
    answer
        .headers
        .get("location")
        .unwrap_or_else(|| panic!("{} {}", answer.status, answer.body))
        .to_str()
        .unwrap()
        .to_owned()
}

/// The mapping form as the page sends it back.
fn form(columns: &[&'static str], more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    const NAMES: [&str; 6] = ["c0", "c1", "c2", "c3", "c4", "c5"];
    NAMES.iter().copied().zip(columns.iter().copied()).chain(more.iter().copied()).collect()
}

#[tokio::test]
async fn a_shift_jis_sheet_is_checked_stored_repeated_and_taken_back() {
    let test = hub_app().await;
    let actor = staff();
    let text = "会社名,英文社名,種別,住所\n髙島製薬,Takashima Pharma,企業,大阪市\n湊大学,Minato University,大学,京都市\n湊病院,,病院,神戸市\n";
    let (content, _, _) = encoding_rs::SHIFT_JIS.encode(text);
    let run = location(&upload(&test, &actor, "/ja/organizations/import", &content).await);
    let page = test.get(&actor, &run).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body.contains("髙島製薬")
            && page.body.contains("Shift_JIS (CP932)")
            && page.body.contains("誤りのある1行を除いて2件を取り込む"),
        "{}",
        page.body
    );
    assert_eq!(count(&test, "organization").await, 0, "a dry run stores nothing");
    let errors = test.get(&actor, &format!("{run}/errors.csv")).await;
    assert!(errors.body.contains("湊病院") && errors.body.contains("選択肢にありません"), "{}", errors.body);

    let chosen = form(&["name", "name.en", "kind", ""], &[("do", "run"), ("same_name", "ask")]);
    let done = test.post(&actor, &run, &chosen).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert_eq!(count(&test, "organization").await, 2);
    assert_eq!(test.post(&actor, &run, &chosen).await.status, 409, "an import is done once");
    let result = test.get(&actor, &run).await;
    assert!(result.body.contains("この取り込みをすべて取り消す") && result.body.contains("errors.csv"));
    assert!(test.get(&actor, &format!("{run}/errors.csv")).await.body.contains("湊病院"));

    let again = location(&upload(&test, &actor, "/ja/organizations/import", text.as_bytes()).await);
    test.post(&actor, &again, &form(&["name", "name.en", "kind", ""], &[("do", "check"), ("same_name", "update")]))
        .await;
    assert!(
        test.get(&actor, &again).await.body.contains("取り込むものがありません"),
        "the same sheet again changes nothing"
    );

    let other = TestApp::actor(&[Role::Concierge]);
    assert_eq!(test.get(&other, &run).await.status, 404, "somebody else's import looks absent");
    assert_eq!(test.post(&other, &format!("{run}/undo"), &[]).await.status, 404);
    assert_eq!(test.post(&actor, &format!("{run}/undo"), &[]).await.status, 303);
    assert_eq!(count(&test, "organization").await, 0);
    assert_eq!(test.post(&actor, &format!("{run}/undo"), &[]).await.status, 409);
    assert!(test.get(&actor, &run).await.body.contains("取り消しました"));
}

#[tokio::test]
async fn undo_puts_updates_back_and_leaves_what_others_changed_since() {
    let test = hub_app().await;
    let actor = staff();
    load(&test, &ORG, "code,name.ja,website\na,甲,https://a.example/\nb,乙,\n").await;
    let run = location(
        &upload(
            &test,
            &actor,
            "/en/organizations/import",
            "code,website\na,https://new.example/\nb,https://b.example/\nc,\n".as_bytes(),
        )
        .await,
    );
    let done = test.post(&actor, &run, &form(&["code", "website"], &[("do", "run")])).await;
    assert_eq!(done.status, 303);
    let id = |code: &str| test.app.catalogue.by_code("organization", code, &system().keyring()).unwrap();
    let find = |code: &str| {
        let id = id(code);
        let db = test.app.db.clone();
        async move { store::records::find(&db, &ORG, id, store::records::Scope::Everything).await.unwrap().unwrap() }
    };
    let mut touched = find("b").await;
    assert_eq!(touched.plain("website"), "https://b.example/");
    touched.set("kana", "おつ");
    let version = touched.version;
    let by = system();
    actions::update(&Doing::system(&test.app, &by), touched, version).await.unwrap();
    assert_eq!(test.post(&actor, &format!("{run}/undo"), &[]).await.status, 303);
    assert_eq!(find("a").await.plain("website"), "https://a.example/");
    assert_eq!(find("b").await.plain("website"), "https://b.example/", "somebody edited it since");
    assert!(test.get(&actor, &run).await.body.contains("1 updated records put back. 1 records"));
}

#[tokio::test]
async fn a_row_that_fails_while_storing_keeps_its_whole_batch_out() {
    fn refuse(saving: Saving<'_>) -> futures_util::future::BoxFuture<'_, kernel::Result<()>> {
        let bad = saving.after.code.as_deref() == Some("c7");
        async move { if bad { Err(Error::invalid("code", kernel::both("だめ", "No such luck"))) } else { Ok(()) } }
            .boxed()
    }
    let test = hub_with(Hooks::default().on("organization", refuse)).await;
    let rows: String = (0..20).map(|n| format!("c{n},名前{n}\n")).collect();
    let run = location(
        &upload(&test, &staff_once(), "/en/organizations/import", format!("code,name.ja\n{rows}").as_bytes()).await,
    );
    let actor = staff_once();
    test.post(&actor, &run, &form(&["code", "name.ja"], &[("do", "run")])).await;
    assert_eq!(count(&test, "organization").await, 0);
    assert!(test.get(&actor, &run).await.body.contains("Stopped at row 9"));
}

#[tokio::test]
async fn an_import_that_was_cut_off_goes_on_without_storing_anything_twice() {
    let test = hub_app().await;
    let actor = staff_once();
    let sheet = table::read_text("name.ja\n甲\n乙\n丙\n", None).unwrap();
    let options =
        Options { paths: columns::recognize(&ORG, &sheet.header), same_name: SameName::Separate, ..Options::default() };
    let id = runs::create(&test.app.db, &actor, &ORG, "x.csv", &sheet, &options).await.unwrap();
    let run = runs::get(&test.app.db, id).await.unwrap();
    work::import(&test.app, &run, None).await.unwrap();
    let again = work::import(&test.app, &run, None).await.unwrap();
    assert_eq!((again.counts.created, again.counts.unchanged), (0, 3));
    assert_eq!(count(&test, "organization").await, 3);
}

#[tokio::test]
async fn pasted_tables_and_wrong_files_are_answered_on_the_page() {
    let test = hub_app().await;
    let actor = staff_once();
    let wrong = upload(&test, &actor, "/ja/organizations/import", b"PK\x03\x04nonsense").await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Excel ファイルとして読み取れません"));
    let large = upload(&test, &actor, "/ja/organizations/import", &vec![b'a'; 21_000_000]).await;
    assert_eq!(large.status, 413);
    let html = "<table><tr><th>会社名</th><th>分野</th></tr><tr><td>湊&amp;港</td><td><ul><li>がん</li><li>医療機器</li></ul></td></tr></table>";
    let body = format!("--B\r\nContent-Disposition: form-data; name=\"paste\"\r\n\r\n{html}\r\n--B--\r\n");
    let request = Request::builder()
        .method("POST")
        .uri("/ja/organizations/import")
        .header("content-type", "multipart/form-data; boundary=B");
    let run = location(&test.send(&actor, request.body(Body::from(body)).unwrap()).await);
    test.post(&actor, &run, &form(&["name", "fields"], &[("do", "run")])).await;
    assert!(test.get(&Actor::visitor(), "/ja/organizations").await.body.contains("湊&#38;港"));
    assert_eq!(upload(&test, &TestApp::actor(&[Role::Member]), "/ja/organizations/import", b"a").await.status, 403);
    assert_eq!(test.get(&actor, "/ja/organizations/import").await.status, 200);
    assert!(test.get(&actor, "/en/people/import/template.csv").await.body.contains("Family name (Japanese)"));
}

/// Works off the queue as the program does, until a job has ended.
async fn work_off(test: &TestApp) {
    let (app, undoing) = (test.app.clone(), test.app.clone());
    let runner = store::jobs::Runner::new(&test.app.db)
        .on(work::IMPORT_JOB, move |context| work::run_import_job(app.clone(), context))
        .on(work::UNDO_JOB, move |context| work::run_undo_job(undoing.clone(), context));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let running = tokio::spawn(runner.run(stopped));
    for _ in 0..600 {
        let waiting = store::jobs::counts(&test.app.db).await.unwrap();
        if waiting.iter().all(|(state, _)| state != "queued" && state != "running") {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    stop.send(true).unwrap();
    running.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_import_is_a_job_that_shows_its_progress_and_can_be_undone() {
    let test = hub_app().await;
    let actor = staff_once();
    let rows: String = (0..1_200).map(|n| format!("c{n},名前{n}\n")).collect();
    let sheet = format!("code,name.ja\n{rows}");
    let run = location(&upload(&test, &actor, "/ja/organizations/import", sheet.as_bytes()).await);
    test.post(&actor, &run, &form(&["code", "name.ja"], &[("do", "run")])).await;
    assert_eq!(count(&test, "organization").await, 0);
    let page = test.get(&actor, &run).await;
    assert!(page.body.contains("data-job=\"/ja/jobs/") && page.headers.contains_key("refresh"), "{}", page.body);
    work_off(&test).await;
    assert_eq!(count(&test, "organization").await, 1_200);
    assert!(test.get(&actor, &run).await.body.contains("1200"));
    test.post(&actor, &format!("{run}/undo"), &[]).await;
    work_off(&test).await;
    assert_eq!(count(&test, "organization").await, 0);
    assert!(test.get(&actor, &run).await.body.contains("追加した1200件を消し"));
}
