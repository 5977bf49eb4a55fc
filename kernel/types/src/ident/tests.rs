use std::path::PathBuf;

use proptest::prelude::*;

use super::*;

fn check(read: fn(&str) -> Result<String, Reason>, cases: &[(&str, &str)], wrong: &[&str]) {
    for (typed, expected) in cases {
        assert_eq!(read(typed).as_deref(), Ok(*expected), "{typed}");
        assert_eq!(read(expected).as_deref(), Ok(*expected), "again {expected}");
    }
    for typed in wrong {
        assert!(read(typed).is_err(), "{typed}");
    }
}

#[test]
fn citizen_ids() {
    check(
        citizen_id,
        &[
            ("222401198506150020", "222401198506150020"),
            (" 222401 19850615 0020 ", "222401198506150020"),
            ("２２２４０１１９８５０６１５００２０", "222401198506150020"),
            ("222401850615002", "222401198506150020"),
            ("11010519491231002x", "11010519491231002X"),
            ("810000199408230021", "810000199408230021"),
            ("990124199001010013", "990124199001010013"),
        ],
        &[
            "",
            "222401198506150021",
            "22240119850615002",
            "2224011985061500200",
            "222401198502300020",
            "222401850230002",
            "012401198506150020",
            "22240119850615002Y",
            "2224011985O6150020",
            "密密密密密密",
        ],
    );
    assert!(is_demonstration_division("990124199001010013") && !is_demonstration_division("222401198506150020"));
}

#[test]
fn social_credit_codes() {
    check(
        uscc,
        &[
            ("91222401MA0ABCD1XJ", "91222401MA0ABCD1XJ"),
            ("91222401ma0abcd1xj", "91222401MA0ABCD1XJ"),
            ("91350100M000100Y43", "91350100M000100Y43"),
        ],
        &[
            "",
            "91222401MA0ABCD1XK",
            "91222401MA0ABCD1X",
            "91222401MA0ABCD1XJ0",
            "9122A401MA0ABCD1XJ",
            "91222401MA0IBCD1XJ",
            "中",
        ],
    );
}

#[test]
fn organisation_codes() {
    check(
        organisation_code,
        &[("MA0ABCD1-X", "MA0ABCD1-X"), ("ma0abcd1x", "MA0ABCD1-X")],
        &["", "MA0ABCD1-1", "MA0ABCD-X", "MA0ABCD1", "MA0ABCD密", "密密密"],
    );
}

#[test]
fn phones() {
    check(
        phone,
        &[
            ("13812341234", "13812341234"),
            ("+86 138-1234-1234", "13812341234"),
            ("0086 13812341234", "13812341234"),
            ("8613812341234", "13812341234"),
            ("１３８１２３４１２３４", "13812341234"),
            ("010-62345678", "01062345678"),
            ("(0573)8212345", "05738212345"),
            ("（0573）82123456", "057382123456"),
            ("0573-8212345-801", "05738212345-801"),
            ("0573-82123456转801", "057382123456-801"),
            ("12345", "12345"),
            ("110", "110"),
            ("400-123-4567", "4001234567"),
        ],
        &[
            "",
            "12812341234",
            "1381234123",
            "138123412345",
            "8212345",
            "0573-821234",
            "123456",
            "23456",
            "010-6234567890",
            "13812341234-1",
            "电话",
            "0573-8212345-1234567",
        ],
    );
}

#[test]
fn plates() {
    check(
        plate,
        &[
            ("吉H·A3712", "吉HA3712"),
            ("吉h a3712", "吉HA3712"),
            ("吉HD12345", "吉HD12345"),
            ("吉HDA2345", "吉HDA2345"),
            ("吉H12345F", "吉H12345F"),
            ("粤Z1234港", "粤Z1234港"),
            ("吉H1234挂", "吉H1234挂"),
        ],
        &[
            "",
            "吉HI3712",
            "吉HA371",
            "吉OA3712",
            "XHA3712",
            "吉HA371234",
            "吉HL12345",
            "吉H1挂234",
            "吉H12345L",
        ],
    );
}

#[test]
fn names() {
    check(
        person_name,
        &[
            ("张 三", "张三"),
            ("　李四\n", "李四"),
            ("买买提•艾力", "买买提·艾力"),
            ("John  Smith", "John Smith"),
        ],
        &["", " ", "张3", "张３"],
    );
    assert!(person_name(&"张".repeat(51)).is_err());
}

#[test]
fn division_shapes() {
    check(
        division_code,
        &[
            ("990124", "990124"),
            ("９９０１２４", "990124"),
            ("110000", "110000"),
            ("659001", "659001"),
            ("990124001", "990124001"),
            ("990124001001", "990124001001"),
        ],
        &[
            "",
            "99",
            "9901",
            "9901240",
            "100000",
            "008000",
            "110001",
            "118001",
            "990124600",
            "990124001600",
            "99012X",
        ],
    );
}

/// Every real code down to the street has the shape.
#[test]
fn real_divisions() {
    let named = std::env::var_os("YIWANG_TESTDATA").unwrap_or_else(|| "../shared/data".into());
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..").join(named);
    if !data.exists() {
        println!("left out: the real division codes ({} is absent)", data.display());
        return;
    }
    let mut count = 0;
    for file in ["areas.csv", "streets.csv"] {
        let rows = std::fs::read_to_string(data.join("divisions").join(file)).unwrap();
        for row in rows.lines().skip(1) {
            let code = row.split(',').next().unwrap();
            assert_eq!(division_code(code).as_deref(), Ok(code));
            count += 1;
        }
    }
    assert!(count > 44_000, "{count}");
}

proptest! {
    #[test]
    fn no_input_panics(typed in "\\PC{0,24}|[0-9xX+\\-()转]{0,24}|[吉京A-Z0-9·]{0,9}") {
        for read in [citizen_id, uscc, organisation_code, phone, plate, person_name, division_code] {
            if let Ok(stored) = read(&typed) {
                prop_assert_eq!(read(&stored), Ok(stored));
            }
        }
    }
}

#[test]
fn every_wrong_digit_is_found() {
    for at in 0..17 {
        for digit in b'0'..=b'9' {
            let mut number = *b"222401198506150020";
            if number[at] != digit {
                number[at] = digit;
                assert!(citizen_id(std::str::from_utf8(&number).unwrap()).is_err());
            }
        }
    }
}
