//! `GET /api/mentors/{id}/feedback` and `GET /api/feedback/stats/{mentor_id}`

use axum::extract::State;
use shared::domain::id::UserId;
use shared::domain::page::PageRequest;
use shared::http::{Answer, ApiError, Listed, MaybeActor, PageQuery, Path, Query, Refused};
use shared::store::{self, Db};

use crate::body::MentorFeedbackBody;
use crate::stats_body::MentorFeedbackStatsBody;

/// List what mentees say of a mentor, the newest first.
///
/// Everybody sees the same. What carries its author's name shows as soon as it is given. What is anonymous is published
/// together with that of at least two other people, at the beginning of a week, in no order, and without anything that
/// would tell whose it is.
#[utoipa::path(
    get,
    path = "/api/mentors/{id}/feedback",
    tag = "feedback",
    params(("id" = UserId, Path), PageQuery),
    responses((status = OK, body = Listed<MentorFeedbackBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_mentor_feedback(
    State(db): State<Db>,
    MaybeActor(asker): MaybeActor,
    Path(mentor): Path<UserId>,
    Query(query): Query<PageQuery>,
) -> Result<Listed<MentorFeedbackBody>, ApiError> {
    let page = PageRequest::from(query);
    let client = db.client().await?;
    let (is_shown, found) = futures_util::try_join!(
        store::feedback::is_shown(&client, mentor, asker),
        store::feedback::list_public(&client, mentor, page),
    )?;
    if !is_shown {
        return Err(ApiError::not_found("mentor"));
    }
    let bodies = found.items.into_iter().map(MentorFeedbackBody::from);
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

/// Show the figures of what mentees say of a mentor.
///
/// Everybody sees the same: the figures of what is public, once that is from three sessions or more.
#[utoipa::path(
    get,
    path = "/api/feedback/stats/{mentor_id}",
    tag = "feedback",
    params(("mentor_id" = UserId, Path)),
    responses((status = OK, body = Answer<MentorFeedbackStatsBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_mentor_feedback_stats(
    State(db): State<Db>,
    MaybeActor(asker): MaybeActor,
    Path(mentor): Path<UserId>,
) -> Result<Answer<MentorFeedbackStatsBody>, ApiError> {
    let client = db.client().await?;
    let (is_shown, months, topics, usual) = futures_util::try_join!(
        store::feedback::is_shown(&client, mentor, asker),
        store::feedback::list_months(&client, mentor),
        store::feedback::list_topics(&client, mentor),
        store::feedback::find_usual(&client),
    )?;
    if !is_shown {
        return Err(ApiError::not_found("mentor"));
    }
    Ok(Answer::ok(MentorFeedbackStatsBody::new(
        mentor, months, topics, usual,
    )))
}
