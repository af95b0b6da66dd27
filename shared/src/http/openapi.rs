//! The OpenAPI 3.1 document: the areas' own parts, merged, with what they have in common.

use utoipa::openapi::header::{Header, HeaderBuilder};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, PathItem, RefOr, Response};

/// Every code of a refusal, with what it means.
pub const CODES: &[(&str, &str)] = &[
    ("account_inactive", "the account is paused by its owner"),
    (
        "action_or_fields",
        "a change is either one action or plain fields",
    ),
    (
        "admin_endpoint",
        "admins do this by an operation of their own, with a reason",
    ),
    (
        "airtable_name_taken",
        "two fields would have one name in Airtable",
    ),
    (
        "already_answered",
        "the mentor has answered this proposal before",
    ),
    (
        "already_linked",
        "the account has another sign-in of the same service",
    ),
    ("already_vetted", "this was decided about the mentor before"),
    ("answer_too_late", "the time to answer a request is over"),
    (
        "assignment_closed",
        "the batch was published or dropped, or has failed",
    ),
    ("assignment_not_staged", "the batch is not solved yet"),
    (
        "assignment_open",
        "another batch is open: publish or drop it first",
    ),
    (
        "bad_credentials",
        "address or password are wrong, or the account is shut out",
    ),
    (
        "bad_signature",
        "a message is not signed by whom it says it is of",
    ),
    (
        "bad_totp",
        "the code of the second factor is wrong, too old or was used before",
    ),
    (
        "batch_closed",
        "another mentor was faster, or the mentee needs no answer any more",
    ),
    (
        "beyond_horizon",
        "the time is further ahead than the mentor can be booked",
    ),
    ("body_too_large", "the body is larger than 1 MiB"),
    (
        "broken_template",
        "words for a message cannot be read as a template, or name a fact that there is not",
    ),
    (
        "cancel_too_late",
        "the mentor's notice for cancelling has begun",
    ),
    (
        "conflict_resolved",
        "the conflict of a sync was resolved before",
    ),
    ("control_character", "a text contains control characters"),
    (
        "conversation_over",
        "one of the two people of a session is leaving or has left: nobody writes there any more",
    ),
    (
        "day_limit_reached",
        "the mentor takes no more sessions on that day",
    ),
    (
        "deletion_not_requested",
        "the account is not going to be deleted",
    ),
    (
        "deletion_requested",
        "the account is going to be deleted; only its person restores it",
    ),
    (
        "duration_or_offering",
        "a session takes as long as one says, or as the offering says",
    ),
    (
        "email_not_verified",
        "the address of mail is not proven yet",
    ),
    (
        "email_taken",
        "there is an account with this address already",
    ),
    ("end_not_after_start", "hours end before they start"),
    (
        "ends_before_it_begins",
        "a span or a validity ends before it begins",
    ),
    ("expiry_in_the_past", "an API key would have ended already"),
    (
        "feedback_edit_closed",
        "feedback cannot be changed after a day, nor once it was published without a name",
    ),
    (
        "feedback_given",
        "the person has said what they think of the match: change it instead",
    ),
    (
        "feedback_hidden",
        "an admin has taken the feedback out of sight",
    ),
    (
        "feedback_not_hidden",
        "the feedback is in sight, or where it belongs",
    ),
    (
        "feedback_not_yours",
        "only the two people of a session say how it was",
    ),
    (
        "feedback_was_named",
        "feedback that was given with a name cannot become anonymous",
    ),
    (
        "field_of_another_role",
        "the field belongs to people of another role",
    ),
    (
        "field_of_the_platform",
        "the field is changed on the platform only, not in Airtable",
    ),
    (
        "filter_not_applicable",
        "a filter says nothing about the rows that are asked for",
    ),
    (
        "fixed_event",
        "messages about the account itself always come",
    ),
    ("forbidden", "the role may not do this"),
    (
        "idempotency_in_progress",
        "a request with this Idempotency-Key is being answered; Retry-After says when to ask again",
    ),
    (
        "idempotency_key_reused",
        "the Idempotency-Key was sent with another request before",
    ),
    (
        "identity_taken",
        "the sign-in of the other service belongs to another account",
    ),
    ("in_the_past", "only the future can be booked"),
    (
        "insufficient_scope",
        "the scopes of the API key do not cover the request",
    ),
    ("internal", "a bug of ours; name the request id"),
    ("invalid_currency", "a currency is no ISO 4217 code"),
    ("invalid_cursor", "the cursor is not of this list"),
    ("invalid_date", "a date is not written YYYY-MM-DD"),
    (
        "invalid_day_of_week",
        "a day is not 0 (Sunday) to 6 (Saturday)",
    ),
    ("invalid_email", "the text is no address of mail"),
    ("invalid_id", "an id is no UUID"),
    (
        "invalid_idempotency_key",
        "an Idempotency-Key is not one text of 8 to 255 letters, digits and . _ : -",
    ),
    ("invalid_if_match", "If-Match is neither an ETag nor *"),
    ("invalid_kind", "hours are neither open nor blocked"),
    (
        "invalid_payment_method",
        "the token of a payment method has other characters, or is the number of a card",
    ),
    (
        "invalid_phone",
        "a phone number is not in the international form",
    ),
    (
        "invalid_program_key",
        "the key of a program has other characters, or too few or many",
    ),
    (
        "invalid_quiet_hours",
        "quiet hours begin and end at two different times of a day",
    ),
    ("invalid_recurrence", "hours come back every 1 to 52 weeks"),
    (
        "invalid_state",
        "the sign-in with another service is unknown, used or too old",
    ),
    ("invalid_time", "a time is not RFC 3339 with its offset"),
    (
        "invalid_time_of_day",
        "a time of day is not written HH:MM, from 00:00 to 24:00",
    ),
    ("invalid_timezone", "the zone is not in the tz database"),
    (
        "invalid_token",
        "the link of a mail is unknown, used or too old",
    ),
    (
        "invalid_transition",
        "the session, the match or the question cannot do that in its present state",
    ),
    (
        "invalid_url",
        "an address is not https, or of no public host",
    ),
    (
        "invalid_username",
        "a user name has other characters, or too few or many",
    ),
    ("job_ended", "the job has ended already"),
    (
        "job_expired",
        "what has come of the job was thrown away: start another",
    ),
    ("job_not_ready", "what has come of the job is not there yet"),
    ("job_open", "another job of this kind is under way"),
    (
        "job_recurring",
        "a run of a schedule cannot be tried again or called off: the next one comes by itself",
    ),
    ("job_running", "a worker has the job at the moment"),
    (
        "job_undeliverable",
        "the address of the message takes no mail from us any more",
    ),
    ("job_waiting", "the job waits for its turn already"),
    ("last_admin", "the program would be left without an admin"),
    (
        "link_missing",
        "words for a message leave out the link that its reader needs",
    ),
    (
        "link_needs_password",
        "the address is not proven on both sides: log in with the password, then link",
    ),
    ("login_ended", "the signed-in device was signed out"),
    (
        "login_too_old",
        "without a password this needs a sign-in of the last ten minutes",
    ),
    ("malformed_json", "the body is not good JSON"),
    ("malformed_text", "a text of the query is not UTF-8"),
    (
        "match_ended",
        "the match has ended: nothing more is written down",
    ),
    ("match_exists", "the two are matched already"),
    ("mentee_busy", "you have another session then"),
    (
        "mentee_unavailable",
        "the mentee cannot be matched at the moment",
    ),
    ("mentor_buffer", "the mentor keeps a gap between sessions"),
    ("mentor_busy", "the mentor has another session then"),
    ("mentor_full", "the mentor has as many mentees as they take"),
    (
        "mentor_not_accepting",
        "the mentor takes no new sessions at the moment",
    ),
    (
        "mentor_not_approved",
        "open questions are for mentors whom an admin has approved",
    ),
    (
        "mentor_unavailable",
        "the mentor cannot be matched at the moment",
    ),
    ("merged_into_itself", "a topic cannot be merged into itself"),
    (
        "method_not_allowed",
        "the address does not know this method",
    ),
    ("missing_field", "a field is required"),
    (
        "no_password",
        "the account has no password yet that could confirm a change",
    ),
    (
        "no_program_draft",
        "the newest version of the program is in use already",
    ),
    (
        "not_acceptable",
        "Accept asks for a format that the address does not speak",
    ),
    (
        "not_found",
        "there is no such thing, or the asker may not know that there is",
    ),
    ("not_met_yet", "a meeting is written down once it has begun"),
    (
        "not_on_grid",
        "sessions start at other minutes; details name the nearest",
    ),
    ("not_proposed", "only a mentor who was proposed may answer"),
    (
        "not_the_author",
        "only whoever wrote a meeting down may change it",
    ),
    (
        "not_your_action",
        "only somebody else may do this to this session",
    ),
    (
        "not_your_conversation",
        "only the two people of a session read and write its messages",
    ),
    (
        "not_your_match",
        "only the two people of a match may do this",
    ),
    (
        "not_your_question",
        "only somebody else may do this to this question",
    ),
    (
        "nothing_to_pay",
        "the session is free, or paid, or will not take place",
    ),
    ("notice_too_short", "the mentor wants to know earlier"),
    (
        "oauth_refused",
        "the other service did not confirm the sign-in",
    ),
    (
        "open_sessions",
        "the person has pending or confirmed sessions, a match, an open request for a mentor, or a question under way",
    ),
    ("out_of_range", "a number is outside its range"),
    ("outside_availability", "the mentor offers no time then"),
    ("own_suspension", "nobody suspends themselves"),
    (
        "password_required",
        "the password that confirms a change is missing",
    ),
    (
        "password_too_common",
        "the password is common, or a name in disguise",
    ),
    ("password_too_long", "the password is too long"),
    ("password_too_short", "the password is too short"),
    (
        "password_too_simple",
        "the password lacks a kind of character",
    ),
    (
        "payment_in_progress",
        "the payment provider is being asked: look again in a moment",
    ),
    (
        "payment_method_required",
        "a session with a price needs the payment provider's token of a card",
    ),
    (
        "payment_not_authorized",
        "a session with a price can be accepted once its payment is authorized",
    ),
    (
        "payments_off",
        "no payments are taken here: only what is free can be booked",
    ),
    (
        "period_backwards",
        "the days asked for end before they begin",
    ),
    ("period_too_early", "days before 2000 are not counted"),
    (
        "period_too_far",
        "days more than 92 days ahead are not counted yet",
    ),
    ("period_too_long", "at most 366 days can be asked for"),
    ("program_key_taken", "another program has the key"),
    (
        "provider_unavailable",
        "the other service does not answer; Retry-After says when to try again",
    ),
    (
        "question_not_claimed",
        "nobody has the question, or a claim is over because nobody wrote for an hour: claim it first",
    ),
    (
        "question_not_escalated",
        "the question is not yours, not with this mentor, or nobody wanted to meet",
    ),
    (
        "question_passed_on",
        "the asker of the question has turned this mentor away",
    ),
    (
        "question_rated",
        "the answer to the question was rated before",
    ),
    ("question_taken", "another mentor has the question"),
    ("range_too_long", "the span is longer than 92 days"),
    (
        "rate_limited",
        "too many requests; Retry-After says when to try again",
    ),
    (
        "rating_has_no_weight",
        "ratings give points beside the weights and have none themselves",
    ),
    (
        "reason_needed",
        "whoever ends a match, or decides for others, says why",
    ),
    ("recurrence_of_one_off", "only weekly hours come back"),
    (
        "recurrence_without_start",
        "nobody can tell which week is the first",
    ),
    (
        "refresh_reused",
        "a refresh token was used twice, so the device was signed out",
    ),
    (
        "refresh_superseded",
        "a refresh token was replaced a moment ago",
    ),
    ("repeated_entry", "a list names an entry twice"),
    ("repeated_field", "a name appears twice in the query"),
    (
        "request_closed",
        "the request for a mentor is not open any more",
    ),
    (
        "request_open",
        "a mentee has one open request for a mentor at a time",
    ),
    (
        "reschedule_limit_reached",
        "the session was proposed to move three times already",
    ),
    (
        "reschedule_not_open",
        "the proposal was answered, taken back, or is over; details name its status",
    ),
    (
        "reschedule_open",
        "other times are proposed already; details name the proposal",
    ),
    ("role_required", "a new account needs a role"),
    ("same_time", "the session is at the proposed time already"),
    (
        "scope_required",
        "an API key without a scope would be good for nothing",
    ),
    (
        "session_feedback_given",
        "the person has said how the session was: change it instead",
    ),
    (
        "session_not_completed",
        "feedback is for sessions that took place",
    ),
    ("session_not_started", "the session has not started yet"),
    (
        "session_over",
        "the session is over, so it cannot move any more",
    ),
    ("slot_taken", "the time is taken; details name alternatives"),
    ("sms_off", "no text messages are sent here"),
    (
        "stale_version",
        "somebody has changed the thing since; details name its version",
    ),
    (
        "status_of_open_questions",
        "open questions are in one state: ask for yours to choose one",
    ),
    ("sync_off", "the platform is not connected to Airtable"),
    (
        "terms_needed",
        "the terms are taken back by deleting the account",
    ),
    ("thread_full", "the thread of the question has 50 posts"),
    ("time_blocked", "the mentor has blocked the time"),
    (
        "time_not_proposed",
        "the time is none of the proposed ones, or several were proposed and none is named",
    ),
    ("too_long", "a text is too long"),
    ("too_many", "a list has too many entries"),
    (
        "too_many_claims",
        "the mentor has claimed 5 questions and not answered them",
    ),
    ("too_many_offerings", "the mentor has 50 offerings already"),
    (
        "too_many_payment_attempts",
        "10 cards were tried for the session already",
    ),
    (
        "too_many_questions",
        "the mentee has 5 questions that are open, claimed or answered",
    ),
    ("too_many_windows", "the schedule has 200 entries already"),
    ("too_short", "a text is too short"),
    ("topic_name_taken", "another topic is found by this name"),
    (
        "topic_named_twice",
        "a topic is named by its id or by its name",
    ),
    ("totp_already_on", "two-factor sign-in is on already"),
    (
        "totp_not_set_up",
        "two-factor sign-in was not started, or is off",
    ),
    (
        "totp_required",
        "the password is right, and a code is needed too",
    ),
    (
        "totp_setup_required",
        "admins must set up two-factor sign-in before they may act as such",
    ),
    ("unacceptable_value", "the value cannot be kept here"),
    ("unauthenticated", "no valid access token was sent"),
    (
        "unavailable",
        "a part of the platform is down; Retry-After says when to try again",
    ),
    ("unknown_field", "a field is not known"),
    (
        "unknown_match",
        "the match is not yours, or not with this mentor",
    ),
    (
        "unknown_offering",
        "the mentor gives no such sessions, or not any more",
    ),
    ("unknown_provider", "there is no sign-in with this service"),
    ("unknown_route", "there is nothing at this address"),
    ("unknown_topic", "there is no such topic"),
    ("unknown_value", "a value is none of those allowed"),
    (
        "unsafe_template",
        "words for a message would let markup through that people have typed",
    ),
    (
        "unsupported_media_type",
        "the body is not sent as application/json",
    ),
    ("username_taken", "somebody else has this user name"),
    (
        "week_limit_reached",
        "the mentor takes no more sessions in that week",
    ),
    (
        "weights_wrong_sum",
        "the weights of a program, or preferred ones, do not sum to 100",
    ),
    ("wrong_code", "the code that confirms a change is wrong"),
    ("wrong_length", "a list has the wrong number of entries"),
    (
        "wrong_password",
        "the password that confirms a change is wrong",
    ),
    ("wrong_type", "a value has the wrong type"),
];

