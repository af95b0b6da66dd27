//! The open questions in the order in which they fit a mentor.
//!
//! How well they fit is found out anew for each page, of so many questions that a page stays cheap: a cursor names the
//! question it goes on behind, and that question is ranked with the others.

use std::cmp::Reverse;

use jiff::Timestamp;
use shared::domain::id::QuestionId;
use shared::domain::id::{Id, UserId};
use shared::domain::matching::{Catalog, Posed};
use shared::domain::page::{Cursor, Page, PageRequest};
use shared::domain::question::{Question, QuestionError};
use shared::domain::score::Thousandths;
use shared::domain::user::Actor;
use shared::http::{ApiError, AppState, CatalogCache, Problems};
use shared::store::question::Waiting;
use shared::store::{self, Client, StoreError};

/// How many open questions are looked at from each end, the newest and the oldest: comparing them is what a page costs.
const CONSIDERED: i64 = 300;

/// A question with how well it fits; nothing is known of mentors who cannot be matched.
type Fitting = (Question, Option<Thousandths>);

/// What the list is sorted by: the best fit first, then the newest; what is not known fits worst.
type Key = (
    Reverse<Option<Thousandths>>,
    Reverse<(Timestamp, QuestionId)>,
);

/// Lists a page of the open questions, those that fit best first.
pub(crate) async fn list_ranked(
    state: &AppState,
    cache: &CatalogCache,
    client: &Client,
    (actor, page): (Actor, PageRequest),
) -> Result<Page<Fitting>, ApiError> {
    actor.require_ready()?;
    let (model, now) = (state.bedrock.embedding_model(), state.clock.now());
    let (is_approved, revision, waiting, last) = futures_util::try_join!(
        store::question::is_approved(client, actor.id),
        store::catalog::revision(client),
        store::question::list_waiting(client, (actor.id, model), CONSIDERED, now),
        find_last(client, page.after, model),
    )?;
    if !is_approved {
        return Err(QuestionError::NotApproved.into());
    }
    if page.after.is_some() && last.is_none() {
        let message = "is not a cursor of this list: start again without it";
        return Err(Problems::of("cursor", "invalid_cursor", message).into());
    }
    let catalog = cache.at(revision, client, model).await?;
    let behind = last.map(|last| key(&fitting(&catalog, actor.id, last)));
    let mut order: Vec<Fitting> = waiting
        .into_iter()
        .map(|waiting| fitting(&catalog, actor.id, waiting))
        .filter(|found| behind.is_none_or(|behind| key(found) > behind))
        .collect();
    order.sort_by_key(key);
    let open = order
        .into_iter()
        .map(|(question, fit)| (question.at(now).0, fit));
    Ok(Page::from_rows(
        open.collect(),
        page.limit,
        |(question, _)| Cursor {
            at: question.created_at,
            id: question.id.uuid(),
        },
    ))
}

/// The question behind which a page goes on.
async fn find_last(
    client: &Client,
    after: Option<Cursor>,
    model: Option<&str>,
) -> Result<Option<Waiting>, StoreError> {
    match after {
        None => Ok(None),
        Some(cursor) => store::question::find_waiting(client, cursor.id.into(), model).await,
    }
}

/// A mentor who cannot be matched, because they take a break, gets the newest first.
fn fitting(catalog: &Catalog, mentor: UserId, waiting: Waiting) -> Fitting {
    let wording = &waiting.question.wording;
    let posed = Posed {
        title: &wording.title,
        text: &wording.text,
        topics: &wording.topics,
        meaning: waiting.meaning,
    };
    let fit = catalog.fit(mentor, &posed);
    (waiting.question, fit)
}

fn key((question, fit): &Fitting) -> Key {
    (Reverse(*fit), Reverse((question.created_at, question.id)))
}
