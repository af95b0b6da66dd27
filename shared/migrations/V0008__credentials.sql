-- Whoever signs in with another service only has no password.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;
-- The name of the pepper in the hash; without one it was made before there were peppers.
ALTER TABLE users ADD COLUMN pepper_version text;

-- What a person needs to recognise a device of theirs.
ALTER TABLE logins ADD COLUMN network text;
ALTER TABLE logins ADD COLUMN user_agent text;
-- Changes with each refresh, never with a read.
ALTER TABLE logins ADD COLUMN last_seen_at timestamptz;
UPDATE logins SET last_seen_at = created_at;
ALTER TABLE logins ALTER COLUMN last_seen_at SET NOT NULL;

ALTER TABLE email_tokens DROP CONSTRAINT email_tokens_purpose_check;
ALTER TABLE email_tokens ADD CONSTRAINT email_tokens_purpose_check
    CHECK (purpose IN ('verify_email', 'reset_password', 'change_email', 'revert_email'));
-- The address that the link brings: the new one of a change, the old one of its undoing.
ALTER TABLE email_tokens ADD COLUMN email text;
ALTER TABLE email_tokens ADD CONSTRAINT email_tokens_email_check
    CHECK ((email IS NOT NULL) = (purpose IN ('change_email', 'revert_email')));
-- An address that may still be taken back is nobody else's.
CREATE INDEX email_tokens_held ON email_tokens (email) WHERE purpose = 'revert_email' AND used_at IS NULL;

-- Changes of address that were asked for; the mails about them are written later.
CREATE TABLE email_changes (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    old_email    text NOT NULL,
    new_email    text NOT NULL,
    requested_at timestamptz NOT NULL
);
CREATE INDEX email_changes_user_id ON email_changes (user_id, requested_at);

-- Second factors. The secret is sealed; a step that was used is used up.
CREATE TABLE totps (
    user_id      uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    secret       bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz,
    last_step    bigint
);

CREATE TABLE recovery_codes (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    hash    bytea NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (user_id, hash)
);

-- The last failed sign-ins per account, known or not: the key is a MAC of what was typed.
-- Unlogged: a crash forgets them, and with them at most one warning by mail.
CREATE UNLOGGED TABLE login_failures (
    key       bytea PRIMARY KEY,
    failed_at timestamptz[] NOT NULL,
    warned_at timestamptz
);
