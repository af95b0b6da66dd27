//! What `/api/sync` takes and gives.

use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{ConflictId, UserId};
use shared::domain::page::PageRequest;
use shared::domain::sync::{
    Cell, Conflict, ConflictKind, FieldMap, FieldRule, Owner, Resolution, SyncError, SyncField,
    SyncStatus,
};
use shared::domain::user::User;
use shared::domain::value::Text;
use shared::http::{Limit, PageCursor, Problems};
use shared::store::sync::Link;
use utoipa::{IntoParams, ToSchema};

/// How far a person is in step with Airtable.
#[derive(Serialize, ToSchema)]
pub(crate) struct StatusBody {
    user_id: UserId,
    airtable_sync_status: SyncStatus,
    airtable_record_id: Option<String>,
    /// When both sides were last found equal.
    #[schema(value_type = Option<String>, format = DateTime)]
    synced_at: Option<Timestamp>,
    /// When the record was deleted there. Nobody is deleted here because of that.
    #[schema(value_type = Option<String>, format = DateTime)]
    deleted_there_at: Option<Timestamp>,
    /// Why both sides are not equal: `deleted_there`, `looping`, or what Airtable calls it.
    problem: Option<String>,
    /// How many conflicts nobody has resolved.
    open_conflicts: i64,
    /// What was carried over last.
    log: Vec<LineBody>,
}

/// A change that was carried over.
#[derive(Serialize, ToSchema)]
pub(crate) struct LineBody {
    #[schema(value_type = String, format = DateTime)]
    at: Timestamp,
    field: Option<String>,
    /// `written`, `taken`, `reverted`, `clashed`, `refused`, `deleted_there`, `duplicate`, `stopped` or `failed`.
    outcome: String,
    detail: Option<String>,
}

impl StatusBody {
    pub(crate) fn new(
        user: &User,
        known: Link,
        open_conflicts: i64,
        log: Vec<(Timestamp, Option<String>, String, Option<String>)>,
    ) -> Self {
        let line = |(at, field, outcome, detail)| LineBody {
            at,
            field,
            outcome,
            detail,
        };
        Self {
            user_id: user.id,
            airtable_sync_status: user.airtable_sync_status,
            airtable_record_id: known.record,
            synced_at: known.synced_at,
            deleted_there_at: known.deleted_at,
            problem: known.problem,
            open_conflicts,
            log: log.into_iter().map(line).collect(),
        }
    }
}

/// A field that both sides changed.
#[derive(Serialize, ToSchema)]
pub(crate) struct ConflictBody {
    id: ConflictId,
    user_id: UserId,
    field: SyncField,
    kind: ConflictKind,
    /// What both had agreed on before.
    base: Cell,
    /// What was said here.
    ours: Cell,
    /// What was said in Airtable.
    theirs: Cell,
    #[schema(value_type = String, format = DateTime)]
    detected_at: Timestamp,
    resolution: Option<Resolution>,
    #[schema(value_type = Option<String>, format = DateTime)]
    resolved_at: Option<Timestamp>,
    version: i64,
}

impl From<Conflict> for ConflictBody {
    fn from(conflict: Conflict) -> Self {
        let (resolution, resolved_at) = conflict.resolved.unzip();
        Self {
            id: conflict.id,
            user_id: conflict.user_id,
            field: conflict.field,
            kind: conflict.kind,
            base: conflict.base,
            ours: conflict.ours,
            theirs: conflict.theirs,
            detected_at: conflict.detected_at,
            resolution,
            resolved_at,
            version: conflict.version,
        }
    }
}

/// Which conflicts.
#[derive(Clone, Copy, Debug, Deserr, ToSchema)]
#[deserr(error = Problems, rename_all = lowercase)]
#[schema(rename_all = "lowercase")]
pub(crate) enum ConflictState {
    Open,
    Resolved,
}

/// Which part of the conflicts.
#[derive(Clone, Copy, Debug, Deserr, IntoParams)]
#[deserr(error = Problems, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ConflictQuery {
    /// `open` or `resolved`; both when it is left out.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    status: Option<ConflictState>,
    /// How many, 1–100.
    #[deserr(default)]
    #[param(required = false, inline)]
    limit: Limit,
    /// `meta.next_cursor` of the page before.
    #[deserr(default)]
    #[param(nullable = false, inline)]
    cursor: Option<PageCursor>,
}

impl ConflictQuery {
    pub(crate) fn is_resolved(self) -> Option<bool> {
        self.status
            .map(|status| matches!(status, ConflictState::Resolved))
    }

    pub(crate) fn page(self) -> PageRequest {
        self.limit.after(self.cursor)
    }
}

/// Whose value counts.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct ResolutionBody {
    pub(crate) resolution: Resolution,
}

/// How all fields are synced.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldsBody {
    version: i64,
    fields: Vec<FieldBody>,
}

/// How one field is synced.
#[derive(Serialize, ToSchema)]
struct FieldBody {
    field: SyncField,
    /// Its name in Airtable.
    airtable_field: String,
    owner: Owner,
    is_synced: bool,
    /// Whether the table of people has it.
    is_found: bool,
}

impl FieldsBody {
    pub(crate) fn new(map: &FieldMap, version: i64) -> Self {
        let body = |rule: &FieldRule| FieldBody {
            field: rule.field,
            airtable_field: rule.name.clone(),
            owner: rule.owner,
            is_synced: rule.is_synced,
            is_found: rule.id.is_some(),
        };
        Self {
            version,
            fields: map.rules.iter().map(body).collect(),
        }
    }
}

type Column = Text<1, 255>;

/// How one field is to be synced.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
struct FieldChange {
    field: SyncField,
    /// Its name in Airtable.
    airtable_field: Column,
    /// Whose word counts.
    owner: Owner,
    is_synced: bool,
}

/// How fields are to be synced.
#[derive(Deserr, ToSchema)]
#[deserr(error = Problems, deny_unknown_fields)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldsChange {
    fields: Vec<FieldChange>,
}

impl FieldsChange {
    /// Changes the rules that are named; the later of two about one field counts.
    pub(crate) fn apply(self, map: FieldMap) -> Result<FieldMap, SyncError> {
        let mut rules = map.rules;
        for change in self.fields {
            let found = rules.iter_mut().find(|rule| rule.field == change.field);
            if let Some(rule) = found {
                let revised = rule.clone();
                *rule = revised.revised(change.airtable_field, change.owner, change.is_synced)?;
            }
        }
        FieldMap::of(&rules)
    }
}
