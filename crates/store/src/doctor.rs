//! Looks a hub over and says what is wrong, in both languages. Changes nothing.

use crate::db::Db;
use crate::error::Result;
use crate::files::Files;
use crate::{feed, jobs, migrate, outbox};
use kernel::lang::Said;
use serde::Serialize;

/// Below this much free space writes may soon fail.
const LITTLE_ROOM: u64 = 1024 * 1024 * 1024;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    Good,
    /// Worth a look.
    Warning,
    /// Data is damaged or missing.
    Fault,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable name for scripts: `integrity`, `foreign_keys`, `collation`, `schema`, `feed`, `files`, `space`, `jobs`, `mail`.
    pub check: &'static str,
    pub severity: Severity,
    pub words: Said,
}

impl Finding {
    fn new(check: &'static str, severity: Severity, ja: impl Into<String>, en: impl Into<String>) -> Finding {
        Finding { check, severity, words: Said::new(ja, en) }
    }
}

/// Everything, in the order of the checks. `progress` gets (done, total) of the longest one, the change feed.
pub async fn examine(db: &Db, files: &Files, progress: impl FnMut(i64, i64) + Send) -> Result<Vec<Finding>> {
    let mut findings = engine(db).await?;
    findings.push(schema(db).await?);
    findings.push(change_feed(db, progress).await?);
    findings.push(attachments(db, files).await?);
    findings.push(space(db));
    findings.push(dead_letters(db).await?);
    findings.push(unsent_mail(db).await?);
    Ok(findings)
}

async fn engine(db: &Db) -> Result<Vec<Finding>> {
    use Severity::{Fault, Good, Warning};
    let checks = db.engine_checks().await?;
    Ok(checks
        .into_iter()
        .map(|check| match (check.name, check.fault) {
            ("collation", None) => Finding::new("collation", Good, "文字の並びの設定は正しいです。", "Text is compared byte by byte, as it should be."),
            ("collation", Some(found)) => Finding::new(
                "collation",
                Warning,
                format!("データベースの照合順序が {found} です。並び順が異なることがあるため、C で作り直すことをお勧めします。"),
                format!("The database uses collation {found}; lists may be ordered differently. Recreate it with collation C."),
            ),
            ("foreign_keys", None) => Finding::new("foreign_keys", Good, "記録どうしのつながりに切れはありません。", "No link between records is broken."),
            ("foreign_keys", Some(found)) => Finding::new(
                "foreign_keys",
                Fault,
                format!("つながりの切れた記録があります：{found}。バックアップから戻してください。"),
                format!("Some links between records are broken: {found}. Restore a backup."),
            ),
            (name, None) => Finding::new(name, Good, "データベースのファイルは健全です。", "The database file is sound."),
            (name, Some(found)) => Finding::new(
                name,
                Fault,
                format!("データベースのファイルが壊れています：{found}。バックアップから戻してください。"),
                format!("The database file is damaged: {found}. Restore a backup."),
            ),
        })
        .collect())
}

async fn schema(db: &Db) -> Result<Finding> {
    let applied = db.applied_migrations().await?;
    let (last, newest) = (applied.last().copied().unwrap_or(0), migrate::newest());
    Ok(if last == newest {
        Finding::new(
            "schema",
            Severity::Good,
            format!("スキーマは最新（{newest}）です。"),
            format!("The schema is current ({newest})."),
        )
    } else {
        Finding::new(
            "schema",
            Severity::Warning,
            format!("スキーマは {last}、この版は {newest} です。`musubi migrate` を実行してください。"),
            format!("The schema is {last}, this version has {newest}. Run `musubi migrate`."),
        )
    })
}

async fn change_feed(db: &Db, progress: impl FnMut(i64, i64) + Send) -> Result<Finding> {
    let verdict = feed::verify(db, progress).await?;
    Ok(match verdict.broken {
        None => Finding::new(
            "feed",
            Severity::Good,
            format!("変更履歴 {} 件の鎖は正しくつながっています（最後のハッシュ {}）。", verdict.checked, verdict.head),
            format!("The chain of {} changes verifies (last hash {}).", verdict.checked, verdict.head),
        ),
        Some(seq) => Finding::new(
            "feed",
            Severity::Fault,
            format!("変更履歴の {seq} 番が合いません。書き換えられたか、失われています。"),
            format!("Change {seq} does not fit the chain: it was altered or is gone."),
        ),
    })
}

async fn attachments(db: &Db, files: &Files) -> Result<Finding> {
    let missing = files.missing(db).await?;
    if missing.is_empty() {
        return Ok(Finding::new(
            "files",
            Severity::Good,
            "添付ファイルはすべてあります。",
            "All attachments are there.",
        ));
    }
    let names: Vec<String> = missing.iter().take(10).map(|file| format!("{} ({})", file.name, file.id)).collect();
    let (count, names) = (missing.len(), names.join(", "));
    Ok(Finding::new(
        "files",
        Severity::Fault,
        format!(
            "添付ファイル {count} 件の中身がありません：{names}。バックアップの files フォルダーから戻してください。"
        ),
        format!("The bytes of {count} attachments are missing: {names}. Bring them back from the files of a backup."),
    ))
}

fn space(db: &Db) -> Finding {
    let Some(free) = db.folder().free_bytes() else {
        return Finding::new("space", Severity::Warning, "空き容量を調べられません。", "Free space cannot be read.");
    };
    let amount = format!("{:.1} GB", free as f64 / 1e9);
    if free < LITTLE_ROOM {
        return Finding::new(
            "space",
            Severity::Warning,
            format!("空き容量が少なくなっています（{amount}）。"),
            format!("Little space is left ({amount})."),
        );
    }
    Finding::new("space", Severity::Good, format!("空き容量は {amount} です。"), format!("{amount} are free."))
}

fn of_state(counts: &[(String, i64)], states: &[&str]) -> i64 {
    counts.iter().filter(|(state, _)| states.contains(&state.as_str())).map(|(_, count)| count).sum()
}

async fn dead_letters(db: &Db) -> Result<Finding> {
    let failed = of_state(&jobs::counts(db).await?, &["failed", "interrupted"]);
    Ok(if failed == 0 {
        Finding::new("jobs", Severity::Good, "失敗した処理はありません。", "No job has failed.")
    } else {
        Finding::new(
            "jobs",
            Severity::Warning,
            format!("失敗または中断した処理が {failed} 件あります。処理の一覧でやり直すか、消してください。"),
            format!("{failed} jobs failed or were interrupted. Run them again or clear them on the jobs page."),
        )
    })
}

async fn unsent_mail(db: &Db) -> Result<Finding> {
    let stuck = of_state(&outbox::counts(db).await?, &["failed", "held"]);
    Ok(if stuck == 0 {
        Finding::new("mail", Severity::Good, "送れずにいるメールはありません。", "No mail is stuck.")
    } else {
        Finding::new(
            "mail",
            Severity::Warning,
            format!("送れなかった、または保留中のメールが {stuck} 通あります。"),
            format!("{stuck} mails failed or are held."),
        )
    })
}
