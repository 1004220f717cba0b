//! The folder: reopening, damage, other versions.

use super::*;
use std::fs;

#[test]
fn an_index_keeps_its_documents_and_its_place_in_the_feed() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("search");
    {
        let index = Index::open(&dir).unwrap();
        assert!(index.needs_rebuild());
        assert_eq!(index.cursor(), None);
        index.update(&[public(1, "再生医療", "")], &[], 41).unwrap();
        index.update(&[public(2, "細胞", "")], &[], 42).unwrap();
        assert!(!index.needs_rebuild());
    }
    let index = Index::open(&dir).unwrap();
    assert!(!index.needs_rebuild());
    assert_eq!(index.cursor(), Some(42));
    assert_eq!(found(&index, "再生"), [1]);
    index.update(&[], &[id(1)], 43).unwrap();
    assert!(found(&index, "再生").is_empty());
}

#[test]
fn a_rebuild_that_was_cut_short_is_asked_for_again() {
    let folder = tempfile::tempdir().unwrap();
    {
        let index = Index::open(folder.path()).unwrap();
        index.update(&[public(1, "一", "")], &[], 5).unwrap();
        index.clear().unwrap();
        assert!(index.is_empty());
        index.update(&[public(1, "一", "")], &[], REBUILDING).unwrap();
    }
    let index = Index::open(folder.path()).unwrap();
    assert!(index.needs_rebuild());
    index.update(&[public(2, "二", "")], &[], 6).unwrap();
    assert!(!index.needs_rebuild());
    assert_eq!(index.len(), 2);
}

#[test]
fn putting_segments_together_changes_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let index = Index::open(folder.path()).unwrap();
    for number in 1..=9 {
        index.update(&[public(number, &format!("再生医療 {number}"), "細胞")], &[], number as i64).unwrap();
    }
    index.update(&[], &[id(4)], 10).unwrap();
    let before = (found(&index, "再生"), found(&index, "細胞"), found(&index, "7"));
    index.compact(1).unwrap();
    assert_eq!(writing::mergeable(&index.index).unwrap().len(), 1);
    assert_eq!((found(&index, "再生"), found(&index, "細胞"), found(&index, "7")), before);
    assert_eq!((index.cursor(), index.len()), (Some(10), 8));
    index.update(&[public(4, "再生医療 4", "細胞")], &[], 11).unwrap();
    assert_eq!(found(&index, "再生").len(), 9);
    drop(index);
    assert_eq!(Index::open(folder.path()).unwrap().cursor(), Some(11));
}

/// Damages the files that `choose` picks, then opens again.
fn reopened_after_damage(choose: impl Fn(&str) -> bool, damage: impl Fn(&Path)) {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("search");
    let index = Index::open(&dir).unwrap();
    index.update(&[public(1, "再生医療", "細胞")], &[], 5).unwrap();
    drop(index);
    let mut damaged = 0;
    for entry in fs::read_dir(&dir).unwrap() {
        let path = entry.unwrap().path();
        if choose(&path.file_name().unwrap().to_string_lossy()) {
            damage(&path);
            damaged += 1;
        }
    }
    assert!(damaged > 0);
    let index = Index::open(&dir).unwrap();
    assert!(index.needs_rebuild());
    assert!(found(&index, "再生").is_empty());
    assert!(disk::aside_of(&dir).is_dir());
    index.update(&[public(1, "再生医療", "細胞")], &[], 6).unwrap();
    assert_eq!(found(&index, "再生"), [1]);
}

#[test]
fn damage_puts_the_folder_aside_and_asks_for_a_rebuild() {
    let flip = |path: &Path| {
        let mut bytes = fs::read(path).unwrap();
        let middle = bytes.len() / 3;
        bytes[middle] ^= 0xff;
        fs::write(path, bytes).unwrap();
    };
    reopened_after_damage(|name| name == "meta.json", |path| fs::write(path, "{").unwrap());
    reopened_after_damage(|name| name.ends_with(".idx"), flip);
    reopened_after_damage(|name| name.ends_with(".store"), |path| fs::write(path, []).unwrap());
    reopened_after_damage(|name| name.ends_with(".term"), |path| fs::remove_file(path).unwrap());
}

#[test]
fn another_format_is_put_aside() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("search");
    fs::create_dir_all(&dir).unwrap();
    tantivy::Index::create_in_dir(&dir, tantivy::schema::Schema::builder().build()).unwrap();
    for _ in 0..2 {
        let index = Index::open(&dir).unwrap();
        assert!(index.needs_rebuild());
    }
    assert!(disk::aside_of(&dir).join("meta.json").exists());
}

#[test]
fn a_second_writer_is_refused_without_harm() {
    let folder = tempfile::tempdir().unwrap();
    let one = Index::open(folder.path()).unwrap();
    let two = Index::open(folder.path()).unwrap();
    one.update(&[public(1, "一", "")], &[], 1).unwrap();
    assert!(matches!(two.update(&[], &[], 2), Err(Error::Internal(_))));
    assert_eq!(one.cursor(), Some(1));
}
