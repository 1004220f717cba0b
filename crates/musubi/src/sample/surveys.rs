//! The survey of a past forum of the sample hub: twelve guests, nine anonymous answers, and two of the sample accounts
//! who have not answered yet. Loaded after the accounts, because registrations belong to them.

use anyhow::{Context, Result};
use directory::accounts;
use encounter::gatherings::actions::bring_in::{Guest, bring_in};
use kernel::{Actor, Lang, Uuid};
use serde_json::{Map, Value, json};
use web::App;
use web::records::actions::Doing;

const FORUM: &str = "kx-forum-11";
/// Sample accounts that came and have not answered.
const WAITING: [&str; 2] = ["member@example.jp", "manager@example.jp"];

/// What one guest answered: the step of the scale, the number of the choice, words.
type Said = (u8, usize, &'static str);
/// Name, organization, language, answers.
type Line = (&'static str, &'static str, Lang, Option<Said>);

/// Numbers of the choices of the second question.
const TALKS: usize = 0;
const PITCHES: usize = 1;
const RECEPTION: usize = 2;

const LINES: [Line; 10] = [
    ("有馬 みどり", "霧箱ロジスティクス", Lang::Ja, Some((5, PITCHES, "培養の現場をもっと見てみたいです。"))),
    ("Pieter de Wit", "Polder Vision", Lang::En, Some((5, PITCHES, "Release testing, hands on."))),
    ("加納 周", "はかり品質研究所", Lang::Ja, Some((4, TALKS, ""))),
    ("内海 遼", "渡舟", Lang::Ja, Some((5, RECEPTION, "病院で受け取る側の方のお話。"))),
    ("小牧 さやか", "桜堤病院", Lang::Ja, Some((4, TALKS, "搬送時間の実測データがあるとうれしいです。"))),
    ("Mei-Ling Chou", "台北ライフパーク", Lang::En, Some((4, RECEPTION, ""))),
    ("早川 誠", "北浜ベンチャーズ", Lang::Ja, Some((3, PITCHES, "発表の順番を前もって知りたいです。"))),
    ("鳥居 結", "川の手大学", Lang::Ja, Some((5, PITCHES, ""))),
    ("真鍋 一樹", "港製薬", Lang::Ja, Some((4, RECEPTION, "自動培養装置の会社"))),
    ("志水 玲", "川の手市", Lang::Ja, None),
];

/// Loads it where the forum is.
pub async fn load(app: &App) -> Result<()> {
    let keys = Actor::system("sample").keyring();
    let found = |kind: &str, code: &str| app.catalogue.by_code(kind, code, &keys);
    let Some(forum) = found("gathering", FORUM) else { return Ok(()) };
    let question = |code: &str| found("survey_question", code).with_context(|| format!("no survey question {code}"));
    let questions = [question("kx-f11-s1")?, question("kx-f11-s2")?, question("kx-f11-s3")?];
    let mut guests: Vec<Guest> = LINES.iter().map(|line| guest(line, questions)).collect();
    let accounts = accounts::list_accounts(&app.db).await?;
    let waiting = accounts.into_iter().filter(|one| one.email.as_deref().is_some_and(|email| WAITING.contains(&email)));
    guests.extend(waiting.map(|account| Guest {
        name: account.label.clone(),
        organization: String::new(),
        email: account.email.clone(),
        lang: Lang::Ja,
        account: Some(account.id),
        answers: None,
    }));
    let actor = Actor::system("sample");
    bring_in(&Doing::system(app, &actor), forum, &guests).await.context("sample survey")
}

fn guest((name, organization, lang, answered): &Line, [scale, choice, words]: [Uuid; 3]) -> Guest {
    let answers = answered.map(|(step, chosen, said)| {
        let given = [(scale, json!(step)), (choice, json!(chosen)), (words, json!(said))];
        let given = given.into_iter().filter(|(_, value)| value.as_str() != Some(""));
        given.map(|(id, value)| (id.to_string(), value)).collect::<Map<String, Value>>()
    });
    Guest {
        name: (*name).to_owned(),
        organization: (*organization).to_owned(),
        email: None,
        lang: *lang,
        account: None,
        answers,
    }
}
