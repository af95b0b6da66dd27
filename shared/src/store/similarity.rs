//! What comparing texts rests on: the corpus, and the vectors of a model.
//!
//! Which texts have vectors, the view `profile_texts` says; a vector counts as long as its hash is that of the text.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::StrDeserializer;
use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::{Read, StoreError, Transaction};
use crate::domain::id::{Id, UserId};
use crate::domain::matching::{Corpus, MenteeField, MentorField, Norms, Vector};

/// A text that has no vector yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// The block of the profile.
    pub field: String,
    /// The text.
    pub text: String,
    /// Names the text.
    pub hash: Vec<u8>,
}

/// Reads the corpus, once it was counted.
pub async fn find_corpus(db: &impl Read) -> Result<Option<Corpus>, StoreError> {
    let row = db
        .query_opt(
            "SELECT profiles, terms, holders, lexical_mean, lexical_deviation, dense_mean, dense_deviation FROM corpus",
            &[],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let (terms, holders): (Vec<String>, Vec<i32>) =
        (row.try_get("terms")?, row.try_get("holders")?);
    let holders = terms
        .into_iter()
        .zip(holders)
        .map(|(term, count)| (term, count.unsigned_abs()));
    let norms = Norms {
        lexical_mean: row.try_get("lexical_mean")?,
        lexical_deviation: row.try_get("lexical_deviation")?,
        dense_mean: row.try_get("dense_mean")?,
        dense_deviation: row.try_get("dense_deviation")?,
    };
    let profiles: i32 = row.try_get("profiles")?;
    Ok(Some(Corpus::new(
        profiles.unsigned_abs(),
        holders.collect(),
        norms,
    )))
}

/// Tells whether the corpus was never counted, or not since a moment.
pub async fn is_corpus_older(db: &impl Read, than: Timestamp) -> Result<bool, StoreError> {
    let row = db
        .query_one(
            "SELECT NOT EXISTS (SELECT FROM corpus WHERE counted_at > $1) AS is_older",
            &[(&than, Type::TIMESTAMPTZ)],
        )
        .await?;
    Ok(row.try_get("is_older")?)
}

/// Keeps a corpus in place of the one before.
pub async fn replace_corpus(
    tx: &Transaction<'_>,
    corpus: &Corpus,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = |count: u32| i32::try_from(count).unwrap_or(i32::MAX);
    let (terms, holders): (Vec<&str>, Vec<i32>) = corpus
        .holders()
        .map(|(term, holders)| (term, count(holders)))
        .unzip();
    let norms = corpus.norms();
    tx.execute(
        "INSERT INTO corpus (version, profiles, terms, holders, lexical_mean, lexical_deviation, dense_mean,
                             dense_deviation, counted_at)
         VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (only_row) DO UPDATE
            SET version = corpus.version + 1, profiles = $1, terms = $2, holders = $3, lexical_mean = $4,
                lexical_deviation = $5, dense_mean = $6, dense_deviation = $7, counted_at = $8",
        &[
            (&count(corpus.profiles()), Type::INT4),
            (&terms, Type::TEXT_ARRAY),
            (&holders, Type::INT4_ARRAY),
            (&norms.lexical_mean, Type::INT4),
            (&norms.lexical_deviation, Type::INT4),
            (&norms.dense_mean, Type::INT4),
            (&norms.dense_deviation, Type::INT4),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Lists some mentees with goals or interests, the newest first: whose questions say what is usual.
pub async fn list_some_mentees(db: &impl Read, limit: i64) -> Result<Vec<UserId>, StoreError> {
    let rows = db
        .query(
            "SELECT u.id
               FROM users u JOIN mentees e ON e.user_id = u.id
              WHERE u.role = 'mentee' AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                AND (e.goals <> '' OR e.interests <> '{}')
              ORDER BY u.id DESC
              LIMIT $1",
            &[(&limit, Type::INT8)],
        )
        .await?;
    ids(&rows, "id")
}

/// Lists the vectors of all mentors' texts as they are now.
pub async fn list_mentor_vectors(
    db: &impl Read,
    model: &str,
) -> Result<HashMap<UserId, Vec<(MentorField, Vector)>>, StoreError> {
    let rows = db
        .query(
            "SELECT v.user_id, v.field, v.vector
               FROM profile_vectors v
                    JOIN mentors m ON m.user_id = v.user_id
                    JOIN profile_texts t ON t.user_id = v.user_id AND t.field = v.field AND t.text_hash = v.text_hash
              WHERE v.model = $1 AND m.vetting = 'approved' AND m.listed AND m.accepting
              ORDER BY v.user_id, v.field",
            &[(&model, Type::TEXT)],
        )
        .await?;
    by_person(&rows)
}

/// Lists what one mentee's texts as they are now mean to a model.
pub async fn list_meanings(
    db: &impl Read,
    mentee: UserId,
    model: &str,
) -> Result<Vec<(MenteeField, Vector)>, StoreError> {
    let mut found = list_meanings_of(db, &[mentee], model).await?;
    Ok(found.remove(&mentee).unwrap_or_default())
}

/// Lists what the texts of some mentees as they are now mean to a model.
pub async fn list_meanings_of(
    db: &impl Read,
    mentees: &[UserId],
    model: &str,
) -> Result<HashMap<UserId, Vec<(MenteeField, Vector)>>, StoreError> {
    let ids: Vec<Uuid> = mentees.iter().map(|id| id.uuid()).collect();
    let rows = db
        .query(
            "SELECT v.user_id, v.field, v.vector
               FROM profile_vectors v
                    JOIN profile_texts t ON t.user_id = v.user_id AND t.field = v.field AND t.text_hash = v.text_hash
              WHERE v.user_id = ANY($1) AND v.model = $2
              ORDER BY v.user_id, v.field",
            &[(&ids, Type::UUID_ARRAY), (&model, Type::TEXT)],
        )
        .await?;
    by_person(&rows)
}

/// The vectors of each person.
fn by_person<F: for<'a> Deserialize<'a>>(
    rows: &[Row],
) -> Result<HashMap<UserId, Vec<(F, Vector)>>, StoreError> {
    let mut vectors: HashMap<UserId, Vec<(F, Vector)>> = HashMap::new();
    for row in rows {
        let id: Uuid = row.try_get("user_id")?;
        if let Some(vector) = vector_of(row)? {
            vectors.entry(id.into()).or_default().push(vector);
        }
    }
    Ok(vectors)
}

/// A vector with its field; `None` when the field is one that is not compared on this side.
fn vector_of<F: for<'a> Deserialize<'a>>(row: &Row) -> Result<Option<(F, Vector)>, StoreError> {
    let (field, bytes): (&str, &[u8]) = (row.try_get("field")?, row.try_get("vector")?);
    let vector = Vector::from_bytes(bytes)
        .map_err(|error| StoreError::inconsistent("profile_vectors", error))?;
    let field: StrDeserializer<'_, serde::de::value::Error> = field.into_deserializer();
    Ok(F::deserialize(field).ok().map(|field| (field, vector)))
}

/// Lists the texts of a person that the model has not read yet.
pub async fn list_unread(
    db: &impl Read,
    person: UserId,
    model: &str,
) -> Result<Vec<Unread>, StoreError> {
    let rows = db
        .query(
            "SELECT t.field, t.text, t.text_hash
               FROM profile_texts t
              WHERE t.user_id = $1
                AND NOT EXISTS (SELECT FROM profile_vectors v
                                 WHERE v.user_id = t.user_id AND v.field = t.field AND v.model = $2
                                   AND v.text_hash = t.text_hash)
              ORDER BY t.field",
            &[(&person.uuid(), Type::UUID), (&model, Type::TEXT)],
        )
        .await?;
    let unread = |row: &Row| {
        Ok(Unread {
            field: row.try_get("field")?,
            text: row.try_get("text")?,
            hash: row.try_get("text_hash")?,
        })
    };
    rows.iter().map(unread).collect()
}

/// Keeps the vector of a text; a text that has changed meanwhile is left to whoever reads it next.
pub async fn upsert_vector(
    tx: &Transaction<'_>,
    person: UserId,
    model: &str,
    (text, vector): (&Unread, Vector),
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO profile_vectors (user_id, field, model, text_hash, vector, made_at)
         SELECT t.user_id, t.field, $3, t.text_hash, $5, $6
           FROM profile_texts t
          WHERE t.user_id = $1 AND t.field = $2 AND t.text_hash = $4
         ON CONFLICT (user_id, field) DO UPDATE
            SET model = excluded.model, text_hash = excluded.text_hash, vector = excluded.vector,
                made_at = excluded.made_at",
        &[
            (&person.uuid(), Type::UUID),
            (&text.field, Type::TEXT),
            (&model, Type::TEXT),
            (&text.hash, Type::BYTEA),
            (&vector.to_bytes().as_slice(), Type::BYTEA),
            (&now, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Forgets the vectors of a person's texts that are no more; returns how many.
pub async fn delete_old_vectors(tx: &Transaction<'_>, person: UserId) -> Result<u64, StoreError> {
    tx.execute(
        "DELETE FROM profile_vectors v
          WHERE v.user_id = $1
            AND NOT EXISTS (SELECT FROM profile_texts t
                             WHERE t.user_id = v.user_id AND t.field = v.field AND t.text_hash = v.text_hash)",
        &[(&person.uuid(), Type::UUID)],
    )
    .await
}

/// Lists people with texts that the model has not read, whatever became of the events that said so.
pub async fn list_people_unread(
    db: &impl Read,
    model: &str,
    limit: i64,
) -> Result<Vec<UserId>, StoreError> {
    let rows = db
        .query(
            "SELECT DISTINCT t.user_id
               FROM profile_texts t
                    LEFT JOIN profile_vectors v
                           ON v.user_id = t.user_id AND v.field = t.field AND v.model = $1 AND v.text_hash = t.text_hash
              WHERE v.user_id IS NULL
              ORDER BY t.user_id
              LIMIT $2",
            &[(&model, Type::TEXT), (&limit, Type::INT8)],
        )
        .await?;
    ids(&rows, "user_id")
}

fn ids(rows: &[Row], column: &str) -> Result<Vec<UserId>, StoreError> {
    rows.iter()
        .map(|row| Ok(row.try_get::<_, Uuid>(column)?.into()))
        .collect()
}
