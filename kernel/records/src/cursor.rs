//! Page marks: the place in an order as an opaque word.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;
use yiwang_store::Value;
use yiwang_types::{Code, Fault};

/// The place in the order as an opaque word.
pub fn write(values: &[Value]) -> String {
    let json: Vec<Json> = values
        .iter()
        .map(|it| match it {
            Value::Int(number) => Json::from(*number),
            other => other.as_text().map_or(Json::Null, Json::from),
        })
        .collect();
    URL_SAFE_NO_PAD.encode(Json::from(json).to_string())
}

/// Reads a word of [`write`].
///
/// # Errors
/// `bad-request` when it is none, or of another list.
pub fn read(text: &str, width: usize) -> Result<Vec<Value>, Fault> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
    let json: Vec<Json> = serde_json::from_slice(&bytes).map_err(|_| foreign())?;
    if json.len() != width {
        return Err(foreign());
    }
    json.iter()
        .map(|it| match it {
            Json::Null => Ok(Value::Null),
            Json::Number(number) => number.as_i64().map(Value::Int).ok_or_else(foreign),
            Json::String(text) if !text.contains('\0') => Ok(Value::from(text.as_str())),
            _ => Err(foreign()),
        })
        .collect()
}

/// Reads a word of an order by numbers.
///
/// # Errors
/// As [`read`].
pub fn read_numbers<const N: usize>(text: &str) -> Result<[i64; N], Fault> {
    let numbers: Vec<i64> = read(text, N)?.iter().filter_map(Value::as_int).collect();
    numbers.try_into().map_err(|_| foreign())
}

/// A mark that is not of this list.
pub fn foreign() -> Fault {
    Fault::new(Code::BadRequest, "参数 after 不是本系统给出的翻页标记;请从第一页重新开始。")
}
