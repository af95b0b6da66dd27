-- How the program does: counts that a schedule keeps, because counting a million sessions takes too long for a question.
-- They hold nobody: who wants to know about one mentor counts that mentor's sessions.

-- The quarter of an hour that a moment lies in: days of every zone begin with one.
CREATE FUNCTION quarter_of(at timestamptz) RETURNS timestamptz LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN date_bin(interval '15 minutes', at, timestamptz '2000-01-01T00:00:00Z');

-- How long an answer took, in minutes, rounded down: `domain::analytics` does the same.
CREATE FUNCTION answer_minutes(asked timestamptz, answered timestamptz) RETURNS integer
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    minutes integer := greatest(0, floor(extract(epoch FROM answered - asked) / 60));
BEGIN
    RETURN minutes - minutes % CASE WHEN minutes < 120 THEN 5 WHEN minutes < 720 THEN 15 ELSE 60 END;
END $$;

-- What the names of one topic have in common, as in `topic_names`.
CREATE FUNCTION topic_key(name text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(regexp_replace(name, '\s+', '', 'g'));

-- In which quarters sessions have changed since they were counted. Only ever added to by requests, so that none waits
-- for another, or for whoever counts.
CREATE TABLE session_changes (quarter timestamptz NOT NULL);
CREATE INDEX session_changes_quarter ON session_changes (quarter);

CREATE FUNCTION note_session_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO session_changes VALUES (quarter_of(OLD.scheduled_at)), (quarter_of(OLD.created_at));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO session_changes VALUES (quarter_of(NEW.scheduled_at)), (quarter_of(NEW.created_at));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER sessions_are_counted AFTER INSERT OR DELETE ON sessions
    FOR EACH ROW EXECUTE FUNCTION note_session_change();
CREATE TRIGGER sessions_are_counted_again AFTER UPDATE ON sessions
    FOR EACH ROW WHEN ((OLD.status, OLD.scheduled_at, OLD.duration_minutes, OLD.topic, OLD.program, OLD.answered_at)
                       IS DISTINCT FROM
                       (NEW.status, NEW.scheduled_at, NEW.duration_minutes, NEW.topic, NEW.program, NEW.answered_at))
    EXECUTE FUNCTION note_session_change();

-- How mentees rate a session belongs to the quarter in which it starts.
CREATE FUNCTION note_rating_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO session_changes
    SELECT quarter_of(scheduled_at) FROM sessions
     WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.session_id ELSE NEW.session_id END;
    RETURN NULL;
END $$;
CREATE TRIGGER ratings_are_counted AFTER INSERT OR DELETE ON feedback
    FOR EACH ROW EXECUTE FUNCTION note_rating_change();
CREATE TRIGGER ratings_are_counted_again AFTER UPDATE ON feedback
    FOR EACH ROW WHEN ((OLD.rating, OLD.hidden_at) IS DISTINCT FROM (NEW.rating, NEW.hidden_at))
    EXECUTE FUNCTION note_rating_change();

-- A topic that comes to the list counts what was about it before.
CREATE INDEX sessions_topic_key ON sessions (topic_key(topic)) WHERE topic IS NOT NULL;
CREATE FUNCTION note_topic_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO session_changes
    SELECT DISTINCT quarter_of(scheduled_at) FROM sessions WHERE topic IS NOT NULL AND topic_key(topic) = NEW.key;
    RETURN NULL;
END $$;
CREATE TRIGGER topics_are_counted AFTER INSERT ON topic_names
    FOR EACH ROW EXECUTE FUNCTION note_topic_change();

-- Sessions by the quarter in which they were asked for (`requested`), and in which they start (everything else), with the
-- ratings by mentees that no admin has hidden, and their sum (`stars`).
-- Without a match a session is of no program, which is '' here.
CREATE TABLE session_quarters (
    quarter        timestamptz NOT NULL,
    program        text NOT NULL,
    requested      integer NOT NULL,
    pending        integer NOT NULL,
    confirmed      integer NOT NULL,
    declined       integer NOT NULL,
    cancelled      integer NOT NULL,
    expired        integer NOT NULL,
    completed      integer NOT NULL,
    no_show        integer NOT NULL,
    booked_minutes integer NOT NULL,
    ratings        integer NOT NULL,
    stars          integer NOT NULL,
    PRIMARY KEY (quarter, program)
);

-- Sessions by the day in UTC on which they start and the key of their topic; topics that are on no list are ''.
CREATE TABLE session_days (
    day       date NOT NULL,
    program   text NOT NULL,
    topic     text NOT NULL,
    pending   integer NOT NULL,
    confirmed integer NOT NULL,
    declined  integer NOT NULL,
    cancelled integer NOT NULL,
    expired   integer NOT NULL,
    completed integer NOT NULL,
    no_show   integer NOT NULL,
    PRIMARY KEY (day, program, topic)
);

-- How many answers took so long, by the day in UTC on which their session starts.
CREATE TABLE answer_days (
    day     date NOT NULL,
    program text NOT NULL,
    minutes integer NOT NULL,
    answers integer NOT NULL,
    PRIMARY KEY (day, program, minutes)
);

-- What mentors offered, and offer for some weeks, cut at midnight in UTC. Days that are over stay as they were: the
-- hours of a mentor are theirs to change, and what has been is not.
CREATE TABLE offered_hours (
    mentor_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    starts_at timestamptz NOT NULL,
    ends_at   timestamptz NOT NULL,
    PRIMARY KEY (mentor_id, starts_at),
    CONSTRAINT offered_hours_end_after_their_start CHECK (starts_at < ends_at)
);

-- The sum of them. What has been stays when a mentor is erased.
CREATE TABLE offered_quarters (
    quarter timestamptz PRIMARY KEY,
    minutes bigint NOT NULL
);

-- Until when everything is counted. Whoever counts holds the row.
CREATE TABLE analytics_state (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    counted_at timestamptz
);
INSERT INTO analytics_state DEFAULT VALUES;

-- What is there already is counted by the schedule.
INSERT INTO session_changes
SELECT DISTINCT quarter_of(at) FROM sessions, LATERAL (VALUES (scheduled_at), (created_at)) AS moment (at);

-- Files with many rows, for admins: a kind of job of its own.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('export', 'assignment', 'sync', 'report'));

-- What admins look for by time.
CREATE INDEX mentorship_feedback_created_at ON mentorship_feedback (created_at);
CREATE INDEX proposal_batches_created_at ON proposal_batches (created_at) INCLUDE (request_id, round, status, closed_at);

-- The audit log by what was done, by whom, and when.
DO $$
BEGIN
    GRANT office_hours_audit TO CURRENT_USER;
    CREATE INDEX audit_log_actor_id ON audit_log (actor_id, at, id);
    CREATE INDEX audit_log_action ON audit_log (action, at, id);
    CREATE INDEX audit_log_at ON audit_log (at, id);
    REVOKE office_hours_audit FROM CURRENT_USER;
EXCEPTION
    -- Where the role may not, the log is its own.
    WHEN insufficient_privilege OR undefined_object THEN
        CREATE INDEX IF NOT EXISTS audit_log_actor_id ON audit_log (actor_id, at, id);
        CREATE INDEX IF NOT EXISTS audit_log_action ON audit_log (action, at, id);
        CREATE INDEX IF NOT EXISTS audit_log_at ON audit_log (at, id);
END $$;
