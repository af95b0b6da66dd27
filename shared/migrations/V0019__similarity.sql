-- What the profiles of all mentors have in common, counted once a day: how rare a term is follows from it, not from who
-- is there at the moment, so that one profile that changes does not move the scores of all others. One row, none before
-- the first count. Terms of one mentor alone are left out: they are as rare as can be, and theirs. The means and
-- deviations are hundred-thousandths: what words and meanings give for any mentee and any mentor.
CREATE TABLE corpus (
    only_row           boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version            bigint NOT NULL,
    profiles           integer NOT NULL CHECK (profiles >= 0),
    terms              text[] NOT NULL,
    holders            integer[] NOT NULL,
    lexical_mean       integer NOT NULL,
    lexical_deviation  integer NOT NULL CHECK (lexical_deviation > 0),
    dense_mean         integer NOT NULL,
    dense_deviation    integer NOT NULL CHECK (dense_deviation > 0),
    counted_at         timestamptz NOT NULL,
    CONSTRAINT corpus_counts_every_term CHECK (cardinality(terms) = cardinality(holders))
);

-- What is compared by its meaning: one text per block of a profile. Nothing else says which.
CREATE VIEW profile_texts AS
SELECT u.id AS user_id, block.field, block.text, sha256(convert_to(block.text, 'UTF8')) AS text_hash
  FROM users u
       LEFT JOIN mentors m ON m.user_id = u.id AND u.role = 'mentor'
       LEFT JOIN mentees e ON e.user_id = u.id AND u.role = 'mentee'
       CROSS JOIN LATERAL (VALUES
           ('bio', u.bio),
           ('title', m.title),
           ('expertise_areas', array_to_string(m.expertise_areas, ', ')),
           ('goals', e.goals),
           ('career_goals', e.career_goals),
           ('interests', array_to_string(e.interests, ', ')),
           ('technical_skills', array_to_string(e.technical_skills, ', ')),
           ('research_interests', array_to_string(e.research_interests, ', '))
       ) AS block (field, text)
 WHERE u.role IN ('mentor', 'mentee') AND u.status = 'active' AND u.email_verified_at IS NOT NULL AND block.text <> '';

-- What a model makes of those texts: 256 bytes each, two's complement. One whose hash is not that of the text is old.
CREATE TABLE profile_vectors (
    user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    field     text NOT NULL,
    model     text NOT NULL,
    text_hash bytea NOT NULL,
    vector    bytea NOT NULL CHECK (octet_length(vector) = 256),
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (user_id, field)
);
