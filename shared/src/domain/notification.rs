//! How people hear of things: by which way, at once or gathered in a digest, and not at night.

mod pace;
mod quiet;

use jiff::civil::{Date, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::letter::{Class, Kind};
use super::reminder::Offset;
use super::time::Zone;
use super::words::words;

pub use pace::Pace;
pub use quiet::{QuietHours, QuietHoursError};

words! {
    /// A way by which a message reaches its reader.
    Channel {
        /// A mail.
        Email = "email",
        /// A line in the app.
        InApp = "in_app",
        /// A text message to a phone.
        Sms = "sms",
        /// A line in the next digest.
        Digest = "digest",
    }
}

words! {
    /// Whether one kind of message comes by mail.
    ByMail {
        /// As soon as it happens.
        Now = "now",
        /// With whatever else has gathered.
        Digest = "digest",
        /// Not at all.
        Off = "off",
    }
}

words! {
    /// How far a message has come.
    MessageStatus {
        /// It waits for its turn.
        Queued = "queued",
        /// A worker hands it over.
        Sending = "sending",
        /// The mail service has it.
        Sent = "sent",
        /// Its reader's server has it.
        Delivered = "delivered",
        /// Its reader's server gave it back for good.
        Bounced = "bounced",
        /// Its reader called it spam.
        Complained = "complained",
        /// The mail service does not pass it on.
        Failed = "failed",
        /// Nobody knows whether it left.
        Unknown = "unknown",
        /// It was not true any more, or not wanted.
        Dropped = "dropped",
        /// It waits for a digest.
        Gathered = "gathered",
    }
}

words! {
    /// Why no mail goes to an address any more.
    Suppression {
        /// Its server says for good that nobody is there.
        Bounced = "bounced",
        /// Its owner called a mail of ours spam.
        Complained = "complained",
    }
}

words! {
    /// How often a digest comes.
    DigestRhythm {
        /// Every day.
        Daily = "daily",
        /// Every Monday.
        Weekly = "weekly",
    }
}

/// What a person has chosen for one kind of message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Whether it comes by mail.
    pub email: ByMail,
    /// Whether it is shown in the app.
    pub in_app: bool,
    /// Whether it comes as a text message.
    pub sms: bool,
}

impl Choice {
    /// What counts for those who have chosen nothing.
    pub const USUAL: Self = Self {
        email: ByMail::Now,
        in_app: true,
        sms: false,
    };

    /// The ways by which a message of a kind is to go out; of what concerns the account nobody can opt out.
    #[must_use]
    pub fn channels(self, kind: Kind) -> Vec<Channel> {
        let is_fixed = kind.class() == Class::Security;
        let chosen = if is_fixed { Self::USUAL } else { self };
        let by_mail = match chosen.email {
            ByMail::Now => Some(Channel::Email),
            ByMail::Digest => Some(Channel::Digest),
            ByMail::Off => None,
        };
        let in_app = (chosen.in_app && kind.is_shown()).then_some(Channel::InApp);
        let sms = (chosen.sms && kind.is_texted()).then_some(Channel::Sms);
        [in_app, by_mail, sms].into_iter().flatten().collect()
    }
}

/// How a person wants to hear, whatever it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How often a digest comes.
    pub digest: DigestRhythm,
    /// When nothing may disturb that can wait.
    pub quiet: Option<QuietHours>,
}

impl Settings {
    /// What counts for those who have set nothing.
    pub const USUAL: Self = Self {
        digest: DigestRhythm::Daily,
        quiet: Some(QuietHours::USUAL),
    };

    /// Until when a message has to wait, if it has to. `starts_at` is when the session begins that it is about.
    ///
    /// At night wait: all that is kindly meant, text messages, and the reminder of the day before if three hours are left in
    /// the morning. The reminder of the last hour and what concerns the account never wait.
    #[must_use]
    pub fn rest(
        &self,
        (kind, channel): (Kind, Channel),
        starts_at: Option<Timestamp>,
        zone: &Zone,
        now: Timestamp,
    ) -> Option<Timestamp> {
        let morning = self.quiet?.end_of_night(now, zone)?;
        let can_wait = match (kind, channel) {
            (_, Channel::InApp | Channel::Digest) | (Kind::Reminder(Offset::Hour), _) => false,
            (Kind::Reminder(Offset::Day), _) => {
                starts_at.is_some_and(|start| morning + LEAST_LEAD <= start)
            }
            (_, Channel::Sms) => true,
            (kind, Channel::Email) => kind.class() == Class::Courtesy,
        };
        can_wait.then_some(morning)
    }

    /// When the digest comes that something of `now` gets into: at eight in the morning where its reader lives.
    #[must_use]
    pub fn next_digest(&self, zone: &Zone, now: Timestamp) -> Timestamp {
        let today = zone.date(now);
        let first = [today, tomorrow(today)]
            .into_iter()
            .find(|day| morning_of(*day, zone.time_zone()) > now)
            .unwrap_or(today);
        let day = match self.digest {
            DigestRhythm::Daily => first,
            DigestRhythm::Weekly => monday_from(first),
        };
        morning_of(day, zone.time_zone())
    }
}

