//! Finds the exact best mentors, reading the schedules of only those who can still make the list.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use crate::domain::id::UserId;
use crate::domain::matching::{AVAILABILITY_DAYS, FreeSlots, Program, Ranking, Remembered, Scored};
use crate::domain::slots::Slot;
use crate::domain::time::{Minutes, Span};
use crate::store::{Read, StoreError, schedule};

/// How many schedules are read at once.
const BATCH: usize = 24;
/// How many free slots are shown of each mentor.
const SHOWN: usize = 3;
/// The length that counts: an ordinary session.
const LENGTH: Minutes = Minutes(60);

/// The next free slots of mentors.
#[derive(Debug, Default)]
pub struct NextSlots(HashMap<UserId, Vec<Slot>>);

/// The best mentors, best first, with their next free slots.
#[derive(Debug)]
pub struct Ranked {
    /// The best, the best first.
    pub best: Vec<Scored>,
    /// When each of them can be booked next.
    pub next_slots: NextSlots,
    /// What the answer rests on, as far as it is worth remembering.
    pub remembered: Option<Remembered>,
}

impl NextSlots {
    /// Those of one mentor.
    #[must_use]
    pub fn of(&self, mentor: UserId) -> &[Slot] {
        self.0.get(&mentor).map_or(&[], Vec::as_slice)
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
    let within = ahead(now);
    let mut shortlist = ranking.shortlist(limit);
    let mut next_slots = NextSlots::default();
    loop {
        let batch = shortlist.next_batch(BATCH);
        if batch.is_empty() {
            return Ok(Ranked {
                remembered: shortlist.remembered(),
                best: shortlist.finish(),
                next_slots,
            });
        }
        for bookable in schedule::list(db, &batch, Some(mentee), within).await? {
            let mut free = bookable.schedule.slots(LENGTH, within, now);
            shortlist.offer(bookable.mentor, free.as_slice());
            free.truncate(SHOWN);
            next_slots.0.insert(bookable.mentor, free);
        }
    }
}

/// Looks again at the slots that an answer of before rests on; `None` when it would be another one now.
pub async fn recheck(
    db: &impl Read,
    remembered: &Remembered,
    program: &Program,
    mentee: UserId,
    now: Timestamp,
) -> Result<Option<NextSlots>, StoreError> {
    let within = ahead(now);
    let (mut next_slots, mut all) = (NextSlots::default(), HashMap::new());
    for bookable in schedule::list(db, &remembered.people(), Some(mentee), within).await? {
        let mut free = bookable.schedule.slots(LENGTH, within, now);
        all.insert(bookable.mentor, FreeSlots::from(free.as_slice()));
        free.truncate(SHOWN);
        next_slots.0.insert(bookable.mentor, free);
    }
    Ok(remembered.holds(program, &all).then_some(next_slots))
}

/// The time in which free slots count.
fn ahead(now: Timestamp) -> Span {
    let days = SignedDuration::from_hours(24 * i64::from(AVAILABILITY_DAYS));
    Span::new(now, now + days)
}