/// Merges the documents of the areas.
#[must_use]
pub fn document(areas: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let mut info = Info::new("Office Hours", env!("CARGO_PKG_VERSION"));
    info.description = Some(description());
    let mut merged = OpenApi::new(info, utoipa::openapi::Paths::new());
    for area in areas {
        merged.merge(area);
    }
    let components = merged.components.get_or_insert_with(Components::new);
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    merged.paths.paths.values_mut().for_each(describe_responses);
    merged
}

/// Every response must have a description (OpenAPI 3.1 §4.8.17); handlers that say nothing special get a plain one.
fn describe_responses(path: &mut PathItem) {
    let operations = [
        &mut path.get,
        &mut path.post,
        &mut path.put,
        &mut path.patch,
        &mut path.delete,
    ];
    for operation in operations.into_iter().flatten() {
        let parameters = operation.parameters.as_deref().unwrap_or_default();
        let takes = |header: &str| {
            parameters.iter().any(|parameter| match parameter {
                RefOr::T(parameter) => parameter.name == header,
                RefOr::Ref(_) => false,
            })
        };
        let (is_keyed, is_conditional) = (takes("Idempotency-Key"), takes("If-Match"));
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else {
                continue;
            };
            if response.description.is_empty() {
                plain(status).clone_into(&mut response.description);
            }
            if is_keyed {
                describe_key(status, response);
            }
            if is_conditional {
                describe_condition(status, response);
            }
        }
    }
}

