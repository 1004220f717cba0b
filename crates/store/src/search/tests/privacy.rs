//! Hidden text changes nothing for those who may not see it.

use super::*;

fn members() -> Keyring {
    Keyring { levels: vec![Level::Public, Level::Partners, Level::Members], ..Keyring::default() }
}

fn staff() -> Keyring {
    Keyring { levels: vec![Level::Public, Level::Partners, Level::Members, Level::Staff], ..Keyring::default() }
}

fn director() -> Keyring {
    let mut keyring = staff();
    keyring.levels.push(Level::Parties);
    keyring
}

fn acting_for(party: u128) -> Keyring {
    Keyring { parties: vec![id(party)], ..members() }
}

fn named(party: u128) -> Audience {
    Audience { level: Level::Parties, parties: vec![id(party)], owner: None }
}

fn owned_by(account: u128) -> Audience {
    Audience { level: Level::Me, parties: Vec::new(), owner: Some(id(account)) }
}

#[test]
fn fields_are_searched_only_by_their_circle() {
    let note = passage(Level::Staff, Weight::Body, "canary 金糸雀");
    let mut record = public(1, "公開の名", "text");
    record.passages.push(note);
    let index = index_of(&[record]);
    for text in ["canary", "金糸雀", "金", "can", "canery", "\"canary 金糸雀\"", "text -public"] {
        let seen = found_by(&index, text, &staff());
        assert_eq!(seen, [1], "staff, {text}");
        if !text.starts_with("text") {
            assert!(found_by(&index, text, &members()).is_empty(), "members, {text}");
            assert!(found(&index, text).is_empty(), "public, {text}");
        }
    }
    // An exclusion must not reveal what it excludes.
    assert_eq!(found(&index, "公開 -canary"), [1]);
    assert!(found_by(&index, "公開 -canary", &staff()).is_empty());
}

#[test]
fn records_open_only_to_their_keys() {
    let body = |level| vec![passage(level, Weight::Title, "秘密の計画")];
    let index = index_of(&[
        document(1, &Audience::from(Level::Members), body(Level::Members)),
        document(2, &Audience::from(Level::Staff), body(Level::Staff)),
        document(3, &named(70), body(Level::Parties)),
        document(4, &named(71), body(Level::Parties)),
        document(5, &owned_by(80), body(Level::Me)),
        Document { keys: Vec::new(), ..document(6, &Audience::default(), body(Level::Public)) },
    ]);
    let of = |keyring: &Keyring| {
        let mut found = found_by(&index, "計画", keyring);
        found.sort_unstable();
        found
    };
    assert!(of(&Keyring::public()).is_empty());
    assert!(of(&Keyring::default()).is_empty());
    assert_eq!(of(&members()), [1]);
    assert_eq!(of(&staff()), [1, 2]);
    assert_eq!(of(&acting_for(70)), [1, 3]);
    assert_eq!(of(&director()), [1, 2, 3, 4]);
    assert_eq!(of(&Keyring { account: Some(id(80)), ..members() }), [1, 5]);
}

#[test]
fn private_passages_need_a_key_in_the_document_too() {
    let mut record = document(1, &named(70), vec![passage(Level::Parties, Weight::Title, "共同契約")]);
    record.passages.push(passage(Level::Me, Weight::Body, "下書き"));
    let mut open = public(2, "公開", "");
    open.passages.push(passage(Level::Parties, Weight::Body, "共同契約"));
    let index = index_of(&[record, open]);
    assert_eq!(found_by(&index, "共同契約", &acting_for(70)), [1]);
    assert!(found_by(&index, "共同契約", &acting_for(71)).is_empty());
    let mut overseen = found_by(&index, "共同契約", &director());
    overseen.sort_unstable();
    assert_eq!(overseen, [1, 2]);
    assert!(found_by(&index, "下書き", &director()).is_empty());
    assert!(found_by(&index, "下書き", &Keyring { account: Some(id(70)), ..director() }).is_empty());
}

#[test]
fn a_passage_is_never_filed_wider_than_its_record() {
    let careless = document(1, &Audience::from(Level::Staff), vec![passage(Level::Public, Weight::Title, "内部資料")]);
    let index = index_of(&[careless]);
    assert!(found(&index, "内部資料").is_empty());
    assert_eq!(found_by(&index, "内部資料", &staff()), [1]);
}

/// Answer to one text: ids with the bits of their scores, and suggestions.
type Observed = (String, Vec<(Uuid, u32)>, Vec<String>);

