//! `GET /api/sessions/{id}/calendar.ics`

use axum::extract::State;
use shared::config::Config;
use shared::domain::calendar::{Appointment, Invitation, Method, Person};
use shared::domain::id::{SessionId, UserId};
use shared::domain::session::Session;
use shared::http::{Actor, ApiError, AppState, Ics, Path, Refused};
use shared::store;
use shared::store::notification::Reader;

/// Download one of my sessions for a calendar.
///
/// A calendar finds it again by the `UID` that the mails have, too, and shows it as the session stands.
#[utoipa::path(
    get,
    path = "/api/sessions/{id}/calendar.ics",
    tag = "sessions",
    params(("id" = SessionId, Path)),
    security(("bearer" = [])),
    responses(
        (status = OK, body = String, content_type = "text/calendar", description = "iCalendar (RFC 5545) with the method PUBLISH."),
        (status = "4XX", body = Refused),
        (status = "5XX", body = Refused),
    ),
)]
#[tracing::instrument(skip_all, fields(session.id = %id))]
pub(crate) async fn show_calendar(
    State(state): State<AppState>,
    actor: Actor,
    Path(id): Path<SessionId>,
) -> Result<Ics, ApiError> {
    let client = state.db.client().await?;
    let session = store::session::find_for(&client, id, actor)
        .await?
        .ok_or(ApiError::not_found("session"))?;
    let both = [session.mentor_id, session.mentee_id];
    let people = store::notification::list_readers(&client, &both).await?;
    let people = [
        named(&people, session.mentor_id)?,
        named(&people, session.mentee_id)?,
    ];
    Ok(Ics(entry(&session, &people, &state.config)?.to_ics()))
}

fn named(people: &[Reader], id: UserId) -> Result<Person, ApiError> {
    let found = people.iter().find(|person| person.id == id);
    Ok(found.ok_or_else(ApiError::internal)?.person())
}

fn entry(
    session: &Session,
    [mentor, mentee]: &[Person; 2],
    config: &Config,
) -> Result<Invitation, ApiError> {
    let appointment = Appointment {
        session_id: session.id,
        sequence: u32::try_from(session.sequence).unwrap_or_default(),
        starts_at: session.scheduled_at,
        ends_at: session.ends_at(),
        topic: session.topic.as_deref(),
        meeting_link: session.meeting_link.as_deref(),
        mentor,
        mentee,
    };
    let organizer = Person::parse(&config.mail_from).ok_or_else(ApiError::internal)?;
    let method = Method::Publish(session.status.into());
    Ok(appointment.invitation(method, &organizer, &config.app_url, session.updated_at))
}
