-- Work that takes longer than a request: what is to be done, for whom, and how far it has come.
CREATE TABLE jobs (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('export')),
    status       text NOT NULL CHECK (status IN ('queued', 'running', 'done', 'failed', 'cancelled')),
    priority     smallint NOT NULL,
    progress     smallint NOT NULL CHECK (progress BETWEEN 0 AND 100),
    attempts     integer NOT NULL CHECK (attempts BETWEEN 0 AND max_attempts),
    max_attempts integer NOT NULL CHECK (max_attempts > 0),
    error        text,
    requested_by uuid REFERENCES users ON DELETE SET NULL,
    subject_id   uuid REFERENCES users ON DELETE CASCADE,
    params       jsonb NOT NULL,
    result       jsonb,
    lease_until  timestamptz,
    version      bigint NOT NULL,
    created_at   timestamptz NOT NULL,
    started_at   timestamptz,
    finished_at  timestamptz
);
CREATE INDEX jobs_subject_id ON jobs (subject_id, kind, created_at);
CREATE INDEX jobs_requested_by ON jobs (requested_by);
CREATE INDEX jobs_finished_at ON jobs (finished_at);
CREATE UNIQUE INDEX jobs_one_export_each ON jobs (subject_id)
    WHERE kind = 'export' AND status IN ('queued', 'running');

-- Somebody who leaves: when they will be erased, and when they were. The row itself stays, as nobody's.
ALTER TABLE users ADD COLUMN erase_after timestamptz, ADD COLUMN erased_at timestamptz;
CREATE INDEX users_erase_after ON users (erase_after) WHERE erased_at IS NULL;

-- What retention looks for.
CREATE INDEX refresh_tokens_expires_at ON refresh_tokens (expires_at);
CREATE INDEX email_tokens_expires_at ON email_tokens (expires_at);
CREATE INDEX inbox_claimed_at ON inbox (claimed_at);
CREATE INDEX emails_created_at ON emails (created_at);
CREATE INDEX emails_recipient_id ON emails (recipient_id);
CREATE INDEX reminders_recipient_id ON reminders (recipient_id);
