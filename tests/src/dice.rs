//! Chance that falls the same way in every run (`SplitMix64`).

/// A source of numbers that look random.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// A number decides all that follow.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, or 0 when there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let rest = (mixed ^ (mixed >> 31)) % u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(rest).unwrap_or(0)
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Some different ones of several, in their order.
    pub fn pick_some<'a, T>(&mut self, from: &'a [T], count: usize) -> Vec<&'a T> {
        let mut left = count.min(from.len());
        let mut picked = Vec::with_capacity(left);
        for (index, entry) in from.iter().enumerate() {
            if self.below(from.len() - index) < left {
                picked.push(entry);
                left -= 1;
            }
        }
        picked
    }
}
