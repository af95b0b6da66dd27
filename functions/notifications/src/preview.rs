//! `POST /api/notifications/templates/{event}/preview`

use axum::extract::State;
use shared::domain::letter::{Kind, Templates, sample};
use shared::http::{Admin, Answer, ApiError, Json, Path, Refused};
use shared::store::{self, Db};

use crate::template_body::{TemplatePreview, TemplateTrial, words_of};
use crate::templates::kind_of;

/// Show a message as its reader would get it.
///
/// The people in it do not exist. Nothing is sent, and nothing changes.
#[utoipa::path(
    post,
    path = "/api/notifications/templates/{event}/preview",
    tag = "notifications",
    params(("event" = Kind, Path)),
    security(("bearer" = [])),
    request_body = TemplateTrial,
    responses((status = OK, body = Answer<TemplatePreview>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn preview_template(
    State(db): State<Db>,
    Admin(_): Admin,
    Path(event): Path<String>,
    Json(request): Json<TemplateTrial>,
) -> Result<Answer<TemplatePreview>, ApiError> {
    let kind = kind_of(&event)?;
    let template = store::notification::find_template(&db.client().await?, kind, None).await?;
    let words = request.apply(words_of(kind, template.as_ref()));
    let templates = Templates::shared()?;
    templates.check(kind, &words)?;
    let letter = sample::letters(kind).into_iter().next();
    let letter = letter.ok_or_else(ApiError::internal)?;
    let written = templates.write(
        &letter,
        &sample::reader_of(&letter),
        &sample::office(),
        Some(&words),
    )?;
    Ok(Answer::ok(written.into()))
}
