//! Powers, roots, exponentials and logarithms. They work with 38 digits and return 34, of which 32 are to be relied on.

use super::raw::{Raw, WORKING};
use super::{Decimal, PRECISION, Rounding};

/// ln 10 in two parts: the first times a power of at most five digits is still exact.
const LN10_HIGH: Raw = Raw {
    negative: false,
    exponent: -32,
    coefficient: 230_258_509_299_404_568_401_799_145_468_436,
};
const LN10_LOW: Raw = Raw {
    negative: false,
    exponent: -66,
    coefficient: 4_207_601_101_488_628_772_976_033_327_900_968,
};
/// Beyond this no exponential is inside the range.
const EXP_LIMIT: i64 = 14_300;
/// Exponents of the leading digit at which a power has certainly left the range.
const POWER_LIMIT: i32 = 20_000;

impl Decimal {
    /// `self` to a whole power; `None` on overflow and for zero to a negative power. Zero to the zero is one.
    pub fn pow(self, power: i64) -> Option<Decimal> {
        if self.is_zero() {
            return match power {
                0 => Some(Decimal::ONE),
                1.. => Some(Decimal::ZERO),
                _ => None,
            };
        }
        let mut result = Raw::ONE;
        let mut base = self.0;
        let mut left = power.unsigned_abs();
        while left > 0 {
            if left % 2 == 1 {
                result = result.mul(base, WORKING);
            }
            left /= 2;
            if left > 0 {
                base = base.mul(base, WORKING).stripped();
            }
            let reach = result.adjusted().abs().max(base.adjusted().abs());
            if reach > POWER_LIMIT {
                let grows = (result.adjusted() + base.adjusted() > 0) == (power > 0);
                return (!grows).then_some(Decimal::ZERO);
            }
        }
        let result = if power < 0 { Raw::ONE.div(result, WORKING)? } else { result };
        Decimal::finish(rounded(result))
    }

    /// `self` to any power; `None` when it has no real value or leaves the range.
    pub fn checked_pow(self, power: Decimal) -> Option<Decimal> {
        if let Some(whole) = power.to_i64() {
            return self.pow(whole);
        }
        if self.is_zero() {
            return (!power.is_negative()).then_some(Decimal::ZERO);
        }
        exponential(natural_logarithm(self.0)?.mul(power.0, WORKING))
    }

    /// Square root, correctly rounded; `None` below zero.
    pub fn sqrt(self) -> Option<Decimal> {
        if self.is_negative() {
            None
        } else {
            Decimal::finish(self.0.sqrt(PRECISION))
        }
    }

    /// e to the power of `self`; `None` on overflow.
    pub fn exp(self) -> Option<Decimal> {
        exponential(self.0)
    }

    /// Natural logarithm; `None` for zero and below.
    pub fn ln(self) -> Option<Decimal> {
        Decimal::finish(rounded(natural_logarithm(self.0)?))
    }
}

fn rounded(raw: Raw) -> Raw {
    raw.mul(Raw::ONE, PRECISION)
}

/// e^x = 10^k * e^(x - k ln 10), the second factor by its power series.
fn exponential(x: Raw) -> Option<Decimal> {
    let limit = Raw::from_integer(i128::from(EXP_LIMIT));
    if x.cmp_value(&limit).is_gt() {
        return None;
    }
    if x.cmp_value(&limit.negated()).is_lt() {
        return Some(Decimal::ZERO);
    }
    let k = nearest(x.div(LN10_HIGH, WORKING)?);
    let rest = x
        .sub(k.mul(LN10_HIGH, WORKING), WORKING)
        .sub(k.mul(LN10_LOW, WORKING), WORKING);
    let mut sum = Raw::ONE;
    let mut term = Raw::ONE;
    for n in 1_i128..80 {
        term = term.mul(rest, WORKING).div(Raw::from_integer(n), WORKING)?;
        if negligible(term, sum) {
            break;
        }
        sum = sum.add(term, WORKING);
    }
    sum.exponent += to_exponent(k);
    Decimal::finish(rounded(sum))
}

/// ln(m * 10^k) = 2 artanh((m-1)/(m+1)) + k ln 10, with m between 0.3 and 3.
fn natural_logarithm(x: Raw) -> Option<Raw> {
    if x.is_zero() || x.negative {
        return None;
    }
    let mut m = x;
    let mut k = x.adjusted();
    m.exponent -= k;
    if m.cmp_value(&Raw {
        negative: false,
        exponent: 0,
        coefficient: 3,
    })
    .is_gt()
    {
        m.exponent -= 1;
        k += 1;
    }
    let z = m.sub(Raw::ONE, WORKING).div(m.add(Raw::ONE, WORKING), WORKING)?;
    let square = z.mul(z, WORKING);
    let mut sum = z;
    let mut power = z;
    for n in 1_i128..120 {
        power = power.mul(square, WORKING);
        let term = power.div(Raw::from_integer(2 * n + 1), WORKING)?;
        if negligible(term, sum) {
            break;
        }
        sum = sum.add(term, WORKING);
    }
    let k = Raw::from_integer(i128::from(k));
    let tens = k.mul(LN10_LOW, WORKING).add(k.mul(LN10_HIGH, WORKING), WORKING);
    Some(sum.add(sum, WORKING).add(tens, WORKING))
}

fn negligible(term: Raw, sum: Raw) -> bool {
    term.is_zero() || term.adjusted() < sum.adjusted() - 40
}

fn nearest(x: Raw) -> Raw {
    if x.exponent >= 0 {
        x
    } else {
        x.quantize(0, Rounding::HalfEven)
    }
}

/// A whole number that is known to be small.
fn to_exponent(k: Raw) -> i32 {
    Decimal(k.stripped())
        .to_i64()
        .and_then(|it| i32::try_from(it).ok())
        .unwrap_or(0)
}
