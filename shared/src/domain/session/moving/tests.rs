//! Moving a session, rule by rule.

use super::super::RESCHEDULE_ROUNDS;
use super::*;
use crate::domain::session::tests::{START, at, confirmed, mentee, mentor, pending, person};
use crate::domain::user::Role;
use uuid::Uuid;

const NOW: &str = "2026-02-20T12:00:00Z";
const LATER: &str = "2026-03-03T15:00:00Z";
const LAST: &str = "2026-03-04T09:00:00Z";

fn proposal(times: &[&str]) -> Proposal {
    Proposal {
        id: Uuid::from_u128(70).into(),
        times: times.iter().map(|time| at(time)).collect(),
        reason: Some("a clash".to_owned()),
    }
}

fn proposed(session: Session, by: Actor) -> (Session, RescheduleRequest) {
    let (session, request, _) = session
        .propose(proposal(&[LATER, LAST]), by, at(NOW))
        .unwrap();
    (session, request)
}

fn target(starts_at: &str) -> Target {
    let starts_at = at(starts_at);
    Target {
        slot: Slot {
            starts_at,
            ends_at: starts_at + Minutes(60),
        },
        min_notice: Minutes(120),
    }
}

#[test]
fn either_of_the_two_proposes_and_the_other_one_hears_of_it() {
    for (by, other) in [(mentor(), mentee()), (mentee(), mentor())] {
        for session in [pending(), confirmed()] {
            let (session, request, event) = session
                .propose(proposal(&[LATER, LAST]), by, at(NOW))
                .unwrap();

            let expected = Event::RescheduleProposed {
                session_id: session.id,
                request_id: request.id,
                recipient_id: other.id,
            };
            assert_eq!(event, expected);
            assert_eq!(
                session.scheduled_at,
                at(START),
                "it stays until it is accepted"
            );
            assert_eq!(session.rescheduling.rounds, 1);
            assert_eq!(request.status_at(at(NOW)), RescheduleStatus::Open);
            assert_eq!(session.step.unwrap().reason.as_deref(), Some("a clash"));
        }
    }
}

#[test]
fn a_stranger_and_an_admin_propose_nothing() {
    for role in [Role::Mentee, Role::Mentor, Role::Admin] {
        let refused = confirmed().propose(proposal(&[LATER]), person(3, role), at(NOW));
        assert_eq!(
            refused.unwrap_err(),
            SessionError::NotYours("mentor or the mentee")
        );
    }
}

#[test]
fn one_proposal_is_open_at_a_time_and_there_are_three() {
    let (mut session, mut request) = proposed(confirmed(), mentor());
    let again = session
        .clone()
        .propose(proposal(&[LATER]), mentee(), at(NOW));
    assert_eq!(
        again.unwrap_err(),
        SessionError::RescheduleOpen(request.id),
        "whoever asks"
    );
    for _ in 1..RESCHEDULE_ROUNDS {
        let closed = session.withdraw_reschedule(request, None, mentor(), at(NOW));
        (session, request) = proposed(closed.unwrap().0, mentor());
    }
    let (session, ..) = session
        .reject_reschedule(request, None, mentee(), at(NOW))
        .unwrap();

    let fourth = session.propose(proposal(&[LATER]), mentee(), at(NOW));

    assert_eq!(fourth.unwrap_err(), SessionError::TooManyRounds);
}

#[test]
fn a_proposal_lapses_with_its_last_time_or_with_the_session() {
    let (session, request) = proposed(confirmed(), mentor());
    assert_eq!(request.lapses_at, session.ends_at());
    let sooner = proposal(&["2026-02-25T09:00:00Z", "2026-02-24T09:00:00Z"]);
    let (session, request, _) = confirmed().propose(sooner, mentor(), at(NOW)).unwrap();

    let last = at("2026-02-25T09:00:00Z");
    assert_eq!(request.lapses_at, last);
    assert_eq!(request.status_at(last), RescheduleStatus::Lapsed);
    assert!(session.allowed_answers(&request, mentee(), last).is_empty());
    let again = session.propose(proposal(&[LATER]), mentor(), last);
    assert_eq!(again.unwrap().0.rescheduling.rounds, 2);
}

#[test]
fn what_is_over_or_not_answered_in_time_moves_no_more() {
    let over = confirmed().ends_at();
    let refused = confirmed().propose(proposal(&[LATER]), mentor(), over);
    assert_eq!(refused.unwrap_err(), SessionError::Over);
    let late = pending().respond_by;
    let refused = pending().propose(proposal(&[LATER]), mentor(), late);
    assert_eq!(refused.unwrap_err(), SessionError::AnswerTooLate);
    let (completed, _) = confirmed().complete(mentor(), at(START)).unwrap();
    let refused = completed.propose(proposal(&[LATER]), mentor(), at(START));
    assert!(matches!(
        refused.unwrap_err(),
        SessionError::InvalidTransition { .. }
    ));
}

