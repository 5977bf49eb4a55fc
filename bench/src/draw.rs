//! Numbers that look drawn and are the same in every run.

/// A generator of its own for each case.
#[derive(Clone, Debug)]
pub struct Draw(u64);

impl Draw {
    /// For one case.
    pub fn of(seed: u64, number: u64) -> Draw {
        let mut it = Draw(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        it.next();
        it
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut it = self.0;
        it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        it ^ (it >> 31)
    }

    /// Below a bound.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    /// One of several.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let at = self.below(u64::try_from(of.len()).unwrap_or(1));
        of.get(usize::try_from(at).unwrap_or(0))
    }
}
