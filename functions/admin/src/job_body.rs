//! What `/api/admin/jobs` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{JobId, UserId};
use shared::domain::notification::MessageStatus;
use shared::domain::page::PageRequest;
use shared::domain::value::Text;
use shared::domain::work::{Standing, Work, WorkAction, WorkKind, WorkStatus};
use shared::http::{Limit, Moment, PageCursor, Problems};
use shared::store::work::Wanted;
use utoipa::{IntoParams, ToSchema};

/// Which jobs.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobsQuery {
    #[deserr(default)]
    #[param(nullable = false, inline)]
    kind: Option<WorkKind>,
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<WorkStatus>,
    /// Those that were made at or after this moment.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    from: Option<Moment>,
    /// Those that were made before this moment.
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

impl JobsQuery {
    pub(crate) fn wanted(&self) -> Wanted {
        Wanted {
            kind: self.kind,
            status: self.status,
            from: self.from.map(|from| from.0),
            to: self.to.map(|to| to.0),
        }
    }

    pub(crate) fn page(&self) -> PageRequest {
        self.limit.after(self.cursor)
    }
}

/// Work that goes on behind the API: a job, a message to one person, or a run of a schedule.
#[derive(Serialize, ToSchema)]
pub(crate) struct AdminJobBody {
    id: JobId,
    kind: WorkKind,
    status: WorkStatus,
    /// Of a message: which one it is.
    #[schema(example = "session_confirmed")]
    message: Option<String>,
    /// Of a message: what the service that carries it has said.
    delivery: Option<MessageStatus>,
    /// How much is done, in percent.
    #[schema(minimum = 0, maximum = 100)]
    progress: i16,
    /// How often it was tried.
    attempts: i32,
    /// Of a run of a schedule: how many things it did.
    done: Option<i32>,
    /// Why it failed last.
    error: Option<String>,
    /// Whom it is for, or about.
    subject_id: Option<UserId>,
    requested_by: Option<UserId>,
    /// What you may do now.
    allowed_actions: Vec<WorkAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    finished_at: Option<Timestamp>,
}

impl From<Work> for AdminJobBody {
    fn from(work: Work) -> Self {
        let delivery = match work.standing {
            Standing::Email(status) | Standing::Sms(status) => Some(status),
            Standing::Job(..) | Standing::Run(..) => None,
        };
        Self {
            id: work.id,
            kind: work.standing.kind(),
            status: work.standing.status(),
            message: work.message,
            delivery,
            progress: work.progress.get(),
            attempts: work.attempts,
            done: work.done,
            error: work.error,
            subject_id: work.subject,
            requested_by: work.requested_by,
            allowed_actions: work.standing.allowed_actions(),
            created_at: work.created_at,
            started_at: work.started_at,
            finished_at: work.finished_at,
        }
    }
}

/// Why a job is called off.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct JobCancelBody {
    /// For the audit log; nobody is told.
    #[schema(example = "asked for by mistake")]
    pub(crate) reason: Text<1, 500>,
}
