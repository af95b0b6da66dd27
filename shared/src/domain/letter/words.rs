//! The facts of a letter in the words that its template fills in.

use crate::domain::reminder::Offset;
use crate::domain::text::{lines, one_line};
use jiff::Timestamp;
use minijinja::context;
use minijinja::value::Value;

use super::facts::{CalledOffBy, DigestItem, Office, Reader, SessionFacts, Side, Suggestion};
use super::{Letter, when};

/// Anybody can register somebody else's address: a "name" that carries a link or a message must not travel in our
/// name, so only what looks like a name is greeted.
pub(crate) fn greeting(first_name: &str) -> String {
    let name = one_line(first_name);
    let is_name = !name.is_empty()
        && name.chars().count() <= 40
        && !name.contains(['/', ':', '@', '<', '>', '\\'])
        && !name
            .split(' ')
            .any(|word| word.trim_end_matches('.').contains('.'));
    if is_name {
        format!("Hello {name},")
    } else {
        "Hello,".to_owned()
    }
}

#[expect(
    clippy::too_many_lines,
    reason = "one arm per letter, each no more than the list of its facts"
)]
pub(crate) fn facts(letter: &Letter, reader: &Reader, office: &Office) -> Value {
    match letter {
        Letter::VerifyEmail { token, expires_at }
        | Letter::ConfirmEmailChange { token, expires_at } => {
            link_facts("verify-email", token, *expires_at, reader, office)
        }
        Letter::ResetPassword { token, expires_at } | Letter::Invitation { token, expires_at } => {
            link_facts("reset-password", token, *expires_at, reader, office)
        }
        Letter::EmailChangeNotice { token, expires_at } => {
            link_facts("revert-email", token, *expires_at, reader, office)
        }
        Letter::PasswordChanged { at }
        | Letter::SignInsFailed { at }
        | Letter::TotpEnabled { at }
        | Letter::TotpDisabled { at } => context! {
            at => when::moment(*at, &reader.zone),
        },
        Letter::ExportReady { job, expires_at } => context! {
            link => format!("{}/export?job={job}", office.app_url),
            expires => when::moment(*expires_at, &reader.zone),
        },
        Letter::Mentoring(note) => note.facts(reader, office),
        Letter::Feedback(note) => note.facts(reader, office),
        Letter::Question(note) => note.facts(office),
        Letter::DeletionRequested { erase_after } => context! {
            until => when::moment(*erase_after, &reader.zone),
        },
        Letter::Digest { items } => context! { items => gathered(items, office) },
        Letter::IdentityLinked { service } => context! { service => *service },
        Letter::MentorRejected { reason } => context! {
            reason => paragraph(reason.as_deref()),
        },
        Letter::AccountExists
        | Letter::DeletionCancelled
        | Letter::AccountSuspended
        | Letter::AccountReinstated
        | Letter::MentorApproved => context! {},
        Letter::SessionRequested {
            session,
            notes,
            respond_by,
        } => context! {
            notes => paragraph(notes.as_deref()),
            respond_by => when::moment(*respond_by, &reader.zone),
            ..session_facts(session, Side::Mentor, reader)
        },
        Letter::SessionConfirmed {
            session,
            to,
            is_soon,
        } => context! {
            is_soon => *is_soon,
            ..session_facts(session, *to, reader)
        },
        Letter::SessionDeclined { session, reason } => context! {
            reason => paragraph(reason.as_deref()),
            ..session_facts(session, Side::Mentee, reader)
        },
        Letter::SessionCancelled {
            session,
            to,
            by,
            reason,
            was_confirmed,
        } => context! {
            by => called_off_by(*by, &session.other(*to)),
            reason => paragraph(reason.as_deref()),
            was_confirmed => *was_confirmed,
            ..session_facts(session, *to, reader)
        },
        Letter::SessionExpired {
            session,
            suggestions,
        } => context! {
            suggestions => suggested(suggestions, reader),
            ..session_facts(session, Side::Mentee, reader)
        },
        Letter::AnswerDue {
            session,
            respond_by,
        } => context! {
            respond_by => when::moment(*respond_by, &reader.zone),
            ..session_facts(session, Side::Mentor, reader)
        },
        Letter::RescheduleProposed {
            session,
            to,
            times,
            reason,
        } => context! {
            times => spans(times, reader),
            reason => paragraph(reason.as_deref()),
            ..session_facts(session, *to, reader)
        },
        Letter::RescheduleClosed {
            session,
            to,
            is_withdrawn,
            reason,
        } => context! {
            is_withdrawn => *is_withdrawn,
            reason => paragraph(reason.as_deref()),
            ..session_facts(session, *to, reader)
        },
        Letter::SessionRescheduled {
            session,
            to,
            respond_by,
            is_soon,
        } => context! {
            respond_by => respond_by.map(|moment| when::moment(moment, &reader.zone)),
            is_asked => matches!(to, Side::Mentor),
            is_soon => *is_soon,
            ..session_facts(session, *to, reader)
        },
        Letter::SessionRelocated { session, to } => session_facts(session, *to, reader),
        Letter::PaymentStalled {
            session,
            amount,
            is_refused,
            respond_by,
        } => context! {
            amount => amount,
            is_refused => *is_refused,
            respond_by => respond_by.map(|until| when::moment(until, &reader.zone)),
            ..session_facts(session, Side::Mentee, reader)
        },
        Letter::UnreadMessages {
            session,
            to,
            unread,
        } => context! {
            unread => *unread,
            ..session_facts(session, *to, reader)
        },
        Letter::Reminder {
            session,
            to,
            offset,
        } => context! {
            is_soon => matches!(offset, Offset::Hour),
            ..session_facts(session, *to, reader)
        },
    }
}

