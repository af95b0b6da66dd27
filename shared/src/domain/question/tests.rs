//! What every question promises, whatever people and time do to it.

use std::collections::HashSet;

use uuid::Uuid;

use super::*;
use crate::domain::id::{Id, LoginId};
use crate::domain::user::{Actor, Credential, Role, UserStatus};
use crate::domain::value::Text;

const ASKER: u128 = 1;
const MENTOR: u128 = 2;
const OTHER: u128 = 3;
const ADMIN: u128 = 9;

fn at(minutes: i64) -> Timestamp {
    let start: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

fn person(id: u128) -> UserId {
    Uuid::from_u128(id).into()
}

fn actor(id: u128) -> Actor {
    Actor {
        id: person(id),
        role: match id {
            ASKER => Role::Mentee,
            ADMIN => Role::Admin,
            _ => Role::Mentor,
        },
        credential: Credential::Login(LoginId::from(Uuid::nil())),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}

fn asked() -> Question {
    let wording = Wording {
        title: "How do I price a pilot?".to_owned(),
        text: "It is for a bank.".to_owned(),
        topics: vec!["Pricing".to_owned()],
    };
    Question::ask(
        Uuid::from_u128(70).into(),
        person(ASKER),
        (wording, 0),
        at(0),
    )
    .unwrap()
}

fn claimed(minutes: i64) -> Question {
    asked().claim(actor(MENTOR), 0, at(minutes)).unwrap().0
}

fn draft(id: u128) -> Draft {
    Draft {
        id: Uuid::from_u128(id).into(),
        content: Text::parse("Ask what it saves them.").unwrap(),
    }
}

fn answered() -> Question {
    claimed(0).write(draft(1), actor(MENTOR), at(10)).unwrap().0
}

fn turns(events: &[Event]) -> Vec<(QuestionTurn, UserId)> {
    let news = events.iter().map(|event| match event {
        Event::Question(news) => (news.turn, news.recipient_id),
        other => panic!("{other:?}"),
    });
    news.collect()
}

#[test]
fn the_first_mentor_wins_and_the_next_one_is_told_so() {
    let (taken, events) = asked().claim(actor(MENTOR), 0, at(1)).unwrap();

    assert_eq!(turns(&events), [(QuestionTurn::Claimed, person(ASKER))]);
    assert_eq!(taken.status, QuestionStatus::Claimed);
    assert_eq!(
        taken.clone().claim(actor(OTHER), 0, at(2)),
        Err(QuestionError::Taken)
    );
    assert!(matches!(
        taken.claim(actor(MENTOR), 0, at(2)),
        Err(QuestionError::InvalidTransition { .. })
    ));
}

#[test]
fn a_claim_lapses_to_the_minute_and_another_mentor_can_take_it() {
    let idle = claimed(0);

    assert_eq!(idle.clone().at(at(59)).0.status, QuestionStatus::Claimed);
    let (open, events) = idle.clone().at(at(60));
    assert_eq!(open.status, QuestionStatus::Open);
    let told = [
        (QuestionTurn::Lapsed, person(MENTOR)),
        (QuestionTurn::Returned, person(ASKER)),
    ];
    assert_eq!(turns(&events), told);

    // The same answer before and after the lapse is written down, to whoever had it and to all others.
    for (question, mentor) in [
        (&idle, MENTOR),
        (&open, MENTOR),
        (&idle, OTHER),
        (&open, OTHER),
    ] {
        let late = question.clone().write(draft(1), actor(mentor), at(60));
        assert_eq!(late.unwrap_err(), QuestionError::NotClaimed);
        let late = question.clone().release(actor(mentor), at(60));
        assert_eq!(late.unwrap_err(), QuestionError::NotClaimed);
    }
    let (next, events) = idle.claim(actor(OTHER), 0, at(60)).unwrap();
    assert_eq!(next.mentor_id, Some(person(OTHER)));
    assert_eq!(next.claims, 2);
    assert_eq!(events.len(), 3, "whoever lost it hears of it even so");
}

#[test]
fn whoever_writes_keeps_a_claim_awake() {
    let (asked_more, _, events) = claimed(0).write(draft(1), actor(ASKER), at(50)).unwrap();

    assert_eq!(turns(&events), [(QuestionTurn::Replied, person(MENTOR))]);
    assert_eq!(
        asked_more.clone().at(at(109)).0.status,
        QuestionStatus::Claimed
    );
    assert_eq!(asked_more.at(at(110)).0.status, QuestionStatus::Open);
}

#[test]
fn what_was_answered_stays_and_completes_itself_after_a_week() {
    let answered = answered();
    let week = 10 + 7 * 24 * 60;

    assert_eq!(
        answered.clone().at(at(week - 1)).0.status,
        QuestionStatus::Answered
    );
    let (completed, events) = answered.at(at(week));
    assert_eq!(completed.status, QuestionStatus::Completed);
    let told = [
        (QuestionTurn::Completed, person(MENTOR)),
        (QuestionTurn::Closed, person(ASKER)),
    ];
    assert_eq!(turns(&events), told);
    assert!(completed.rate(4, actor(ASKER), at(week + 1)).is_ok());
}

#[test]
fn nobody_answers_for_a_week_and_it_expires_also_behind_a_lapsed_claim() {
    let week = 7 * 24 * 60;
    assert_eq!(asked().at(at(week)).0.status, QuestionStatus::Expired);

    let (expired, events) = claimed(week - 1).at(at(week + 59 + week));
    assert_eq!(expired.status, QuestionStatus::Expired);
    assert_eq!(events.len(), 3);
    assert_eq!(expired.updated_at, at(week + 59 + week));
}

#[test]
fn a_rating_is_given_once_by_the_asker_after_completion() {
    let (completed, _) = answered().complete(actor(ASKER), at(20)).unwrap();

    let early = answered().rate(5, actor(ASKER), at(20));
    assert!(matches!(
        early,
        Err(QuestionError::InvalidTransition { .. })
    ));
    let foreign = completed.clone().rate(5, actor(MENTOR), at(21));
    assert_eq!(foreign, Err(QuestionError::NotYours("asker")));
    let (rated, _) = completed.rate(5, actor(ASKER), at(21)).unwrap();
    let again = rated.rate(1, actor(ASKER), at(22));
    assert_eq!(again, Err(QuestionError::AlreadyRated));
}

#[test]
fn only_an_escalated_question_is_linked_with_a_session_of_its_mentor() {
    let session = SessionId::from(Uuid::from_u128(8));
    let held = claimed(0);
    let early = held.clone().book(session, person(MENTOR), at(1));
    assert_eq!(early, Err(QuestionError::NotEscalated));

    let (wanted, events) = held.escalate(actor(ASKER), at(1)).unwrap();
    assert_eq!(turns(&events), [(QuestionTurn::Escalated, person(MENTOR))]);
    let (again, events) = wanted.clone().escalate(actor(MENTOR), at(2)).unwrap();
    assert!(events.is_empty());
    assert_eq!(
        again.status,
        QuestionStatus::Answered,
        "a mentor who offers to meet has answered"
    );

    let foreign = wanted.clone().book(session, person(OTHER), at(3));
    assert_eq!(foreign, Err(QuestionError::NotEscalated));
    let (booked, _) = wanted.book(session, person(MENTOR), at(3)).unwrap();
    assert_eq!(booked.session_id, Some(session));
    assert_eq!(booked.at(at(100)).0.status, QuestionStatus::Answered);
}

#[test]
fn it_is_offered_once_and_a_return_waits_another_day_unless_it_was() {
    let (offered, events) = asked().offer(&[person(2), person(3)], at(24 * 60));
    assert_eq!(events.len(), 2);
    assert_eq!(offered.offer_at, None);
    let (taken, _) = offered.claim(actor(MENTOR), 0, at(25 * 60)).unwrap();
    assert_eq!(taken.at(at(26 * 60)).0.offer_at, None);

    let returned = claimed(10).at(at(70)).0;
    assert_eq!(returned.offer_at, Some(at(70 + 24 * 60)));
}

#[test]
fn whom_it_fits_not_at_all_is_waited_for_once_more() {
    let day = 24 * 60;
    let (waiting, events) = asked().offer(&[], at(day));
    assert!(events.is_empty());
    assert_eq!(waiting.offer_at, Some(at(2 * day)));
    assert_eq!(waiting.version, 1, "nobody sees a difference");
}

#[test]
fn a_mentor_who_was_turned_away_does_not_get_it_again() {
    let (open, _) = answered().release(actor(ASKER), at(20)).unwrap();

    assert_eq!(open.declined, [person(MENTOR)]);
    let again = open.clone().claim(actor(MENTOR), 0, at(21));
    assert_eq!(again, Err(QuestionError::PassedOn));
    assert!(open.allowed_actions(actor(MENTOR)).is_empty());
    assert!(!open.is_known_to(actor(MENTOR), at(21)));
    assert!(open.is_known_to(actor(OTHER), at(21)));
    let (next, _) = open.claim(actor(OTHER), 0, at(21)).unwrap();
    // Who gives it back by themselves, or forgets it, may come back.
    let (back, _) = next.release(actor(OTHER), at(22)).unwrap();
    assert!(back.clone().claim(actor(OTHER), 0, at(23)).is_ok());
    let withdrawn = back.withdraw(actor(ASKER), at(23)).unwrap().0;
    assert!(withdrawn.declined.is_empty());
}

#[test]
fn a_full_thread_takes_no_more() {
    let full = Question {
        posts: POSTS,
        ..answered()
    };
    let refused = full.write(draft(1), actor(ASKER), at(20)).unwrap_err();
    assert_eq!(refused, QuestionError::ThreadFull);
}

#[test]
fn nobody_has_too_many() {
    let wording = asked().wording;
    let id = Uuid::from_u128(1).into();
    let refused = Question::ask(id, person(ASKER), (wording, OPEN_QUESTIONS), at(0));
    assert_eq!(refused, Err(QuestionError::TooManyQuestions));
    let refused = asked().claim(actor(MENTOR), OPEN_CLAIMS, at(0));
    assert_eq!(refused, Err(QuestionError::TooManyClaims));
}

#[test]
fn whoever_leaves_leaves_nothing_waiting() {
    let (withdrawn, events) = answered().leave(person(ASKER), at(20));
    assert_eq!(withdrawn.status, QuestionStatus::Withdrawn);
    assert_eq!(turns(&events), [(QuestionTurn::PassedOn, person(MENTOR))]);
    let (open, events) = claimed(0).leave(person(MENTOR), at(20));
    assert_eq!((open.status, open.mentor_id), (QuestionStatus::Open, None));
    assert_eq!(turns(&events), [(QuestionTurn::Returned, person(ASKER))]);
}

/// A die whose throws a seed decides.
struct Die(u64);

impl Die {
    fn throw(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Does what a die says, at a moment.
fn step(
    question: Question,
    action: QuestionAction,
    by: Actor,
    now: Timestamp,
) -> Result<Stepped, QuestionError> {
    match action {
        QuestionAction::Claim => question.claim(by, 0, now),
        QuestionAction::Release => question.release(by, now),
        QuestionAction::Answer => {
            let (written, _, events) = question.write(draft(1), by, now)?;
            Ok((written, events))
        }
        QuestionAction::Complete => question.complete(by, now),
        QuestionAction::Rate => question.rate(5, by, now),
        QuestionAction::Escalate => question.escalate(by, now),
        QuestionAction::Withdraw => question.withdraw(by, now),
        QuestionAction::Remove => question.remove(by, "spam".to_owned(), now),
    }
}

/// What holds of every question, however it came about.
fn check_invariants(question: &Question) {
    let has_mentor = question.mentor_id.is_some();
    match question.status {
        QuestionStatus::Open | QuestionStatus::Expired | QuestionStatus::Withdrawn => {
            assert!(!has_mentor);
        }
        QuestionStatus::Claimed | QuestionStatus::Answered | QuestionStatus::Completed => {
            assert!(has_mentor);
        }
        QuestionStatus::Removed => {}
    }
    assert_eq!(
        question.status.is_under_way(),
        question.holds_until.is_some()
    );
    assert_eq!(question.rating.is_some(), question.rated_at.is_some());
    assert!(question.offer_at.is_none() || question.status.is_under_way());
    assert!(question.declined.is_empty() || question.status.is_under_way());
    let mentor = question.mentor_id;
    assert!(mentor.is_none_or(|mentor| !question.declined.contains(&mentor)));
}

#[test]
fn thousands_of_random_lives_keep_every_promise() {
    let people = [ASKER, MENTOR, OTHER, ADMIN].map(actor);
    let (mut seen, mut steps) = (HashSet::new(), 0);
    for seed in 0..3_000 {
        let (mut die, mut minutes) = (Die(seed), 0);
        let mut question = asked();
        for _ in 0..30 {
            let is_long = die.throw(16) == 0;
            let spans = if is_long { [1_440, 10_080] } else { [1, 31] };
            minutes += spans[usize::try_from(die.throw(2)).unwrap()];
            let by = people[usize::try_from(die.throw(4)).unwrap()];
            // The last two end a life, so they are thrown seldom.
            let sides = if die.throw(20) == 0 { 8 } else { 6 };
            let action = QuestionAction::ALL[usize::try_from(die.throw(sides)).unwrap()];
            let (present, _) = question.clone().at(at(minutes));
            let is_offered = present.allowed_actions(by).contains(&action);
            match step(question.clone(), action, by, at(minutes)) {
                Ok((next, events)) => {
                    assert!(
                        is_offered,
                        "{action:?} was done and not offered in {:?}",
                        present.status
                    );
                    assert!(next.version > question.version);
                    assert!(next.updated_at >= question.updated_at);
                    let is_own = |(_, recipient): &(QuestionTurn, UserId)| *recipient == by.id;
                    let own: Vec<_> = turns(&events).into_iter().filter(is_own).collect();
                    assert!(
                        own.len() <= 1,
                        "nobody hears of what they did themselves: {own:?}"
                    );
                    question = next;
                    steps += 1;
                }
                Err(error) => assert!(!is_offered, "{action:?} was offered and refused: {error}"),
            }
            check_invariants(&question);
            check_invariants(&question.clone().at(at(minutes)).0);
            seen.insert(question.status);
        }
    }
    assert!(steps > 5_000, "{steps}");
    assert!(seen.len() >= 6, "{seen:?}");
    assert_eq!(person(ASKER).uuid(), Uuid::from_u128(1));
}
