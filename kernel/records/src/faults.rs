//! From what the store says to what people are told.

use yiwang_store::Error;
use yiwang_types::{Code, Fault};

use crate::save::Saved;

/// The one mapping of store errors to faults.
pub(crate) fn fault_of(error: Error) -> Fault {
    match error {
        Error::Refused(fault) => fault,
        Error::Busy { retry_after_ms } => {
            Fault::new(Code::Busy, "系统繁忙,请稍后再试;已填的内容都还在。").after_ms(retry_after_ms)
        }
        Error::OutcomeUnknown => Fault::new(
            Code::OutcomeUnknown,
            "提交的结果暂时无法确认;请用同一幂等键再提交一次,不会重复。",
        ),
        Error::Timeout => Fault::new(Code::Timeout, "查询超时;请缩小范围后再试。"),
        Error::Closed => Fault::new(Code::Unavailable, "系统正在停机,请稍后再试。"),
        Error::Away(why) => Fault::new(Code::Unavailable, "数据库暂时连不上,请稍后再试;已填的内容都还在。").because(why),
        Error::Conflict(why) => Fault::new(Code::VersionConflict, "别人刚刚改过这条记录;请刷新后再办。").because(why),
        other => Fault::internal(format!("{other:?}")),
    }
}

/// What is said after a fault, when the answer under the request's key was looked for. Where that could not be looked up, a refusal would be
/// taken for the final word; a fault that asks for another try anyway is still said.
pub(crate) fn after_fault(fault: Fault, answered: Result<Option<Saved>, Fault>) -> Result<Saved, Fault> {
    match answered {
        Ok(Some(saved)) => Ok(saved),
        Ok(None) => Err(fault),
        Err(_) if matches!(fault.code, Code::OutcomeUnknown | Code::Unavailable) => Err(fault),
        Err(unknown) => Err(unknown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_final_only_once_the_key_was_looked_up() {
        let check = |fault: Code, looked_up: Option<Code>, expected: Code| {
            let said = |code: Code| Fault::new(code, "");
            let answered = looked_up.map_or(Ok(None), |it| Err(said(it)));
            let told = after_fault(said(fault), answered).err().map(|it| it.code);
            assert_eq!(told, Some(expected), "{fault} {looked_up:?}");
        };
        check(Code::TaskDone, None, Code::TaskDone);
        check(Code::TaskDone, Some(Code::Unavailable), Code::Unavailable);
        check(Code::TaskDone, Some(Code::Timeout), Code::Timeout);
        check(Code::OutcomeUnknown, Some(Code::Unavailable), Code::OutcomeUnknown);
        check(Code::Unavailable, Some(Code::Busy), Code::Unavailable);
        check(Code::TaskDone, Some(Code::KeyReused), Code::KeyReused);
    }
}
