//! The files of the package itself.

use yiwang_identity::package;

use crate::world::load;

#[test]
fn loads_alone_without_a_mistake() {
    let model = load(&package());
    let registers: Vec<&str> = model.registers.keys().map(String::as_str).collect();
    assert_eq!(registers, ["department", "division", "post", "role", "user"]);
    assert!(model.registers.values().all(|it| it.system));
    assert!(model.apps["kernel"].system);
    assert!(model.registers["user"].field("phone").unwrap().sensitive.is_some());
    assert!(model.registers["user"].fields.iter().all(|it| !it.name.contains("hash")));
}

#[test]
fn every_file_of_the_folder_is_built_in() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("package");
    let mut on_disk = Vec::new();
    let mut open = vec![folder.clone()];
    while let Some(at) = open.pop() {
        for entry in std::fs::read_dir(at).unwrap().flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
            } else {
                on_disk.push(format!("kernel/{}", entry.path().strip_prefix(&folder).unwrap().display()));
            }
        }
    }
    let mut built_in: Vec<String> = package().into_iter().map(|it| it.path).collect();
    on_disk.sort();
    built_in.sort();
    assert_eq!(on_disk, built_in);
}
