//! From a user to the subject that acts: his posts, their departments with all above and below, their divisions and roles.

use std::sync::Arc;

use yiwang_authz::{Seat, Subject, SubjectKind};
use yiwang_records::{Ctx, Refresh};
use yiwang_types::{Code, Fault};

use crate::Identity;
use crate::directory::{Directory, Person};

impl Identity {
    /// The subject of a user with the rights he has now.
    ///
    /// # Errors
    /// `not-signed-in` when there is no such user or he is disabled; what the store says.
    pub async fn subject_of(&self, user_id: &str) -> Result<Arc<Subject>, Fault> {
        let directory = self.current_directory().await?;
        directory.subject(user_id, SubjectKind::Staff).map(Arc::new)
    }

    /// Rebuilds a subject whose rights moved; for `Ctx::refresh`.
    pub fn refresh(&self) -> Refresh {
        let identity = self.clone();
        Arc::new(move |old: Arc<Subject>| {
            let identity = identity.clone();
            Box::pin(async move {
                if !old.has_posts() {
                    return Ok(old);
                }
                let directory = identity.current_directory().await?;
                let fresh = directory.subject(&old.id, old.kind)?;
                Ok(Arc::new(Subject {
                    name: old.name.clone(),
                    on_behalf: old.on_behalf.clone(),
                    ..fresh
                }))
            })
        })
    }

    /// A context for that subject that can refresh itself.
    pub(crate) fn ctx(&self, subject: Arc<Subject>) -> Ctx {
        Ctx {
            refresh: Some(self.refresh()),
            ..Ctx::new(subject)
        }
    }
}

impl Directory {
    /// The subject of a user who may act.
    pub(crate) fn subject(&self, user_id: &str, kind: SubjectKind) -> Result<Subject, Fault> {
        let person = self.person(user_id).filter(|it| !it.disabled).ok_or_else(not_signed_in)?;
        Ok(Subject {
            kind,
            seats: self.seats(person),
            name: person.name.clone(),
            rights_epoch: self.epoch(),
            ..known_only_by_id(user_id)
        })
    }

    fn seats(&self, person: &Person) -> Vec<Seat> {
        let seat = |code: &String| {
            let post = self.post(code)?;
            Some(Seat {
                post: post.code.clone(),
                department: post.department.clone(),
                department_path: self.department_path(&post.department),
                departments_below: self.departments_below(&post.department),
                divisions: post.divisions.clone(),
                roles: post.roles.clone(),
            })
        };
        person.posts.iter().filter_map(seat).collect()
    }
}

/// A user of whom only the id matters: whose chain of events something belongs to.
pub(crate) fn known_only_by_id(user_id: &str) -> Subject {
    Subject {
        kind: SubjectKind::Staff,
        id: user_id.to_owned(),
        name: String::new(),
        seats: Vec::new(),
        on_behalf: None,
        rights_epoch: 0,
    }
}

pub(crate) fn not_signed_in() -> Fault {
    Fault::new(Code::NotSignedIn, "尚未登录,或登录已过期;请重新登录,已填的内容还在。")
}
