//! An office that keeps notices with photos.

use serde_json::{Map, Value as Json, json};
use yiwang_authz::Subject;
use yiwang_files::{Declared, FileService, Files, Kind, Limits};
use yiwang_records::{Ctx, Saved};
use yiwang_testkit::system::{On, TestSystem};
use yiwang_types::Fault;

const APP: &str = "format: 1\napp: notices\ntitle: 告示\nprovides: [notice]\n";
const NOTICE: &str = "
format: 1
register: notice
title: 告示
fields:
  - {name: title, title: 标题, type: text, required: true}
  - {name: photos, title: 照片, type: files, kinds: [image], max_count: 2}
  - {name: paper, title: 文书, type: files, kinds: [pdf]}
  - {name: inner, title: 内部照片, type: files, kinds: [image]}
";
const FORM: &str = "
format: 1
form: look
register: notice
title: 看一看
fields: [{name: proof, title: 证据, type: files, kinds: [image], into: none}]
";
const ROLES: &str = "
format: 1
roles:
  - role: public
    title: 公众
    grants: [{register: notice, actions: [create], scope: all}]
  - role: clerk
    title: 经办
    grants: [{register: notice, actions: [read, create, update, history], scope: all}]
  - role: reader
    title: 读者
    grants: [{register: notice, actions: [read], scope: all, hide: [inner]}]
  - role: stranger
    title: 外人
";

pub struct Desk {
    pub system: TestSystem,
    pub service: FileService,
    pub clerk: Ctx,
    pub clerk2: Ctx,
    pub reader: Ctx,
    pub stranger: Ctx,
    pub folder: tempfile::TempDir,
}

impl Desk {
    pub async fn open(on: On) -> Desk {
        let files = [
            ("apps/notices/app.yaml", APP),
            ("apps/notices/registers/notice.yaml", NOTICE),
            ("apps/notices/forms/look.yaml", FORM),
            ("apps/notices/roles.yaml", ROLES),
        ];
        let system = TestSystem::open(on, &files).await;
        let folder = tempfile::tempdir().expect("folder");
        let files = Files::open(folder.path(), Limits::default()).expect("files");
        Desk {
            service: FileService::open(system.records.clone(), files).await.expect("service"),
            clerk: system.staff("clerk1", "office", &["clerk"], &[]).await,
            clerk2: system.staff("clerk2", "office", &["clerk"], &[]).await,
            reader: system.staff("reader1", "office", &["reader"], &[]).await,
            stranger: system.staff("stranger1", "office", &["stranger"], &[]).await,
            system,
            folder,
        }
    }

    pub async fn photo(&self, ctx: &Ctx, shade: u8) -> String {
        let bytes = photo(shade);
        let named = Declared {
            name: Some("照片.png".to_owned()),
            media_type: None,
        };
        self.service
            .upload(ctx, bytes.as_slice(), &named, &[Kind::Image])
            .await
            .expect("upload")
            .id
    }

    pub async fn create(&self, ctx: &Ctx, fields: Json) -> Result<Saved, Fault> {
        let mut all = object(fields);
        all.insert("title".to_owned(), Json::from("告示"));
        self.system.records.create(ctx, "notice", &all).await
    }

    pub async fn update(&self, ctx: &Ctx, saved: &Saved, fields: Json) -> Result<Saved, Fault> {
        self.system
            .records
            .update(ctx, "notice", &saved.id, saved.version, &object(fields))
            .await
    }

    pub async fn may_read(&self, ctx: &Ctx, id: &str) -> bool {
        self.service.read(ctx, id).await.is_ok()
    }
}

/// A visitor of the public pages with a session key.
pub fn visitor(key: &str) -> Ctx {
    Ctx::new(Subject::public().into()).with_owner(Some(format!("session-of-visitor-{key}")))
}

pub fn photo(shade: u8) -> Vec<u8> {
    let mut out = std::io::Cursor::new(Vec::new());
    let image = image::RgbImage::from_pixel(40, 30, image::Rgb([shade, 100, 100]));
    image.write_to(&mut out, image::ImageFormat::Png).expect("png");
    out.into_inner()
}

pub fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().unwrap_or_default()
}

/// `FIELD/RULE` of every field fault.
pub fn rules(outcome: Result<Saved, Fault>) -> Vec<String> {
    let fault = outcome.expect_err("refused");
    fault.fields.iter().map(|it| format!("{}/{}", it.field, it.rule)).collect()
}

pub fn photos(ids: &[&str]) -> Json {
    json!({ "photos": ids })
}
