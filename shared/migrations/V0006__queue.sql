-- What was promised to the queues, in the transaction of the change itself. One row per event and queue.
CREATE TABLE outbox (
    event_id      uuid NOT NULL,
    queue         text NOT NULL,
    record        jsonb NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at       timestamptz,
    claimed_until timestamptz,
    attempts      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (event_id, queue)
);
CREATE INDEX outbox_unsent ON outbox (created_at) WHERE sent_at IS NULL;
CREATE INDEX outbox_sent ON outbox (sent_at);

-- What has been acted on: a consumer claims an event in the transaction of its effect.
CREATE TABLE inbox (
    consumer   text NOT NULL,
    event_id   uuid NOT NULL,
    claimed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (consumer, event_id)
);

-- One mail to one person. 'sending' is committed before the outside call, so that a crash sends nothing twice.
CREATE TABLE emails (
    id                  uuid PRIMARY KEY,
    event_id            uuid NOT NULL,
    recipient_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind                text NOT NULL,
    session_id          uuid REFERENCES sessions ON DELETE CASCADE,
    dedupe_key          text NOT NULL UNIQUE,
    is_security         boolean NOT NULL,
    status              text NOT NULL DEFAULT 'queued' CHECK (status IN
        ('queued', 'sending', 'sent', 'failed', 'unknown', 'dropped')),
    attempts            integer NOT NULL DEFAULT 0,
    claimed_until       timestamptz,
    provider_message_id text,
    error               text,
    created_at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX emails_event_id ON emails (event_id);
