//! Office Hours in one process.

use std::process::ExitCode;

use jiff::civil::Date;
use shared::auth::rotation::Step;
use shared::config::Config;
use standalone::development::{self, Failure};
use standalone::{admin, server};
use tokio::runtime::{Builder, Runtime};

const USAGE: &str = "\
usage: standalone                              serve, with the environment as it is
       standalone --development                serve with a database, a cloud and demo data of its own
       standalone migrate                      bring the database up to date
       standalone admin create --email ADDRESS open an admin account
       standalone audit verify [--day DATE]    follow the chain of the audit log; fails when it was changed
       standalone keys rotate STEP             replace the key of access tokens: begin, 5 minutes later
                                               switch, 21 minutes later finish; or now, in an emergency";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("\nstandalone: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<ExitCode, Failure> {
    match arguments {
        [] => many_threads()?.block_on(server::run())?,
        // One thread: what it starts ends with the thread that started it, which must be the main thread.
        ["--development"] => return one_thread()?.block_on(development::run()),
        [development::SERVER] => many_threads()?.block_on(server::run_development())?,
        ["migrate"] => one_thread()?.block_on(migrate())?,
        ["audit", "verify"] => return one_thread()?.block_on(verify_audit(None)),
        ["audit", "verify", "--day", day] => {
            return one_thread()?.block_on(verify_audit(Some(day.parse()?)));
        }
        ["admin", "create", "--email", email] => one_thread()?.block_on(create_admin(email))?,
        ["keys", "rotate", step] => one_thread()?.block_on(rotate_keys(step.parse()?))?,
        _ => {
            eprintln!("{USAGE}");
            return Ok(ExitCode::from(2));
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn one_thread() -> std::io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

fn many_threads() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().build()
}

async fn migrate() -> Result<(), Failure> {
    let state = server::state(Config::from_env()?).await?;
    let report = ::migrate::run(&state).await?;
    println!("{} migrations applied", report.migrations_applied);
    Ok(())
}

async fn rotate_keys(step: Step) -> Result<(), Failure> {
    let state = server::state(Config::from_env()?).await?;
    ::migrate::rotate_keys(&state, step).await?;
    println!("done");
    Ok(())
}

async fn create_admin(email: &str) -> Result<(), Failure> {
    let state = server::state(Config::from_env()?).await?;
    let password = admin::create(&state, email).await?;
    println!("password, shown this once: {password}");
    Ok(())
}

async fn verify_audit(day: Option<Date>) -> Result<ExitCode, Failure> {
    let state = server::state(Config::from_env()?).await?;
    let report = ::migrate::verify_audit(&state, day).await?;
    println!("{}", serde_json::to_string_pretty(&report)?);
    Ok(if report.is_whole {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
