use std::path::PathBuf;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::ReadBuf;

use super::*;
use crate::inspect::tests::{has, jpeg, photo_with_position};

const NOW: Instant = Instant::from_millis(1_790_000_000_000);
const HOUR: i64 = 3_600_000;

fn fresh() -> (tempfile::TempDir, Files) {
    let data = tempfile::tempdir().unwrap();
    let files = Files::open(data.path(), Limits::default()).unwrap();
    (data, files)
}

fn named(name: &str) -> Declared {
    Declared {
        name: Some(name.to_owned()),
        media_type: None,
    }
}

/// Every file below the folder, relative.
fn tree(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path)
            } else {
                found.push(path.strip_prefix(root).unwrap().to_owned())
            }
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn keeps_a_photo_under_its_digest_only() {
    let (data, files) = fresh();
    let photo = photo_with_position(64, 48);
    let stored = files
        .put(photo.as_slice(), &named("张三 13800000000.jpg"), &[Kind::Image], NOW)
        .await
        .unwrap();
    let digest = Digest::of(&photo);
    let expected = Stored {
        digest,
        bytes: u64::try_from(photo.len()).unwrap(),
        kind: Kind::Image,
        media_type: "image/jpeg".to_owned(),
        width: Some(48),
        height: Some(64),
    };
    assert_eq!(stored, expected);
    let name = digest.to_string();
    assert_eq!(
        tree(data.path()),
        [Path::new("files").join(&name[..2]).join(&name[2..4]).join(&name)]
    );
    assert_eq!(files.read(digest).await.unwrap(), photo, "the original stays as it came");
    assert!(files.verify(digest).await.unwrap());
    let again = files.put_bytes(&photo, &Declared::default(), Kind::ALL, NOW).await.unwrap();
    assert_eq!((again, tree(data.path()).len()), (expected, 1));
}

#[tokio::test]
async fn a_refused_or_abandoned_file_leaves_nothing() {
    let (data, files) = fresh();
    let check = async |bytes: &[u8], expected: Code| {
        let fault = files.put(bytes, &named("a.jpg"), &[Kind::Image], NOW).await.unwrap_err();
        assert_eq!(fault.code, expected, "{fault}");
    };
    check(b"not a photo", Code::BadFile).await;
    check(b"", Code::BadFile).await;
    check(&vec![0xff; 20_000_001], Code::TooLarge).await;
    let broken = files.put(Breaking, &named("a.jpg"), &[Kind::Image], NOW).await.unwrap_err();
    assert_eq!(broken.code, Code::BadFile);
    let mut upload = files.begin(&[Kind::Image]).await.unwrap();
    upload.write(b"half").await.unwrap();
    drop(upload);
    assert_eq!(tree(data.path()), Vec::<PathBuf>::new());
}

/// A connection that breaks off.
struct Breaking;

impl AsyncRead for Breaking {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, _: &mut ReadBuf<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Err(std::io::ErrorKind::ConnectionReset.into()))
    }
}

#[tokio::test]
async fn many_at_once_do_not_mix() {
    let (data, files) = fresh();
    let photos: Vec<Vec<u8>> = (0..8).map(|it| jpeg(40 + it % 4, 30)).collect();
    let tasks: Vec<_> = photos
        .iter()
        .cloned()
        .map(|it| {
            let files = files.clone();
            tokio::spawn(async move {
                files
                    .put(it.as_slice(), &Declared::default(), Kind::ALL, NOW)
                    .await
                    .unwrap()
                    .digest
            })
        })
        .collect();
    for (task, photo) in tasks.into_iter().zip(&photos) {
        assert_eq!(files.read(task.await.unwrap()).await.unwrap(), *photo);
    }
    assert_eq!(tree(data.path()).len(), 4);
}

