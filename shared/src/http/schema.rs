//! How the values of `domain` are read from input and shown in the OpenAPI document.

use std::borrow::Cow;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::Timestamp;
use jiff::civil::Date;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    ArrayBuilder, KnownFormat, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::{PartialSchema, ToSchema};

use super::input::Problems;
use crate::domain::analytics::Interval;
use crate::domain::api_key::Scope;
use crate::domain::audit::AuditAction;
use crate::domain::availability::{AvailabilityError, TimeOfDay};
use crate::domain::feedback::{About, FeedbackStatus, Moderation};
use crate::domain::id::{
    ApiKeyId, AssignmentRunId, AvailabilityId, ConflictId, EventId, JobId, LoginId, MatchId,
    MeetingId, MentoringRequestId, MentorshipId, MessageId, NotificationId, OfferingId, PostId,
    ProposalBatchId, QuestionId, ReminderId, RescheduleId, SessionId, TopicId, UserId,
};
use crate::domain::identity::Provider;
use crate::domain::job::{JobKind, JobStatus};
use crate::domain::letter::Kind;
use crate::domain::matching::{Component, ComponentName, ExplanationSource, ProgramKey};
use crate::domain::message::MessageType;
use crate::domain::notification::{ByMail, DigestRhythm, MessageStatus, Suppression};
use crate::domain::payment::{Decline, PaymentMethod};
use crate::domain::privacy::ConsentKind;
use crate::domain::profile::{ExperienceLevel, StartupStage, Vetting};
use crate::domain::report::{Format, Subject};
use crate::domain::score::{Thousandths, Total};
use crate::domain::session::{
    PaymentStatus, RescheduleAction, RescheduleStatus, SessionAction, SessionStatus, StepKind,
};
use crate::domain::sync::{Cell, ConflictKind, Owner, Resolution, SyncField, SyncStatus};
use crate::domain::time::Zone;
use crate::domain::topic::TopicName;
use crate::domain::user::{Email, NewPassword, Phone, Role, UserStatus, Username};
use crate::domain::value::{Bounded, Currency, HttpsUrl, List, Patch, Text};
use crate::domain::vetting::Verdict;
use crate::domain::work::{WorkAction, WorkKind, WorkStatus};

fn string() -> ObjectBuilder {
    ObjectBuilder::new().schema_type(SchemaType::Type(Type::String))
}

fn words(all: &[&'static str]) -> RefOr<Schema> {
    string().enum_values(Some(all.iter().copied())).into()
}

fn each<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> RefOr<Schema> {
    let all = all.iter().map(|one| word(*one));
    string().enum_values(Some(all)).into()
}

/// Reads a text and turns it into a value of the domain.
fn parsed<T, V: IntoValue, R: crate::domain::refusal::Refusal>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
    parse: impl FnOnce(&str) -> Result<T, R>,
) -> Result<T, Problems> {
    let text = <String as Deserr<Problems>>::deserialize_from_value(value, location)?;
    parse(&text).map_err(|refusal| Problems::refused(&refusal, location))
}

macro_rules! text_input {
    ($($type:ty: $parse:expr, $name:literal, $schema:expr;)+) => {$(
        impl Deserr<Problems> for $type {
            fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Problems> {
                parsed(value, at, $parse)
            }
        }

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                $schema
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )+};
}

