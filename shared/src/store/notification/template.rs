//! The words that admins have put in the place of the built-in ones.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, UserId};
use crate::domain::letter::{Kind, Source};
use crate::store::{Read, StoreError, Transaction};

/// One version of the words of one kind of message.
#[derive(Clone, Debug)]
pub struct Template {
    /// Its number, counted from 1 within its kind.
    pub version: i32,
    /// The words; none when this version is the return to the built-in ones.
    pub source: Option<Source>,
    /// Which admin wrote it, unless they are gone.
    pub created_by: Option<UserId>,
    /// When.
    pub created_at: Timestamp,
}

/// Reads a version of the words of a kind, or the newest.
pub async fn find_template(
    db: &impl Read,
    kind: Kind,
    version: Option<i32>,
) -> Result<Option<Template>, StoreError> {
    let row = db
        .query_opt(
            "SELECT version, subject, text, html, created_by, created_at
               FROM notification_templates
              WHERE kind = $1 AND ($2::int4 IS NULL OR version = $2)
              ORDER BY version DESC
              LIMIT 1",
            &[(&kind.as_str(), Type::TEXT), (&version, Type::INT4)],
        )
        .await?;
    row.map(|row| from_row(&row)).transpose()
}

/// Writes a new version of the words of a kind; `false` when somebody else has written that version meanwhile.
pub async fn insert_template(
    tx: &Transaction<'_>,
    kind: Kind,
    template: &Template,
) -> Result<bool, StoreError> {
    let source = template.source.as_ref();
    let inserted = tx
        .execute(
            "INSERT INTO notification_templates (kind, version, subject, text, html, created_by, created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)
             ON CONFLICT DO NOTHING",
            &[
                (&kind.as_str(), Type::TEXT),
                (&template.version, Type::INT4),
                (&source.map(|source| source.subject.as_str()), Type::TEXT),
                (&source.map(|source| source.text.as_str()), Type::TEXT),
                (&source.map(|source| source.html.as_str()), Type::TEXT),
                (&template.created_by.map(Id::uuid), Type::UUID),
                (&template.created_at, Type::TIMESTAMPTZ),
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// Lists the newest words of every kind that has ever had others than the built-in ones.
pub async fn list_templates(db: &impl Read) -> Result<Vec<(String, Template)>, StoreError> {
    let rows = db
        .query(
            "SELECT DISTINCT ON (kind) kind, version, subject, text, html, created_by, created_at
               FROM notification_templates
              ORDER BY kind, version DESC",
            &[],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("kind")?, from_row(row)?)))
        .collect()
}

fn from_row(row: &Row) -> Result<Template, StoreError> {
    let words = |column: &str| row.try_get::<_, Option<String>>(column);
    let source = match (words("subject")?, words("text")?, words("html")?) {
        (Some(subject), Some(text), Some(html)) => Some(Source {
            subject,
            text,
            html,
        }),
        _ => None,
    };
    Ok(Template {
        version: row.try_get("version")?,
        source,
        created_by: row
            .try_get::<_, Option<Uuid>>("created_by")?
            .map(UserId::from),
        created_at: row.try_get("created_at")?,
    })
}