/// How long before a session the reminder of the day before must come, when a night has held it up.
const LEAST_LEAD: SignedDuration = SignedDuration::from_hours(3);

fn tomorrow(day: Date) -> Date {
    day.tomorrow().unwrap_or(day)
}

fn monday_from(day: Date) -> Date {
    if day.weekday() == Weekday::Monday {
        return day;
    }
    day.nth_weekday(1, Weekday::Monday).unwrap_or(day)
}

fn morning_of(day: Date, zone: &TimeZone) -> Timestamp {
    let morning = day.to_datetime(time(8, 0, 0, 0));
    let zoned = zone.to_ambiguous_zoned(morning).compatible();
    zoned.map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::letter::Topic;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn berlin() -> Zone {
        "Europe/Berlin".parse().unwrap()
    }

    fn rest(kind: Kind, channel: Channel, start: Option<&str>, now: &str) -> Option<String> {
        Settings::USUAL
            .rest((kind, channel), start.map(at), &berlin(), at(now))
            .map(|until| until.to_string())
    }

    #[test]
    fn what_concerns_the_account_comes_whatever_was_chosen() {
        let nothing = Choice {
            email: ByMail::Off,
            in_app: false,
            sms: true,
        };

        let ways = |kind| nothing.channels(kind);

        assert_eq!(
            ways(Kind::PasswordChanged),
            [Channel::InApp, Channel::Email]
        );
        assert_eq!(
            ways(Kind::ResetPassword),
            [Channel::Email],
            "secrets travel by mail only"
        );
        assert_eq!(ways(Kind::SessionDeclined), []);
        assert_eq!(ways(Kind::Reminder(Offset::Hour)), [Channel::Sms]);
    }

    #[test]
    fn a_digest_takes_the_place_of_the_mail() {
        let gathered = Choice {
            email: ByMail::Digest,
            ..Choice::USUAL
        };

        assert_eq!(
            gathered.channels(Kind::UnreadMessages),
            [Channel::InApp, Channel::Digest]
        );
        assert_eq!(
            Choice::USUAL.channels(Kind::UnreadMessages),
            [Channel::InApp, Channel::Email]
        );
    }

    #[test]
    fn at_night_only_that_comes_which_cannot_wait() {
        let night = "2026-03-02T23:30:00Z";
        let morning = Some("2026-03-03T06:00:00Z".to_owned());
        let survey = Kind::Mentoring(Topic::Survey);

        assert_eq!(rest(survey, Channel::Email, None, night), morning);
        assert_eq!(rest(survey, Channel::InApp, None, night), None);
        assert_eq!(
            rest(survey, Channel::Email, None, "2026-03-02T12:00:00Z"),
            None
        );
        assert_eq!(
            rest(Kind::SessionConfirmed, Channel::Sms, None, night),
            morning
        );
        assert_eq!(
            rest(Kind::SessionConfirmed, Channel::Email, None, night),
            None
        );
        assert_eq!(
            rest(Kind::PasswordChanged, Channel::Email, None, night),
            None
        );
    }

    #[test]
    fn a_reminder_waits_for_the_morning_if_that_is_early_enough() {
        let night = "2026-03-02T23:30:00Z";
        let day = |start| {
            rest(
                Kind::Reminder(Offset::Day),
                Channel::Email,
                Some(start),
                night,
            )
        };

        assert!(day("2026-03-03T09:00:00Z").is_some());
        assert_eq!(day("2026-03-03T08:59:59Z"), None);
        let hour = Kind::Reminder(Offset::Hour);
        assert_eq!(
            rest(hour, Channel::Sms, Some("2026-03-03T00:30:00Z"), night),
            None
        );
    }

    #[test]
    fn a_digest_comes_at_eight_where_its_reader_lives() {
        let next = |digest, now| {
            let settings = Settings {
                digest,
                ..Settings::USUAL
            };
            settings.next_digest(&berlin(), at(now)).to_string()
        };

        assert_eq!(
            next(DigestRhythm::Daily, "2026-03-02T06:59:59Z"),
            "2026-03-02T07:00:00Z"
        );
        assert_eq!(
            next(DigestRhythm::Daily, "2026-03-02T07:00:00Z"),
            "2026-03-03T07:00:00Z"
        );
        // The clocks change on 29 March, a Sunday.
        assert_eq!(
            next(DigestRhythm::Daily, "2026-03-28T12:00:00Z"),
            "2026-03-29T06:00:00Z"
        );
        assert_eq!(
            next(DigestRhythm::Weekly, "2026-03-28T12:00:00Z"),
            "2026-03-30T06:00:00Z"
        );
        assert_eq!(
            next(DigestRhythm::Weekly, "2026-03-02T06:00:00Z"),
            "2026-03-02T07:00:00Z"
        );
        assert_eq!(
            next(DigestRhythm::Weekly, "2026-03-02T08:00:00Z"),
            "2026-03-09T07:00:00Z"
        );
    }
}
