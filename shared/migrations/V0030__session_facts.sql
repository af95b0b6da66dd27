-- What figures need to know of a session.

ALTER TABLE sessions
    -- When the mentor first did something about it: said yes or no, or proposed other times.
    ADD COLUMN answered_at timestamptz,
    -- The program of its match.
    ADD COLUMN program text;

-- Who was active in a program is asked person by person: by when a session was asked for, and by when it starts.
CREATE INDEX sessions_mentor_program_new ON sessions (mentor_id, program, created_at) WHERE program IS NOT NULL;
CREATE INDEX sessions_mentee_program_new ON sessions (mentee_id, program, created_at) WHERE program IS NOT NULL;
CREATE INDEX sessions_mentor_program_time ON sessions (mentor_id, program, scheduled_at) INCLUDE (status)
    WHERE program IS NOT NULL;
CREATE INDEX sessions_mentee_program_time ON sessions (mentee_id, program, scheduled_at) INCLUDE (status)
    WHERE program IS NOT NULL;
