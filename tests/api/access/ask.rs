//! A request that is right in everything but, perhaps, in who asks.

use http::Method;
use serde_json::{Value, json};

use super::world::Pair;

pub(super) struct Ask {
    pub(super) path: String,
    pub(super) body: Option<Value>,
}

/// A topic that came with the platform.
const PREDEFINED: &str = "0195f000-0000-7000-8000-000000000001";

/// The request of an operation for somebody's things.
pub(super) fn ask(method: &Method, route: &str, things: &Pair) -> Ask {
    Ask {
        path: path(route, things),
        body: body(method, route, things),
    }
}

fn path(route: &str, things: &Pair) -> String {
    let id = match route.split('/').nth(2) {
        Some("users") if route.contains("/me/") => things.job.clone(),
        Some("auth") if route.starts_with("/api/auth/sessions") => things.device.clone(),
        Some("mentors") => things.mentor.to_string(),
        Some("users") => things.mentee.to_string(),
        Some("auth") => things.api_key.clone(),
        Some("topics") => things.topic.clone(),
        Some("sessions") if route.contains("{request_id}") => things.moving.clone(),
        Some("messages") => things.message.clone(),
        Some("notifications") => things.notification.clone(),
        Some("admin") if route.contains("/sessions/") => things.session.clone(),
        Some("admin") if route.contains("/export/") => things.report.clone(),
        Some("admin") => things.finished.clone(),
        Some("questions") if route.ends_with("/claim") => things.asked.clone(),
        Some("questions") => things.question.clone(),
        Some("sync") if route.contains("/jobs/") => things.comparison.clone(),
        Some("sync") => things.conflict.clone(),
        Some("matching") if route.contains("/requests/") => things.wish.clone(),
        Some("matching") if route.contains("/batches/") => things.batch.clone(),
        Some("matching") => things.matched.clone(),
        _ => things.session.clone(),
    };
    let query = match route {
        "/api/mentors/{id}/slots/explain" => "?at=2026-03-04T10:00:00Z",
        _ => "",
    };
    format!("{route}{query}")
        .replace("{id}", &id)
        .replace("{provider}", "github")
        .replace("{match_id}", &things.found)
        .replace("{mentor_id}", &things.mentor.to_string())
        .replace("{key}", &things.program)
        .replace("{event}", &things.event)
        .replace("{token}", "unread_messages.AAAA")
        .replace("{availability_id}", &things.window)
        .replace("{offering_id}", &things.offering)
        .replace("{request_id}", &things.request)
        .replace("{user_id}", &things.mentee.to_string())
        .replace("{meeting_id}", &things.meeting)
        .replace("{job_id}", &things.run)
        .replace("{queue}", "email")
        .replace("{session_id}", &things.reviewed)
}

/// Whether an operation takes no body.
fn is_bare(method: &Method, route: &str) -> bool {
    matches!(
        (method.as_str(), route),
        ("GET", _)
            | (
                "POST",
                "/api/auth/logout"
                    | "/api/auth/logout-all"
                    | "/api/auth/email/resend"
                    | "/api/users/me/export"
                    | "/api/users/me/restore"
                    | "/api/sync/airtable"
                    | "/api/sync/airtable/{user_id}"
                    | "/api/messages/{id}/read"
                    | "/api/notifications/{id}/read"
                    | "/api/notifications/read-all"
                    | "/api/notifications/unsubscribe/{token}"
                    | "/api/matching/batches/{id}/select"
                    | "/api/matching/batch/{job_id}/publish"
                    | "/api/matching/batch/{job_id}/drop"
                    | "/api/matching/programs/{key}/activate"
                    | "/api/matching/programs/{key}/preview"
                    | "/api/questions/{id}/claim"
                    | "/api/questions/{id}/release"
                    | "/api/questions/{id}/complete"
                    | "/api/questions/{id}/escalate"
                    | "/api/admin/jobs/{id}/retry"
                    | "/api/admin/dead-letters/{queue}/replay",
            )
            | (
                "DELETE",
                "/api/users/me"
                    | "/api/mentors/{id}/availability/{availability_id}"
                    | "/api/mentors/{id}/offerings/{offering_id}"
                    | "/api/auth/api-keys/{id}"
                    | "/api/auth/sessions/{id}"
                    | "/api/matching/requests/{id}"
                    | "/api/matching/matches/{id}/meetings/{meeting_id}"
                    | "/api/notifications/templates/{event}",
            )
    )
}

