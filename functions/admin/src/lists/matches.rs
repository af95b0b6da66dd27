//! `GET /api/admin/matches`

use std::collections::HashMap;

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MentorshipId, UserId};
use shared::domain::matching::ProgramKey;
use shared::domain::mentorship::{Mentorship, MentorshipAction, MentorshipStatus, Origin};
use shared::domain::score::Thousandths;
use shared::domain::user::Actor;
use shared::http::{
    Admin, ApiError, AppState, Flag, Limit, Listed, Moment, PageCursor, Problems, Query, Refused,
};
use shared::store;
use shared::store::mentorship::{Filter, Participant};
use utoipa::{IntoParams, ToSchema};

use crate::analytics::check_program;

/// Which matches.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AdminMatchesQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<MentorshipStatus>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentor_id: Option<UserId>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    mentee_id: Option<UserId>,
    /// Those that somebody should look after, or only the others.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    at_risk: Option<Flag>,
    /// Those made at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Those made before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// Only those of this program.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    program: Option<ProgramKey>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// A long-term match, as a line of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminMatchBody {
    id: MentorshipId,
    mentor_id: UserId,
    /// First and last name.
    mentor: String,
    mentee_id: UserId,
    /// First and last name.
    mentee: String,
    /// How many mentees the mentor has and takes.
    mentor_places_taken: i64,
    mentor_places: Option<i32>,
    status: MentorshipStatus,
    /// How the two came together.
    origin: Origin,
    score: Option<Thousandths>,
    /// Whether somebody should look after it.
    at_risk: bool,
    version: i64,
    /// What you may do now, by `PUT /api/matching/matches/{id}`.
    allowed_actions: Vec<MentorshipAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// List long-term matches, the newest first.
///
/// `GET /api/matching/matches/{id}` shows how well one of them goes, and why.
#[utoipa::path(
    get,
    path = "/api/admin/matches",
    tag = "admin",
    params(AdminMatchesQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AdminMatchBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_all_matches(
    State(state): State<AppState>,
    Admin(admin): Admin,
    Query(query): Query<AdminMatchesQuery>,
) -> Result<Listed<AdminMatchBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let filter = Filter {
        status: query.status,
        mentor_id: query.mentor_id,
        mentee_id: query.mentee_id,
        at_risk: query.at_risk.map(bool::from),
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
        program: query.program.map(|key| key.as_str().to_owned()),
    };
    let client = state.db.client().await?;
    check_program(&client, filter.program.as_deref()).await?;
    let found = store::mentorship::list(&client, admin, &filter, page).await?;
    let people = store::mentorship::list_participants(&client, &found.items).await?;
    let matches = found.items.iter();
    let bodies = matches.map(|one| AdminMatchBody::new(one, &people, admin));
    Ok(Listed::new(bodies.collect(), page.limit, found.next))
}

impl AdminMatchBody {
    fn new(one: &Mentorship, people: &HashMap<UserId, Participant>, admin: Actor) -> Self {
        let name = |id: UserId| {
            let name = |person: &Participant| format!("{} {}", person.first_name, person.last_name);
            people.get(&id).map(name).unwrap_or_default()
        };
        let mentor = people.get(&one.pair.mentor_id);
        Self {
            allowed_actions: one.allowed_actions(admin),
            id: one.id,
            mentor_id: one.pair.mentor_id,
            mentor: name(one.pair.mentor_id),
            mentee_id: one.pair.mentee_id,
            mentee: name(one.pair.mentee_id),
            mentor_places_taken: mentor.map_or(0, |mentor| mentor.places_taken),
            mentor_places: mentor.and_then(|mentor| mentor.places),
            status: one.status,
            origin: one.origin,
            score: one.score,
            at_risk: one.at_risk,
            version: one.version,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}
