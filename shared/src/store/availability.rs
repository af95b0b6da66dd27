//! The windows and blocks of mentors' schedules.

use jiff::Timestamp;
use jiff::civil::Date;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::availability::{Availability, AvailabilityKind, Recurrence, TimeOfDay};
use crate::domain::id::{AvailabilityId, Id, UserId};
use crate::domain::time::Zone;

const TABLE: &str = "availability";

/// Most windows and blocks a mentor can have.
pub const MOST_PER_MENTOR: i64 = 200;

/// Lists the windows and blocks of some mentors.
pub async fn list(db: &impl Read, mentors: &[UserId]) -> Result<Vec<Availability>, StoreError> {
    let ids: Vec<Uuid> = mentors.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT id, mentor_id, kind, is_recurring, day_of_week, every_n_weeks, start_minute, end_minute, timezone,
                    valid_from, valid_until, version
               FROM availability
              WHERE mentor_id = ANY($1)
              ORDER BY mentor_id, id",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter().map(from_row).collect()
}

/// Adds a window; `false` when the mentor has too many already.
pub async fn insert(
    tx: &Transaction<'_>,
    window: &Availability,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let columns = Columns::of(window);
    let inserted = tx
        .execute(
            "INSERT INTO availability (id, mentor_id, kind, is_recurring, day_of_week, every_n_weeks, start_minute,
                                       end_minute, timezone, valid_from, valid_until, created_at, updated_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12
              WHERE (SELECT count(*) FROM availability WHERE mentor_id = $2) < $13",
            &[
                (&window.id.uuid(), Type::UUID),
                (&window.mentor_id.uuid(), Type::UUID),
                (&window.kind.as_str(), Type::TEXT),
                (&columns.is_recurring, Type::BOOL),
                (&columns.day_of_week, Type::INT2),
                (&columns.every_n_weeks, Type::INT2),
                (&columns.start_minute, Type::INT2),
                (&columns.end_minute, Type::INT2),
                (&window.zone.name(), Type::TEXT),
                (&window.valid_from, Type::DATE),
                (&window.valid_until, Type::DATE),
                (&now, Type::TIMESTAMPTZ),
                (&MOST_PER_MENTOR, Type::INT8),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Reads which version a window of a mentor has and holds its row until the transaction ends.
pub async fn lock_version(
    tx: &Transaction<'_>,
    id: AvailabilityId,
    mentor: UserId,
) -> Result<Option<i64>, StoreError> {
    let row = tx
        .query_opt(
            "SELECT version FROM availability WHERE id = $1 AND mentor_id = $2 FOR UPDATE",
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.map(|row| row.try_get("version")).transpose()?)
}

/// Rewrites a window of a mentor.
pub async fn update(
    tx: &Transaction<'_>,
    window: &Availability,
    now: Timestamp,
) -> Result<(), StoreError> {
    let columns = Columns::of(window);
    let updated = tx
        .execute(
            "UPDATE availability
                SET kind = $3, is_recurring = $4, day_of_week = $5, every_n_weeks = $6, start_minute = $7,
                    end_minute = $8, timezone = $9, valid_from = $10, valid_until = $11, updated_at = $12,
                    version = $13
              WHERE id = $1 AND mentor_id = $2",
            &[
                (&window.id.uuid(), Type::UUID),
                (&window.mentor_id.uuid(), Type::UUID),
                (&window.kind.as_str(), Type::TEXT),
                (&columns.is_recurring, Type::BOOL),
                (&columns.day_of_week, Type::INT2),
                (&columns.every_n_weeks, Type::INT2),
                (&columns.start_minute, Type::INT2),
                (&columns.end_minute, Type::INT2),
                (&window.zone.name(), Type::TEXT),
                (&window.valid_from, Type::DATE),
                (&window.valid_until, Type::DATE),
                (&now, Type::TIMESTAMPTZ),
                (&window.version, Type::INT8),
            ],
        )
        .await?;
    StoreError::expect_one(TABLE, updated)
}

/// Removes a window of a mentor.
pub async fn delete(
    tx: &Transaction<'_>,
    id: AvailabilityId,
    mentor: UserId,
) -> Result<(), StoreError> {
    let deleted = tx
        .execute(
            "DELETE FROM availability WHERE id = $1 AND mentor_id = $2",
            &[(&id.uuid(), Type::UUID), (&mentor.uuid(), Type::UUID)],
        )
        .await?;
    StoreError::expect_one(TABLE, deleted)
}

/// A window as its columns say it.
struct Columns {
    is_recurring: bool,
    day_of_week: Option<i16>,
    every_n_weeks: i16,
    start_minute: i16,
    end_minute: i16,
}

impl Columns {
    fn of(window: &Availability) -> Self {
        let (day_of_week, every_n_weeks) = match window.recurrence {
            Recurrence::Weekly {
                day_of_week,
                every_n_weeks,
            } => (
                Some(i16::from(day_of_week)),
                i16::try_from(every_n_weeks).unwrap_or(i16::MAX),
            ),
            Recurrence::OneOff => (None, 1),
        };
        Self {
            is_recurring: day_of_week.is_some(),
            day_of_week,
            every_n_weeks,
            start_minute: i16::try_from(window.starts.minutes()).unwrap_or(i16::MAX),
            end_minute: i16::try_from(window.ends.minutes()).unwrap_or(i16::MAX),
        }
    }
}

fn from_row(row: &Row) -> Result<Availability, StoreError> {
    let bad = |what: &str| StoreError::inconsistent(TABLE, what);
    let time = |column: &str| -> Result<TimeOfDay, StoreError> {
        let minute: i16 = row.try_get(column)?;
        u16::try_from(minute)
            .ok()
            .and_then(TimeOfDay::from_minutes)
            .ok_or_else(|| bad(column))
    };
    let recurrence = match row.try_get::<_, Option<i16>>("day_of_week")? {
        Some(day) => Recurrence::Weekly {
            day_of_week: u8::try_from(day).map_err(|_| bad("day_of_week"))?,
            every_n_weeks: u32::try_from(row.try_get::<_, i16>("every_n_weeks")?)
                .map_err(|_| bad("every_n_weeks"))?,
        },
        None => Recurrence::OneOff,
    };
    Ok(Availability {
        id: row.try_get::<_, Uuid>("id")?.into(),
        mentor_id: row.try_get::<_, Uuid>("mentor_id")?.into(),
        kind: AvailabilityKind::parse(row.try_get("kind")?).ok_or_else(|| bad("kind"))?,
        recurrence,
        starts: time("start_minute")?,
        ends: time("end_minute")?,
        zone: row
            .try_get::<_, &str>("timezone")?
            .parse::<Zone>()
            .map_err(|error| StoreError::inconsistent(TABLE, error))?,
        valid_from: row.try_get::<_, Option<Date>>("valid_from")?,
        valid_until: row.try_get::<_, Option<Date>>("valid_until")?,
        version: row.try_get("version")?,
    })
}
