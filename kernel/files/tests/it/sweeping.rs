//! What nobody came back for.

use yiwang_files::Swept;
use yiwang_records::{AuditReport, Records};
use yiwang_testkit::system::BOTH;

use crate::desk::{Desk, photos, rules, visitor};

async fn audit(records: &Records) -> AuditReport {
    records.verify_audit().await.expect("audit")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unbound_uploads_go_after_a_day_and_bound_ones_stay() {
    for on in BOTH {
        let desk = Desk::open(on).await;
        let kept = desk.photo(&desk.clerk, 1).await;
        desk.create(&desk.clerk, photos(&[&kept])).await.expect("record");
        let (lost, same_content) = (desk.photo(&visitor("anna"), 2).await, desk.photo(&visitor("bert"), 1).await);
        let sweep = || desk.service.sweep(desk.system.records.now());
        assert_eq!(sweep().await.expect("sweep"), Swept::default());
        desk.system.clock.pass_minutes(24 * 60 - 1);
        assert!(desk.may_read(&visitor("anna"), &lost).await);
        desk.system.clock.pass_minutes(2);
        assert!(!desk.may_read(&visitor("anna"), &lost).await, "over, though not yet removed");
        assert_eq!(
            rules(desk.create(&visitor("anna"), photos(&[&lost])).await),
            ["photos/unknown-file"]
        );
        assert_eq!(
            sweep().await.expect("sweep"),
            Swept {
                uploads: 2,
                contents: 1,
                pieces: 0
            }
        );
        assert!(
            desk.may_read(&desk.reader, &kept).await,
            "the content that a record holds stays"
        );
        assert!(!desk.may_read(&visitor("bert"), &same_content).await);
        assert_eq!(sweep().await.expect("again"), Swept::default());
        assert!(audit(&desk.system.records).await.findings.is_empty());
        assert!(desk.folder.path().join("files").is_dir());
    }
}