#[test]
fn the_present_time_is_no_other_time() {
    let refused = confirmed().propose(proposal(&[LATER, START]), mentor(), at(NOW));
    assert_eq!(refused.unwrap_err(), SessionError::SameTime);
}

#[test]
fn an_accepted_time_moves_the_session_under_its_id() {
    let (session, request) = proposed(confirmed(), mentor());
    let (id, version, respond_by) = (session.id, session.version, session.respond_by);
    let now = at("2026-02-21T12:00:00Z");

    let (moved, request, event) = session
        .reschedule(request, target(LAST), mentee(), now)
        .unwrap();

    assert_eq!((moved.id, moved.version), (id, version + 1));
    assert_eq!((moved.scheduled_at, moved.sequence), (at(LAST), 1));
    assert_eq!(moved.status, SessionStatus::Confirmed);
    assert_eq!(moved.respond_by, respond_by, "it is answered already");
    assert_eq!(moved.rescheduling.open, None);
    assert_eq!(request.status, RescheduleStatus::Accepted);
    assert_eq!(request.answer.unwrap().time, Some(at(LAST)));
    let expected = Event::SessionRescheduled {
        session_id: id,
        starts_at: at(LAST),
    };
    assert_eq!(event, expected);
}

#[test]
fn a_request_that_moves_stays_one_with_a_new_time_to_answer() {
    let (session, request) = proposed(pending(), mentee());
    let now = at("2026-02-21T12:00:00Z");

    let (moved, ..) = session
        .reschedule(request, target(LATER), mentor(), now)
        .unwrap();

    assert_eq!(moved.status, SessionStatus::Pending);
    assert_eq!(moved.respond_by, at("2026-02-23T12:00:00Z"));
    assert_eq!(moved.nudge_at, Some(at("2026-02-22T12:00:00Z")));
}

#[test]
fn only_the_other_one_answers_and_only_the_proposer_takes_back() {
    use RescheduleAction::{Accept, Reject, Withdraw};
    let (session, request) = proposed(confirmed(), mentor());
    let allowed = |by| session.allowed_answers(&request, by, at(NOW));

    assert_eq!(allowed(mentor()), [Withdraw]);
    assert_eq!(allowed(mentee()), [Accept, Reject]);
    assert_eq!(allowed(person(3, Role::Admin)), []);
}

#[test]
fn a_mentor_whose_times_were_refused_is_asked_in_half_of_what_remains() {
    let (session, request) = proposed(pending(), mentor());
    // Half time was on the 21st at ten: while a mentor's own times are open nobody asks them.
    let now = at("2026-02-22T08:00:00Z");

    let (session, ..) = session
        .reject_reschedule(request, None, mentee(), now)
        .unwrap();

    assert_eq!(session.nudge_at, Some(at("2026-02-22T09:00:00Z")));
}

#[test]
fn a_closed_proposal_is_answered_no_more() {
    let (session, request) = proposed(confirmed(), mentor());
    let (session, request, _) = session
        .reject_reschedule(request, Some("no".to_owned()), mentee(), at(NOW))
        .unwrap();
    assert_eq!(
        request.answer.clone().unwrap().reason.as_deref(),
        Some("no")
    );

    let refused = session.reschedule(request, target(LATER), mentee(), at(NOW));

    let closed = SessionError::RescheduleNotOpen(RescheduleStatus::Rejected);
    assert_eq!(refused.unwrap_err(), closed);
}

#[test]
fn a_session_that_ends_takes_its_proposal_along() {
    let (session, request) = proposed(confirmed(), mentor());
    let (cancelled, _) = session.cancel(mentee(), None, at(NOW)).unwrap();
    assert_eq!(cancelled.rescheduling.open, None);

    let refused = cancelled.reschedule(request, target(LATER), mentee(), at(NOW));

    assert!(matches!(
        refused.unwrap_err(),
        SessionError::InvalidTransition { .. }
    ));
}

#[test]
fn the_time_is_named_unless_there_is_only_one() {
    let (_, two) = proposed(confirmed(), mentor());
    let (_, one, _) = confirmed()
        .propose(proposal(&[LAST]), mentor(), at(NOW))
        .unwrap();

    assert_eq!(two.choose(Some(at(LAST))).unwrap(), at(LAST));
    assert_eq!(one.choose(None).unwrap(), at(LAST));
    for wrong in [
        two.choose(None),
        two.choose(Some(at(START))),
        one.choose(Some(at(LATER))),
    ] {
        assert_eq!(wrong.unwrap_err(), SessionError::TimeNotProposed);
    }
}
