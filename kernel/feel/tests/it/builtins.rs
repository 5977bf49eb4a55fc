use crate::support::check_all;

#[test]
fn conversion() {
    check_all(
        r#"
        date("2026-10-09") => @"2026-10-09"
        date("2026-02-30") => null
        date("20261009") => null
        date(2026, 10, 9) => @"2026-10-09"
        date(year: 2026, month: 10, day: 9) => @"2026-10-09"
        date(@"2026-10-09T10:00:00Z") => @"2026-10-09"
        date and time("2026-10-09T16:30:00+08:00") => @"2026-10-09T16:30:00+08:00"
        date and time(@"2026-10-09", @"10:00:00") => @"2026-10-09T10:00:00"
        date and time("2026-10-09T25:00:00") => null
        time("16:30:00") => @"16:30:00"
        time(16, 30, 0) => @"16:30:00"
        time(16, 30, 0, @"PT8H") => @"16:30:00+08:00"
        number("1 000,5", " ", ",") => 1000.5
        number("1,000.5", ",", ".") => 1000.5
        number("12") => 12
        number("一") => null
        number("1,000", ",", ",") => null
        string(1.50) => "1.5"
        string("a") => "a"
        string([1, "a", null]) => "[1, \"a\", null]"
        string(@"P1DT2H") => "P1DT2H"
        string(@"2026-10-09T16:30:00+08:00") => "2026-10-09T16:30:00+08:00"
        string(null) => null
        duration("P1DT2H3M4.5S") => @"P1DT2H3M4.5S"
        duration("P1Y2M") => @"P14M"
        duration("P1Y2D") => null
        duration("P") => null
        string(duration("-PT90M")) => "-PT1H30M"
        string(duration("P0D")) => "PT0S"
        years and months duration(@"2024-03-31", @"2026-10-09") => @"P2Y6M"
        years and months duration(@"2026-10-09", @"2026-10-01") => @"P0M"
        years and months duration(@"2026-10-09", @"2025-10-01") => @"-P1Y"
        "#,
    );
}

#[test]
fn texts() {
    check_all(
        r#"
        substring("一网通办", 3) => "通办"
        substring("foobar", 3, 3) => "oba"
        substring("foobar", -2, 1) => "a"
        substring("foobar", 0) => null
        substring("foobar", 9) => null
        substring(string: "foobar", start position: 3) => "obar"
        string length("🐎马") => 2
        upper case("aBc4") => "ABC4"
        lower case("aBc4") => "abc4"
        substring before("foobar", "bar") => "foo"
        substring before("foobar", "x") => ""
        substring after("foobar", "ob") => "ar"
        contains("道路破损", "破损") => true
        starts with("foobar", "fo") => true
        ends with("foobar", "r") => true
        contains(1, "1") => null
        string join(["a", null, "c"], "、") => "a、c"
        string join(["a", "b"]) => "ab"
        string join(["a", "b"], "-", "<", ">") => "<a-b>"
        string join([]) => ""
        string join([1]) => null
        matches("foobar", "^fo*b") => true
        matches("FOO", "foo", "i") => true
        matches("2026年", "\p{Han}") => true
        matches("13812345678", "^1\d{10}$") => true
        matches("abab", "(ab)\1") => null
        matches("b", "[a-z-[aeiou]]") => null
        matches("a.b", "a.b", "q") => true
        replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") => "[1=ab][2=]cd"
        replace("a1b2", "\d", "") => "ab"
        replace("abc", "x*", "y") => null
        replace("a$b", "\$", "\\$\\$") => "a$$b"
        split("John Doe", "\s") => ["John", "Doe"]
        split("a;b;;c", ";") => ["a", "b", "", "c"]
        "#,
    );
}

