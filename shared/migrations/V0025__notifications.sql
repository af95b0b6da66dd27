-- One row per message and way to its reader: what was a mail only may now be a line in the app or a text message too.
ALTER TABLE emails RENAME TO notifications;
ALTER INDEX emails_pkey RENAME TO notifications_pkey;
ALTER INDEX emails_dedupe_key_key RENAME TO notifications_dedupe_key_key;
ALTER INDEX emails_event_id RENAME TO notifications_event_id;
ALTER INDEX emails_created_at RENAME TO notifications_created_at;
ALTER TABLE notifications RENAME CONSTRAINT emails_recipient_id_fkey TO notifications_recipient_id_fkey;
ALTER TABLE notifications RENAME CONSTRAINT emails_session_id_fkey TO notifications_session_id_fkey;
ALTER TABLE notifications
    DROP CONSTRAINT emails_status_check,
    -- 'gathered' waits for its reader's digest.
    ADD CONSTRAINT notifications_status_check CHECK (status IN
        ('queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'unknown', 'dropped',
         'gathered')),
    ADD COLUMN channel     text NOT NULL DEFAULT 'email' CHECK (channel IN ('email', 'in_app', 'sms', 'digest')),
    -- Whom it tells of, beside its reader.
    ADD COLUMN about_id    uuid REFERENCES users ON DELETE SET NULL,
    ADD COLUMN title       text,
    -- Where in the frontend it leads, from the first slash on.
    ADD COLUMN path        text,
    -- It rests until then: quiet hours, a digest, or too many messages at once.
    ADD COLUMN not_before  timestamptz,
    ADD COLUMN shown_at    timestamptz,
    ADD COLUMN read_at     timestamptz,
    -- The mail that it was gathered into.
    ADD COLUMN digest_id   uuid;
DROP INDEX emails_recipient_id;
CREATE INDEX notifications_recipient_id ON notifications (recipient_id, id DESC);
CREATE INDEX notifications_unread ON notifications (recipient_id)
    WHERE channel = 'in_app' AND status = 'delivered' AND read_at IS NULL;
CREATE INDEX notifications_resting ON notifications (not_before) WHERE not_before IS NOT NULL;
CREATE INDEX notifications_about_id ON notifications (about_id) WHERE about_id IS NOT NULL;
CREATE INDEX notifications_gathered ON notifications (recipient_id) WHERE status = 'gathered';
CREATE INDEX notifications_provider_message_id ON notifications (provider_message_id)
    WHERE provider_message_id IS NOT NULL;

-- How a person wants to hear; one without a row has never said so.
CREATE TABLE notification_settings (
    user_id       uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    digest        text NOT NULL CHECK (digest IN ('daily', 'weekly')),
    -- Minutes of the day in the person's zone; both or none.
    quiet_from    smallint CHECK (quiet_from BETWEEN 0 AND 1439),
    quiet_until   smallint CHECK (quiet_until BETWEEN 0 AND 1439),
    version       bigint NOT NULL,
    updated_at    timestamptz NOT NULL,
    CHECK ((quiet_from IS NULL) = (quiet_until IS NULL))
);

-- What a person has chosen for one kind of message; a kind without a row comes as usual.
CREATE TABLE notification_choices (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind    text NOT NULL,
    email   text NOT NULL CHECK (email IN ('now', 'digest', 'off')),
    in_app  boolean NOT NULL,
    sms     boolean NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- Words that admins have put in the place of the built-in ones. The newest version counts; one without words is the
-- return to the built-in ones.
CREATE TABLE notification_templates (
    kind       text NOT NULL,
    version    integer NOT NULL CHECK (version > 0),
    subject    text,
    text       text,
    html       text,
    created_by uuid REFERENCES users ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (kind, version),
    CHECK ((subject IS NULL) = (text IS NULL) AND (text IS NULL) = (html IS NULL))
);
CREATE INDEX notification_templates_created_by ON notification_templates (created_by);

-- Addresses that mail must not go to any more: their server says that nobody is there, or their owner complained.
CREATE TABLE suppressed_addresses (
    email         text PRIMARY KEY,
    reason        text NOT NULL CHECK (reason IN ('bounced', 'complained')),
    suppressed_at timestamptz NOT NULL
);
