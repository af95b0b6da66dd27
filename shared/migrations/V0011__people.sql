-- What people choose to be called and seen as, the topics and offerings of mentors, and what people agreed to.

ALTER TABLE users
    ADD COLUMN username             text,
    ADD COLUMN phone                bytea, -- sealed: who reads this table reads no number
    ADD COLUMN airtable_sync_status text NOT NULL DEFAULT 'pending'
        CHECK (airtable_sync_status IN ('synced', 'pending', 'error')),
    ADD COLUMN shows_location       boolean NOT NULL DEFAULT true,
    ADD COLUMN shows_company        boolean NOT NULL DEFAULT true,
    ADD COLUMN shows_languages      boolean NOT NULL DEFAULT true,
    ADD COLUMN shows_picture        boolean NOT NULL DEFAULT true,
    ADD COLUMN shows_phone          boolean NOT NULL DEFAULT false,
    ADD CONSTRAINT users_username_is_lower_case CHECK (username = lower(username));
CREATE UNIQUE INDEX users_username_key ON users (username);
CREATE INDEX users_new ON users (created_at, id);
CREATE INDEX users_name ON users (lower(last_name), lower(first_name), id);

-- A row of this table outlives the role: it is of use only while its person is a mentor.
ALTER TABLE mentors
    ADD COLUMN listed         boolean NOT NULL DEFAULT true,
    ADD COLUMN vetting_reason text,
    ADD COLUMN vetted_at      timestamptz;

-- What people agreed to, in which words, and until when. Rows are ended, never rewritten.
CREATE TABLE consents (
    user_id      uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    kind         text NOT NULL CHECK (kind IN ('terms', 'marketing', 'research')),
    text_version text NOT NULL,
    granted_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    PRIMARY KEY (user_id, kind, text_version, granted_at),
    CONSTRAINT consents_end_after_their_start CHECK (withdrawn_at >= granted_at)
);
CREATE UNIQUE INDEX consents_open ON consents (user_id, kind, text_version) WHERE withdrawn_at IS NULL;

-- An invitation brings a link to choose a password.
ALTER TABLE email_tokens DROP CONSTRAINT email_tokens_purpose_check;
ALTER TABLE email_tokens ADD CONSTRAINT email_tokens_purpose_check
    CHECK (purpose IN ('verify_email', 'reset_password', 'change_email', 'revert_email'));

CREATE TABLE topics (
    id            uuid PRIMARY KEY,
    name          text NOT NULL,
    is_predefined boolean NOT NULL DEFAULT false,
    created_by    uuid REFERENCES users ON DELETE SET NULL,
    version       bigint NOT NULL DEFAULT 1,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);
CREATE INDEX topics_name ON topics (lower(name), id);

-- Every name by which a topic is found, without case and spaces: its own, earlier ones, and those of topics merged into it.
CREATE TABLE topic_names (
    key      text PRIMARY KEY,
    topic_id uuid NOT NULL REFERENCES topics ON DELETE CASCADE
);
CREATE INDEX topic_names_topic_id ON topic_names (topic_id);

-- What kind of session a mentor gives, how long, at what price.
CREATE TABLE offerings (
    id               uuid PRIMARY KEY,
    mentor_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    topic_id         uuid NOT NULL REFERENCES topics,
    title            text NOT NULL,
    description      text,
    duration_minutes integer NOT NULL CHECK (duration_minutes BETWEEN 30 AND 180),
    price            integer NOT NULL CHECK (price >= 0),
    currency         text NOT NULL,
    active           boolean NOT NULL,
    version          bigint NOT NULL DEFAULT 1,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL
);
CREATE INDEX offerings_mentor_id ON offerings (mentor_id, id);
CREATE INDEX offerings_topic_id ON offerings (topic_id);

-- The list that mentors start from.
WITH predefined (id, name) AS (VALUES
    ('0195f000-0000-7000-8000-000000000001', 'Accounting and finance'),
    ('0195f000-0000-7000-8000-000000000002', 'AI and machine learning'),
    ('0195f000-0000-7000-8000-000000000003', 'B2B sales'),
    ('0195f000-0000-7000-8000-000000000004', 'Branding'),
    ('0195f000-0000-7000-8000-000000000005', 'Business models'),
    ('0195f000-0000-7000-8000-000000000006', 'Career change'),
    ('0195f000-0000-7000-8000-000000000007', 'Co-founder conflicts'),
    ('0195f000-0000-7000-8000-000000000008', 'Company culture'),
    ('0195f000-0000-7000-8000-000000000009', 'Content marketing'),
    ('0195f000-0000-7000-8000-00000000000a', 'Customer discovery'),
    ('0195f000-0000-7000-8000-00000000000b', 'Customer success'),
    ('0195f000-0000-7000-8000-00000000000c', 'Cybersecurity'),
    ('0195f000-0000-7000-8000-00000000000d', 'Data and analytics'),
    ('0195f000-0000-7000-8000-00000000000e', 'Design and user experience'),
    ('0195f000-0000-7000-8000-00000000000f', 'Equity and cap tables'),
    ('0195f000-0000-7000-8000-000000000010', 'E-commerce'),
    ('0195f000-0000-7000-8000-000000000011', 'Engineering management'),
    ('0195f000-0000-7000-8000-000000000012', 'Finding a co-founder'),
    ('0195f000-0000-7000-8000-000000000013', 'Fundraising'),
    ('0195f000-0000-7000-8000-000000000014', 'Go-to-market strategy'),
    ('0195f000-0000-7000-8000-000000000015', 'Growth marketing'),
    ('0195f000-0000-7000-8000-000000000016', 'Hardware and manufacturing'),
    ('0195f000-0000-7000-8000-000000000017', 'Hiring'),
    ('0195f000-0000-7000-8000-000000000018', 'Intellectual property'),
    ('0195f000-0000-7000-8000-000000000019', 'International expansion'),
    ('0195f000-0000-7000-8000-00000000001a', 'Investor relations'),
    ('0195f000-0000-7000-8000-00000000001b', 'Leadership'),
    ('0195f000-0000-7000-8000-00000000001c', 'Legal questions'),
    ('0195f000-0000-7000-8000-00000000001d', 'Market research'),
    ('0195f000-0000-7000-8000-00000000001e', 'Mental health of founders'),
    ('0195f000-0000-7000-8000-00000000001f', 'MVP and prototyping'),
    ('0195f000-0000-7000-8000-000000000020', 'Operations'),
    ('0195f000-0000-7000-8000-000000000021', 'Partnerships'),
    ('0195f000-0000-7000-8000-000000000022', 'Pitch decks'),
    ('0195f000-0000-7000-8000-000000000023', 'Pricing'),
    ('0195f000-0000-7000-8000-000000000024', 'Product management'),
    ('0195f000-0000-7000-8000-000000000025', 'Product-market fit'),
    ('0195f000-0000-7000-8000-000000000026', 'Public speaking'),
    ('0195f000-0000-7000-8000-000000000027', 'Remote teams'),
    ('0195f000-0000-7000-8000-000000000028', 'Software architecture'),
    ('0195f000-0000-7000-8000-000000000029', 'Startup strategy'),
    ('0195f000-0000-7000-8000-00000000002a', 'Sustainability and impact')
), topic AS (
  INSERT INTO topics (id, name, is_predefined, created_at, updated_at)
  SELECT id::uuid, name, true, clock_timestamp(), clock_timestamp() FROM predefined
  RETURNING id, name
)
INSERT INTO topic_names (key, topic_id) SELECT lower(replace(name, ' ', '')), id FROM topic;
