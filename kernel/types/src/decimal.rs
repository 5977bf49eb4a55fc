//! Decimal numbers as FEEL wants them: 34 significant digits, half-even (IEEE 754-2019 decimal128 arithmetic).
//!
//! Own code over a 128-bit coefficient with 256-bit intermediates: no heap, no dependency, and every result is the correctly
//! rounded one for `+ - * /` and the square root. There is no NaN and no infinity: what has no value is `None`.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Neg;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

mod functions;
mod raw;
mod text;
mod wide;

use raw::Raw;

/// Significant digits of a result.
const PRECISION: u32 = 34;
/// Largest exponent of the leading digit.
const MAX_ADJUSTED: i32 = 6144;
/// Smallest exponent of the last digit; what is nearer to zero is rounded there.
const MIN_EXPONENT: i32 = -6176;

/// A decimal number of at most 34 significant digits between ±9.99E6144.
///
/// The inner form is unique (no trailing zeros, one zero), so equality, order and hash go by value: `1.0 == 1.00`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Decimal(Raw);

/// What to do with the digits that do not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rounding {
    /// To the nearest, a tie to the even neighbour.
    HalfEven,
    /// To the nearest, a tie away from zero (四舍五入).
    HalfUp,
    /// To the nearest, a tie towards zero.
    HalfDown,
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    /// Towards minus infinity.
    Floor,
    /// Towards plus infinity.
    Ceiling,
}

impl Decimal {
    /// Zero.
    pub const ZERO: Decimal = Decimal(Raw::ZERO);
    /// One.
    pub const ONE: Decimal = Decimal(Raw::ONE);

    /// The same whole number.
    pub fn from_i64(value: i64) -> Decimal {
        Decimal::from_i128(i128::from(value))
    }

    /// The same whole number; beyond 34 digits the nearest one.
    pub fn from_i128(value: i128) -> Decimal {
        Decimal::finish(Raw::from_integer(value)).unwrap_or_default()
    }

    /// `value` divided by ten to the `scale`: `from_scaled(1250, 2)` is 12.5. A scale beyond 6000 gives zero.
    pub fn from_scaled(value: i64, scale: u32) -> Decimal {
        let scale = i32::try_from(scale.min(20_000)).unwrap_or_default();
        let mut raw = Raw::from_integer(i128::from(value));
        raw.exponent -= scale;
        Decimal::finish(raw).unwrap_or_default()
    }

    /// Reads `-12.50`, `.5`, `1E+3`; digits beyond the 34th are rounded. `None` for anything else and beyond the range.
    pub fn parse(text: &str) -> Option<Decimal> {
        text::parse(text)
    }

    /// Sum; `None` on overflow.
    pub fn checked_add(self, other: Decimal) -> Option<Decimal> {
        Decimal::finish(self.0.add(other.0, PRECISION))
    }

    /// Difference; `None` on overflow.
    pub fn checked_sub(self, other: Decimal) -> Option<Decimal> {
        self.checked_add(other.neg())
    }

    /// Product; `None` on overflow.
    pub fn checked_mul(self, other: Decimal) -> Option<Decimal> {
        Decimal::finish(self.0.mul(other.0, PRECISION))
    }

    /// Quotient; `None` on overflow and division by zero.
    pub fn checked_div(self, other: Decimal) -> Option<Decimal> {
        Decimal::finish(self.0.div(other.0, PRECISION)?)
    }

    /// Exact remainder with the sign of `self` (as `%` of Rust); `None` when `other` is zero.
    pub fn checked_rem(self, other: Decimal) -> Option<Decimal> {
        Decimal::finish(self.0.rem(other.0)?)
    }

    /// Remainder with the sign of `other` (FEEL `modulo`); `None` when `other` is zero.
    pub fn checked_modulo(self, other: Decimal) -> Option<Decimal> {
        let rest = self.checked_rem(other)?;
        if rest.is_zero() || rest.is_negative() == other.is_negative() {
            Some(rest)
        } else {
            rest.checked_add(other)
        }
    }

