//! What a record may hold.

use serde_json::json;
use yiwang_authz::Subject;
use yiwang_files::{Declared, Kind};
use yiwang_records::Ctx;
use yiwang_testkit::system::BOTH;
use yiwang_types::Code;

use crate::desk::{Desk, photo, photos, rules, visitor};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_record_takes_only_what_its_writer_uploaded_or_it_holds_already() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let mine = desk.photo(&desk.clerk, 1).await;
        let his = desk.photo(&desk.clerk2, 2).await;
        let nobodys = "0199c000-0000-7000-8000-000000000000";
        for (fields, expected) in [
            (photos(&[&his]), "photos/unknown-file"),
            (photos(&[nobodys]), "photos/unknown-file"),
            (json!({ "paper": [mine] }), "paper/file-kind"),
            (photos(&[&mine, nobodys, &his]), "photos/max-count"),
        ] {
            assert_eq!(rules(desk.create(&desk.clerk, fields.clone()).await), [expected], "{fields}");
        }
        let both = json!({ "photos": [his], "inner": [nobodys] });
        assert_eq!(
            rules(desk.create(&desk.clerk, both).await),
            ["photos/unknown-file", "inner/unknown-file"]
        );

        let record = desk
            .create(&desk.clerk, json!({ "photos": [mine], "inner": [mine] }))
            .await
            .expect("mine");
        // What is bound belongs to no other record, not even of the same person.
        assert_eq!(
            rules(desk.create(&desk.clerk, photos(&[&mine])).await),
            ["photos/unknown-file"]
        );
        // The other clerk adds his own and keeps what is there.
        let record = desk
            .update(&desk.clerk2, &record, photos(&[&mine, &his]))
            .await
            .expect("added");
        // A file that was taken out may come back: it still belongs to the record.
        let record = desk.update(&desk.clerk, &record, photos(&[&his])).await.expect("taken out");
        desk.update(&desk.clerk, &record, photos(&[&mine])).await.expect("back again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_records_cannot_take_one_file_at_once() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let mine = desk.photo(&desk.clerk, 1).await;
        let (one, two) = tokio::join!(
            desk.create(&desk.clerk, photos(&[&mine])),
            desk.create(&desk.clerk, photos(&[&mine]))
        );
        let refused = [one, two].into_iter().filter_map(Result::err).collect::<Vec<_>>();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused[0].fields[0].rule, "unknown-file");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_visitor_keeps_his_photos_over_a_failed_attempt() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let (anna, bert) = (visitor("anna"), visitor("bert"));
        let hers = desk.photo(&anna, 1).await;
        let his = desk.photo(&bert, 1).await;
        assert_ne!(hers, his, "the same content twice is two uploads");
        let failed = desk
            .system
            .records
            .create(&anna, "notice", &crate::desk::object(photos(&[&hers])))
            .await;
        assert_eq!(rules(failed), ["title/required"]);
        assert!(desk.may_read(&anna, &hers).await, "still there for the next attempt");
        assert_eq!(rules(desk.create(&anna, photos(&[&his])).await), ["photos/unknown-file"]);
        let nameless = Ctx::new(Subject::public().into());
        assert_eq!(rules(desk.create(&nameless, photos(&[&hers])).await), ["photos/unknown-file"]);
        desk.create(&anna, photos(&[&hers])).await.expect("second attempt");

        let bytes = photo(1);
        for ctx in [
            nameless,
            Ctx::new(Subject::public().into()).with_owner(Some("short".to_owned())),
        ] {
            let refused = desk
                .service
                .upload(&ctx, bytes.as_slice(), &Declared::default(), &[Kind::Image])
                .await;
            assert_eq!(refused.expect_err("no key").code, Code::BadRequest);
        }
    }
}