#[test]
fn lists() {
    check_all(
        r#"
        list contains([1, 2, null], null) => true
        list contains([1, 2], 3) => false
        count([1, 2, 3]) => 3
        count([]) => 0
        count(null) => null
        min([3, 1, 2]) => 1
        max(3, 1, 2) => 3
        min([]) => null
        max(["a", "c", "b"]) => "c"
        max([1, "a"]) => null
        sum([1, 2, 3]) => 6
        sum(1, 2) => 3
        sum([]) => null
        sum([1, null]) => null
        mean([1, 2, 3]) => 2
        median(8, 2, 5, 3, 4) => 4
        median([6, 1, 2, 3]) => 2.5
        stddev(2, 4, 7, 5) => 2.081665999466132735282297706979931
        stddev([1]) => null
        mode(6, 3, 9, 6, 6) => [6]
        mode([6, 1, 9, 6, 1]) => [1, 6]
        mode([]) => []
        product([2, 3, 4]) => 24
        all([true, true]) => true
        all([true, null, false]) => false
        all([true, null]) => null
        all([]) => true
        any([false, null, true]) => true
        any([]) => false
        sublist([4, 5, 6], 1, 2) => [4, 5]
        sublist([4, 5, 6], -2) => [5, 6]
        sublist([4, 5, 6], 4) => null
        append([1], 2, 3) => [1, 2, 3]
        concatenate([1, 2], [3]) => [1, 2, 3]
        insert before([1, 3], 2, 2) => [1, 2, 3]
        remove([1, 2, 3], 2) => [1, 3]
        remove([1, 2, 3], -1) => [1, 2]
        reverse([1, 2, 3]) => [3, 2, 1]
        index of([1, 2, 3, 2], 2) => [2, 4]
        union([1, 2], [2, 3]) => [1, 2, 3]
        distinct values([1, 2, 1, "a", "a", [1], [1]]) => [1, 2, "a", [1]]
        flatten([[1, 2], [[3]], 4]) => [1, 2, 3, 4]
        sort([3, 1, 2], function(a, b) a < b) => [1, 2, 3]
        sort(list: [3, 1], precedes: function(a, b) a < b) => [1, 3]
        sort([3, "a"]) => null
        list replace([1, 2, 3], 2, 9) => [1, 9, 3]
        list replace([1, 2, 3], function(item, new) item > 1, 0) => [1, 0, 0]
        "#,
    );
}

#[test]
fn numbers() {
    check_all(
        "
        decimal(1.115, 2) => 1.12
        decimal(2.5, 0) => 2
        floor(-1.5) => -2
        floor(1.56, 1) => 1.5
        ceiling(1.5) => 2
        round up(1.121, 2) => 1.13
        round down(-1.126, 2) => -1.12
        round half up(1.115, 2) => 1.12
        round half down(1.115, 2) => 1.11
        abs(-10) => 10
        abs(@\"-PT5H\") => @\"PT5H\"
        modulo(12, 5) => 2
        modulo(-12, 5) => 3
        modulo(12, 0) => null
        sqrt(16) => 4
        sqrt(-1) => null
        decimal(log(10), 8) => 2.30258509
        decimal(exp(1), 8) => 2.71828183
        odd(5) => true
        even(5) => false
        even(2.5) => false
        floor(null) => null
        decimal(1) => null
        ",
    );
}

#[test]
fn clock_and_calendar() {
    check_all(
        r#"
        now() => @"2026-10-09T16:30:00+08:00"
        today() => @"2026-10-09"
        today() + @"P1D" > today() => true
        day of week(@"2026-10-09") => "Friday"
        month of year(@"2026-10-09") => "October"
        day of year(@"2026-10-09") => 282
        week of year(@"2026-10-09") => 41
        week of year(@"2005-01-01") => 53
        week of year(@"2008-12-29") => 1
        is(@"2026-10-09", @"2026-10-09") => true
        is(@"10:00:00", @"10:00:00Z") => false
        is(1, "1") => false
        "#,
    );
}

#[test]
fn contexts() {
    check_all(
        r#"
        get value({a: 1}, "a") => 1
        get value({a: {b: 2}}, ["a", "b"]) => 2
        get value({a: 1}, "x") => null
        get entries({a: 1}) => [{key: "a", value: 1}]
        context([{key: "a", value: 1}, {key: "b", value: 2}]) => {a: 1, b: 2}
        context([{key: "a", value: 1}, {key: "a", value: 2}]) => null
        context put({a: 1}, "b", 2) => {a: 1, b: 2}
        context put({a: {b: 1}}, ["a", "b"], 2) => {a: {b: 2}}
        context put({a: 1}, ["x", "b"], 2) => null
        context merge([{a: 1, b: 1}, {b: 2}]) => {a: 1, b: 2}
        "#,
    );
}

#[test]
fn ranges() {
    check_all(
        "
        before(1, 10) => true
        before(10, 1) => false
        before(1, (1..10]) => true
        before([1..5], 5) => false
        before([1..5), 5) => true
        before([1..5], (5..9]) => true
        after(10, [1..5]) => true
        meets([1..5], [5..9]) => true
        meets([1..5), [5..9]) => false
        met by([5..9], [1..5]) => true
        overlaps([1..5], [3..8]) => true
        overlaps([1..5), [5..8]) => false
        overlaps before([1..5], [3..8]) => true
        overlaps before([3..8], [1..5]) => false
        overlaps after([3..8], [1..5]) => true
        finishes(10, [1..10]) => true
        finishes([5..10], [1..10]) => true
        finished by([1..10], 10) => true
        includes([1..10], 5) => true
        includes([1..10), 10) => false
        includes([1..10], [4..6]) => true
        during(5, [1..10]) => true
        during([4..6], [1..10]) => true
        starts(1, [1..10]) => true
        starts([1..5], [1..10]) => true
        started by([1..10], [1..5]) => true
        coincides(5, 5) => true
        coincides([1..5], [1..5)) => false
        before(1, \"a\") => null
        ",
    );
}
