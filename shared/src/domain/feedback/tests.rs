//! The rules of feedback.

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::*;
use crate::domain::session::{Payment, SessionRequest};
use crate::domain::slots::Slot;
use crate::domain::time::Minutes;

const MENTOR: Uuid = Uuid::from_u128(1);
const MENTEE: Uuid = Uuid::from_u128(2);

fn now() -> Timestamp {
    "2026-03-03T12:00:00Z".parse().unwrap()
}

fn session(status: SessionStatus) -> Session {
    let starts_at = "2026-03-03T10:00:00Z".parse().unwrap();
    let request = SessionRequest {
        id: Uuid::from_u128(9).into(),
        mentor_id: MENTOR.into(),
        slot: Slot {
            starts_at,
            ends_at: starts_at + Minutes(60),
        },
        duration: Minutes(60),
        topic: None,
        mentee_notes: None,
        matched: None,
        payment: Payment::NONE,
        min_notice: Minutes(0),
        cancellation_notice: Minutes(0),
    };
    let (session, _) = Session::request(request, MENTEE.into(), now());
    Session { status, ..session }
}

fn opinion(is_anonymous: bool) -> Opinion {
    Opinion {
        rating: 4,
        helpfulness_rating: 5,
        would_recommend: true,
        written_feedback: None,
        topics_covered: Vec::new(),
        is_anonymous,
    }
}

fn give(by: Uuid, is_anonymous: bool) -> (Feedback, Vec<Event>) {
    let new = (Uuid::from_u128(7).into(), opinion(is_anonymous));
    Feedback::give(new, &session(SessionStatus::Completed), by.into(), now()).unwrap()
}

#[test]
fn only_the_two_of_a_completed_session_say_how_it_was() {
    let new = || (Uuid::from_u128(7).into(), opinion(false));
    let stranger = Uuid::from_u128(3).into();
    let completed = session(SessionStatus::Completed);
    let refused = Feedback::give(new(), &completed, stranger, now());
    assert_eq!(refused.unwrap_err(), FeedbackError::NotYours);
    for status in SessionStatus::ALL {
        let given = Feedback::give(new(), &session(status), MENTEE.into(), now());
        assert_eq!(given.is_ok(), status == SessionStatus::Completed);
    }
}

#[test]
fn a_name_is_public_at_once_and_what_has_none_waits() {
    let (named, told) = give(MENTEE, false);
    assert_eq!(named.status(), FeedbackStatus::Published);
    assert!(named.is_public());
    assert!(matches!(told[0], Event::FeedbackPublished { .. }));

    let (anonymous, told) = give(MENTEE, true);
    assert_eq!(anonymous.status(), FeedbackStatus::Waiting);
    assert!(matches!(told[..], [Event::FeedbackGiven { .. }]));
}

#[test]
fn what_mentors_say_is_never_public() {
    for is_anonymous in [false, true] {
        let (said, told) = give(MENTOR, is_anonymous);
        assert_eq!((said.about, said.published_at), (About::Mentee, None));
        assert_eq!(said.subject_id, MENTEE.into());
        assert_eq!(said.status(), FeedbackStatus::Internal);
        assert_eq!(told.len(), 1, "only its author hears of it");
        let (said, told) = said.change(opinion(!is_anonymous), now()).unwrap();
        assert_eq!((said.status(), told), (FeedbackStatus::Internal, None));
    }
}

#[test]
fn it_can_be_changed_for_a_day() {
    let (given, _) = give(MENTEE, true);
    let last = now() + EDIT_TIME - SignedDuration::from_micros(1);

    let (changed, _) = given.clone().change(opinion(true), last).unwrap();

    assert_eq!((changed.version, changed.updated_at), (2, last));
    assert_eq!(changed.editable_until(), given.editable_until());
    assert_eq!(changed.settles_at, given.settles_at);
    let late = changed.change(opinion(true), now() + EDIT_TIME);
    assert_eq!(late.unwrap_err(), FeedbackError::EditClosed);
    let released = Feedback {
        published_at: Some(now()),
        ..given
    };
    let refused = released.change(opinion(true), now());
    assert_eq!(refused.unwrap_err(), FeedbackError::EditClosed);
}

#[test]
fn a_name_can_be_added_and_not_be_taken_away() {
    let (waiting, _) = give(MENTEE, true);
    let later = now() + SignedDuration::from_hours(1);

    let (named, told) = waiting.change(opinion(false), later).unwrap();

    assert_eq!(named.published_at, Some(later));
    assert!(matches!(told, Some(Event::FeedbackPublished { .. })));
    let (named, told) = named.change(opinion(false), later).unwrap();
    assert_eq!(told, None, "the mentor hears of it once");
    let refused = named.change(opinion(true), later);
    assert_eq!(refused.unwrap_err(), FeedbackError::WasNamed);
}

#[test]
fn what_an_admin_hides_is_not_public_until_it_is_brought_back() {
    let (given, _) = give(MENTEE, true);
    let week = now() + SignedDuration::from_hours(7 * 24);

    let hidden = given
        .hide(MENTOR.into(), "insult".to_owned(), now())
        .unwrap();

    assert_eq!(hidden.status(), FeedbackStatus::Hidden);
    let again = hidden.clone().hide(MENTOR.into(), "x".to_owned(), now());
    assert_eq!(again.unwrap_err(), FeedbackError::Hidden);
    let restored = hidden.restore(week).unwrap();
    assert_eq!(restored.status(), FeedbackStatus::Waiting);
    assert_eq!(
        restored.settles_at, week,
        "it waits for the next publication"
    );
    assert_eq!(
        restored.restore(week).unwrap_err(),
        FeedbackError::NotHidden
    );
}
