//! `POST /api/users`

use axum::extract::State;
use deserr::Deserr;
use shared::domain::api_key::ApiKeyError;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::event::Event;
use shared::domain::id::UserId;
use shared::domain::profile::{MentorProfile, Profile, RoleProfile, Vetting};
use shared::domain::time::Zone;
use shared::domain::user::{Email, Role, User, UserError};
use shared::http::{
    Admin, Answer, ApiError, AppState, Caller, IdempotencyKey, Json, Problems, Refused, UserBody,
};
use shared::store;
use utoipa::ToSchema;

use crate::body::Name;

/// A new account, without a password: its person chooses one.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewUserBody {
    #[schema(example = "grace@example.com")]
    email: Email,
    role: Role,
    #[schema(example = "Grace")]
    first_name: Name,
    #[schema(example = "Hopper")]
    last_name: Name,
    timezone: Zone,
}

/// Open an account for somebody.
///
/// They get a mail with a link to choose a password. A mentor whom an admin brings is approved already.
#[utoipa::path(
    post,
    path = "/api/users",
    tag = "users",
    params(IdempotencyKey),
    security(("bearer" = [])),
    request_body = NewUserBody,
    responses((status = CREATED, body = Answer<UserBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn create_user(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Json(body): Json<NewUserBody>,
) -> Result<Answer<UserBody>, ApiError> {
    if body.role == Role::Admin && admin.login().is_none() {
        return Err(ApiKeyError::InsufficientScope.into());
    }
    let now = state.clock.now();
    let user = body.user(state.clock.id(), now);
    let event = Event::UserInvited { user_id: user.id };
    let entry =
        AuditEntry::to(AuditAction::UserCreated, admin.id, user.id).because(user.role().as_str());

    let mut client = state.db.client().await?;
    let tx = client.transaction();
    if !store::user::insert(&tx, &user, None).await? {
        return Err(UserError::EmailTaken.into());
    }
    store::outbox::append(&tx, state.clock.id(), now, event).await?;
    store::audit::append(&tx, state.clock.id(), now, &origin, &entry).await?;
    let location = format!("/api/users/{}", user.id);
    // Without a phone number there is nothing to open: this calls nobody.
    let body = UserBody::open(&state, &user).await?;
    Answer::created(body, location)
        .at_version(user.version)
        .commit(tx)
        .await
}

impl NewUserBody {
    fn user(self, id: UserId, now: jiff::Timestamp) -> User {
        let role = match self.role {
            Role::Mentor => RoleProfile::Mentor(Box::new(MentorProfile::new(Vetting::Approved))),
            Role::Mentee => RoleProfile::Mentee(Box::default()),
            Role::Admin => RoleProfile::Admin,
        };
        let (first_name, last_name) = (self.first_name.into_string(), self.last_name.into_string());
        let profile = Profile::new(first_name, last_name, self.timezone, role);
        User::new(id, self.email, profile, now)
    }
}
