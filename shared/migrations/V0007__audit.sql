-- Who did what to whom: ids only, and the network instead of the address, so that nothing ever has to be rewritten.
CREATE TABLE audit_log (
    id         uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    action     text NOT NULL,
    actor_id   uuid,
    subject_id uuid,
    login_id   uuid,
    request_id text NOT NULL,
    network    text,
    user_agent text,
    reason     text
);
CREATE INDEX audit_log_subject_id ON audit_log (subject_id, id);
