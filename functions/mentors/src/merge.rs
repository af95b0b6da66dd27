//! `POST /api/topics/{id}/merge`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::{TopicId, UserId};
use shared::domain::topic::TopicError;
use shared::http::{
    Admin, Answer, ApiError, Caller, IdempotencyKey, Json, Path, Problems, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

use crate::topic_body::TopicBody;

/// The topic that stays.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeInput {
    into: TopicId,
}

/// Merge a topic into another one.
///
/// Offerings and expertise move to the topic that stays, and the names of the other one find it from then on.
#[utoipa::path(
    post,
    path = "/api/topics/{id}/merge",
    tag = "mentors",
    params(("id" = TopicId, Path), IdempotencyKey),
    security(("bearer" = [])),
    request_body = MergeInput,
    responses((status = OK, body = Answer<TopicBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(topic.id = %from))]
pub(crate) async fn merge_topics(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(from): Path<TopicId>,
    Json(MergeInput { into }): Json<MergeInput>,
) -> Result<Answer<TopicBody>, ApiError> {
    if from == into {
        return Err(TopicError::MergedIntoItself.into());
    }
    let now = clock.now();
    let unknown = || ApiError::not_found("topic");
    let mut client = db.client().await?;
    let tx = client.transaction();
    if !store::topic::are_held(&tx, [from, into]).await? {
        return Err(unknown());
    }
    store::topic::merge(&tx, from, into, now).await?;
    let topic = store::topic::find(&tx, into).await?.ok_or_else(unknown)?;
    store::catalog::raise(&tx).await?;
    let entry = entry(admin.id, from, into);
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    let version = topic.version;
    Answer::ok(TopicBody::from(topic))
        .at_version(version)
        .commit(tx)
        .await
}

fn entry(admin: UserId, from: TopicId, into: TopicId) -> AuditEntry {
    let entry = AuditEntry {
        subject: None,
        ..AuditEntry::own(AuditAction::TopicsMerged, admin)
    };
    entry.because(format!("{from} into {into}"))
}
