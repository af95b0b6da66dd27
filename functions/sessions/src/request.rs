//! `POST /api/sessions`

use axum::extract::State;
use shared::domain::id::SessionId;
use shared::domain::offering::Offering;
use shared::domain::payment::SessionPayment;
use shared::domain::session::{Payment, Session, SessionRequest};
use shared::domain::slots::Slot;
use shared::domain::time::Minutes;
use shared::domain::value::Text;
use shared::http::{Answer, ApiError, AppState, IdempotencyKey, Json, Mentee, Problems, Refused};
use shared::store::{self, StoreError, Transaction};

use crate::asked::Asked;
use crate::body::{SessionBody, SessionRequestBody};
use crate::found::{Found, read};
use crate::payment;
use crate::question;

/// Ask a mentor for a session.
///
/// The time is yours while the mentor decides. If somebody was faster, `slot_taken` names the nearest free times.
/// What has a price is paid with `payment_method`: the amount is held now and taken when the session took place.
#[utoipa::path(
    post,
    path = "/api/sessions",
    tag = "sessions",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = SessionRequestBody,
    responses((status = CREATED, body = Answer<SessionBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn request_session(
    State(state): State<AppState>,
    Mentee(actor): Mentee,
    Json(mut body): Json<SessionRequestBody>,
) -> Result<Answer<SessionBody>, ApiError> {
    actor.require_ready()?;
    one_length(&body)?;
    let (clock, id) = (&state.clock, state.clock.id());
    let method = payment::seal(&state, id, body.payment_method.take()).await?;
    let now = clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();

    let found = read(&tx, &body, actor, now).await?;
    let schedule = &found.bookable.schedule;
    let asked = asked(&body, found.offering.as_ref());
    let slot = asked.check(schedule, now)?;
    let question = question::book(&tx, &body, id, actor, now).await?;
    let request = draft(body, id, asked, slot, &found);
    let (session, event) = Session::request(request, actor.id, now);
    let payment = SessionPayment::begin_for(&session, method, state.config.payment_url.is_some())?;
    // The mentor of a session that has a price hears of it once the amount is held.
    let (payment, event) = payment.map_or((None, event), |(payment, due)| (Some(payment), due));
    let inserted = store::session::insert(&tx, &session, schedule.rules.buffer);
    let promised = store::outbox::append(&tx, clock.id(), now, event);
    let begun = begin(&tx, payment.as_ref());
    let linked = question::link(&tx, clock, question);
    let (taken, promised, begun, linked) = futures_util::join!(inserted, promised, begun, linked);
    taken?.map_err(|refused| asked.with_alternatives(refused.into(), schedule, now))?;
    promised.and(begun).and(linked)?;

    let (location, version) = (format!("/api/sessions/{}", session.id), session.version);
    Answer::created(SessionBody::new(session, actor, now), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// Writes the payment that the session begins with, if it has a price.
async fn begin(tx: &Transaction<'_>, payment: Option<&SessionPayment>) -> Result<(), StoreError> {
    match payment {
        None => Ok(()),
        Some(payment) => store::payment::insert(tx, payment).await,
    }
}

fn asked(body: &SessionRequestBody, offering: Option<&Offering>) -> Asked {
    let asked = body
        .duration_minutes
        .map(|minutes| Minutes(minutes.get().unsigned_abs()));
    let offered = offering.map(|offering| offering.duration);
    Asked {
        starts_at: body.scheduled_at.0,
        duration: offered.or(asked).unwrap_or(Minutes(60)),
    }
}

fn one_length(body: &SessionRequestBody) -> Result<(), Problems> {
    if body.duration_minutes.is_some() && body.offering_id.is_some() {
        let message = "send either duration_minutes or offering_id";
        return Err(Problems::of("offering_id", "duration_or_offering", message));
    }
    Ok(())
}

fn draft(
    body: SessionRequestBody,
    id: SessionId,
    asked: Asked,
    slot: Slot,
    found: &Found,
) -> SessionRequest {
    let (bookable, offering) = (&found.bookable, found.offering.as_ref());
    let title = offering.map(|offering| offering.title.clone());
    SessionRequest {
        id,
        mentor_id: body.mentor_id,
        slot,
        duration: asked.duration,
        topic: body.topic.map(Text::into_string).or(title),
        mentee_notes: body.mentee_notes.map(Text::into_string),
        matched: found.matched,
        payment: offering.map_or(Payment::NONE, Offering::payment),
        min_notice: bookable.schedule.rules.min_notice,
        cancellation_notice: bookable.cancellation_notice,
    }
}
