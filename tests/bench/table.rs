//! The tables for the README.

use std::fmt::Write;

use crate::Measured;
use crate::admin::AdminFigures;
use crate::airtable::AirtableFigures;
use crate::assignment::AssignmentFigures;
use crate::caller::Endpoint;
use crate::figures::{EndpointFigures, PhaseFigures};
use crate::function::{FunctionFigures, mebibytes, megabytes};
use crate::mail::MailFigures;
use crate::report::processors;
use crate::single::SingleFigures;
use crate::size::Size;

/// Writes what was measured as Markdown.
pub(crate) fn markdown(size: Size, measured: &Measured) -> String {
    let (phases, functions) = (&measured.phases, &measured.functions);
    let mut text = format!(
        "With {} mentors, {} mentees and {} sessions; {} cores for the server, PostgreSQL (without fsync), the queue and\n\
         the load itself. Without a pause each connection asks as fast as it is answered.\n\n",
        size.mentors,
        size.mentees,
        size.sessions(),
        processors()
    );
    text.push_str(&totals(phases));
    text.push('\n');
    text.push_str(&endpoints(phases));
    text.push('\n');
    text.push_str(&singles(size, &measured.singles));
    text.push('\n');
    text.push_str(&mails(&measured.mail));
    text.push('\n');
    text.push_str(&airtable(&measured.airtable));
    text.push('\n');
    text.push_str(&admin(&measured.admin));
    text.push('\n');
    text.push_str(&slots(measured));
    text.push('\n');
    text.push_str(&assignments(&measured.assignments));
    if !functions.is_empty() {
        text.push('\n');
        text.push_str(&starts(functions));
    }
    text
}

/// Assignments, three matches each.
fn assignments(figures: &[AssignmentFigures]) -> String {
    let people = figures.first().map_or(0, |figures| figures.people);
    let head = format!("assignment of {people} mentees to {people} mentors");
    let mut text = table(&[head.as_str(), "CPU", "resident memory at most"]);
    for figures in figures {
        let row = [
            figures.name.to_owned(),
            format!("{:.2} s", figures.cpu_seconds),
            format!("{:.0} MiB", mebibytes(figures.peak_bytes)),
        ];
        push(&mut text, &row);
    }
    text
}

fn totals(phases: &[PhaseFigures]) -> String {
    let mut text = table(&[
        "",
        "requests/s",
        "errors",
        "CPU s per 1,000 requests",
        "resident memory",
    ]);
    for phase in phases {
        let row = [
            phase.name.clone(),
            format!("{:.0}", phase.requests_per_second),
            phase.errors.to_string(),
            format!("{:.2}", phase.cpu_seconds_per_1000_requests),
            format!("{:.0} MiB", mebibytes(phase.memory.rss)),
        ];
        push(&mut text, &row);
    }
    text
}

/// Times of each endpoint under each load; logins are in the totals only.
fn endpoints(phases: &[PhaseFigures]) -> String {
    let mut heads = vec!["p50 / p95 / p99 in ms"];
    heads.extend(phases.iter().skip(1).map(|phase| phase.name.as_str()));
    heads.push("statements / round trips");
    let mut text = table(&heads);
    for endpoint in Endpoint::ALL {
        let found: Vec<_> = phases
            .iter()
            .skip(1)
            .map(|phase| phase.endpoint(endpoint))
            .collect();
        let Some(cost) = found.iter().flatten().last() else {
            continue;
        };
        let mut row = vec![format!("`{}`", endpoint.name())];
        row.extend(found.iter().map(|figures| times(*figures)));
        row.push(format!("{:.0} / {:.0}", cost.statements, cost.round_trips));
        push(&mut text, &row);
    }
    text
}

/// What was asked one after the other.
fn singles(size: Size, singles: &[SingleFigures]) -> String {
    let head = format!(
        "one after the other, with {} mentors",
        size.searched_mentors
    );
    let mut text = table(&[head.as_str(), "p50 / p95 in ms"]);
    for figures in singles {
        let times = format!("{:.1} / {:.1}", figures.p50_ms, figures.p95_ms);
        push(&mut text, &[single(figures.name), times]);
    }
    text
}

/// How mails leave, against the stand-in for the mail service.
fn mails(figures: &MailFigures) -> String {
    let mut text = table(&["mails, against a stand-in for SES", ""]);
    let times = format!("{:.0} / {:.0} ms", figures.p50_ms, figures.p95_ms);
    let head = "from the request to the hand-over of its mail, p50 / p95";
    push(&mut text, &[head.to_owned(), times]);
    let throughput = format!("{:.0} a second", figures.per_second);
    push(
        &mut text,
        &["one worker, never idle".to_owned(), throughput],
    );
    text
}

