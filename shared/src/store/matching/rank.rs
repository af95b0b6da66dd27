//! Finds the exact best mentors, reading the schedules of only those who can still make the list.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::id::UserId;
use crate::domain::matching::{AVAILABILITY_DAYS, Ranking, Scored};
use crate::domain::slots::Slot;
use crate::domain::time::{Minutes, Span};
use crate::store::{Read, StoreError, schedule};

/// How many schedules are read at once.
const BATCH: usize = 24;
/// How many free slots are shown of each mentor.
const SHOWN: usize = 3;
/// The length that counts: an ordinary session.
const LENGTH: Minutes = Minutes(60);

/// The best mentors, best first, with their next free slots.
#[derive(Debug)]
pub struct Ranked {
    /// The best, the best first.
    pub best: Vec<Scored>,
    next_slots: HashMap<UserId, Vec<Slot>>,
}

impl Ranked {
    /// The next free slots of one of them.
    #[must_use]
    pub fn next_slots(&self, mentor: UserId) -> &[Slot] {
        self.next_slots.get(&mentor).map_or(&[], Vec::as_slice)
    }
}

/// Finds the best `limit` mentors for a mentee.
pub async fn rank(
    db: &impl Read,
    ranking: &Ranking<'_>,
    limit: usize,
    mentee: UserId,
    now: Timestamp,
) -> Result<Ranked, StoreError> {
    let within = Span::new(
        now,
        now + SignedDuration::from_hours(24 * i64::from(AVAILABILITY_DAYS)),
    );
    let mut shortlist = ranking.shortlist(limit);
    let mut next_slots = HashMap::new();
    loop {
        let batch = shortlist.next_batch(BATCH);
        if batch.is_empty() {
            return Ok(Ranked {
                best: shortlist.finish(),
                next_slots,
            });
        }
        for bookable in schedule::list(db, &batch, Some(mentee), within).await? {
            let mut free = bookable.schedule.slots(LENGTH, within, now);
            shortlist.offer(bookable.mentor, free.as_slice());
            free.truncate(SHOWN);
            next_slots.insert(bookable.mentor, free);
        }
    }
}
