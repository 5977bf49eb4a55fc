//! Divisions, departments, posts and users as references name them.

use yiwang_api::DirectoryEntry;
use yiwang_identity::{Department, Directory, Division, Person, Post};
use yiwang_types::Date;

/// All of a register in official order, with what tells one from others of its title; none for other registers.
pub fn entries(directory: &Directory, register: &str, today: Date) -> Option<Vec<DirectoryEntry>> {
    Some(match register {
        "division" => directory.divisions().iter().map(|it| division(directory, it)).collect(),
        "department" => directory.departments().iter().map(|it| department(it, today)).collect(),
        "post" => directory.posts().iter().map(|it| post(directory, it)).collect(),
        "user" => {
            let people = directory.people().iter().filter(|it| !it.disabled);
            people.map(|it| person(directory, it)).collect()
        }
        _ => return None,
    })
}

fn division(directory: &Directory, it: &Division) -> DirectoryEntry {
    let above = it.parent.as_deref().and_then(|it| directory.title("division", it));
    DirectoryEntry {
        value: it.code.clone(),
        title: it.short_title.clone(),
        note: above.map(str::to_owned),
        words: vec![it.title.clone()],
        account: None,
    }
}

/// A unit whose contract is over can still be named, but not unawares.
fn department(it: &Department, today: Date) -> DirectoryEntry {
    let whole = (it.title != it.short_title).then(|| it.title.clone());
    let over = it.contract_until.filter(|until| *until < today);
    let over = over.map(|until| format!("合同 {until} 已到期"));
    let note: Vec<String> = whole.into_iter().chain(over).collect();
    DirectoryEntry {
        value: it.code.clone(),
        title: it.short_title.clone(),
        note: (!note.is_empty()).then(|| note.join(",")),
        words: vec![it.title.clone()],
        account: None,
    }
}

fn post(directory: &Directory, it: &Post) -> DirectoryEntry {
    DirectoryEntry {
        value: it.code.clone(),
        title: it.title.clone(),
        note: directory.short_title("department", &it.department).map(str::to_owned),
        words: vec![],
        account: None,
    }
}

fn person(directory: &Directory, it: &Person) -> DirectoryEntry {
    let unit = |post: &String| directory.short_title("department", &directory.post(post)?.department);
    let mut units: Vec<&str> = it.posts.iter().filter_map(unit).collect();
    units.dedup();
    DirectoryEntry {
        value: it.id.clone(),
        title: it.name.clone(),
        note: (!units.is_empty()).then(|| units.join("、")),
        words: vec![],
        account: Some(it.username.clone()),
    }
}
