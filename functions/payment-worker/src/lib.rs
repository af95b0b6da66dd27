//! Holds, takes and gives back the money for sessions, each once.
//!
//! An event only says of which session to look. What is to be done follows from where the session and its payment stand
//! now, and is written down before the provider is asked, outside of any transaction. Whoever is killed in between
//! leaves a step that the next one takes again, with the same key: the provider does it once. Two at a time may ask the
//! same; one of them writes down what came of it, in the transaction that claims the event when nothing is left to do.

use shared::domain::event::{Event, EventRecord};
use shared::domain::id::{EventId, SessionId};
use shared::domain::payment::{
    Decline, Outcome, PaymentMethod, SealedMethod, SessionPayment, Step,
};
use shared::outside::payment::{Order, PaymentFailure, PaymentProvider};
use shared::queue::Queue;
use shared::state::AppState;
use shared::store;
use shared::worker::WorkError;
use tracing::{info, warn};

/// More than the longest way: give up a former method, authorize, capture.
const MOST_STEPS: usize = 6;

/// Does what is to be done about the payment of the session that an event names.
///
/// # Errors
/// When the provider or the database cannot be used; the event comes again.
pub async fn handle(state: AppState, record: EventRecord) -> Result<(), WorkError> {
    let Some(session) = session_of(&record.event) else {
        return Ok(());
    };
    let desk = Desk {
        state: &state,
        session,
        event: record.id,
    };
    for _ in 0..MOST_STEPS {
        let Some((begun, step)) = desk.begin().await? else {
            return Ok(());
        };
        let outcome = match desk.ask(&begun, step).await {
            Ok(outcome) => outcome,
            Err(failure) => return Err(desk.note(step, &failure).await?),
        };
        if desk.record(&begun, step, outcome).await? {
            return Ok(());
        }
    }
    Err(WorkError::Later(
        "a payment changes all the time".to_owned(),
    ))
}

/// The session whose payment an event may concern; whether it has any, the table of payments knows.
const fn session_of(event: &Event) -> Option<SessionId> {
    match event {
        Event::PaymentDue { session_id }
        | Event::SessionDeclined { session_id }
        | Event::SessionCancelled { session_id, .. }
        | Event::SessionExpired { session_id }
        | Event::SessionCompleted { session_id }
        | Event::SessionNoShow { session_id } => Some(*session_id),
        _ => None,
    }
}

/// One session's payment, as one event found it.
struct Desk<'a> {
    state: &'a AppState,
    session: SessionId,
    event: EventId,
}

impl Desk<'_> {
    /// Writes down what the provider is about to be asked; claims the event when that is nothing.
    async fn begin(&self) -> Result<Option<(SessionPayment, Step)>, WorkError> {
        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        let found = store::payment::lock(&tx, self.session).await?;
        let next = found.and_then(|(payment, session)| {
            let step = payment.next_step(session)?;
            Some((payment.begin(step, self.state.clock.now()), step))
        });
        match &next {
            Some((begun, _)) => store::payment::update(&tx, begun).await?,
            None => {
                store::inbox::claim(&tx, Queue::Payment, self.event).await?;
            }
        }
        tx.commit().await?;
        Ok(next)
    }

    /// Asks the provider. Nothing is held meanwhile: neither a row nor a connection.
    async fn ask(&self, payment: &SessionPayment, step: Step) -> Result<Outcome, Failure> {
        let provider = self.state.payments().await.map_err(Failure::of)?;
        let provider = provider.ok_or_else(|| Failure("payments are switched off".to_owned()))?;
        let key = payment.key(step);
        let outcome = match (step, &payment.reference) {
            (Step::Authorize, _) => match self.open(payment).await? {
                None => return Ok(Outcome::Declined(Decline::UnknownMethod)),
                Some(method) => {
                    let order = Order {
                        key: &key,
                        session_id: payment.session_id,
                        amount: payment.amount,
                        currency: &payment.currency,
                        method: &method,
                    };
                    provider.authorize(order).await?
                }
            },
            (Step::LookUp, Some(reference)) => provider.look_up(reference).await?,
            (Step::Capture, Some(reference)) => provider.capture(&key, reference).await?,
            (Step::Refund, Some(reference)) => provider.refund(&key, reference).await?,
            // The provider has never heard of it, so it has nothing to give back.
            (Step::Refund, None) => Outcome::Refunded,
            (Step::LookUp | Step::Capture, None) => Outcome::Declined(Decline::AuthorizationLapsed),
        };
        Ok(outcome)
    }

    /// Opens the token; it is gone when its person was erased.
    async fn open(&self, payment: &SessionPayment) -> Result<Option<PaymentMethod>, Failure> {
        let Some(SealedMethod(sealed)) = &payment.method else {
            return Ok(None);
        };
        let keys = self.state.data_keys().await.map_err(Failure::of)?;
        let context = SealedMethod::context(payment.session_id);
        let token = keys.open(&context, sealed).map_err(Failure::of)?;
        Ok(PaymentMethod::parse(&token).ok())
    }

    /// Writes down what came of it, unless another worker has; `true` when nothing is left to do.
    async fn record(
        &self,
        begun: &SessionPayment,
        step: Step,
        outcome: Outcome,
    ) -> Result<bool, WorkError> {
        let now = self.state.clock.now();
        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        let Some((payment, session)) = store::payment::lock(&tx, self.session).await? else {
            return Ok(false);
        };
        let Some((payment, event)) = payment.record(begun, outcome, session, now) else {
            return Ok(false);
        };
        store::payment::update(&tx, &payment).await?;
        if let Some(event) = event {
            store::outbox::append(&tx, self.state.clock.id(), now, event).await?;
        }
        let is_over = payment.next_step(session).is_none();
        if is_over {
            store::inbox::claim(&tx, Queue::Payment, self.event).await?;
        }
        tx.commit().await?;
        let (step, status) = (step.as_str(), payment.status.as_str());
        info!(session.id = %self.session, step, status, "a payment went on");
        Ok(is_over)
    }

    /// Leaves a word beside the payment, which stays as it is.
    async fn note(&self, step: Step, failure: &Failure) -> Result<WorkError, WorkError> {
        let step = step.as_str();
        warn!(%failure, session.id = %self.session, step, "a payment must wait");
        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        store::payment::note_failure(&tx, self.session, &failure.0).await?;
        tx.commit().await?;
        Ok(WorkError::Later(format!("{step}: {failure}")))
    }
}

/// Why the provider was not asked, or did not answer.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

impl Failure {
    fn of(failure: impl std::error::Error) -> Self {
        Self(failure.to_string())
    }
}

impl From<PaymentFailure> for Failure {
    fn from(failure: PaymentFailure) -> Self {
        Self(failure.to_string())
    }
}
