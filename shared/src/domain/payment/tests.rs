//! The rules of a payment, and a model of everything that can happen between workers, payer and provider.

use std::collections::BTreeMap;

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::domain::session::{Payment, SessionRequest};
use crate::domain::slots::Slot;
use crate::domain::time::Minutes;

const OK: u8 = 0;
const NEEDS_ACTION: u8 = 1;
const REFUSED: u8 = 2;
const FAILS_AT_CAPTURE: u8 = 3;

fn now() -> Timestamp {
    "2026-03-02T08:00:00Z".parse().unwrap()
}

fn card(kind: u8) -> SealedMethod {
    SealedMethod(vec![kind])
}

fn session(price: Option<i32>) -> Session {
    let starts_at = "2026-03-03T10:00:00Z".parse().unwrap();
    let request = SessionRequest {
        id: Uuid::from_u128(7).into(),
        mentor_id: Uuid::from_u128(1).into(),
        slot: Slot {
            starts_at,
            ends_at: starts_at + Minutes(60),
        },
        duration: Minutes(60),
        topic: None,
        mentee_notes: None,
        matched: None,
        payment: Payment {
            status: PaymentStatus::Pending,
            price,
            currency: Some("EUR".to_owned()),
        },
        min_notice: Minutes(120),
        cancellation_notice: Minutes(120),
    };
    Session::request(request, Uuid::from_u128(2).into(), now()).0
}

fn begun(kind: u8) -> SessionPayment {
    let (payment, event) = SessionPayment::begin_for(&session(Some(4500)), Some(card(kind)), true)
        .unwrap()
        .unwrap();
    assert!(matches!(event, Event::PaymentDue { .. }));
    payment
}

/// What a step of a worker who is never disturbed makes of a payment.
fn after(
    payment: SessionPayment,
    outcome: Outcome,
    session: SessionStatus,
) -> (SessionPayment, Option<Event>) {
    let step = payment.next_step(session).unwrap();
    let begun = payment.begin(step, now());
    begun
        .clone()
        .record(&begun, outcome, session, now())
        .unwrap()
}

fn authorized() -> SessionPayment {
    let reference = "pay_1".to_owned();
    after(
        begun(OK),
        Outcome::Authorized { reference },
        SessionStatus::Pending,
    )
    .0
}

#[test]
fn what_is_free_is_not_paid() {
    for price in [None, Some(0)] {
        let nothing = SessionPayment::begin_for(&session(price), Some(card(OK)), false);
        assert_eq!(nothing, Ok(None));
    }
}

#[test]
fn what_has_a_price_needs_a_method_and_somebody_who_takes_it() {
    let paid = session(Some(4500));
    assert_eq!(
        SessionPayment::begin_for(&paid, None, true),
        Err(PaymentError::MethodRequired)
    );
    assert_eq!(
        SessionPayment::begin_for(&paid, Some(card(OK)), false),
        Err(PaymentError::Off)
    );
}

#[test]
fn money_is_held_and_then_taken_or_given_back() {
    let held = authorized();
    assert_eq!(held.status, PaymentStatus::Authorized);
    assert_eq!((&held.method, held.step), (&None, None));
    for status in SessionStatus::ALL {
        let expected = match status {
            SessionStatus::Pending | SessionStatus::Confirmed => None,
            SessionStatus::Completed | SessionStatus::NoShow => Some(Step::Capture),
            SessionStatus::Declined | SessionStatus::Cancelled | SessionStatus::Expired => {
                Some(Step::Refund)
            }
        };
        assert_eq!(held.next_step(status), expected, "{status:?}");
    }
    let (taken, event) = after(held.clone(), Outcome::Captured, SessionStatus::Completed);
    assert_eq!((taken.status, event), (PaymentStatus::Captured, None));
    let (back, event) = after(held, Outcome::Refunded, SessionStatus::Declined);
    assert_eq!((back.status, event), (PaymentStatus::Refunded, None));
}

