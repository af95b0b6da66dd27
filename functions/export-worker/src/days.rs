//! Writes the figures of each day.

use jiff::Timestamp;
use shared::domain::analytics::{Interval, share};
use shared::domain::report::{Cell, ReportOrder};
use shared::store::analytics::find_counted_at;
use shared::store::analytics::overview::{self, Volume};
use shared::store::report::{Column, Kind};

use crate::file::File;
use crate::report::ReportFailure;
use crate::sheet::Sheet;

const COLUMNS: &[Column] = &[
    ("day", Kind::Text),
    ("zone", Kind::Text),
    ("requested", Kind::Integer),
    ("pending", Kind::Integer),
    ("confirmed", Kind::Integer),
    ("declined", Kind::Integer),
    ("cancelled", Kind::Integer),
    ("expired", Kind::Integer),
    ("completed", Kind::Integer),
    ("no_show", Kind::Integer),
    ("booked", Kind::Integer),
    ("booked_minutes", Kind::Integer),
    ("ratings", Kind::Integer),
    ("average_rating", Kind::Decimal),
    ("as_of", Kind::Moment),
];

/// Writes the volume of each day; returns how many days there are.
pub(crate) async fn write(file: &mut File<'_>, order: &ReportOrder) -> Result<i64, ReportFailure> {
    let period = order.filters.period(file.job.created_at);
    let period = period.map_err(|_| ReportFailure::Unreadable)?;
    let buckets = period.buckets(Interval::Day);
    let client = file.state.db.client().await?;
    // First: the figures may be newer than they say, but never older.
    let as_of = find_counted_at(&client).await?;
    let (span, program) = (period.span(), order.filters.program.as_deref());
    let volumes = overview::list_volumes(&client, &buckets, span, program).await?;
    drop(client);
    let mut sheet = Sheet::new(COLUMNS, order.format)?;
    for (bucket, volume) in buckets.iter().zip(volumes) {
        let day = bucket.first.to_string();
        sheet.push(&row((&day, period.zone.name()), volume, as_of))?;
    }
    file.finish(sheet.take()).await?;
    Ok(i64::try_from(buckets.len()).unwrap_or(i64::MAX))
}

/// What is told of a day in a zone.
fn row<'a>(
    (day, zone): (&'a str, &'a str),
    volume: Volume,
    as_of: Option<Timestamp>,
) -> [Cell<'a>; 15] {
    let (statuses, ratings) = (volume.statuses, volume.ratings);
    let average = share(ratings.sum, ratings.count);
    [
        Cell::Text(day),
        Cell::Text(zone),
        Cell::Integer(volume.requested),
        Cell::Integer(statuses.pending),
        Cell::Integer(statuses.confirmed),
        Cell::Integer(statuses.declined),
        Cell::Integer(statuses.cancelled),
        Cell::Integer(statuses.expired),
        Cell::Integer(statuses.completed),
        Cell::Integer(statuses.no_show),
        Cell::Integer(statuses.booked()),
        Cell::Integer(volume.booked_minutes),
        Cell::Integer(ratings.count),
        average.map_or(Cell::Empty, Cell::Decimal),
        as_of.map_or(Cell::Empty, Cell::Moment),
    ]
}
