//! Attachments: by content, limited, missing ones reported.

use crate::on_every_engine;
use bytes::Bytes;
use futures_util::{StreamExt, stream};
use std::fs;
use store::files::{self, FileRow, Files, NewFile};
use store::{Db, Error, atomically};

async fn keep(db: &Db, files: &Files, name: &str, bytes: &'static [u8]) -> FileRow {
    let stored = files.put_bytes(Bytes::from_static(bytes), 1000).await.unwrap();
    let id: store::Result<uuid::Uuid> = atomically!(db, |tx| -> Error {
        files::register(tx, &stored, NewFile { name: name.into(), media_type: "text/plain".into(), created_by: None })
            .await
    });
    files::find(db, id.unwrap()).await.unwrap().unwrap()
}

on_every_engine! {
    async fn a_file_comes_back_under_its_hash_and_equal_contents_are_kept_once(db) {
        let files = Files::of(&db).unwrap();
        let (one, two) = (keep(&db, &files, "覚書.txt", b"same").await, keep(&db, &files, "copy.txt", b"same").await);
        assert_eq!(one.sha256, two.sha256);
        assert_eq!(files.get_bytes(&one.sha256).await.unwrap().unwrap(), Bytes::from_static(b"same"));
        let chunks: Vec<Bytes> = files.get(&two.sha256).await.unwrap().unwrap().map(Result::unwrap).collect().await;
        assert_eq!(chunks.concat(), b"same");
        assert!(files.missing(&db).await.unwrap().is_empty());
        fs::remove_file(db.folder().files().join(&one.sha256[..2]).join(&one.sha256[2..])).unwrap();
        assert!(files.get(&one.sha256).await.unwrap().is_none());
        assert_eq!(files.missing(&db).await.unwrap().len(), 2);
    }

    async fn too_much_is_refused_and_leaves_nothing(db) {
        let files = Files::of(&db).unwrap();
        let endless = stream::iter((0..100).map(|_| Ok::<_, Error>(Bytes::from(vec![7_u8; 1000]))));
        assert!(matches!(files.put(endless, 5_000).await, Err(Error::TooLarge { limit_bytes: 5_000 })));
        let broken = stream::iter([Ok(Bytes::from_static(b"half")), Err("connection reset")]);
        assert!(files.put(broken, 5_000).await.is_err());
        let left = walk(&db.folder().files());
        assert!(left.is_empty(), "{left:?}");
    }

    async fn unnamed_contents_are_cleared_after_a_day_only(db) {
        let files = Files::of(&db).unwrap();
        let kept = keep(&db, &files, "kept", b"kept").await;
        let loose = files.put_bytes(Bytes::from_static(b"loose"), 100).await.unwrap();
        assert_eq!(files.clear_unreferenced(&db).await.unwrap(), 0);
        let path = db.folder().files().join(&loose.sha256[..2]).join(&loose.sha256[2..]);
        let old = std::time::SystemTime::now() - std::time::Duration::from_secs(2 * 86_400);
        fs::File::options().write(true).open(&path).unwrap().set_modified(old).unwrap();
        assert_eq!(files.clear_unreferenced(&db).await.unwrap(), 1);
        assert!(files.size(&kept.sha256).await.unwrap().is_some());
        for odd in ["", "../../etc/passwd", "zz"] {
            assert!(matches!(files.get(odd).await, Err(Error::NotFound)));
        }
    }
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}