/// What an `Idempotency-Key` adds to the answers of an operation.
fn describe_key(status: &str, response: &mut Response) {
    if status == "4XX" {
        response.description.push_str(
            " With an `Idempotency-Key` also 409 `idempotency_in_progress`, 422 `idempotency_key_reused` and 400 \
             `invalid_idempotency_key`.",
        );
    } else if status.starts_with('2') {
        let replayed =
            header("`true` when this is the answer of an earlier request with this key.");
        response
            .headers
            .insert("Idempotency-Replayed".to_owned(), replayed);
    }
}

/// What `If-Match` adds to the answers of an operation.
fn describe_condition(status: &str, response: &mut Response) {
    if status == "4XX" {
        response.description.push_str(
            " With `If-Match` also 412 `stale_version`, whose details name the `version`, and 400 `invalid_if_match`.",
        );
    } else if status.starts_with('2') && status != "204" {
        let tag = header("The new `version` in quotes, for the next `If-Match`.");
        response.headers.insert("ETag".to_owned(), tag);
    }
}

fn header(description: &str) -> RefOr<Header> {
    let text = HeaderBuilder::new().description(Some(description));
    RefOr::T(text.build())
}

fn plain(status: &str) -> &'static str {
    match status {
        "201" => "Made; `Location` names it.",
        "202" => "Taken on; what follows comes by mail.",
        "204" => "Done; there is nothing to say.",
        "4XX" => "Refused; `errors` names everything that is wrong.",
        "5XX" => "Not our best moment; `X-Request-Id` helps us find it.",
        _ => "Done.",
    }
}

fn description() -> String {
    let mut text = String::from(
        "Mentees find mentors, book them and meet them.\n\n\
         Every answer has one shape: `{\"success\", \"data\", \"message\"?, \"errors\", \"meta\"?}`. \
         Times are RFC 3339 in UTC, zones are IANA names, ids are UUIDs.\n\n\
         ## Codes of refusals\n\n",
    );
    for (code, meaning) in CODES {
        text.push_str("- `");
        text.push_str(code);
        text.push_str("`: ");
        text.push_str(meaning);
        text.push('\n');
    }
    text
}