#[tokio::test]
async fn renditions_are_drawn_once_and_clean() {
    let (data, files) = fresh();
    let photo = photo_with_position(900, 600);
    let digest = files
        .put_bytes(&photo, &Declared::default(), Kind::ALL, NOW)
        .await
        .unwrap()
        .digest;
    let public = files.rendition(digest, Rendition::Public).await.unwrap();
    assert!(!has(&public, b"GPS"));
    assert_eq!(tree(data.path()).len(), 2);
    assert_eq!(files.rendition(digest, Rendition::Public).await.unwrap(), public);
    let unknown = files
        .rendition(Digest::of(b"unknown"), Rendition::Thumbnail)
        .await
        .unwrap_err();
    assert_eq!(
        (unknown.code, unknown.detail.as_str()),
        (Code::NotFound, "没有这个文件。它可能已被删除。")
    );
    let pdf = b"%PDF-1.4\nstartxref\n9\n%%EOF\n";
    let pdf = files
        .put_bytes(pdf, &Declared::default(), Kind::ALL, NOW)
        .await
        .unwrap()
        .digest;
    assert_eq!(
        files.rendition(pdf, Rendition::Thumbnail).await.unwrap_err().code,
        Code::BadFile
    );
}

#[tokio::test]
async fn damage_on_the_disk_is_noticed() {
    let (data, files) = fresh();
    let digest = files
        .put_bytes(&jpeg(8, 8), &Declared::default(), Kind::ALL, NOW)
        .await
        .unwrap()
        .digest;
    std::fs::write(data.path().join(&tree(data.path())[0]), b"changed").unwrap();
    assert!(!files.verify(digest).await.unwrap());
}

#[tokio::test]
async fn what_nobody_refers_to_may_go_after_a_day() {
    let (data, files) = fresh();
    let mut digests = Vec::new();
    for (width, hours) in [(10, 30), (20, 25), (30, 23)] {
        let then = NOW.plus_millis(-hours * HOUR);
        digests.push(
            files
                .put_bytes(&jpeg(width, 10), &Declared::default(), Kind::ALL, then)
                .await
                .unwrap()
                .digest,
        );
    }
    let mut old = digests[..2].to_vec();
    old.sort();
    let found: Vec<Digest> = files
        .candidates(NOW, None, 10)
        .await
        .unwrap()
        .iter()
        .map(|it| it.digest)
        .collect();
    assert_eq!(found, old);
    let second: Vec<Digest> = files
        .candidates(NOW, Some(old[0]), 10)
        .await
        .unwrap()
        .iter()
        .map(|it| it.digest)
        .collect();
    assert_eq!(second, old[1..]);
    assert_eq!(files.candidates(NOW, None, 1).await.unwrap().len(), 1);

    files.rendition(digests[0], Rendition::Thumbnail).await.unwrap();
    assert!(files.remove(digests[0], NOW).await.unwrap());
    assert!(!files.remove(digests[0], NOW).await.unwrap(), "gone already");
    assert!(!files.remove(digests[2], NOW).await.unwrap(), "too young");
    files
        .put_bytes(&jpeg(20, 10), &Declared::default(), Kind::ALL, NOW)
        .await
        .unwrap();
    assert!(!files.remove(digests[1], NOW).await.unwrap(), "came in again");
    assert_eq!(tree(data.path()).len(), 2);
}

#[tokio::test]
async fn unfinished_pieces_are_swept() {
    let (data, files) = fresh();
    let piece = data.path().join("files/tmp/1-1");
    std::fs::write(&piece, b"half").unwrap();
    let written = std::fs::metadata(&piece)
        .unwrap()
        .modified()
        .unwrap()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    let written = Instant::from_millis(i64::try_from(written.as_millis()).unwrap());
    assert_eq!(files.remove_unfinished(written.plus_millis(23 * HOUR)).await.unwrap(), 0);
    assert_eq!(files.remove_unfinished(written.plus_millis(25 * HOUR)).await.unwrap(), 1);
    assert!(!piece.exists());
}
