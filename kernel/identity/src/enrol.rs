//! Adding users from outside the pages: how an installation gets its first administrator.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use yiwang_records::Ctx;
use yiwang_types::{Code, Fault, FieldFault};

use crate::{Identity, policy};

/// The post of the first administrator and the department it belongs to; both may be renamed, and other posts given the role.
const ADMIN_POST: &str = "system_admin";
const ADMIN_DEPARTMENT: &str = "info_center";

/// A user to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewUser {
    /// Name to sign in with.
    pub username: String,
    /// Name of the person.
    pub name: String,
    /// Codes of posts.
    pub posts: Vec<String>,
}

impl Identity {
    /// Adds a user who has to change this password at the first sign-in.
    ///
    /// # Errors
    /// `invalid` with everything that is wrong, the password first; `forbidden`; what the store says.
    pub async fn add_user(&self, ctx: &Ctx, user: &NewUser, password: &str) -> Result<(), Fault> {
        let faults = policy::faults(&user.username, password);
        if !faults.is_empty() {
            return Err(Fault::invalid(faults));
        }
        self.check_posts(&user.posts).await?;
        let values = object(json!({ "username": user.username, "name": user.name, "posts": user.posts }));
        let saved = self.records().create(ctx, "user", &values).await?;
        // The user is there now: said again, the whole would be refused because the name is taken.
        let half = |fault: Fault| Fault {
            detail: format!(
                "用户已建好,但密码没有设上:{}再给 {} 设一次密码就能登录。",
                fault.detail, user.username
            ),
            ..fault
        };
        self.set_password(ctx, &saved.id, password).await.map_err(half)
    }

    /// The post that keeps divisions, departments, posts and users, and sees no matter of any app; made, with a department for it, where
    /// it is missing. The roles in force must have been loaded ([`crate::load_seeds`]).
    ///
    /// # Errors
    /// `forbidden`; what the store says.
    pub async fn admin_post(&self, ctx: &Ctx) -> Result<String, Fault> {
        let directory = self.current_directory().await?;
        if directory.post(ADMIN_POST).is_none() {
            if directory.department(ADMIN_DEPARTMENT).is_none() {
                let values = json!({ "code": ADMIN_DEPARTMENT, "title": "信息中心", "kind": "institution" });
                self.records().create(ctx, "department", &object(values)).await?;
            }
            let values = json!({ "code": ADMIN_POST, "title": "系统管理员", "department": ADMIN_DEPARTMENT, "roles": ["admin"] });
            self.records().create(ctx, "post", &object(values)).await?;
        }
        Ok(ADMIN_POST.to_owned())
    }

    /// The id of the user who has this name at this moment.
    ///
    /// # Errors
    /// `not-found`; what the store says.
    pub async fn user_named(&self, username: &str) -> Result<String, Fault> {
        let directory = self.current_directory().await?;
        let person = directory.person_named(username).map(|it| it.id.clone());
        person.ok_or_else(|| Fault::new(Code::NotFound, format!("没有用户 {username}")))
    }

    /// A wrong post is answered with those there are: whoever types the command sees no list.
    async fn check_posts(&self, posts: &[String]) -> Result<(), Fault> {
        let directory = self.current_directory().await?;
        let unknown: Vec<&str> = posts
            .iter()
            .filter(|it| directory.post(it).is_none())
            .map(String::as_str)
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let known = directory.posts().iter().map(|it| format!("{}({})", it.code, it.title));
        let known: Vec<String> = known.take(50).collect();
        let fault = FieldFault::new(
            "posts",
            "reference",
            format!("没有岗位 {}", unknown.join("、")),
            format!("现有岗位:{}", known.join("、")),
        );
        Err(Fault {
            fields: vec![fault],
            ..Fault::new(Code::Invalid, "岗位代码不对。")
        })
    }
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(it) => it,
        _ => Map::new(),
    }
}
