-- Batch matching: who gets whom when all who wait are matched at once, found by a job, looked at, and then used or not.

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('export', 'assignment'));

-- A run has the id of the job that solves it. One is open at a time, so that two never hand out the same places.
CREATE TABLE assignment_runs (
    id              uuid PRIMARY KEY,
    status          text NOT NULL CHECK (status IN ('solving', 'staged', 'published', 'dropped', 'failed')),
    mode            text NOT NULL CHECK (mode IN ('optimal', 'stable')),
    scope           text NOT NULL CHECK (scope IN ('waiting', 'all')),
    program         text NOT NULL,
    program_version integer NOT NULL,
    matches_each    integer NOT NULL CHECK (matches_each BETWEEN 1 AND 3),
    pinned          jsonb NOT NULL,
    excluded        jsonb NOT NULL,
    figures         jsonb,
    certificate     jsonb, -- the prices and proofs that show it to be the best there is
    previous_id     uuid REFERENCES assignment_runs,
    requested_by    uuid REFERENCES users,
    closed_by       uuid REFERENCES users,
    version         bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    staged_at       timestamptz,
    closed_at       timestamptz,
    CONSTRAINT assignment_runs_figures_when_solved CHECK ((staged_at IS NULL) = (figures IS NULL))
);
CREATE UNIQUE INDEX assignment_runs_one_open ON assignment_runs ((true)) WHERE status IN ('solving', 'staged');
CREATE INDEX assignment_runs_new ON assignment_runs (created_at, id);
CREATE INDEX assignment_runs_staged_at ON assignment_runs (staged_at) WHERE staged_at IS NOT NULL;
CREATE INDEX assignment_runs_previous_id ON assignment_runs (previous_id);
CREATE INDEX assignment_runs_requested_by ON assignment_runs (requested_by);
CREATE INDEX assignment_runs_closed_by ON assignment_runs (closed_by);

-- Who got whom. When the run was published: the match that was made, or why it could not be.
CREATE TABLE assignment_pairs (
    id            uuid PRIMARY KEY,
    run_id        uuid NOT NULL REFERENCES assignment_runs ON DELETE CASCADE,
    mentee_id     uuid NOT NULL REFERENCES users,
    mentor_id     uuid NOT NULL REFERENCES users,
    score         integer NOT NULL CHECK (score BETWEEN 0 AND 100000), -- thousandths of a point
    components    jsonb NOT NULL,
    reasoning     text NOT NULL,
    is_weak       boolean NOT NULL,
    is_pinned     boolean NOT NULL,
    mentorship_id uuid REFERENCES mentorships,
    lost          text,
    CONSTRAINT assignment_pairs_once UNIQUE (run_id, mentee_id, mentor_id)
);
CREATE INDEX assignment_pairs_run ON assignment_pairs (run_id, id);
CREATE INDEX assignment_pairs_mentee_id ON assignment_pairs (mentee_id);
CREATE INDEX assignment_pairs_mentor_id ON assignment_pairs (mentor_id);
CREATE INDEX assignment_pairs_mentorship_id ON assignment_pairs (mentorship_id);

-- Who got less than they wanted, or nobody, and why.
CREATE TABLE assignment_unmatched (
    run_id     uuid NOT NULL REFERENCES assignment_runs ON DELETE CASCADE,
    person_id  uuid NOT NULL REFERENCES users,
    role       text NOT NULL CHECK (role IN ('mentee', 'mentor')),
    missing    integer NOT NULL CHECK (missing > 0),
    reason     text NOT NULL CHECK (reason IN ('nobody_allowed', 'nobody_else', 'places_taken', 'not_needed')),
    options    integer NOT NULL CHECK (options >= 0),
    best_id    uuid REFERENCES users,
    best_score integer CHECK (best_score BETWEEN 0 AND 100000), -- thousandths of a point
    PRIMARY KEY (run_id, person_id)
);
CREATE INDEX assignment_unmatched_person_id ON assignment_unmatched (person_id);
CREATE INDEX assignment_unmatched_best_id ON assignment_unmatched (best_id);

-- Whose mentors are others than in the run before, and why.
CREATE TABLE assignment_changes (
    run_id    uuid NOT NULL REFERENCES assignment_runs ON DELETE CASCADE,
    mentee_id uuid NOT NULL REFERENCES users,
    moves     jsonb NOT NULL,
    PRIMARY KEY (run_id, mentee_id)
);
CREATE INDEX assignment_changes_mentee_id ON assignment_changes (mentee_id);

-- What the goals of a wish mean to a model, as it was read when they were written.
ALTER TABLE mentoring_requests
    ADD COLUMN goals_vector bytea CHECK (octet_length(goals_vector) = 256),
    ADD COLUMN goals_model text,
    ADD CONSTRAINT mentoring_requests_vector_whole CHECK ((goals_vector IS NULL) = (goals_model IS NULL));
