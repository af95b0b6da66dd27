//! The revision of what matching reads of mentors.
//!
//! One row that is raised in the transaction of the change, as its last statement: an instance that compares it
//! knows for certain whether its copy is old, and committed changes are never overtaken.

use std::collections::HashMap;

use tokio_postgres::types::Type;

use super::{Read, StoreError, Transaction, matching, similarity};
use crate::domain::id::{Id, UserId};
use crate::domain::matching::{Background, MentorFacts};

/// Reads the present revision.
pub async fn revision(db: &impl Read) -> Result<i64, StoreError> {
    Ok(db
        .query_one("SELECT revision FROM mentor_catalog", &[])
        .await?
        .try_get("revision")?)
}

/// Reads everything that a catalog is made of, as it is at the present revision or later.
pub async fn read(
    db: &impl Read,
    model: Option<&str>,
) -> Result<(Vec<MentorFacts>, Background), StoreError> {
    let vectors = async {
        match model {
            None => Ok(HashMap::new()),
            Some(model) => similarity::list_mentor_vectors(db, model).await,
        }
    };
    let (mentors, corpus, vectors) = futures_util::try_join!(
        matching::list_mentor_facts(db),
        similarity::find_corpus(db),
        vectors
    )?;
    Ok((mentors, Background { corpus, vectors }))
}

/// Says so of what a person's texts mean, if that person is a mentor.
pub async fn raise_for(tx: &Transaction<'_>, person: UserId) -> Result<(), StoreError> {
    tx.execute(
        "UPDATE mentor_catalog SET revision = revision + 1
          WHERE EXISTS (SELECT FROM users WHERE id = $1 AND role = 'mentor')",
        &[(&person.uuid(), Type::UUID)],
    )
    .await?;
    Ok(())
}

/// Says that something matching reads of a mentor has changed.
pub async fn raise(tx: &Transaction<'_>) -> Result<(), StoreError> {
    let raised = tx
        .execute("UPDATE mentor_catalog SET revision = revision + 1", &[])
        .await?;
    StoreError::expect_one("mentor_catalog", raised)
}
