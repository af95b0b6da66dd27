//! What we want to reach on two cores, and whether we do.

use crate::Measured;
use crate::admin::AdminFigures;
use crate::caller::Endpoint;
use crate::figures::{EndpointFigures, PhaseFigures};
use crate::function::{mebibytes, megabytes};
use crate::single::{Question, SingleFigures};

/// Reads that most requests are.
const HOT: [Endpoint; 4] = [
    Endpoint::ListMentors,
    Endpoint::ShowMentor,
    Endpoint::ListSessions,
    Endpoint::Me,
];

/// Shows each goal with what was measured.
pub(crate) fn show(measured: &Measured) {
    let (phases, functions) = (&measured.phases, &measured.functions);
    println!("Goals");
    for figures in &measured.slots {
        goal(figures.name, figures.mean_us, figures.most_us, " µs");
    }
    let ndcg = measured.ranking.ndcg_at_3;
    let mark = if ndcg >= 5_900 { "✓" } else { "✗" };
    println!("  {mark} nDCG@3 of the open set: 0.{ndcg:04} (at least 0.59)");
    for figures in &measured.assignments {
        let (name, most) = (
            format!("assignment, {}", figures.name),
            figures.most_seconds,
        );
        goal(&name, figures.cpu_seconds, most, " s");
        goal(
            &format!("{name}, memory"),
            mebibytes(figures.peak_bytes),
            1024.0,
            " MiB",
        );
    }
    if let Some(phase) = phases.get(1) {
        println!("  with {}", phase.name);
        time(phase, Endpoint::Book, "p50", |figures| figures.p50_ms, 5.0);
    }
    let crowd = format!("{} at once for one slot", measured.storm.people);
    goal(&crowd, measured.storm.seconds, 1.0, " s");
    let crowd = format!("{} at once for one question", measured.claims.people);
    goal(&crowd, measured.claims.seconds, 0.5, " s");
    // With people who pause: without, the time only says how many wait in the line.
    if let Some(phase) = phases.get(2) {
        println!("  with {}", phase.name);
        for endpoint in HOT {
            time(phase, endpoint, "p50", |figures| figures.p50_ms, 2.0);
            time(phase, endpoint, "p95", |figures| figures.p95_ms, 20.0);
        }
        time(
            phase,
            Endpoint::Slots,
            "p95",
            |figures| figures.p95_ms,
            10.0,
        );
        time(
            phase,
            Endpoint::Match,
            "p95",
            |figures| figures.p95_ms,
            50.0,
        );
        time(phase, Endpoint::Book, "p95", |figures| figures.p95_ms, 50.0);
    }
    singly(&measured.singles);
    from_outside(measured);
    admin(&measured.admin);
    for phase in phases {
        let errors = u32::try_from(phase.errors).unwrap_or(u32::MAX);
        goal(
            &format!("errors with {}", phase.name),
            f64::from(errors),
            0.0,
            "",
        );
    }
    for function in functions {
        goal(
            &format!("{} CPU to the first event", function.name),
            function.init_cpu_ms,
            15.0,
            " ms",
        );
        goal(
            &format!("{} resident", function.name),
            mebibytes(function.rss_bytes),
            20.0,
            " MiB",
        );
        goal(
            &format!("{} binary", function.name),
            megabytes(function.binary_bytes),
            16.0,
            " MB",
        );
    }
}

/// Mails that leave, and what Airtable and this platform tell each other.
fn from_outside(measured: &Measured) {
    let (mail, airtable) = (&measured.mail, &measured.airtable);
    let name = "request to hand-over of its mail, p95";
    goal(name, mail.p95_ms, 1_000.0, " ms");
    at_least("mails of a worker a second", mail.per_second, 200.0, "");
    goal("ping acknowledged, p99", airtable.ping_p99_ms, 50.0, " ms");
    let name = "change in Airtable to our database, p95";
    goal(name, airtable.change_p95_ms, 2_000.0, " ms");
    let name = format!("rate used for {} records", airtable.records);
    at_least(&name, airtable.share_of_rate * 100.0, 95.0, " %");
}

/// Figures and files for admins.
fn admin(figures: &AdminFigures) {
    for question in &figures.questions {
        goal(
            &format!("{} p95", question.name),
            question.p95_ms,
            100.0,
            " ms",
        );
    }
    let rows = figures.export_rows_per_second;
    let mark = if rows >= 50_000.0 { "✓" } else { "✗" };
    println!("  {mark} rows of an export: {rows:.0} a second (at least 50000)");
    goal(
        "memory of an export",
        mebibytes(figures.export_bytes),
        64.0,
        " MiB",
    );
}

/// Searches, a sign-in beside the hash that it needs, and what a token adds to a read.
fn singly(singles: &[SingleFigures]) {
    let of = |question| singles.iter().find(|figures| figures.question == question);
    for question in [
        Question::List,
        Question::Words,
        Question::Counted,
        Question::Free,
    ] {
        if let Some(figures) = of(question) {
            goal(
                &format!("{} p95", figures.name),
                figures.p95_ms,
                20.0,
                " ms",
            );
        }
    }
    if let Some(figures) = of(Question::Match) {
        let name = format!("{} p95, top 10", figures.name);
        goal(&name, figures.p95_ms, 10.0, " ms");
    }
    for (what, whole, part, most) in [
        (
            "sign-in beside its hash, p50",
            Question::LogIn,
            Question::Hash,
            10.0,
        ),
        (
            "token of a read, p50",
            Question::Authenticated,
            Question::Anonymous,
            1.0,
        ),
    ] {
        if let (Some(whole), Some(part)) = (of(whole), of(part)) {
            goal(what, whole.p50_ms - part.p50_ms, most, " ms");
        }
    }
    if let (Some(known), Some(unknown)) =
        (of(Question::WrongPassword), of(Question::UnknownAddress))
    {
        let difference = (known.p50_ms - unknown.p50_ms).abs();
        goal(
            "guess at somebody beside one at nobody, p50",
            difference,
            5.0,
            " ms",
        );
    }
}

fn time(
    phase: &PhaseFigures,
    endpoint: Endpoint,
    which: &str,
    of: fn(&EndpointFigures) -> f64,
    most: f64,
) {
    if let Some(figures) = phase.endpoint(endpoint) {
        goal(
            &format!("{} {which}", endpoint.name()),
            of(figures),
            most,
            " ms",
        );
    }
}

fn at_least(what: &str, measured: f64, least: f64, unit: &str) {
    let mark = if measured >= least { "✓" } else { "✗" };
    println!("  {mark} {what}: {measured:.1}{unit} (at least {least}{unit})");
}

fn goal(what: &str, measured: f64, most: f64, unit: &str) {
    let mark = if measured <= most { "✓" } else { "✗" };
    println!("  {mark} {what}: {measured:.1}{unit} (at most {most}{unit})");
}
