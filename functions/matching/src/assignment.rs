//! Batch matching: all who wait are matched at once, in a draft that is looked at, and then published or dropped.

mod body;
mod close;
mod input;
mod lists;
mod show;
mod start;

use shared::domain::assignment_run::AssignmentRun;
use shared::domain::id::{AssignmentRunId, Id};
use shared::http::{ApiError, AppState};
use shared::store::{self, Read};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use body::RunBody;

/// Every route of batch matching.
pub(crate) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::default()
        .routes(routes!(show::list_assignments, start::start_assignment))
        .routes(routes!(show::show_assignment))
        .routes(routes!(lists::list_assignment_pairs))
        .routes(routes!(lists::list_assignment_gaps))
        .routes(routes!(lists::list_assignment_changes))
        .routes(routes!(close::publish_assignment))
        .routes(routes!(close::drop_assignment))
}

/// A run as it is shown, with how far its job is.
async fn shown(db: &impl Read, run: AssignmentRun) -> Result<RunBody, ApiError> {
    let job = store::job::find(db, run.id.uuid().into()).await?;
    Ok(RunBody::new(run, job))
}

/// A run that has to be there.
async fn find(db: &impl Read, id: AssignmentRunId) -> Result<AssignmentRun, ApiError> {
    let found = store::assignment_run::find(db, id).await?;
    found.ok_or(ApiError::not_found("batch"))
}
