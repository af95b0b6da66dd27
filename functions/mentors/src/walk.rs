//! From a question to a page. Who has time is not known to the database: mentors who may have are read in the order of
//! the list, some at a time, and their slots decide, until the page is full or enough have been looked at.

use std::collections::HashSet;

use jiff::Timestamp;
use shared::domain::id::UserId;
use shared::domain::search::{Free, Place};
use shared::store::mentor::MentorCard;
use shared::store::search::{Counts, Part};
use shared::store::{self, Client, StoreError};

use crate::query::Question;

/// How often more mentors are read for one page.
const ROUNDS: u32 = 4;
/// How many are read at first; each time twice as many.
const FEW: i64 = 25;
/// How many are read at once.
const MANY: i64 = 200;

/// Part of what was found.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) mentors: Vec<(MentorCard, Place)>,
    pub(crate) next: Option<Place>,
    pub(crate) counts: Option<Counts>,
}

impl Page {
    /// Cuts a page off what may be more, and remembers where it ends.
    fn cut(&mut self, limit: i64) {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        if self.mentors.len() > limit {
            self.mentors.truncate(limit);
            self.next = self.mentors.last().map(|(_, place)| place.clone());
        }
    }
}

/// Reads a page.
pub(crate) async fn page(
    client: &Client,
    question: &Question,
    now: Timestamp,
) -> Result<Page, StoreError> {
    match question.search.free {
        None => page_of_all(client, question).await,
        Some(free) => page_of_free(client, question, free, now).await,
    }
}

async fn page_of_all(client: &Client, question: &Question) -> Result<Page, StoreError> {
    let part = Part {
        search: &question.search,
        after: question.after.as_ref(),
        limit: question.limit + 1,
        is_counted: question.is_counted,
    };
    let found = store::search::list(client, part).await?;
    let mut page = Page {
        mentors: found.mentors,
        next: None,
        counts: found.counts,
    };
    page.cut(question.limit);
    Ok(page)
}

async fn page_of_free(
    client: &Client,
    question: &Question,
    free: Free,
    now: Timestamp,
) -> Result<Page, StoreError> {
    let mut page = Page {
        next: question.after.clone(),
        ..Page::default()
    };
    for round in 0..ROUNDS {
        let after = page.next.take();
        let part = Part {
            search: &question.search,
            after: after.as_ref(),
            limit: ((question.limit + 1).max(FEW) << round).min(MANY),
            is_counted: question.is_counted && round == 0,
        };
        let found = store::search::list(client, part).await?;
        page.counts = page.counts.or(found.counts);
        let is_end = i64::try_from(found.mentors.len()).is_ok_and(|count| count < part.limit);
        let last = found.mentors.last().map(|(_, place)| place.clone());
        let with_time = with_time(client, &found.mentors, free, now).await?;
        let mentors = found.mentors.into_iter();
        page.mentors
            .extend(mentors.filter(|(card, _)| with_time.contains(&card.id)));
        page.next = last.filter(|_| !is_end);
        page.cut(question.limit);
        if page.next.is_none() || is_full(&page, question.limit) {
            break;
        }
    }
    Ok(page)
}

fn is_full(page: &Page, limit: i64) -> bool {
    i64::try_from(page.mentors.len()).is_ok_and(|found| found >= limit)
}

/// Asks the schedules which of some mentors can be booked, by anybody who has time.
async fn with_time(
    client: &Client,
    mentors: &[(MentorCard, Place)],
    free: Free,
    now: Timestamp,
) -> Result<HashSet<UserId>, StoreError> {
    let ids: Vec<UserId> = mentors.iter().map(|(card, _)| card.id).collect();
    let bookable = store::schedule::list(client, &ids, None, free.within).await?;
    let has_time = bookable.into_iter().filter(|bookable| {
        let slot = bookable
            .schedule
            .first_slot(free.duration, free.within, now);
        slot.is_some()
    });
    Ok(has_time.map(|bookable| bookable.mentor).collect())
}
