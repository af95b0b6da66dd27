//! The free slots of one mentor, as far as matching counts them.

use jiff::Timestamp;

use super::FULL_AVAILABILITY_SLOTS;
use super::fixed::{FULL, share};
use crate::domain::slots::Slot;
use crate::domain::time::Zone;

/// The free slots of a mentor within the next [`AVAILABILITY_DAYS`](super::AVAILABILITY_DAYS).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct FreeSlots {
    count: u32,
    /// Where they are known one by one.
    starts: Vec<Timestamp>,
}

impl From<u32> for FreeSlots {
    /// So many, whenever they are.
    fn from(count: u32) -> Self {
        Self {
            count,
            starts: Vec::new(),
        }
    }
}

impl From<&[Slot]> for FreeSlots {
    fn from(slots: &[Slot]) -> Self {
        Self {
            count: u32::try_from(slots.len()).unwrap_or(u32::MAX),
            starts: slots.iter().map(|slot| slot.starts_at).collect(),
        }
    }
}

impl FreeSlots {
    /// How many there are.
    #[must_use]
    pub const fn count(&self) -> u32 {
        self.count
    }

    /// The raw score, in full from [`FULL_AVAILABILITY_SLOTS`] on.
    pub(super) fn score(count: u32) -> u32 {
        share(u64::from(count), u64::from(FULL_AVAILABILITY_SLOTS)).min(FULL)
    }

    /// How many start on each day of the week, Monday first, as the mentor's clock has it.
    pub(super) fn by_weekday(&self, zone: &Zone) -> [u32; 7] {
        let mut counts = [0; 7];
        for start in &self.starts {
            let day = zone.date(*start).weekday().to_monday_zero_offset();
            counts[usize::try_from(day).unwrap_or(0)] += 1;
        }
        counts
    }
}
