//! What people have chosen about messages.

use std::collections::HashMap;

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::availability::TimeOfDay;
use crate::domain::id::{Id, UserId};
use crate::domain::letter::Kind;
use crate::domain::notification::{
    ByMail, Choice, DigestRhythm, QuietHours, Settings, Suppression,
};
use crate::store::{Read, StoreError, Transaction};

/// What counts for one message to one person.
#[derive(Clone, Copy, Debug)]
pub struct Wishes {
    /// What they have chosen for its kind.
    pub choice: Choice,
    /// What they have set for all kinds.
    pub settings: Settings,
    /// Whether their address takes no mail: it bounced, or they complained.
    pub is_suppressed: bool,
}

/// Reads what counts for messages of a kind to some people; who is gone is not among them.
pub async fn find_wishes(
    db: &impl Read,
    people: &[UserId],
    kind: Kind,
) -> Result<HashMap<UserId, Wishes>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT u.id, s.digest, s.quiet_from, s.quiet_until, s.user_id IS NOT NULL AS has_settings,
                    c.email, c.in_app, c.sms,
                    EXISTS (SELECT FROM suppressed_addresses a WHERE a.email = u.email) AS is_suppressed
               FROM users u
               LEFT JOIN notification_settings s ON s.user_id = u.id
               LEFT JOIN notification_choices c ON c.user_id = u.id AND c.kind = $2
              WHERE u.id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY), (&kind.as_str(), Type::TEXT)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let wishes = Wishes {
                choice: choice(row)?.unwrap_or(Choice::USUAL),
                settings: settings(row)?,
                is_suppressed: row.try_get("is_suppressed")?,
            };
            Ok((row.try_get::<_, Uuid>("id")?.into(), wishes))
        })
        .collect()
}

/// Reads what a person has chosen, by the kinds of message they have chosen something for.
pub async fn list_choices(
    db: &impl Read,
    person: UserId,
) -> Result<HashMap<String, Choice>, StoreError> {
    let rows = db
        .query(
            "SELECT kind, email, in_app, sms FROM notification_choices WHERE user_id = $1",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter()
        .map(|row| {
            let choice = choice(row)?.unwrap_or(Choice::USUAL);
            Ok((row.try_get("kind")?, choice))
        })
        .collect()
}

/// Reads what a person has set for all kinds of message, and its version: 0 for those who never have.
pub async fn find_settings(db: &impl Read, person: UserId) -> Result<(Settings, i64), StoreError> {
    let row = db
        .query_opt(
            "SELECT digest, quiet_from, quiet_until, true AS has_settings, version
               FROM notification_settings
              WHERE user_id = $1",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    row.map_or(Ok((Settings::USUAL, 0)), |row| {
        Ok((settings(&row)?, row.try_get("version")?))
    })
}

/// Writes what a person has set, as a new version of it; the person must be locked.
pub async fn write_settings(
    tx: &Transaction<'_>,
    person: UserId,
    settings: &Settings,
    (version, now): (i64, Timestamp),
) -> Result<(), StoreError> {
    let minutes = |end: fn(QuietHours) -> TimeOfDay| {
        let end = settings.quiet.map(end);
        end.and_then(|end| i16::try_from(end.minutes()).ok())
    };
    tx.execute(
        "INSERT INTO notification_settings (user_id, digest, quiet_from, quiet_until, version, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id) DO UPDATE
            SET digest = excluded.digest, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until,
                version = excluded.version, updated_at = excluded.updated_at",
        &[
            (&person.uuid(), Type::UUID),
            (&settings.digest.as_str(), Type::TEXT),
            (&minutes(QuietHours::from), Type::INT2),
            (&minutes(QuietHours::until), Type::INT2),
            (&version, Type::INT8),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Reads why no mail goes to the address of a person any more.
pub async fn find_suppression(
    db: &impl Read,
    person: UserId,
) -> Result<Option<Suppression>, StoreError> {
    let row = db
        .query_opt(
            "SELECT a.reason FROM suppressed_addresses a JOIN users u ON u.email = a.email WHERE u.id = $1",
            &[(&person.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| {
        Suppression::parse(row.try_get("reason")?)
            .map_err(|error| StoreError::inconsistent("suppressed_addresses", &error))
    })
    .transpose()
}

/// Writes what a person has chosen for some kinds of message; what they chose for others stays.
pub async fn write_choices(
    tx: &Transaction<'_>,
    person: UserId,
    choices: &[(Kind, Choice)],
) -> Result<(), StoreError> {
    let kinds: Vec<&str> = choices.iter().map(|(kind, _)| kind.as_str()).collect();
    let emails: Vec<&str> = choices.iter().map(|(_, one)| one.email.as_str()).collect();
    let in_app: Vec<bool> = choices.iter().map(|(_, one)| one.in_app).collect();
    let sms: Vec<bool> = choices.iter().map(|(_, one)| one.sms).collect();
    tx.execute(
        "INSERT INTO notification_choices (user_id, kind, email, in_app, sms)
         SELECT $1, kind, email, in_app, sms
           FROM unnest($2::text[], $3::text[], $4::bool[], $5::bool[]) AS chosen (kind, email, in_app, sms)
         ON CONFLICT (user_id, kind) DO UPDATE
            SET email = excluded.email, in_app = excluded.in_app, sms = excluded.sms",
        &[
            (&person.uuid(), Type::UUID),
            (&kinds, Type::TEXT_ARRAY),
            (&emails, Type::TEXT_ARRAY),
            (&in_app, Type::BOOL_ARRAY),
            (&sms, Type::BOOL_ARRAY),
        ],
    )
    .await?;
    Ok(())
}

fn choice(row: &Row) -> Result<Option<Choice>, StoreError> {
    let Some(email) = row.try_get::<_, Option<&str>>("email")? else {
        return Ok(None);
    };
    Ok(Some(Choice {
        email: ByMail::parse(email)
            .map_err(|error| StoreError::inconsistent("notification_choices", &error))?,
        in_app: row.try_get("in_app")?,
        sms: row.try_get("sms")?,
    }))
}

fn settings(row: &Row) -> Result<Settings, StoreError> {
    if !row.try_get::<_, bool>("has_settings")? {
        return Ok(Settings::USUAL);
    }
    let bad =
        |error: &dyn std::error::Error| StoreError::inconsistent("notification_settings", error);
    let end = |column: &str| -> Result<Option<TimeOfDay>, StoreError> {
        let minute = row.try_get::<_, Option<i16>>(column)?.map(u16::try_from);
        Ok(minute.and_then(|minute| TimeOfDay::from_minutes(minute.ok()?)))
    };
    let quiet = match (end("quiet_from")?, end("quiet_until")?) {
        (Some(from), Some(until)) => {
            Some(QuietHours::new(from, until).map_err(|error| bad(&error))?)
        }
        _ => None,
    };
    Ok(Settings {
        digest: DigestRhythm::parse(row.try_get("digest")?).map_err(|error| bad(&error))?,
        quiet,
    })
}
