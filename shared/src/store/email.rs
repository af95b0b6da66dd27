//! Mails: what is to be sent to whom, and how far each has come.
//!
//! queued ──claim──▶ sending ──▶ sent | failed | queued again (refused before it was accepted)
//!                      └──(crash, time-out)──▶ unknown; a security mail is queued again instead

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::session::session_columns;
use super::{Client, Read, StoreError, Transaction};
use crate::domain::calendar::Person;
use crate::domain::id::{EmailId, EventId, Id, SessionId, UserId};
use crate::domain::session::Session;
use crate::domain::time::Zone;
use crate::domain::user::Email;

/// A mail that is to be sent.
#[derive(Clone, Debug)]
pub struct NewEmail {
    /// Its new id.
    pub id: EmailId,
    /// Who gets it.
    pub recipient: UserId,
    /// What kind of mail it is.
    pub kind: &'static str,
    /// The session it is about.
    pub session: Option<SessionId>,
    /// Two mails with one key are one mail.
    pub dedupe_key: String,
    /// Whether it must arrive even at the price of arriving twice.
    pub is_security: bool,
}

/// A mail that this worker may send now.
#[derive(Clone, Debug)]
pub struct ClaimedEmail {
    /// The mail.
    pub id: EmailId,
    /// Who gets it.
    pub recipient: UserId,
}

/// A person as a mail addresses them.
#[derive(Clone, Debug)]
pub struct Reader {
    /// The person.
    pub id: UserId,
    /// Where mail goes.
    pub email: Email,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// The zone their times are shown in.
    pub timezone: Zone,
    /// Whether their address is proven.
    pub is_verified: bool,
    /// Whether they are shut out or gone, and get no mail.
    pub is_suspended: bool,
}

impl Reader {
    /// The person in full, with their address.
    #[must_use]
    pub fn person(&self) -> Person {
        Person {
            name: format!("{} {}", self.first_name, self.last_name)
                .trim()
                .to_owned(),
            email: self.email.as_str().to_owned(),
        }
    }
}

/// Plans the mails of an event. One that was given up because it was not true may be planned again by another event: a
/// session that moves away and back is reminded of once, and not never.
pub async fn insert(
    tx: &Transaction<'_>,
    event: EventId,
    email: &NewEmail,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO emails (id, event_id, recipient_id, kind, session_id, dedupe_key, is_security)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (dedupe_key) DO UPDATE
            SET event_id = excluded.event_id, status = 'queued', claimed_until = NULL, updated_at = clock_timestamp()
          WHERE emails.status = 'dropped'",
        &[
            (&email.id.uuid(), Type::UUID),
            (&event.uuid(), Type::UUID),
            (&email.recipient.uuid(), Type::UUID),
            (&email.kind, Type::TEXT),
            (&email.session.map(Id::uuid), Type::UUID),
            (&email.dedupe_key, Type::TEXT),
            (&email.is_security, Type::BOOL),
        ],
    )
    .await?;
    Ok(())
}

/// Gives up on mails of an event whose sending was cut off: nobody knows whether they left.
/// Security mails are queued again, all others are not: twice is worse than never for a reminder.
pub async fn resolve_cut_off(tx: &Transaction<'_>, event: EventId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE emails
            SET status = CASE WHEN is_security THEN 'queued' ELSE 'unknown' END, claimed_until = NULL,
                updated_at = clock_timestamp()
          WHERE event_id = $1 AND status = 'sending' AND claimed_until < clock_timestamp()",
        &[(&event.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Claims a queued mail of an event for a minute, if one is left that is not among the `tried`; committed before it is
/// sent. One at a time: what a crash cuts off is one mail at most.
pub async fn claim_next(
    tx: &Transaction<'_>,
    event: EventId,
    tried: &[EmailId],
) -> Result<Option<ClaimedEmail>, StoreError> {
    let tried: Vec<Uuid> = tried.iter().map(|id| id.uuid()).collect();
    let row = tx
        .query_opt(
            "UPDATE emails
                SET status = 'sending', attempts = attempts + 1, updated_at = clock_timestamp(),
                    claimed_until = clock_timestamp() + interval '1 minute'
              WHERE id = (SELECT id FROM emails
                           WHERE event_id = $1 AND status = 'queued' AND id <> ALL($2)
                           ORDER BY id
                           LIMIT 1
                             FOR UPDATE SKIP LOCKED)
          RETURNING id, recipient_id",
            &[(&event.uuid(), Type::UUID), (&tried, Type::UUID_ARRAY)],
        )
        .await?;
    row.map(|row| {
        Ok(ClaimedEmail {
            id: row.try_get::<_, Uuid>("id")?.into(),
            recipient: row.try_get::<_, Uuid>("recipient_id")?.into(),
        })
    })
    .transpose()
}

/// Whether a mail of an event is still on its way, with this worker or another.
pub async fn has_unsettled(db: &impl Read, event: EventId) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM emails WHERE event_id = $1 AND status IN ('queued', 'sending')) AS unsettled",
            &[(&event.uuid(), Type::UUID)],
        )
        .await?;
    Ok(row.try_get("unsettled")?)
}

