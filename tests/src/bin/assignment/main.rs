//! Solves one assignment with exactly the code that the product uses, and checks its proof:
//! `cargo run --release -p tests --bin assignment -- --instance I.json --out R.json [--objective fair|total|stable]`.
//!
//! The instance is `{"mentees": [{"id", "wants"}], "mentors": [{"id", "capacity"}], "scores": [[mentee_index, mentor_index,
//! thousandths], …]}`; a pair that is not there is forbidden. The result is `{"pairs": [[mentee_index, mentor_index,
//! thousandths], …], "total", "duals", "floors", "coverage", "violated_pairs", "seconds"}`:
//!
//! * `duals.mentees` and `duals.mentors` are `u` and `v`: no pair that was not made has a score above `u + v`, and
//!   `sum(wants * u) + sum(capacity * v)` and what the made pairs have beyond `u + v` add up to the total.
//! * Under `fair` a match with a floor has a value of its own instead of `u`, best match first, in `duals.floors`; a pair counts
//!   against the first match whose floor it reaches. `duals.proofs` names, for each floor that cannot be held, the mentors who
//!   have too few places for it, and `duals.uncovered` what leaving out a mentee costs in these prices.
//! * `floors` are the worst first, second and third match that had to be reached; null where not everybody concerned can have
//!   so many, and for `total` and `stable`.
//! * `violated_pairs` are the pairs that refute the result: those worth more than their prices, or, for `stable`, those whose
//!   two sides would rather have each other. A result with one is a bug of ours: it is not written, and the exit code is 1.
//!
//! Input that cannot be used is refused in one line with the exit code 2.

mod instance;
mod report;

use std::fmt::Display;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use shared::domain::assignment::{Objective, Settings, solve, verify};

use instance::Instance;

/// From so many pairs on it does not look at all of them at once.
const MANY: usize = 2_000_000;
const DEPTH: usize = 40;

/// Why there is no result, and the exit code that says so.
#[derive(Debug)]
struct Refused(String, u8);

struct Arguments {
    instance: String,
    out: String,
    objective: Objective,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Refused(why, code)) => {
            eprintln!("assignment: {}", why.replace('\n', " "));
            ExitCode::from(code)
        }
    }
}

fn run() -> Result<(), Refused> {
    let arguments = arguments(std::env::args().skip(1))?;
    let about = |file: &str, why: &dyn Display| Refused(format!("{file}: {why}"), 2);
    let file = File::open(&arguments.instance).map_err(|why| about(&arguments.instance, &why))?;
    let instance = Instance::read(BufReader::with_capacity(1 << 20, file))
        .map_err(|why| about(&arguments.instance, &why))?;
    let unwritable = |why: io::Error| about(&arguments.out, &why);
    let mut out = BufWriter::new(File::create(&arguments.out).map_err(unwritable)?);
    answer(&instance, arguments.objective, &mut out)?
        .and_then(|()| out.flush())
        .map_err(unwritable)
}

/// Solves, proves and writes.
fn answer(
    instance: &Instance,
    objective: Objective,
    out: &mut impl Write,
) -> Result<io::Result<()>, Refused> {
    let started = Instant::now();
    let settings = Settings {
        depth: (instance.scores.len() > MANY).then_some(DEPTH),
    };
    let solution = solve(&instance.sides, &instance.scores, objective, settings);
    let seconds = started.elapsed().as_secs_f64();
    verify(&instance.sides, &instance.scores, objective, &solution)
        .map_err(|flaw| Refused(format!("the proof does not hold: {flaw}"), 1))?;
    Ok(report::write(instance, &solution, seconds, out))
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, Refused> {
    const USAGE: &str =
        "usage: assignment --instance I.json --out R.json [--objective fair|total|stable]";
    let usage = || Refused(USAGE.to_owned(), 2);
    let (mut instance, mut out, mut objective) = (None, None, Objective::Fair);
    while let Some(name) = given.next() {
        let value = given.next().ok_or_else(usage)?;
        match (name.as_str(), value.as_str()) {
            ("--instance", _) => instance = Some(value),
            ("--out", _) => out = Some(value),
            ("--objective", "fair") => objective = Objective::Fair,
            ("--objective", "total") => objective = Objective::Total,
            ("--objective", "stable") => objective = Objective::Stable,
            _ => return Err(usage()),
        }
    }
    Ok(Arguments {
        instance: instance.ok_or_else(usage)?,
        out: out.ok_or_else(usage)?,
        objective,
    })
}

#[cfg(test)]
mod tests;
