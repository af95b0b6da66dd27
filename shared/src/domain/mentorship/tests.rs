//! The rules of a mentorship, each as a sentence, and a model of its states.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::refusal::Refusal;
use crate::domain::user::{Credential, Role, UserStatus};

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn now() -> Timestamp {
    at("2026-03-02T15:00:00Z")
}

fn person(number: u128, role: Role) -> Actor {
    Actor {
        id: Uuid::from_u128(number).into(),
        role,
        credential: Credential::Login(Uuid::from_u128(99).into()),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}

fn mentor() -> Actor {
    person(1, Role::Mentor)
}

fn mentee() -> Actor {
    person(2, Role::Mentee)
}

fn pending() -> Mentorship {
    let new = NewMentorship {
        id: Uuid::from_u128(7).into(),
        pair: Pair {
            mentor_id: mentor().id,
            mentee_id: mentee().id,
        },
        origin: Origin::Selected,
        request_id: None,
        run_id: None,
        score: None,
    };
    Mentorship::form(new, false, now())
}

fn active() -> Mentorship {
    pending().meet(now(), now()).unwrap()
}

fn done(mentorship: Mentorship, action: MentorshipAction) -> Mentorship {
    let reason = Some("moved away".to_owned());
    mentorship.act(action, mentor(), reason, now()).unwrap().0
}

#[test]
fn the_first_meeting_begins_it_and_an_earlier_one_moves_its_beginning() {
    let begun = active();
    assert_eq!(begun.status, MentorshipStatus::Active);

    let earlier = at("2026-03-01T10:00:00Z");
    let corrected = begun.meet(earlier, now()).unwrap();
    assert_eq!(corrected.started_at, Some(earlier));
}

#[test]
fn a_client_is_told_what_each_may_do() {
    use MentorshipAction::{Complete, Dissolve, Pause, Resume};
    let admin = person(3, Role::Admin);
    for by in [mentor(), mentee(), admin] {
        assert_eq!(pending().allowed_actions(by), [Dissolve]);
        assert_eq!(active().allowed_actions(by), [Pause, Complete, Dissolve]);
        let paused = done(active(), Pause);
        assert_eq!(paused.allowed_actions(by), [Resume, Complete, Dissolve]);
    }
    assert_eq!(active().allowed_actions(person(4, Role::Mentor)), []);
}

#[test]
fn whoever_breaks_it_off_says_why_and_the_other_one_hears_of_it() {
    let refused = active().act(MentorshipAction::Dissolve, mentee(), None, now());
    assert_eq!(refused, Err(MentorshipError::ReasonNeeded));

    let reason = Some("no time".to_owned());
    let (ended, events) = active()
        .act(MentorshipAction::Dissolve, mentee(), reason, now())
        .unwrap();

    assert_eq!(ended.ending.unwrap().by, mentee().id);
    let told = News::MatchChanged {
        mentorship_id: ended.id,
        status: MentorshipStatus::Dissolved,
        recipient_id: mentor().id,
    };
    assert_eq!(events, [Event::Mentoring(told)]);
}

#[test]
fn both_hear_of_what_an_admin_does_who_says_why() {
    let admin = person(3, Role::Admin);
    let untold = active().act(MentorshipAction::Pause, admin, None, now());
    assert_eq!(untold, Err(MentorshipError::ReasonNeeded));

    let reason = Some("parental leave".to_owned());
    let (_, events) = active()
        .act(MentorshipAction::Pause, admin, reason, now())
        .unwrap();
    assert_eq!(events.len(), 2);
}

#[test]
fn an_ended_one_names_its_state_and_what_is_left() {
    let ended = done(active(), MentorshipAction::Complete);
    assert_eq!(
        ended.clone().meet(now(), now()),
        Err(MentorshipError::Ended(MentorshipStatus::Completed))
    );
    assert!(ended.clone().leave(mentor().id, now()).is_none());
    let refused = ended
        .act(MentorshipAction::Pause, mentor(), None, now())
        .unwrap_err();
    assert_eq!(
        refused.details().unwrap(),
        serde_json::json!({ "status": "completed", "allowed_actions": [] })
    );
}

#[test]
fn people_are_asked_on_four_occasions_and_once_at_the_end() {
    let planned = Occasion::plan(now());
    let first = planned[0];
    assert_eq!(planned.len(), 4);
    assert_eq!(first.occasion, Occasion::FirstMeeting);
    assert_eq!(first.due_at, at("2026-03-16T15:00:00Z"));

    assert!(Occasion::FirstMeeting.is_of_use(&pending()));
    assert!(!Occasion::FirstMeeting.is_of_use(&active()));
    assert!(!Occasion::Survey.is_of_use(&active()));
    let completed = done(active(), MentorshipAction::Complete);
    assert!(Occasion::Survey.is_of_use(&completed));
    assert!(!Occasion::Month1.is_of_use(&completed));
}

/// What can happen to one.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Act(MentorshipAction),
    Meet,
    Leave,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        prop::sample::select(&MentorshipAction::ALL[..]).prop_map(Happening::Act),
        Just(Happening::Meet),
        Just(Happening::Leave),
    ]
}

/// The model: the states as a table, written down a second time.
fn expected(from: MentorshipStatus, happening: Happening) -> Option<MentorshipStatus> {
    use MentorshipAction as A;
    use MentorshipStatus::{Active, Completed, Dissolved, Paused, Pending};
    match (from, happening) {
        (Completed | Dissolved, _)
        | (Pending | Active, Happening::Act(A::Resume))
        | (Pending, Happening::Act(A::Complete))
        | (Pending | Paused, Happening::Act(A::Pause)) => None,
        (Pending | Active, Happening::Meet) | (Paused, Happening::Act(A::Resume)) => Some(Active),
        (Active, Happening::Act(A::Pause)) | (Paused, Happening::Meet) => Some(Paused),
        (Active | Paused, Happening::Act(A::Complete)) => Some(Completed),
        (_, Happening::Act(A::Dissolve) | Happening::Leave) => Some(Dissolved),
    }
}

proptest! {
    #[test]
    fn its_states_follow_the_model(happenings in prop::collection::vec(happening(), 0..20), by_mentee: bool) {
        let by = if by_mentee { mentee() } else { mentor() };
        let mut known = pending();
        for happening in happenings {
            let wanted = expected(known.status, happening);
            let offered = known.allowed_actions(by);
            let reason = Some("a reason".to_owned());
            let next = match happening {
                Happening::Act(action) => {
                    prop_assert_eq!(offered.contains(&action), wanted.is_some());
                    known.clone().act(action, by, reason, now()).ok().map(|(next, events)| {
                        assert_eq!(events.len(), 1);
                        next
                    })
                }
                Happening::Meet => known.clone().meet(now(), now()).ok(),
                Happening::Leave => known.clone().leave(by.id, now()).map(|(next, _)| next),
            };
            prop_assert_eq!(next.as_ref().map(|next| next.status), wanted);
            if let Some(next) = next {
                prop_assert_eq!(next.version, known.version + 1);
                prop_assert_eq!(next.ended_at.is_some(), !next.status.is_holding());
                prop_assert_eq!(next.ending.is_some(), !next.status.is_holding());
                prop_assert!(next.started_at.is_some() || known.status == MentorshipStatus::Pending);
                known = next;
            }
        }
    }
}
