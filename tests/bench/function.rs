//! Each Lambda function as it is deployed: how big it is, and how long it takes to ask for its first event.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde::Serialize;
use standalone::development::Failure;
use standalone::services::bound;
use standalone::settings::variable;

use crate::platform::variables;
use crate::process::{exact_cpu, memory};

/// How often each function is started.
const STARTS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(10);

/// The figures of one function: medians of its starts.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct FunctionFigures {
    pub(crate) name: String,
    pub(crate) binary_bytes: u64,
    /// From starting the program to its first question for an event.
    pub(crate) init_ms: f64,
    /// Processor time until then.
    pub(crate) init_cpu_ms: f64,
    pub(crate) rss_bytes: u64,
}

/// One start.
struct Started {
    wall: Duration,
    cpu: Duration,
    rss: u64,
}

/// Measures every function that has been built; call it on the main thread.
pub(crate) fn measure_all() -> Result<Vec<FunctionFigures>, Failure> {
    let mut binaries: Vec<PathBuf> = fs::read_dir(folder()?)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| entry.path().join("bootstrap"))
                .collect()
        })
        .unwrap_or_default();
    binaries.retain(|binary| binary.is_file());
    binaries.sort();
    if binaries.is_empty() {
        println!(
            "\nno Lambda functions have been built (`make lambda`): their figures are left out"
        );
    }
    binaries.iter().map(|binary| measure(binary)).collect()
}

/// Where `cargo lambda` puts them: beside the folder of this program's profile.
fn folder() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?;
    let target = program.ancestors().nth(2).unwrap_or(Path::new("target"));
    Ok(target.join("lambda"))
}

fn measure(binary: &Path) -> Result<FunctionFigures, Failure> {
    let name = binary
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default();
    let name = name.to_string_lossy().into_owned();
    let mut starts = Vec::with_capacity(STARTS);
    // The first start reads the file from the disk, which is not what is measured.
    start(binary, &name)?;
    for _ in 0..STARTS {
        starts.push(start(binary, &name)?);
    }
    let figures = FunctionFigures {
        binary_bytes: fs::metadata(binary)?.len(),
        init_ms: median(starts.iter().map(|start| start.wall)).as_secs_f64() * 1e3,
        init_cpu_ms: median(starts.iter().map(|start| start.cpu)).as_secs_f64() * 1e3,
        rss_bytes: median(starts.iter().map(|start| start.rss)),
        name,
    };
    println!(
        "{:<16} {:>5.1} MB, first question after {:>5.1} ms ({:.1} ms CPU), {:.1} MiB",
        figures.name,
        megabytes(figures.binary_bytes),
        figures.init_ms,
        figures.init_cpu_ms,
        mebibytes(figures.rss_bytes)
    );
    Ok(figures)
}

fn start(binary: &Path, name: &str) -> Result<Started, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let runtime = listener.local_addr()?.to_string();
    let mut command = bound(binary, "KILL");
    command
        .env_clear()
        .envs(lambda_variables(name, &runtime))
        .env("PATH", variable("PATH").unwrap_or_default());
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let begun = Instant::now();
    let mut child = command.spawn()?;
    let asked = wait_for_question(&listener, &mut child, begun);
    let wall = begun.elapsed();
    // It waits for the answer now: a moment later its threads' clocks are right.
    sleep(Duration::from_millis(2));
    let (cpu, rss) = (exact_cpu(child.id()), memory(child.id()).rss);
    let _ = child.kill();
    let _ = child.wait();
    asked.map_err(|why| format!("{name}: {why}"))?;
    Ok(Started { wall, cpu, rss })
}

/// Waits for `GET …/invocation/next`; whatever comes on other connections is not it.
fn wait_for_question(
    listener: &TcpListener,
    child: &mut Child,
    begun: Instant,
) -> Result<TcpStream, String> {
    loop {
        if let Ok((connection, _)) = listener.accept() {
            let mut line = String::new();
            let read = connection
                .set_nonblocking(false)
                .and_then(|()| BufReader::new(&connection).read_line(&mut line));
            return match read {
                Ok(_) if line.starts_with("GET /2018-06-01/runtime/invocation/next") => {
                    Ok(connection)
                }
                Ok(_) => Err(format!("it should ask for an event first, not {line}")),
                Err(error) => Err(error.to_string()),
            };
        }
        if let Ok(Some(status)) = child.try_wait() {
            return Err(format!("it ended before it asked for an event ({status})"));
        }
        if begun.elapsed() > PATIENCE {
            return Err("it never asked for an event".to_owned());
        }
        sleep(Duration::from_micros(50));
    }
}

/// What Lambda tells a function, and what our template tells it.
fn lambda_variables(name: &str, runtime: &str) -> Vec<(&'static str, String)> {
    let mut all = variables(
        "http://127.0.0.1:1",
        "host=127.0.0.1 user=app dbname=app",
        "http://127.0.0.1:1",
    );
    all.extend([
        ("STAGE", "production".to_owned()),
        ("AWS_LAMBDA_RUNTIME_API", runtime.to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", name.to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{name}")),
        ("AWS_LAMBDA_LOG_STREAM_NAME", "bench".to_owned()),
        ("AWS_REGION", standalone::services::REGION.to_owned()),
        ("AWS_ACCESS_KEY_ID", "test".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "test".to_owned()),
    ]);
    all
}

fn median<T: Ord + Copy + Default>(values: impl Iterator<Item = T>) -> T {
    let mut sorted: Vec<T> = values.collect();
    sorted.sort_unstable();
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// As shops count: millions of bytes.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1_000).unwrap_or(u32::MAX)) / 1_000.0
}

/// As memory is counted: 1,048,576 bytes.
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 1_024).unwrap_or(u32::MAX)) / 1_024.0
}
