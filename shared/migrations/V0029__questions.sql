-- Quick questions. Whoever changes one, or writes in its thread, holds its row.
CREATE TABLE questions (
    id             uuid PRIMARY KEY,
    mentee_id      uuid NOT NULL REFERENCES users,
    title          text NOT NULL,
    text           text NOT NULL,
    topics         text[] NOT NULL,
    status         text NOT NULL CHECK (status IN
        ('open', 'claimed', 'answered', 'completed', 'expired', 'withdrawn', 'removed')),
    holds_until    timestamptz, -- what time makes of it then is true before anybody has written it down
    mentor_id      uuid REFERENCES users,
    claims         integer NOT NULL,
    posts          integer NOT NULL,
    declined       uuid[] NOT NULL DEFAULT '{}', -- mentors whom the asker turned away, while it is under way
    offer_at       timestamptz,
    escalated_at   timestamptz,
    session_id     uuid REFERENCES sessions,
    rating         smallint CHECK (rating BETWEEN 1 AND 5),
    rated_at       timestamptz,
    removed_reason text,
    meaning        bytea, -- what a model makes of its words
    meaning_model  text,
    version        bigint NOT NULL,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    CONSTRAINT questions_hold CHECK ((status IN ('open', 'claimed', 'answered')) = (holds_until IS NOT NULL)),
    CONSTRAINT questions_are_held CHECK (status NOT IN ('claimed', 'answered', 'completed') OR mentor_id IS NOT NULL),
    CONSTRAINT questions_are_free CHECK (status NOT IN ('open', 'expired', 'withdrawn') OR mentor_id IS NULL),
    CONSTRAINT questions_rated_whole CHECK ((rating IS NULL) = (rated_at IS NULL)),
    CONSTRAINT questions_have_two_people CHECK (mentor_id <> mentee_id)
);
CREATE INDEX questions_new ON questions (created_at, id);
CREATE INDEX questions_mentee_new ON questions (mentee_id, created_at, id);
CREATE INDEX questions_mentor_new ON questions (mentor_id, created_at, id);
CREATE INDEX questions_waiting ON questions (created_at, id) WHERE status IN ('open', 'claimed');
CREATE INDEX questions_holds_until ON questions (holds_until) WHERE holds_until IS NOT NULL;
CREATE INDEX questions_offer_at ON questions (offer_at) WHERE offer_at IS NOT NULL;
CREATE INDEX questions_rated_at ON questions (rated_at) INCLUDE (mentor_id, rating)
    WHERE status = 'completed' AND rating IS NOT NULL;
CREATE INDEX questions_ended ON questions (updated_at) WHERE status IN ('expired', 'withdrawn', 'removed');
CREATE INDEX questions_session_id ON questions (session_id);

-- What the two wrote. A post belongs to one claim: the next mentor does not read what was said with the one before.
CREATE TABLE question_posts (
    id          uuid PRIMARY KEY,
    question_id uuid NOT NULL REFERENCES questions ON DELETE CASCADE,
    author_id   uuid NOT NULL REFERENCES users,
    claim       integer NOT NULL CHECK (claim > 0),
    content     text NOT NULL,
    created_at  timestamptz NOT NULL
);
CREATE INDEX question_posts_created_at ON question_posts (question_id, created_at, id);
CREATE INDEX question_posts_author_id ON question_posts (author_id);

-- Whether a mentor wants to stand on the leaderboard.
ALTER TABLE mentors ADD COLUMN in_leaderboard boolean NOT NULL DEFAULT true;
