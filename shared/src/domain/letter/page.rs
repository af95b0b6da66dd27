//! From a letter to what is read: subject, text and HTML, by the templates beside this file.
//!
//! A template that names something it was not given fails, in the tests of this file, instead of leaving a hole.

use std::sync::LazyLock;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, context};

use super::facts::{Office, Reader};
use super::kind::Kind;
use super::{Letter, sample, words};
use crate::domain::text::{one_line, shorten};

/// A letter in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// A whole document.
    pub html: String,
}

/// The words of one kind of message, with the names of facts in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// One line.
    pub subject: String,
    /// For readers without HTML.
    pub text: String,
    /// A whole document.
    pub html: String,
}

/// A template and its facts did not fit.
#[derive(Debug, thiserror::Error)]
#[error("cannot write the letter")]
pub struct TemplateError(#[from] minijinja::Error);

impl TemplateError {
    /// Says in which of the three parts of a [`Source`] it is.
    #[must_use]
    pub fn part(&self) -> &'static str {
        match self.0.name() {
            Some("subject.txt") => "subject",
            Some("body.html" | "layout.html" | "parts.html") => "html",
            _ => "text",
        }
    }

    /// Says what is wrong, and in which line, to whoever wrote the template.
    #[must_use]
    pub fn reason(&self) -> String {
        let what = match self.0.detail() {
            Some(detail) => detail.to_owned(),
            None => self.0.kind().to_string(),
        };
        match self.0.line() {
            Some(line) => format!("{what} (line {line})"),
            None => what,
        }
    }
}

/// How many characters a subject has at most: longer ones are cut off by most readers of mail anyway.
const LONGEST_SUBJECT: usize = 150;
/// How many steps one template may take; the longest of ours takes about a tenth.
const FUEL: u64 = 20_000;

