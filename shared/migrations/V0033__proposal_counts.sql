-- How mentors take to proposals, by the day in UTC on which their batch was made: counts that a schedule keeps, because a
-- year of them takes too long for a question.

-- On which days batches have changed since they were counted. Only ever added to, as `session_changes` is.
CREATE TABLE proposal_changes (day date NOT NULL);
CREATE INDEX proposal_changes_day ON proposal_changes (day);

CREATE FUNCTION utc_day(at timestamptz) RETURNS date LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (at AT TIME ZONE 'UTC')::date;

CREATE FUNCTION note_batch_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO proposal_changes
    VALUES (utc_day(CASE WHEN TG_OP = 'DELETE' THEN OLD.created_at ELSE NEW.created_at END));
    RETURN NULL;
END $$;
CREATE TRIGGER batches_are_counted AFTER INSERT OR DELETE ON proposal_batches
    FOR EACH ROW EXECUTE FUNCTION note_batch_change();
CREATE TRIGGER batches_are_counted_again AFTER UPDATE ON proposal_batches
    FOR EACH ROW WHEN ((OLD.status, OLD.closed_at) IS DISTINCT FROM (NEW.status, NEW.closed_at))
    EXECUTE FUNCTION note_batch_change();

-- Proposals come and go with their batches.
CREATE FUNCTION note_proposal_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO proposal_changes
    SELECT utc_day(created_at) FROM proposal_batches
     WHERE request_id = NEW.request_id AND round IN (OLD.round, NEW.round);
    RETURN NULL;
END $$;
CREATE TRIGGER proposals_are_counted_again AFTER UPDATE ON mentoring_candidates
    FOR EACH ROW WHEN ((OLD.round, OLD.outcome) IS DISTINCT FROM (NEW.round, NEW.outcome))
    EXECUTE FUNCTION note_proposal_change();

-- Proposals by the rank of the mentor, and by the tens of their score; a hundred is with the nineties.
CREATE TABLE proposal_days (
    day      date NOT NULL,
    program  text NOT NULL,
    rank     integer NOT NULL,
    tens     integer NOT NULL,
    proposed integer NOT NULL,
    selected integer NOT NULL,
    passed   integer NOT NULL,
    lapsed   integer NOT NULL,
    closed   integer NOT NULL,
    PRIMARY KEY (day, program, rank, tens)
);

-- Batches by what became of them; selected ones by how long that took, as `answer_minutes` says, and others by 0.
CREATE TABLE batch_days (
    day     date NOT NULL,
    program text NOT NULL,
    status  text NOT NULL,
    minutes integer NOT NULL,
    batches integer NOT NULL,
    PRIMARY KEY (day, program, status, minutes)
);

-- What is there already is counted by the schedule; until then nothing is counted until any time.
INSERT INTO proposal_changes SELECT DISTINCT utc_day(created_at) FROM proposal_batches;
UPDATE analytics_state SET counted_at = NULL;
