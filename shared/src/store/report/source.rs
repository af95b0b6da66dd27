//! Where the rows of reports come from. A new kind of report is one more [`Source`].

use crate::store::feedback::feedback_status;
use crate::store::question::question_status;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `text`.
    Text,
    /// `integer`.
    Integer,
    /// `integer`, in thousandths.
    Decimal,
    /// `timestamptz`.
    Moment,
    /// `boolean`.
    Flag,
    /// `uuid`.
    Id,
}

/// A column: what it is called in the file, and what it holds.
pub type Column = (&'static str, Kind);

/// Where the rows of a report come from. Every row begins with what it is sorted by: `created_at` and `id`.
#[derive(Debug)]
pub struct Source {
    /// The columns, in their order.
    pub columns: &'static [Column],
    /// How many rows are read at once: fewer where each may hold pages of text.
    pub piece: i64,
    pub(super) list: &'static str,
    pub(super) count: &'static str,
}

/// How many rows are read at once that hold a few words each.
const SHORT: i64 = 5_000;

/// How many are that hold what people wrote at length.
const LONG: i64 = 500;

/// A source: what is read, from where, and under which conditions. `$1` and `$2` are the time, `$3` the status, `$4` the
/// program, `$5` the role, `$6` the mentor and `$7` the mentee, each of which may be none. `$11` is the moment of which the
/// states are, and `$12` when a question was asked that expires then.
macro_rules! source {
    ($piece:expr, $row:literal, [$($column:literal: $kind:ident = $sql:literal),+ $(,)?], $from:expr, $where:literal) => {
        Source {
            columns: &[$(($column, Kind::$kind)),+],
            piece: $piece,
            list: concat!(
                "SELECT ", $row, ".created_at AS cursor_at, ", $row, ".id AS cursor_id",
                $(", ", $sql, " AS ", $column,)+
                " FROM ", $from, " WHERE ", $where,
                " AND ($8::timestamptz IS NULL OR (", $row, ".created_at, ", $row, ".id) > ($8, $9)) ORDER BY ", $row,
                ".created_at, ", $row, ".id LIMIT $10"
            ),
            count: concat!("SELECT count(*) AS rows FROM ", $from, " WHERE ", $where),
        }
    };
}

/// People who are there. Whoever was erased is nobody.
pub const USERS: Source = source!(
    SHORT,
    "u",
    [
        "id": Id = "u.id",
        "email": Text = "u.email",
        "email_verified": Flag = "u.email_verified_at IS NOT NULL",
        "role": Text = "u.role",
        "status": Text = "u.status",
        "first_name": Text = "u.first_name",
        "last_name": Text = "u.last_name",
        "username": Text = "u.username",
        "bio": Text = "u.bio",
        "location": Text = "u.location",
        "timezone": Text = "u.timezone",
        "languages": Text = "array_to_string(u.languages, '; ')",
        "company": Text = "m.company",
        "title": Text = "m.title",
        "expertise_areas": Text = "array_to_string(m.expertise_areas, '; ')",
        "vetting": Text = "CASE WHEN u.role = 'mentor' THEN m.vetting END",
        "startup_name": Text = "e.startup_name",
        "startup_stage": Text = "e.startup_stage",
        "last_login_at": Moment = "u.last_login_at",
        "created_at": Moment = "u.created_at",
        "updated_at": Moment = "u.updated_at",
    ],
    "users u LEFT JOIN mentors m ON m.user_id = u.id AND u.role = 'mentor'
             LEFT JOIN mentees e ON e.user_id = u.id AND u.role = 'mentee'",
    "u.erased_at IS NULL
       AND ($1::timestamptz IS NULL OR u.created_at >= $1) AND ($2::timestamptz IS NULL OR u.created_at < $2)
       AND ($3::text IS NULL OR u.status = $3) AND ($5::text IS NULL OR u.role = $5)"
);

/// Sessions, without what their people wrote to each other or for themselves.
pub const SESSIONS: Source = source!(
    SHORT,
    "s",
    [
        "id": Id = "s.id",
        "mentor_id": Id = "s.mentor_id",
        "mentee_id": Id = "s.mentee_id",
        "scheduled_at": Moment = "s.scheduled_at",
        "ends_at": Moment = "s.ends_at",
        "duration_minutes": Integer = "s.duration_minutes",
        "status": Text = "s.status",
        "topic": Text = "s.topic",
        "program": Text = "s.program",
        "match_score": Decimal = "s.match_score",
        "payment_status": Text = "s.payment_status",
        "price": Integer = "s.price",
        "currency": Text = "s.currency",
        "answered_at": Moment = "s.answered_at",
        "ended_by": Id = "s.ended_by",
        "ended_reason": Text = "s.ended_reason",
        "created_at": Moment = "s.created_at",
        "updated_at": Moment = "s.updated_at",
    ],
    "sessions s",
    "($1::timestamptz IS NULL OR s.scheduled_at >= $1) AND ($2::timestamptz IS NULL OR s.scheduled_at < $2)
       AND ($3::text IS NULL OR s.status = $3)
       AND ($4::text IS NULL OR s.program = $4)
       AND ($6::uuid IS NULL OR s.mentor_id = $6) AND ($7::uuid IS NULL OR s.mentee_id = $7)"
);

/// What people said of sessions, with their names: what is anonymous is so to everybody but admins.
pub const FEEDBACK: Source = source!(
    LONG,
    "f",
    [
        "session_id": Id = "f.session_id",
        "mentor_id": Id = "s.mentor_id",
        "mentee_id": Id = "s.mentee_id",
        "about": Text = "f.about",
        "rating": Integer = "f.rating::integer",
        "helpfulness_rating": Integer = "f.helpfulness_rating::integer",
        "would_recommend": Flag = "f.would_recommend",
        "written_feedback": Text = "f.written_feedback",
        "topics_covered": Text = "array_to_string(f.topics_covered, '; ')",
        "is_anonymous": Flag = "f.is_anonymous",
        "status": Text = "state.status",
        "published_at": Moment = "f.published_at",
        "hidden_reason": Text = "f.hidden_reason",
        "created_at": Moment = "f.created_at",
        "updated_at": Moment = "f.updated_at",
    ],
    concat!(
        "feedback f JOIN sessions s ON s.id = f.session_id CROSS JOIN LATERAL (SELECT ",
        feedback_status!(),
        " AS status) AS state"
    ),
    "($1::timestamptz IS NULL OR f.created_at >= $1) AND ($2::timestamptz IS NULL OR f.created_at < $2)
       AND ($3::text IS NULL OR state.status = $3)
       AND ($4::text IS NULL OR s.program = $4)
       AND ($6::uuid IS NULL OR s.mentor_id = $6) AND ($7::uuid IS NULL OR s.mentee_id = $7)"
);

/// Quick questions, without what the two wrote to each other.
pub const QUESTIONS: Source = source!(
    LONG,
    "q",
    [
        "id": Id = "q.id",
        "mentee_id": Id = "q.mentee_id",
        "mentor_id": Id = "CASE WHEN state.status NOT IN ('open', 'expired') THEN q.mentor_id END",
        "title": Text = "q.title",
        "text": Text = "q.text",
        "topics": Text = "array_to_string(q.topics, '; ')",
        "status": Text = "state.status",
        "claims": Integer = "q.claims",
        "posts": Integer = "q.posts",
        "escalated_at": Moment = "q.escalated_at",
        "session_id": Id = "q.session_id",
        "rating": Integer = "q.rating::integer",
        "rated_at": Moment = "q.rated_at",
        "removed_reason": Text = "q.removed_reason",
        "created_at": Moment = "q.created_at",
        "updated_at": Moment = "q.updated_at",
    ],
    concat!(
        "questions q CROSS JOIN LATERAL (SELECT ",
        question_status!("$11", "$12"),
        " AS status) AS state"
    ),
    "($1::timestamptz IS NULL OR q.created_at >= $1) AND ($2::timestamptz IS NULL OR q.created_at < $2)
       AND ($3::text IS NULL OR state.status = $3)
       AND ($6::uuid IS NULL OR (q.mentor_id = $6 AND state.status NOT IN ('open', 'expired')))
       AND ($7::uuid IS NULL OR q.mentee_id = $7)"
);

/// Long-term matches.
pub const MATCHES: Source = source!(
    SHORT,
    "l",
    [
        "id": Id = "l.id",
        "mentor_id": Id = "l.mentor_id",
        "mentee_id": Id = "l.mentee_id",
        "status": Text = "l.status",
        "origin": Text = "l.origin",
        "program": Text = "coalesce(r.program, a.program)",
        "score": Decimal = "l.score",
        "at_risk": Flag = "l.at_risk",
        "is_over_capacity": Flag = "l.is_over_capacity",
        "started_at": Moment = "l.started_at",
        "ended_at": Moment = "l.ended_at",
        "ended_by": Id = "l.ended_by",
        "ended_reason": Text = "l.ended_reason",
        "created_at": Moment = "l.created_at",
        "updated_at": Moment = "l.updated_at",
    ],
    "mentorships l LEFT JOIN mentoring_requests r ON r.id = l.request_id LEFT JOIN assignment_runs a ON a.id = l.run_id",
    "($1::timestamptz IS NULL OR l.created_at >= $1) AND ($2::timestamptz IS NULL OR l.created_at < $2)
       AND ($3::text IS NULL OR l.status = $3) AND ($4::text IS NULL OR coalesce(r.program, a.program) = $4)
       AND ($6::uuid IS NULL OR l.mentor_id = $6) AND ($7::uuid IS NULL OR l.mentee_id = $7)"
);
