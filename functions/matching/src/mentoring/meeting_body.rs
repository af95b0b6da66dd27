//! What `/api/matching/matches/{id}/meetings` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{MeetingId, MentorshipId, UserId};
use shared::domain::mentorship::{ActionItem, Meeting, MeetingEdit, MeetingKind};
use shared::domain::value::{Bounded, List, Patch, Text};
use shared::http::{Moment, Problems};
use utoipa::ToSchema;

type Minutes = Bounded<1, 1440>;
type Notes = Text<1, 5000>;
type Items = List<ActionItemInput, 20>;

/// A meeting that has taken place.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingInput {
    /// When it began; not in the future.
    met_at: Moment,
    minutes: Minutes,
    kind: MeetingKind,
    /// What was said; both read it.
    #[deserr(default)]
    notes: Option<Notes>,
    /// What is to be done; both read it.
    #[deserr(default, from(Items) = Some)]
    #[schema(value_type = Option<Vec<ActionItemInput>>, max_items = 20, nullable = false)]
    action_items: Option<Items>,
}

/// What its author changes of a meeting.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct MeetingPatch {
    #[deserr(default, from(Moment) = Some)]
    #[schema(nullable = false)]
    met_at: Option<Moment>,
    #[deserr(default, from(Minutes) = Some)]
    #[schema(nullable = false)]
    minutes: Option<Minutes>,
    #[deserr(default, from(MeetingKind) = Some)]
    #[schema(nullable = false)]
    kind: Option<MeetingKind>,
    #[deserr(default)]
    #[schema(value_type = Option<Notes>)]
    notes: Patch<Notes>,
    /// All of them: those left out are gone.
    #[deserr(default, from(Items) = Some)]
    #[schema(value_type = Option<Vec<ActionItemInput>>, max_items = 20, nullable = false)]
    action_items: Option<Items>,
}

/// Something to do until the next meeting.
#[derive(Clone, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ActionItemInput {
    text: Text<1, 300>,
    #[deserr(default)]
    #[schema(required = false, default = false)]
    is_done: bool,
}

/// A meeting that was written down.
#[derive(Serialize, ToSchema)]
pub(crate) struct MeetingBody {
    id: MeetingId,
    match_id: MentorshipId,
    /// Who wrote it down; only they change it.
    author_id: UserId,
    #[schema(value_type = String, format = DateTime)]
    met_at: Timestamp,
    minutes: i32,
    kind: MeetingKind,
    notes: Option<String>,
    action_items: Vec<ActionItemBody>,
    version: i64,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// Something to do until the next meeting.
#[derive(Serialize, ToSchema)]
pub(crate) struct ActionItemBody {
    text: String,
    is_done: bool,
}

impl MeetingInput {
    pub(crate) fn draft(
        self,
        (id, mentorship_id): (MeetingId, MentorshipId),
        author_id: UserId,
        now: Timestamp,
    ) -> Meeting {
        Meeting {
            id,
            mentorship_id,
            author_id,
            met_at: self.met_at.0,
            minutes: self.minutes.get(),
            kind: self.kind,
            notes: self.notes.map(Text::into_string),
            action_items: self.action_items.map_or_else(Vec::new, items),
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

impl From<MeetingPatch> for MeetingEdit {
    fn from(patch: MeetingPatch) -> Self {
        Self {
            met_at: patch.met_at.map(|moment| moment.0),
            minutes: patch.minutes.map(Bounded::get),
            kind: patch.kind,
            notes: match patch.notes {
                Patch::Keep => Patch::Keep,
                Patch::Clear => Patch::Clear,
                Patch::Set(notes) => Patch::Set(notes.into_string()),
            },
            action_items: patch.action_items.map(items),
        }
    }
}

fn items(input: Items) -> Vec<ActionItem> {
    let items = input.into_vec().into_iter();
    let item = |item: ActionItemInput| ActionItem {
        text: item.text.into_string(),
        is_done: item.is_done,
    };
    items.map(item).collect()
}

impl From<Meeting> for MeetingBody {
    fn from(meeting: Meeting) -> Self {
        let items = meeting.action_items.into_iter();
        let item = |item: ActionItem| ActionItemBody {
            text: item.text,
            is_done: item.is_done,
        };
        Self {
            id: meeting.id,
            match_id: meeting.mentorship_id,
            author_id: meeting.author_id,
            met_at: meeting.met_at,
            minutes: meeting.minutes,
            kind: meeting.kind,
            notes: meeting.notes,
            action_items: items.map(item).collect(),
            version: meeting.version,
            created_at: meeting.created_at,
            updated_at: meeting.updated_at,
        }
    }
}
