//! What the clerks were told, held against what the API tells now.

use crate::client::People;
use crate::knife::load::{Case, Desk, LIFE};

/// Every acknowledged act is there exactly once and in its order, the record stands where the last one left it, every photo is whole.
pub fn check(people: &People, desks: &[Desk]) {
    for case in desks.iter().flat_map(Desk::recent).filter(|it| it.done() > 0) {
        check_case(people, case);
        for call in case.calls.iter().filter(|it| it.answer.is_some()) {
            call.repeat(people);
        }
        check_case(people, case);
    }
}

fn check_case(people: &People, case: &Case) {
    let of = |rest: &str| format!("/registers/urban_case/records/{}{rest}", case.id);
    let reached = &LIFE[case.done() - 1];
    let record = people.get("chief1", &of("")).good(&case.name);
    assert_eq!(record["status"], reached.status, "{}", case.name);
    assert_eq!(record["fields"]["title"], case.name.as_str());
    assert_eq!(
        record["fields"]["case_number"].as_str(),
        case.case_number.as_deref(),
        "{}",
        case.name
    );
    let timeline = people.get("chief1", &of("/timeline")).good(&case.name);
    let told: Vec<_> = timeline["items"].as_array().into_iter().flatten().collect();
    let done = case.calls.iter().zip(&LIFE).take(case.done());
    let acts: Vec<_> = done.filter_map(|(call, step)| Some((call, step.told?))).collect();
    assert_eq!(told.len(), acts.len(), "{}: one entry an act\n{told:#?}", case.name);
    for (entry, (call, (act, outcome))) in told.iter().zip(acts) {
        assert_eq!(
            (entry["act"].as_str(), entry["outcome"].as_str()),
            (Some(act), outcome),
            "{}",
            call.key
        );
        if outcome.is_some() {
            assert_eq!(entry["comment"].as_str(), Some(call.key.as_str()));
        }
    }
    let open = people.get("chief1", &of("/tasks")).good(&case.name);
    let open: Vec<_> = open["items"].as_array().into_iter().flatten().collect();
    let elements: Vec<_> = open.iter().filter_map(|it| it["element"].as_str()).collect();
    assert_eq!(elements, reached.open.into_iter().collect::<Vec<_>>(), "{}", case.name);
    for file in &case.files {
        let answer = people.get(file.who, &format!("/files/{}", file.id));
        assert_eq!(answer.status, 200, "{}: file {} of {}", case.name, file.id, file.who);
        assert!(
            answer.body == file.content,
            "{}: file {} holds something else",
            case.name,
            file.id
        );
    }
}
