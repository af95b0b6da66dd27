-- Airtable: people in two places, and the way between them.

-- One row per base that was ever connected; the platform follows the one that is on.
CREATE TABLE airtable_bases (
    base_id            text PRIMARY KEY,
    is_on              boolean NOT NULL,
    account            text,             -- who we are there
    people_table       text,
    sessions_table     text,
    platform_field     text,             -- the field that says whose record it is
    webhook_id         text UNIQUE,
    webhook_secret     bytea,            -- sealed: what pings are signed with
    expires_at         timestamptz,
    refreshed_at       timestamptz,
    polled_at          timestamptz,
    cursor             bigint NOT NULL DEFAULT 1,
    -- A full comparison: from when on, and where it goes on.
    is_comparing       boolean NOT NULL DEFAULT true,
    compared_since     timestamptz,
    compare_offset     text,
    blocked_until      timestamptz,
    -- Machinery, by the database's own clock: when the next question may be asked, and which worker has the base.
    next_call_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    lease_until        timestamptz,
    is_wanted          boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX airtable_bases_one_on ON airtable_bases (is_on) WHERE is_on;

-- How each field is synced; a field without a row is synced as usual.
CREATE TABLE airtable_fields (
    field       text PRIMARY KEY,
    name        text NOT NULL,
    airtable_id text,
    owner       text NOT NULL CHECK (owner IN ('platform', 'airtable', 'shared')),
    is_synced   boolean NOT NULL
);
CREATE TABLE airtable_map (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    version  bigint NOT NULL
);
INSERT INTO airtable_map (version) VALUES (1);

-- Which record is whose. It outlives what is erased of a person until the record itself is deleted.
CREATE TABLE airtable_records (
    user_id    uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    record_id  text UNIQUE,
    found_at   timestamptz,
    deleted_at timestamptz,
    synced_at  timestamptz,
    problem    text
);

-- What is remembered of each field: nothing as base is an empty field.
CREATE TABLE airtable_values (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    field   text NOT NULL,
    base    jsonb,
    awaited bigint[] NOT NULL DEFAULT '{}',
    heard   bigint,
    seen    bigint,
    passed  jsonb,
    PRIMARY KEY (user_id, field)
);

-- Every change that was carried over, without its value.
CREATE TABLE airtable_sync_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    user_id    uuid REFERENCES users ON DELETE CASCADE,
    session_id uuid REFERENCES sessions ON DELETE CASCADE,
    field      text,
    outcome    text NOT NULL CHECK (outcome IN ('written', 'taken', 'reverted', 'clashed', 'refused', 'deleted_there',
                                                'duplicate', 'stopped', 'failed')),
    detail     text
);
CREATE INDEX airtable_sync_log_user_id ON airtable_sync_log (user_id, at);
CREATE INDEX airtable_sync_log_session_id ON airtable_sync_log (session_id) WHERE session_id IS NOT NULL;
CREATE INDEX airtable_sync_log_at ON airtable_sync_log (at);

-- Values that lost, until an admin has looked at them.
CREATE TABLE sync_conflicts (
    id          uuid PRIMARY KEY,
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    field       text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('both_changed', 'refused')),
    base        jsonb,
    ours        jsonb,
    theirs      jsonb,
    detected_at timestamptz NOT NULL,
    resolution  text CHECK (resolution IN ('ours', 'theirs')),
    resolved_at timestamptz,
    resolved_by uuid REFERENCES users ON DELETE SET NULL,
    version     bigint NOT NULL
);
CREATE INDEX sync_conflicts_detected_at ON sync_conflicts (detected_at, id);
CREATE INDEX sync_conflicts_user_id ON sync_conflicts (user_id);
CREATE INDEX sync_conflicts_resolved_by ON sync_conflicts (resolved_by) WHERE resolved_by IS NOT NULL;

-- Whoever changes a person raises their version: from then on they wait to be brought over, and nobody can forget it.
CREATE FUNCTION note_unsynced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.airtable_sync_status := 'pending';
    RETURN NEW;
END $$;
CREATE TRIGGER users_unsynced BEFORE UPDATE ON users
    FOR EACH ROW WHEN (OLD.version IS DISTINCT FROM NEW.version) EXECUTE FUNCTION note_unsynced();
CREATE INDEX users_unsynced ON users (updated_at) WHERE airtable_sync_status = 'pending';

-- Sessions go one way: which version of one is there.
ALTER TABLE sessions ADD COLUMN airtable_version bigint;
CREATE INDEX sessions_unsynced ON sessions (updated_at) WHERE airtable_version IS DISTINCT FROM version;

ALTER TABLE jobs DROP CONSTRAINT jobs_kind_check;
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_check CHECK (kind IN ('export', 'assignment', 'sync'));
CREATE UNIQUE INDEX jobs_one_sync ON jobs (kind) WHERE kind = 'sync' AND status IN ('queued', 'running');
