//! The table of `expected.txt`.

use std::fmt::Write;
use std::path::PathBuf;

use http::Method;
use shared::http::document;
use tests::areas;

use super::world::Asker;

/// Whose thing is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// The mentee's and the mentor's.
    Own,
    /// Of two other people.
    Foreign,
    /// Nobody's.
    Missing,
}

impl Target {
    /// What can be asked for at a route.
    pub(super) fn of(route: &str) -> &'static [Self] {
        if route.contains('{') {
            &[Self::Own, Self::Foreign, Self::Missing]
        } else {
            &[Self::Own]
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Own => "own",
            Self::Foreign => "foreign",
            Self::Missing => "missing",
        }
    }

    fn parse(word: &str) -> Self {
        let all = [Self::Own, Self::Foreign, Self::Missing];
        all.into_iter()
            .find(|target| target.word() == word)
            .unwrap()
    }
}

/// What everybody gets for one thing of one operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) method: Method,
    pub(super) route: String,
    pub(super) target: Target,
    pub(super) statuses: Vec<u16>,
}

/// Every operation of the document, in its order.
pub(super) fn operations() -> impl Iterator<Item = (Method, String)> {
    let documents = areas().map(|(_, router)| router().into_openapi());
    let document = serde_json::to_value(document(documents)).unwrap();
    let paths = document["paths"].as_object().unwrap().clone();
    paths.into_iter().flat_map(|(route, operations)| {
        let methods: Vec<String> = operations.as_object().unwrap().keys().cloned().collect();
        methods
            .into_iter()
            .filter_map(|name| name.to_uppercase().parse().ok())
            .map(move |method| (method, route.clone()))
    })
}

/// The part of the API that a route belongs to.
pub(super) fn area_of(route: &str) -> &str {
    match route.split('/').nth(2).unwrap() {
        "openapi.json" => "health",
        area => area,
    }
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("api/access/expected.txt")
}

/// The rows of the table as it is checked in.
pub(super) fn expected() -> Vec<Row> {
    let text = std::fs::read_to_string(file()).unwrap_or_default();
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let mut words = line.split_whitespace();
            Row {
                method: words.next().unwrap().parse().unwrap(),
                route: words.next().unwrap().to_owned(),
                target: Target::parse(words.next().unwrap()),
                statuses: words.map(|status| status.parse().unwrap()).collect(),
            }
        })
        .collect()
}

/// Compares what was found in an area with the table, or writes it there.
pub(super) fn compare(area: &str, found: &[Row]) {
    let (known, others): (Vec<Row>, Vec<Row>) = expected()
        .into_iter()
        .partition(|row| area_of(&row.route) == area);
    if is_update() {
        write(others.into_iter().chain(found.iter().cloned()).collect());
        return;
    }
    for row in found {
        let same = |known: &&Row| {
            (&known.method, &known.route, known.target) == (&row.method, &row.route, row.target)
        };
        let known = known.iter().find(same);
        let (method, route, target) = (&row.method, &row.route, row.target);
        let known = known.unwrap_or_else(|| panic!("{method} {route} {target:?} has no row"));
        assert_eq!(
            row.statuses,
            known.statuses,
            "{method} {route} {target:?}, in the order {:?}",
            Asker::ALL
        );
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "how tests run is no configuration of the platform"
)]
fn is_update() -> bool {
    std::env::var("UPDATE_SNAPSHOTS").is_ok()
}

/// For one area at a time: tests that write run with one thread.
fn write(mut rows: Vec<Row>) {
    rows.sort_by_key(|row| {
        (
            row.route.clone(),
            row.method.to_string(),
            row.target.word() == "missing",
        )
    });
    let mut text =
        "# Who gets what: one row for each operation and target, one status for each asker.\n"
            .to_owned();
    let names: Vec<String> = Asker::ALL
        .iter()
        .map(|asker| format!("{asker:?}"))
        .collect();
    let _ = writeln!(text, "# {:<75} {}", "", names.join(" "));
    for Row {
        method,
        route,
        target,
        statuses,
    } in rows
    {
        let statuses: Vec<String> = statuses.iter().map(u16::to_string).collect();
        let target = target.word();
        let _ = writeln!(
            text,
            "{method:<6} {route:<62} {target:<7} {}",
            statuses.join(" ")
        );
    }
    std::fs::write(file(), text).unwrap();
}