/// The templates, read once per process.
#[derive(Debug)]
pub struct Templates(Environment<'static>);

macro_rules! templates {
    ($($name:literal),+ $(,)?) => {
        &[$(
            (concat!($name, ".txt"), include_str!(concat!("templates/", $name, ".txt"))),
            (concat!($name, ".html"), include_str!(concat!("templates/", $name, ".html"))),
        )+]
    };
}

/// `layout` and `parts` are the frame and the pieces that the others use.
const SOURCES: &[(&str, &str)] = templates![
    "layout",
    "parts",
    "verify_email",
    "account_exists",
    "identity_linked",
    "invitation",
    "account_suspended",
    "account_reinstated",
    "mentor_approved",
    "mentor_rejected",
    "reset_password",
    "password_changed",
    "confirm_email_change",
    "email_change_notice",
    "sign_ins_failed",
    "totp_enabled",
    "totp_disabled",
    "session_requested",
    "session_confirmed",
    "session_declined",
    "session_cancelled",
    "session_expired",
    "answer_due",
    "reschedule_proposed",
    "reschedule_closed",
    "session_rescheduled",
    "session_relocated",
    "payment_stalled",
    "export_ready",
    "deletion_requested",
    "deletion_cancelled",
    "mentoring",
    "feedback",
    "question",
    "reminder",
    "unread_messages",
    "digest",
];

static SHARED: LazyLock<Result<Templates, TemplateError>> = LazyLock::new(Templates::new);

impl Templates {
    /// The templates, read when they are first needed and kept from then on.
    ///
    /// # Errors
    /// When one of them is not written as templates are.
    pub fn shared() -> Result<&'static Self, &'static TemplateError> {
        SHARED.as_ref()
    }

    /// Reads the templates.
    ///
    /// # Errors
    /// When one of them is not written as templates are.
    fn new() -> Result<Self, TemplateError> {
        let mut templates = Environment::new();
        templates.set_syntax(
            SyntaxConfig::builder()
                .trim_blocks(true)
                .lstrip_blocks(true)
                .build()?,
        );
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        templates.set_formatter(|out, state, value| {
            if matches!(state.auto_escape(), AutoEscape::Html) && !value.is_safe() {
                // The slash is harmless where we quote, and links stay readable.
                let escaped = HtmlEscape(&value.to_string()).to_string();
                out.write_str(&escaped.replace("&#x2f;", "/"))?;
                return Ok(());
            }
            minijinja::escape_formatter(out, state, value)
        });
        // Words of admins are no programs: nothing they write runs long, or gets markup past us.
        templates.set_fuel(Some(FUEL));
        templates.remove_filter("safe");
        for (name, source) in SOURCES {
            templates.add_template(name, source)?;
        }
        Ok(Self(templates))
    }

    /// Writes a letter to its reader, in the words of `source` if an admin has given it others than the built-in ones.
    ///
    /// # Errors
    /// When a template asks for a fact that the letter does not hold.
    pub fn write(
        &self,
        letter: &Letter,
        reader: &Reader,
        office: &Office,
        source: Option<&Source>,
    ) -> Result<Written, TemplateError> {
        let facts = facts(letter, reader, office);
        let Some(source) = source else {
            let name = template(letter.kind());
            return Ok(Written {
                subject: letter.subject(reader),
                text: self.render(&format!("{name}.txt"), &facts)?,
                html: self.render(&format!("{name}.html"), &facts)?,
            });
        };
        let subject = self.render_own("subject.txt", &source.subject, &facts)?;
        Ok(Written {
            subject: shorten(&one_line(&subject), LONGEST_SUBJECT),
            text: self.render_own("body.txt", &source.text, &facts)?,
            html: self.render_own("body.html", &source.html, &facts)?,
        })
    }

    /// Reads the built-in words of a kind.
    #[must_use]
    pub fn built_in(kind: Kind) -> Source {
        let name = template(kind);
        let source = |ending: &str| {
            let wanted = format!("{name}.{ending}");
            let found = SOURCES.iter().find(|(name, _)| *name == wanted);
            found.map_or_else(String::new, |(_, source)| (*source).to_owned())
        };
        Source {
            subject: "{{ subject }}".to_owned(),
            text: source("txt"),
            html: source("html"),
        }
    }

    /// Lists the facts that the words of a kind can name, each with what it is in a sample.
    #[must_use]
    pub fn facts_of(kind: Kind) -> Vec<(String, String)> {
        let letter = sample::letters(kind).into_iter().next();
        let Some(letter) = letter else {
            return Vec::new();
        };
        let facts = facts(&letter, &sample::reader_of(&letter), &sample::office());
        let names = facts.try_iter().into_iter().flatten();
        names
            .map(|name| {
                let value = facts.get_item(&name).unwrap_or_default();
                (name.to_string(), value.to_string())
            })
            .collect()
    }

    fn render(&self, name: &str, facts: &Value) -> Result<String, TemplateError> {
        Ok(self.0.get_template(name)?.render(facts.clone())?)
    }

    /// The ending of the name says whether facts are written as text or as markup.
    fn render_own(&self, name: &str, source: &str, facts: &Value) -> Result<String, TemplateError> {
        Ok(self.0.render_named_str(name, source, facts.clone())?)
    }
}

/// Everything that a template can name.
pub(super) fn facts(letter: &Letter, reader: &Reader, office: &Office) -> Value {
    context! {
        subject => letter.subject(reader),
        greeting => words::greeting(&reader.first_name),
        app_url => &office.app_url,
        unsubscribe => &reader.unsubscribe_url,
        ..words::facts(letter, reader, office)
    }
}

const fn template(kind: Kind) -> &'static str {
    match kind {
        Kind::Reminder(_) => "reminder",
        Kind::Mentoring(_) => "mentoring",
        Kind::Feedback(_) => "feedback",
        Kind::Question(_) => "question",
        Kind::VerifyEmail
        | Kind::AccountExists
        | Kind::IdentityLinked
        | Kind::Invitation
        | Kind::AccountSuspended
        | Kind::AccountReinstated
        | Kind::MentorApproved
        | Kind::MentorRejected
        | Kind::ResetPassword
        | Kind::PasswordChanged
        | Kind::ConfirmEmailChange
        | Kind::EmailChangeNotice
        | Kind::SignInsFailed
        | Kind::TotpEnabled
        | Kind::TotpDisabled
        | Kind::SessionRequested
        | Kind::SessionConfirmed
        | Kind::SessionDeclined
        | Kind::SessionCancelled
        | Kind::SessionExpired
        | Kind::AnswerDue
        | Kind::RescheduleProposed
        | Kind::RescheduleClosed
        | Kind::SessionRescheduled
        | Kind::SessionRelocated
        | Kind::PaymentStalled
        | Kind::UnreadMessages
        | Kind::ExportReady
        | Kind::DeletionRequested
        | Kind::DeletionCancelled
        | Kind::Digest => kind.as_str(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::facts::{CalledOffBy, SessionFacts, Side, Suggestion};
    use crate::domain::letter::sample::{mentee, mentor, office, person, session};
    use crate::domain::reminder::Offset;

    fn write(letter: &Letter, reader: &Reader) -> Written {
        Templates::shared()
            .unwrap()
            .write(letter, reader, &office(), None)
            .unwrap()
    }

    /// The text with the frame taken off that every letter has.
    fn body(written: &Written, first_name: &str) -> String {
        written
            .text
            .strip_prefix(&format!("Hello {first_name},\n\n"))
            .and_then(|text| {
                text.strip_suffix("\n--\nOffice Hours\nhttps://app.office-hours.example")
            })
            .unwrap_or_else(|| panic!("no frame around {}", written.text))
            .to_owned()
    }

    #[test]
    fn a_new_account_gets_a_link_and_its_time() {
        let letter = Letter::VerifyEmail {
            token: "abc-DEF_123".to_owned(),
            expires_at: "2026-03-04T15:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentee());

        assert_eq!(written.subject, "Confirm your email address");
        assert_eq!(
            body(&written, "Zoë"),
            "Please confirm that this address is yours. Until then you can log in and fill\n\
             in your profile, but not book or be booked. Open this link:\n\
             \n\
             https://app.office-hours.example/verify-email?token=abc-DEF_123\n\
             \n\
             The link works once, until Wednesday 4 March 2026, 10:00 (America/New_York).\n\
             If you did not register, ignore this mail.\n"
        );
        let link = "href=\"https://app.office-hours.example/verify-email?token=abc-DEF_123\"";
        assert!(written.html.contains(link), "{}", written.html);
    }

    #[test]
    fn an_export_is_had_after_logging_in_and_for_a_day() {
        let letter = Letter::ExportReady {
            job: "0195f3a0-0000-7000-8000-000000000009".parse().unwrap(),
            expires_at: "2026-03-04T15:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentee());

        assert_eq!(written.subject, "Your export is ready");
        let link =
            "https://app.office-hours.example/export?job=0195f3a0-0000-7000-8000-000000000009";
        assert!(written.text.contains(link) && written.html.contains(link));
        assert!(
            written
                .text
                .contains("until Wednesday 4 March 2026, 10:00 (America/New_York).")
        );
    }

    #[test]
    fn whoever_leaves_hears_until_when_they_can_come_back() {
        let letter = Letter::DeletionRequested {
            erase_after: "2026-03-18T15:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentee());
        let back = write(&Letter::DeletionCancelled, &mentee());

        assert_eq!(written.subject, "Your account will be deleted");
        for text in [&written.text, &written.html] {
            assert!(text.contains("Wednesday 18 March 2026, 11:00 (America/New_York)"));
        }
        assert_eq!(back.subject, "Your account stays");
        assert!(back.text.contains("will not be deleted"));
    }

    #[test]
    fn a_repeated_registration_says_how_to_get_in() {
        let written = write(&Letter::AccountExists, &mentee());

        assert_eq!(
            written.subject,
            "You already have an account at Office Hours"
        );
        assert_eq!(
            body(&written, "Zoë"),
            "Somebody, probably you, just tried to use this address for an account. It\n\
             already has one, and nothing about it has changed.\n\
             \n\
             Log in with your password. If you have forgotten it, ask for a new one on the\n\
             same page:\n\
             \n\
             https://app.office-hours.example\n\
             \n\
             If this was not you, there is nothing you need to do.\n"
        );
        assert!(written.html.contains("You already have an account"));
    }

    #[test]
    fn a_linked_service_is_named_with_what_to_do_if_it_was_somebody_else() {
        let written = write(&Letter::IdentityLinked { service: "GitHub" }, &mentee());

        assert_eq!(
            written.subject,
            "GitHub was linked to your account at Office Hours"
        );
        assert_eq!(
            body(&written, "Zoë"),
            "From now on you can sign in with GitHub as well. Whatever you used\n\
             before goes on working.\n\
             \n\
             If this was not you, somebody else can open your account: log in, sign out all\n\
             devices, change your password, and tell us at once:\n\
             \n\
             https://app.office-hours.example\n"
        );
        assert!(written.html.contains("sign in with GitHub as well"));
    }

    #[test]
    fn an_invitation_leads_to_the_page_where_passwords_are_chosen() {
        let letter = Letter::Invitation {
            token: "abc-_9\"><x".to_owned(),
            expires_at: "2026-03-09T14:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentor());

        let link = "https://app.office-hours.example/reset-password?token=abc-_9x";
        assert!(
            written.text.contains(&format!("\n{link}\n")),
            "{}",
            written.text
        );
        assert!(written.html.contains(&format!("href=\"{link}\"")));
        assert!(
            written
                .text
                .contains("until Monday 9 March 2026, 15:00 (Europe/Berlin)")
        );
    }

    #[test]
    fn a_rejected_mentor_reads_why() {
        let why = |reason: Option<&str>| {
            let reason = reason.map(str::to_owned);
            write(&Letter::MentorRejected { reason }, &mentor())
        };

        let told = why(Some("Say <more>.\nPlease."));
        assert!(
            told.text
                .contains("They wrote:\n\n> Say <more>.\n> Please.\n"),
            "{}",
            told.text
        );
        assert!(told.html.contains("Say &lt;more&gt;."));
        let untold = why(None);
        assert!(!untold.text.contains("They wrote") && !untold.html.contains("They wrote"));
    }

    #[test]
    fn letters_about_an_account_say_what_has_become_of_it() {
        for (letter, subject, sentence) in [
            (
                Letter::AccountSuspended,
                "Your account is suspended",
                "The program team has suspended your account.",
            ),
            (
                Letter::AccountReinstated,
                "Your account is open again",
                "The program team has opened your account again.",
            ),
            (
                Letter::MentorApproved,
                "You are a mentor at Office Hours now",
                "The program team has approved your profile.",
            ),
        ] {
            let written = write(&letter, &mentor());
            assert_eq!(written.subject, subject);
            assert!(written.text.contains(sentence) && written.html.contains(sentence));
        }
    }

    #[test]
    fn each_link_leads_to_the_page_that_spends_it_and_says_how_long_it_works() {
        let (token, expires_at) = (
            "abc-DEF_123".to_owned(),
            "2026-03-04T15:00:00Z".parse().unwrap(),
        );
        for (letter, subject, page) in [
            (
                Letter::ResetPassword {
                    token: token.clone(),
                    expires_at,
                },
                "Set a new password",
                "reset-password",
            ),
            (
                Letter::ConfirmEmailChange {
                    token: token.clone(),
                    expires_at,
                },
                "Confirm your new email address",
                "verify-email",
            ),
            (
                Letter::EmailChangeNotice { token, expires_at },
                "Your email address is being changed",
                "revert-email",
            ),
        ] {
            let written = write(&letter, &mentee());
            let link = format!("https://app.office-hours.example/{page}?token=abc-DEF_123");
            assert_eq!(written.subject, subject);
            assert!(body(&written, "Zoë").contains(&format!("\n\n{link}\n\n")));
            assert!(written.html.contains(&format!("href=\"{link}\"")));
            let until = "until Wednesday 4 March 2026, 10:00 (America/New_York).";
            assert!(written.text.contains(until) && written.html.contains(until));
        }
    }

    #[test]
    fn a_password_link_says_that_nothing_has_changed_yet() {
        let letter = Letter::ResetPassword {
            token: "abc".to_owned(),
            expires_at: "2026-03-04T15:00:00Z".parse().unwrap(),
        };

        assert_eq!(
            body(&write(&letter, &mentee()), "Zoë"),
            "Somebody, probably you, asked for a new password for this account. Open this\n\
             link to choose one:\n\
             \n\
             https://app.office-hours.example/reset-password?token=abc\n\
             \n\
             The link works once, until Wednesday 4 March 2026, 10:00 (America/New_York).\n\
             If this was not you, ignore this mail: nothing has changed.\n"
        );
    }

    #[test]
    fn news_about_the_account_say_when_it_was_in_the_readers_zone() {
        let at = "2026-03-03T15:00:00Z".parse().unwrap();
        for (letter, subject) in [
            (Letter::PasswordChanged { at }, "Your password was changed"),
            (
                Letter::SignInsFailed { at },
                "Somebody tries to sign in as you",
            ),
            (Letter::TotpEnabled { at }, "Two-factor sign-in is on"),
            (Letter::TotpDisabled { at }, "Two-factor sign-in is off"),
        ] {
            let written = write(&letter, &mentee());
            let when = "Tuesday 3 March 2026, 10:00 (America/New_York)";
            let text = written.text.replace('\n', " ");
            assert_eq!(written.subject, subject);
            assert!(text.contains(when) && written.html.contains(when), "{text}");
            assert!(body(&written, "Zoë").contains("If "), "what to do about it");
        }
    }

    #[test]
    fn a_request_tells_the_mentor_who_when_what_and_until_when() {
        let letter = Letter::SessionRequested {
            session: session(),
            notes: Some("Hello!\r\n\r\nWe <b>need</b> help.".to_owned()),
            respond_by: "2026-03-02T11:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentor());

        assert_eq!(
            written.subject,
            "New request: Pricing & packaging with Zoë Lovelace"
        );
        assert_eq!(
            body(&written, "Grace"),
            "Zoë Lovelace would like to meet you.\n\
             \n\
             When:  Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)\n\
             With:  Zoë Lovelace\n\
             Topic: Pricing & packaging\n\
             Where: https://meet.example/abc?x=1&y=2\n\
             \n\
             Their note to you:\n\
             \n\
             > Hello!\n\
             > \n\
             > We <b>need</b> help.\n\
             \n\
             Please accept or decline by Monday 2 March 2026, 12:00 (Europe/Berlin).\n\
             After that the request expires and the time is free again.\n"
        );
        assert!(
            written
                .html
                .contains("Hello!\n\nWe &lt;b&gt;need&lt;/b&gt; help.</blockquote>")
        );
        assert!(written.html.contains("Pricing &amp; packaging"));
        assert!(
            written
                .html
                .contains("Monday 2 March 2026, 12:00 (Europe/Berlin)")
        );
    }

    #[test]
    fn a_confirmation_tells_each_in_their_own_zone() {
        let to_mentee = Letter::SessionConfirmed {
            session: session(),
            to: Side::Mentee,
            is_soon: false,
        };
        let to_mentor = Letter::SessionConfirmed {
            session: session(),
            to: Side::Mentor,
            is_soon: true,
        };

        let (mentee, mentor) = (write(&to_mentee, &mentee()), write(&to_mentor, &mentor()));

        assert_eq!(
            mentee.subject,
            "Confirmed: Pricing & packaging with Grace Hopper"
        );
        assert_eq!(
            body(&mentee, "Zoë"),
            "Your session is confirmed: you are going to meet Grace Hopper.\n\
             \n\
             When:  Tuesday 3 March 2026, 10:00–11:00 (America/New_York)\n\
             With:  Grace Hopper\n\
             Topic: Pricing & packaging\n\
             Where: https://meet.example/abc?x=1&y=2\n\
             \n\
             The invitation for your calendar is attached. If you cannot come, please\n\
             cancel early, so that the time can be used by somebody else.\n"
        );
        assert!(
            mentee
                .html
                .contains("href=\"https://meet.example/abc?x=1&amp;y=2\"")
        );
        assert_eq!(
            mentor.subject,
            "Confirmed: Pricing & packaging with Zoë Lovelace"
        );
        assert!(mentor.text.contains("16:00–17:00 (Europe/Berlin)"));
        assert!(mentor.text.contains(
            "meet Zoë Lovelace.\nIt starts soon; there will be no further reminder.\n\n"
        ));
    }

    #[test]
    fn a_decline_passes_the_reason_on() {
        let letter = Letter::SessionDeclined {
            session: session(),
            reason: Some("I am away.".to_owned()),
        };

        let written = write(&letter, &mentee());

        assert_eq!(
            written.subject,
            "Declined: Pricing & packaging with Grace Hopper"
        );
        assert_eq!(
            body(&written, "Zoë"),
            "Grace Hopper has declined your request.\n\
             \n\
             When:  Tuesday 3 March 2026, 10:00–11:00 (America/New_York)\n\
             With:  Grace Hopper\n\
             Topic: Pricing & packaging\n\
             \n\
             Their words:\n\
             \n\
             > I am away.\n\
             \n\
             The time is yours again. Have a look at other times, or at other mentors who\n\
             match what you need.\n"
        );
        assert!(written.html.contains("I am away."));
    }

    #[test]
    fn whoever_has_to_pay_reads_how_it_goes_on() {
        let stalled = |is_refused, respond_by: Option<&str>| Letter::PaymentStalled {
            session: session(),
            amount: "45.00 EUR".to_owned(),
            is_refused,
            respond_by: respond_by.map(|until| until.parse().unwrap()),
        };

        let refused = write(&stalled(true, Some("2026-03-02T11:00:00Z")), &mentee());
        let waits = write(&stalled(false, None), &mentee());

        assert_eq!(
            refused.subject,
            "Payment refused: Pricing & packaging with Grace Hopper"
        );
        assert_eq!(
            body(&refused, "Zoë"),
            "The 45.00 EUR for this session could not be had from your card. Nothing was\n\
             taken.\n\
             \n\
             When:  Tuesday 3 March 2026, 10:00–11:00 (America/New_York)\n\
             With:  Grace Hopper\n\
             Topic: Pricing & packaging\n\
             \n\
             Open the session at Office Hours and choose another card:\n\
             \n\
             https://app.office-hours.example\n\
             \n\
             Grace Hopper can accept once the payment is there, until\n\
             Monday 2 March 2026, 06:00 (America/New_York).\n"
        );
        assert_eq!(
            waits.subject,
            "Confirm your payment: Pricing & packaging with Grace Hopper"
        );
        assert!(
            waits.text.contains("wants to hear from you"),
            "{}",
            waits.text
        );
        assert!(!waits.text.contains("can accept") && !waits.html.contains("can accept"));
        assert!(waits.html.contains("45.00 EUR") && refused.html.contains("another card"));
    }

    #[test]
    fn a_cancellation_says_who_and_why() {
        let cancelled = |by, reason: Option<&str>, was_confirmed| Letter::SessionCancelled {
            session: session(),
            to: Side::Mentor,
            by,
            reason: reason.map(str::to_owned),
            was_confirmed,
        };

        let by_other = write(
            &cancelled(CalledOffBy::Other, Some("Ill."), true),
            &mentor(),
        );
        let by_self = write(&cancelled(CalledOffBy::Reader, Some(" "), false), &mentor());
        let by_team = write(&cancelled(CalledOffBy::Team, None, false), &mentor());

        assert_eq!(
            by_other.subject,
            "Cancelled: Pricing & packaging with Zoë Lovelace"
        );
        assert_eq!(
            body(&by_other, "Grace"),
            "Zoë Lovelace cancelled this session. It will not take place.\n\
             \n\
             When:  Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)\n\
             With:  Zoë Lovelace\n\
             Topic: Pricing & packaging\n\
             \n\
             The reason given:\n\
             \n\
             > Ill.\n\
             \n\
             The attached cancellation takes it out of your calendar.\n"
        );
        assert!(
            by_other
                .html
                .contains("Zoë Lovelace cancelled this session.")
        );
        assert!(by_self.text.contains("\nYou cancelled this session."));
        assert!(
            by_team
                .text
                .contains("\nThe program team cancelled this session.")
        );
        assert!(!by_self.text.contains("reason") && !by_self.text.contains("attached"));
    }

    #[test]
    fn reminders_name_the_hour_in_the_subject() {
        let remind = |offset| Letter::Reminder {
            session: session(),
            to: Side::Mentee,
            offset,
        };

        let (day, hour) = (
            write(&remind(Offset::Day), &mentee()),
            write(&remind(Offset::Hour), &mentee()),
        );

        assert_eq!(
            day.subject,
            "Reminder: Pricing & packaging with Grace Hopper, Tue 3 Mar, 10:00"
        );
        assert_eq!(
            hour.subject,
            "Starts soon: Pricing & packaging with Grace Hopper, Tue 3 Mar, 10:00"
        );
        assert_eq!(
            body(&day, "Zoë"),
            "A reminder: you are going to meet Grace Hopper.\n\
             \n\
             When:  Tuesday 3 March 2026, 10:00–11:00 (America/New_York)\n\
             With:  Grace Hopper\n\
             Topic: Pricing & packaging\n\
             Where: https://meet.example/abc?x=1&y=2\n\
             \n\
             If you cannot come, please cancel now, so that Grace Hopper does not wait for\n\
             you.\n"
        );
        assert!(
            hour.text
                .contains("Your session with Grace Hopper starts soon.")
        );
        assert!(
            hour.html
                .contains("Your session with Grace Hopper starts soon.")
        );
    }

    #[test]
    fn messages_are_announced_by_their_number_and_not_by_their_words() {
        let waiting = |unread| {
            let letter = Letter::UnreadMessages {
                session: session(),
                to: Side::Mentor,
                unread,
            };
            write(&letter, &mentor())
        };

        let (one, many) = (waiting(1), waiting(3));

        assert_eq!(
            one.subject,
            "New message: Pricing & packaging with Zoë Lovelace"
        );
        assert_eq!(
            many.subject,
            "3 new messages: Pricing & packaging with Zoë Lovelace"
        );
        assert_eq!(
            body(&one, "Grace"),
            "Zoë Lovelace has written to you about a session. You have not read 1 message.\n\
             \n\
             When:  Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)\n\
             With:  Zoë Lovelace\n\
             Topic: Pricing & packaging\n\
             \n\
             Read and answer here:\n\
             \n\
             https://app.office-hours.example\n"
        );
        assert!(many.text.contains("You have not read 3 messages."));
        assert!(many.html.contains("You have not read 3 messages."));
        assert!(
            one.html
                .contains("href=\"https://app.office-hours.example\"")
        );
    }

    #[test]
    fn a_session_without_topic_and_place_leaves_no_hole() {
        let bare = SessionFacts {
            topic: Some(" ".to_owned()),
            meeting_link: None,
            ..session()
        };
        let letter = Letter::SessionConfirmed {
            session: bare,
            to: Side::Mentee,
            is_soon: false,
        };

        let written = write(&letter, &mentee());

        assert_eq!(written.subject, "Confirmed: session with Grace Hopper");
        assert!(
            written
                .text
                .contains("With:  Grace Hopper\n\nThe invitation")
        );
        for word in ["Topic", "Where", ">none<", " none\n"] {
            assert!(
                !written.text.contains(word) && !written.html.contains(word),
                "{word}"
            );
        }
    }

    #[test]
    fn hostile_words_stay_words() {
        let evil =
            "<script>alert(1)</script>\r\nBcc: eve@evil.example \"'><img src=x> {{ 7*7 }} 🦀";
        let facts = SessionFacts {
            topic: Some(evil.to_owned()),
            meeting_link: Some("javascript:alert(1)".to_owned()),
            mentee: person(evil, "eve@example.com"),
            ..session()
        };
        let letter = Letter::SessionRequested {
            respond_by: facts.starts_at,
            session: facts,
            notes: Some(format!("{evil}\n-- \n{evil}")),
        };

        let written = write(
            &letter,
            &Reader {
                first_name: evil.to_owned(),
                ..mentor()
            },
        );

        assert!(
            !written.subject.contains(['\r', '\n']),
            "{}",
            written.subject
        );
        assert!(written.subject.chars().count() <= 150);
        for tag in ["<script", "<img", "href=\"javascript"] {
            assert!(!written.html.contains(tag), "{tag} in {}", written.html);
        }
        assert!(written.html.contains("&lt;script&gt;") && written.html.contains("{{ 7*7 }} 🦀"));
        assert!(!written.text.contains("\nBcc:") && !written.text.contains("\n-- \n"));
        assert!(written.text.contains("> Bcc: eve@evil.example"));
    }

    fn spans(starts: &[&str]) -> Vec<(jiff::Timestamp, jiff::Timestamp)> {
        let span = |start: &&str| {
            let start: jiff::Timestamp = start.parse().unwrap();
            (start, start + jiff::SignedDuration::from_hours(1))
        };
        starts.iter().map(span).collect()
    }

    #[test]
    fn an_expired_request_names_mentors_who_are_free() {
        let letter = Letter::SessionExpired {
            session: session(),
            suggestions: vec![
                Suggestion {
                    name: "Alan <Turing>".to_owned(),
                    title: Some("Founder".to_owned()),
                    times: spans(&["2026-03-04T15:00:00Z", "2026-03-05T15:00:00Z"]),
                },
                Suggestion {
                    name: "Barbara Liskov".to_owned(),
                    title: None,
                    times: spans(&["2026-03-06T15:00:00Z"]),
                },
            ],
        };

        let written = write(&letter, &mentee());

        assert_eq!(
            written.subject,
            "Not answered: Pricing & packaging with Grace Hopper"
        );
        assert_eq!(
            body(&written, "Zoë"),
            "Your request to Grace Hopper was not confirmed in time, so it has expired.\n\
             \n\
             When:  Tuesday 3 March 2026, 10:00–11:00 (America/New_York)\n\
             With:  Grace Hopper\n\
             Topic: Pricing & packaging\n\
             \n\
             The time is yours again. These mentors match what you asked for, and are free:\n\
             \n\
             Alan <Turing>, Founder\n\
             - Wednesday 4 March 2026, 10:00–11:00 (America/New_York)\n\
             - Thursday 5 March 2026, 10:00–11:00 (America/New_York)\n\
             \n\
             Barbara Liskov\n\
             - Friday 6 March 2026, 10:00–11:00 (America/New_York)\n\
             \n\
             Book one of them here:\n\
             \n\
             https://app.office-hours.example\n"
        );
        assert!(
            written
                .html
                .contains("<strong>Alan &lt;Turing&gt;</strong>, Founder")
        );
        assert!(
            written
                .html
                .contains("<li>Friday 6 March 2026, 10:00–11:00")
        );
        let nobody = Letter::SessionExpired {
            session: session(),
            suggestions: Vec::new(),
        };
        let written = write(&nobody, &mentee());
        assert!(written.text.contains("Have a look at other times"));
        assert!(written.html.contains("Find another session"));
    }

    #[test]
    fn a_mentor_who_has_not_answered_reads_until_when_they_can() {
        let letter = Letter::AnswerDue {
            session: session(),
            respond_by: "2026-03-03T13:00:00Z".parse().unwrap(),
        };

        let written = write(&letter, &mentor());

        assert_eq!(
            written.subject,
            "Waiting for your answer: Pricing & packaging with Zoë Lovelace"
        );
        for text in [&written.text, &written.html] {
            assert!(text.contains("Zoë Lovelace is still waiting for your answer."));
            assert!(text.contains("Tuesday 3 March 2026, 14:00 (Europe/Berlin)"));
        }
    }

    #[test]
    fn a_proposal_names_its_times_in_the_readers_zone() {
        let letter = Letter::RescheduleProposed {
            session: session(),
            to: Side::Mentor,
            times: spans(&["2026-03-04T15:00:00Z", "2026-03-05T08:00:00Z"]),
            reason: Some("A <clash>.".to_owned()),
        };

        let written = write(&letter, &mentor());

        assert_eq!(
            written.subject,
            "Another time? Pricing & packaging with Zoë Lovelace"
        );
        assert_eq!(
            body(&written, "Grace"),
            "Zoë Lovelace would like to move your session to another time:\n\
             \n\
             - Wednesday 4 March 2026, 16:00–17:00 (Europe/Berlin)\n\
             - Thursday 5 March 2026, 09:00–10:00 (Europe/Berlin)\n\
             \n\
             Their words:\n\
             \n\
             > A <clash>.\n\
             \n\
             Until you take one of these times, the session stays where it is:\n\
             \n\
             When:  Tuesday 3 March 2026, 16:00–17:00 (Europe/Berlin)\n\
             With:  Zoë Lovelace\n\
             Topic: Pricing & packaging\n\
             Where: https://meet.example/abc?x=1&y=2\n\
             \n\
             Choose one, or say that none suits you:\n\
             \n\
             https://app.office-hours.example\n"
        );
        assert!(written.html.contains("A &lt;clash&gt;."));
    }

    #[test]
    fn a_closed_proposal_says_that_the_session_stays() {
        let written = |is_withdrawn| {
            let letter = Letter::RescheduleClosed {
                session: session(),
                to: Side::Mentee,
                is_withdrawn,
                reason: None,
            };
            write(&letter, &mentee())
        };

        let (rejected, withdrawn) = (written(false), written(true));

        assert!(rejected.subject.starts_with("Stays as it is: "));
        assert!(
            rejected
                .text
                .contains("None of the times that you proposed suits Grace Hopper.\n\nThe session"),
            "{}",
            rejected.text
        );
        assert!(withdrawn.subject.starts_with("Proposal taken back: "));
        assert!(
            withdrawn
                .html
                .contains("has taken the proposal of another time back")
        );
    }

    #[test]
    fn a_moved_session_comes_with_an_update_once_it_is_confirmed() {
        let moved = |respond_by: Option<&str>, to| Letter::SessionRescheduled {
            session: SessionFacts {
                sequence: 1,
                ..session()
            },
            to,
            respond_by: respond_by.map(|moment| moment.parse().unwrap()),
            is_soon: false,
        };
        let confirmed = moved(None, Side::Mentee);
        let asked = moved(Some("2026-03-03T13:00:00Z"), Side::Mentor);
        let waiting = moved(Some("2026-03-03T13:00:00Z"), Side::Mentee);
        let stamp = "2026-03-02T10:00:00Z".parse().unwrap();

        let update = confirmed.invitation(&office(), stamp).unwrap();
        assert_eq!(update.method.as_str(), "REQUEST");
        assert_eq!(update.sequence, 1);
        assert!(asked.invitation(&office(), stamp).is_none());
        let written = write(&confirmed, &mentee());
        assert_eq!(
            written.subject,
            "Moved: Pricing & packaging with Grace Hopper, Tue 3 Mar, 10:00"
        );
        assert!(
            written
                .text
                .contains("The update for your calendar is attached.")
        );
        let asked = write(&asked, &mentor());
        assert!(
            asked
                .text
                .contains("accept or decline by Tuesday 3 March 2026, 14:00")
        );
        let waiting = write(&waiting, &mentee());
        assert!(
            waiting
                .text
                .contains("Grace Hopper can answer until\nTuesday")
        );
    }

    #[test]
    fn another_place_to_meet_updates_the_calendar() {
        let letter = Letter::SessionRelocated {
            session: session(),
            to: Side::Mentee,
        };

        let written = write(&letter, &mentee());

        let stamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let update = letter.invitation(&office(), stamp).unwrap();
        assert_eq!(update.method.as_str(), "REQUEST");
        assert_eq!(
            written.subject,
            "Another place to meet: Pricing & packaging with Grace Hopper"
        );
        assert!(
            written
                .text
                .contains("Where: https://meet.example/abc?x=1&y=2")
        );
        assert!(written.html.contains("Join the session"));
        let nowhere = Letter::SessionRelocated {
            session: SessionFacts {
                meeting_link: None,
                ..session()
            },
            to: Side::Mentor,
        };
        let written = write(&nowhere, &mentor());
        assert!(
            written.text.contains("is not settled any more"),
            "{}",
            written.text
        );
    }
}
