//! What `/api/notifications` gives to those who read.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{NotificationId, SessionId};
use shared::domain::page::PageRequest;
use shared::http::{Limit, PageCursor, Problems};
use shared::store::notification::Shown;
use utoipa::{IntoParams, ToSchema};

/// Something that you are told.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotificationBody {
    id: NotificationId,
    /// What kind of message it is.
    #[schema(example = "session_requested")]
    event: String,
    /// What it says, on one line.
    title: String,
    /// Where in the frontend it goes on.
    #[schema(example = "/sessions/0195f3a0-0000-7000-8000-000000000001")]
    path: String,
    session_id: Option<SessionId>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = Option<String>, format = DateTime)]
    read_at: Option<Timestamp>,
}

impl From<Shown> for NotificationBody {
    fn from(shown: Shown) -> Self {
        Self {
            id: shown.id,
            event: shown.kind,
            title: shown.title,
            path: shown.path,
            session_id: shown.session_id,
            created_at: shown.shown_at,
            read_at: shown.read_at,
        }
    }
}

/// How much there is to read.
#[derive(Serialize, ToSchema)]
pub(crate) struct UnreadBody {
    /// How many notifications you have not read.
    pub(crate) unread: i64,
}

/// How much was read.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadBody {
    /// How many notifications were not read before.
    pub(crate) read: u64,
}

/// Which notifications.
#[derive(Clone, Copy, Debug, Deserr, ToSchema)]
#[deserr(error = Problems, rename_all = lowercase)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ReadState {
    Unread,
    All,
}

/// Which part of the notifications.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NotificationQuery {
    /// `unread` or `all`; all when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<ReadState>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

impl NotificationQuery {
    pub(crate) const fn is_unread_only(self) -> bool {
        matches!(self.status, Some(ReadState::Unread))
    }

    pub(crate) fn page(self) -> PageRequest {
        self.limit.after(self.cursor)
    }
}
