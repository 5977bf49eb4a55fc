//! Who may read a file.

use serde_json::json;
use yiwang_authz::Action;
use yiwang_files::{Declared, Kind, Rendition};
use yiwang_records::{Deed, Trouble};
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::desk::{Desk, object, photo, photos, rules, visitor};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_uploader_until_it_is_bound_then_the_readers_of_the_field() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let (shown, inner) = (desk.photo(&desk.clerk, 1).await, desk.photo(&desk.clerk, 2).await);
        for (ctx, expected) in [
            (&desk.clerk, true),
            (&desk.clerk2, false),
            (&desk.reader, false),
            (&visitor("anna"), false),
        ] {
            assert_eq!(desk.may_read(ctx, &shown).await, expected, "unbound: {}", ctx.subject.id);
        }
        let record = desk
            .create(&desk.clerk, json!({ "photos": [shown], "inner": [inner] }))
            .await
            .expect("record");
        for (ctx, sees_shown, sees_inner) in [
            (&desk.clerk, true, true),
            (&desk.clerk2, true, true),
            (&desk.reader, true, false),
            (&desk.stranger, false, false),
            (&visitor("anna"), false, false),
        ] {
            let found = (desk.may_read(ctx, &shown).await, desk.may_read(ctx, &inner).await);
            assert_eq!(found, (sees_shown, sees_inner), "bound: {}", ctx.subject.id);
        }
        // What was taken out is for readers of the history.
        desk.update(&desk.clerk, &record, json!({ "photos": [], "inner": [] }))
            .await
            .expect("taken out");
        assert_eq!(
            (
                desk.may_read(&desk.clerk2, &shown).await,
                desk.may_read(&desk.reader, &shown).await
            ),
            (true, false)
        );
        assert_eq!(
            (
                desk.may_read(&desk.clerk2, &inner).await,
                desk.may_read(&desk.reader, &inner).await
            ),
            (true, false)
        );
        let unknown = desk.service.read(&desk.clerk, "no such id").await.expect_err("unknown");
        assert_eq!(unknown.code, Code::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_comes_back_as_it_went_in_and_is_drawn_anew_for_the_public() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let bytes = photo(7);
        let mut upload = desk.service.begin(&desk.clerk, &[Kind::Image]).await.expect("begin");
        for piece in bytes.chunks(50) {
            upload.write(piece).await.expect("piece");
        }
        let view = desk
            .service
            .finish(&desk.clerk, upload, &Declared::default())
            .await
            .expect("finish");
        assert_eq!(
            (view.kind, view.media_type.as_str(), view.width, view.height),
            (Kind::Image, "image/png", Some(40), Some(30))
        );
        let (again, content) = desk.service.read(&desk.clerk, &view.id).await.expect("read");
        assert_eq!((again, content == bytes), (view.clone(), true));
        let thumbnail = desk
            .service
            .rendition(&desk.clerk, &view.id, Rendition::Thumbnail)
            .await
            .expect("thumbnail");
        assert!(thumbnail.starts_with(&[0xff, 0xd8]), "JPEG");

        let hidden = desk.photo(&desk.clerk, 8).await;
        let fields = json!({ "photos": [view.id], "inner": [hidden] });
        let saved = desk.create(&desk.clerk, fields).await.expect("record");
        let record = desk
            .system
            .records
            .candidate(&desk.clerk, "notice", &saved.id)
            .await
            .expect("record")
            .record;
        let public = |id: String| {
            let (service, record) = (desk.service.clone(), record.clone());
            async move { service.public_rendition(&record, &["photos"], &id, Rendition::Public).await }
        };
        assert!(public(view.id.clone()).await.is_ok());
        assert_eq!(public(hidden).await.expect_err("not shown").code, Code::NotFound);
        let other = desk.create(&desk.clerk, photos(&[])).await.expect("other record");
        let other = desk
            .system
            .records
            .candidate(&desk.clerk, "notice", &other.id)
            .await
            .expect("other")
            .record;
        let foreign = desk
            .service
            .public_rendition(&other, &["photos"], &view.id, Rendition::Public)
            .await;
        assert_eq!(foreign.expect_err("another record's").code, Code::NotFound);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_of_a_form_alone_belong_to_the_history_of_the_record() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let record = desk.create(&desk.clerk, photos(&[])).await.expect("record");
        let (mine, his) = (desk.photo(&desk.clerk, 1).await, desk.photo(&desk.clerk2, 2).await);
        for (id, expected) in [(&his, Err("proof/unknown-file")), (&mine, Ok(()))] {
            let deed = Deed {
                notes: object(json!({ "proof": [id], "other": ["no file"] })),
                ..Deed::of("look")
            };
            let draft = desk
                .system
                .records
                .prepare_act(&desk.clerk, "notice", &record.id, Action::Update, deed);
            let saved = desk.system.records.save(&desk.clerk, draft.await.expect("draft")).await;
            match (saved, expected) {
                (Ok(_), Ok(())) => {}
                (Err(Trouble::Fault(fault)), Err(expected)) => assert_eq!(rules(Err(fault)), [expected]),
                (found, _) => panic!("{found:?}"),
            }
        }
        assert!(desk.may_read(&desk.clerk2, &mine).await, "reads the history");
        assert!(!desk.may_read(&desk.reader, &mine).await, "reads the record, not its history");
    }
}
