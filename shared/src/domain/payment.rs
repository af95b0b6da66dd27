//! The payment of a session: held when it is asked for, taken once it took place, given back when it does not.
//!
//! ```text
//! pending ──authorize──▶ authorized ──capture──▶ captured
//!  ▲ │ └────declined──▶ failed ◀──declined──┘
//!  │ │                    │        └─────refund (the session ended without taking place)──▶ refunded
//!  │ └────────────────────│──────────────refund─────────────────────────────────────────────┘
//!  └───another method─────┘
//! ```
//!
//! Events only wake whoever works on it: what is to be done follows from where the session and its payment stand *now*,
//! so that events may come late, twice or in any order. A step is written down before the provider is asked. One that
//! was begun and not recorded is taken again with the same key before anything else happens: the provider does it once.

mod error;
mod method;
mod money;
mod step;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

use super::event::Event;
use super::id::SessionId;
use super::session::{PaymentStatus, Session, SessionStatus};

pub use error::PaymentError;
pub use method::{PaymentMethod, SealedMethod};
pub use money::money;
pub use step::{Decline, Outcome, Step};

/// How many methods may be tried for one session: nobody tests stolen cards here.
pub const MOST_ATTEMPTS: i32 = 10;

/// The payment of a session that has a price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionPayment {
    /// What is paid.
    pub session_id: SessionId,
    /// Where the money stands.
    pub status: PaymentStatus,
    /// How much, in minor units of the currency.
    pub amount: i32,
    /// ISO 4217 code.
    pub currency: String,
    /// With what, until it was used.
    pub method: Option<SealedMethod>,
    /// How many methods were tried, this one included.
    pub attempts: i32,
    /// The provider's name of what it holds or has taken.
    pub reference: Option<String>,
    /// Where the payer has to do something, such as prove who they are to their bank.
    pub action_url: Option<String>,
    /// Why the provider said no.
    pub problem: Option<Decline>,
    /// What was begun, and nobody knows what came of it.
    pub step: Option<Step>,
    /// How often the provider was asked.
    pub calls: i32,
    /// Counts the changes.
    pub version: i64,
    /// When it was begun.
    pub created_at: Timestamp,
    /// The last change.
    pub updated_at: Timestamp,
}

/// What becomes of the money while a session stands as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Due {
    Held,
    Taken,
    GivenBack,
}

impl Due {
    /// Who did not come has been waited for: that is paid like a session.
    const fn of(session: SessionStatus) -> Self {
        match session {
            SessionStatus::Pending | SessionStatus::Confirmed => Self::Held,
            SessionStatus::Completed | SessionStatus::NoShow => Self::Taken,
            SessionStatus::Declined | SessionStatus::Cancelled | SessionStatus::Expired => {
                Self::GivenBack
            }
        }
    }
}

impl SessionPayment {
    /// Begins the payment of a session that was just asked for; `None` when it costs nothing.
    ///
    /// # Errors
    /// When it cannot be paid, or not without a method.
    pub fn begin_for(
        session: &Session,
        method: Option<SealedMethod>,
        is_possible: bool,
    ) -> Result<Option<(Self, Event)>, PaymentError> {
        let price = session.payment.price.filter(|price| *price > 0);
        let (Some(amount), Some(currency)) = (price, session.payment.currency.clone()) else {
            return Ok(None);
        };
        if !is_possible {
            return Err(PaymentError::Off);
        }
        let payment = Self {
            session_id: session.id,
            status: PaymentStatus::Pending,
            amount,
            currency,
            method: Some(method.ok_or(PaymentError::MethodRequired)?),
            attempts: 1,
            reference: None,
            action_url: None,
            problem: None,
            step: None,
            calls: 0,
            version: 1,
            created_at: session.created_at,
            updated_at: session.created_at,
        };
        let event = Event::PaymentDue {
            session_id: session.id,
        };
        Ok(Some((payment, event)))
    }

    /// The payer goes on: with another method, or after doing what their bank wanted.
    ///
    /// # Errors
    /// When nothing is to be paid, or not by this.
    pub fn go_on(
        self,
        method: Option<SealedMethod>,
        session: SessionStatus,
        now: Timestamp,
    ) -> Result<(Self, Event), PaymentError> {
        let is_open = matches!(self.status, PaymentStatus::Pending | PaymentStatus::Failed);
        if !is_open || Due::of(session) == Due::GivenBack {
            return Err(PaymentError::NothingToPay);
        }
        if self.step.is_some() || self.method.is_some() {
            return Err(PaymentError::InProgress);
        }
        let event = Event::PaymentDue {
            session_id: self.session_id,
        };
        let changed = self.changed(now);
        let gone_on = match method {
            None if changed.action_url.is_some() => Self {
                step: Some(Step::LookUp),
                ..changed
            },
            None => return Err(PaymentError::MethodRequired),
            Some(_) if changed.attempts >= MOST_ATTEMPTS => {
                return Err(PaymentError::TooManyAttempts);
            }
            // What the provider has of the former method is given up first: see `next_step`.
            Some(method) => Self {
                status: PaymentStatus::Pending,
                method: Some(method),
                attempts: changed.attempts + 1,
                action_url: None,
                problem: None,
                ..changed
            },
        };
        Ok((gone_on, event))
    }

