//! Reads the registers into a directory.

use std::collections::HashMap;

use yiwang_model::FieldValue;
use yiwang_records::{Loaded, Records};
use yiwang_types::{Date, Fault};

use super::tree::Tree;
use super::{Department, Directory, Division, Person, Post};

/// Reads for showing names and building subjects, not for any person: the purpose under which the reading is audited.
const PURPOSE: &str = "identity";

pub(super) async fn read(records: &Records, epoch: i64) -> Result<Directory, Fault> {
    let reader = records.system(PURPOSE);
    let mut it = Directory {
        epoch,
        ..Directory::default()
    };
    let divisions = reader.all("division").await?;
    it.divisions = ordered(&divisions, |it| (order(it), text(it, "code")), division);
    it.keep("division", |it| it.divisions.iter().map(|it| it.code.clone()).collect());
    it.division_tree = Tree::of(it.divisions.iter().map(|it| (it.code.as_str(), it.parent.as_deref())));
    let departments = reader.all("department").await?;
    it.departments = ordered(&departments, |it| (order(it), text(it, "code")), department);
    it.keep("department", |it| it.departments.iter().map(|it| it.code.clone()).collect());
    it.department_tree = Tree::of(it.departments.iter().map(|it| (it.code.as_str(), it.parent.as_deref())));
    let posts = reader.all("post").await?;
    let of_department = |code: &str| it.rank("department", code).unwrap_or(usize::MAX);
    let sorted = ordered(
        &posts,
        |post| (of_department(&text(post, "department")), order(post), text(post, "code")),
        post,
    );
    it.posts = sorted;
    it.keep("post", |it| it.posts.iter().map(|it| it.code.clone()).collect());
    let users = reader.all("user").await?;
    let of_posts = |user: &Loaded| {
        let departments = list(user, "posts")
            .into_iter()
            .filter_map(|it2| it.post(&it2).map(|it| it.department.clone()));
        departments
            .filter_map(|code| it.rank("department", &code))
            .min()
            .unwrap_or(usize::MAX)
    };
    let sorted = ordered(&users, |user| (of_posts(user), order(user), text(user, "username")), person);
    it.people = sorted;
    it.keep("user", |it| it.people.iter().map(|it| it.id.clone()).collect());
    it.usernames = it
        .people
        .iter()
        .map(|it| (it.username.clone(), it.id.clone()))
        .collect::<HashMap<_, _>>();
    Ok(it)
}

impl Directory {
    fn keep(&mut self, register: &'static str, keys: impl Fn(&Directory) -> Vec<String>) {
        let keys = keys(self);
        self.places
            .extend(keys.into_iter().enumerate().map(|(at, key)| ((register, key), at)));
    }
}

fn ordered<K: Ord, T>(records: &[Loaded], key: impl Fn(&Loaded) -> K, make: impl Fn(&Loaded) -> T) -> Vec<T> {
    let mut sorted: Vec<&Loaded> = records.iter().collect();
    sorted.sort_by_cached_key(|it| key(it));
    sorted.into_iter().map(make).collect()
}

fn division(it: &Loaded) -> Division {
    Division {
        code: text(it, "code"),
        title: text(it, "title"),
        short_title: short_title(it),
        level: text(it, "level"),
        parent: it.text("parent").map(str::to_owned),
    }
}

fn department(it: &Loaded) -> Department {
    Department {
        code: text(it, "code"),
        title: text(it, "title"),
        short_title: short_title(it),
        kind: text(it, "kind"),
        parent: it.text("parent").map(str::to_owned),
        contract_from: date(it, "contract_from"),
        contract_until: date(it, "contract_until"),
    }
}

fn post(it: &Loaded) -> Post {
    let mut roles = list(it, "roles");
    // The role register holds none of these; should one ever get there, it must not reach a person.
    roles.retain(|it| !it.starts_with("job:"));
    Post {
        code: text(it, "code"),
        title: text(it, "title"),
        department: text(it, "department"),
        divisions: list(it, "divisions"),
        roles,
    }
}

fn person(it: &Loaded) -> Person {
    let flag = |field: &str| *it.value(field) == FieldValue::Bool(true);
    Person {
        id: it.id.clone(),
        rid: it.rid,
        username: text(it, "username"),
        name: text(it, "name"),
        posts: list(it, "posts"),
        disabled: flag("disabled"),
        must_change_password: flag("must_change_password"),
    }
}

fn text(it: &Loaded, field: &str) -> String {
    it.text(field).unwrap_or_default().to_owned()
}

fn short_title(it: &Loaded) -> String {
    it.text("short_title")
        .or_else(|| it.text("title"))
        .unwrap_or_default()
        .to_owned()
}

fn list(it: &Loaded, field: &str) -> Vec<String> {
    match it.value(field) {
        FieldValue::List(it) => it.clone(),
        _ => Vec::new(),
    }
}

/// 排序号; what has none comes last.
fn order(it: &Loaded) -> i64 {
    match it.value("order") {
        FieldValue::Int(it) => *it,
        _ => i64::MAX,
    }
}

fn date(it: &Loaded, field: &str) -> Option<Date> {
    match it.value(field) {
        FieldValue::Date(it) => Some(*it),
        _ => None,
    }
}