#[test]
fn a_refused_card_is_told_and_another_one_tried() {
    let refused = Outcome::Declined(Decline::InsufficientFunds);
    let (failed, event) = after(begun(REFUSED), refused, SessionStatus::Pending);
    assert_eq!(failed.status, PaymentStatus::Failed);
    assert_eq!(failed.problem, Some(Decline::InsufficientFunds));
    assert!(matches!(event, Some(Event::PaymentStalled { .. })));
    assert_eq!(failed.next_step(SessionStatus::Pending), None);
    assert_eq!(
        failed
            .clone()
            .go_on(None, SessionStatus::Pending, now())
            .map(drop),
        Err(PaymentError::MethodRequired)
    );

    let first_key = begun(OK).key(Step::Authorize);
    let (again, _) = failed
        .go_on(Some(card(OK)), SessionStatus::Pending, now())
        .unwrap();
    assert_eq!(again.status, PaymentStatus::Pending);
    assert_eq!((again.attempts, again.problem), (2, None));
    assert_eq!(
        again.next_step(SessionStatus::Pending),
        Some(Step::Authorize)
    );
    assert_ne!(again.key(Step::Authorize), first_key);
}

#[test]
fn nobody_hears_of_a_card_for_a_session_that_will_not_take_place() {
    let refused = Outcome::Declined(Decline::CardDeclined);
    let payment = begun(REFUSED).begin(Step::Authorize, now());
    let (_, event) = payment
        .clone()
        .record(&payment, refused, SessionStatus::Declined, now())
        .unwrap();
    assert_eq!(event, None);
}

#[test]
fn a_payer_who_has_agreed_says_so() {
    let waits = Outcome::ActionNeeded {
        reference: "pay_1".to_owned(),
        url: "https://bank.example".to_owned(),
    };
    let (waiting, event) = after(begun(NEEDS_ACTION), waits, SessionStatus::Pending);
    assert!(event.is_some());
    assert_eq!(waiting.next_step(SessionStatus::Pending), None);
    let (asked, _) = waiting
        .clone()
        .go_on(None, SessionStatus::Pending, now())
        .unwrap();
    assert_eq!(asked.next_step(SessionStatus::Pending), Some(Step::LookUp));

    // Another card instead: what the provider has of the first one is given up before.
    let (other, _) = waiting
        .go_on(Some(card(OK)), SessionStatus::Pending, now())
        .unwrap();
    assert_eq!(other.next_step(SessionStatus::Pending), Some(Step::Refund));
    let (given_up, _) = after(other, Outcome::Refunded, SessionStatus::Pending);
    assert_eq!(given_up.status, PaymentStatus::Pending);
    assert_eq!(
        given_up.next_step(SessionStatus::Pending),
        Some(Step::Authorize)
    );
}

#[test]
fn what_is_settled_or_under_way_is_left_alone() {
    let go_on =
        |payment: SessionPayment, session| payment.go_on(Some(card(OK)), session, now()).map(drop);
    assert_eq!(
        go_on(authorized(), SessionStatus::Pending),
        Err(PaymentError::NothingToPay)
    );
    assert_eq!(
        go_on(begun(OK), SessionStatus::Declined),
        Err(PaymentError::NothingToPay)
    );
    assert_eq!(
        go_on(begun(OK), SessionStatus::Pending),
        Err(PaymentError::InProgress)
    );
    let tired = SessionPayment {
        status: PaymentStatus::Failed,
        method: None,
        attempts: MOST_ATTEMPTS,
        ..begun(OK)
    };
    assert_eq!(
        go_on(tired, SessionStatus::Pending),
        Err(PaymentError::TooManyAttempts)
    );
}

#[test]
fn a_step_that_was_begun_is_finished_before_anything_else() {
    let begun = begun(OK).begin(Step::Authorize, now());
    let key = begun.key(Step::Authorize);
    assert_eq!(
        begun.next_step(SessionStatus::Declined),
        Some(Step::Authorize)
    );
    let again = begun.clone().begin(Step::Authorize, now());
    assert_eq!((again.key(Step::Authorize), again.calls), (key, 2));

    let outcome = || Outcome::Authorized {
        reference: "pay_1".to_owned(),
    };
    let (held, _) = again
        .clone()
        .record(&again, outcome(), SessionStatus::Declined, now())
        .unwrap();
    assert_eq!(held.next_step(SessionStatus::Declined), Some(Step::Refund));
    // The first worker comes late.
    assert_eq!(
        held.record(&begun, outcome(), SessionStatus::Declined, now()),
        None
    );
}

#[test]
fn an_answer_about_one_hold_is_not_one_about_another() {
    let held = |reference: &str| SessionPayment {
        reference: Some(reference.to_owned()),
        ..authorized()
    };
    let late = held("pay_1").begin(Step::Refund, now());
    let begun = held("pay_2").begin(Step::Refund, now());

    let recorded = begun.record(&late, Outcome::Refunded, SessionStatus::Declined, now());

    assert_eq!(recorded, None);
}

