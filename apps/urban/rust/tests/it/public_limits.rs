//! What the public page says of limits is what the decision tables say.

use std::path::Path;

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::fs::read_to_string(root.join(path)).expect("a file of the app")
}

/// Amounts in the decision tables with units that end so.
fn amounts(unit: &str) -> Vec<u32> {
    let tables = read("decisions/dispatch.dmn") + &read("decisions/limit.dmn");
    let all = tables.split("{amount: ").skip(1);
    let with_unit = all.filter_map(|it| {
        it.split_once(", unit: \"")
            .filter(|it| it.1.split('"').next().is_some_and(|it| it.ends_with(unit)))
    });
    with_unit.filter_map(|it| it.0.parse().ok()).collect()
}

#[test]
fn the_range_for_handling_is_that_of_the_tables() {
    let shortest = amounts("hour").into_iter().min().expect("hours");
    let longest = amounts("working-day").into_iter().max().expect("days");
    let said = format!("最急的 {shortest} 小时，最长 {longest} 个工作日");
    assert!(read("portal/texts.yaml").contains(&said), "{said}");
    assert!(
        amounts("natural-day").is_empty() && amounts("minute").is_empty(),
        "the sentence knows hours and working days"
    );
}
