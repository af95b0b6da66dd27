-- What the two people of a session write to each other. Nobody edits it; who is erased takes their words along.
CREATE TABLE messages (
    id           uuid PRIMARY KEY,
    session_id   uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    sender_id    uuid NOT NULL REFERENCES users,
    receiver_id  uuid NOT NULL REFERENCES users,
    content      text NOT NULL CHECK (char_length(content) <= 2000),
    message_type text NOT NULL CHECK (message_type IN ('text')),
    read_at      timestamptz,
    created_at   timestamptz NOT NULL,
    CONSTRAINT messages_have_two_people CHECK (sender_id <> receiver_id)
);
CREATE INDEX messages_session_time ON messages (session_id, created_at, id);
CREATE INDEX messages_unread ON messages (receiver_id, session_id) WHERE read_at IS NULL;

-- When somebody was last promised a mail about messages of a session, and when the next one is due, if one is.
CREATE TABLE message_notices (
    session_id  uuid NOT NULL REFERENCES sessions ON DELETE CASCADE,
    receiver_id uuid NOT NULL REFERENCES users,
    promised_at timestamptz NOT NULL,
    due_at      timestamptz,
    PRIMARY KEY (session_id, receiver_id)
);
CREATE INDEX message_notices_due ON message_notices (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX message_notices_receiver_id ON message_notices (receiver_id);
