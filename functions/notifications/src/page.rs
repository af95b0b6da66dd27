//! The page behind the link of a mail that asks whether such mails shall end.

use minijinja::{Environment, context};
use shared::domain::letter::Kind;
use shared::http::{ApiError, Page};

const QUESTION: &str = include_str!("question.html");

/// Asks whether mails of a kind shall end. Its button posts to its own address.
pub(crate) fn question(kind: Kind) -> Result<Page, ApiError> {
    let about = kind.as_str().replace('_', " ");
    let page =
        Environment::new().render_named_str("question.html", QUESTION, context! { about => about });
    page.map(Page).map_err(|error| {
        tracing::error!(%error, "a page cannot be written");
        ApiError::internal()
    })
}
