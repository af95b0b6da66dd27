-- How far the payment of a session has come. `sessions.payment_status` follows in the same transaction, and whoever
-- changes a row here holds the row of its session. The provider's token of a card is sealed, and gone once it was used.
CREATE TABLE payments (
    session_id         uuid PRIMARY KEY REFERENCES sessions ON DELETE CASCADE,
    status             text NOT NULL CHECK (status IN ('pending', 'authorized', 'captured', 'refunded', 'failed')),
    amount             integer NOT NULL CHECK (amount > 0),
    currency           text NOT NULL,
    method             bytea,
    attempts           integer NOT NULL,
    provider_reference text,
    action_url         text,
    problem            text,
    step               text CHECK (step IN ('authorize', 'look_up', 'capture', 'refund')), -- begun, outcome unknown
    calls              integer NOT NULL,
    last_error         text,
    version            bigint NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL
);
