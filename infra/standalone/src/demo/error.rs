//! Why the demo could not be loaded.

use shared::auth::password;
use shared::domain::availability::AvailabilityError;
use shared::domain::feedback::FeedbackError;
use shared::domain::offering::OfferingError;
use shared::domain::question::QuestionError;
use shared::domain::session::SessionError;
use shared::domain::user::EmailError;
use shared::domain::value::ValueError;
use shared::state::KeyringError;
use shared::store::StoreError;

/// The demo could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file has the wrong shape.
    #[error(transparent)]
    File(#[from] serde_json::Error),
    /// The password.
    #[error(transparent)]
    Password(#[from] password::HashError),
    /// The peppers.
    #[error(transparent)]
    Peppers(#[from] KeyringError),
    /// An address of mail.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// A session.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// What was said of a session.
    #[error(transparent)]
    Feedback(#[from] FeedbackError),
    /// A quick question.
    #[error(transparent)]
    Question(#[from] QuestionError),
    /// The name of a topic, or the words of an answer.
    #[error(transparent)]
    Topic(#[from] ValueError),
    /// A kind of session.
    #[error(transparent)]
    Offering(#[from] OfferingError),
    /// A time beyond the calendar.
    #[error(transparent)]
    Time(#[from] jiff::Error),
    /// A window of a schedule.
    #[error("the window of a mentor cannot be read: {0:?}")]
    Window(Vec<AvailabilityError>),
    /// A session of somebody who is not there.
    #[error("there is nobody with the address {0}")]
    Nobody(String),
}
