//! Why an event cannot be applied.

use std::fmt;

/// Why an event cannot be applied; the instance stays as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepError {
    /// The process has no start event, or several.
    NoStart,
    /// A start for an instance that has begun.
    AlreadyStarted,
    /// An event for an instance that has not begun or is over.
    NotRunning,
    /// A node the process does not have; the state belongs to another version.
    NoSuchNode {
        /// The node.
        node: String,
    },
    /// A token that is not there; most likely the task has just been ended by somebody else.
    NoSuchToken {
        /// The token.
        token: u32,
    },
    /// A timer that is not there; most likely it was cancelled.
    NoSuchTimer {
        /// The timer.
        timer: u32,
    },
    /// An event that does not fit the node where the token waits.
    WrongNode {
        /// The token.
        token: u32,
        /// Where it waits.
        node: String,
    },
    /// An outcome the task does not have.
    UnknownOutcome {
        /// The task.
        node: String,
        /// The outcome given.
        outcome: String,
        /// The outcomes it has.
        known: Vec<String>,
    },
    /// No outgoing flow of a gateway can be taken.
    NoFlowFits {
        /// The gateway.
        node: String,
    },
    /// More moves than [`super::MAX_MOVES`].
    TooManyMoves {
        /// Where the count ended.
        node: String,
    },
    /// Nobody could take the task.
    NobodyAssigned {
        /// The task.
        node: String,
    },
    /// An expression that was stopped.
    Expression {
        /// The node or flow it stands on.
        node: String,
        /// Its source.
        expression: String,
        /// Why.
        message: String,
    },
    /// An expression gave a value that cannot be used.
    WrongValue {
        /// The node it stands on.
        node: String,
        /// What was wanted, in Chinese.
        wanted: &'static str,
        /// What came, as FEEL writes it.
        found: String,
    },
    /// A decision failed.
    Decision {
        /// The business rule task.
        node: String,
        /// The decision.
        decision: String,
        /// Why.
        message: String,
    },
    /// A node the engine cannot run; `check_runnable` would have told.
    NotRunnable {
        /// The node.
        node: String,
    },
}

impl StepError {
    /// The element the error is about.
    pub fn node(&self) -> Option<&str> {
        match self {
            StepError::NoStart
            | StepError::AlreadyStarted
            | StepError::NotRunning
            | StepError::NoSuchToken { .. }
            | StepError::NoSuchTimer { .. } => None,
            StepError::NoSuchNode { node }
            | StepError::WrongNode { node, .. }
            | StepError::UnknownOutcome { node, .. }
            | StepError::NoFlowFits { node }
            | StepError::TooManyMoves { node }
            | StepError::NobodyAssigned { node }
            | StepError::Expression { node, .. }
            | StepError::WrongValue { node, .. }
            | StepError::Decision { node, .. }
            | StepError::NotRunnable { node } => Some(node),
        }
    }
}

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StepError::NoStart => f.write_str("流程没有唯一的开始事件"),
            StepError::AlreadyStarted => f.write_str("流程已经开始"),
            StepError::NotRunning => f.write_str("流程不在运行中"),
            StepError::NoSuchNode { node } => write!(f, "流程里没有 {node}"),
            StepError::NoSuchToken { token } => write!(f, "这一步({token})已经办完或撤销"),
            StepError::NoSuchTimer { timer } => write!(f, "定时({timer})已经触发或取消"),
            StepError::WrongNode { token, node } => write!(f, "{node}({token})不能这样办"),
            StepError::UnknownOutcome { node, outcome, known } => {
                write!(f, "{node} 没有结果“{outcome}”,可选的有 {}", known.join("、"))
            }
            StepError::NoFlowFits { node } => write!(f, "网关 {node} 的条件都不成立,也没有默认连线,走不下去"),
            StepError::TooManyMoves { node } => write!(f, "流程在 {node} 处转圈,没有停下来的任务,已中止"),
            StepError::NobodyAssigned { node } => write!(f, "{node} 没有可以办理的人"),
            StepError::Expression {
                node,
                expression,
                message,
            } => write!(f, "{node} 的表达式“{expression}”:{message}"),
            StepError::WrongValue { node, wanted, found } => write!(f, "{node} 要的是{wanted},得到的是 {found}"),
            StepError::Decision { node, decision, message } => write!(f, "{node} 的决策 {decision}:{message}"),
            StepError::NotRunnable { node } => write!(f, "引擎不能执行 {node}"),
        }
    }
}

impl std::error::Error for StepError {}
