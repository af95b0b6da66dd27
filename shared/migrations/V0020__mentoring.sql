-- Long-term mentoring: what mentees ask for, who is proposed to them, and what comes of it.

-- One mentee and one mentor who work together. Pending, active and paused ones hold a place with the mentor: whoever
-- adds one holds the rows of both people, so that the count of places is right.
CREATE TABLE mentorships (
    id               uuid PRIMARY KEY,
    mentor_id        uuid NOT NULL REFERENCES users,
    mentee_id        uuid NOT NULL REFERENCES users,
    status           text NOT NULL CHECK (status IN ('pending', 'active', 'paused', 'completed', 'dissolved')),
    origin           text NOT NULL CHECK (origin IN ('selected', 'assigned', 'manual')),
    request_id       uuid,
    run_id           uuid,
    score            integer CHECK (score BETWEEN 0 AND 100000), -- thousandths of a point
    is_over_capacity boolean NOT NULL,
    started_at       timestamptz,
    ended_at         timestamptz,
    ended_by         uuid REFERENCES users,
    ended_reason     text,
    at_risk          boolean NOT NULL DEFAULT false,
    judged_at        timestamptz NOT NULL, -- when at_risk was last found out
    version          bigint NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    CONSTRAINT mentorships_have_two_people CHECK (mentor_id <> mentee_id),
    CONSTRAINT mentorships_end_whole CHECK ((status IN ('completed', 'dissolved')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX mentorships_one_per_pair ON mentorships (mentor_id, mentee_id)
    WHERE status IN ('pending', 'active', 'paused');
CREATE INDEX mentorships_new ON mentorships (created_at, id);
CREATE INDEX mentorships_mentor_new ON mentorships (mentor_id, created_at, id);
CREATE INDEX mentorships_mentee_new ON mentorships (mentee_id, created_at, id);
CREATE INDEX mentorships_judged_at ON mentorships (judged_at) WHERE status IN ('pending', 'active');
CREATE INDEX mentorships_at_risk ON mentorships (created_at, id) WHERE at_risk;
CREATE INDEX mentorships_ended_by ON mentorships (ended_by);

-- What the two wrote down about a meeting.
CREATE TABLE mentorship_meetings (
    id            uuid PRIMARY KEY,
    mentorship_id uuid NOT NULL REFERENCES mentorships ON DELETE CASCADE,
    author_id     uuid NOT NULL REFERENCES users,
    met_at        timestamptz NOT NULL,
    minutes       integer NOT NULL CHECK (minutes BETWEEN 1 AND 1440),
    kind          text NOT NULL CHECK (kind IN ('video', 'phone', 'in_person', 'chat')),
    notes         text,
    action_items  jsonb NOT NULL,
    version       bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX mentorship_meetings_met_at ON mentorship_meetings (mentorship_id, met_at, id);
CREATE INDEX mentorship_meetings_author_id ON mentorship_meetings (author_id);

-- What each of the two thinks of it: one opinion each, which they can change.
CREATE TABLE mentorship_feedback (
    mentorship_id uuid NOT NULL REFERENCES mentorships ON DELETE CASCADE,
    author_id     uuid NOT NULL REFERENCES users,
    rating        smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    text          text,
    version       bigint NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    PRIMARY KEY (mentorship_id, author_id)
);
CREATE INDEX mentorship_feedback_author_id ON mentorship_feedback (author_id);

-- When the two are asked how it goes: planned once, one row per occasion.
CREATE TABLE mentorship_checks (
    mentorship_id uuid NOT NULL REFERENCES mentorships ON DELETE CASCADE,
    occasion      text NOT NULL CHECK (occasion IN ('first_meeting', 'month_1', 'month_3', 'month_6', 'survey')),
    due_at        timestamptz NOT NULL,
    fired_at      timestamptz,
    PRIMARY KEY (mentorship_id, occasion)
);
CREATE INDEX mentorship_checks_due ON mentorship_checks (due_at) WHERE fired_at IS NULL;

-- A mentee's wish for a mentor. One is open at a time; whoever changes it, its candidates or its batches holds its row.
CREATE TABLE mentoring_requests (
    id              uuid PRIMARY KEY,
    mentee_id       uuid NOT NULL REFERENCES users,
    status          text NOT NULL CHECK (status IN ('open', 'queued', 'matched', 'withdrawn')),
    goals           text NOT NULL,
    program         text NOT NULL,
    program_version integer NOT NULL,
    rounds          integer NOT NULL,
    mentorship_id   uuid REFERENCES mentorships,
    queued_at       timestamptz,
    version         bigint NOT NULL,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);
CREATE UNIQUE INDEX mentoring_requests_one_open ON mentoring_requests (mentee_id) WHERE status IN ('open', 'queued');
CREATE INDEX mentoring_requests_mentee_new ON mentoring_requests (mentee_id, created_at, id);
CREATE INDEX mentoring_requests_new ON mentoring_requests (created_at, id);
CREATE INDEX mentoring_requests_queue ON mentoring_requests (queued_at, id) WHERE status = 'queued';
CREATE INDEX mentoring_requests_mentorship_id ON mentoring_requests (mentorship_id);

-- Up to three mentors who are asked at the same time.
CREATE TABLE proposal_batches (
    id         uuid PRIMARY KEY,
    request_id uuid NOT NULL REFERENCES mentoring_requests ON DELETE CASCADE,
    round      integer NOT NULL CHECK (round > 0),
    status     text NOT NULL CHECK (status IN ('open', 'selected', 'passed', 'lapsed', 'closed')),
    respond_by timestamptz NOT NULL,
    closed_at  timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT proposal_batches_round UNIQUE (request_id, round)
);
CREATE UNIQUE INDEX proposal_batches_one_open ON proposal_batches (request_id) WHERE status = 'open';
CREATE INDEX proposal_batches_respond_by ON proposal_batches (respond_by) WHERE status = 'open';

-- The best mentors for a request when it was made, the best first: what moves on needs no new ranking.
CREATE TABLE mentoring_candidates (
    request_id  uuid NOT NULL REFERENCES mentoring_requests ON DELETE CASCADE,
    place       integer NOT NULL CHECK (place > 0),
    mentor_id   uuid NOT NULL REFERENCES users,
    round       integer CHECK (round > 0),
    outcome     text NOT NULL CHECK (outcome IN
        ('waiting', 'proposed', 'selected', 'passed', 'lapsed', 'closed', 'skipped')),
    score       integer NOT NULL CHECK (score BETWEEN 0 AND 100000), -- thousandths of a point
    components  jsonb NOT NULL,
    reasoning   text NOT NULL,
    is_weak     boolean NOT NULL,
    reason      text,
    answered_at timestamptz,
    PRIMARY KEY (request_id, place),
    CONSTRAINT mentoring_candidates_once UNIQUE (request_id, mentor_id)
);
CREATE INDEX mentoring_candidates_mentor_id ON mentoring_candidates (mentor_id, outcome);
