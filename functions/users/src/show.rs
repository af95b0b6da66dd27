//! `GET /api/users/{id}`

use axum::extract::State;
use shared::domain::id::UserId;
use shared::domain::user::Sight;
use shared::http::{Actor, Answer, ApiError, AppState, Path, Refused, UserBody, open_phone};
use shared::store;

use crate::person::{PersonBody, PersonView};

/// Show a person.
///
/// You and admins see everything. Of a mentor who appears, and of whoever has a session with you, everybody else sees
/// what that person shows. Nobody else is there.
#[utoipa::path(
    get,
    path = "/api/users/{id}",
    tag = "users",
    params(("id" = UserId, Path)),
    security(("bearer" = [])),
    responses((status = OK, body = Answer<PersonView>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(user.id = %id))]
pub(crate) async fn show_user(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<UserId>,
) -> Result<Answer<PersonView>, ApiError> {
    let client = state.db.client().await?;
    let (user, bond) = futures_util::try_join!(
        store::user::find(&client, id),
        store::user::find_bond(&client, actor.id, id),
    )?;
    drop(client);
    let unknown = ApiError::not_found("user");
    let Some(user) = user else {
        return Err(unknown);
    };
    let answer = match user.seen_by(&actor, bond).ok_or(unknown)? {
        Sight::Whole => {
            let body = UserBody::open(&state, &user).await?;
            Answer::ok(PersonView::Whole(Box::new(body))).at_version(user.version)
        }
        Sight::Card { with_phone } => {
            let phone = if with_phone {
                open_phone(&state, &user).await?
            } else {
                None
            };
            Answer::ok(PersonView::Card(Box::new(PersonBody::new(user, phone))))
        }
    };
    Ok(answer)
}
