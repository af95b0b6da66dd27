-- POSTs that were sent with an Idempotency-Key: who executes one, and what came of it.
-- The answer is sealed: it may hold what is stored nowhere else, such as a key that is shown once.
CREATE TABLE idempotency (
    user_id     uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    operation   text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    owner       uuid NOT NULL,
    lease_until timestamptz NOT NULL,
    answer      bytea,
    expires_at  timestamptz NOT NULL,
    PRIMARY KEY (user_id, operation, key)
);
CREATE INDEX idempotency_expires_at ON idempotency (expires_at);
