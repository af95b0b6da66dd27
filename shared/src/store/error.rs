//! What can go wrong between us and the database.

use std::error::Error;
use std::time::Duration;

use tokio_postgres::error::SqlState;

/// Why a statement did not do what it should.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database cannot be reached, or not in time: it is worth trying again.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The connection ended under a statement: another one may work at once.
    #[error("the connection to the database was lost: {0}")]
    Lost(String),
    /// The database gave up waiting, for a lock or for a statement to end.
    #[error("the database gave up waiting: {0}")]
    Overdue(String),
    /// Two transactions got in each other's way: it is worth trying again at once.
    #[error("the transaction collided with another one")]
    Collision,
    /// A row that cannot be read: our bug.
    #[error("a row of {table} is inconsistent: {what}")]
    Inconsistent {
        /// Where.
        table: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// Any other refusal of the database: our bug.
    #[error("the database refused a statement: {}", reason(.0))]
    Refused(#[source] tokio_postgres::Error),
}

impl StoreError {
    /// Says that a row cannot be read.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers hand over the error they have"
    )]
    pub fn inconsistent(table: &'static str, what: impl ToString) -> Self {
        Self::Inconsistent {
            table,
            what: what.to_string(),
        }
    }

    /// Checks that exactly one row was written.
    ///
    /// # Errors
    /// When it was none or several.
    pub fn expect_one(table: &'static str, rows: u64) -> Result<(), Self> {
        if rows == 1 {
            Ok(())
        } else {
            Err(Self::inconsistent(
                table,
                format!("{rows} rows instead of one"),
            ))
        }
    }

    /// How long a caller should wait before it tries again, if that helps.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Unavailable(_) | Self::Lost(_) => Some(Duration::from_secs(2)),
            Self::Overdue(_) | Self::Collision => Some(Duration::from_secs(1)),
            Self::Inconsistent { .. } | Self::Refused(_) => None,
        }
    }
}

impl From<tokio_postgres::Error> for StoreError {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.code() {
            None if is_broken(&error) => Self::Lost(reason(&error)),
            None => Self::Unavailable(reason(&error)),
            Some(code) if is_lost(code) => Self::Lost(reason(&error)),
            Some(code) if is_overdue(code) => Self::Overdue(reason(&error)),
            Some(code) if *code == SqlState::TOO_MANY_CONNECTIONS => {
                Self::Unavailable(reason(&error))
            }
            Some(code)
                if *code == SqlState::T_R_SERIALIZATION_FAILURE
                    || *code == SqlState::T_R_DEADLOCK_DETECTED =>
            {
                Self::Collision
            }
            Some(_) => Self::Refused(error),
        }
    }
}

/// What the driver does not print: the code of a refusal and what it concerns, but no values, which may be personal.
fn reason(error: &tokio_postgres::Error) -> String {
    if let Some(refusal) = error.as_db_error() {
        let concerned = refusal.constraint().or(refusal.table()).unwrap_or("-");
        return format!("SQLSTATE {}, {concerned}", refusal.code().code());
    }
    match error.source() {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// Whether the connection is gone: class 08, or the server is going down or coming up.
/// (`is_closed()` lies after a thaw: a first statement fails with 57P01 on a connection that looks open.)
fn is_lost(code: &SqlState) -> bool {
    code.code().starts_with("08")
        || *code == SqlState::ADMIN_SHUTDOWN
        || *code == SqlState::CRASH_SHUTDOWN
        || *code == SqlState::CANNOT_CONNECT_NOW
}

/// Whether the driver found the connection closed, or broken off.
fn is_broken(error: &tokio_postgres::Error) -> bool {
    let is_io = |cause: &(dyn Error + 'static)| cause.is::<std::io::Error>();
    error.is_closed() || error.source().is_some_and(is_io)
}

/// Whether the database gave up waiting: a lock, a statement, or a transaction that idled.
fn is_overdue(code: &SqlState) -> bool {
    *code == SqlState::LOCK_NOT_AVAILABLE
        || *code == SqlState::QUERY_CANCELED
        || *code == SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
}

/// Whether a constraint that speaks for a rule refused the row.
pub(crate) fn violates(error: &tokio_postgres::Error, constraint: &str) -> bool {
    error
        .as_db_error()
        .and_then(tokio_postgres::error::DbError::constraint)
        == Some(constraint)
}
