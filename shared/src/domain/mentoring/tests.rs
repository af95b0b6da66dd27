//! The rules of wishes and batches, each as a sentence, and what holds after any answers whatever.

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::news::News;

const MENTEE: u128 = 1000;

fn id(number: u128) -> UserId {
    Uuid::from_u128(number).into()
}

fn now() -> Timestamp {
    "2026-03-02T15:00:00Z".parse().unwrap()
}

fn batch_id(number: u128) -> ProposalBatchId {
    Uuid::from_u128(5000 + number).into()
}

fn everybody() -> HashSet<UserId> {
    (1..=20).map(id).collect()
}

/// A wish with so many candidates, whose first batch is open.
fn asked(candidates: u32) -> MentoringRequest {
    let candidate = |place: u32| Candidate {
        place: place.try_into().unwrap(),
        mentor_id: id(place.into()),
        score: Thousandths::new(90_000),
        round: None,
        outcome: Outcome::Waiting,
        reason: None,
        answered_at: None,
    };
    let request = MentoringRequest {
        id: Uuid::from_u128(7).into(),
        mentee_id: id(MENTEE),
        status: RequestStatus::Open,
        goals: "grow".to_owned(),
        program: "office_hours".to_owned(),
        program_version: 1,
        rounds: 0,
        mentorship_id: None,
        queued_at: None,
        version: 0,
        created_at: now(),
        updated_at: now(),
        batches: Vec::new(),
        candidates: (1..=candidates).map(candidate).collect(),
    };
    let available = everybody();
    request.begin(&next(&available, 1), now()).0
}

fn next(available: &HashSet<UserId>, number: u128) -> Next<'_> {
    Next {
        available,
        batch_id: batch_id(number),
    }
}

fn pass(request: MentoringRequest, mentor: u128, batch: u128) -> (MentoringRequest, Vec<Event>) {
    let available = everybody();
    let by = (batch_id(batch), id(mentor));
    request
        .pass(by, None, &next(&available, batch + 1), now())
        .unwrap()
}

fn open_mentors(request: &MentoringRequest) -> Vec<UserId> {
    let asked = request.candidates.iter().filter(|one| one.is_asked());
    asked.map(|one| one.mentor_id).collect()
}

#[test]
fn the_best_three_are_asked_first() {
    let request = asked(5);
    assert_eq!(open_mentors(&request), [id(1), id(2), id(3)]);
    let batch = request.open_batch().unwrap();
    assert_eq!(batch.respond_by, now() + ANSWER_TIME);
}

#[test]
fn the_first_to_select_wins_and_the_others_hear_that_they_need_not_answer() {
    let mentorship: MentorshipId = Uuid::from_u128(9).into();
    let (request, new, events) = asked(5)
        .select(batch_id(1), id(2), mentorship, now())
        .unwrap();

    assert_eq!(request.status, RequestStatus::Matched);
    assert_eq!(
        (new.pair.mentor_id, new.pair.mentee_id),
        (id(2), id(MENTEE))
    );
    let told = |recipient_id| {
        Event::Mentoring(News::ProposalClosed {
            batch_id: batch_id(1),
            recipient_id,
        })
    };
    assert_eq!(events, [told(id(1)), told(id(3))]);
    let late = request.select(batch_id(1), id(1), mentorship, now());
    let refused = MentoringError::BatchClosed(BatchStatus::Selected);
    assert_eq!(late.unwrap_err(), refused);
}

#[test]
fn only_who_was_asked_answers_once_and_in_time() {
    let mentorship: MentorshipId = Uuid::from_u128(9).into();
    let select = |request: MentoringRequest, mentor, now| {
        request
            .select(batch_id(1), id(mentor), mentorship, now)
            .unwrap_err()
    };

    assert_eq!(select(asked(5), 4, now()), MentoringError::NotAsked);
    let (passed, _) = pass(asked(5), 1, 1);
    let answered = MentoringError::Answered(Outcome::Passed);
    assert_eq!(select(passed, 1, now()), answered);
    let late = now() + ANSWER_TIME;
    let lapsed = MentoringError::BatchClosed(BatchStatus::Lapsed);
    assert_eq!(select(asked(5), 1, late), lapsed);
}

#[test]
fn when_all_three_pass_the_next_best_are_asked_at_once() {
    let (request, events) = pass(asked(5), 1, 1);
    assert!(events.is_empty());
    let (request, _) = pass(request, 3, 1);
    let (request, events) = pass(request, 2, 1);

    assert_eq!(open_mentors(&request), [id(4), id(5)]);
    assert_eq!(request.batches[0].status, BatchStatus::Passed);
    assert_eq!(request.rounds, 2);
    let told = News::MovedOn {
        request_id: request.id,
        batch_id: batch_id(2),
        recipient_id: id(MENTEE),
    };
    assert_eq!(events.last(), Some(&Event::Mentoring(told)));
}

