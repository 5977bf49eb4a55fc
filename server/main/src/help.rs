//! The manual and the pages of error codes inside the binary.

use rust_embed::RustEmbed;
use yiwang_help::Pages;

#[derive(RustEmbed)]
#[folder = "../../docs/manual"]
#[include = "*.md"]
struct Manual;

#[derive(RustEmbed)]
#[folder = "../../docs/errors"]
#[include = "*.md"]
struct Errors;

/// Every page as HTML.
pub fn pages() -> Pages {
    Pages::of(of::<Manual>(), of::<Errors>())
}

fn of<E: RustEmbed>() -> impl Iterator<Item = (String, String)> {
    E::iter().filter_map(|name| {
        let text = String::from_utf8_lossy(&E::get(&name)?.data).into_owned();
        Some((name.into_owned(), text))
    })
}
