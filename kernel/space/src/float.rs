//! The only places where coordinates change between integers and floating point.

/// Exact for every coordinate and every difference of two: they stay far below 2^53.
#[expect(clippy::as_conversions, reason = "no lossless From exists; the values are far below 2^53")]
pub(crate) fn float(units: i64) -> f64 {
    units as f64
}

/// The nearest integer; saturates, and takes a NaN for 0.
#[expect(
    clippy::as_conversions,
    reason = "a float to integer cast saturates, which is what is wanted"
)]
pub(crate) fn round(value: f64) -> i64 {
    value.round() as i64
}

/// Doubled areas in square units as a float; the loss in the last digits does not matter for an area in m².
#[expect(clippy::as_conversions, reason = "no From exists; an area needs no 38 digits")]
pub(crate) fn float_wide(units: i128) -> f64 {
    units as f64
}
