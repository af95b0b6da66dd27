-- The directory: everything that browsing mentors shows, filters, sorts and counts, one row per mentor.
-- Triggers keep it in the transaction of the change, so that no writer of a profile has to think of it.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- What is compared, without accents and capitals. These functions are called immutable, although the rules of unaccent
-- could be replaced: only then does a filter become a constant before the plan is made, and the plan a good one.
CREATE FUNCTION search_key(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN btrim(regexp_replace(lower(unaccent(words)), '[\s,]+', ' ', 'g'));
END $$;

CREATE FUNCTION search_tags(kind text, entries text[]) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN ARRAY(SELECT DISTINCT kind || ':' || search_key(entry) FROM unnest(entries) AS entry
                  WHERE entry IS NOT NULL);
END $$;

-- Words and the spaces between them.
CREATE FUNCTION search_text(words text) RETURNS text
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN btrim(regexp_replace(lower(unaccent(words)), '[^[:alnum:]]+', ' ', 'g'));
END $$;

-- Each word as it stands, for names and beginnings, and its English stem.
CREATE FUNCTION search_document(words text) RETURNS tsvector
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    words := search_text(words);
    RETURN to_tsvector('simple', words) || to_tsvector('english', words);
END $$;

-- All of the words, of which the last may be a beginning; null when there is none.
CREATE FUNCTION search_query(words text) RETURNS tsquery
    LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE SET client_min_messages = warning AS $$
BEGIN
    words := search_text(words);
    RETURN plainto_tsquery('english', regexp_replace(words, '\S+$', ''))
        && (to_tsquery('simple', substring(words FROM '\S+$') || ':*')
            || plainto_tsquery('english', substring(words FROM '\S+$')));
END $$;

CREATE TABLE mentor_search (
    mentor_id            uuid PRIMARY KEY REFERENCES mentors ON DELETE CASCADE,
    is_listed            boolean NOT NULL,
    first_name           text NOT NULL,
    last_name            text NOT NULL,
    bio                  text,
    profile_picture_url  text,
    location             text,
    timezone             text NOT NULL,
    languages            text[] NOT NULL,
    company              text,
    title                text,
    years_experience     integer,
    expertise_areas      text[] NOT NULL,
    industries           text[] NOT NULL,
    stages               text[] NOT NULL,
    hourly_rate          integer,
    hourly_rate_currency text,
    accepting            boolean NOT NULL,

    -- What can be asked for by name: kind and key, such as 'industry:fintech'.
    tags                 text[] COLLATE "C" NOT NULL,
    document             tsvector NOT NULL,
    -- What may be misspelt.
    names                text NOT NULL,
    name_key             text COLLATE "C" NOT NULL,
    -- Who names no price comes last, whichever way the list runs.
    price_up             integer NOT NULL GENERATED ALWAYS AS (coalesce(hourly_rate, 2147483647)) STORED,
    price_down           integer NOT NULL GENERATED ALWAYS AS (coalesce(hourly_rate, -1)) STORED,

    -- Kept by the triggers of sessions, and by whoever stores feedback.
    sessions_completed   integer NOT NULL DEFAULT 0,
    requests_answered    integer NOT NULL DEFAULT 0,
    requests_missed      integer NOT NULL DEFAULT 0,
    rating_count         integer NOT NULL DEFAULT 0,
    rating_sum           bigint NOT NULL DEFAULT 0,
    -- In thousandths. Few requests say little, and fewer than three ratings say whose they are.
    answer_rate          integer GENERATED ALWAYS AS (CASE WHEN requests_answered + requests_missed >= 5
        THEN requests_answered * 1000::bigint / (requests_answered + requests_missed) END) STORED,
    rating               integer GENERATED ALWAYS AS (CASE WHEN rating_count >= 3
        THEN (rating_sum * 1000 + rating_count / 2) / rating_count END) STORED,
    rating_key           integer NOT NULL GENERATED ALWAYS AS (CASE WHEN rating_count >= 3
        THEN (rating_sum * 1000 + rating_count / 2) / rating_count ELSE 0 END) STORED
) WITH (fillfactor = 80);

CREATE INDEX mentor_search_newest ON mentor_search (mentor_id) WHERE is_listed;
CREATE INDEX mentor_search_rating ON mentor_search (rating_key, mentor_id) WHERE is_listed;
CREATE INDEX mentor_search_price_up ON mentor_search (price_up, mentor_id) WHERE is_listed;
CREATE INDEX mentor_search_price_down ON mentor_search (price_down, mentor_id) WHERE is_listed;
CREATE INDEX mentor_search_name ON mentor_search (name_key, mentor_id) WHERE is_listed;
-- Without pending lists: profiles change seldom, and are searched all the time.
CREATE INDEX mentor_search_tags ON mentor_search USING gin (tags) WITH (fastupdate = off) WHERE is_listed;
CREATE INDEX mentor_search_document ON mentor_search USING gin (document) WITH (fastupdate = off) WHERE is_listed;
CREATE INDEX mentor_search_names ON mentor_search USING gin (names gin_trgm_ops) WITH (fastupdate = off)
    WHERE is_listed;

-- The mentors of whom each of the longer words looks like something they are called or know: for when nobody has the
-- words themselves.
CREATE FUNCTION search_typos(words text) RETURNS TABLE (mentor_id uuid, likeness integer)
    LANGUAGE sql STABLE STRICT ROWS 50 SET pg_trgm.word_similarity_threshold = 0.4
BEGIN ATOMIC
    WITH asked AS MATERIALIZED (
        SELECT array_agg(word ORDER BY length(word) DESC, word) AS longest
          FROM regexp_split_to_table(search_text(words), ' ') AS word
         WHERE length(word) > 3)
    SELECT s.mentor_id,
           (SELECT (avg(word_similarity(word, s.names)) * 1000)::integer
              FROM unnest((SELECT asked.longest FROM asked)) AS word) AS likeness
      FROM mentor_search s
     WHERE s.is_listed AND (SELECT asked.longest[1] FROM asked) <% s.names
       AND NOT EXISTS (SELECT FROM unnest((SELECT asked.longest[2:] FROM asked)) AS word WHERE NOT word <% s.names)
     ORDER BY likeness DESC, s.mentor_id DESC
     LIMIT 200;
END;

CREATE FUNCTION mentor_search_refresh(mentor uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Of two changes to one mentor at the same time the second waits here, and then reads what the first has written.
    PERFORM FROM mentor_search WHERE mentor_id = mentor FOR NO KEY UPDATE;
    INSERT INTO mentor_search (
               mentor_id, is_listed, first_name, last_name, bio, profile_picture_url, location, timezone, languages,
               company, title, years_experience, expertise_areas, industries, stages, hourly_rate,
               hourly_rate_currency, accepting, tags, document, names, name_key)
        SELECT u.id, u.role = 'mentor' AND u.status = 'active' AND u.email_verified_at IS NOT NULL
                     AND m.vetting = 'approved' AND m.listed,
               u.first_name, u.last_name, u.bio, shown.profile_picture_url, shown.location, u.timezone,
               shown.languages, shown.company, m.title, m.years_experience, m.expertise_areas, m.industries, m.stages,
               m.hourly_rate, m.hourly_rate_currency, m.accepting,
               search_tags('expertise', m.expertise_areas) || search_tags('industry', m.industries)
                   || search_tags('stage', m.stages) || search_tags('language', shown.languages)
                   || search_tags('company', ARRAY[shown.company])
                   || search_tags('currency', ARRAY[m.hourly_rate_currency]),
               setweight(search_document(u.first_name || ' ' || u.last_name), 'A')
                   || setweight(search_document(concat_ws(' ', m.title, shown.company,
                                                          array_to_string(m.expertise_areas, ' '))), 'B')
                   || setweight(search_document(array_to_string(m.industries, ' ')), 'C')
                   || setweight(search_document(coalesce(u.bio, '')), 'D'),
               search_text(concat_ws(' ', u.first_name, u.last_name, m.title, shown.company,
                                     array_to_string(m.expertise_areas || m.industries, ' '))),
               search_key(u.last_name || ' ' || u.first_name)
          FROM mentors m JOIN users u ON u.id = m.user_id,
               -- What is hidden is neither shown nor found.
               LATERAL (SELECT CASE WHEN u.shows_picture THEN u.profile_picture_url END,
                               CASE WHEN u.shows_location THEN u.location END,
                               CASE WHEN u.shows_languages THEN u.languages ELSE '{}' END,
                               CASE WHEN u.shows_company THEN m.company END)
                    AS shown (profile_picture_url, location, languages, company)
         WHERE m.user_id = mentor
    ON CONFLICT (mentor_id) DO UPDATE
           SET is_listed = excluded.is_listed, first_name = excluded.first_name, last_name = excluded.last_name,
               bio = excluded.bio, profile_picture_url = excluded.profile_picture_url, location = excluded.location,
               timezone = excluded.timezone, languages = excluded.languages, company = excluded.company,
               title = excluded.title, years_experience = excluded.years_experience,
               expertise_areas = excluded.expertise_areas, industries = excluded.industries,
               stages = excluded.stages, hourly_rate = excluded.hourly_rate,
               hourly_rate_currency = excluded.hourly_rate_currency, accepting = excluded.accepting,
               tags = excluded.tags, document = excluded.document, names = excluded.names,
               name_key = excluded.name_key;
END $$;

CREATE FUNCTION mentor_search_of_user() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mentor_search_refresh(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION mentor_search_of_mentor() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mentor_search_refresh(NEW.user_id);
    RETURN NULL;
END $$;

-- A sign-in writes none of these columns, and costs nothing here.
CREATE TRIGGER mentor_search_follows_users
    AFTER UPDATE OF role, status, email_verified_at, first_name, last_name, bio, profile_picture_url, location,
                    timezone, languages, shows_picture, shows_location, shows_languages, shows_company
    ON users FOR EACH ROW WHEN (OLD.role = 'mentor' OR NEW.role = 'mentor')
    EXECUTE FUNCTION mentor_search_of_user();
CREATE TRIGGER mentor_search_follows_mentors
    AFTER INSERT OR UPDATE ON mentors FOR EACH ROW EXECUTE FUNCTION mentor_search_of_mentor();

-- Adds to a mentor's figures what one session has become: a request is answered by a yes or a no, and missed when it
-- expires; one that was called off before counts for nothing.
CREATE FUNCTION mentor_search_count(mentor uuid, was text, is_now text) RETURNS void LANGUAGE sql
BEGIN ATOMIC
    UPDATE mentor_search
       SET sessions_completed = sessions_completed + (is_now = 'completed')::integer,
           requests_answered = requests_answered
               + (was = 'pending' AND is_now IN ('confirmed', 'declined', 'completed', 'no_show'))::integer,
           requests_missed = requests_missed + (was = 'pending' AND is_now = 'expired')::integer
     WHERE mentor_id = mentor;
END;

CREATE FUNCTION mentor_search_of_new_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mentor_search_count(NEW.mentor_id, 'pending', NEW.status);
    RETURN NULL;
END $$;

CREATE FUNCTION mentor_search_of_session() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM mentor_search_count(NEW.mentor_id, OLD.status, NEW.status);
    RETURN NULL;
END $$;

-- Asking and calling off, the busiest of all, do not come here.
CREATE TRIGGER mentor_search_counts_new_sessions
    AFTER INSERT ON sessions FOR EACH ROW WHEN (NEW.status NOT IN ('pending', 'cancelled'))
    EXECUTE FUNCTION mentor_search_of_new_session();
CREATE TRIGGER mentor_search_counts_sessions
    AFTER UPDATE OF status ON sessions FOR EACH ROW
    WHEN (OLD.status <> NEW.status AND (OLD.status = 'pending' OR NEW.status = 'completed') AND NEW.status <> 'cancelled')
    EXECUTE FUNCTION mentor_search_of_session();

-- Who is there already.
SELECT mentor_search_refresh(user_id) FROM mentors;
UPDATE mentor_search
   SET sessions_completed = held.completed, requests_answered = held.answered, requests_missed = held.missed
  FROM (SELECT mentor_id AS mentor, count(*) FILTER (WHERE status = 'completed') AS completed,
               count(*) FILTER (WHERE status IN ('confirmed', 'declined', 'completed', 'no_show')) AS answered,
               count(*) FILTER (WHERE status = 'expired') AS missed
          FROM sessions GROUP BY mentor_id) AS held
 WHERE mentor_id = held.mentor;
