-- Programs: how matches are scored. A version is never changed: a program points at the one that is in use, and each
-- match names the one it was made with.

-- What the weights of a version sum to.
CREATE FUNCTION weights_sum(weights jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT
BEGIN ATOMIC
    SELECT sum(value::integer) FROM jsonb_each_text(weights);
END;

CREATE TABLE programs (
    id             uuid PRIMARY KEY,
    key            text NOT NULL UNIQUE CHECK (key ~ '^[a-z][a-z0-9_]{1,39}$'),
    active_version integer, -- none: it cannot be asked for yet
    version        bigint NOT NULL DEFAULT 1, -- counts the changes
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL
);
CREATE INDEX programs_new ON programs (created_at, id);

CREATE TABLE program_versions (
    program    text NOT NULL REFERENCES programs (key),
    number     integer NOT NULL CHECK (number > 0),
    name       text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    weights    jsonb NOT NULL CHECK (weights_sum(weights) = 100), -- by component, in points; those left out are 0
    good_score integer NOT NULL CHECK (good_score BETWEEN 0 AND 100000), -- thousandths of a point
    created_at timestamptz NOT NULL,
    PRIMARY KEY (program, number)
);
ALTER TABLE programs ADD CONSTRAINT programs_active_version
    FOREIGN KEY (key, active_version) REFERENCES program_versions (program, number);

CREATE FUNCTION program_version_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of a program is never changed';
END $$;
CREATE TRIGGER program_versions_are_final
    BEFORE UPDATE OR DELETE ON program_versions FOR EACH ROW EXECUTE FUNCTION program_version_is_final();

-- The two that come with the product.
WITH built_in (id, key, name, weights) AS (VALUES
    ('0195f000-0000-7000-8000-000000000101'::uuid, 'office_hours', 'Office hours',
     '{"expertise": 40, "industry": 30, "stage": 20, "availability": 10}'::jsonb),
    ('0195f000-0000-7000-8000-000000000102', 'mentorship', 'Mentorship',
     '{"career_goals": 30, "industry_and_expertise": 25, "research_interests": 20, "technical_skills": 15,
       "location": 5, "communication_preferences": 5}')
), program AS (
    INSERT INTO programs (id, key, created_at, updated_at)
    SELECT id, key, '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z' FROM built_in
    RETURNING key
)
INSERT INTO program_versions (program, number, name, weights, good_score, created_at)
SELECT program.key, 1, name, weights, 70000, '2026-01-01T00:00:00Z' FROM program JOIN built_in USING (key);
UPDATE programs SET active_version = 1;

-- For previews: what was matched lately.
CREATE INDEX matches_program ON matches (program, created_at);

-- Who wrote the reasoning, and how asking the language model for it went.
ALTER TABLE matches
    ADD COLUMN explanation_source  text NOT NULL DEFAULT 'template' CHECK (explanation_source IN ('template', 'llm')),
    ADD COLUMN explanation_outcome text NOT NULL DEFAULT 'untried'
        CHECK (explanation_outcome IN ('untried', 'written', 'refused', 'failed')),
    ADD CONSTRAINT matches_llm_has_written CHECK ((explanation_source = 'llm') = (explanation_outcome = 'written'));
