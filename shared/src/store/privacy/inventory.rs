//! The inventory: every table that knows people, what an export shows of it, and what an erasure does to it.
//!
//! A new table is one entry here, or a line in `tests/api/inventory.rs` that says why it knows nobody; the test there
//! names what is missing. In every statement `$1` is the person; an erasure also has the present moment as `$2`.

/// One table, as far as it knows people.
#[derive(Debug)]
pub struct Entry {
    /// The table.
    pub table: &'static str,
    /// What it holds, in words for whoever reads an export.
    pub about: &'static str,
    /// What an export shows of it.
    pub export: Export,
    /// What an erasure does to it.
    pub erasure: Erasure,
}

/// What an export shows of a table.
#[derive(Clone, Copy, Debug)]
pub enum Export {
    /// The person's rows.
    Rows {
        /// The columns that are shown.
        columns: &'static str,
        /// The columns that are not: secrets, and what only the machinery needs.
        hidden: &'static [&'static str],
        /// Columns that are sealed; they are opened for the export.
        sealed: &'static [&'static str],
        /// Reads the rows, each as one JSON object in `exported`.
        sql: &'static str,
    },
    /// Nothing, for this reason.
    Nothing(&'static str),
}

/// What an erasure does to a table.
#[derive(Clone, Copy, Debug)]
pub enum Erasure {
    /// These statements, in this order.
    By(&'static [&'static str]),
    /// Nothing, for this reason.
    Nothing(&'static str),
}

macro_rules! rows {
    ($columns:literal of $table:literal, whose $whose:literal, hides [$($hidden:literal),*]) => {
        rows!($columns of $table, whose $whose, hides [$($hidden),*], opens [])
    };
    ($columns:literal of $table:literal, whose $whose:literal, hides [$($hidden:literal),*], opens [$($sealed:literal),*]) => {
        Export::Rows {
            columns: $columns,
            hidden: &[$($hidden),*],
            sealed: &[$($sealed),*],
            sql: concat!(
                "SELECT to_jsonb(shown) AS exported FROM (SELECT ", $columns, " FROM ", $table, " WHERE ", $whose,
                " ORDER BY 1) AS shown"
            ),
        }
    };
}

