-- Matches: which mentor was proposed to which mentee, with every point that was given and why.
CREATE TABLE matches (
    id              uuid PRIMARY KEY,
    mentee_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    mentor_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    program         text NOT NULL,
    program_version integer NOT NULL,
    score           integer NOT NULL CHECK (score BETWEEN 0 AND 100000), -- thousandths of a point
    components      jsonb NOT NULL,
    reasoning       text NOT NULL,
    is_weak         boolean NOT NULL,
    created_at      timestamptz NOT NULL
);
CREATE INDEX matches_mentee_id ON matches (mentee_id, created_at);
CREATE INDEX matches_mentor_id ON matches (mentor_id, created_at);
