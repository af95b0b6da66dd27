//! What an assignment of many to many costs: over the best pairs only, and certified over all of them.

mod crowd;

use serde::Serialize;
use shared::domain::assignment::{Objective, Settings, Sides, Sparse, solve, verify};
use standalone::development::Failure;

use crate::process::{cpu_seconds, memory};
use crowd::Crowd;

/// What the solver starts from on each side when it certifies all pairs.
const DEPTH: usize = 40;
/// The best pairs of each mentee and of each mentor that the sparse instance consists of.
const SPARSE: usize = 50;

/// One way to solve it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct AssignmentFigures {
    pub(crate) name: &'static str,
    pub(crate) people: u32,
    pub(crate) cpu_seconds: f64,
    /// The most that this process ever had.
    pub(crate) peak_bytes: u64,
    pub(crate) total: i64,
    /// What it may take on ten thousand of each, in seconds.
    #[serde(skip)]
    pub(crate) most_seconds: f64,
}

/// Solves each once, and verifies it.
pub(crate) fn measure_all(people: u32) -> Result<Vec<AssignmentFigures>, Failure> {
    let crowd = Crowd::new(people);
    let (tight, roomy) = (crowd.sides(0), crowd.sides(1));
    let sparse = Sparse::new(&tight, &crowd.best(SPARSE))?;
    let (fair, total) = (Objective::Fair, Objective::Total);
    Ok(vec![
        of_pairs("best pairs, fair", (&tight, &sparse), fair)?,
        of_pairs("best pairs, total", (&tight, &sparse), total)?,
        of_all("all pairs, fair, a place to spare", (&roomy, &crowd), fair)?,
        of_all("all pairs, fair", (&tight, &crowd), fair)?,
        of_all("all pairs, total", (&tight, &crowd), total)?,
    ])
}

fn of_pairs(
    name: &'static str,
    (sides, sparse): (&Sides, &Sparse),
    objective: Objective,
) -> Result<AssignmentFigures, Failure> {
    let before = cpu_seconds(std::process::id());
    let solution = solve(sides, sparse, objective, Settings::default());
    let after = cpu_seconds(std::process::id());
    verify(sides, sparse, objective, &solution)?;
    Ok(figures(
        name,
        sides,
        (after - before, 2.0),
        solution.total(),
    ))
}

fn of_all(
    name: &'static str,
    (sides, crowd): (&Sides, &Crowd),
    objective: Objective,
) -> Result<AssignmentFigures, Failure> {
    let before = cpu_seconds(std::process::id());
    let settings = Settings { depth: Some(DEPTH) };
    let solution = solve(sides, crowd, objective, settings);
    let after = cpu_seconds(std::process::id());
    verify(sides, crowd, objective, &solution)?;
    Ok(figures(
        name,
        sides,
        (after - before, 25.0),
        solution.total(),
    ))
}

fn figures(
    name: &'static str,
    sides: &Sides,
    (cpu_seconds, most_seconds): (f64, f64),
    total: i64,
) -> AssignmentFigures {
    AssignmentFigures {
        name,
        people: u32::try_from(sides.mentees.len()).unwrap_or(u32::MAX),
        cpu_seconds,
        peak_bytes: memory(std::process::id()).peak,
        total,
        most_seconds,
    }
}
