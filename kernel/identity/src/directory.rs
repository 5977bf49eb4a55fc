//! Names, trees and official order of divisions, departments, posts and users, as of one rights epoch.

mod read;
mod tree;

use std::collections::HashMap;
use std::sync::Arc;

use yiwang_types::{Date, Fault};

use crate::{FRESH, Identity};
use tree::Tree;

/// An administrative division.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// Code; begins with that of the division above.
    pub code: String,
    /// Title.
    pub title: String,
    /// Short title; the title when there is none.
    pub short_title: String,
    /// Level, a code of dictionary `division_level`.
    pub level: String,
    /// Code of the division above.
    pub parent: Option<String>,
}

/// An organ, or a company that takes part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Short title; the title when there is none.
    pub short_title: String,
    /// Kind of organ, a code of dictionary `department_kind`.
    pub kind: String,
    /// Code of the department above.
    pub parent: Option<String>,
    /// First day of the contract of an external unit.
    pub contract_from: Option<Date>,
    /// Last day of the contract of an external unit.
    pub contract_until: Option<Date>,
}

/// A seat in a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// Code of its department.
    pub department: String,
    /// Codes of the divisions it is responsible for.
    pub divisions: Vec<String>,
    /// Roles it carries; those of jobs are left out whatever the record says.
    pub roles: Vec<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// UUID of the record.
    pub id: String,
    /// Number of the record inside.
    pub(crate) rid: i64,
    /// Account name.
    pub username: String,
    /// Name.
    pub name: String,
    /// Codes of his posts.
    pub posts: Vec<String>,
    /// May not sign in.
    pub disabled: bool,
    /// Has to change his password at the next sign-in.
    pub must_change_password: bool,
}

/// Everything about who is who, read once per rights epoch. Lists are in official order: departments by 排序号; posts and users by their
/// department, then by 排序号; divisions by 排序号, then code. What has no 排序号 comes last.
#[derive(Debug, Default)]
pub struct Directory {
    epoch: i64,
    divisions: Vec<Division>,
    departments: Vec<Department>,
    posts: Vec<Post>,
    people: Vec<Person>,
    /// Place in its list by register and key.
    places: HashMap<(&'static str, String), usize>,
    /// Id by username.
    usernames: HashMap<String, String>,
    division_tree: Tree,
    department_tree: Tree,
}

impl Directory {
    /// The rights epoch that was current before anything here was read.
    pub fn epoch(&self) -> i64 {
        self.epoch
    }

    /// All divisions in order.
    pub fn divisions(&self) -> &[Division] {
        &self.divisions
    }

    /// All departments in official order.
    pub fn departments(&self) -> &[Department] {
        &self.departments
    }

    /// All posts in official order.
    pub fn posts(&self) -> &[Post] {
        &self.posts
    }

    /// All users in official order, disabled ones too.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// A division by code.
    pub fn division(&self, code: &str) -> Option<&Division> {
        self.divisions.get(self.rank("division", code)?)
    }

    /// A department by code.
    pub fn department(&self, code: &str) -> Option<&Department> {
        self.departments.get(self.rank("department", code)?)
    }

    /// A post by code.
    pub fn post(&self, code: &str) -> Option<&Post> {
        self.posts.get(self.rank("post", code)?)
    }

    /// A user by id.
    pub fn person(&self, id: &str) -> Option<&Person> {
        self.people.get(self.rank("user", id)?)
    }

    /// A user by account name.
    pub fn person_named(&self, username: &str) -> Option<&Person> {
        self.person(self.usernames.get(username)?)
    }

    /// The place of a referenced record in official order; for sorting lists. `None` for registers and keys that are not here.
    pub fn rank(&self, register: &str, key: &str) -> Option<usize> {
        let register = KEPT.iter().find(|it| **it == register)?;
        self.places.get(&(*register, key.to_owned())).copied()
    }

    /// What to show for a reference to a record of `division`, `department`, `post` or `user`.
    pub fn title(&self, register: &str, key: &str) -> Option<&str> {
        match register {
            "division" => self.division(key).map(|it| it.title.as_str()),
            "department" => self.department(key).map(|it| it.title.as_str()),
            "post" => self.post(key).map(|it| it.title.as_str()),
            "user" => self.person(key).map(|it| it.name.as_str()),
            _ => None,
        }
    }

    /// The same where room is short.
    pub fn short_title(&self, register: &str, key: &str) -> Option<&str> {
        match register {
            "division" => self.division(key).map(|it| it.short_title.as_str()),
            "department" => self.department(key).map(|it| it.short_title.as_str()),
            _ => self.title(register, key),
        }
    }

    /// Codes of a department and all below it, itself first; empty for an unknown one.
    pub fn departments_below(&self, code: &str) -> Vec<String> {
        self.department_tree.below(code)
    }

    /// Codes of a department and those above it, itself first; empty for an unknown one.
    pub fn department_path(&self, code: &str) -> Vec<String> {
        self.department_tree.path(code)
    }

    /// Codes of a division and all below it, itself first; empty for an unknown one.
    pub fn divisions_below(&self, code: &str) -> Vec<String> {
        self.division_tree.below(code)
    }

    /// Codes of a division and those above it, itself first; empty for an unknown one.
    pub fn division_path(&self, code: &str) -> Vec<String> {
        self.division_tree.path(code)
    }
}

const KEPT: [&str; 4] = ["division", "department", "post", "user"];

impl Identity {
    /// The directory, at most two seconds old.
    ///
    /// # Errors
    /// What the store says; `not-found` before the registers of [`crate::package`] are installed.
    pub async fn directory(&self) -> Result<Arc<Directory>, Fault> {
        let age = |at: yiwang_types::Instant| self.records().now().since(at);
        let held = self.0.directory.lock().await.clone();
        match held {
            // Half of it is left to whoever looks every second and keeps what he got until the next look.
            Some((at, it)) if (0..FRESH / 2).contains(&age(at)) => Ok(it),
            _ => self.current_directory().await,
        }
    }

    /// The directory as of now. The epoch is read before the registers: what is written meanwhile is then newer than the epoch says, and a
    /// write that relies on it is prepared again.
    pub(crate) async fn current_directory(&self) -> Result<Arc<Directory>, Fault> {
        let now = self.records().now();
        let epoch = self.records().epochs().await?.rights;
        // One reader at a time; the others find what it read.
        let mut held = self.0.directory.lock().await;
        let known = held.as_ref().map(|(_, it)| Arc::clone(it)).filter(|it| it.epoch >= epoch);
        let directory = match known {
            Some(it) => it,
            None => Arc::new(read::read(self.records(), epoch).await?),
        };
        *held = Some((now, Arc::clone(&directory)));
        Ok(directory)
    }
}
