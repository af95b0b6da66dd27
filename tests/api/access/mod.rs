//! The access matrix: every operation, asked by everybody, for what is theirs, for what is not, and for what is not there.
//!
//! `expected.txt` holds one row for each operation and target; an operation without a row fails the build.
//! What exists only for some is 404 for the others. `UPDATE_SNAPSHOTS=1` writes the table anew: read its diff.

mod ask;
mod table;
mod world;

use http::{Method, StatusCode};

use self::table::{Row, Target};
use self::world::{Asker, World};

/// Asks as everybody. What was changed by somebody is made anew for the next.
async fn answers(
    untouched: &mut Option<World>,
    method: &Method,
    route: &str,
    target: Target,
) -> Vec<u16> {
    let mut statuses = Vec::with_capacity(Asker::ALL.len());
    for asker in Asker::ALL {
        let world = match untouched.take() {
            Some(world) => world,
            None => World::new().await,
        };
        let status = world.status(asker, method, route, target).await;
        assert!(
            !status.is_server_error(),
            "{method} {route} as {asker:?}: {status}"
        );
        statuses.push(status.as_u16());
        let has_changed = *method != Method::GET && status.is_success();
        *untouched = (!has_changed).then_some(world);
    }
    statuses
}

/// Compares the rows of one area with the table.
async fn the_table_holds_for(area: &str) {
    let (mut found, mut world) = (Vec::new(), None);
    for (method, route) in table::operations().filter(|(_, route)| table::area_of(route) == area) {
        for target in Target::of(&route) {
            found.push(Row {
                method: method.clone(),
                route: route.clone(),
                target: *target,
                statuses: Box::pin(answers(&mut world, &method, &route, *target)).await,
            });
        }
    }
    assert!(!found.is_empty(), "{area} has no operations");
    table::compare(area, &found);
}

macro_rules! areas {
    ($($area:ident,)+) => {
        $(#[tokio::test]
        async fn $area() {
            the_table_holds_for(stringify!($area)).await;
        })+

        /// Every area that has a test above.
        const AREAS: &[&str] = &[$(stringify!($area),)+];
    };
}

areas! {
    auth,
    users,
    mentors,
    topics,
    sessions,
    messages,
    matching,
    feedback,
    notifications,
    questions,
    sync,
    webhooks,
    admin,
    health,
}

#[test]
fn every_operation_belongs_to_an_area_that_is_tested() {
    for (method, route) in table::operations() {
        let area = table::area_of(&route);
        assert!(
            AREAS.contains(&area),
            "{method} {route}: add `{area}` above"
        );
    }
    for row in table::expected() {
        let is_there =
            table::operations().any(|found| found == (row.method.clone(), row.route.clone()));
        assert!(
            is_there,
            "{} {} is in the table and not in the API",
            row.method, row.route
        );
    }
}

/// An open question waits for any mentor.
const CLAIM: (&str, &str) = ("POST", "/api/questions/{id}/claim");

/// What is somebody else's answers as if it were not there, unless everybody may see it.
#[test]
fn nobody_learns_what_is_not_theirs() {
    let rows = table::expected();
    let find = |row: &Row, target| {
        let same = |other: &&Row| {
            (&other.method, &other.route, other.target) == (&row.method, &row.route, target)
        };
        rows.iter().find(same).unwrap().statuses.clone()
    };
    let foreign = rows.iter().filter(|row| row.target == Target::Foreign);
    let mut count = 0;
    for row in foreign {
        let [anonymous, mentee, mentor, ..] = row.statuses[..] else {
            panic!("a row has a status for everybody")
        };
        let is_everybodys = (row.method.as_str(), row.route.as_str()) == CLAIM;
        if StatusCode::from_u16(anonymous).unwrap().is_success() || is_everybodys {
            continue;
        }
        let missing = find(row, Target::Missing);
        assert_eq!(
            [mentee, mentor],
            missing[1..3],
            "{} {}",
            row.method,
            row.route
        );
        count += 1;
    }
    assert!(count > 5, "{count}");
}
