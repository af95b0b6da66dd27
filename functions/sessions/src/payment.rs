//! `/api/sessions/{id}/payment`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::SessionId;
use shared::domain::payment::{Decline, PaymentError, PaymentMethod, SealedMethod, SessionPayment};
use shared::domain::session::{PaymentStatus, Session};
use shared::domain::user::Actor as Asker;
use shared::http::{
    Actor, Answer, ApiError, AppState, IdempotencyKey, Json, Mentee, Path, Problems, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

/// How a mentee goes on with a payment.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct PayBody {
    /// Another token of the payment provider; left out after you have done what `action_url` asked for.
    #[deserr(default)]
    payment_method: Option<PaymentMethod>,
}

/// Where the payment of a session stands.
#[derive(Serialize, ToSchema)]
pub(crate) struct PaymentBody {
    session_id: SessionId,
    status: PaymentStatus,
    /// Minor units of the currency; `null` when nothing is to be paid.
    amount: Option<i32>,
    currency: Option<String>,
    /// How many payment methods were tried.
    attempts: i32,
    /// Where the mentee has to do something, such as prove who they are to their bank; `null` for everybody else.
    action_url: Option<String>,
    /// Why the payment failed; `null` for the mentor.
    problem: Option<Decline>,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

impl PaymentBody {
    fn new(session: &Session, payment: Option<&SessionPayment>, by: Asker) -> Self {
        let is_payer = session.mentee_id == by.id;
        Self {
            session_id: session.id,
            status: payment.map_or(session.payment.status, |payment| payment.status),
            amount: session.payment.price.filter(|price| *price > 0),
            currency: session.payment.currency.clone(),
            attempts: payment.map_or(0, |payment| payment.attempts),
            action_url: payment
                .and_then(|payment| payment.action_url.clone())
                .filter(|_| is_payer),
            problem: payment
                .and_then(|payment| payment.problem)
                .filter(|_| is_payer || by.is_admin()),
            version: payment.map_or(session.version, |payment| payment.version),
            updated_at: payment.map_or(session.updated_at, |payment| payment.updated_at),
        }
    }
}

/// Show the payment of one of my sessions.
///
/// A payment is worked on in the background: ask again while it is `pending` without an `action_url`.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/payment",
    tag = "sessions",
    params(("id" = SessionId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<PaymentBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn show_payment(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<Answer<PaymentBody>, ApiError> {
    let client = db.client().await?;
    let session = store::session::find_for(&client, id, actor);
    let payment = store::payment::find_for(&client, id, actor);
    let (session, payment) = futures_util::try_join!(session, payment)?;
    let session = session.ok_or(ApiError::not_found("session"))?;
    Ok(Answer::ok(PaymentBody::new(
        &session,
        payment.as_ref(),
        actor,
    )))
}

/// Go on with the payment of my session.
///
/// With another `payment_method` after it failed, or instead of the first one; without any after you have done what
/// `action_url` asked for.
#[utoipa::path(
    post,
    path = "/api/sessions/{id}/payment",
    tag = "sessions",
    params(("id" = SessionId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = PayBody,
    responses((status = ACCEPTED, body = Answer<PaymentBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn go_on(
    State(state): State<AppState>,
    Mentee(actor): Mentee,
    Path(id): Path<SessionId>,
    Json(body): Json<PayBody>,
) -> Result<Answer<PaymentBody>, ApiError> {
    let method = seal(&state, id, body.payment_method).await?;
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();

    let session = store::session::lock_for(&tx, id, actor);
    let payment = store::payment::find_for(&tx, id, actor);
    let (session, payment) = futures_util::try_join!(session, payment)?;
    let session = session.ok_or(ApiError::not_found("session"))?;
    let payment = payment.ok_or(PaymentError::NothingToPay)?;
    let (payment, event) = payment.go_on(method, session.status, now)?;
    store::payment::update(&tx, &payment).await?;
    store::outbox::append(&tx, state.clock.id(), now, event).await?;

    let body = PaymentBody::new(&session, Some(&payment), actor);
    Answer::accepted(body, "the payment is being worked on")
        .commit(tx)
        .await
}

/// Seals the token of a payment method for the row of its session.
pub(crate) async fn seal(
    state: &AppState,
    session: SessionId,
    method: Option<PaymentMethod>,
) -> Result<Option<SealedMethod>, ApiError> {
    let Some(method) = method else {
        return Ok(None);
    };
    let keys = state.data_keys().await?;
    let sealed = keys.seal(&SealedMethod::context(session), method.expose())?;
    Ok(Some(SealedMethod(sealed)))
}