/// What a reader can learn: hits, order, scores, suggestions.
fn observed(index: &Index, keyring: &Keyring) -> Vec<Observed> {
    let texts = [
        "細胞",
        "再生医療",
        "細胞 再生",
        "cell",
        "cells therapy",
        "cel",
        "sell",
        "さわ",
        "sawa",
        "株式会社",
        "胞",
        "-細胞",
        "\"cell therapy\"",
        "無い言葉 細胞",
    ];
    let observe = |text: &&str| {
        let matching = index.matching(&query(text, keyring)).unwrap();
        let suggested = index.suggest(text, keyring, 20).unwrap();
        let scores = matching.into_iter().map(|(id, score)| (id, score.to_bits())).collect();
        ((*text).to_owned(), scores, suggested.into_iter().map(|s| s.text).collect())
    };
    texts.iter().map(observe).collect()
}

fn seen_records() -> Vec<Document> {
    (1..30)
        .map(|n| {
            let body = if n % 3 == 0 { "再生医療と細胞の培養" } else { "cell therapy for everyone, cells" };
            let mut record = public(n, &format!("株式会社細胞{n} Sawa"), &body.repeat(1 + (n % 4) as usize));
            record.passages.push(passage(Level::Members, Weight::Strong, "会員向けの再生"));
            record
        })
        .collect()
}

fn hidden_records() -> Vec<Document> {
    let text = "細胞 再生医療 cell therapy cells さわ sawa 株式会社 sell";
    let everywhere = |level: Level| {
        [Weight::Title, Weight::Name, Weight::Strong, Weight::Body].map(|weight| passage(level, weight, text)).to_vec()
    };
    (100..160)
        .map(|n| match n % 4 {
            0 => document(n, &Audience::from(Level::Staff), everywhere(Level::Staff)),
            1 => document(n, &named(70), everywhere(Level::Parties)),
            2 => document(n, &owned_by(80), everywhere(Level::Me)),
            _ => document(n, &Audience::from(Level::Staff), everywhere(Level::Public)),
        })
        .collect()
}

#[test]
fn hidden_records_and_fields_change_no_hit_rank_or_score() {
    let clean = index_of(&seen_records());
    let mut with_canaries = seen_records();
    for (record, n) in with_canaries.iter_mut().zip(0..) {
        for level in [Level::Staff, Level::Parties, Level::Me] {
            record.passages.push(passage(level, Weight::Title, "細胞 再生医療 cell therapy sawa 株式会社"));
            record.passages.push(passage(level, Weight::Body, &"細胞 cells 再生 ".repeat(n)));
        }
    }
    with_canaries.extend(hidden_records());
    let canaries = index_of(&with_canaries);
    for keyring in [Keyring::public(), members(), acting_for(71)] {
        assert_eq!(observed(&clean, &keyring), observed(&canaries, &keyring));
    }
}

#[test]
fn text_that_was_hidden_or_deleted_later_leaves_no_trace_in_scores() {
    let clean = index_of(&seen_records());
    let index = index_of(&seen_records());
    let once_public: Vec<Document> =
        (200..230).map(|n| public(n, "細胞 再生医療 cell", &"cell 細胞 sawa ".repeat(5))).collect();
    index.update(&once_public, &[], 2).unwrap();
    let hidden: Vec<Document> = (200..215).map(|n| Document { id: id(n), ..hidden_records()[0].clone() }).collect();
    let deleted: Vec<Uuid> = (215..230).map(id).collect();
    index.update(&hidden, &deleted, 3).unwrap();
    for keyring in [Keyring::public(), members()] {
        assert_eq!(observed(&clean, &keyring), observed(&index, &keyring));
    }
}

#[test]
fn other_parties_records_do_not_move_the_scores_of_ones_own() {
    let own = |n| document(n, &named(70), vec![passage(Level::Parties, Weight::Title, "細胞 cell 再生医療")]);
    let clean = index_of(&[own(1), own(2)]);
    let others =
        (100..150).map(|n| document(n, &named(71), vec![passage(Level::Parties, Weight::Title, "細胞 cell 再生医療")]));
    let mixed: Vec<Document> = [own(1), own(2)].into_iter().chain(others).collect();
    assert_eq!(observed(&clean, &acting_for(70)), observed(&index_of(&mixed), &acting_for(70)));
}

#[test]
fn suggestions_show_only_open_titles() {
    let mut record = public(1, "Open name", "");
    record.passages.push(passage(Level::Staff, Weight::Name, "Openly secret name"));
    let index = index_of(&[record]);
    let texts = |keyring: &Keyring, typed: &str| {
        index.suggest(typed, keyring, 5).unwrap().into_iter().map(|s| s.text).collect::<Vec<_>>()
    };
    assert_eq!(texts(&Keyring::public(), "open"), ["Open name"]);
    assert!(texts(&Keyring::public(), "openly").is_empty());
    assert_eq!(texts(&staff(), "openly"), ["Openly secret name"]);
}