#[test]
fn silence_moves_on_after_72_hours_and_lands_with_an_admin_in_the_end() {
    let available = everybody();
    let early = now() + ANSWER_TIME - SignedDuration::from_secs(1);
    assert!(asked(4).lapse(&next(&available, 2), early).is_none());

    let first = now() + ANSWER_TIME;
    let (request, _) = asked(4).lapse(&next(&available, 2), first).unwrap();
    assert_eq!(open_mentors(&request), [id(4)]);
    assert_eq!(request.candidates[0].outcome, Outcome::Lapsed);

    let second = first + ANSWER_TIME;
    let (request, events) = request.lapse(&next(&available, 3), second).unwrap();
    assert_eq!(request.status, RequestStatus::Queued);
    let told = News::NobodyLeft {
        request_id: request.id,
        recipient_id: id(MENTEE),
    };
    assert_eq!(events, [Event::Mentoring(told)]);
    assert!(request.lapse(&next(&available, 4), second).is_none());
}

#[test]
fn whoever_cannot_be_asked_now_is_passed_over() {
    let available: HashSet<UserId> = [id(5)].into();
    let late = now() + ANSWER_TIME;

    let (request, _) = asked(6).lapse(&next(&available, 2), late).unwrap();

    assert_eq!(open_mentors(&request), [id(5)]);
    assert_eq!(request.candidates[3].outcome, Outcome::Skipped);
    assert_eq!(request.candidates[5].outcome, Outcome::Skipped);
}

#[test]
fn who_takes_the_wish_back_leaves_nobody_waiting() {
    let (request, events) = asked(5).withdraw(now()).unwrap();

    assert_eq!(request.status, RequestStatus::Withdrawn);
    assert_eq!(events.len(), 3);
    let again = request.withdraw(now()).unwrap_err();
    let refused = MentoringError::RequestClosed(RequestStatus::Withdrawn);
    assert_eq!(again, refused);
}

/// What can happen to a wish.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Select(u128),
    Pass(u128),
    Time(i64),
    Withdraw,
}

fn happening() -> impl Strategy<Value = Happening> {
    prop_oneof![
        1 => (1_u128..10).prop_map(Happening::Select),
        8 => (1_u128..10).prop_map(Happening::Pass),
        4 => (1_i64..80).prop_map(Happening::Time),
        1 => Just(Happening::Withdraw),
    ]
}

proptest! {
    #[test]
    fn after_any_answers_nobody_is_asked_twice_and_one_batch_is_open_at_most(
        candidates in 0_u32..9,
        free in prop::collection::hash_set(1_u128..10, 0..10),
        happenings in prop::collection::vec(happening(), 0..40),
    ) {
        let available: HashSet<UserId> = free.into_iter().map(id).collect();
        let mut request = asked(candidates);
        let (mut at, mut batches) = (now(), 1);
        for happening in happenings {
            let before = request.clone();
            let open = before.open_batch().map_or(batch_id(1), |batch| batch.id);
            let moved = next(&available, batches + 1);
            let changed = match happening {
                Happening::Select(mentor) => {
                    let mentorship = Uuid::from_u128(9).into();
                    before.clone().select(open, id(mentor), mentorship, at).ok().map(|(request, _, _)| request)
                }
                Happening::Pass(mentor) => {
                    before.clone().pass((open, id(mentor)), None, &moved, at).ok().map(|(request, _)| request)
                }
                Happening::Time(hours) => {
                    at += SignedDuration::from_hours(hours);
                    before.clone().lapse(&moved, at).map(|(request, _)| request)
                }
                Happening::Withdraw => before.clone().withdraw(at).ok().map(|(request, _)| request),
            };
            request = changed.unwrap_or(before.clone());
            batches = request.rounds.try_into().unwrap();

            let is_open = request.open_batch().is_some();
            prop_assert_eq!(is_open, request.status == RequestStatus::Open);
            prop_assert_eq!(is_open, request.candidates.iter().any(Candidate::is_asked));
            prop_assert!(open_mentors(&request).len() <= BATCH_SIZE);
            if !before.status.is_open() {
                prop_assert_eq!(request.status, before.status, "what is closed stays closed");
            }
            for (old, new) in before.candidates.iter().zip(&request.candidates) {
                let was_settled = !matches!(old.outcome, Outcome::Waiting | Outcome::Proposed);
                prop_assert!(!was_settled || old == new, "an answer stands");
                prop_assert!(old.round.is_none() || old.round == new.round, "nobody is asked twice");
            }
        }
    }
}
