//! `/api/matching/matches/{id}/feedback`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::clock::Clock;
use shared::domain::id::{MentorshipId, UserId};
use shared::domain::mentorship::{Feedback, Opinion};
use shared::domain::value::{Bounded, Text};
use shared::http::{
    Actor, Answer, ApiError, IdempotencyKey, IfMatch, Json, Path, Problems, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

use super::meeting::lock_own;

type Rating = Bounded<1, 5>;

/// What somebody thinks of their match.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct FeedbackInput {
    rating: Rating,
    #[deserr(default)]
    text: Option<Text<1, 2000>>,
}

/// What one of the two thinks of a match.
#[derive(Serialize, ToSchema)]
pub(crate) struct FeedbackBody {
    match_id: MentorshipId,
    author_id: UserId,
    rating: i16,
    text: Option<String>,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// List what is thought of a match.
///
/// Each of the two sees only what they gave themselves; admins see both.
#[utoipa::path(
    get,
    path = "/api/matching/matches/{id}/feedback",
    tag = "matching",
    params(("id" = MentorshipId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<FeedbackBody>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_feedback(
    State(db): State<Db>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
) -> Result<Answer<Vec<FeedbackBody>>, ApiError> {
    let client = db.client().await?;
    let (known, found) = futures_util::try_join!(
        store::mentorship::find_for(&client, id, actor),
        store::mentorship::list_feedback(&client, id, actor),
    )?;
    known.ok_or(ApiError::not_found("match"))?;
    let bodies = found.into_iter().map(FeedbackBody::from);
    Ok(Answer::ok(bodies.collect()))
}

/// Say what I think of a match.
///
/// Once, in whatever state it is; change it later as often as you like. The other one does not see it.
#[utoipa::path(
    post,
    path = "/api/matching/matches/{id}/feedback",
    tag = "matching",
    params(("id" = MentorshipId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = FeedbackInput,
    responses((status = CREATED, body = Answer<FeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn give_feedback(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
    Json(body): Json<FeedbackInput>,
) -> Result<Answer<FeedbackBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    lock_own(&tx, id, actor).await?;
    let feedback = Feedback {
        mentorship_id: id,
        author_id: actor.id,
        opinion: body.opinion(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    store::mentorship::insert_feedback(&tx, &feedback).await??;
    store::mentorship::update_risk(&tx, id, now).await?;
    let location = format!("/api/matching/matches/{id}/feedback");
    let version = feedback.version;
    Answer::created(FeedbackBody::from(feedback), location)
        .at_version(version)
        .commit(tx)
        .await
}

/// Change what I think of a match.
#[utoipa::path(
    put,
    path = "/api/matching/matches/{id}/feedback",
    tag = "matching",
    params(("id" = MentorshipId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = FeedbackInput,
    responses((status = OK, body = Answer<FeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_feedback(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Path(id): Path<MentorshipId>,
    if_match: IfMatch,
    Json(body): Json<FeedbackInput>,
) -> Result<Answer<FeedbackBody>, ApiError> {
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    lock_own(&tx, id, actor).await?;
    let known = store::mentorship::lock_own_feedback(&tx, id, actor.id)
        .await?
        .ok_or(ApiError::not_found("feedback"))?;
    if_match.check(known.version)?;
    let changed = known.change(body.opinion(), now);
    store::mentorship::update_feedback(&tx, &changed).await?;
    store::mentorship::update_risk(&tx, id, now).await?;
    tx.commit().await?;
    let version = changed.version;
    Ok(Answer::ok(FeedbackBody::from(changed)).at_version(version))
}

impl FeedbackInput {
    fn opinion(self) -> Opinion {
        Opinion {
            rating: i16::try_from(self.rating.get()).unwrap_or_default(),
            text: self.text.map(Text::into_string),
        }
    }
}

impl From<Feedback> for FeedbackBody {
    fn from(feedback: Feedback) -> Self {
        Self {
            match_id: feedback.mentorship_id,
            author_id: feedback.author_id,
            rating: feedback.opinion.rating,
            text: feedback.opinion.text,
            version: feedback.version,
            created_at: feedback.created_at,
            updated_at: feedback.updated_at,
        }
    }
}
