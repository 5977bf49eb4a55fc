//! The registers of geography as files, built into the binary.

use yiwang_model::SourceFile;

macro_rules! files {
    ($($inside:literal),* $(,)?) => {
        &[$((concat!("kernel/space/", $inside), include_str!(concat!("../package/", $inside)))),*]
    };
}

const FILES: &[(&str, &str)] = files![
    "app.yaml",
    "registers/address.yaml",
    "registers/boundary.yaml",
    "registers/grid_cell.yaml",
    "registers/street.yaml",
    // the next file of the package goes here
];

/// Names of the registers that are held in memory, with the one whose titles are shown.
pub(crate) const HELD: [&str; 5] = ["grid_cell", "boundary", "street", "address", "division"];

/// The files of the package `kernel/space/`, to be loaded together with the kernel's other packages, the apps and the overlays.
pub fn package_files() -> Vec<SourceFile> {
    FILES
        .iter()
        .map(|(path, text)| SourceFile {
            path: (*path).to_owned(),
            bytes: text.as_bytes().into(),
        })
        .collect()
}
