-- Requests that wait for an answer, sessions that move, and who did what to a session when.

ALTER TABLE sessions
    -- When the mentor is asked once more; none when they were.
    ADD COLUMN nudge_at              timestamptz,
    ADD COLUMN reschedule_rounds     integer NOT NULL DEFAULT 0 CHECK (reschedule_rounds BETWEEN 0 AND 3),
    -- The proposal that waits for an answer, kept here as well: whoever holds the session's row knows of it without
    -- another look, which could be older than the lock.
    ADD COLUMN open_reschedule_id    uuid,
    ADD COLUMN open_reschedule_by    uuid REFERENCES users,
    ADD COLUMN open_reschedule_until timestamptz,
    ADD CONSTRAINT sessions_open_reschedule_is_whole
        CHECK (num_nulls(open_reschedule_id, open_reschedule_by, open_reschedule_until) IN (0, 3));

-- What the schedule that nudges and expires looks for.
CREATE INDEX sessions_respond_by ON sessions (respond_by) WHERE status = 'pending';
CREATE INDEX sessions_nudge_at ON sessions (nudge_at) WHERE status = 'pending' AND nudge_at IS NOT NULL;

-- Proposals to move a session: one is open at a time, and there are three at most.
CREATE TABLE reschedule_requests (
    id             uuid PRIMARY KEY,
    session_id     uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    round          integer NOT NULL CHECK (round BETWEEN 1 AND 3),
    proposed_by    uuid NOT NULL REFERENCES users,
    proposed_times timestamptz[] NOT NULL CHECK (cardinality(proposed_times) BETWEEN 1 AND 3),
    reason         text,
    status         text NOT NULL CHECK (status IN ('open', 'accepted', 'rejected', 'withdrawn', 'lapsed')),
    lapses_at      timestamptz NOT NULL,
    answered_by    uuid REFERENCES users,
    answered_at    timestamptz,
    answer_reason  text,
    accepted_time  timestamptz,
    version        bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    CONSTRAINT reschedule_requests_round UNIQUE (session_id, round)
);
CREATE UNIQUE INDEX reschedule_requests_one_open ON reschedule_requests (session_id) WHERE status = 'open';
CREATE INDEX reschedule_requests_proposed_by ON reschedule_requests (proposed_by);
CREATE INDEX reschedule_requests_answered_by ON reschedule_requests (answered_by);

-- One row per step of a session, written with the step. Nobody did what the platform did by itself.
CREATE TABLE session_history (
    session_id  uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    version     bigint NOT NULL,
    at          timestamptz NOT NULL,
    actor_id    uuid REFERENCES users,
    action      text NOT NULL CHECK (action IN
        ('requested', 'accepted', 'declined', 'cancelled', 'expired', 'completed', 'no_show',
         'reschedule_proposed', 'reschedule_rejected', 'reschedule_withdrawn', 'rescheduled')),
    from_status text CHECK (from_status IN
        ('pending', 'confirmed', 'declined', 'cancelled', 'expired', 'completed', 'no_show')),
    to_status   text NOT NULL CHECK (to_status IN
        ('pending', 'confirmed', 'declined', 'cancelled', 'expired', 'completed', 'no_show')),
    from_start  timestamptz,
    to_start    timestamptz NOT NULL,
    reason      text,
    PRIMARY KEY (session_id, version)
);
CREATE INDEX session_history_actor_id ON session_history (actor_id);

-- How the sessions that exist began; what became of them since then was not written down.
INSERT INTO session_history (session_id, version, at, actor_id, action, to_status, to_start)
SELECT id, 1, created_at, mentee_id, 'requested', 'pending', scheduled_at FROM sessions;
