//! The words of long-term mentoring.

use std::borrow::Cow;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Problems, parsed, words};
use crate::domain::assignment_run::{
    GapReason, GapRole, Mode, MoveReason, RunAction, RunStatus, Scope,
};
use crate::domain::mentoring::{BatchAction, BatchStatus, Outcome, RequestAction, RequestStatus};
use crate::domain::mentorship::{
    HealthReason, MeetingKind, MentorshipAction, MentorshipStatus, Origin,
};

text_input! {
    MentorshipStatus: MentorshipStatus::parse, "MatchStatus", words(&Self::ALL.map(Self::as_str));
    MeetingKind: MeetingKind::parse, "MeetingKind", words(&Self::ALL.map(Self::as_str));
    RequestStatus: RequestStatus::parse, "MentoringRequestStatus", words(&["open", "queued", "matched", "withdrawn"]);
    BatchStatus: BatchStatus::parse, "ProposalBatchStatus", words(&["open", "selected", "passed", "lapsed", "closed"]);
    Mode: Mode::parse, "BatchMode", words(&["optimal", "stable"]);
    Scope: Scope::parse, "BatchScope", words(&["waiting", "all"]);
    Outcome: Outcome::parse, "ProposalOutcome",
        words(&["waiting", "proposed", "selected", "passed", "lapsed", "closed", "skipped"]);
}

words_output! {
    MentorshipAction: "MatchAction", MentorshipAction::ALL.map(MentorshipAction::as_str);
    Origin: "MatchOrigin", Origin::ALL.map(Origin::as_str);
    BatchAction: "ProposalAction", ["select", "pass"];
    RunStatus: "BatchStatus", ["solving", "staged", "published", "dropped", "failed"];
    RunAction: "BatchAction", ["publish", "drop"];
    GapRole: "UnmatchedRole", ["mentee", "mentor"];
    GapReason: "UnmatchedReason", ["nobody_allowed", "nobody_else", "places_taken", "not_needed"];
    MoveReason: "BatchMoveReason", [
        "mentee_left", "mentor_left", "now_excluded", "score_fell", "place_lost", "mentee_joined", "mentor_joined",
        "place_won",
    ];
    RequestAction: "MentoringRequestAction", ["withdraw"];
}

impl PartialSchema for HealthReason {
    fn schema() -> RefOr<Schema> {
        let number = || ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer));
        let kinds = ["no_first_meeting", "gap", "low_rating", "unread_messages"];
        ObjectBuilder::new()
            .description(Some(
                "Something that speaks against it, and how many points it takes.",
            ))
            .property("kind", words(&kinds))
            .property("points", number())
            .property("days", number())
            .property("rating", number())
            .required("kind")
            .required("points")
            .into()
    }
}

impl ToSchema for HealthReason {}