fn link_facts(
    page: &str,
    token: &str,
    expires_at: Timestamp,
    reader: &Reader,
    office: &Office,
) -> Value {
    context! {
        link => format!("{}/{page}?token={}", office.app_url, url_safe(token)),
        expires => when::moment(expires_at, &reader.zone),
    }
}

fn session_facts(session: &SessionFacts, to: Side, reader: &Reader) -> Value {
    let place = session.place();
    let is_link = place.as_ref().is_some_and(|place| {
        (place.starts_with("https://") || place.starts_with("http://")) && !place.contains(' ')
    });
    context! {
        other => session.other(to),
        when => when::span(session.starts_at, session.ends_at, &reader.zone),
        topic => session.topic(),
        place => place,
        is_link => is_link,
    }
}

fn spans(times: &[(Timestamp, Timestamp)], reader: &Reader) -> Vec<String> {
    let span = |(start, end): &(Timestamp, Timestamp)| when::span(*start, *end, &reader.zone);
    times.iter().map(span).collect()
}

fn suggested(suggestions: &[Suggestion], reader: &Reader) -> Vec<Value> {
    let fact = |suggestion: &Suggestion| {
        let title = suggestion.title.as_deref().map(one_line);
        context! {
            name => one_line(&suggestion.name),
            title => title.filter(|title| !title.is_empty()),
            times => spans(&suggestion.times, reader),
        }
    };
    suggestions.iter().map(fact).collect()
}

fn gathered(items: &[DigestItem], office: &Office) -> Vec<Value> {
    let fact = |item: &DigestItem| {
        context! {
            title => one_line(&item.title),
            link => format!("{}{}", office.app_url, item.path),
        }
    };
    items.iter().map(fact).collect()
}

fn called_off_by(by: CalledOffBy, other: &str) -> String {
    match by {
        CalledOffBy::Reader => "You".to_owned(),
        CalledOffBy::Other => other.to_owned(),
        CalledOffBy::Team => "The program team".to_owned(),
    }
}

fn paragraph(text: Option<&str>) -> Option<String> {
    text.map(lines).filter(|text| !text.is_empty())
}

/// A token is base64url; whatever else stands in it must not leave the query.
fn url_safe(token: &str) -> String {
    token
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_greeted() {
        for name in ["Zoë", "Jean-Luc", "Dr. Ada B.", "J.", "O'Neill", "李"] {
            assert_eq!(greeting(name), format!("Hello {name},"));
        }
        for message in [
            "",
            "http://evil.example",
            "evil.example",
            "win now: www.evil.example",
            "a@b",
            &"x".repeat(41),
        ] {
            assert_eq!(greeting(message), "Hello,");
        }
    }
}
