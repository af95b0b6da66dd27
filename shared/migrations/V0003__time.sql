-- When mentors are open and when they are not.
CREATE TABLE availability (
    id            uuid PRIMARY KEY,
    mentor_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind          text NOT NULL CHECK (kind IN ('open', 'blocked')),
    is_recurring  boolean NOT NULL,
    day_of_week   smallint CHECK (day_of_week BETWEEN 0 AND 6),
    every_n_weeks smallint NOT NULL DEFAULT 1 CHECK (every_n_weeks BETWEEN 1 AND 52),
    start_minute  smallint NOT NULL CHECK (start_minute BETWEEN 0 AND 1439),
    end_minute    smallint NOT NULL CHECK (end_minute BETWEEN 1 AND 1440),
    timezone      text NOT NULL,
    valid_from    date,
    valid_until   date,
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT availability_ends_after_its_start CHECK (start_minute < end_minute),
    CONSTRAINT availability_recurs_on_a_day CHECK (is_recurring = (day_of_week IS NOT NULL)),
    CONSTRAINT availability_once_has_a_date CHECK (is_recurring OR valid_from IS NOT NULL),
    CONSTRAINT availability_is_valid_forwards CHECK (valid_until >= valid_from)
);
CREATE INDEX availability_mentor_id ON availability (mentor_id);
