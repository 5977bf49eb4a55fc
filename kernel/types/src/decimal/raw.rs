//! Sign, coefficient, exponent, and the arithmetic on them at a chosen precision of at most 38 digits.

use std::cmp::Ordering;

use super::Rounding;
use super::wide::Wide;

/// The most digits that a coefficient may have: 10^38 still fits 128 bits.
pub(super) const WORKING: u32 = 38;

/// `coefficient * 10^exponent`, negated when `negative`. Zero is never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Raw {
    pub(super) negative: bool,
    pub(super) exponent: i32,
    pub(super) coefficient: u128,
}

/// An unrounded result; `inexact` says that something not zero follows the last digit of `value`.
struct Unrounded {
    negative: bool,
    value: Wide,
    exponent: i32,
    inexact: bool,
}

impl Raw {
    pub(super) const ZERO: Raw = Raw {
        negative: false,
        exponent: 0,
        coefficient: 0,
    };
    pub(super) const ONE: Raw = Raw {
        negative: false,
        exponent: 0,
        coefficient: 1,
    };

    pub(super) fn from_integer(value: i128) -> Raw {
        Raw::from_digits(value < 0, value.unsigned_abs(), 0)
    }

    /// A number of up to 39 digits, rounded to 34.
    pub(super) fn from_digits(negative: bool, coefficient: u128, exponent: i32) -> Raw {
        Unrounded {
            negative,
            value: Wide::new(coefficient),
            exponent,
            inexact: false,
        }
        .round(super::PRECISION)
    }

    pub(super) fn negated(self) -> Raw {
        Raw {
            negative: !self.negative && self.coefficient != 0,
            ..self
        }
    }

    pub(super) fn is_zero(self) -> bool {
        self.coefficient == 0
    }

    /// Exponent of the leading digit.
    pub(super) fn adjusted(self) -> i32 {
        self.exponent + places(digits(self.coefficient)) - 1
    }

    pub(super) fn add(self, other: Raw, precision: u32) -> Raw {
        if self.is_zero() || other.is_zero() {
            let it = if self.is_zero() { other } else { self };
            return Unrounded {
                negative: it.negative,
                value: Wide::new(it.coefficient),
                exponent: it.exponent,
                inexact: false,
            }
            .round(precision);
        }
        let (high, low) = if self.exponent >= other.exponent {
            (self, other)
        } else {
            (other, self)
        };
        let gap = high.exponent.abs_diff(low.exponent);
        let shift = gap.min(76 - digits(high.coefficient));
        let a = Wide::new(high.coefficient).times_pow10(shift);
        // Below the 76th digit only "something is there" matters.
        let (b, inexact) = cut(low.coefficient, gap - shift);
        let exponent = high.exponent - places(shift);
        let sum = if high.negative == low.negative {
            Unrounded {
                negative: high.negative,
                value: a.add(b),
                exponent,
                inexact,
            }
        } else if a > b {
            let borrow = Wide::new(u128::from(inexact));
            Unrounded {
                negative: high.negative,
                value: a.sub(b).sub(borrow),
                exponent,
                inexact,
            }
        } else {
            Unrounded {
                negative: low.negative,
                value: b.sub(a),
                exponent,
                inexact,
            }
        };
        sum.round(precision)
    }

    pub(super) fn sub(self, other: Raw, precision: u32) -> Raw {
        self.add(other.negated(), precision)
    }

    pub(super) fn mul(self, other: Raw, precision: u32) -> Raw {
        Unrounded {
            negative: self.negative != other.negative,
            value: Wide::product(self.coefficient, other.coefficient),
            exponent: self.exponent + other.exponent,
            inexact: false,
        }
        .round(precision)
    }

    pub(super) fn div(self, other: Raw, precision: u32) -> Option<Raw> {
        if other.is_zero() {
            return None;
        }
        let shift = 76 - digits(self.coefficient);
        let (value, rest) = Wide::new(self.coefficient).times_pow10(shift).div_rem(other.coefficient);
        let exponent = self.exponent - other.exponent - places(shift);
        Some(
            Unrounded {
                negative: self.negative != other.negative,
                value,
                exponent,
                inexact: rest != 0,
            }
            .round(precision),
        )
    }

    /// Exact remainder with the sign of `self`.
    pub(super) fn rem(self, other: Raw) -> Option<Raw> {
        if other.is_zero() {
            return None;
        }
        if self.adjusted() < other.adjusted() {
            return Some(self);
        }
        let gap = self.exponent.abs_diff(other.exponent);
        let (coefficient, exponent) = if self.exponent >= other.exponent {
            let power = pow10_modulo(gap, other.coefficient);
            (
                multiply_modulo(self.coefficient % other.coefficient, power, other.coefficient),
                other.exponent,
            )
        } else {
            // `other` has no more digits than `self` here, so the shifted coefficient fits.
            (self.coefficient % other.coefficient.saturating_mul(pow10(gap)), self.exponent)
        };
        Some(Raw {
            negative: self.negative && coefficient != 0,
            exponent,
            coefficient,
        })
    }

    /// Square root of a number that is not negative.
    pub(super) fn sqrt(self, precision: u32) -> Raw {
        if self.is_zero() {
            return Raw::ZERO;
        }
        let full = 76 - digits(self.coefficient);
        let odd = (self.exponent - places(full)).rem_euclid(2) == 1;
        let shift = if odd { full - 1 } else { full };
        let square = Wide::new(self.coefficient).times_pow10(shift);
        let root = integer_root(square);
        let inexact = Wide::product(root, root) != square;
        let exponent = (self.exponent - places(shift)) / 2;
        Unrounded {
            negative: false,
            value: Wide::new(root),
            exponent,
            inexact,
        }
        .round(precision)
    }

