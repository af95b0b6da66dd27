-- People: one row per account; what the role adds stands in its own table.
CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE users (
    id                  uuid PRIMARY KEY,
    email               text NOT NULL,
    password_hash       text NOT NULL,
    role                text NOT NULL CHECK (role IN ('mentor', 'mentee', 'admin')),
    status              text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'inactive', 'suspended')),
    email_verified_at   timestamptz,
    last_login_at       timestamptz,
    first_name          text NOT NULL,
    last_name           text NOT NULL,
    bio                 text,
    profile_picture_url text,
    location            text,
    timezone            text NOT NULL,
    languages           text[] NOT NULL DEFAULT '{}',
    version             bigint NOT NULL DEFAULT 1,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    CONSTRAINT users_email_is_lower_case CHECK (email = lower(email))
);
CREATE UNIQUE INDEX users_email_key ON users (email);

CREATE TABLE mentors (
    user_id                     uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    company                     text,
    title                       text,
    years_experience            integer,
    expertise_areas             text[] NOT NULL DEFAULT '{}',
    industries                  text[] NOT NULL DEFAULT '{}',
    stages                      text[] NOT NULL DEFAULT '{}',
    hourly_rate                 integer CHECK (hourly_rate >= 0),
    hourly_rate_currency        text,
    max_sessions_per_day        integer CHECK (max_sessions_per_day BETWEEN 1 AND 24),
    max_sessions_per_week       integer CHECK (max_sessions_per_week BETWEEN 1 AND 100),
    max_mentees                 integer NOT NULL CHECK (max_mentees BETWEEN 1 AND 50),
    buffer_minutes              integer NOT NULL CHECK (buffer_minutes BETWEEN 0 AND 240),
    min_notice_minutes          integer NOT NULL CHECK (min_notice_minutes BETWEEN 0 AND 43200),
    cancellation_notice_minutes integer NOT NULL CHECK (cancellation_notice_minutes BETWEEN 0 AND 43200),
    step_minutes                integer CHECK (step_minutes BETWEEN 5 AND 240),
    booking_horizon_days        integer NOT NULL CHECK (booking_horizon_days BETWEEN 1 AND 730),
    accepting                   boolean NOT NULL,
    vetting                     text NOT NULL CHECK (vetting IN ('pending', 'approved', 'rejected'))
);

CREATE TABLE mentees (
    user_id                   uuid PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    startup_name              text,
    industry_focus            text[] NOT NULL DEFAULT '{}',
    startup_stage             text CHECK (startup_stage IN ('idea', 'pre_seed', 'seed', 'series_a', 'series_b_plus')),
    goals                     text,
    current_role_name         text,
    interests                 text[] NOT NULL DEFAULT '{}',
    experience_level          text CHECK (experience_level IN ('beginner', 'intermediate', 'advanced')),
    career_goals              text,
    research_interests        text[] NOT NULL DEFAULT '{}',
    technical_skills          text[] NOT NULL DEFAULT '{}',
    communication_preferences text[] NOT NULL DEFAULT '{}'
);

-- Counts the changes to what matching reads of mentors, so that an instance knows when its copy is old.
CREATE TABLE mentor_catalog (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    revision bigint NOT NULL
);
INSERT INTO mentor_catalog (revision) VALUES (1);
