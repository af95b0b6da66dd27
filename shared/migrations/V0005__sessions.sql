-- Sessions, and who is busy because of them.
CREATE TABLE sessions (
    id                          uuid PRIMARY KEY,
    mentor_id                   uuid NOT NULL REFERENCES users,
    mentee_id                   uuid NOT NULL REFERENCES users,
    scheduled_at                timestamptz NOT NULL,
    ends_at                     timestamptz NOT NULL,
    duration_minutes            integer NOT NULL CHECK (duration_minutes BETWEEN 30 AND 180),
    status                      text NOT NULL CHECK (status IN
        ('pending', 'confirmed', 'declined', 'cancelled', 'expired', 'completed', 'no_show')),
    topic                       text,
    notes                       text,
    mentee_notes                text,
    mentor_notes                text,
    meeting_link                text,
    match_id                    uuid REFERENCES matches ON DELETE SET NULL,
    match_score                 integer,
    payment_status              text NOT NULL DEFAULT 'not_required' CHECK (payment_status IN
        ('not_required', 'pending', 'authorized', 'captured', 'refunded', 'failed')),
    price                       integer,
    currency                    text,
    respond_by                  timestamptz NOT NULL,
    cancellation_notice_minutes integer NOT NULL,
    ended_by                    uuid REFERENCES users,
    ended_reason                text,
    version                     bigint NOT NULL,
    sequence                    integer NOT NULL,
    created_at                  timestamptz NOT NULL,
    updated_at                  timestamptz NOT NULL,
    CONSTRAINT sessions_have_two_people CHECK (mentor_id <> mentee_id)
);
CREATE INDEX sessions_mentor_time ON sessions (mentor_id, scheduled_at, id);
CREATE INDEX sessions_mentee_time ON sessions (mentee_id, scheduled_at, id);
CREATE INDEX sessions_mentor_new ON sessions (mentor_id, created_at, id);
CREATE INDEX sessions_mentee_new ON sessions (mentee_id, created_at, id);

-- One row per person and session that holds them: pending and confirmed ones only.
-- A mentor's span ends with their buffer. The constraint stands behind the row locks and decides last.
CREATE TABLE busy (
    session_id uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES users,
    span       tstzrange NOT NULL,
    PRIMARY KEY (session_id, person_id),
    CONSTRAINT busy_no_overlap EXCLUDE USING gist (person_id WITH =, span WITH &&)
);

CREATE TABLE reminders (
    id              uuid PRIMARY KEY,
    session_id      uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    session_version bigint NOT NULL,
    recipient_id    uuid NOT NULL REFERENCES users,
    offset_minutes  integer NOT NULL,
    due_at          timestamptz NOT NULL,
    fired_at        timestamptz,
    CONSTRAINT reminders_once UNIQUE (session_id, session_version, recipient_id, offset_minutes)
);
CREATE INDEX reminders_due ON reminders (due_at) WHERE fired_at IS NULL;
