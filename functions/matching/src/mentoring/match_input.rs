//! What `/api/matching/matches` takes.

use deserr::Deserr;
use shared::domain::id::UserId;
use shared::domain::mentorship::MentorshipAction;
use shared::domain::value::Text;
use shared::http::Problems;
use utoipa::ToSchema;

type Reason = Text<1, 500>;

/// Whom an admin brings together, and why.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormBody {
    pub(crate) mentor_id: UserId,
    pub(crate) mentee_id: UserId,
    /// For the audit log.
    #[schema(example = "They have worked together before.")]
    pub(crate) reason: Reason,
    /// Gives the mentor one mentee more than they take, if need be.
    #[deserr(default)]
    #[schema(required = false, default = false)]
    pub(crate) override_capacity: bool,
}

/// What is done to a match.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    pub(crate) action: ChangeAction,
    /// Needed to dissolve, and from admins; the other one reads why it ended.
    #[deserr(default)]
    pub(crate) reason: Option<Reason>,
}

/// What can be done to a match.
#[derive(Clone, Copy, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub(crate) enum ChangeAction {
    #[deserr(rename = "pause")]
    #[schema(rename = "pause")]
    Pause,
    #[deserr(rename = "resume")]
    #[schema(rename = "resume")]
    Resume,
    #[deserr(rename = "complete")]
    #[schema(rename = "complete")]
    Complete,
    #[deserr(rename = "dissolve")]
    #[schema(rename = "dissolve")]
    Dissolve,
}

impl From<ChangeAction> for MentorshipAction {
    fn from(action: ChangeAction) -> Self {
        match action {
            ChangeAction::Pause => Self::Pause,
            ChangeAction::Resume => Self::Resume,
            ChangeAction::Complete => Self::Complete,
            ChangeAction::Dissolve => Self::Dissolve,
        }
    }
}
