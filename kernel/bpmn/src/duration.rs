//! ISO 8601 durations of fixed length (GB/T 7408.1): weeks, days, hours, minutes, seconds.

/// Milliseconds of `P20D`, `PT5M`, `P1DT12H`, `P2W`; `None` for anything else, years and months included, whose length varies.
pub fn parse_millis(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, text) = text.strip_prefix('-').map_or((false, text), |it| (true, it));
    let body = text.strip_prefix('P')?;
    let (days, time) = body.split_once('T').map_or((body, None), |(days, time)| (days, Some(time)));
    if time.is_some_and(str::is_empty) || (days.is_empty() && time.is_none()) {
        return None;
    }
    let mut total = sum(days, &[('W', 7 * 86_400_000), ('D', 86_400_000)])?;
    if let Some(time) = time {
        total = total.checked_add(sum(time, &[('H', 3_600_000), ('M', 60_000), ('S', 1000)])?)?;
    }
    Some(if negative { -total } else { total })
}

/// Numbers each followed by one of the letters, in the order given.
fn sum(text: &str, units: &[(char, i64)]) -> Option<i64> {
    let mut rest = text;
    let mut total = 0_i64;
    for (letter, millis) in units {
        if let Some((number, after)) = rest.split_once(*letter) {
            total = total.checked_add(scaled(number, *millis)?)?;
            rest = after;
        }
    }
    rest.is_empty().then_some(total)
}

fn scaled(number: &str, millis: i64) -> Option<i64> {
    let (whole, fraction) = number.split_once('.').map_or((number, ""), |it| it);
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.len() > 3 || (!fraction.is_empty() && millis != 1000) {
        return None;
    }
    let part = if fraction.is_empty() {
        0
    } else {
        format!("{fraction:0<3}").parse::<i64>().ok()?
    };
    whole.parse::<i64>().ok()?.checked_mul(millis)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::parse_millis;

    #[test]
    fn fixed_lengths_only() {
        let check = |text: &str, expected: Option<i64>| assert_eq!(parse_millis(text), expected, "{text}");
        check("PT5M", Some(300_000));
        check("P20D", Some(20 * 86_400_000));
        check("P1DT12H30M1.5S", Some(86_400_000 + 45_000_000 + 1500));
        check("P2W", Some(14 * 86_400_000));
        check("-PT1H", Some(-3_600_000));
        for bad in [
            "",
            "P",
            "PT",
            "5M",
            "P1M",
            "P1Y",
            "PT1",
            "P1DT",
            "PT1.5H",
            "PTM",
            "P99999999999999999999D",
            "PT1M1H",
        ] {
            check(bad, None);
        }
    }
}
