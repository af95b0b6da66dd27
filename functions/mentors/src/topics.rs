//! `GET /api/topics`, `POST /api/topics` and `PATCH /api/topics/{id}`

use axum::extract::State;
use deserr::Deserr;
use shared::clock::Clock;
use shared::domain::id::TopicId;
use shared::domain::page::PageRequest;
use shared::domain::topic::TopicName;
use shared::domain::user::Role;
use shared::http::{
    Actor, Admin, Answer, ApiError, IdempotencyKey, IfMatch, Json, Listed, PageQuery, Path,
    Problems, Query, Refused,
};
use shared::store::{self, Db};
use utoipa::ToSchema;

use crate::topic_body::{CountedTopicBody, TopicBody};

/// A topic's name.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct TopicInput {
    name: TopicName,
}

/// List the topics of sessions by name, with how many mentors know them.
#[utoipa::path(
    get,
    path = "/api/topics",
    tag = "mentors",
    params(PageQuery),
    responses((status = OK, body = Listed<CountedTopicBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_topics(
    State(db): State<Db>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<CountedTopicBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let (found, named) = futures_util::try_join!(
        store::topic::list(&client, page),
        store::topic::count_expertise(&client),
    )?;
    let topics = CountedTopicBody::all(found.items, &named);
    Ok(Listed::new(topics, page.limit, found.next))
}

/// Add a topic.
///
/// For mentors and admins. If a topic is found by this name already, whatever its case and spaces, it is answered
/// with 200.
#[utoipa::path(
    post,
    path = "/api/topics",
    tag = "mentors",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = TopicInput,
    responses(
        (status = CREATED, body = Answer<TopicBody>),
        (status = OK, body = Answer<TopicBody>, description = "It was there already."),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn add_topic(
    State(db): State<Db>,
    State(clock): State<Clock>,
    actor: Actor,
    Json(input): Json<TopicInput>,
) -> Result<Answer<TopicBody>, ApiError> {
    match actor.role {
        Role::Mentor | Role::Admin => {}
        Role::Mentee => return Err(ApiError::forbidden()),
    }
    let mut client = db.client().await?;
    let tx = client.transaction();
    let (topic, is_new) =
        store::topic::insert_or_find(&tx, clock.id(), &input.name, actor.id, clock.now()).await?;
    let (location, version) = (format!("/api/topics/{}", topic.id), topic.version);
    let body = TopicBody::from(topic);
    let answer = if is_new {
        Answer::created(body, location)
    } else {
        Answer::ok(body)
    };
    answer.at_version(version).commit(tx).await
}

/// Rename a topic.
///
/// It is still found by its old name.
#[utoipa::path(
    patch,
    path = "/api/topics/{id}",
    tag = "mentors",
    params(("id" = TopicId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = TopicInput,
    responses((status = OK, body = Answer<TopicBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(topic.id = %id))]
pub(crate) async fn rename_topic(
    State(db): State<Db>,
    State(clock): State<Clock>,
    _: Admin,
    Path(id): Path<TopicId>,
    if_match: IfMatch,
    Json(input): Json<TopicInput>,
) -> Result<Answer<TopicBody>, ApiError> {
    let mut client = db.client().await?;
    let tx = client.transaction();
    let before = store::topic::lock(&tx, id)
        .await?
        .ok_or(ApiError::not_found("topic"))?;
    if_match.check(before.version)?;
    let topic = store::topic::rename(&tx, id, &input.name, clock.now())
        .await?
        .ok_or(ApiError::not_found("topic"))??;
    tx.commit().await?;
    let version = topic.version;
    Ok(Answer::ok(TopicBody::from(topic)).at_version(version))
}
