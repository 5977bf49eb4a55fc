use proptest::prelude::*;

use super::*;

fn dec(text: &str) -> Decimal {
    Decimal::parse(text).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn vectors() {
    for line in include_str!("vectors.txt").lines().filter(|it| !it.starts_with('#')) {
        let [op, a, b, expected] = line.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let a = dec(a);
        let other = || dec(b);
        let actual = match op {
            "add" => a.checked_add(other()),
            "sub" => a.checked_sub(other()),
            "mul" => a.checked_mul(other()),
            "div" => a.checked_div(other()),
            "rem" => a.checked_rem(other()),
            "sqrt" => a.sqrt(),
            "ln" => a.ln(),
            "exp" => a.exp(),
            "pow" => a.pow(b.parse().unwrap()),
            "round-HalfEven" => a.round(b.parse().unwrap(), Rounding::HalfEven),
            "round-HalfUp" => a.round(b.parse().unwrap(), Rounding::HalfUp),
            "round-HalfDown" => a.round(b.parse().unwrap(), Rounding::HalfDown),
            "round-Up" => a.round(b.parse().unwrap(), Rounding::Up),
            "round-Down" => a.round(b.parse().unwrap(), Rounding::Down),
            "round-Floor" => a.floor(b.parse().unwrap()),
            "round-Ceiling" => a.ceil(b.parse().unwrap()),
            _ => panic!("{line}"),
        };
        if matches!(op, "ln" | "exp" | "pow") && expected != "none" {
            close(actual.unwrap(), dec(expected), line);
        } else {
            assert_eq!(actual, Decimal::parse(expected), "{line}");
        }
    }
}

/// Equal but for the last two of 34 digits.
fn close(actual: Decimal, expected: Decimal, what: &str) {
    let error = actual.checked_sub(expected).unwrap().abs();
    let allowed = expected.abs().checked_mul(dec("1E-32")).unwrap();
    assert!(error <= allowed, "{what}: {actual}");
}

#[test]
fn text() {
    let check = |input: &str, expected: Option<&str>| {
        assert_eq!(Decimal::parse(input).map(|it| it.to_string()).as_deref(), expected, "{input}");
    };
    for (input, expected) in [
        ("1.50", "1.5"),
        ("-0", "0"),
        ("-0.00", "0"),
        ("007", "7"),
        (".5", "0.5"),
        ("+1E+3", "1000"),
        ("1e-3", "0.001"),
        ("-12.340", "-12.34"),
        ("0E99999999999999999999", "0"),
        ("1E-99999999999999999999", "0"),
        ("1E40", "10000000000000000000000000000000000000000"),
        ("1E41", "1E+41"),
        ("-1.25E-50", "-1.25E-50"),
        (
            "9.999999999999999999999999999999999E6144",
            "9.999999999999999999999999999999999E+6144",
        ),
        ("9999999999999999999999999999999999.5", "10000000000000000000000000000000000"),
        ("1000000000000000000000000000000000.5", "1000000000000000000000000000000000"),
        (
            "1000000000000000000000000000000000.50000000000000000001",
            "1000000000000000000000000000000001",
        ),
        ("1000000000000000000000000000000001.5", "1000000000000000000000000000000002"),
    ] {
        check(input, Some(expected));
    }
    for input in [
        "", "-", ".", "1.", "1.e5", "e5", "1e", "1e+", "--1", "1,5", " 1", "１", "NaN", "inf", "1E6145", "0x1", "1_000",
    ] {
        check(input, None);
    }
    let long = format!("0.{}1", "0".repeat(100_000));
    check(&long, Some("0"));
    check(&"9".repeat(100_000), None);
    assert_eq!(format!("{:>6}|{:06}", dec("-1.5"), dec("-1.5")), "  -1.5|-001.5");
}

#[test]
fn whole_and_scaled_numbers() {
    assert_eq!(Decimal::from_i64(i64::MIN).to_i64(), Some(i64::MIN));
    assert_eq!(Decimal::from_i64(i64::MAX).checked_add(Decimal::ONE).unwrap().to_i64(), None);
    assert_eq!(
        Decimal::from_i128(i128::MAX).to_string(),
        "170141183460469231731687303715884100000"
    );
    assert_eq!(dec("12.5").to_scaled(2), Some(1250));
    assert_eq!(dec("12.505").to_scaled(2), None);
    assert_eq!(dec("1E30").to_scaled(0), None);
    assert_eq!(dec("-1E-30").to_scaled(30), Some(-1));
    assert_eq!(dec("1").to_scaled(u32::MAX), None);
    assert_eq!(Decimal::from_scaled(-1250, 2), dec("-12.5"));
    assert_eq!(Decimal::from_scaled(1, u32::MAX), Decimal::ZERO);
    assert!(dec("1E3").is_integer() && dec("1.00").is_integer() && !dec("1.01").is_integer());
    assert_eq!((dec("0.25").scale(), dec("100").scale()), (2, 0));
}

#[test]
fn no_value() {
    let huge = dec("9E6144");
    assert_eq!(huge.checked_add(huge), None);
    assert_eq!(huge.checked_mul(dec("10")), None);
    assert_eq!(Decimal::ONE.checked_div(Decimal::ZERO), None);
    assert_eq!(Decimal::ONE.checked_rem(Decimal::ZERO), None);
    assert_eq!(dec("-1").sqrt(), None);
    assert_eq!(Decimal::ZERO.ln(), None);
    assert_eq!(dec("14200").exp(), None);
    assert_eq!(dec("-1E6000").exp(), Some(Decimal::ZERO));
    assert_eq!(Decimal::ZERO.pow(-1), None);
    assert_eq!(Decimal::ZERO.pow(0), Some(Decimal::ONE));
    assert_eq!(dec("2").pow(i64::MAX), None);
    assert_eq!(dec("0.5").pow(i64::MAX), Some(Decimal::ZERO));
    assert_eq!(dec("2").pow(i64::MIN), Some(Decimal::ZERO));
    assert_eq!(dec("-1").pow(i64::MAX), Some(dec("-1")));
    assert_eq!(dec("-1").ceil(-7000), Some(Decimal::ZERO));
    assert_eq!(dec("-1").floor(-7000), None);
    assert_eq!(dec("-2").checked_pow(dec("0.5")), None);
}

#[test]
fn some_values() {
    assert_eq!(dec("0.1").checked_add(dec("0.2")), Some(dec("0.3")));
    assert_eq!(
        dec("1").checked_div(dec("3")).unwrap().to_string(),
        "0.3333333333333333333333333333333333"
    );
    assert_eq!(dec("2").pow(10), Some(dec("1024")));
    assert_eq!(dec("2").pow(-2), Some(dec("0.25")));
    assert_eq!(
        dec("4").checked_pow(dec("0.5")).unwrap().round(30, Rounding::HalfEven),
        Some(dec("2"))
    );
    for (a, b, rest, modulo) in [
        ("12", "5", "2", "2"),
        ("-12", "5", "-2", "3"),
        ("12", "-5", "2", "-3"),
        ("-12", "-5", "-2", "-2"),
        ("10.1", "4.5", "1.1", "1.1"),
    ] {
        assert_eq!(dec(a).checked_rem(dec(b)), Some(dec(rest)));
        assert_eq!(dec(a).checked_modulo(dec(b)), Some(dec(modulo)));
    }
    assert!(dec("-2") < dec("-1.5") && dec("-1.5") < dec("0") && dec("0") < dec("1E-6000") && dec("2") < dec("10"));
    assert_eq!(serde_json::to_string(&dec("1.50")).unwrap(), "\"1.5\"");
    assert_eq!(serde_json::from_str::<Decimal>("\"1.50\"").unwrap(), dec("1.5"));
    assert!(serde_json::from_str::<Decimal>("\"x\"").is_err());
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    (any::<bool>(), 0_u32..=34, any::<u128>(), -60_i32..60).prop_map(|(negative, length, bits, exponent)| {
        let coefficient = bits % 10_u128.pow(length);
        Decimal::parse(&format!("{}{coefficient}E{exponent}", if negative { "-" } else { "" })).unwrap()
    })
}

proptest! {
    #[test]
    fn text_goes_round(a in any_decimal()) {
        prop_assert_eq!(Decimal::parse(&a.to_string()), Some(a));
    }

    #[test]
    fn whole_numbers_agree(a in any::<i64>(), b in any::<i64>()) {
        let (x, y) = (Decimal::from(a), Decimal::from(b));
        prop_assert_eq!(x.checked_add(y), Some(Decimal::from_i128(i128::from(a) + i128::from(b))));
        prop_assert_eq!(x.checked_sub(y), Some(Decimal::from_i128(i128::from(a) - i128::from(b))));
        if let Some(product) = a.checked_mul(b) {
            prop_assert_eq!(x.checked_mul(y), Some(Decimal::from(product)));
        }
        prop_assert_eq!(x.checked_rem(y), a.checked_rem(b).map(Decimal::from));
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
    }

    #[test]
    fn order_follows_the_difference(a in any_decimal(), b in any_decimal()) {
        let difference = a.checked_sub(b).unwrap();
        prop_assert_eq!(a.cmp(&b), difference.cmp(&Decimal::ZERO));
        prop_assert_eq!(a.checked_add(b), b.checked_add(a));
        prop_assert_eq!(a.checked_mul(b), b.checked_mul(a));
    }

    #[test]
    fn remainder_is_smaller_than_the_divisor(a in any_decimal(), b in any_decimal()) {
        if let Some(rest) = a.checked_rem(b) {
            prop_assert!(rest.abs() < b.abs());
            prop_assert!(rest.is_zero() || rest.is_negative() == a.is_negative());
        }
    }

    #[test]
    fn root_squared_comes_back(a in any_decimal()) {
        let root = a.abs().sqrt().unwrap();
        close(root.checked_mul(root).unwrap(), a.abs(), "root");
    }

    #[test]
    fn logarithm_undoes_exponential(a in -14_000_i64..14_000, b in 0_i64..1_000_000) {
        let x = Decimal::from_scaled(a * 1_000_000 + b, 6);
        let back = x.exp().unwrap().ln().unwrap();
        prop_assert!(back.checked_sub(x).unwrap().abs() <= dec("1E-29"), "{x} {back}");
    }

    #[test]
    fn no_text_panics(text in "[-+0-9.eE]{0,24}|.{0,12}") {
        let _ = Decimal::parse(&text);
    }
}
