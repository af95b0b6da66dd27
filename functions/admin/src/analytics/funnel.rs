//! What sessions are, the rates that follow from it, and how long answers take, as several figures show them.

use serde::Serialize;
use shared::domain::analytics::{AnswerTimes, Statuses};
use shared::domain::score::Thousandths;
use utoipa::ToSchema;

/// What sessions are, and the rates that follow from it.
#[derive(Serialize, ToSchema)]
pub(crate) struct FunnelBody {
    sessions: i64,
    pending: i64,
    confirmed: i64,
    declined: i64,
    cancelled: i64,
    expired: i64,
    completed: i64,
    no_show: i64,
    /// Of those that were to be decided and not called off: to how many the mentor said yes.
    acceptance_rate: Option<Thousandths>,
    /// Of the same: how many nobody answered.
    expiry_rate: Option<Thousandths>,
    /// Of those that were booked or called off: how many were called off.
    cancel_rate: Option<Thousandths>,
    /// Of those that are over: to how many somebody did not come.
    no_show_rate: Option<Thousandths>,
}

/// How long mentors take until they first do something about a request. Up to two hours times are rounded down to five
/// minutes, up to twelve to fifteen, and then to the hour.
#[derive(Serialize, ToSchema)]
pub(crate) struct AnswersBody {
    count: i64,
    /// Half of the answers came within so many minutes.
    median_minutes: Option<i32>,
    /// Nine of ten did.
    p90_minutes: Option<i32>,
}

impl From<Statuses> for FunnelBody {
    fn from(statuses: Statuses) -> Self {
        Self {
            sessions: statuses.total(),
            pending: statuses.pending,
            confirmed: statuses.confirmed,
            declined: statuses.declined,
            cancelled: statuses.cancelled,
            expired: statuses.expired,
            completed: statuses.completed,
            no_show: statuses.no_show,
            acceptance_rate: statuses.acceptance(),
            expiry_rate: statuses.expiry(),
            cancel_rate: statuses.cancellation(),
            no_show_rate: statuses.absence(),
        }
    }
}

impl From<&AnswerTimes> for AnswersBody {
    fn from(times: &AnswerTimes) -> Self {
        Self::new(times.count(), times.percentile(50), times.percentile(90))
    }
}

impl AnswersBody {
    pub(crate) const fn new(
        count: i64,
        median_minutes: Option<i32>,
        p90_minutes: Option<i32>,
    ) -> Self {
        Self {
            count,
            median_minutes,
            p90_minutes,
        }
    }
}
