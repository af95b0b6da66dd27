//! Messages to people: what is to be told to whom, by which way, and how far each has come.
//!
//! ```text
//! queued ──claim──▶ sending ──▶ sent ──▶ delivered | bounced | complained     (the last word is the mail service's)
//!    ▲                 ├──▶ failed | dropped (not true any more) | gathered (for a digest)
//!    └── refused, rests┤
//!                      └──(crash, time-out)──▶ unknown; what concerns the account is queued again instead
//! ```

mod choice;
mod digest;
mod inbox;
mod reader;
mod rest;
mod steer;
mod template;

use jiff::Timestamp;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::session::session_columns;
use super::{Client, Read, StoreError, Transaction};
use crate::domain::id::{EventId, Id, NotificationId, SessionId, UserId};
use crate::domain::notification::Channel;
use crate::domain::session::Session;

pub use choice::{
    Wishes, find_settings, find_suppression, find_wishes, list_choices, write_choices,
    write_settings,
};
pub use digest::{list_gathered, take_due_digests};
pub use inbox::{Shown, count_unread, list_shown, read_all, read_one};
pub use reader::{Reader, find_phone, find_reader, list_readers};
pub use rest::{send_again, take_rested};
pub use steer::{lock_status, update_status};
pub use template::{Template, find_template, insert_template, list_templates};

/// A message that is to be sent.
#[derive(Clone, Debug)]
pub struct NewNotification {
    /// Its new id.
    pub id: NotificationId,
    /// Who gets it.
    pub recipient: UserId,
    /// What kind of message it is.
    pub kind: &'static str,
    /// By which way it goes.
    pub channel: Channel,
    /// The session it is about.
    pub session: Option<SessionId>,
    /// Two messages with one key are one message.
    pub dedupe_key: String,
    /// Whether it must arrive even at the price of arriving twice.
    pub is_security: bool,
}

/// A message that this worker may send now.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// The message.
    pub id: NotificationId,
    /// Who gets it.
    pub recipient: UserId,
    /// By which way it goes.
    pub channel: Channel,
}

/// Plans the messages of an event. One that was given up because it was not true may be planned again by another
/// event: a session that moves away and back is reminded of once, and not never.
pub async fn insert(
    tx: &Transaction<'_>,
    event: EventId,
    new: &NewNotification,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO notifications (id, event_id, recipient_id, kind, channel, session_id, dedupe_key, is_security)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (dedupe_key) DO UPDATE
            SET event_id = excluded.event_id, status = 'queued', claimed_until = NULL, not_before = NULL,
                updated_at = clock_timestamp()
          WHERE notifications.status = 'dropped'",
        &[
            (&new.id.uuid(), Type::UUID),
            (&event.uuid(), Type::UUID),
            (&new.recipient.uuid(), Type::UUID),
            (&new.kind, Type::TEXT),
            (&new.channel.as_str(), Type::TEXT),
            (&new.session.map(Id::uuid), Type::UUID),
            (&new.dedupe_key, Type::TEXT),
            (&new.is_security, Type::BOOL),
        ],
    )
    .await?;
    Ok(())
}