text_input! {
    Email: Email::parse, "Email", string().format(Some(SchemaFormat::Custom("email".into()))).max_length(Some(254)).into();
    NewPassword: NewPassword::parse, "NewPassword", string()
        .description(Some("8–128 characters with upper, lower, digit and symbol; no common password, no name in disguise."))
        .min_length(Some(8)).max_length(Some(128)).into();
    Zone: str::parse::<Zone>, "Zone", string()
        .description(Some("The IANA name of a time zone.")).examples(["Europe/Berlin"]).into();
    HttpsUrl: HttpsUrl::parse, "HttpsUrl", string()
        .description(Some("A page of a public host."))
        .pattern(Some(r"^https://([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(:443)?([/?#][^\s]*)?$"))
        .max_length(Some(2048)).into();
    Currency: Currency::parse, "Currency", string().pattern(Some("^[A-Z]{3}$")).into();
    Scope: Scope::parse, "Scope", string().pattern(Some("^[a-z]+:(read|write)$"))
        .description(Some("An area of the API, to read or to write.")).examples(["sessions:read"]).into();
    Role: Role::parse, "Role", words(&["mentor", "mentee", "admin"]);
    UserStatus: UserStatus::parse, "UserStatus", words(&["active", "inactive", "suspended"]);
    StartupStage: StartupStage::parse, "StartupStage", words(&["idea", "pre_seed", "seed", "series_a", "series_b_plus"]);
    ExperienceLevel: ExperienceLevel::parse, "ExperienceLevel", words(&["beginner", "intermediate", "advanced"]);
    Username: Username::parse, "Username", string().pattern(Some("^[A-Za-z0-9_.-]{3,30}$"))
        .description(Some("Capitals are the same name.")).examples(["ada.lovelace"]).into();
    Phone: Phone::parse, "Phone", string().pattern(Some("^\\+[1-9][0-9]{6,14}$"))
        .description(Some("The international form, E.164.")).examples(["+493012345678"]).into();
    PaymentMethod: PaymentMethod::parse, "PaymentMethod", string().pattern(Some("^[A-Za-z][A-Za-z0-9_-]{2,254}$"))
        .description(Some("The payment provider's token of a card; never the number of a card."))
        .examples(["pm_card_ok"]).into();
    TopicName: TopicName::parse, "TopicName", string().min_length(Some(2)).max_length(Some(80))
        .examples(["Pricing"]).into();
    Verdict: Verdict::parse, "Verdict", words(&["approved", "rejected"]);
    MessageType: MessageType::parse, "MessageType", words(&["text"]);
    ConsentKind: ConsentKind::parse, "ConsentKind", words(&["terms", "marketing", "research"]);
    ProgramKey: ProgramKey::parse, "ProgramKey", string().pattern(Some("^[a-z][a-z0-9_]{1,39}$"))
        .description(Some("What requests and matches call a program.")).examples(["office_hours"]).into();
    Owner: Owner::parse, "FieldOwner", words(&["platform", "airtable", "shared"]);
    Resolution: Resolution::parse, "Resolution", words(&["ours", "theirs"]);
    SyncField: SyncField::parse, "SyncField", each(SyncField::ALL, SyncField::as_str);
    Kind: Kind::parse, "MessageKind", each(&Kind::ALL, Kind::as_str);
    ByMail: ByMail::parse, "ByMail", each(ByMail::ALL, ByMail::as_str);
    DigestRhythm: DigestRhythm::parse, "DigestRhythm", each(DigestRhythm::ALL, DigestRhythm::as_str);
    Suppression: Suppression::parse, "Suppression", each(Suppression::ALL, Suppression::as_str);
    TimeOfDay: str::parse::<TimeOfDay>, "TimeOfDay", string().pattern(Some("^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$"))
        .examples(["22:00"]).into();
    WorkKind: WorkKind::parse, "AdminJobKind", each(WorkKind::ALL, WorkKind::as_str);
    WorkStatus: WorkStatus::parse, "AdminJobStatus", each(WorkStatus::ALL, WorkStatus::as_str);
    AuditAction: AuditAction::parse, "AuditAction", each(AuditAction::ALL, AuditAction::as_str);
    Subject: Subject::parse, "ReportSubject", each(Subject::ALL, Subject::as_str);
    Format: Format::parse, "ReportFormat", each(Format::ALL, Format::as_str);
    Interval: Interval::parse, "Interval", each(Interval::ALL, Interval::as_str);
    About: About::parse, "FeedbackAbout", each(&About::ALL, About::as_str);
    FeedbackStatus: FeedbackStatus::parse, "FeedbackStatus", each(&FeedbackStatus::ALL, FeedbackStatus::as_str);
    Moderation: Moderation::parse, "FeedbackModeration", each(&Moderation::ALL, Moderation::as_str);
    Vetting: Vetting::parse, "Vetting", words(&["pending", "approved", "rejected"]);
    SessionStatus: SessionStatus::parse, "SessionStatus",
        words(&["pending", "confirmed", "declined", "cancelled", "expired", "completed", "no_show"]);
}

macro_rules! words_output {
    ($($type:ty: $name:literal, $words:expr;)+) => {$(
        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                words(&$words)
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed($name)
            }
        }
    )+};
}