/// Every table that knows people. An erasure goes through them in this order.
pub const INVENTORY: &[Entry] = &[
    // Before the account: it knows the address only.
    Entry {
        table: "suppressed_addresses",
        about: "Whether your address takes no mail any more, and why.",
        export: rows!(
            "email, reason, suppressed_at"
            of "suppressed_addresses", whose "email = (SELECT email FROM users WHERE id = $1)", hides []
        ),
        erasure: Erasure::By(&[
            "DELETE FROM suppressed_addresses WHERE email = (SELECT email FROM users WHERE id = $1)",
        ]),
    },
    Entry {
        table: "users",
        about: "Your account and what you say about yourself.",
        export: rows!(
            "id, email, email_verified_at, username, phone, role, status, last_login_at, first_name, last_name, bio,
             profile_picture_url, location, timezone, languages, airtable_sync_status, shows_location, shows_company,
             shows_languages, shows_picture, shows_phone, version, created_at, updated_at, erase_after"
            of "users", whose "id = $1", hides ["password_hash", "pepper_version", "erased_at"], opens ["phone"]
        ),
        // The name is what others read beside the sessions they had. The address can be nobody's (RFC 2606).
        erasure: Erasure::By(&["UPDATE users
            SET email = 'deleted-' || id || '@deleted.invalid', password_hash = NULL, pepper_version = NULL,
                status = 'inactive', email_verified_at = NULL, last_login_at = NULL, username = NULL,
                first_name = 'deleted', last_name = 'person', bio = NULL, profile_picture_url = NULL, phone = NULL,
                location = NULL, timezone = 'UTC', languages = '{}',
                version = version + 1, updated_at = $2, erase_after = NULL, erased_at = $2
          WHERE id = $1"]),
    },
    Entry {
        table: "mentors",
        about: "What you say about yourself as a mentor, and the rules under which you can be booked.",
        export: rows!(
            "company, title, years_experience, expertise_areas, industries, stages, hourly_rate, hourly_rate_currency,
             max_sessions_per_day, max_sessions_per_week, max_mentees, buffer_minutes, min_notice_minutes,
             cancellation_notice_minutes, step_minutes, booking_horizon_days, accepting, vetting,
             vetting_reason, vetted_at, listed, in_leaderboard"
            of "mentors", whose "user_id = $1", hides ["user_id"]
        ),
        // An empty row in the place of the old one: whoever reads a mentor finds one.
        erasure: Erasure::By(&[
            "DELETE FROM mentors WHERE user_id = $1",
            "INSERT INTO mentors (user_id, max_mentees, buffer_minutes, min_notice_minutes,
                                  cancellation_notice_minutes, booking_horizon_days, accepting, vetting)
             SELECT id, 1, 0, 0, 0, 1, false, 'rejected' FROM users WHERE id = $1 AND role = 'mentor'",
        ]),
    },
    Entry {
        table: "mentees",
        about: "What you say about yourself as a mentee.",
        export: rows!(
            "startup_name, industry_focus, startup_stage, goals, current_role_name, interests, experience_level,
             career_goals, research_interests, technical_skills, communication_preferences"
            of "mentees", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&[
            "DELETE FROM mentees WHERE user_id = $1",
            "INSERT INTO mentees (user_id) SELECT id FROM users WHERE id = $1 AND role = 'mentee'",
        ]),
    },
    Entry {
        table: "consents",
        about: "What you agreed to, in which words, and until when.",
        export: rows!(
            "granted_at, withdrawn_at, kind, text_version" of "consents", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM consents WHERE user_id = $1"]),
    },
    Entry {
        table: "topics",
        about: "Topics that you have added. They belong to everybody, and do not say who added them.",
        export: rows!(
            "created_at, id, name, version, updated_at" of "topics", whose "created_by = $1",
            hides ["is_predefined", "created_by"]
        ),
        erasure: Erasure::By(&["UPDATE topics SET created_by = NULL WHERE created_by = $1"]),
    },
    Entry {
        table: "offerings",
        about: "The kinds of sessions that you offer.",
        export: rows!(
            "created_at, id, topic_id, title, description, duration_minutes, price, currency, active, version, updated_at"
            of "offerings", whose "mentor_id = $1", hides ["mentor_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM offerings WHERE mentor_id = $1"]),
    },
    Entry {
        table: "mentor_search",
        about: "What is searched of mentors.",
        export: Export::Nothing("a copy of your profile, which is shown"),
        erasure: Erasure::Nothing("follows the profile, by triggers"),
    },
    Entry {
        table: "identities",
        about: "Your accounts elsewhere with which you can sign in.",
        export: rows!(
            "linked_at, provider, subject" of "identities", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM identities WHERE user_id = $1"]),
    },
    Entry {
        table: "oauth_states",
        about: "Sign-ins by another service that are under way.",
        export: Export::Nothing("sealed, and over after some minutes"),
        erasure: Erasure::By(&["DELETE FROM oauth_states WHERE user_id = $1"]),
    },
    Entry {
        table: "api_keys",
        about: "The keys that you have made for other systems.",
        export: rows!(
            "created_at, id, name, prefix, scopes, expires_at, last_used_at, revoked_at"
            of "api_keys", whose "user_id = $1", hides ["user_id", "hash"]
        ),
        erasure: Erasure::By(&["DELETE FROM api_keys WHERE user_id = $1"]),
    },
    Entry {
        table: "logins",
        about: "The devices on which you have signed in.",
        export: rows!(
            "created_at, last_seen_at, network, user_agent, ends_at, revoked_at, id" of "logins", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM logins WHERE user_id = $1"]),
    },
    Entry {
        table: "refresh_tokens",
        about: "What keeps your devices signed in.",
        export: Export::Nothing("hashes of secrets; the devices are shown"),
        erasure: Erasure::Nothing("goes with its login"),
    },
    Entry {
        table: "email_tokens",
        about: "The links in our mails that prove who you are.",
        export: Export::Nothing("hashes of secrets; the mails are shown"),
        erasure: Erasure::By(&["DELETE FROM email_tokens WHERE user_id = $1"]),
    },
    Entry {
        table: "email_changes",
        about: "Changes of your address that you asked for in the last week.",
        export: rows!(
            "requested_at, old_email, new_email" of "email_changes", whose "user_id = $1", hides ["id", "user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM email_changes WHERE user_id = $1"]),
    },
    Entry {
        table: "totps",
        about: "Your second factor for signing in, without its secret.",
        export: rows!(
            "created_at, confirmed_at" of "totps", whose "user_id = $1", hides ["user_id", "secret", "last_step"]
        ),
        erasure: Erasure::By(&["DELETE FROM totps WHERE user_id = $1"]),
    },
    Entry {
        table: "recovery_codes",
        about: "The codes for the day on which your second factor is lost.",
        export: Export::Nothing("hashes of secrets"),
        erasure: Erasure::By(&["DELETE FROM recovery_codes WHERE user_id = $1"]),
    },
    Entry {
        table: "availability",
        about: "When you are open, and when you are not.",
        export: rows!(
            "created_at, id, kind, is_recurring, day_of_week, every_n_weeks, start_minute, end_minute, timezone,
             valid_from, valid_until, version, updated_at"
            of "availability", whose "mentor_id = $1", hides ["mentor_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM availability WHERE mentor_id = $1"]),
    },
    Entry {
        table: "offered_hours",
        about: "When you were open, and will be in the next weeks, as it is counted.",
        export: rows!(
            "starts_at, ends_at" of "offered_hours", whose "mentor_id = $1", hides ["mentor_id"]
        ),
        // What is still to come is nobody's offer any more; what has been stays in the sum, which names nobody.
        erasure: Erasure::By(&["WITH gone AS (DELETE FROM offered_hours WHERE mentor_id = $1 RETURNING starts_at, ends_at),
                   coming AS (
                SELECT quarter,
                       sum(extract(epoch FROM least(ends_at, quarter + interval '15 minutes')
                                            - greatest(starts_at, quarter)) / 60)::bigint AS minutes
                  FROM gone, generate_series(quarter_of(starts_at), ends_at - interval '1 second',
                                             interval '15 minutes') AS quarter
                 WHERE starts_at >= $2
                 GROUP BY quarter)
             UPDATE offered_quarters AS q SET minutes = q.minutes - coming.minutes
               FROM coming WHERE q.quarter = coming.quarter"]),
    },
    Entry {
        table: "matches",
        about: "Mentors who were proposed to you, or to whom you were proposed, with the reasons.",
        export: rows!(
            "created_at, id, mentee_id, mentor_id, program, program_version, score, components, reasoning,
             explanation_source, is_weak"
            of "matches", whose "mentee_id = $1 OR mentor_id = $1", hides ["explanation_outcome"]
        ),
        // The reasons quote both profiles.
        erasure: Erasure::By(&["UPDATE matches
            SET components = '[]', reasoning = 'One of the two has left.', explanation_source = 'template',
                explanation_outcome = 'failed'
          WHERE mentee_id = $1 OR mentor_id = $1"]),
    },
    Entry {
        table: "sessions",
        about: "Your sessions. What the other one wrote for themselves alone is theirs, and not shown.",
        export: rows!(
            "scheduled_at, ends_at, id, mentor_id, mentee_id, duration_minutes, status, topic, notes, mentee_notes,
             CASE WHEN mentor_id = $1 THEN mentor_notes END AS mentor_notes, meeting_link, match_id, match_score,
             program, payment_status, price, currency, respond_by, answered_at, cancellation_notice_minutes, ended_by, ended_reason,
             version, sequence, created_at, updated_at, reschedule_rounds, open_reschedule_id, open_reschedule_by,
             open_reschedule_until"
            of "sessions", whose "mentor_id = $1 OR mentee_id = $1", hides ["nudge_at", "airtable_version"]
        ),
        // The session stays for the other one, without the words of whoever leaves; nobody knows who wrote `notes`.
        erasure: Erasure::By(&["UPDATE sessions
            SET topic = CASE WHEN mentee_id <> $1 THEN topic END,
                mentee_notes = CASE WHEN mentee_id <> $1 THEN mentee_notes END,
                mentor_notes = CASE WHEN mentor_id <> $1 THEN mentor_notes END,
                meeting_link = CASE WHEN mentor_id <> $1 THEN meeting_link END,
                ended_reason = CASE WHEN ended_by <> $1 THEN ended_reason END,
                notes = NULL, version = version + 1, updated_at = $2
          WHERE mentor_id = $1 OR mentee_id = $1"]),
    },
    Entry {
        table: "payments",
        about: "What you paid for your sessions as a mentee. Cards are known to the payment provider, not to us.",
        export: rows!(
            "created_at, session_id, status, amount, currency, attempts, provider_reference, problem, updated_at"
            of "payments", whose "session_id IN (SELECT id FROM sessions WHERE mentee_id = $1)",
            hides ["method", "action_url", "step", "calls", "last_error", "version", "woken_at"]
        ),
        // Amounts and the provider's references stay: books are kept, and what is held for somebody is given back. What
        // the provider was asked to hold, and nobody knows whether it does, is asked for again before it is given back.
        erasure: Erasure::By(&["UPDATE payments
            SET method = CASE WHEN step = 'authorize' THEN method END, action_url = NULL, problem = NULL, last_error = NULL
          WHERE session_id IN (SELECT id FROM sessions WHERE mentee_id = $1)"]),
    },
    Entry {
        table: "messages",
        about: "What you wrote to the other one of your sessions, and what they wrote to you.",
        export: rows!(
            "created_at, id, session_id, sender_id, receiver_id, content, message_type, read_at"
            of "messages", whose "session_id IN (SELECT id FROM sessions WHERE mentor_id = $1 OR mentee_id = $1)",
            hides []
        ),
        // The other one's words stay theirs. Nobody is asked to read what is empty.
        erasure: Erasure::By(&["UPDATE messages
            SET content = '', read_at = coalesce(read_at, $2)
          WHERE sender_id = $1 AND session_id IN (SELECT id FROM sessions WHERE mentor_id = $1 OR mentee_id = $1)"]),
    },
    Entry {
        table: "profile_vectors",
        about: "What a model makes of the texts of your profile, so that they can be compared.",
        export: Export::Nothing("made of texts that are shown"),
        erasure: Erasure::By(&["DELETE FROM profile_vectors WHERE user_id = $1"]),
    },
    Entry {
        table: "message_notices",
        about: "When you were last told of messages by mail.",
        export: Export::Nothing("the mails are shown"),
        erasure: Erasure::By(&["DELETE FROM message_notices WHERE receiver_id = $1"]),
    },
    Entry {
        table: "busy",
        about: "When your sessions hold you.",
        export: Export::Nothing("the times of your sessions, which are shown"),
        erasure: Erasure::Nothing("ids and the times of sessions that stay"),
    },
    Entry {
        table: "reschedule_requests",
        about: "Other times that were proposed for your sessions, by you or to you, and the answers.",
        export: rows!(
            "created_at, id, session_id, round, proposed_by, proposed_times, reason, status, lapses_at, answered_by,
             answered_at, answer_reason, accepted_time, version"
            of "reschedule_requests", whose "proposed_by = $1 OR answered_by = $1", hides []
        ),
        erasure: Erasure::By(&["UPDATE reschedule_requests
            SET reason = CASE WHEN proposed_by <> $1 THEN reason END,
                answer_reason = CASE WHEN answered_by <> $1 THEN answer_reason END
          WHERE proposed_by = $1 OR answered_by = $1"]),
    },
    Entry {
        table: "session_history",
        about: "What you did to sessions, and when.",
        export: rows!(
            "at, session_id, version, action, from_status, to_status, from_start, to_start, reason"
            of "session_history", whose "actor_id = $1", hides ["actor_id"]
        ),
        // What happened stays, done by somebody who is nobody.
        erasure: Erasure::By(&["UPDATE session_history SET reason = NULL WHERE actor_id = $1"]),
    },
    Entry {
        table: "reminders",
        about: "When you are reminded of your sessions.",
        export: rows!(
            "due_at, id, session_id, offset_minutes, fired_at"
            of "reminders", whose "recipient_id = $1", hides ["recipient_id", "session_version"]
        ),
        erasure: Erasure::By(&["DELETE FROM reminders WHERE recipient_id = $1"]),
    },
    Entry {
        table: "mentorships",
        about: "Your long-term matches as a mentor or a mentee.",
        export: rows!(
            "created_at, id, mentor_id, mentee_id, status, origin, request_id, run_id, score, started_at, ended_at,
             ended_by, ended_reason, version, updated_at"
            of "mentorships", whose "mentor_id = $1 OR mentee_id = $1", hides ["is_over_capacity", "at_risk", "judged_at"]
        ),
        // It stays for the other one, without the words of whoever leaves.
        erasure: Erasure::By(&["UPDATE mentorships
            SET ended_reason = CASE WHEN ended_by <> $1 THEN ended_reason END, version = version + 1, updated_at = $2
          WHERE mentor_id = $1 OR mentee_id = $1 OR ended_by = $1"]),
    },
    Entry {
        table: "mentorship_meetings",
        about: "The meetings of your matches that you or the other one wrote down.",
        export: rows!(
            "met_at, id, mentorship_id, author_id, minutes, kind, notes, action_items, version, created_at, updated_at"
            of "mentorship_meetings",
            whose "mentorship_id IN (SELECT id FROM mentorships WHERE mentor_id = $1 OR mentee_id = $1)", hides []
        ),
        // That they met stays; the other one's words stay theirs.
        erasure: Erasure::By(&["UPDATE mentorship_meetings
            SET notes = NULL, action_items = '[]', version = version + 1, updated_at = $2
          WHERE author_id = $1"]),
    },
    Entry {
        table: "mentorship_feedback",
        about: "What you think of your matches.",
        export: rows!(
            "created_at, mentorship_id, rating, text, version, updated_at"
            of "mentorship_feedback", whose "author_id = $1", hides ["author_id"]
        ),
        erasure: Erasure::By(&["UPDATE mentorship_feedback
            SET text = NULL, version = version + 1, updated_at = $2
          WHERE author_id = $1"]),
    },
    Entry {
        table: "feedback",
        about: "What you said of your sessions, and what others said of you in public.",
        // In random order, and of what others said without their names no more than everybody sees.
        export: rows!(
            "public_id, about, rating, helpfulness_rating, would_recommend, written_feedback, is_anonymous, published_at,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN author_id END AS author_id,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN session_id END AS session_id,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN topics_covered END AS topics_covered,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN version END AS version,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN created_at END AS created_at,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN said_at END AS said_at,
             CASE WHEN author_id = $1 OR NOT is_anonymous THEN updated_at END AS updated_at, subject_id, hidden_at,
             hidden_reason"
            of "feedback",
            whose "author_id = $1 OR (subject_id = $1 AND published_at IS NOT NULL AND hidden_at IS NULL)",
            hides ["id", "settles_at", "hidden_by"]
        ),
        // What was published without a name stays as it is: if it went with its author, it was theirs. What nobody has seen
        // goes. Of the rest the words go, of whoever leaves and about them.
        erasure: Erasure::By(&[
            "DELETE FROM feedback
              WHERE author_id = $1 AND about = 'mentor' AND is_anonymous AND published_at IS NULL",
            "UPDATE feedback
                SET written_feedback = NULL, topics_covered = '{}',
                    hidden_reason = CASE WHEN hidden_at IS NOT NULL THEN '' END,
                    version = version + 1, updated_at = $2
              WHERE subject_id = $1
                 OR (author_id = $1 AND NOT (about = 'mentor' AND is_anonymous AND published_at IS NOT NULL))",
        ]),
    },
    Entry {
        table: "feedback_history",
        about: "What you said of your sessions before you changed it.",
        export: rows!(
            "said_at, feedback_id, version, rating, helpfulness_rating, would_recommend, written_feedback, topics_covered,
             is_anonymous"
            of "feedback_history", whose "feedback_id IN (SELECT id FROM feedback WHERE author_id = $1)", hides []
        ),
        erasure: Erasure::By(&["DELETE FROM feedback_history
          WHERE feedback_id IN (SELECT id FROM feedback WHERE author_id = $1 OR subject_id = $1)"]),
    },
    Entry {
        table: "mentoring_requests",
        about: "Your requests for a long-term mentor.",
        export: rows!(
            "created_at, id, status, goals, program, program_version, rounds, mentorship_id, queued_at, version, updated_at"
            of "mentoring_requests", whose "mentee_id = $1", hides ["mentee_id", "goals_vector", "goals_model"]
        ),
        erasure: Erasure::By(&["UPDATE mentoring_requests
            SET goals = '', goals_vector = NULL, goals_model = NULL, version = version + 1, updated_at = $2
          WHERE mentee_id = $1"]),
    },
    Entry {
        table: "mentoring_candidates",
        about: "Mentors who were considered for your requests, or requests for which you were considered as a mentor.",
        export: rows!(
            "request_id, place, mentor_id, round, outcome, score, components, reasoning, is_weak,
             CASE WHEN mentor_id = $1 THEN reason END AS reason, answered_at"
            of "mentoring_candidates",
            whose "mentor_id = $1 OR request_id IN (SELECT id FROM mentoring_requests WHERE mentee_id = $1)", hides []
        ),
        // The reasons for a score quote both profiles.
        erasure: Erasure::By(&["UPDATE mentoring_candidates
            SET components = '[]', reasoning = 'One of the two has left.',
                reason = CASE WHEN mentor_id <> $1 THEN reason END
          WHERE mentor_id = $1 OR request_id IN (SELECT id FROM mentoring_requests WHERE mentee_id = $1)"]),
    },
    Entry {
        table: "questions",
        about: "Your quick questions, and those that you have or had as a mentor when they ended.",
        export: rows!(
            "created_at, id, CASE WHEN mentee_id = $1 THEN mentee_id END AS mentee_id, mentor_id, title, text, topics, status,
             CASE WHEN mentee_id = $1 THEN declined END AS declined, holds_until, escalated_at, session_id, rating, rated_at,
             removed_reason, version, updated_at"
            of "questions", whose "mentee_id = $1 OR (mentor_id = $1 AND status <> 'removed')",
            hides ["claims", "posts", "offer_at", "meaning", "meaning_model"]
        ),
        // It stays for the mentor whose answer was rated, without the words of whoever leaves.
        erasure: Erasure::By(&[
            "UPDATE questions
                SET title = '', text = '', topics = '{}', meaning = NULL, meaning_model = NULL, removed_reason = NULL,
                    version = version + 1, updated_at = $2
              WHERE mentee_id = $1",
            "UPDATE questions SET declined = array_remove(declined, $1)
              WHERE holds_until IS NOT NULL AND $1 = ANY (declined)",
        ]),
    },
    Entry {
        table: "question_posts",
        about: "What you wrote in the threads of quick questions, and what was written to you.",
        export: rows!(
            "created_at, id, question_id, author_id, content"
            of "question_posts",
            whose "author_id = $1 OR EXISTS (SELECT FROM questions q WHERE q.id = question_id
                   AND (q.mentee_id = $1
                        OR (q.mentor_id = $1 AND q.claims = question_posts.claim AND q.status <> 'removed')))",
            hides ["claim"]
        ),
        // The other one's words stay theirs.
        erasure: Erasure::By(&["UPDATE question_posts SET content = '' WHERE author_id = $1"]),
    },
    Entry {
        table: "match_cache",
        about: "Which mentors we proposed when you asked, to answer faster when you ask again within a day.",
        export: Export::Nothing("the matches themselves are there"),
        erasure: Erasure::By(&["DELETE FROM match_cache WHERE mentee_id = $1"]),
    },
    Entry {
        table: "assignment_pairs",
        about: "Whom you were to work with when all who waited were matched at once, with the reasons.",
        export: rows!(
            "id, run_id, mentee_id, mentor_id, score, components, reasoning, is_weak, is_pinned, mentorship_id, lost"
            of "assignment_pairs", whose "mentee_id = $1 OR mentor_id = $1", hides []
        ),
        // The reasons quote both profiles.
        erasure: Erasure::By(&["UPDATE assignment_pairs
            SET components = '[]', reasoning = 'One of the two has left.'
          WHERE mentee_id = $1 OR mentor_id = $1"]),
    },
    Entry {
        table: "assignment_unmatched",
        about: "Why you had nobody, or fewer than you wanted, when all who waited were matched at once.",
        export: rows!(
            "run_id, role, missing, reason, options, best_id, best_score"
            of "assignment_unmatched", whose "person_id = $1", hides ["person_id"]
        ),
        erasure: Erasure::Nothing("numbers about somebody who is nobody any more"),
    },
    Entry {
        table: "assignment_changes",
        about: "Which other mentors you were to get when all who waited were matched once more.",
        export: rows!(
            "run_id, moves"
            of "assignment_changes", whose "mentee_id = $1", hides ["mentee_id"]
        ),
        erasure: Erasure::Nothing("numbers about somebody who is nobody any more"),
    },
    Entry {
        table: "assignment_runs",
        about: "Matching all who waited at once, as an admin.",
        export: rows!(
            "created_at, id, status, mode, scope, program, program_version, matches_each, staged_at, closed_at, version"
            of "assignment_runs", whose "requested_by = $1 OR closed_by = $1",
            hides ["requested_by", "closed_by", "pinned", "excluded", "figures", "certificate", "previous_id"]
        ),
        erasure: Erasure::Nothing("that somebody who is nobody any more has run it"),
    },
    Entry {
        table: "idempotency",
        about: "What we answered to requests with an Idempotency-Key.",
        export: Export::Nothing("answers you have got, sealed, for a day"),
        erasure: Erasure::By(&["DELETE FROM idempotency WHERE user_id = $1"]),
    },
    Entry {
        table: "notifications",
        about: "What we told you, and by which way. The texts of mails are not kept.",
        export: rows!(
            "created_at, id, kind, channel, title, path, session_id, status, attempts, provider_message_id, error,
             not_before, shown_at, read_at, updated_at"
            of "notifications", whose "recipient_id = $1",
            hides ["recipient_id", "about_id", "event_id", "dedupe_key", "is_security", "claimed_until", "digest_id"]
        ),
        // What others were told of them names them.
        erasure: Erasure::By(&[
            "DELETE FROM notifications WHERE recipient_id = $1",
            "DELETE FROM notifications WHERE about_id = $1 AND title IS NOT NULL",
        ]),
    },
    Entry {
        table: "notification_settings",
        about: "When you want to hear from us.",
        export: rows!(
            "digest, quiet_from, quiet_until, version, updated_at"
            of "notification_settings", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM notification_settings WHERE user_id = $1"]),
    },
    Entry {
        table: "notification_choices",
        about: "By which ways you want to hear of what.",
        export: rows!(
            "kind, email, in_app, sms"
            of "notification_choices", whose "user_id = $1", hides ["user_id"]
        ),
        erasure: Erasure::By(&["DELETE FROM notification_choices WHERE user_id = $1"]),
    },
    Entry {
        table: "notification_templates",
        about: "The words of messages that you have written as an admin.",
        export: rows!(
            "kind, version, subject, text, html, created_at"
            of "notification_templates", whose "created_by = $1", hides ["created_by"]
        ),
        erasure: Erasure::By(&[
            "UPDATE notification_templates SET created_by = NULL WHERE created_by = $1",
        ]),
    },
    Entry {
        table: "delivery_reports",
        about: "What the mail service told us of our mails to you: taken, delivered, given back.",
        export: rows!(
            "reported_at, kind, notification_id" of "delivery_reports",
            whose "notification_id IN (SELECT id FROM notifications WHERE recipient_id = $1)", hides ["key"]
        ),
        erasure: Erasure::Nothing("they go with the mails that they are about"),
    },
    Entry {
        table: "airtable_records",
        about: "Which record in our program's base in Airtable is yours.",
        export: rows!(
            "record_id, found_at, deleted_at, synced_at, problem" of "airtable_records", whose "user_id = $1",
            hides ["user_id"]
        ),
        erasure: Erasure::Nothing("the id of a record, until airtable-worker has deleted that record; then it goes too"),
    },
    Entry {
        table: "airtable_values",
        about: "What your record in Airtable said when it was last the same as your profile.",
        export: rows!("field, base" of "airtable_values", whose "user_id = $1",
            hides ["user_id", "awaited", "heard", "seen", "passed"]),
        erasure: Erasure::By(&["DELETE FROM airtable_values WHERE user_id = $1"]),
    },
    Entry {
        table: "airtable_sync_log",
        about: "Which of your fields were brought to Airtable or from there, and when.",
        export: rows!("at, field, outcome, detail" of "airtable_sync_log", whose "user_id = $1",
            hides ["id", "user_id", "session_id"]),
        erasure: Erasure::By(&["DELETE FROM airtable_sync_log WHERE user_id = $1"]),
    },
    Entry {
        table: "sync_conflicts",
        about: "Fields of yours that were changed here and in Airtable at the same time.",
        export: rows!(
            "detected_at, id, field, kind, base, ours, theirs, resolution, resolved_at, version"
            of "sync_conflicts", whose "user_id = $1", hides ["user_id", "resolved_by"]
        ),
        erasure: Erasure::By(&[
            "DELETE FROM sync_conflicts WHERE user_id = $1",
            "UPDATE sync_conflicts SET resolved_by = NULL WHERE resolved_by = $1",
        ]),
    },
    Entry {
        table: "jobs",
        about: "What you asked us to do that takes a while, such as this export.",
        export: rows!(
            "created_at, id, kind, status, progress, attempts, error, params, started_at, finished_at"
            of "jobs", whose "subject_id = $1 OR requested_by = $1",
            hides ["priority", "max_attempts", "requested_by", "subject_id", "result", "lease_until", "version"]
        ),
        erasure: Erasure::By(&["DELETE FROM jobs WHERE subject_id = $1"]),
    },
    Entry {
        table: "outbox",
        about: "Events on their way to our queues.",
        export: Export::Nothing("ids of what is shown elsewhere, for at most a week"),
        // What was not sent yet tells others that their sessions are cancelled; it goes a week later.
        erasure: Erasure::By(&[
            "DELETE FROM outbox WHERE sent_at IS NOT NULL AND position($1::text IN record::text) > 0",
        ]),
    },
    Entry {
        table: "audit_log",
        about: "What was done to your account, and from which network.",
        export: rows!(
            "at, action, network, user_agent, reason" of "audit_log", whose "subject_id = $1",
            hides ["id", "actor_id", "subject_id", "login_id", "request_id", "day", "seq", "prev_hash", "hash"]
        ),
        erasure: Erasure::Nothing("ids only, of an account that is nobody's; two years of it are kept as evidence"),
    },
];
