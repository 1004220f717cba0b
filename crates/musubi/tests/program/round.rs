//! `musubi round` from files alone: the program itself, run as a hub's officer would on an empty folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A folder that goes away with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        let path = std::env::temp_dir().join(format!("musubi-round-{}", kernel::Uuid::new_v4().simple()));
        std::fs::create_dir_all(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).to_string_lossy().into_owned()
    }

    fn musubi(&self, words: &[&str]) -> Output {
        let data = self.path("data");
        Command::new(env!("CARGO_BIN_EXE_musubi")).arg("--data").arg(data).arg("round").args(words).output().unwrap()
    }

    fn well(&self, words: &[&str]) -> String {
        let output = self.musubi(words);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{words:?}: {text}{}", String::from_utf8_lossy(&output.stderr));
        text
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const DAYS: &str = "2026-12-07 10:00-12:00";

#[test]
fn the_templates_of_both_languages_and_formats_become_a_published_timetable() {
    for (lang, kind, company) in [("ja", "xlsx", "みなと製薬"), ("en", "csv", "Minato Pharma")] {
        let folder = Folder::new();
        let [people, wishes, out] =
            [format!("people.{kind}"), format!("wishes.{kind}"), format!("timetable.{kind}")].map(|n| folder.path(&n));
        folder.well(&["template", "participants", &people, "--lang", lang]);
        folder.well(&["template", "wishes", &wishes, "--lang", lang]);
        let told = folder.well(&["import", "autumn", "--days", DAYS, "--participants", &people, "--wishes", &wishes]);
        assert!(told.contains("2 new") && told.contains("1 new"), "{told}");
        let told = folder.well(&["solve", "autumn", "--seconds", "1"]);
        let last: serde_json::Value = serde_json::from_str(told.trim().lines().last().unwrap()).unwrap();
        assert_eq!((&last["meetings"], &last["state"]), (&1.into(), &"done".into()), "{told}");
        assert!(folder.well(&["publish", "autumn"]).contains("version 1"));
        folder.well(&["export", "autumn", &out, "--lang", lang]);
        let table = web::records::exchange::read_file(std::fs::read(Path::new(&out)).unwrap()).unwrap();
        assert_eq!(table.rows.len(), 1);
        assert!(table.rows[0].cells.iter().any(|cell| cell == company), "{table:?}");
        let own = folder.path("own.csv");
        folder.well(&["addresses", "autumn", &own]);
        assert_eq!(std::fs::read_to_string(&own).unwrap().matches("/my-round/").count(), 2);
    }
}

#[test]
fn what_cannot_be_read_is_told_with_sheet_row_and_column_and_unknown_names_are_proposed() {
    let folder = Folder::new();
    let write = |name: &str, text: &str| std::fs::write(folder.path(name), text).unwrap();
    write("people.csv", "名称,区分,最大面談数\n分子研,研究室,たくさん\n湊製薬,企業,\n");
    write("wishes.csv", "だれが,だれに,希望\n湊製薬所,分子研,◎\n湊製薬,分子研,はて\n");
    let import = ["import", "autumn", "--days", DAYS, "--participants", &folder.path("people.csv")];
    let output = folder.musubi(&import);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success(), "a fault is no success");
    assert!(told.contains("people.csv, Row 2, “最大面談数”") && told.contains("行 2「最大面談数」"), "{told}");
    let wishes = folder.path("wishes.csv");
    let told = String::from_utf8_lossy(&folder.musubi(&["import", "autumn", "--wishes", &wishes]).stdout).into_owned();
    assert!(told.contains("wishes.csv, Row 3, “希望”"), "{told}");
    assert!(told.contains("nobody is called “湊製薬所”") && told.contains("--meant \"湊製薬所=湊製薬\""), "{told}");
    let output = folder.musubi(&["import", "autumn", "--wishes", &wishes, "--meant", "湊製薬所=湊製薬"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("1 new") && !told.contains("nobody is called"), "{told}");
    let output = folder.musubi(&["import", "winter", "--wishes", &wishes]);
    assert!(!output.status.success() && String::from_utf8_lossy(&output.stderr).contains("--days makes a new one"));
}
