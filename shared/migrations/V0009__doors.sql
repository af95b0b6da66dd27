-- Other ways in: sign-ins of other services, and keys for other systems.

-- Who signs in with another service has no password, until they ask for one by mail.
ALTER TABLE users ALTER COLUMN password_hash DROP NOT NULL;

-- Who somebody is elsewhere: (provider, subject) never changes hands, unlike an address of mail.
CREATE TABLE identities (
    provider  text NOT NULL CHECK (provider IN ('github', 'google')),
    subject   text NOT NULL,
    user_id   uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    linked_at timestamptz NOT NULL,
    PRIMARY KEY (provider, subject)
);
CREATE UNIQUE INDEX identities_user_id ON identities (user_id, provider);

-- Sign-ins that are under way. The state is hashed; what proves that they are ours is sealed.
CREATE TABLE oauth_states (
    hash       bytea PRIMARY KEY,
    provider   text NOT NULL CHECK (provider IN ('github', 'google')),
    user_id    uuid REFERENCES users ON DELETE CASCADE,
    sealed     bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz,
    -- What the provider said, for who must add something: a code can be spent only once.
    code_hash  bytea,
    identity   bytea
);
CREATE INDEX oauth_states_expires_at ON oauth_states (expires_at);
CREATE INDEX oauth_states_user_id ON oauth_states (user_id) WHERE user_id IS NOT NULL;

-- Keys of other systems: only hashes, and a beginning to recognise them by.
CREATE TABLE api_keys (
    id           uuid PRIMARY KEY,
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name         text NOT NULL,
    prefix       text NOT NULL,
    hash         bytea NOT NULL,
    scopes       text[] NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz
);
CREATE UNIQUE INDEX api_keys_hash ON api_keys (hash);
CREATE INDEX api_keys_created_at ON api_keys (created_at DESC, id DESC);
CREATE INDEX api_keys_user_id ON api_keys (user_id);
