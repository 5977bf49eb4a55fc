//! The 256-bit whole numbers between two roundings.

use super::raw::{digits as digits_of, pow10};

const LOW: u128 = 0xffff_ffff_ffff_ffff;
const BASE: u128 = 1 << 64;

/// `high * 2^128 + low`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wide {
    high: u128,
    low: u128,
}

impl Wide {
    pub(super) const fn new(low: u128) -> Wide {
        Wide { high: 0, low }
    }

    pub(super) fn product(a: u128, b: u128) -> Wide {
        let (a1, a0, b1, b0) = (a >> 64, a & LOW, b >> 64, b & LOW);
        let (p00, p01, p10, p11) = (a0 * b0, a0 * b1, a1 * b0, a1 * b1);
        let middle = (p00 >> 64) + (p01 & LOW) + (p10 & LOW);
        Wide {
            high: p11 + (p01 >> 64) + (p10 >> 64) + (middle >> 64),
            low: (p00 & LOW) | (middle << 64),
        }
    }

    /// The value when it fits 128 bits, else the largest such value; callers know that it fits.
    pub(super) fn narrow(self) -> u128 {
        if self.high == 0 { self.low } else { u128::MAX }
    }

    pub(super) fn is_zero(self) -> bool {
        self.high == 0 && self.low == 0
    }

    pub(super) fn add(self, other: Wide) -> Wide {
        let (low, carry) = self.low.overflowing_add(other.low);
        Wide {
            high: self.high.wrapping_add(other.high).wrapping_add(u128::from(carry)),
            low,
        }
    }

    /// `self - other`, where `other` is not greater.
    pub(super) fn sub(self, other: Wide) -> Wide {
        let (low, borrow) = self.low.overflowing_sub(other.low);
        Wide {
            high: self.high.wrapping_sub(other.high).wrapping_sub(u128::from(borrow)),
            low,
        }
    }

    /// Quotient and remainder; the divisor is not zero.
    pub(super) fn div_rem(self, divisor: u128) -> (Wide, u128) {
        let (low, rest) = divide_double(self.high % divisor, self.low, divisor);
        (
            Wide {
                high: self.high / divisor,
                low,
            },
            rest,
        )
    }

    /// Times ten to the power, which the caller keeps within 77 digits in all.
    pub(super) fn times_pow10(self, power: u32) -> Wide {
        let mut it = self;
        let mut left = power;
        while left > 0 {
            let step = left.min(38);
            let factor = pow10(step);
            let mut next = Wide::product(it.low, factor);
            next.high = next.high.wrapping_add(it.high.wrapping_mul(factor));
            it = next;
            left -= step;
        }
        it
    }

    /// Number of decimal digits, 0 for zero.
    pub(super) fn digits(self) -> u32 {
        if self.high == 0 {
            return digits_of(self.low);
        }
        38 + digits_of(self.div_rem(pow10(38)).0.narrow())
    }
}

/// `(high * 2^128 + low) / divisor` with `high < divisor`: two steps of schoolbook division in base 2^64.
fn divide_double(high: u128, low: u128, divisor: u128) -> (u128, u128) {
    if high == 0 {
        return (low / divisor, low % divisor);
    }
    let shift = divisor.leading_zeros();
    let v = divisor << shift;
    let top = if shift == 0 {
        high
    } else {
        (high << shift) | (low >> (128 - shift))
    };
    let rest = low << shift;
    let (q1, r1) = divide_step(top, rest >> 64, v);
    let (q0, r0) = divide_step(r1, rest & LOW, v);
    ((q1 << 64) | q0, r0 >> shift)
}

/// One digit of base 2^64: `(top * 2^64 + next) / v`, where `v` has its highest bit set and `top < v`.
fn divide_step(top: u128, next: u128, v: u128) -> (u128, u128) {
    let (v1, v0) = (v >> 64, v & LOW);
    let mut q = top / v1;
    let mut rest = top % v1;
    while q >= BASE || q * v0 > ((rest << 64) | next) {
        q -= 1;
        rest += v1;
        if rest >= BASE {
            break;
        }
    }
    let remainder = (top << 64).wrapping_add(next).wrapping_sub(q.wrapping_mul(v));
    (q, remainder)
}
