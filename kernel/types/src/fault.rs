//! What went wrong with a request: a stable code, a Chinese sentence for the person, a technical half for the log.

use std::fmt;

use serde::Serialize;

macro_rules! codes {
    ($($variant:ident $text:literal $title:literal),* $(,)?) => {
        /// The stable codes of everything that can go wrong towards a user. Each has a page `docs/errors/<code>.md`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Code { $(#[doc = $title] $variant),* }

        impl Code {
            /// Every code, for the checks that want a page and a status for each.
            pub const ALL: &'static [Code] = &[$(Code::$variant),*];

            /// The code as it stands in problems, logs and help pages.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$variant => $text),* }
            }

            /// The short Chinese title.
            pub const fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }
        }
    };
}

codes! {
    NotSignedIn "not-signed-in" "尚未登录",
    SignInFailed "sign-in-failed" "账号或密码不对",
    LockedOut "locked-out" "账号暂时锁定",
    PasswordMustChange "password-must-change" "须先修改密码",
    Forbidden "forbidden" "没有权限",
    ForeignOrigin "foreign-origin" "请求来自别的网站",
    NotFound "not-found" "没有找到",
    MethodNotAllowed "method-not-allowed" "不支持这种请求方法",
    BadRequest "bad-request" "请求读不懂",
    BadJson "bad-json" "JSON 格式不对",
    BadText "bad-text" "文字不是有效的 UTF-8",
    BadMultipart "bad-multipart" "上传的表单不完整",
    BadFilter "bad-filter" "筛选条件不对",
    BadExpression "bad-expression" "表达式不对",
    MaskedField "masked-field" "不能按脱敏字段查询",
    Invalid "invalid" "填写的内容需要修改",
    TooLarge "too-large" "内容太大",
    UnsupportedMedia "unsupported-media" "不支持的文件类型",
    BadFile "bad-file" "文件损坏或内容与类型不符",
    VersionConflict "version-conflict" "别人刚刚改过",
    VersionMissing "version-missing" "缺少版本号",
    TaskTaken "task-taken" "别人正在处理",
    TaskDone "task-done" "这一步已经办完",
    ActNotAllowed "act-not-allowed" "现在不能这样办",
    Separation "separation" "监管分离:经办人不得核查或结案",
    AlreadyRated "already-rated" "已经评价过",
    PlaceOutside "place-outside" "位置不在本县范围",
    PlaceOnBorder "place-on-border" "位置在边界上,请确认归属",
    KeyReused "key-reused" "同一个幂等键用于不同的内容",
    SecretLevel "secret-level" "涉密内容不能进入本系统",
    Busy "busy" "系统繁忙",
    TooManyRequests "too-many-requests" "请求太频繁",
    Timeout "timeout" "处理超时",
    OutcomeUnknown "outcome-unknown" "结果未知,请用同一幂等键重试",
    Unavailable "unavailable" "服务暂不可用",
    DefinitionBroken "definition-broken" "应用配置有误,已停用",
    Internal "internal" "系统内部错误",
    // the next code goes here, with its page in docs/errors
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One field that has to be mended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldFault {
    /// Name of the field as in the register or form.
    pub field: String,
    /// The rule it breaks, kebab-case: `required`, `max-length`, `format`, `unknown-field` ...
    pub rule: String,
    /// What is wrong, in Chinese.
    pub message: String,
    /// What to do, in Chinese.
    pub remedy: String,
}

impl FieldFault {
    /// A fault of one field.
    pub fn new(field: impl Into<String>, rule: impl Into<String>, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        FieldFault {
            field: field.into(),
            rule: rule.into(),
            message: message.into(),
            remedy: remedy.into(),
        }
    }
}

/// A failed request. `detail` and `fields` may be shown to the person; `internal` goes to the log only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Stable code.
    pub code: Code,
    /// One Chinese sentence: what happened and what to do.
    pub detail: String,
    /// Every field that has to be mended, all at once.
    pub fields: Vec<FieldFault>,
    /// Milliseconds after which trying again may help, where it is known.
    pub wait_ms: Option<u64>,
    /// Technical half, never shown.
    pub internal: Option<String>,
}

impl Fault {
    /// A fault with its public sentence.
    pub fn new(code: Code, detail: impl Into<String>) -> Fault {
        Fault {
            code,
            detail: detail.into(),
            fields: Vec::new(),
            wait_ms: None,
            internal: None,
        }
    }

    /// An unexpected failure: the person sees only that it is being looked into.
    pub fn internal(what: impl fmt::Display) -> Fault {
        Fault {
            code: Code::Internal,
            detail: "系统出了意外,已记录;请稍后再试,多次出现请联系管理员。".to_owned(),
            fields: Vec::new(),
            wait_ms: None,
            internal: Some(what.to_string()),
        }
    }

    /// The faults of several fields together.
    pub fn invalid(fields: Vec<FieldFault>) -> Fault {
        let detail = format!("有 {} 处需要修改,其余内容已保留。", fields.len());
        Fault {
            code: Code::Invalid,
            detail,
            fields,
            wait_ms: None,
            internal: None,
        }
    }

    /// Adds the milliseconds after which trying again may help.
    #[must_use]
    pub fn after_ms(mut self, millis: u64) -> Fault {
        self.wait_ms = Some(millis);
        self
    }

    /// Adds the technical half.
    #[must_use]
    pub fn because(mut self, internal: impl fmt::Display) -> Fault {
        self.internal = Some(internal.to_string());
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.detail)?;
        match &self.internal {
            Some(it) => write!(f, " ({it})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_distinct_and_named() {
        let texts: BTreeSet<&str> = Code::ALL.iter().map(|it| it.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        assert!(
            texts
                .iter()
                .all(|it| it.bytes().all(|it| it.is_ascii_lowercase() || it == b'-'))
        );
        assert!(Code::ALL.iter().all(|it| !it.title().is_empty()));
    }

    #[test]
    fn the_technical_half_stays_apart() {
        let fault = Fault::internal("disk full at /dev/x");
        assert!(!fault.detail.contains("disk"));
        assert!(fault.to_string().contains("disk full"));
        let fields = vec![FieldFault::new("title", "required", "标题没有填写", "填写标题")];
        let fault = Fault::invalid(fields).because("row 3");
        assert_eq!(fault.to_string(), "invalid: 有 1 处需要修改,其余内容已保留。 (row 3)");
    }
}