fn body(method: &Method, route: &str, things: &Pair) -> Option<Value> {
    if is_bare(method, route) {
        return None;
    }
    let token = "x".repeat(43);
    let body = match (method.as_str(), route) {
        ("POST", "/api/auth/api-keys") => json!({ "name": "Reports", "scopes": ["users:read"] }),
        ("POST", "/api/auth/oauth/{provider}/callback" | "/api/auth/oauth/{provider}/link") => {
            json!({ "code": "x", "state": token })
        }
        ("POST", "/api/auth/register") => json!({
            "email": "new@example.com", "password": "Demo-Passw0rd!", "role": "mentee",
            "first_name": "New", "last_name": "Person", "timezone": "UTC",
        }),
        ("POST", "/api/auth/login") => {
            json!({ "email": "nobody@example.com", "password": "Demo-Passw0rd!" })
        }
        ("POST", "/api/auth/refresh") => json!({ "refresh_token": token }),
        ("POST", "/api/auth/email/verify" | "/api/auth/email/revert") => json!({ "token": token }),
        ("POST", "/api/auth/email/change") => {
            json!({ "email": "new@example.com", "password": "Demo-Passw0rd!" })
        }
        ("POST", "/api/auth/password/forgot") => json!({ "email": "nobody@example.com" }),
        ("POST", "/api/auth/password/reset") => {
            json!({ "token": token, "password": "Quite-An0ther-One!" })
        }
        ("POST", "/api/auth/password/change") => {
            json!({ "current_password": "Demo-Passw0rd!", "password": "Quite-An0ther-One!" })
        }
        ("POST", "/api/auth/totp") => json!({ "password": "Demo-Passw0rd!" }),
        ("POST", "/api/auth/totp/confirm") => json!({ "code": "123456" }),
        ("DELETE", "/api/auth/totp") => json!({ "password": "Demo-Passw0rd!", "code": "123456" }),
        ("PATCH", "/api/users/me" | "/api/users/{id}") => json!({ "bio": "A few sentences." }),
        ("POST", "/api/users") => json!({
            "email": "new@example.com", "role": "mentor", "first_name": "New", "last_name": "Person", "timezone": "UTC",
        }),
        ("PUT", "/api/users/{id}/role") => json!({ "role": "mentee", "reason": "as agreed" }),
        ("PUT", "/api/users/{id}/status") => {
            json!({ "status": "suspended", "reason": "as agreed" })
        }
        ("PUT", "/api/mentors/{id}/vetting") => {
            json!({ "decision": "rejected", "reason": "Say more." })
        }
        ("POST", "/api/mentors/{id}/offerings") => json!({
            "topic": "Hiring", "title": "First hires", "duration_minutes": 30, "price": 0, "currency": "EUR",
        }),
        ("PATCH", "/api/mentors/{id}/offerings/{offering_id}") => json!({ "title": "First hires" }),
        ("POST", "/api/topics") => json!({ "name": "Space law" }),
        ("PATCH", "/api/topics/{id}") => json!({ "name": "Law of space" }),
        ("POST", "/api/topics/{id}/merge") => json!({ "into": PREDEFINED }),
        ("POST", "/api/mentors/{id}/availability")
        | ("PUT", "/api/mentors/{id}/availability/{availability_id}") => {
            json!({ "day_of_week": 6, "start_time": "09:00", "end_time": "10:00", "timezone": "UTC" })
        }
        ("POST", "/api/sessions") => {
            json!({ "mentor_id": things.mentor, "scheduled_at": "2026-03-04T10:00:00Z" })
        }
        ("POST", "/api/sessions/{id}/payment") => json!({ "payment_method": "pm_card_ok" }),
        ("POST", "/api/sessions/{id}/messages") => json!({ "content": "Hello!" }),
        ("PUT", "/api/sessions/{id}") => json!({ "action": "accept" }),
        ("POST", "/api/sessions/{id}/reschedule-requests") => {
            json!({ "proposed_times": ["2026-03-05T10:00:00Z"] })
        }
        ("PUT", "/api/sessions/{id}/reschedule-requests/{request_id}") => {
            json!({ "action": "accept" })
        }
        ("DELETE", "/api/sessions/{id}" | "/api/users/{id}" | "/api/questions/{id}")
        | ("POST", "/api/admin/jobs/{id}/cancel") => json!({ "reason": "Something came up." }),
        ("PUT", "/api/admin/sessions/{id}") => {
            json!({ "action": "cancel", "reason": "Something came up." })
        }
        ("POST", "/api/admin/export") => json!({ "what": "users", "format": "csv" }),
        ("PUT", "/api/users/me/privacy") => json!({}),
        (_, at) if at.starts_with("/api/feedback") => feedback_body(method, at, things),
        ("POST", "/api/questions") => {
            json!({ "title": "How do I price a pilot?", "text": "It is for a bank." })
        }
        ("POST", "/api/questions/{id}/answers") => json!({ "content": "Ask what it saves." }),
        ("POST", "/api/questions/{id}/rating") => json!({ "rating": 5 }),
        (_, at) if at.contains("/notifications/") => notification_body(method, at),
        (_, at) if at.contains("/sync/") || at.contains("/webhooks/") => sync_body(method, at),
        (_, matching) if matching.starts_with("/api/matching/") => {
            matching_body(method, matching, things)
        }
        _ => panic!("say here what {method} {route} is asked with"),
    };
    Some(body)
}

