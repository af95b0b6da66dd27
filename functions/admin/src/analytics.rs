//! `/api/admin/analytics`: how the program does, in figures.

mod funnel;
pub(crate) mod matching;
pub(crate) mod mentors;
pub(crate) mod overview;
pub(crate) mod sessions;

use deserr::Deserr;
use shared::domain::analytics::Period;
use shared::domain::matching::ProgramKey;
use shared::domain::time::Zone;
use shared::http::{ApiError, AppState, Day, Problems};
use shared::store::{self, Read};
use utoipa::IntoParams;

/// Which days, and of which program.
#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PeriodQuery {
    /// The first day; thirty days when it is left out. At most 366 days can be asked for.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    pub(crate) from: Option<Day>,
    /// The last day, inclusive, at most 92 days ahead; today when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    pub(crate) to: Option<Day>,
    /// The zone in which days begin and end; UTC when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    pub(crate) zone: Option<Zone>,
    /// Only what comes from matches of this program.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    pub(crate) program: Option<ProgramKey>,
}

impl PeriodQuery {
    pub(crate) fn period(&self, state: &AppState) -> Result<Period, ApiError> {
        period((self.from, self.to), self.zone.clone(), state)
    }

    pub(crate) fn program(&self) -> Option<&str> {
        self.program.as_ref().map(ProgramKey::as_str)
    }
}

pub(crate) fn period(
    (from, to): (Option<Day>, Option<Day>),
    zone: Option<Zone>,
    state: &AppState,
) -> Result<Period, ApiError> {
    let days = (from.map(|day| day.0), to.map(|day| day.0));
    let zone = zone.unwrap_or(Zone::UTC);
    Ok(Period::new(zone, days, state.clock.now())?)
}

/// A program that is asked for has to be there.
pub(crate) async fn check_program(db: &impl Read, program: Option<&str>) -> Result<(), ApiError> {
    check_program_at("program", db, program).await
}

/// A program has to be there that is asked for at this place of a request.
pub(crate) async fn check_program_at(
    place: &'static str,
    db: &impl Read,
    program: Option<&str>,
) -> Result<(), ApiError> {
    let Some(key) = program else { return Ok(()) };
    match store::program::find(db, key).await? {
        Some(_) => Ok(()),
        None => Err(Problems::of(place, "unknown_value", "is no program").into()),
    }
}
