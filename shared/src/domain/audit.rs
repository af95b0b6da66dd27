//! The audit log: who did what to whom. Ids only: never an address of mail, a name, a token or a password.
//!
//! The names follow the OWASP Logging Vocabulary Cheat Sheet where it has one.

mod chain;

use core::net::IpAddr;

pub use chain::{AuditHead, AuditLine, DayCheck, Digest, RETENTION_DAYS, Tampering, link};

use super::id::{LoginId, UserId};
use super::value::ValueError;

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal,)+) => {
        /// What happened.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum AuditAction {
            $($(#[$doc])* $name,)+
        }

        impl AuditAction {
            /// Every action.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The word for the database and the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }

            /// Reads the word of the API.
            ///
            /// # Errors
            /// When nothing of that name ever happens.
            pub fn parse(text: &str) -> Result<Self, ValueError> {
                match text {
                    $($word => Ok(Self::$name),)+
                    _ => Err(ValueError::NotOneOf("the actions of the audit log")),
                }
            }
        }
    };
}

actions! {
    /// Somebody signed in.
    LoginSucceeded = "authn_login_success",
    /// Somebody failed to sign in.
    LoginFailed = "authn_login_fail",
    /// Somebody failed to sign in so often that the person was warned.
    LoginFailedOften = "authn_login_fail_max",
    /// A device was signed out.
    LoginEnded = "session_logout",
    /// Every device of a person was signed out.
    LoginsEnded = "session_logout_all",
    /// A used refresh token came back.
    TokenReused = "authn_token_reuse",
    /// A password was changed or reset.
    PasswordChanged = "authn_password_change",
    /// A password could not be changed.
    PasswordChangeFailed = "authn_password_change_fail",
    /// A link to reset a password was asked for.
    PasswordResetRequested = "authn_password_reset_request",
    /// An address of mail was proven.
    EmailVerified = "authn_email_verified",
    /// A change of an address of mail was asked for.
    EmailChangeRequested = "authn_email_change_request",
    /// A change of an address of mail could not be asked for.
    EmailChangeFailed = "authn_email_change_fail",
    /// An address of mail was changed.
    EmailChanged = "authn_email_change",
    /// A change of an address of mail was taken back.
    EmailReverted = "authn_email_revert",
    /// A second factor could not be switched on or off.
    TotpChangeFailed = "authn_totp_change_fail",
    /// A second factor was switched on.
    TotpEnabled = "authn_totp_enabled",
    /// A second factor was switched off.
    TotpDisabled = "authn_totp_disabled",
    /// A recovery code was used.
    RecoveryCodeUsed = "authn_recovery_code_used",
    /// A sign-in of another service was linked.
    IdentityLinked = "authn_identity_linked",
    /// An API key was made.
    ApiKeyCreated = "authn_token_created",
    /// An API key was revoked.
    ApiKeyRevoked = "authn_token_revoked",
    /// Somebody asked for what they may not have.
    AccessDenied = "authz_fail",
    /// A role was changed.
    RoleChanged = "authz_change",
    /// An account was opened.
    UserCreated = "user_created",
    /// Somebody registered with an address that has an account.
    RegistrationRepeated = "user_created_fail",
    /// An account was changed by an admin.
    UserUpdated = "user_updated",
    /// The status of an account was changed.
    UserStatusChanged = "user_status_change",
    /// An account is going to be deleted.
    DeletionRequested = "user_deletion_request",
    /// An account could not be deleted by its person.
    DeletionFailed = "user_deletion_fail",
    /// The deletion of an account was called off.
    DeletionCancelled = "user_deletion_cancel",
    /// An account was deleted.
    UserDeleted = "user_deleted",
    /// A mentor was approved or rejected.
    MentorVetted = "mentor_vetted",
    /// Everything about a person was exported.
    DataExported = "sensitive_read",
    /// Topics were merged.
    TopicsMerged = "topics_merged",
    /// An admin brought a mentor and a mentee together.
    MatchFormed = "match_formed",
    /// An admin changed or ended what a mentor and a mentee have.
    MatchChanged = "match_changed",
    /// A batch was asked for.
    AssignmentStarted = "assignment_started",
    /// The pairs of a batch were brought together.
    AssignmentPublished = "assignment_published",
    /// A batch was dropped.
    AssignmentDropped = "assignment_dropped",
    /// An admin removed a quick question.
    QuestionRemoved = "question_removed",
    /// The words of a kind of message were changed.
    TemplateChanged = "template_changed",
    /// Feedback was taken out of sight.
    FeedbackHidden = "feedback_hidden",
    /// Feedback was brought back.
    FeedbackRestored = "feedback_restored",
    /// A job was tried again.
    JobRetried = "job_retried",
    /// A job was called off.
    JobCancelled = "job_cancelled",
    /// Dead letters were sent back to their queue.
    DeadLettersReplayed = "dead_letters_replayed",
    /// A file with many rows was asked for.
    ReportOrdered = "report_ordered",
    /// An admin ended a session of others.
    SessionChanged = "session_changed",
    /// A program was made.
    ProgramCreated = "program_created",
    /// A version of a program was written.
    ProgramDrafted = "program_drafted",
    /// A version of a program was put to use.
    ProgramActivated = "program_activated",
}

