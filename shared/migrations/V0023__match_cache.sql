-- Answers to what mentees asked, as long as nothing they rest on has changed: the question is asked by its digest, and
-- revision, profile, program and meanings are compared before an answer is used.
CREATE TABLE match_cache (
    mentee_id       uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    question        bytea NOT NULL CHECK (octet_length(question) = 32),
    revision        bigint NOT NULL, -- of mentor_catalog
    profile_version bigint NOT NULL, -- of the mentee
    program_version integer NOT NULL,
    meanings        bigint NOT NULL, -- a digest of what the profile means to the model
    is_degraded     boolean NOT NULL,
    match_ids       uuid[] NOT NULL,
    remembered      jsonb NOT NULL,
    made_at         timestamptz NOT NULL,
    PRIMARY KEY (mentee_id, question)
);
CREATE INDEX match_cache_made_at ON match_cache (made_at);
