//! What the two write in the thread of a question.

use jiff::Timestamp;

use crate::domain::id::{PostId, QuestionId, UserId};
use crate::domain::value::Text;

/// What somebody is about to write.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The new post's id.
    pub id: PostId,
    /// The words.
    pub content: Text<1, 4000>,
}

/// One post of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// Names it for good.
    pub id: PostId,
    /// Where it stands.
    pub question_id: QuestionId,
    /// Who wrote it.
    pub author_id: UserId,
    /// Under which claim: the next mentor does not read what was said with the one before.
    pub claim: i32,
    /// The words; empty once their author is erased.
    pub content: String,
    /// When it was written.
    pub created_at: Timestamp,
}