    /// Absolute value.
    #[must_use]
    pub fn abs(self) -> Decimal {
        if self.is_negative() { self.neg() } else { self }
    }

    /// The largest number with so many decimal places that is not greater; a negative scale counts tens, hundreds ...
    pub fn floor(self, scale: i32) -> Option<Decimal> {
        self.round(scale, Rounding::Floor)
    }

    /// The smallest number with so many decimal places that is not less.
    pub fn ceil(self, scale: i32) -> Option<Decimal> {
        self.round(scale, Rounding::Ceiling)
    }

    /// Rounds to so many decimal places; `None` only when the rounded number is beyond the range.
    pub fn round(self, scale: i32, rounding: Rounding) -> Option<Decimal> {
        let target = scale.saturating_neg();
        if self.0.exponent >= target {
            return Some(self);
        }
        Decimal::finish(self.0.quantize(target, rounding))
    }

    /// Whether the value is zero.
    pub fn is_zero(self) -> bool {
        self.0.coefficient == 0
    }

    /// Whether the value is below zero.
    pub fn is_negative(self) -> bool {
        self.0.negative
    }

    /// Whether the value has no fraction.
    pub fn is_integer(self) -> bool {
        self.0.exponent >= 0
    }

    /// Number of decimal places: 2 for 0.25, 0 for whole numbers.
    pub fn scale(self) -> u32 {
        if self.is_integer() {
            0
        } else {
            self.0.exponent.unsigned_abs()
        }
    }

    /// The same whole number; `None` with a fraction or beyond the range of `i64`.
    pub fn to_i64(self) -> Option<i64> {
        self.to_scaled(0)
    }

    /// The value times ten to the `scale`, exactly; `None` when digits would be lost or it does not fit.
    pub fn to_scaled(self, scale: u32) -> Option<i64> {
        if self.is_zero() {
            return Some(0);
        }
        let shift = u32::try_from(self.0.exponent.checked_add(i32::try_from(scale).ok()?)?).ok()?;
        let magnitude = i128::try_from(self.0.coefficient.checked_mul(10_u128.checked_pow(shift)?)?).ok()?;
        i64::try_from(if self.0.negative { -magnitude } else { magnitude }).ok()
    }

    /// Brings a rounded result into the unique form and checks the range of exponents.
    fn finish(raw: Raw) -> Option<Decimal> {
        let mut it = raw.stripped();
        if it.exponent < MIN_EXPONENT {
            it = it.quantize(MIN_EXPONENT, Rounding::HalfEven).stripped();
        }
        (it.adjusted() <= MAX_ADJUSTED).then_some(Decimal(it))
    }
}

impl Neg for Decimal {
    type Output = Decimal;

    fn neg(self) -> Decimal {
        Decimal(self.0.negated())
    }
}

impl From<i64> for Decimal {
    fn from(value: i64) -> Decimal {
        Decimal::from_i64(value)
    }
}

impl From<u32> for Decimal {
    fn from(value: u32) -> Decimal {
        Decimal::from_i64(i64::from(value))
    }
}

impl From<i32> for Decimal {
    fn from(value: i32) -> Decimal {
        Decimal::from_i64(i64::from(value))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        self.0.cmp_value(&other.0)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad_integral(!self.0.negative, "", &text::magnitude(&self.0))
    }
}

impl fmt::Debug for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Decimal {
    type Err = ();

    fn from_str(text: &str) -> Result<Decimal, ()> {
        Decimal::parse(text).ok_or(())
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Decimal {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Decimal, D::Error> {
        let text = String::deserialize(deserializer)?;
        Decimal::parse(&text).ok_or_else(|| serde::de::Error::custom(format!("`{text}` is not a decimal number")))
    }
}

#[cfg(test)]
mod tests;