/// How the sending of a mail has ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// The provider has it, under this id.
    Sent(String),
    /// The provider refused it before accepting it: it may be tried again.
    Refused(String),
    /// The provider will never take it.
    Failed(String),
    /// Nobody knows whether the provider has it.
    Unknown(String),
    /// It was no longer true when its turn came.
    Dropped,
}

/// Writes how the sending of a mail has ended.
pub async fn settle(client: &Client, email: EmailId, outcome: &Outcome) -> Result<(), StoreError> {
    let (status, message_id, error) = match outcome {
        Outcome::Sent(id) => ("sent", Some(id.as_str()), None),
        Outcome::Refused(why) => ("queued", None, Some(why.as_str())),
        Outcome::Failed(why) => ("failed", None, Some(why.as_str())),
        Outcome::Unknown(why) => ("sending", None, Some(why.as_str())),
        Outcome::Dropped => ("dropped", None, None),
    };
    client
        .execute_alone(
            "UPDATE emails
                SET status = $2, provider_message_id = $3, error = $4, updated_at = clock_timestamp()
              WHERE id = $1 AND status = 'sending'",
            &[
                (&email.uuid(), Type::UUID),
                (&status, Type::TEXT),
                (&message_id, Type::TEXT),
                (&error, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
}

/// Reads people as mails address them.
pub async fn list_readers(db: &impl Read, people: &[UserId]) -> Result<Vec<Reader>, StoreError> {
    let ids: Vec<Uuid> = people.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT id, email, first_name, last_name, timezone, email_verified_at IS NOT NULL AS is_verified,
                    status = 'suspended' OR erased_at IS NOT NULL AS is_suspended
               FROM users
              WHERE id = ANY($1)",
            &[(&ids, Type::UUID_ARRAY)],
        )
        .await?;
    rows.iter().map(reader_from_row).collect()
}

/// Reads who has an address, as mails address them.
pub async fn find_reader(db: &impl Read, email: &Email) -> Result<Option<Reader>, StoreError> {
    let row = db
        .query_opt(
            "SELECT id, email, first_name, last_name, timezone, email_verified_at IS NOT NULL AS is_verified,
                    status = 'suspended' AS is_suspended
               FROM users
              WHERE email = $1",
            &[(&email.as_str(), Type::TEXT)],
        )
        .await?;
    row.map(|row| reader_from_row(&row)).transpose()
}

fn reader_from_row(row: &Row) -> Result<Reader, StoreError> {
    let bad = |error: &dyn std::error::Error| StoreError::inconsistent("users", error);
    Ok(Reader {
        id: row.try_get::<_, Uuid>("id")?.into(),
        email: Email::parse(row.try_get("email")?).map_err(|error| bad(&error))?,
        first_name: row.try_get("first_name")?,
        last_name: row.try_get("last_name")?,
        timezone: row
            .try_get::<_, &str>("timezone")?
            .parse()
            .map_err(|error: crate::domain::time::ZoneError| bad(&error))?,
        is_verified: row.try_get("is_verified")?,
        is_suspended: row.try_get("is_suspended")?,
    })
}

/// Reads a session for a mail, whoever it belongs to: the mail goes to its own two people only.
pub async fn find_session(db: &impl Read, id: SessionId) -> Result<Option<Session>, StoreError> {
    let row = db
        .query_opt(
            concat!(
                "SELECT ",
                session_columns!(),
                " FROM sessions WHERE id = $1"
            ),
            &[(&id.uuid(), Type::UUID)],
        )
        .await?;
    row.map(|row| super::session::from_row(&row)).transpose()
}