#[test]
fn the_mentor_hears_of_a_request_once_its_amount_is_held() {
    let reference = || "pay_1".to_owned();
    for (session, is_asked) in [
        (SessionStatus::Pending, true),
        (SessionStatus::Confirmed, false),
        (SessionStatus::Completed, false),
        (SessionStatus::Declined, false),
    ] {
        let outcome = Outcome::Authorized {
            reference: reference(),
        };
        let asked = begun(OK).begin(Step::Authorize, now());
        let (_, event) = asked
            .clone()
            .record(&asked, outcome, session, now())
            .unwrap();
        let expected = is_asked.then_some(Event::SessionRequested {
            session_id: asked.session_id,
        });
        assert_eq!(event, expected, "{session:?}");
    }
}

/// A provider that does everything once per key.
#[derive(Default)]
struct Provider {
    kept: BTreeMap<String, Outcome>,
    payments: BTreeMap<String, (u8, PaymentStatus)>,
    captures: u32,
}

impl Provider {
    fn ask(&mut self, payment: &SessionPayment, step: Step) -> Outcome {
        let reference = payment.reference.clone();
        match (step, reference) {
            (Step::Refund, None) => return Outcome::Refunded,
            (Step::LookUp, Some(reference)) => return self.show(&reference),
            _ => {}
        }
        let key = payment.key(step);
        if let Some(kept) = self.kept.get(&key) {
            return kept.clone();
        }
        let outcome = self.work(payment, step);
        self.kept.insert(key, outcome.clone());
        outcome
    }

    fn work(&mut self, payment: &SessionPayment, step: Step) -> Outcome {
        if step == Step::Authorize {
            let kind = payment.method.as_ref().unwrap().0[0];
            if kind == REFUSED {
                return Outcome::Declined(Decline::CardDeclined);
            }
            let status = if kind == NEEDS_ACTION {
                PaymentStatus::Pending
            } else {
                PaymentStatus::Authorized
            };
            let reference = format!("pay_{}", self.payments.len());
            self.payments.insert(reference.clone(), (kind, status));
            return self.show(&reference);
        }
        let reference = payment.reference.clone().unwrap();
        let (kind, status) = self.payments.get_mut(&reference).unwrap();
        match (step, *status) {
            (Step::Capture, PaymentStatus::Authorized) if *kind == FAILS_AT_CAPTURE => {
                return Outcome::Declined(Decline::AuthorizationLapsed);
            }
            (Step::Capture, PaymentStatus::Authorized) => {
                *status = PaymentStatus::Captured;
                self.captures += 1;
            }
            (Step::Refund, _) => *status = PaymentStatus::Refunded,
            other => panic!("asked for {other:?}"),
        }
        self.show(&reference)
    }

    fn agree(&mut self) {
        for (_, status) in self.payments.values_mut() {
            if *status == PaymentStatus::Pending {
                *status = PaymentStatus::Authorized;
            }
        }
    }

    fn show(&self, reference: &str) -> Outcome {
        let reference = reference.to_owned();
        match self.payments[&reference].1 {
            PaymentStatus::Pending => Outcome::ActionNeeded {
                reference,
                url: "https://bank.example".to_owned(),
            },
            PaymentStatus::Captured => Outcome::Captured,
            PaymentStatus::Refunded => Outcome::Refunded,
            _ => Outcome::Authorized { reference },
        }
    }

    fn count(&self, wanted: PaymentStatus) -> usize {
        let payments = self.payments.values();
        payments.filter(|(_, status)| *status == wanted).count()
    }
}

/// What a worker holds in its hands.
#[derive(Clone, Default)]
enum Hands {
    #[default]
    Empty,
    Begun(SessionPayment, Step),
    Told(SessionPayment, Outcome),
}

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Happening {
    Work(usize),
    Kill(usize),
    BecomeSession(SessionStatus),
    Pay(u8),
    GoOn,
    Agree,
}

fn happenings() -> impl Strategy<Value = Vec<Happening>> {
    let happening = prop_oneof![
        8 => (0..3_usize).prop_map(Happening::Work),
        2 => (0..3_usize).prop_map(Happening::Kill),
        1 => (0..7_usize).prop_map(|at| Happening::BecomeSession(SessionStatus::ALL[at])),
        2 => (0..4_u8).prop_map(Happening::Pay),
        1 => Just(Happening::GoOn),
        1 => Just(Happening::Agree),
    ];
    prop::collection::vec(happening, 0..60)
}

