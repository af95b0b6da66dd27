-- Signed-in devices ("logins": a session is always a mentoring session) and the tokens that keep them alive.
CREATE TABLE logins (
    id         uuid PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    ends_at    timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX logins_user_id ON logins (user_id) WHERE revoked_at IS NULL;

-- Only hashes: who reads this table cannot log in.
CREATE TABLE refresh_tokens (
    hash       bytea PRIMARY KEY,
    login_id   uuid NOT NULL REFERENCES logins ON DELETE CASCADE,
    child_hash bytea,
    is_graced  boolean NOT NULL DEFAULT false,
    issued_at  timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX refresh_tokens_login_id ON refresh_tokens (login_id);

-- The tokens of links in mails: hashed, used once, replaced by the next.
CREATE TABLE email_tokens (
    hash       bytea PRIMARY KEY,
    user_id    uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    purpose    text NOT NULL CHECK (purpose IN ('verify_email')),
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
CREATE INDEX email_tokens_user_id ON email_tokens (user_id, purpose);

-- Limits on how often one may ask (GCRA). Unlogged: a crash forgets them, which lets people in, not out.
CREATE UNLOGGED TABLE rate_limits (
    key bytea PRIMARY KEY,
    tat timestamptz NOT NULL
) WITH (fillfactor = 70);
