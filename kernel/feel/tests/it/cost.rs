//! Whatever is asked, the answer comes soon.

use yiwang_feel::{Context, EvalError, parse};

use crate::support::{check, env};

#[track_caller]
fn refused(text: &str, expected: &EvalError) {
    assert_eq!(
        parse(text)
            .unwrap_or_else(|it| panic!("{text}: {it}"))
            .eval(&Context::new(), &env())
            .as_ref(),
        Err(expected),
        "{text}"
    );
}

#[test]
fn costly_expressions_are_stopped() {
    let many = EvalError::TooManySteps;
    refused("count(for a in 1..1000, b in 1..1000 return 1)", &EvalError::ListTooLong);
    refused("some a in 1..1000, b in 1..1000 satisfies a * b = -1", &many);
    refused("for i in 1..100000 return i", &EvalError::ListTooLong);
    refused("{f: function(g) g(g), r: f(f)}.r", &EvalError::TooDeep);
    refused("for i in 1..9000 return partial", &many);
    refused(
        "{a: [1,1,1,1], b: [a,a,a,a], c: [b,b,b,b], d: [c,c,c,c], e: [d,d,d,d], f: [e,e,e,e], g: [f,f,f,f], h: [g,g,g,g], i: [h,h,h,h], j: [i,i,i,i], k: [j,j,j,j]}",
        &many,
    );
    refused(
        "string({a: [1,1,1,1], b: [a,a,a,a], c: [b,b,b,b], d: [c,c,c,c], e: [d,d,d,d], f: [e,e,e,e], g: [f,f,f,f], h: [g,g,g,g], i: [h,h,h,h], j: [i,i,i,i], k: [j,j,j,j]})",
        &many,
    );
    let doubling = format!(
        "{{t0: \"0123456789abcdef\", {}r: 1}}",
        (1..20).map(|i| format!("t{i}: t{0} + t{0}, ", i - 1)).collect::<String>()
    );
    refused(&doubling, &EvalError::TextTooLong);
    refused(
        "{s: string join(for i in 1..9000 return \"aaa\"), r: replace(s, \"a\", s)}.r",
        &EvalError::TextTooLong,
    );
}

#[test]
fn long_chains_are_flat() {
    check(&format!("1{}", " + 1".repeat(3_000)), "3001");
    check(&format!("true{}", " and true".repeat(1_500)), "true");
    let ladder: String = (0..500).map(|i| format!("if {i} = 499 then {i} else ")).collect();
    check(&format!("{ladder} null"), "499");
    check(&format!("{{a: 1}}{}", ".a".repeat(5_000)), "null");
}

#[test]
fn deepest_nesting_fits_the_stack_of_a_small_thread() {
    let text = format!("{}1{}", "[{a: (1 + ".repeat(21), ")}]".repeat(21));
    let run = move || {
        let value = parse(&text).unwrap().eval(&Context::new(), &env()).unwrap();
        refused("{f: function(g) [{a: (1 + g(g))}], r: f(f)}.r", &EvalError::TooDeep);
        value
    };
    let value = std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
    assert!(value.as_list().is_some());
}
