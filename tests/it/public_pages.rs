//! The public site in a browser: with scripts and without, narrow and wide, by keyboard, in every setting of its switches.

use crate::browser::story;
use crate::site::{BOTH, Site};

// covers: S4.2.6
#[test]
fn residents_report_follow_and_rate() {
    story("public", &Site::demo(BOTH[0]));
}