    /// What the provider is to be asked now; `None` while nothing is to be done, or only the payer can do it.
    #[must_use]
    pub fn next_step(&self, session: SessionStatus) -> Option<Step> {
        if self.step.is_some() {
            return self.step;
        }
        match (self.status, Due::of(session)) {
            (PaymentStatus::Pending, Due::Held | Due::Taken) if self.method.is_none() => None,
            (PaymentStatus::Pending, Due::Held | Due::Taken) if self.reference.is_some() => {
                Some(Step::Refund)
            }
            (PaymentStatus::Pending, Due::Held | Due::Taken) => Some(Step::Authorize),
            (PaymentStatus::Authorized, Due::Taken) => Some(Step::Capture),
            (
                PaymentStatus::Pending | PaymentStatus::Authorized | PaymentStatus::Captured,
                Due::GivenBack,
            ) => Some(Step::Refund),
            (PaymentStatus::Authorized, Due::Held)
            | (PaymentStatus::Captured, Due::Held | Due::Taken)
            | (
                PaymentStatus::NotRequired | PaymentStatus::Refunded | PaymentStatus::Failed,
                Due::Held | Due::Taken | Due::GivenBack,
            ) => None,
        }
    }

    /// Writes down that the provider is about to be asked.
    #[must_use]
    pub fn begin(self, step: Step, now: Timestamp) -> Self {
        Self {
            step: Some(step),
            calls: self.calls + 1,
            ..self.changed(now)
        }
    }

    /// Names a step to the provider, the same in every attempt to take it.
    #[must_use]
    pub fn key(&self, step: Step) -> String {
        let (session, step_name) = (self.session_id, step.as_str());
        match &self.reference {
            Some(reference) if step != Step::Authorize => {
                format!("{session}:{step_name}:{reference}")
            }
            _ => format!("{session}:{step_name}:{}", self.attempts),
        }
    }

    /// Writes down what came of a step, and what somebody must hear of; `None` when somebody else has done so.
    ///
    /// `begun` is the payment as it was when the provider was asked.
    #[must_use]
    pub fn record(
        self,
        begun: &Self,
        outcome: Outcome,
        session: SessionStatus,
        now: Timestamp,
    ) -> Option<(Self, Option<Event>)> {
        let step = self.step?;
        let is_same = begun.attempts == self.attempts && begun.reference == self.reference;
        if begun.step != Some(step) || !is_same {
            return None;
        }
        let due = Due::of(session);
        let event = self
            .news(&outcome, step, session)
            .filter(|_| due != Due::GivenBack);
        let is_replaced =
            self.status == PaymentStatus::Pending && self.method.is_some() && due != Due::GivenBack;
        let recorded = Self {
            step: None,
            ..self.changed(now)
        };
        Some((recorded.become_so(step, outcome, is_replaced), event))
    }

    /// What the payer must hear of, and the mentor: they are asked once the amount is held.
    fn news(&self, outcome: &Outcome, step: Step, session: SessionStatus) -> Option<Event> {
        let session_id = self.session_id;
        match (outcome, step) {
            (Outcome::Declined(_), _) | (Outcome::ActionNeeded { .. }, Step::Authorize) => {
                Some(Event::PaymentStalled { session_id })
            }
            (Outcome::Authorized { .. }, _) if session == SessionStatus::Pending => {
                Some(Event::SessionRequested { session_id })
            }
            (
                Outcome::Authorized { .. }
                | Outcome::ActionNeeded { .. }
                | Outcome::Captured
                | Outcome::Refunded,
                _,
            ) => None,
        }
    }

    fn become_so(self, step: Step, outcome: Outcome, is_replaced: bool) -> Self {
        // Used up, or of no use any more.
        let used = Self {
            method: None,
            action_url: None,
            ..self.clone()
        };
        match outcome {
            Outcome::Authorized { reference } => Self {
                status: PaymentStatus::Authorized,
                reference: Some(reference),
                problem: None,
                ..used
            },
            Outcome::ActionNeeded { reference, url } => Self {
                reference: Some(reference),
                action_url: Some(url),
                ..used
            },
            Outcome::Captured => Self {
                status: PaymentStatus::Captured,
                ..used
            },
            Outcome::Refunded if is_replaced => Self {
                reference: None,
                ..self
            },
            Outcome::Refunded => Self {
                status: PaymentStatus::Refunded,
                ..used
            },
            // What could not be taken is still held: another method gives it up first.
            Outcome::Declined(problem) => Self {
                status: PaymentStatus::Failed,
                problem: Some(problem),
                reference: used.reference.filter(|_| step == Step::Capture),
                ..used
            },
        }
    }

    fn changed(self, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            updated_at: now,
            ..self
        }
    }
}