/// How both sides keep up with each other.
fn airtable(figures: &AirtableFigures) -> String {
    let mut text = table(&[
        "Airtable, against a stand-in that takes five questions a second",
        "",
    ]);
    let ping = format!("{:.1} / {:.1} ms", figures.ping_p50_ms, figures.ping_p99_ms);
    push(&mut text, &["a ping acknowledged, p50 / p99", &ping]);
    let change = format!(
        "{:.0} / {:.0} ms",
        figures.change_p50_ms, figures.change_p95_ms
    );
    push(
        &mut text,
        &["from a change there to our database, p50 / p95", &change],
    );
    let head = format!("{} records written there", figures.records);
    let rate = format!(
        "{:.0} s, {:.1} % of the four questions a second that are allowed",
        figures.seconds,
        figures.share_of_rate * 100.0
    );
    push(&mut text, &[head, rate]);
    text
}

/// Figures of a year, and a file with every session.
fn admin(figures: &AdminFigures) -> String {
    let head = format!("admins, with {} sessions in a year", figures.sessions);
    let mut text = table(&[head.as_str(), ""]);
    for question in &figures.questions {
        let times = format!(
            "p50 / p95 {:.1} / {:.1} ms",
            question.p50_ms, question.p95_ms
        );
        push(&mut text, &[single(question.name), times]);
    }
    let counted = format!("{:.1} s", figures.count_seconds);
    push(
        &mut text,
        &[
            "counting all of them for the first time".to_owned(),
            counted,
        ],
    );
    let export = format!(
        "{:.0} rows a second, {:.0} MiB more in the server",
        figures.export_rows_per_second,
        mebibytes(figures.export_bytes)
    );
    push(
        &mut text,
        &["exporting all of them as CSV".to_owned(), export],
    );
    text
}

/// A request, and what is special about it; or something else that was timed.
fn single(name: &str) -> String {
    match name.split_once(", ") {
        _ if !name.contains("/api/") => name.to_owned(),
        Some((request, special)) => format!("`{request}`, {special}"),
        None => format!("`{name}`"),
    }
}

/// The slot function and the scoring of mentors by themselves, how well that ranks, and crowds that want one slot or one question.
fn slots(measured: &Measured) -> String {
    let mut text = table(&["slots and scores", ""]);
    for figures in &measured.slots {
        let row = [
            format!("{}{}", figures.name, figures.beside),
            format!("{:.0} µs", figures.mean_us),
        ];
        push(&mut text, &row);
    }
    let ndcg = format!("0.{:04}", measured.ranking.ndcg_at_3);
    push(
        &mut text,
        &["nDCG@3 of the open set, by words".to_owned(), ndcg],
    );
    for (storm, wanted) in [(&measured.storm, "slot"), (&measured.claims, "question")] {
        let row = [
            format!(
                "{} at once for one {wanted}, to the last answer",
                storm.people
            ),
            format!("{:.2} s", storm.seconds),
        ];
        push(&mut text, &row);
    }
    text
}

fn times(figures: Option<&EndpointFigures>) -> String {
    let brief = |ms: f64| {
        if ms < 9.95 {
            format!("{ms:.1}")
        } else {
            format!("{ms:.0}")
        }
    };
    figures.map_or_else(
        || "–".to_owned(),
        |figures| {
            format!(
                "{} / {} / {}",
                brief(figures.p50_ms),
                brief(figures.p95_ms),
                brief(figures.p99_ms)
            )
        },
    )
}

fn starts(functions: &[FunctionFigures]) -> String {
    let mut text = table(&[
        "function",
        "binary",
        "start to first event",
        "of it CPU",
        "resident memory",
    ]);
    for function in functions {
        let row = [
            format!("`{}`", function.name),
            format!("{:.1} MB", megabytes(function.binary_bytes)),
            format!("{:.1} ms", function.init_ms),
            format!("{:.1} ms", function.init_cpu_ms),
            format!("{:.1} MiB", mebibytes(function.rss_bytes)),
        ];
        push(&mut text, &row);
    }
    text
}

fn table(heads: &[&str]) -> String {
    let mut text = String::new();
    push(&mut text, heads);
    push(&mut text, &vec!["---"; heads.len()]);
    text
}

fn push<T: AsRef<str>>(text: &mut String, cells: &[T]) {
    let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
    let _ = writeln!(text, "| {} |", cells.join(" | "));
}
