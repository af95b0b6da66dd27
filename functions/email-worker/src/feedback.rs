//! Letters about feedback: who is asked for it, whose is kept, and what a mentor can read.

use shared::domain::event::Event;
use shared::domain::feedback::Feedback;
use shared::domain::letter::{Asking, FeedbackNote, Side};
use shared::domain::session::SessionStatus;
use shared::store::{self, Read, StoreError};

use crate::look::{Meeting, Present};

/// Writes the letter that an event asks for, if it is still true. Who has said how it was is not asked any more.
pub(crate) async fn letter(
    db: &impl Read,
    event: &Event,
    present: &Present,
) -> Result<Option<FeedbackNote>, StoreError> {
    if let Event::FeedbackPublished {
        session_id: None, ..
    } = event
    {
        return Ok(Some(of_many()));
    }
    let reader = present.reader.id;
    let Some((meeting, to)) = present.meeting.as_ref().zip(present.side_of(reader)) else {
        return Ok(None);
    };
    let author = match event {
        Event::FeedbackPublished { .. } => meeting.mentee.id,
        _ => reader,
    };
    let found = store::feedback::find(db, meeting.session.id, author).await?;
    let is_completed = meeting.session.status == SessionStatus::Completed;
    Ok(match (event, found) {
        (Event::SessionCompleted { .. }, None) if is_completed => {
            Some(about(Asking::Wanted, meeting, to))
        }
        (Event::FeedbackGiven { .. }, Some(given)) => Some(FeedbackNote {
            is_anonymous: given.opinion.is_anonymous,
            until: Some(given.editable_until()),
            ..about(Asking::Given, meeting, to)
        }),
        (Event::FeedbackPublished { .. }, Some(given)) if is_readable(&given) => {
            Some(about(Asking::Published, meeting, to))
        }
        _ => None,
    })
}

/// Whether everybody can read it, with its author's name.
const fn is_readable(given: &Feedback) -> bool {
    given.is_public() && !given.opinion.is_anonymous
}

fn about(asking: Asking, meeting: &Meeting, to: Side) -> FeedbackNote {
    let other = match to {
        Side::Mentor => &meeting.mentee,
        Side::Mentee => &meeting.mentor,
    };
    FeedbackNote {
        asking,
        other: Some(other.person().shown_name()),
        about: Some(other.id),
        to,
        is_anonymous: false,
        until: None,
        path: format!("/sessions/{}/feedback", meeting.session.id),
    }
}

/// Several people, and nothing that would tell who.
fn of_many() -> FeedbackNote {
    FeedbackNote {
        asking: Asking::Published,
        other: None,
        about: None,
        to: Side::Mentor,
        is_anonymous: true,
        until: None,
        path: "/profile/feedback".to_owned(),
    }
}
