-- One row per run of a schedule; one that was cut off is closed by a later run.
CREATE TABLE schedule_runs (
    id          uuid PRIMARY KEY,
    schedule    text NOT NULL CHECK (schedule IN ('reminders', 'outbox', 'upkeep')),
    status      text NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    done        integer,
    error       text,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz,
    CHECK ((status = 'running') = (finished_at IS NULL))
);
CREATE INDEX schedule_runs_started_at ON schedule_runs (started_at, id);
CREATE INDEX schedule_runs_running ON schedule_runs (schedule) WHERE status = 'running';

-- What admins look for in the list of jobs: the newest, and what is not well.
CREATE INDEX jobs_created_at ON jobs (created_at, id);
CREATE INDEX notifications_unsettled ON notifications (created_at, id)
    WHERE status IN ('queued', 'sending', 'bounced', 'complained', 'failed', 'unknown');

-- The job for which everything is compared; none when the platform needs it itself.
ALTER TABLE airtable_bases ADD COLUMN compared_for uuid;
