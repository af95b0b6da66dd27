//! Payments of sessions. Whoever changes one holds the row of its session, which says `payment_status` too.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::event::Event;
use crate::domain::id::{Id, SessionId};
use crate::domain::payment::{Decline, SealedMethod, SessionPayment, Step};
use crate::domain::session::{PaymentStatus, SessionStatus};
use crate::domain::user::Actor;

const TABLE: &str = "payments";

/// What [`from_row`] reads, followed by which of them.
macro_rules! select_payments {
    ($which:literal) => {
        concat!(
            "SELECT p.session_id, p.status, p.amount, p.currency, p.method, p.attempts, p.provider_reference,
                    p.action_url, p.problem, p.step, p.calls, p.version, p.created_at, p.updated_at
               FROM payments p ",
            $which
        )
    };
}

/// Writes the payment of a session that was just written.
pub async fn insert(tx: &Transaction<'_>, payment: &SessionPayment) -> Result<(), StoreError> {
    let method = payment.method.as_ref().map(|SealedMethod(bytes)| bytes);
    tx.execute(
        "INSERT INTO payments (session_id, status, amount, currency, method, attempts, calls, version, created_at,
                               updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        &[
            (&payment.session_id.uuid(), Type::UUID),
            (&payment.status.as_str(), Type::TEXT),
            (&payment.amount, Type::INT4),
            (&payment.currency, Type::TEXT),
            (&method, Type::BYTEA),
            (&payment.attempts, Type::INT4),
            (&payment.calls, Type::INT4),
            (&payment.version, Type::INT8),
            (&payment.created_at, Type::TIMESTAMPTZ),
            (&payment.updated_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Reads the payment of a session that the actor takes part in; an admin reads any.
pub async fn find_for(
    db: &impl Read,
    session: SessionId,
    actor: Actor,
) -> Result<Option<SessionPayment>, StoreError> {
    let row = db
        .query_opt(
            select_payments!(
                "JOIN sessions s ON s.id = p.session_id
                 WHERE p.session_id = $1 AND (s.mentor_id = $2 OR s.mentee_id = $2 OR $3)"
            ),
            &[
                (&session.uuid(), Type::UUID),
                (&actor.id.uuid(), Type::UUID),
                (&actor.is_admin(), Type::BOOL),
            ],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Reads a payment with where its session stands, and holds both until the transaction ends.
///
/// The row of the session stands for both. The payment is read behind its lock, in a statement of its own: in the same
/// one it could be as it was before whoever held the lock has changed it.
pub async fn lock(
    tx: &Transaction<'_>,
    session: SessionId,
) -> Result<Option<(SessionPayment, SessionStatus)>, StoreError> {
    let id = session.uuid();
    let key = [(&id as _, Type::UUID)];
    let held = tx.query_opt(
        "SELECT status FROM sessions WHERE id = $1 FOR NO KEY UPDATE",
        &key,
    );
    let payment = tx.query_opt(select_payments!("WHERE p.session_id = $1"), &key);
    let (Some(held), Some(payment)) = futures_util::try_join!(held, payment)? else {
        return Ok(None);
    };
    let status = SessionStatus::parse(held.try_get("status")?)
        .map_err(|error| StoreError::inconsistent("sessions", error))?;
    Ok(Some((from_row(&payment)?, status)))
}

/// Writes how far a payment has come, and tells its session. What went wrong before is forgotten.
pub async fn update(tx: &Transaction<'_>, payment: &SessionPayment) -> Result<(), StoreError> {
    let method = payment.method.as_ref().map(|SealedMethod(bytes)| bytes);
    let updated = tx
        .execute(
            "WITH told AS (UPDATE sessions SET payment_status = $2 WHERE id = $1 AND payment_status <> $2)
             UPDATE payments
                SET status = $2, method = $3, attempts = $4, provider_reference = $5, action_url = $6, problem = $7,
                    step = $8, calls = $9, version = $10, updated_at = $11, last_error = NULL
              WHERE session_id = $1",
            &[
                (&payment.session_id.uuid(), Type::UUID),
                (&payment.status.as_str(), Type::TEXT),
                (&method, Type::BYTEA),
                (&payment.attempts, Type::INT4),
                (&payment.reference, Type::TEXT),
                (&payment.action_url, Type::TEXT),
                (&payment.problem.map(Decline::as_str), Type::TEXT),
                (&payment.step.map(Step::as_str), Type::TEXT),
                (&payment.calls, Type::INT4),
                (&payment.version, Type::INT8),
                (&payment.updated_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Takes up to fifty sessions whose payments may have been forgotten, so that nobody else does: nothing has happened to
/// them or their sessions for half an hour, though the provider was or is to be asked. What there is to do, their worker finds out.
pub async fn take_forgotten(
    tx: &Transaction<'_>,
    now: Timestamp,
) -> Result<Vec<Event>, StoreError> {
    let rows = tx
        .query(
            "UPDATE payments SET woken_at = $1
              WHERE session_id IN (
                    SELECT p.session_id
                      FROM payments p JOIN sessions s ON s.id = p.session_id
                     WHERE (p.step IS NOT NULL OR p.status IN ('pending', 'authorized'))
                       AND greatest(p.updated_at, p.woken_at) <= $1::timestamptz - interval '30 minutes'
                       AND s.updated_at <= $1::timestamptz - interval '30 minutes'
                       AND (   p.step IS NOT NULL
                            OR p.method IS NOT NULL AND p.status = 'pending'
                            OR p.status = 'authorized' AND s.status NOT IN ('pending', 'confirmed')
                            OR s.status IN ('declined', 'cancelled', 'expired'))
                     ORDER BY greatest(p.updated_at, p.woken_at)
                     LIMIT 50
                       FOR NO KEY UPDATE OF p SKIP LOCKED)
          RETURNING session_id",
            &[(&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let session_id = row.try_get::<_, Uuid>("session_id")?.into();
            Ok(Event::PaymentDue { session_id })
        })
        .collect()
}

/// Notes why the provider could not be asked, for whoever looks after the platform.
pub async fn note_failure(
    tx: &Transaction<'_>,
    session: SessionId,
    why: &str,
) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE payments SET last_error = $2 WHERE session_id = $1",
        &[(&session.uuid(), Type::UUID), (&why, Type::TEXT)],
    )
    .await?;
    Ok(())
}

fn from_row(row: &Row) -> Result<SessionPayment, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent(TABLE, error);
    let step: Option<&str> = row.try_get("step")?;
    let problem: Option<&str> = row.try_get("problem")?;
    Ok(SessionPayment {
        session_id: row.try_get::<_, Uuid>("session_id")?.into(),
        status: PaymentStatus::parse(row.try_get("status")?).map_err(|error| bad(&error))?,
        amount: row.try_get("amount")?,
        currency: row.try_get("currency")?,
        method: row
            .try_get::<_, Option<Vec<u8>>>("method")?
            .map(SealedMethod),
        attempts: row.try_get("attempts")?,
        reference: row.try_get("provider_reference")?,
        action_url: row.try_get("action_url")?,
        problem: problem.map(Decline::read),
        step: step
            .map(Step::parse)
            .transpose()
            .map_err(|error| bad(&error))?,
        calls: row.try_get("calls")?,
        version: row.try_get("version")?,
        created_at: row.try_get("created_at")?,
        updated_at: row.try_get("updated_at")?,
    })
}