struct World {
    payment: SessionPayment,
    session: SessionStatus,
    provider: Provider,
    workers: [Hands; 3],
}

impl World {
    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Work(worker) => self.work(worker),
            Happening::Kill(worker) => self.workers[worker] = Hands::Empty,
            Happening::BecomeSession(status) => {
                let is_possible = match self.session {
                    SessionStatus::Pending if status == SessionStatus::Confirmed => {
                        self.payment.status.is_secured()
                    }
                    SessionStatus::Pending => matches!(
                        status,
                        SessionStatus::Declined | SessionStatus::Expired | SessionStatus::Cancelled
                    ),
                    SessionStatus::Confirmed => matches!(
                        status,
                        SessionStatus::Completed | SessionStatus::NoShow | SessionStatus::Cancelled
                    ),
                    _ => false,
                };
                if is_possible {
                    self.session = status;
                }
            }
            Happening::Pay(kind) => self.go_on(Some(card(kind))),
            Happening::GoOn => self.go_on(None),
            Happening::Agree => self.provider.agree(),
        }
        let held = self.provider.count(PaymentStatus::Authorized);
        let taken = self.provider.count(PaymentStatus::Captured);
        assert!(held + taken <= 1, "held {held} times, taken {taken} times");
    }

    fn go_on(&mut self, method: Option<SealedMethod>) {
        if let Ok((payment, _)) = self.payment.clone().go_on(method, self.session, now()) {
            self.payment = payment;
        }
    }

    fn work(&mut self, worker: usize) {
        self.workers[worker] = match std::mem::take(&mut self.workers[worker]) {
            Hands::Empty => match self.payment.next_step(self.session) {
                None => Hands::Empty,
                Some(step) => {
                    self.payment = self.payment.clone().begin(step, now());
                    Hands::Begun(self.payment.clone(), step)
                }
            },
            Hands::Begun(begun, step) => {
                let outcome = self.provider.ask(&begun, step);
                Hands::Told(begun, outcome)
            }
            Hands::Told(begun, outcome) => {
                let recorded = self
                    .payment
                    .clone()
                    .record(&begun, outcome, self.session, now());
                if let Some((payment, _)) = recorded {
                    self.payment = payment;
                }
                Hands::Empty
            }
        };
    }

    /// Nobody is killed any more, and everybody's work gets done.
    fn settle(&mut self) {
        for _ in 0..60 {
            for worker in 0..3 {
                self.happen(Happening::Work(worker));
            }
        }
        assert_eq!(self.payment.next_step(self.session), None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, ..ProptestConfig::default() })]

    /// Whatever is killed, late or twice: in the end the provider has what the platform says it has, once.
    #[test]
    fn money_moves_once(first in 0..4_u8, happenings in happenings()) {
        let mut world = World {
            payment: begun(first),
            session: SessionStatus::Pending,
            provider: Provider::default(),
            workers: Default::default(),
        };
        for happening in happenings {
            world.happen(happening);
        }
        world.settle();

        let held = world.provider.count(PaymentStatus::Authorized);
        let taken = world.provider.count(PaymentStatus::Captured);
        let is_held = |status| status == Some(PaymentStatus::Authorized);
        let at_provider = world.payment.reference.as_ref().map(|name| world.provider.payments[name].1);
        prop_assert_eq!(taken, usize::try_from(world.provider.captures).unwrap());
        match world.payment.status {
            PaymentStatus::Captured => {
                prop_assert_eq!((held, taken), (0, 1));
                prop_assert_eq!(Due::of(world.session), Due::Taken);
            }
            PaymentStatus::Authorized => {
                prop_assert_eq!((held, taken), (1, 0));
                prop_assert!(is_held(at_provider));
                prop_assert_eq!(Due::of(world.session), Due::Held);
            }
            PaymentStatus::Refunded => {
                prop_assert_eq!((held, taken), (0, 0));
                prop_assert_eq!(Due::of(world.session), Due::GivenBack);
            }
            // What could not be taken is named, until another method replaces it or the hold lapses; what the payer
            // has agreed to and not told us of is known by its name.
            PaymentStatus::Pending | PaymentStatus::Failed => {
                prop_assert_eq!((held, taken), (usize::from(is_held(at_provider)), 0));
                prop_assert!(Due::of(world.session) != Due::GivenBack || world.payment.status == PaymentStatus::Failed);
            }
            PaymentStatus::NotRequired => prop_assert!(false),
        }
    }
}