words_output! {
    ConflictKind: "ConflictKind", ["both_changed", "refused"];
    Provider: "Provider", Provider::ALL.map(Provider::as_str);
    SessionAction: "SessionAction", ["accept", "decline", "reschedule", "cancel", "complete", "no_show"];
    RescheduleAction: "RescheduleAction", ["accept", "reject", "withdraw"];
    RescheduleStatus: "RescheduleStatus", RescheduleStatus::ALL.map(RescheduleStatus::as_str);
    StepKind: "StepKind", StepKind::ALL.map(StepKind::as_str);
    JobKind: "JobKind", ["export", "assignment", "sync", "report"];
    JobStatus: "JobStatus", ["queued", "running", "done", "failed", "cancelled"];
    WorkAction: "JobAction", ["retry", "cancel"];
    // How one can stand that is sent to one person.
    MessageStatus: "MessageStatus", ["queued", "sending", "sent", "delivered", "bounced", "complained", "failed", "unknown", "dropped"];
    SyncStatus: "SyncStatus", ["synced", "pending", "error"];
    PaymentStatus: "PaymentStatus", ["not_required", "pending", "authorized", "captured", "refunded", "failed"];
    Decline: "PaymentProblem", Decline::ALL.map(Decline::as_str);
    ComponentName: "ComponentName", ComponentName::ALL.map(ComponentName::as_str);
    ExplanationSource: "ExplanationSource", ["template", "llm"];
}

mod mentoring;
mod question;

macro_rules! id_input {
    ($($type:ident)+) => {$(
        impl Deserr<Problems> for $type {
            fn deserialize_from_value<V: IntoValue>(value: Value<V>, at: ValuePointerRef<'_>) -> Result<Self, Problems> {
                let text = <String as Deserr<Problems>>::deserialize_from_value(value, at)?;
                text.parse().map_err(|_| Problems::refused(&NotUuid, at))
            }
        }

        impl PartialSchema for $type {
            fn schema() -> RefOr<Schema> {
                string().format(Some(SchemaFormat::Custom("uuid".into()))).into()
            }
        }

        impl ToSchema for $type {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed("Id")
            }
        }
    )+};
}

id_input! {
    UserId LoginId ApiKeyId AvailabilityId SessionId MatchId EventId NotificationId ReminderId JobId TopicId OfferingId
    RescheduleId MessageId MentorshipId MentoringRequestId ProposalBatchId MeetingId AssignmentRunId
    ConflictId QuestionId PostId
}

/// The text is no UUID.
#[derive(Debug, thiserror::Error)]
#[error("must be a UUID")]
struct NotUuid;

impl crate::domain::refusal::Refusal for NotUuid {
    fn kind(&self) -> crate::domain::refusal::RefusalKind {
        crate::domain::refusal::RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_id"
    }
}

impl<const MIN: usize, const MAX: usize> Deserr<Problems> for Text<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        parsed(value, at, Self::parse)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        string().min_length(Some(MIN)).max_length(Some(MAX)).into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Text{MIN}To{MAX}"))
    }
}

impl<const MIN: i32, const MAX: i32> Deserr<Problems> for Bounded<MIN, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let number = <i64 as Deserr<Problems>>::deserialize_from_value(value, at)?;
        Self::new(number).map_err(|refusal| Problems::refused(&refusal, at))
    }
}

impl<const MIN: i32, const MAX: i32> PartialSchema for Bounded<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Integer))
            .minimum(Some(MIN))
            .maximum(Some(MAX))
            .into()
    }
}

impl<const MIN: i32, const MAX: i32> ToSchema for Bounded<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Integer{MIN}To{MAX}"))
    }
}

impl<T: Deserr<Problems> + PartialEq, const MAX: usize> Deserr<Problems> for List<T, MAX> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        let entries = <Vec<T> as Deserr<Problems>>::deserialize_from_value(value, at)?;
        Self::new(entries).map_err(|refusal| Problems::refused(&refusal, at))
    }
}

impl<T: PartialSchema, const MAX: usize> PartialSchema for List<T, MAX> {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(T::schema())
            .max_items(Some(MAX))
            .unique_items(true)
            .into()
    }
}

impl<T: ToSchema, const MAX: usize> ToSchema for List<T, MAX> {
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Up{MAX}Of{}", T::name()))
    }

    /// The entries stand inline, what they refer to does not.
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}

impl<T: Deserr<Problems>> Deserr<Problems> for Patch<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, Problems> {
        match value {
            Value::Null => Ok(Self::Clear),
            value => T::deserialize_from_value(value, at).map(Self::Set),
        }
    }
}

