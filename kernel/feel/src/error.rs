//! What can go wrong: the text cannot be read, or the evaluation would cost too much.

use std::fmt;

/// An expression that cannot be read, with its place and how to mend it (both texts Chinese).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Line inside the expression, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "第 {} 行第 {} 列:{};{}", self.line, self.column, self.message, self.remedy)
    }
}

impl std::error::Error for SyntaxError {}

/// An evaluation that was stopped. Mistakes inside FEEL are no errors, they give null.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvalError {
    /// More work than one evaluation may take.
    TooManySteps,
    /// A list of more than [`crate::MAX_LIST`] items.
    ListTooLong,
    /// A text of more than [`crate::MAX_TEXT`] bytes.
    TextTooLong,
    /// Functions calling each other too deeply.
    TooDeep,
    /// No decision of that id or name.
    NoSuchDecision(String),
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            EvalError::TooManySteps => f.write_str("表达式计算量过大,已中止;请减少循环或拆成几步"),
            EvalError::ListTooLong => f.write_str("列表超过 10000 项,已中止;请缩小范围"),
            EvalError::TextTooLong => f.write_str("文字超过 256 KB,已中止;请缩短文字"),
            EvalError::TooDeep => f.write_str("函数调用层次过深,已中止;请检查是否自己调用自己"),
            EvalError::NoSuchDecision(name) => write!(f, "没有名为“{name}”的决策;请核对决策的编号或名称"),
        }
    }
}

impl std::error::Error for EvalError {}
