//! `make bench`: how fast the platform is, and what it costs, from outside.
//!
//! `cargo bench` has measured the slot function before. This is run by `with-services`, which gives it a PostgreSQL and a
//! ministack. It fills a fresh database, starts the server that lies beside it as a child, drives it over HTTP as people
//! would, and then starts each Lambda function against a runtime of its own. `--quick` does the same with little of
//! everything, to see whether it works at all; `--only mail`, `airtable`, `admin` or `claims` measures that alone, and
//! writes nothing.

mod admin;
mod airtable;
mod assignment;
mod caller;
mod claims;
mod figures;
mod files;
mod flow;
mod function;
mod goals;
mod load;
mod mail;
mod platform;
mod process;
mod report;
mod seed;
mod single;
mod size;
mod slots;
mod storm;
mod table;

use std::process::ExitCode;

use standalone::development::Failure;
use tokio::runtime::Runtime;

use admin::AdminFigures;
use airtable::AirtableFigures;
use assignment::AssignmentFigures;
use figures::PhaseFigures;
use function::FunctionFigures;
use mail::MailFigures;
use platform::Platform;
use single::SingleFigures;
use size::Size;
use slots::SlotFigures;
use storm::StormFigures;
use tests::open_set::{self, Quality};

/// Everything that was measured.
struct Measured {
    slots: Vec<SlotFigures>,
    ranking: Quality,
    phases: Vec<PhaseFigures>,
    storm: StormFigures,
    claims: StormFigures,
    singles: Vec<SingleFigures>,
    mail: MailFigures,
    admin: AdminFigures,
    airtable: AirtableFigures,
    functions: Vec<FunctionFigures>,
    assignments: Vec<AssignmentFigures>,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bench: {failure}");
            // A database says what it refuses only in the cause.
            let causes = std::iter::successors(failure.source(), |cause| cause.source());
            causes.for_each(|cause| eprintln!("  because {cause}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    files::allow_many(&arguments)?;
    let is_quick = arguments.iter().any(|argument| argument == "--quick");
    let size = if is_quick { Size::QUICK } else { Size::WHOLE };
    if cfg!(debug_assertions) {
        println!("this is a debug build: its figures say little");
    }
    let mut words = arguments.iter().map(String::as_str);
    if words.any(|word| word == "--only") {
        return Runtime::new()?.block_on(measure_only(words.next().unwrap_or_default(), size));
    }
    // First: what a process that has grown starts, it first weighs down with its own memory.
    let functions = function::measure_all()?;
    let http = Runtime::new()?.block_on(measure_http(size))?;
    let airtable = Runtime::new()?.block_on(airtable::measure(size))?;
    let measured = Measured {
        slots: slots::read(),
        ranking: open_set::quality()?,
        phases: http.phases,
        storm: http.storm,
        claims: http.claims,
        singles: http.singles,
        mail: http.mail,
        admin: http.admin,
        airtable,
        functions,
        assignments: assignment::measure_all(if is_quick { 300 } else { 10_000 })?,
    };
    report::write(size, &measured)?;
    println!("\n{}", table::markdown(size, &measured));
    goals::show(&measured);
    Ok(())
}

async fn measure_only(what: &str, size: Size) -> Result<(), Failure> {
    match what {
        "airtable" => airtable::measure(size).await.map(drop),
        "mail" => {
            let platform = Platform::start(size).await?;
            let figures = mail::measure(&platform, size).await;
            platform.stop();
            figures.map(drop)
        }
        "admin" => {
            let platform = Platform::start(size).await?;
            let figures = admin::measure(&platform, size).await;
            platform.stop();
            figures.map(drop)
        }
        "claims" => {
            let platform = Platform::start(size).await?;
            let figures = claims::measure(&platform).await;
            platform.stop();
            figures.map(drop)
        }
        _ => Err("--only takes mail, airtable, admin or claims".into()),
    }
}

/// What was measured through the running server.
struct OverHttp {
    phases: Vec<PhaseFigures>,
    storm: StormFigures,
    claims: StormFigures,
    singles: Vec<SingleFigures>,
    mail: MailFigures,
    admin: AdminFigures,
}

async fn measure_http(size: Size) -> Result<OverHttp, Failure> {
    let platform = Platform::start(size).await?;
    let figures = async {
        let (phases, [storm, claims]) = load::measure(&platform, size).await?;
        Ok(OverHttp {
            phases,
            storm,
            claims,
            singles: single::measure(&platform, size).await?,
            mail: mail::measure(&platform, size).await?,
            admin: admin::measure(&platform, size).await?,
        })
    };
    let figures = figures.await;
    platform.stop();
    figures
}