fn feedback_body(method: &Method, route: &str, things: &Pair) -> Value {
    let mut said = json!({
        "rating": 3, "helpfulness_rating": 4, "would_recommend": true, "is_anonymous": false,
    });
    match (method.as_str(), route) {
        ("POST", "/api/feedback") => said["session_id"] = json!(things.completed),
        ("PUT", "/api/feedback/{session_id}") => {}
        ("PUT", "/api/feedback/{session_id}/moderation") => {
            said = json!({ "author_id": things.mentee, "action": "hide", "reason": "as agreed" });
        }
        _ => panic!("say here what {method} {route} is asked with"),
    }
    said
}

fn notification_body(method: &Method, route: &str) -> Value {
    match (method.as_str(), route) {
        ("PUT", "/api/notifications/preferences")
        | ("POST", "/api/notifications/templates/{event}/preview") => json!({}),
        ("PUT", "/api/notifications/templates/{event}") => {
            json!({ "subject": "Hello", "text": "Hello", "html": "Hello" })
        }
        _ => panic!("say here what {method} {route} is asked with"),
    }
}

fn sync_body(method: &Method, route: &str) -> Value {
    match (method.as_str(), route) {
        ("POST", "/api/webhooks/airtable") => {
            json!({ "base": { "id": "app1" }, "webhook": { "id": "ach1" }, "timestamp": "2026-03-02T08:00:00Z" })
        }
        ("PUT", "/api/sync/conflicts/{id}") => json!({ "resolution": "ours" }),
        ("PUT", "/api/sync/fields") => json!({ "fields": [] }),
        _ => panic!("say here what {method} {route} is asked with"),
    }
}

fn matching_body(method: &Method, route: &str, things: &Pair) -> Value {
    match (method.as_str(), route) {
        ("POST", "/api/matching/match" | "/api/matching/batch") => json!({}),
        ("POST", "/api/matching/requests") => json!({ "goals": "Find the first ten customers" }),
        ("POST", "/api/matching/batches/{id}/pass") => json!({ "reason": "No time" }),
        ("POST", "/api/matching/matches") => {
            json!({ "mentor_id": things.mentor, "mentee_id": things.mentee, "reason": "as agreed" })
        }
        ("PUT", "/api/matching/matches/{id}") => json!({ "action": "pause", "reason": "Holidays" }),
        ("POST", "/api/matching/matches/{id}/meetings") => {
            json!({ "met_at": "2026-03-01T10:00:00Z", "minutes": 30, "kind": "video" })
        }
        ("PATCH", "/api/matching/matches/{id}/meetings/{meeting_id}") => json!({ "minutes": 45 }),
        ("POST" | "PUT", "/api/matching/matches/{id}/feedback") => json!({ "rating": 4 }),
        ("POST", "/api/matching/programs") => {
            json!({ "key": "new_program", "name": "New", "weights": { "location": 100 } })
        }
        ("PATCH", "/api/matching/programs/{key}") => json!({ "good_score": 60 }),
        _ => panic!("say here what {method} {route} is asked with"),
    }
}
