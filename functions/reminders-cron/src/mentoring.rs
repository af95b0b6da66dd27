//! Long-term mentoring: mentors who have not answered are followed by the next, the two of a match are asked how it
//! goes, and every match is judged once a day.

use shared::domain::mentoring::{MentoringRequest, Next};
use shared::state::AppState;
use shared::store::{self, Client, StoreError, Transaction};

/// How many portions are done at one firing: the next one goes on, and sessions wait for none of it.
const PORTIONS: usize = 20;

/// Does all of it; returns how much that was.
pub(crate) async fn look_after(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let moved = move_on(state, client).await?;
    let asked = ask(state, client).await?;
    judge(state, client).await?;
    Ok(moved + asked)
}

/// Moves on from every mentor who has not answered in time; returns how many requests that were.
async fn move_on(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut moved = 0;
    for _ in 0..PORTIONS {
        let tx = client.transaction();
        let overdue = store::mentoring::lock_overdue(&tx, now).await?;
        if overdue.is_empty() {
            break;
        }
        for request in overdue {
            moved += usize::from(move_one(&tx, state, request).await?);
        }
        tx.commit().await?;
    }
    Ok(moved)
}

/// Whether it had to move on; somebody may have answered until its row was held.
async fn move_one(
    tx: &Transaction<'_>,
    state: &AppState,
    request: MentoringRequest,
) -> Result<bool, StoreError> {
    let waiting = request.waiting();
    let available = store::mentoring::list_available(tx, request.mentee_id, &waiting).await?;
    let next = Next {
        available: &available,
        batch_id: state.clock.id(),
    };
    let Some((request, events)) = request.lapse(&next, state.clock.now()) else {
        return Ok(false);
    };
    store::mentoring::update(tx, &request).await?;
    store::outbox::append_all(tx, || state.clock.id(), state.clock.now(), events).await?;
    Ok(true)
}

/// Promises every mail that asks how it goes, or how it was; returns how many.
async fn ask(state: &AppState, client: &mut Client) -> Result<usize, StoreError> {
    let now = state.clock.now();
    let mut asked = 0;
    for _ in 0..PORTIONS {
        let tx = client.transaction();
        let due = store::mentorship::take_due_checks(&tx, now).await?;
        if due.is_empty() {
            break;
        }
        asked += due.len();
        store::outbox::append_all(&tx, || state.clock.id(), now, due).await?;
        tx.commit().await?;
    }
    Ok(asked)
}

/// Judges every match anew that was not judged for a day.
async fn judge(state: &AppState, client: &mut Client) -> Result<(), StoreError> {
    let now = state.clock.now();
    for _ in 0..PORTIONS {
        let tx = client.transaction();
        if store::mentorship::judge_due(&tx, now).await? == 0 {
            break;
        }
        tx.commit().await?;
    }
    Ok(())
}
