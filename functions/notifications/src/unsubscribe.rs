//! `GET /api/notifications/unsubscribe/{token}` and `POST /api/notifications/unsubscribe/{token}`

use axum::extract::State;
use serde::Serialize;
use shared::auth::unsubscribe::{SCOPE, Unsubscribe};
use shared::domain::letter::Class;
use shared::domain::notification::{ByMail, Choice};
use shared::http::{Answer, ApiError, AppState, Page, Path, Refused};
use shared::store;
use utoipa::ToSchema;

use crate::page;

/// What no mail comes about any more.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnsubscribedBody {
    #[schema(example = "mentoring_check_in")]
    event: &'static str,
}

/// Show a page that asks whether mails of this kind shall end.
///
/// Mails lead here. Programs that follow every link end nothing by it: only the button on the page does.
#[utoipa::path(
    get,
    path = "/api/notifications/unsubscribe/{token}",
    tag = "notifications",
    params(("token" = String, Path, description = "The end of the link in the mail.")),
    responses((status = OK, body = String, content_type = "text/html"), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn ask_again(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Page, ApiError> {
    let wanted = verify(&state, &token).await?;
    page::question(wanted.kind)
}

/// End mails of this kind.
///
/// Programs for mail call this when their reader wants no more (RFC 8058); no login is needed. Once more changes nothing.
#[utoipa::path(
    post,
    path = "/api/notifications/unsubscribe/{token}",
    tag = "notifications",
    params(("token" = String, Path, description = "The end of the link in the mail.")),
    responses((status = OK, body = Answer<UnsubscribedBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn unsubscribe(
    State(state): State<AppState>,
    Path(token): Path<String>,
) -> Result<Answer<UnsubscribedBody>, ApiError> {
    let Unsubscribe { person, kind } = verify(&state, &token).await?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    // Whoever is gone gets no mail anyway.
    if store::user::lock(&tx, person).await?.is_some() {
        let choices = store::notification::list_choices(&tx, person).await?;
        let choice = choices.get(kind.as_str()).copied();
        let choice = Choice {
            email: ByMail::Off,
            ..choice.unwrap_or(Choice::USUAL)
        };
        store::notification::write_choices(&tx, person, &[(kind, choice)]).await?;
        tx.commit().await?;
    }
    let event = kind.as_str();
    Ok(Answer::ok(UnsubscribedBody { event }).saying("You get no more mails of this kind."))
}

/// Reads what a link ends; one that is not ours leads nowhere.
async fn verify(state: &AppState, token: &str) -> Result<Unsubscribe, ApiError> {
    let unknown = || ApiError::not_found("link");
    let (wanted, tag) = Unsubscribe::read(token).ok_or_else(unknown)?;
    let mac = state.mac(SCOPE, &wanted.text()).await?;
    let is_ours = tag.proves(&mac) && wanted.kind.class() == Class::Courtesy;
    is_ours.then_some(wanted).ok_or_else(unknown)
}