/// Gives up on messages of an event whose sending was cut off: nobody knows whether they left.
/// What concerns the account is queued again, all others are not: twice is worse than never for a reminder.
pub async fn resolve_cut_off(tx: &Transaction<'_>, event: EventId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE notifications
            SET status = CASE WHEN is_security THEN 'queued' ELSE 'unknown' END, claimed_until = NULL,
                updated_at = clock_timestamp()
          WHERE event_id = $1 AND status = 'sending' AND claimed_until < clock_timestamp()",
        &[(&event.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Claims a queued message of an event for a minute, if one is left that is due and not among the `tried`; committed
/// before it is sent. One at a time: what a crash cuts off is one message at most.
pub async fn claim_next(
    tx: &Transaction<'_>,
    event: EventId,
    tried: &[NotificationId],
    now: Timestamp,
) -> Result<Option<Claimed>, StoreError> {
    let tried: Vec<Uuid> = tried.iter().map(|id| id.uuid()).collect();
    let row = tx
        .query_opt(
            "UPDATE notifications
                SET status = 'sending', attempts = attempts + 1, updated_at = clock_timestamp(),
                    claimed_until = clock_timestamp() + interval '1 minute', not_before = NULL
              WHERE id = (SELECT id FROM notifications
                           WHERE event_id = $1 AND status = 'queued' AND id <> ALL($2)
                             AND (not_before IS NULL OR not_before <= $3)
                           ORDER BY id
                           LIMIT 1
                             FOR UPDATE SKIP LOCKED)
          RETURNING id, recipient_id, channel",
            &[
                (&event.uuid(), Type::UUID),
                (&tried, Type::UUID_ARRAY),
                (&now, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    row.map(|row| {
        Ok(Claimed {
            id: row.try_get::<_, Uuid>("id")?.into(),
            recipient: row.try_get::<_, Uuid>("recipient_id")?.into(),
            channel: Channel::parse(row.try_get("channel")?)
                .map_err(|error| StoreError::inconsistent("notifications", &error))?,
        })
    })
    .transpose()
}

/// Whether a message of an event is still on its way, with this worker or another; those that rest are not.
pub async fn has_unsettled(
    db: &impl Read,
    event: EventId,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT EXISTS (SELECT FROM notifications
                             WHERE event_id = $1 AND status IN ('queued', 'sending')
                               AND (not_before IS NULL OR not_before <= $2)) AS unsettled",
            &[(&event.uuid(), Type::UUID), (&now, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(row.try_get("unsettled")?)
}

/// What a message says to those who read it in the app or in a digest.
#[derive(Clone, Debug)]
pub struct Line {
    /// One line.
    pub title: String,
    /// Where in the frontend it leads, from the first slash on.
    pub path: String,
    /// Whom it tells of, beside its reader.
    pub about: Option<UserId>,
}

/// What becomes of a message without anybody outside being asked.
#[derive(Clone, Debug)]
pub enum Ending {
    /// It is not true any more, or not wanted.
    Dropped,
    /// It rests until then.
    Resting(Timestamp),
    /// It is shown in the app.
    Shown(Line),
    /// It gets into the digest of then.
    Gathered(Line, Timestamp),
    /// It cannot be written: it waits in the dead-letter queue until the bug is gone.
    Stuck(String),
}

/// Writes what becomes of a claimed message.
pub async fn end(
    tx: &Transaction<'_>,
    id: NotificationId,
    ending: &Ending,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (status, line, not_before, error) = match ending {
        Ending::Dropped => ("dropped", None, None, None),
        Ending::Resting(until) => ("queued", None, Some(until), None),
        Ending::Shown(line) => ("delivered", Some(line), None, None),
        Ending::Gathered(line, due_at) => ("gathered", Some(line), Some(due_at), None),
        Ending::Stuck(why) => ("queued", None, None, Some(why.as_str())),
    };
    let about = line.and_then(|line| line.about).map(Id::uuid);
    let shown_at = matches!(ending, Ending::Shown(_)).then_some(now);
    let updated = tx
        .execute(
            "UPDATE notifications
                SET status = $2, title = $3, path = $4, about_id = $5, not_before = $6, error = $7,
                    shown_at = $8, claimed_until = NULL, updated_at = clock_timestamp()
              WHERE id = $1 AND status = 'sending'",
            &[
                (&id.uuid(), Type::UUID),
                (&status, Type::TEXT),
                (&line.map(|line| line.title.as_str()), Type::TEXT),
                (&line.map(|line| line.path.as_str()), Type::TEXT),
                (&about, Type::UUID),
                (&not_before, Type::TIMESTAMPTZ),
                (&error, Type::TEXT),
                (&shown_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    StoreError::expect_one("notifications", updated)
}

/// How handing a message over has ended.
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
}

/// Writes how handing a message over has ended. What the provider has reported about it meanwhile stays; what a digest
/// tells is told.
pub async fn settle(
    client: &Client,
    id: NotificationId,
    outcome: &Outcome,
) -> Result<(), StoreError> {
    let (status, message_id, error) = match outcome {
        Outcome::Sent(id) => ("sent", Some(id.as_str()), None),
        Outcome::Refused(why) => ("queued", None, Some(why.as_str())),
        Outcome::Failed(why) => ("failed", None, Some(why.as_str())),
        Outcome::Unknown(why) => ("sending", None, Some(why.as_str())),
    };
    client
        .execute_alone(
            "WITH told AS (
               UPDATE notifications SET status = 'sent', updated_at = clock_timestamp()
                WHERE digest_id = $1 AND status = 'gathered' AND $2 = 'sent'
             )
             UPDATE notifications
                SET status = CASE WHEN status = 'sending' THEN $2 ELSE status END,
                    provider_message_id = coalesce($3, provider_message_id),
                    error = CASE WHEN status = 'sending' THEN $4 ELSE error END, updated_at = clock_timestamp()
              WHERE id = $1",
            &[
                (&id.uuid(), Type::UUID),
                (&status, Type::TEXT),
                (&message_id, Type::TEXT),
                (&error, Type::TEXT),
            ],
        )
        .await?;
    Ok(())
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