/// Where a request comes from, as far as the log may know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The request.
    pub request_id: String,
    /// The network it came from: the first 24 bits of an IPv4 address, the first 48 of an IPv6 address.
    pub network: Option<String>,
    /// The program that asked, cut to 200 characters.
    pub user_agent: Option<String>,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// What happened.
    pub action: AuditAction,
    /// Who did it, when that is known.
    pub actor: Option<UserId>,
    /// On which signed-in device.
    pub login: Option<LoginId>,
    /// To whom it was done.
    pub subject: Option<UserId>,
    /// Why, in the words of whoever did it, or as a code of ours.
    pub reason: Option<String>,
}

impl AuditEntry {
    /// Something a person did to their own account.
    #[must_use]
    pub const fn own(action: AuditAction, person: UserId) -> Self {
        Self {
            action,
            actor: Some(person),
            login: None,
            subject: Some(person),
            reason: None,
        }
    }

    /// Something one person did to another.
    #[must_use]
    pub const fn to(action: AuditAction, actor: UserId, subject: UserId) -> Self {
        Self {
            action,
            actor: Some(actor),
            login: None,
            subject: Some(subject),
            reason: None,
        }
    }

    /// Something that was done to an account, known or not, by nobody knows whom.
    #[must_use]
    pub const fn by_stranger(action: AuditAction, subject: Option<UserId>) -> Self {
        Self {
            action,
            actor: None,
            login: None,
            subject,
            reason: None,
        }
    }

    /// The same on a signed-in device.
    #[must_use]
    pub fn on(self, login: impl Into<Option<LoginId>>) -> Self {
        Self {
            login: login.into(),
            ..self
        }
    }

    /// The same with a reason.
    #[must_use]
    pub fn because(self, reason: impl Into<String>) -> Self {
        Self {
            reason: Some(reason.into()),
            ..self
        }
    }
}

/// The part of an address that the log keeps: enough to see a pattern, too little to name a person.
#[must_use]
pub fn network_of(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}::/48")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_keeps_the_network_and_not_the_address() {
        assert_eq!(network_of("203.0.113.7".parse().unwrap()), "203.0.113.0/24");
        assert_eq!(
            network_of("::ffff:203.0.113.7".parse().unwrap()),
            "203.0.113.0/24"
        );
        assert_eq!(
            network_of("2001:db8:1:2::7".parse().unwrap()),
            "2001:db8:1::/48"
        );
    }

    #[test]
    fn every_action_has_a_word_of_its_own() {
        let mut words: Vec<_> = AuditAction::ALL.iter().map(|a| a.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), AuditAction::ALL.len());
    }
}