    /// Rounds to a multiple of `10^target`, which is above the present exponent.
    pub(super) fn quantize(self, target: i32, rounding: Rounding) -> Raw {
        let drop = target.abs_diff(self.exponent);
        let (quotient, against_half, exact) = split(Wide::new(self.coefficient), drop, false);
        let quotient = quotient.narrow();
        let up = match rounding {
            Rounding::HalfEven => against_half.is_gt() || (against_half.is_eq() && quotient % 2 == 1),
            Rounding::HalfUp => against_half.is_ge(),
            Rounding::HalfDown => against_half.is_gt(),
            Rounding::Up => !exact,
            Rounding::Down => false,
            Rounding::Floor => !exact && self.negative,
            Rounding::Ceiling => !exact && !self.negative,
        };
        let coefficient = quotient + u128::from(up);
        if coefficient == 0 {
            Raw::ZERO
        } else {
            Raw {
                negative: self.negative,
                exponent: target,
                coefficient,
            }
        }
    }

    /// The same value without trailing zeros in the coefficient.
    pub(super) fn stripped(mut self) -> Raw {
        if self.coefficient == 0 {
            return Raw::ZERO;
        }
        for step in [16_u32, 8, 4, 2, 1, 1] {
            while self.coefficient.is_multiple_of(pow10(step)) {
                self.coefficient /= pow10(step);
                self.exponent += places(step);
            }
        }
        self
    }

    pub(super) fn cmp_value(&self, other: &Raw) -> Ordering {
        match (self.sign(), other.sign()) {
            (a, b) if a != b => a.cmp(&b),
            (-1, _) => other.cmp_magnitude(self),
            (0, _) => Ordering::Equal,
            _ => self.cmp_magnitude(other),
        }
    }

    fn sign(&self) -> i8 {
        match (self.coefficient, self.negative) {
            (0, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        }
    }

    fn cmp_magnitude(&self, other: &Raw) -> Ordering {
        let level = |it: &Raw| it.coefficient * pow10(WORKING - digits(it.coefficient));
        self.adjusted()
            .cmp(&other.adjusted())
            .then_with(|| level(self).cmp(&level(other)))
    }
}

impl Unrounded {
    /// The nearest number of so many digits, a tie to the even one.
    fn round(self, precision: u32) -> Raw {
        let length = self.value.digits();
        if length <= precision {
            // Only exact results are this short: inexact ones come with 76 digits or (roots) 38.
            let coefficient = self.value.narrow();
            return Raw {
                negative: self.negative && coefficient != 0,
                exponent: self.exponent,
                coefficient,
            };
        }
        let drop = length - precision;
        let (quotient, against_half, _) = split(self.value, drop, self.inexact);
        let quotient = quotient.narrow();
        let up = against_half.is_gt() || (against_half.is_eq() && quotient % 2 == 1);
        let coefficient = quotient + u128::from(up);
        let exponent = self.exponent + places(drop);
        if coefficient == pow10(precision) {
            return Raw {
                negative: self.negative,
                exponent: exponent + 1,
                coefficient: coefficient / 10,
            };
        }
        Raw {
            negative: self.negative,
            exponent,
            coefficient,
        }
    }
}

/// Number of decimal digits, 0 for zero.
pub(super) fn digits(value: u128) -> u32 {
    value.checked_ilog10().map_or(0, |it| it + 1)
}

/// Ten to a power of at most 38; larger ones give the largest value.
pub(super) fn pow10(power: u32) -> u128 {
    10_u128.checked_pow(power).unwrap_or(u128::MAX)
}

/// A small count of digits as an exponent.
pub(super) fn places(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Cuts off so many digits: the quotient, how the cut part compares with a half, and whether nothing was cut.
fn split(value: Wide, drop: u32, inexact: bool) -> (Wide, Ordering, bool) {
    if drop > 77 {
        return (Wide::new(0), Ordering::Less, value.is_zero() && !inexact);
    }
    let early = drop.saturating_sub(WORKING);
    let (value, early_rest) = cut_wide(value, early);
    let late = pow10(drop - early);
    let (quotient, rest) = value.div_rem(late);
    let below = inexact || early_rest;
    let against_half = (rest * 2)
        .cmp(&late)
        .then(if below { Ordering::Greater } else { Ordering::Equal });
    (quotient, against_half, rest == 0 && !below)
}

fn cut(value: u128, drop: u32) -> (Wide, bool) {
    if drop > WORKING {
        return (Wide::new(0), value != 0);
    }
    cut_wide(Wide::new(value), drop)
}

fn cut_wide(value: Wide, drop: u32) -> (Wide, bool) {
    if drop == 0 {
        return (value, false);
    }
    let (first, first_rest) = value.div_rem(pow10(drop.min(WORKING)));
    let (second, second_rest) = first.div_rem(pow10(drop - drop.min(WORKING)));
    (second, first_rest != 0 || second_rest != 0)
}

fn multiply_modulo(a: u128, b: u128, modulus: u128) -> u128 {
    Wide::product(a, b).div_rem(modulus).1
}

fn pow10_modulo(power: u32, modulus: u128) -> u128 {
    let mut result = 1 % modulus;
    let mut base = 10 % modulus;
    let mut left = power;
    while left > 0 {
        if left % 2 == 1 {
            result = multiply_modulo(result, base, modulus);
        }
        base = multiply_modulo(base, base, modulus);
        left /= 2;
    }
    result
}

/// The largest whole number whose square is not above a value of at most 76 digits; Newton from above.
fn integer_root(square: Wide) -> u128 {
    let mut root = pow10(WORKING);
    loop {
        let next = (root + square.div_rem(root).0.narrow()) / 2;
        if next >= root {
            return root;
        }
        root = next;
    }
}
