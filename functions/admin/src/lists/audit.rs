//! `GET /api/admin/audit`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::audit::{AuditAction, AuditLine};
use shared::domain::id::{EventId, LoginId, UserId};
use shared::http::{
    Admin, ApiError, AppState, Limit, Listed, Moment, PageCursor, Problems, Query, Refused,
};
use shared::store;
use shared::store::audit::Wanted;
use utoipa::{IntoParams, ToSchema};

/// Which lines.
#[derive(Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    action: Option<AuditAction>,
    /// Who did it.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    actor_id: Option<UserId>,
    /// To whom it was done.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    subject_id: Option<UserId>,
    /// From this moment on.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Before this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    to: Option<Moment>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

/// Something that somebody did.
#[derive(Serialize, ToSchema)]
pub(crate) struct AuditLineBody {
    id: EventId,
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    #[schema(example = "user_status_change")]
    action: String,
    /// Who did it; `null` when nobody knows, or the platform did.
    actor_id: Option<UserId>,
    /// To whom it was done.
    subject_id: Option<UserId>,
    /// The device on which it was done.
    login_id: Option<LoginId>,
    request_id: String,
    /// The network it came from, not the address.
    network: Option<String>,
    user_agent: Option<String>,
    /// Why, in the words of whoever did it, or as a code of ours.
    reason: Option<String>,
}

/// Read the audit log, the newest lines first.
///
/// Lines hold ids and networks, never names, addresses or words of mails. They are only ever added.
#[utoipa::path(
    get,
    path = "/api/admin/audit",
    tag = "admin",
    params(AuditQuery),
    security(("bearer" = [])),
    responses((status = OK, body = Listed<AuditLineBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn list_audit_log(
    State(state): State<AppState>,
    Admin(_): Admin,
    Query(query): Query<AuditQuery>,
) -> Result<Listed<AuditLineBody>, ApiError> {
    let page = query.limit.after(query.cursor);
    let wanted = Wanted {
        action: query.action,
        actor: query.actor_id,
        subject: query.subject_id,
        from: query.from.map(|moment| moment.0),
        to: query.to.map(|moment| moment.0),
    };
    let client = state.db.client().await?;
    let found = store::audit::list(&client, &wanted, page).await?;
    let lines = found.items.into_iter().map(AuditLineBody::from);
    Ok(Listed::new(lines.collect(), page.limit, found.next))
}

impl From<AuditLine> for AuditLineBody {
    fn from(line: AuditLine) -> Self {
        Self {
            id: line.id.into(),
            at: line.at,
            action: line.action,
            actor_id: line.actor_id.map(UserId::from),
            subject_id: line.subject_id.map(UserId::from),
            login_id: line.login_id.map(LoginId::from),
            request_id: line.request_id,
            network: line.network,
            user_agent: line.user_agent,
            reason: line.reason,
        }
    }
}