/// A moment with its offset; one without is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(pub Timestamp);

/// The text is no moment.
#[derive(Debug, thiserror::Error)]
#[error("must be a time with its offset, such as 2026-03-02T15:00:00Z")]
struct NotMoment;

impl crate::domain::refusal::Refusal for NotMoment {
    fn kind(&self) -> crate::domain::refusal::RefusalKind {
        crate::domain::refusal::RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        "invalid_time"
    }
}

text_input! {
    Moment: |text: &str| moment(text).map(Moment).ok_or(NotMoment), "Moment",
        string().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).examples(["2026-03-02T15:00:00Z"]).into();
}

/// A day, in a zone that is named elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub Date);

/// The text is no day.
#[derive(Debug, thiserror::Error)]
#[error("must be a date such as 2026-03-02")]
struct NotDay(AvailabilityError);

impl crate::domain::refusal::Refusal for NotDay {
    fn kind(&self) -> crate::domain::refusal::RefusalKind {
        crate::domain::refusal::RefusalKind::Invalid
    }

    fn code(&self) -> &'static str {
        self.0.code()
    }
}

text_input! {
    Day: |text: &str| day(text).map(Day).ok_or(NotDay(AvailabilityError::Date("day"))), "Day",
        string().format(Some(SchemaFormat::KnownFormat(KnownFormat::Date))).examples(["2026-03-02"]).into();
}

/// Reads `YYYY-MM-DD` and nothing else.
fn day(text: &str) -> Option<Date> {
    let day: Date = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

/// Reads RFC 3339 between the years 1970 and 2200, to the microsecond.
fn moment(text: &str) -> Option<Timestamp> {
    let is_rfc3339 = text.len() >= 20
        && text
            .as_bytes()
            .get(10)
            .is_some_and(|b| matches!(b, b'T' | b't' | b' '));
    let at: Timestamp = if is_rfc3339 && !text.contains('[') {
        text.parse().ok()?
    } else {
        return None;
    };
    (0..7_258_118_400)
        .contains(&at.as_second())
        .then(|| Timestamp::from_microsecond(at.as_microsecond()).ok())?
}

impl PartialSchema for Cell {
    /// A text, a whole number, a list of texts, or nothing.
    fn schema() -> RefOr<Schema> {
        let any = [Type::String, Type::Integer, Type::Array, Type::Null];
        let schema = ObjectBuilder::new()
            .schema_type(SchemaType::Array(any.into()))
            .description(Some("A text, a whole number, a list of texts, or nothing."));
        schema.into()
    }
}

impl ToSchema for Cell {}

impl PartialSchema for Thousandths {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::Number))
            .description(Some("A decimal with at most three places."))
            .examples([73.125])
            .into()
    }
}

impl PartialSchema for Total {
    fn schema() -> RefOr<Schema> {
        Thousandths::schema()
    }
}

impl ToSchema for Total {
    fn name() -> Cow<'static, str> {
        Thousandths::name()
    }
}

impl ToSchema for Thousandths {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Decimal")
    }
}

impl PartialSchema for Component {
    fn schema() -> RefOr<Schema> {
        let evidence =
            ObjectBuilder::new().description(Some("A fact of both sides that gave the points."));
        ObjectBuilder::new()
            .property("name", ComponentName::schema())
            .property(
                "weight",
                ObjectBuilder::new().schema_type(SchemaType::Type(Type::Integer)),
            )
            .property("score", Thousandths::schema())
            .property("points", Thousandths::schema())
            .property("evidence", ArrayBuilder::new().items(evidence))
            .property("counterfactual", counterfactual())
            .required("name")
            .required("weight")
            .required("score")
            .required("points")
            .required("evidence")
            .into()
    }
}

impl ToSchema for Component {}

fn counterfactual() -> ObjectBuilder {
    let change = ObjectBuilder::new().description(Some("The change; `kind` says which."));
    let line = string().examples(["free on Tuesdays as on Mondays: +5"]);
    ObjectBuilder::new()
        .description(Some(
            "What one change would add to the score, with all else as it is; left out where nothing would, or nobody can tell.",
        ))
        .property("change", change)
        .property("points", Thousandths::schema())
        .property("line", line)
        .required("change")
        .required("points")
        .required("line")
}
