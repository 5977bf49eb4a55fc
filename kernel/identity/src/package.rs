//! The kernel's own app package, built into the binary: registers, dictionaries and roles as files like those of any app.

use yiwang_model::SourceFile;

macro_rules! files {
    ($($inside:literal),* $(,)?) => {
        &[$((concat!("kernel/", $inside), include_str!(concat!("../package/", $inside)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "app.yaml",
    "roles.yaml",
    "dictionaries/department_kind.yaml",
    "dictionaries/division_level.yaml",
    "registers/department.yaml",
    "registers/division.yaml",
    "registers/post.yaml",
    "registers/role.yaml",
    "registers/user.yaml",
    // the next file of the package goes here
];

/// The files of the package `kernel/`, to be loaded together with the apps and overlays. Another kernel crate with registers of its own
/// brings a package under `kernel/NAME/` with its own `app.yaml`; the lists are simply joined.
pub fn package() -> Vec<SourceFile> {
    FILES
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().into(),
        })
        .collect()
}
