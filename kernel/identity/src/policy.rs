//! What a password must be (GB/T 22239-2019 8.1.4.1, with the defaults of the third level): every fault at once.

use yiwang_types::FieldFault;

/// Fewest characters.
const SHORTEST: usize = 8;
/// Most characters: longer ones are pasted by mistake.
const LONGEST: usize = 128;

/// Passwords that are tried first by everybody who tries. Compared without regard to case.
const WEAK: &[&str] = &[
    "password",
    "password1",
    "password123",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword1",
    "12345678",
    "123456789",
    "1234567890",
    "87654321",
    "11111111",
    "88888888",
    "66666666",
    "00000000",
    "12341234",
    "abcd1234",
    "abc12345",
    "abc123456",
    "abc@1234",
    "abc@123456",
    "a1234567",
    "a12345678",
    "a123456789",
    "aa123456",
    "aa123456!",
    "aa123456.",
    "aa@123456",
    "qwer1234",
    "qwer@1234",
    "qwerty123",
    "qwerty@123",
    "qwertyuiop",
    "1qaz2wsx",
    "1qaz@wsx",
    "1qaz!qaz",
    "!qaz2wsx",
    "q1w2e3r4",
    "zaq12wsx",
    "asdf1234",
    "admin123",
    "admin@123",
    "admin1234",
    "admin@1234",
    "admin123!",
    "root1234",
    "root@123",
    "test1234",
    "test@123",
    "user1234",
    "welcome1",
    "welcome@1",
    "changeme1",
    "woaini1314",
    "woaini520",
    "5201314520",
    "iloveyou1",
    "zxcvbnm123",
    "zxcvbnm1",
    "gov@1234",
    "gov12345",
    "zhengfu123",
    "china@123",
];

/// Everything that is wrong with a new password, but for its having been used before.
pub(crate) fn faults(username: &str, password: &str) -> Vec<FieldFault> {
    let length = password.chars().count();
    let lower = password.to_lowercase();
    let mut found = Vec::new();
    let mut add = |rule: &str, message: String, remedy: &str| found.push(FieldFault::new("password", rule, message, remedy));
    if length < SHORTEST {
        add(
            "min-length",
            format!("密码只有 {length} 位,至少 {SHORTEST} 位"),
            "再加几位,建议 10 位以上",
        );
    }
    if length > LONGEST {
        add("max-length", format!("密码有 {length} 位,最多 {LONGEST} 位"), "缩短密码");
    }
    if classes(password) < 3 {
        add(
            "classes",
            "密码的字符种类太少".to_owned(),
            "大写字母、小写字母、数字、符号中至少用三种",
        );
    }
    if WEAK.contains(&lower.as_str()) {
        add("weak", "这个密码太常见".to_owned(), "换一个别人猜不到的密码");
    }
    if username.chars().count() >= 3 && lower.contains(&username.to_lowercase()) {
        add("contains-username", "密码里含有账号".to_owned(), "去掉密码里的账号");
    }
    found
}

pub(crate) fn reused() -> FieldFault {
    FieldFault::new("password", "reused", "这个密码最近五次里用过", "换一个没有用过的密码")
}

/// How many of upper case, lower case, digits and everything else occur.
fn classes(password: &str) -> usize {
    let is_other = |it: char| !it.is_ascii_alphanumeric();
    let kinds: [&dyn Fn(char) -> bool; 4] = [
        &|it| it.is_ascii_uppercase(),
        &|it| it.is_ascii_lowercase(),
        &|it| it.is_ascii_digit(),
        &is_other,
    ];
    kinds.iter().filter(|kind| password.chars().any(kind)).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_everything_at_once() {
        let check = |password: &str, expected: &[&str]| {
            let found: Vec<String> = faults("intake1", password).into_iter().map(|it| it.rule).collect();
            assert_eq!(found, expected, "{password}");
        };
        check("Spring-7x", &[]);
        check("桃李spring7", &[]);
        check("abc", &["min-length", "classes"]);
        check("", &["min-length", "classes"]);
        check("abcdefgh", &["classes"]);
        check("Admin@123", &["weak"]);
        check("12345678", &["classes", "weak"]);
        check("xINTAKE1!", &["contains-username"]);
        check(&"Aa1".repeat(43), &["max-length"]);
    }

    #[test]
    fn the_weak_list_is_lower_case_and_long_enough_to_matter() {
        let check = |it: &&&str| it.chars().count() < SHORTEST || **it != it.to_lowercase();
        assert_eq!(WEAK.iter().filter(check).collect::<Vec<_>>(), Vec::<&&str>::new());
    }
}
