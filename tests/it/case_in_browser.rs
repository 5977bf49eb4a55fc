//! The whole case by people in a browser.

use crate::browser::story;
use crate::site::{BOTH, Site};

// covers: S4.1.8, S4.1.9, S4.5.3, S4.5.4, S4.5.5, S4.5.7, S4.6.2, S4.6.3, S4.6.4
#[test]
fn the_whole_case_is_played_in_a_browser() {
    story("case", &Site::demo(BOTH[0]));
}
