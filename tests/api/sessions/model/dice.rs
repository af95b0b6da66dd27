//! Chance that falls the same way in every run (`SplitMix64`).

pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0xD129_0B54_5C1F_3C6D))
    }

    /// From 0 up to, but not including, `end`.
    pub(super) fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let rest = (mixed ^ (mixed >> 31)) % u64::try_from(end).unwrap();
        i64::try_from(rest).unwrap()
    }

    pub(super) fn percent(&mut self, chance: i64) -> bool {
        self.below(100) < chance
    }

    pub(super) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        let index = self.below(i64::try_from(choices.len()).unwrap());
        choices[usize::try_from(index).unwrap()]
    }
}
