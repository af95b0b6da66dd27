//! The best of some pairs.

use std::cmp::Reverse;

/// Best first, equals by mentor.
pub(super) fn order((mentor, score): (u32, i32)) -> (Reverse<i32>, u32) {
    (Reverse(score), mentor)
}

/// The score above those that a row has beside its best.
pub(super) fn above_rest(best: &[(u32, i32)], all: usize) -> i32 {
    if best.len() == all {
        return i32::MIN;
    }
    let least = best.iter().map(|(_, score)| *score).min();
    least.map_or(i32::MIN, |least| least.saturating_add(1))
}

/// The `count` first by a key.
pub(super) fn top<T: Copy, K: Ord>(all: &mut [T], count: usize, key: impl Fn(&T) -> K) -> Vec<T> {
    if all.len() <= count {
        return all.to_vec();
    }
    all.select_nth_unstable_by_key(count, key);
    all[..count].to_vec()
}
