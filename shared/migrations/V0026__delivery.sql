-- What the mail service has reported about mails, each report once however often it comes. The address stays out of it:
-- the key is a hash of message, kind, address and moment.
CREATE TABLE delivery_reports (
    key             bytea PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notifications ON DELETE CASCADE,
    kind            text NOT NULL CHECK (kind IN
        ('sent', 'delivered', 'delayed', 'bounced', 'bounced_for_now', 'bounced_unclear', 'complained', 'praised',
         'rejected', 'unwritten')),
    reported_at     timestamptz NOT NULL
);
CREATE INDEX delivery_reports_notification_id ON delivery_reports (notification_id);
