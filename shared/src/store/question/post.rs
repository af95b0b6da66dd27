//! What the two write in the thread of a question.

use tokio_postgres::Row;
use tokio_postgres::types::Type;
use uuid::Uuid;

use crate::domain::id::{Id, QuestionId};
use crate::domain::question::Post;
use crate::store::{Read, StoreError, Transaction};

/// Writes a new post.
pub async fn insert_post(tx: &Transaction<'_>, post: &Post) -> Result<(), StoreError> {
    tx.execute(
        "INSERT INTO question_posts (id, question_id, author_id, claim, content, created_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            (&post.id.uuid(), Type::UUID),
            (&post.question_id.uuid(), Type::UUID),
            (&post.author_id.uuid(), Type::UUID),
            (&post.claim, Type::INT4),
            (&post.content, Type::TEXT),
            (&post.created_at, Type::TIMESTAMPTZ),
        ],
    )
    .await?;
    Ok(())
}

/// Lists the posts of a question, the oldest first: of all its claims, which are few.
pub async fn list_posts(db: &impl Read, question: QuestionId) -> Result<Vec<Post>, StoreError> {
    let rows = db
        .query(
            "SELECT id, question_id, author_id, claim, content, created_at
               FROM question_posts
              WHERE question_id = $1
              ORDER BY created_at, id",
            &[(&question.uuid(), Type::UUID)],
        )
        .await?;
    rows.iter().map(post).collect()
}

fn post(row: &Row) -> Result<Post, StoreError> {
    Ok(Post {
        id: row.try_get::<_, Uuid>("id")?.into(),
        question_id: row.try_get::<_, Uuid>("question_id")?.into(),
        author_id: row.try_get::<_, Uuid>("author_id")?.into(),
        claim: row.try_get("claim")?,
        content: row.try_get("content")?,
        created_at: row.try_get("created_at")?,
    })
}
