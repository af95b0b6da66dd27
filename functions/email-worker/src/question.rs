//! Letters about quick questions, as they stand now.

use jiff::Timestamp;
use shared::domain::id::UserId;
use shared::domain::letter::QuestionNote;
use shared::domain::question::{Question, QuestionNews, QuestionStatus, QuestionTurn};
use shared::store::{self, Read, StoreError};

/// Writes the letter that a piece of news asks for, if it is still true.
pub(crate) async fn letter(
    db: &impl Read,
    news: QuestionNews,
    now: Timestamp,
) -> Result<Option<QuestionNote>, StoreError> {
    let Some(question) = store::question::find(db, news.question_id).await? else {
        return Ok(None);
    };
    // What time has done to it since is another piece of news.
    let question = question.at(now).0;
    if !is_still_true(news, &question) {
        return Ok(None);
    }
    let other = match named(news, &question) {
        Some(person) => Some(name_of(db, person).await?),
        None => None,
    };
    Ok(Some(QuestionNote {
        turn: news.turn,
        question_id: question.id,
        about: about(news, &question),
        other,
        rating: question.rating,
        reason: question.removed_reason,
        title: question.wording.title,
    }))
}

/// Who has done it, where the reader may know them: whoever asks is nobody's business before a mentor has claimed.
fn named(news: QuestionNews, question: &Question) -> Option<UserId> {
    match news.turn {
        QuestionTurn::Claimed | QuestionTurn::Answered => question.mentor_id,
        QuestionTurn::Escalated if news.recipient_id == question.mentee_id => question.mentor_id,
        QuestionTurn::Replied | QuestionTurn::Escalated => Some(question.mentee_id),
        QuestionTurn::Returned
        | QuestionTurn::Lapsed
        | QuestionTurn::PassedOn
        | QuestionTurn::Completed
        | QuestionTurn::Closed
        | QuestionTurn::Rated
        | QuestionTurn::Expired
        | QuestionTurn::Offered
        | QuestionTurn::Removed => None,
    }
}

/// Whose words or name a letter holds, beside its reader's own: with them it goes.
fn about(news: QuestionNews, question: &Question) -> Option<UserId> {
    if news.recipient_id == question.mentee_id {
        named(news, question)
    } else {
        Some(question.mentee_id)
    }
}

fn is_still_true(news: QuestionNews, question: &Question) -> bool {
    let status = question.status;
    let is_with_reader = question.mentor_id == Some(news.recipient_id);
    match news.turn {
        QuestionTurn::Claimed => status == QuestionStatus::Claimed,
        QuestionTurn::Answered => {
            matches!(status, QuestionStatus::Answered | QuestionStatus::Completed)
        }
        QuestionTurn::Replied => is_with_reader && status.is_held(),
        QuestionTurn::Returned | QuestionTurn::Offered => status == QuestionStatus::Open,
        QuestionTurn::Lapsed | QuestionTurn::PassedOn => {
            !is_with_reader && status != QuestionStatus::Removed
        }
        QuestionTurn::Completed => is_with_reader && status == QuestionStatus::Completed,
        QuestionTurn::Closed => status == QuestionStatus::Completed && question.rating.is_none(),
        QuestionTurn::Rated => {
            is_with_reader && status == QuestionStatus::Completed && question.rating.is_some()
        }
        QuestionTurn::Escalated => {
            question.has_participant(news.recipient_id) && question.awaits_booking()
        }
        QuestionTurn::Expired => status == QuestionStatus::Expired,
        QuestionTurn::Removed => status == QuestionStatus::Removed,
    }
}

async fn name_of(db: &impl Read, person: UserId) -> Result<String, StoreError> {
    let found = store::notification::list_readers(db, &[person]).await?;
    Ok(found
        .first()
        .map_or_else(String::new, |reader| reader.person().shown_name()))
}
