//! `POST /api/sessions`

use axum::extract::State;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use shared::clock::Clock;
use shared::domain::id::{MatchId, SessionId};
use shared::domain::score::Thousandths;
use shared::domain::session::{Session, SessionError, SessionRequest};
use shared::domain::slots::{Schedule, Slot, SlotRefusal};
use shared::domain::time::{Minutes, Span};
use shared::domain::value::Text;
use shared::http::{Actor, Answer, ApiError, IdempotencyKey, Json, Mentee, Problems, Refused};
use shared::store::schedule::Bookable;
use shared::store::{self, Db, Transaction};

use crate::body::{SessionBody, SessionRequestBody};

/// How far around the asked time alternatives are looked for.
const AROUND: SignedDuration = SignedDuration::from_hours(14 * 24);
/// How many alternatives are named.
const ALTERNATIVES: usize = 5;

/// Ask a mentor for a session.
///
/// The time is yours while the mentor decides. If somebody was faster, `slot_taken` names the nearest free times.
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
    State(db): State<Db>,
    State(clock): State<Clock>,
    Mentee(actor): Mentee,
    Json(body): Json<SessionRequestBody>,
) -> Result<Answer<SessionBody>, ApiError> {
    actor.require_ready()?;
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();

    let asked = Asked::new(&body);
    let (bookable, matched) = read(&tx, &body, actor, asked, now).await?;
    let slot = asked.check(&bookable.schedule, now)?;
    let (session, event) = Session::request(
        draft(body, clock.id(), asked, slot, (&bookable, matched)),
        actor.id,
        now,
    );
    let inserted = store::session::insert(&tx, &session, bookable.schedule.rules.buffer);
    let promised = store::outbox::append(&tx, clock.id(), now, event);
    let (taken, promised) = futures_util::join!(inserted, promised);
    taken?.map_err(|refused| asked.with_alternatives(refused.into(), &bookable.schedule, now))?;
    promised?;

    let (location, version) = (format!("/api/sessions/{}", session.id), session.version);
    Answer::created(SessionBody::new(session, actor, now), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// The time that is asked for.
#[derive(Clone, Copy)]
struct Asked {
    starts_at: Timestamp,
    duration: Minutes,
}

impl Asked {
    fn new(body: &SessionRequestBody) -> Self {
        let minutes = body
            .duration_minutes
            .map_or(60, |minutes| minutes.get().unsigned_abs());
        Self {
            starts_at: body.scheduled_at.0,
            duration: Minutes(minutes),
        }
    }

    fn around(self, now: Timestamp) -> Span {
        Span::new(
            (self.starts_at - AROUND).max(now),
            self.starts_at.max(now) + AROUND,
        )
    }

    fn check(self, schedule: &Schedule, now: Timestamp) -> Result<Slot, ApiError> {
        schedule
            .check(self.duration, self.starts_at, now)
            .map_err(|reasons| {
                let refused = if reasons.iter().any(SlotRefusal::is_taken) {
                    SessionError::SlotTaken.into()
                } else {
                    ApiError::from_refusals(&reasons)
                };
                self.with_alternatives(refused, schedule, now)
            })
    }

    /// Adds the free times that lie nearest, earliest first.
    fn with_alternatives(self, refused: ApiError, schedule: &Schedule, now: Timestamp) -> ApiError {
        let mut free = schedule.slots(self.duration, self.around(now), now);
        free.retain(|slot| slot.starts_at != self.starts_at);
        free.sort_by_key(|slot| slot.starts_at.duration_since(self.starts_at).abs());
        free.truncate(ALTERNATIVES);
        free.sort_by_key(|slot| slot.starts_at);
        refused.with_details(json!({ "alternatives": free }))
    }
}

type Matched = Option<(MatchId, Thousandths)>;

/// Locks the two people and reads what decides; everything travels together, and is read behind the lock.
async fn read(
    tx: &Transaction<'_>,
    body: &SessionRequestBody,
    actor: Actor,
    asked: Asked,
    now: Timestamp,
) -> Result<(Bookable, Matched), ApiError> {
    let locked = store::schedule::lock_people(tx, [actor.id, body.mentor_id]);
    let mentor = [body.mentor_id];
    let schedules = store::schedule::list(tx, &mentor, Some(actor.id), asked.around(now));
    let matched = async {
        match body.match_id {
            Some(id) => store::matching::find_for(tx, id, actor).await,
            None => Ok(None),
        }
    };
    let ((), schedules, matched) = futures_util::try_join!(locked, schedules, matched)?;

    let matched =
        matched.filter(|found| found.mentor_id == body.mentor_id && found.mentee_id == actor.id);
    if body.match_id.is_some() && matched.is_none() {
        return Err(Problems::of(
            "match_id",
            "unknown_match",
            "is no match of yours with this mentor",
        )
        .into());
    }
    let bookable = schedules
        .into_iter()
        .next()
        .ok_or(ApiError::not_found("mentor"))?;
    Ok((bookable, matched.map(|found| (found.id, found.score))))
}

fn draft(
    body: SessionRequestBody,
    id: SessionId,
    asked: Asked,
    slot: Slot,
    (bookable, matched): (&Bookable, Matched),
) -> SessionRequest {
    SessionRequest {
        id,
        mentor_id: body.mentor_id,
        slot,
        duration: asked.duration,
        topic: body.topic.map(Text::into_string),
        mentee_notes: body.mentee_notes.map(Text::into_string),
        matched,
        min_notice: bookable.schedule.rules.min_notice,
        cancellation_notice: bookable.cancellation_notice,
    }
}
