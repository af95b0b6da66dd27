//! What `/api/admin/export` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::analytics::PeriodError;
use shared::domain::id::UserId;
use shared::domain::matching::ProgramKey;
use shared::domain::refusal::Refusal;
use shared::domain::report::{Filters, Format, ReportOrder, Subject};
use shared::domain::time::Zone;
use shared::domain::user::Role;
use shared::domain::value::Text;
use shared::http::{ApiError, Moment, Problems};
use utoipa::ToSchema;

type StatusWord = Text<1, 20>;

/// What is exported, and how.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportOrderBody {
    what: Subject,
    /// `csv` is RFC 4180 with a line of names first, where an apostrophe stands in front of what a spreadsheet would read
    /// as a formula; `json` is one JSON object per line, which is exact.
    format: Format,
    #[deserr(default, from(ExportFiltersBody) = Some)]
    #[schema(nullable = false)]
    filters: Option<ExportFiltersBody>,
}

/// Which rows are exported. A filter that says nothing about them is refused: `role` is for users, `program` for
/// sessions, feedback, matches and analytics, `mentor_id` and `mentee_id` for sessions, feedback, matches and questions,
/// `zone` for analytics.
#[derive(Default, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExportFiltersBody {
    /// From this moment on: sessions by their start, everything else by when it was made. Analytics begin with its day.
    #[deserr(default, from(Moment) = Some)]
    #[schema(nullable = false)]
    from: Option<Moment>,
    /// Before this moment. Analytics end with the last day that has begun by then.
    #[deserr(default, from(Moment) = Some)]
    #[schema(nullable = false)]
    to: Option<Moment>,
    /// A status of a user, a session, a feedback, a match or a question.
    #[deserr(default, from(StatusWord) = Some)]
    #[schema(nullable = false, example = "completed")]
    status: Option<StatusWord>,
    #[deserr(default, from(Role) = Some)]
    #[schema(nullable = false)]
    role: Option<Role>,
    #[deserr(default, from(ProgramKey) = Some)]
    #[schema(nullable = false)]
    program: Option<ProgramKey>,
    #[deserr(default, from(UserId) = Some)]
    #[schema(nullable = false)]
    mentor_id: Option<UserId>,
    #[deserr(default, from(UserId) = Some)]
    #[schema(nullable = false)]
    mentee_id: Option<UserId>,
    /// The zone in which days begin and end; UTC when it is left out.
    #[deserr(default, from(Zone) = Some)]
    #[schema(nullable = false)]
    zone: Option<Zone>,
}

/// Where an exported file is.
#[derive(Serialize, ToSchema)]
pub(crate) struct ExportFileBody {
    /// Read it here, without a token.
    pub(crate) url: String,
    /// Until when that address works; ask again for another one.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) url_expires_at: Timestamp,
    /// Until when the file is kept.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) file_expires_at: Timestamp,
}

impl ExportOrderBody {
    /// Refuses what no file can come of, before a job is made of it.
    pub(crate) fn read(self, now: Timestamp) -> Result<ReportOrder, ApiError> {
        let filters = self.filters.unwrap_or_default().into();
        let order = ReportOrder {
            what: self.what,
            format: self.format,
            filters,
        };
        let order = order.check()?;
        if order.what == Subject::Analytics {
            order.filters.period(now).map_err(wrong_period)?;
        }
        Ok(order)
    }
}

/// A period is named by its place in the body.
fn wrong_period(refused: PeriodError) -> ApiError {
    let place = format!("filters.{}", refused.field().unwrap_or_default());
    ApiError::from(refused).about(&place)
}

impl From<ExportFiltersBody> for Filters {
    fn from(body: ExportFiltersBody) -> Self {
        Self {
            from: body.from.map(|moment| moment.0),
            to: body.to.map(|moment| moment.0),
            status: body.status.map(Text::into_string),
            role: body.role.map(|role| role.as_str().to_owned()),
            program: body.program.map(|key| key.as_str().to_owned()),
            mentor_id: body.mentor_id,
            mentee_id: body.mentee_id,
            zone: body.zone,
        }
    }
}
