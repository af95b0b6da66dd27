//! `GET /api/notifications/templates` and `GET`, `PUT` and `DELETE /api/notifications/templates/{event}`

use std::collections::HashMap;

use axum::extract::State;
use deserr::Deserr;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::letter::{Kind, Source, Templates};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IfMatch, Json, Path, Problems, Query, QueryNumber,
    Refused,
};
use shared::store::notification::Template;
use shared::store::{self, Db};
use utoipa::IntoParams;

use crate::template_body::{TemplateBody, TemplateChange, TemplateSummary};

/// List the kinds of message, and whose words they have.
#[utoipa::path(
    get,
    path = "/api/notifications/templates",
    tag = "notifications",
    security(("bearer" = [])),
    responses((status = OK, body = Answer<Vec<TemplateSummary>>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_templates(
    State(db): State<Db>,
    Admin(_): Admin,
) -> Result<Answer<Vec<TemplateSummary>>, ApiError> {
    let changed = store::notification::list_templates(&db.client().await?).await?;
    let changed: HashMap<String, Template> = changed.into_iter().collect();
    let summary = |kind: Kind| TemplateSummary::new(kind, changed.get(kind.as_str()));
    Ok(Answer::ok(Kind::ALL.into_iter().map(summary).collect()))
}

type Number = QueryNumber<1, 1_000_000, 1>;

/// Which version of the words.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct VersionQuery {
    /// An older version; the newest when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    version: Option<Number>,
}

/// Show the words of a kind of message.
///
/// `facts` lists what they can name. The words are templates in the language of Jinja.
#[utoipa::path(
    get,
    path = "/api/notifications/templates/{event}",
    tag = "notifications",
    params(("event" = Kind, Path), VersionQuery),
    security(("bearer" = [])),
    responses(
        (status = OK, body = Answer<TemplateBody>, headers(("ETag" = String, description = "The `version` in quotes, for `If-Match`."))),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn show_template(
    State(db): State<Db>,
    Admin(_): Admin,
    Path(event): Path<String>,
    Query(query): Query<VersionQuery>,
) -> Result<Answer<TemplateBody>, ApiError> {
    let kind = kind_of(&event)?;
    let wanted = query
        .version
        .and_then(|number| number.get().try_into().ok());
    let found = store::notification::find_template(&db.client().await?, kind, wanted).await?;
    if wanted.is_some() && found.is_none() {
        return Err(ApiError::not_found("version"));
    }
    let version = found.as_ref().map_or(0, |template| template.version);
    Ok(Answer::ok(TemplateBody::new(kind, found.as_ref())).at_version(version.into()))
}

/// Put other words in the place of those of a kind of message.
///
/// They are tried on samples first: 400 says what is wrong, and in which line. Every message counts them that is written
/// from now on.
#[utoipa::path(
    put,
    path = "/api/notifications/templates/{event}",
    tag = "notifications",
    params(("event" = Kind, Path), IfMatch),
    security(("bearer" = [])),
    request_body = TemplateChange,
    responses((status = OK, body = Answer<TemplateBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn change_template(
    State(state): State<AppState>,
    admin: Admin,
    caller: Caller,
    Path(event): Path<String>,
    if_match: IfMatch,
    Json(change): Json<TemplateChange>,
) -> Result<Answer<TemplateBody>, ApiError> {
    let kind = kind_of(&event)?;
    let words = Source::from(change);
    Templates::shared()?.check(kind, &words)?;
    write(&state, (admin, caller), (kind, Some(words)), &if_match).await
}

/// Return to the built-in words of a kind of message.
#[utoipa::path(
    delete,
    path = "/api/notifications/templates/{event}",
    tag = "notifications",
    params(("event" = Kind, Path), IfMatch),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<TemplateBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn reset_template(
    State(state): State<AppState>,
    admin: Admin,
    caller: Caller,
    Path(event): Path<String>,
    if_match: IfMatch,
) -> Result<Answer<TemplateBody>, ApiError> {
    let kind = kind_of(&event)?;
    write(&state, (admin, caller), (kind, None), &if_match).await
}

async fn write(
    state: &AppState,
    (Admin(admin), Caller(origin)): (Admin, Caller),
    (kind, source): (Kind, Option<Source>),
    if_match: &IfMatch,
) -> Result<Answer<TemplateBody>, ApiError> {
    let now = state.clock.now();
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let newest = store::notification::find_template(&tx, kind, None).await?;
    let version = newest.map_or(0, |template| template.version);
    if_match.check(version.into())?;
    let template = Template {
        version: version + 1,
        source,
        created_by: Some(admin.id),
        created_at: now,
    };
    if !store::notification::insert_template(&tx, kind, &template).await? {
        return Err(ApiError::stale((version + 1).into()));
    }
    let entry = AuditEntry {
        subject: None,
        ..AuditEntry::own(AuditAction::TemplateChanged, admin.id)
    };
    let entry = entry.because(format!("{} version {}", kind.as_str(), template.version));
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let version = template.version;
    Ok(Answer::ok(TemplateBody::new(kind, Some(&template))).at_version(version.into()))
}

/// Reads which kind of message is meant.
pub(crate) fn kind_of(event: &str) -> Result<Kind, ApiError> {
    Kind::parse(event).map_err(|_| ApiError::not_found("event"))
}
