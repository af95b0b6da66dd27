//! `PUT /api/mentors/{id}/vetting`

use axum::extract::State;
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::clock::Clock;
use shared::domain::audit::{AuditAction, AuditEntry};
use shared::domain::id::UserId;
use shared::domain::value::Text;
use shared::domain::vetting::{Verdict, Vetting};
use shared::http::{Admin, Answer, ApiError, Caller, IfMatch, Json, Path, Problems, Refused};
use shared::store::user::Vetted;
use shared::store::{self, Db};
use utoipa::ToSchema;

type Reason = Text<1, 500>;

/// What an admin decides about a mentor.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct VettingInput {
    decision: Verdict,
    /// Needed to reject: the mentor reads it.
    #[deserr(default)]
    #[schema(example = "please say more about your experience")]
    reason: Option<Reason>,
}

/// What was decided about a mentor.
#[derive(Serialize, ToSchema)]
pub(crate) struct VettingBody {
    mentor_id: UserId,
    vetting: Vetting,
    /// Why, if they were rejected.
    reason: Option<String>,
    #[schema(value_type = Option<String>, format = DateTime)]
    decided_at: Option<Timestamp>,
    /// The mentor's: every change of their profile raises it.
    version: i64,
}

/// Let a mentor appear, or not.
///
/// Each decision can be turned round. The mentor gets a mail; sessions that are booked already stay.
#[utoipa::path(
    put,
    path = "/api/mentors/{id}/vetting",
    tag = "mentors",
    params(("id" = UserId, Path), IfMatch),
    security(("bearer" = [])),
    request_body = VettingInput,
    responses((status = OK, body = Answer<VettingBody>), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all, fields(mentor.id = %mentor))]
pub(crate) async fn vet_mentor(
    State(db): State<Db>,
    State(clock): State<Clock>,
    Admin(admin): Admin,
    Caller(origin): Caller,
    Path(mentor): Path<UserId>,
    if_match: IfMatch,
    Json(input): Json<VettingInput>,
) -> Result<Answer<VettingBody>, ApiError> {
    let reason = input.reason()?;
    let now = clock.now();
    let mut client = db.client().await?;
    let tx = client.transaction();
    let before = store::user::lock_vetting(&tx, mentor)
        .await?
        .ok_or(ApiError::not_found("mentor"))?;
    if_match.check(before.version)?;
    let (vetting, event) = before.vetting.decide(input.decision, mentor)?;
    let entry = AuditEntry::to(AuditAction::MentorVetted, admin.id, mentor)
        .because(described(vetting, reason.as_deref()));
    let vetted = Vetted {
        vetting,
        reason: reason.filter(|_| vetting == Vetting::Rejected),
        at: Some(now),
        version: before.version + 1,
    };
    store::user::update_vetting(&tx, mentor, &vetted, now).await?;
    store::outbox::append(&tx, clock.id(), now, event).await?;
    store::catalog::raise(&tx).await?;
    store::audit::append(&tx, clock.id(), now, &origin, &entry).await?;
    tx.commit().await?;
    let version = vetted.version;
    Ok(Answer::ok(VettingBody::new(mentor, vetted)).at_version(version))
}

impl VettingInput {
    fn reason(&self) -> Result<Option<String>, Problems> {
        let reason = self
            .reason
            .as_ref()
            .map(|reason| reason.as_str().to_owned());
        match (self.decision, reason) {
            (Verdict::Reject, None) => Err(Problems::of(
                "reason",
                "missing_field",
                "is required: the mentor wants to know why",
            )),
            (_, reason) => Ok(reason),
        }
    }
}

fn described(vetting: Vetting, reason: Option<&str>) -> String {
    let word = vetting.as_str();
    reason.map_or_else(|| word.to_owned(), |reason| format!("{word}: {reason}"))
}

impl VettingBody {
    fn new(mentor: UserId, vetted: Vetted) -> Self {
        Self {
            mentor_id: mentor,
            vetting: vetted.vetting,
            reason: vetted.reason,
            decided_at: vetted.at,
            version: vetted.version,
        }
    }
}
