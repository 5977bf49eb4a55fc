//! Chance that repeats: splitmix64, a stream for each purpose, so that nothing depends on what was drawn before it elsewhere.

/// A stream of chance.
#[derive(Clone, Debug)]
pub(crate) struct Draw(u64);

impl Draw {
    /// The stream of a seed, a purpose and a number.
    pub(crate) fn of(seed: u64, purpose: &str, number: usize) -> Draw {
        let mut mixed = seed;
        for byte in purpose.bytes() {
            mixed = scramble(mixed ^ u64::from(byte));
        }
        Draw(scramble(mixed ^ u64::try_from(number).unwrap_or(u64::MAX)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        scramble(self.0)
    }

    /// In [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.next() >> 32).unwrap_or(0)) / 4_294_967_296.0
    }

    /// In [low, high).
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + self.unit() * (high - low)
    }

    /// Whether something of that chance happens.
    pub(crate) fn chance(&mut self, share: f64) -> bool {
        self.unit() < share
    }

    /// In 0..n; 0 for nothing to choose from.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        let n = u64::try_from(n).unwrap_or(1).max(1);
        usize::try_from(self.next() % n).unwrap_or(0)
    }

    /// One of several.
    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        all.get(self.below(all.len()))
    }

    /// The place of one of several, in proportion to the weights.
    pub(crate) fn weighted(&mut self, weights: impl Iterator<Item = f64> + Clone) -> usize {
        let mut left = self.unit() * weights.clone().sum::<f64>();
        for (at, weight) in weights.enumerate() {
            left -= weight;
            if left < 0.0 {
                return at;
            }
        }
        0
    }

    /// Around 0 with spread 1, from -6 to 6: the sum of twelve.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

fn scramble(seed: u64) -> u64 {
    let mut it = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    it = (it ^ (it >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    it = (it ^ (it >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    it ^ (it >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_and_keeps_the_proportions() {
        assert_eq!(Draw::of(1, "a", 2).next(), Draw::of(1, "a", 2).next());
        assert_ne!(Draw::of(1, "a", 2).next(), Draw::of(1, "b", 2).next());
        let mut draw = Draw::of(7, "test", 0);
        let mut counts = [0; 3];
        for _ in 0..10_000 {
            counts[draw.weighted([1.0, 0.0, 3.0].into_iter())] += 1;
        }
        assert!((2_300..2_700).contains(&counts[0]) && counts[1] == 0, "{counts:?}");
        let mean: f64 = (0..10_000).map(|_| draw.normal()).sum::<f64>() / 10_000.0;
        assert!(mean.abs() < 0.05, "{mean}");
        assert_eq!(draw.pick::<u8>(&[]), None);
    }
}
