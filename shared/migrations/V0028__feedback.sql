-- Feedback: what the two people of a session say once it took place. What may be seen of it when, and by whom, is decided
-- in `domain::feedback`; an anonymous one about a mentor is published together with others, or not at all.
CREATE TABLE feedback (
    id                 uuid PRIMARY KEY,
    session_id         uuid NOT NULL REFERENCES sessions,
    author_id          uuid NOT NULL REFERENCES users,
    subject_id         uuid NOT NULL REFERENCES users,
    about              text NOT NULL CHECK (about IN ('mentor', 'mentee')),
    rating             smallint NOT NULL CHECK (rating BETWEEN 1 AND 5),
    helpfulness_rating smallint NOT NULL CHECK (helpfulness_rating BETWEEN 1 AND 5),
    would_recommend    boolean NOT NULL,
    written_feedback   text,
    topics_covered     text[] NOT NULL,
    is_anonymous       boolean NOT NULL,
    -- From when on an anonymous one may be published: until then its author can change it.
    settles_at         timestamptz NOT NULL,
    -- Since when everybody sees it; the same moment for all that were published together.
    published_at       timestamptz,
    -- What it is sorted by beside others of one moment: random, so that it says nothing of who wrote when.
    public_id          uuid NOT NULL DEFAULT gen_random_uuid(),
    hidden_at          timestamptz,
    hidden_by          uuid REFERENCES users,
    hidden_reason      text,
    version            bigint NOT NULL,
    created_at         timestamptz NOT NULL,
    said_at            timestamptz NOT NULL, -- when its author last said so
    updated_at         timestamptz NOT NULL,
    CONSTRAINT feedback_once UNIQUE (session_id, author_id),
    CONSTRAINT feedback_about_mentees_is_internal CHECK (about = 'mentor' OR published_at IS NULL),
    CONSTRAINT feedback_hidden_whole CHECK ((hidden_at IS NULL) = (hidden_by IS NULL)
                                        AND (hidden_at IS NULL) = (hidden_reason IS NULL))
);
CREATE INDEX feedback_public ON feedback (subject_id, published_at, public_id) WHERE published_at IS NOT NULL;
CREATE INDEX feedback_waiting ON feedback (subject_id, settles_at)
    WHERE about = 'mentor' AND published_at IS NULL AND hidden_at IS NULL;
CREATE INDEX feedback_new ON feedback (created_at, id);
CREATE INDEX feedback_author_new ON feedback (author_id, created_at, id);
CREATE INDEX feedback_subject_new ON feedback (subject_id, created_at, id);
CREATE INDEX feedback_hidden_by ON feedback (hidden_by) WHERE hidden_by IS NOT NULL;

-- What a feedback said before it was changed, one row per version that is no more.
CREATE TABLE feedback_history (
    feedback_id        uuid NOT NULL REFERENCES feedback ON DELETE CASCADE,
    version            bigint NOT NULL,
    rating             smallint NOT NULL,
    helpfulness_rating smallint NOT NULL,
    would_recommend    boolean NOT NULL,
    written_feedback   text,
    topics_covered     text[] NOT NULL,
    is_anonymous       boolean NOT NULL,
    said_at            timestamptz NOT NULL,
    PRIMARY KEY (feedback_id, version)
);

-- What of a feedback counts in the figures that everybody sees.
CREATE FUNCTION feedback_counts(entry feedback) RETURNS boolean
    LANGUAGE sql IMMUTABLE
    RETURN entry.published_at IS NOT NULL AND entry.hidden_at IS NULL;

-- Keeps the sums that search and matching read, in the transaction of the change: by what is added, so that two changes
-- at the same time both count.
CREATE FUNCTION mentor_search_of_feedback() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    counted integer := 0;
    stars   integer := 0;
BEGIN
    IF TG_OP <> 'INSERT' AND feedback_counts(OLD) THEN
        counted := counted - 1;
        stars := stars - OLD.rating;
    END IF;
    IF feedback_counts(NEW) THEN
        counted := counted + 1;
        stars := stars + NEW.rating;
    END IF;
    IF counted <> 0 OR stars <> 0 THEN
        UPDATE mentor_search SET rating_count = rating_count + counted, rating_sum = rating_sum + stars
         WHERE mentor_id = NEW.subject_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER mentor_search_counts_feedback
    AFTER INSERT OR UPDATE OF rating, published_at, hidden_at ON feedback
    FOR EACH ROW EXECUTE FUNCTION mentor_search_of_feedback();

-- What is usual: the prior of every shrunken mean.
CREATE INDEX mentor_search_rated ON mentor_search (rating_count, rating_sum)
    WHERE is_listed AND accepting AND rating_count >= 3;
