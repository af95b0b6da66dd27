//! The rules of a session, each as a sentence.

use super::*;
use crate::domain::refusal::Refusal;
use crate::domain::user::{Credential, Role, UserStatus};
use uuid::Uuid;

pub(super) const START: &str = "2026-03-02T15:00:00Z";

pub(super) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(super) fn person(number: u128, role: Role) -> Actor {
    Actor {
        id: Uuid::from_u128(number).into(),
        role,
        credential: Credential::Login(Uuid::from_u128(99).into()),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}

pub(super) fn mentor() -> Actor {
    person(1, Role::Mentor)
}

pub(super) fn mentee() -> Actor {
    person(2, Role::Mentee)
}

pub(super) fn pending() -> Session {
    let slot = Slot {
        starts_at: at(START),
        ends_at: at("2026-03-02T16:00:00Z"),
    };
    let request = SessionRequest {
        id: Uuid::from_u128(7).into(),
        mentor_id: mentor().id,
        slot,
        duration: Minutes(60),
        topic: Some("pricing".to_owned()),
        mentee_notes: None,
        matched: None,
        payment: Payment::NONE,
        min_notice: Minutes(120),
        cancellation_notice: Minutes(120),
    };
    Session::request(request, mentee().id, at("2026-02-20T10:00:00Z")).0
}

pub(super) fn confirmed() -> Session {
    pending()
        .accept(mentor(), at("2026-02-20T11:00:00Z"))
        .unwrap()
        .0
}

#[test]
fn the_mentor_has_48_hours_to_answer() {
    assert_eq!(pending().respond_by, at("2026-02-22T10:00:00Z"));
}

#[test]
fn the_notice_shortens_the_time_to_answer_but_leaves_an_hour_or_half_of_it() {
    let two_hours = Minutes(120);
    assert_eq!(
        respond_by(at(START), two_hours, at("2026-03-02T05:00:00Z")),
        at("2026-03-02T13:00:00Z")
    );
    assert_eq!(
        respond_by(at(START), two_hours, at("2026-03-02T12:30:00Z")),
        at("2026-03-02T13:30:00Z")
    );
    assert_eq!(
        respond_by(at(START), Minutes(10), at("2026-03-02T14:00:00Z")),
        at("2026-03-02T14:50:00Z")
    );
    assert_eq!(
        respond_by(at(START), Minutes(60), at("2026-03-02T14:00:00Z")),
        at("2026-03-02T14:30:00Z")
    );
    let week = Minutes(7 * 24 * 60);
    assert_eq!(
        respond_by(at(START), week, at("2026-02-22T15:00:00Z")),
        at("2026-02-23T15:00:00Z"),
        "a long notice is kept"
    );
}

#[test]
fn only_the_mentor_accepts() {
    let now = at("2026-02-20T11:00:00Z");
    assert_eq!(
        pending().accept(mentee(), now).unwrap_err(),
        SessionError::NotYours("mentor")
    );
    let (session, event) = pending().accept(mentor(), now).unwrap();
    assert_eq!(
        (session.status, session.version),
        (SessionStatus::Confirmed, 2)
    );
    assert_eq!(
        event,
        Event::SessionConfirmed {
            session_id: session.id
        }
    );
}

#[test]
fn an_answer_after_the_deadline_is_refused() {
    let refused = pending()
        .accept(mentor(), at("2026-02-22T10:00:00Z"))
        .unwrap_err();
    assert_eq!(refused, SessionError::AnswerTooLate);
}

#[test]
fn a_mentee_cancels_until_the_notice_and_a_mentor_until_the_end() {
    assert!(
        confirmed()
            .cancel(mentee(), None, at("2026-03-02T13:00:00Z"))
            .is_ok()
    );
    let late = at("2026-03-02T13:00:01Z");
    let refused = confirmed().cancel(mentee(), None, late).unwrap_err();
    assert_eq!(refused, SessionError::TooLateToCancel(Minutes(120)));
    let (session, _) = confirmed()
        .cancel(mentor(), Some("ill".to_owned()), late)
        .unwrap();
    assert_eq!(session.sequence, 1);
    assert_eq!(session.ending.unwrap().reason.as_deref(), Some("ill"));
}

#[test]
fn a_cancellation_says_whether_calendars_may_know_of_the_session() {
    for (session, was_confirmed) in [(pending(), false), (confirmed(), true)] {
        let (id, by) = (session.id, mentor().id);
        let (_, event) = session.cancel(mentor(), None, at(START)).unwrap();
        let expected = Event::SessionCancelled {
            session_id: id,
            by,
            was_confirmed,
        };
        assert_eq!(event, expected);
    }
}

#[test]
fn a_session_is_completed_once_it_has_started() {
    assert_eq!(
        confirmed()
            .complete(mentor(), at("2026-03-02T14:59:59Z"))
            .unwrap_err(),
        SessionError::NotStarted
    );
    let (session, _) = confirmed().complete(mentor(), at(START)).unwrap();
    assert_eq!(session.status, SessionStatus::Completed);
}

#[test]
fn an_ended_session_names_its_state_and_what_is_left() {
    let (session, _) = confirmed().complete(mentor(), at(START)).unwrap();
    let refused = session.cancel(mentee(), None, at(START)).unwrap_err();
    assert_eq!(
        refused.details().unwrap(),
        serde_json::json!({ "status": "completed", "allowed_actions": [] })
    );
}

#[test]
fn a_client_is_told_what_each_side_may_do() {
    use SessionAction::{Accept, Cancel, Complete, Decline, NoShow, Reschedule};
    let now = at("2026-02-20T11:00:00Z");
    assert_eq!(
        pending().allowed_actions(mentor(), now),
        [Accept, Decline, Reschedule, Cancel]
    );
    assert_eq!(
        pending().allowed_actions(mentee(), now),
        [Reschedule, Cancel]
    );
    assert_eq!(
        confirmed().allowed_actions(mentor(), at(START)),
        [Reschedule, Cancel, Complete, NoShow]
    );
    assert_eq!(pending().allowed_actions(person(3, Role::Mentee), now), []);
}

#[test]
fn a_mentor_is_asked_once_more_at_half_time() {
    assert_eq!(pending().nudge_at, Some(at("2026-02-21T10:00:00Z")));
}

#[test]
fn a_request_expires_when_its_time_is_over_and_nothing_else_does() {
    let deadline = pending().respond_by;
    assert!(pending().expire(deadline - Minutes(1)).is_none());
    assert!(confirmed().expire(at(START)).is_none());

    let (session, event) = pending().expire(deadline).unwrap();

    let session_id = session.id;
    assert_eq!(session.status, SessionStatus::Expired);
    assert_eq!(event, Event::SessionExpired { session_id });
    let step = session.step.unwrap();
    assert_eq!((step.kind, step.by), (StepKind::Expired, None));
}

#[test]
fn every_step_says_who_took_it_from_where_to_where_and_why() {
    let asked = pending().step.unwrap();
    assert_eq!((asked.version, asked.from), (1, None));
    assert_eq!(asked.by, Some(mentee().id));

    let now = at("2026-02-20T11:00:00Z");
    let (session, _) = confirmed()
        .cancel(mentor(), Some("ill".to_owned()), now)
        .unwrap();

    let status = |status| Standing {
        status,
        starts_at: at(START),
    };
    let expected = Step {
        kind: StepKind::Cancelled,
        by: Some(mentor().id),
        reason: Some("ill".to_owned()),
        from: Some(status(SessionStatus::Confirmed)),
        to: status(SessionStatus::Cancelled),
        version: 3,
        at: now,
    };
    assert_eq!(session.step, Some(expected));
}

#[test]
fn calendars_hear_of_another_place_while_it_matters() {
    let edit = |session: Session, link: &str, now| {
        let edit = SessionEdit {
            meeting_link: Patch::Set(link.to_owned()),
            ..SessionEdit::default()
        };
        session.edit(edit, mentor(), now).unwrap()
    };
    let (now, link) = (at("2026-02-20T12:00:00Z"), "https://meet.example.com/x");

    let (edited, event) = edit(confirmed(), link, now);

    let session_id = edited.id;
    assert_eq!(event, Some(Event::SessionRelocated { session_id }));
    assert_eq!((edited.sequence, edited.version), (1, 3));
    assert_eq!(edit(edited, link, now).1, None, "it is the same place");
    assert_eq!(edit(pending(), link, now).1, None, "nobody is invited yet");
    let over = confirmed().ends_at();
    assert_eq!(edit(confirmed(), link, over).1, None, "it is over");
}
