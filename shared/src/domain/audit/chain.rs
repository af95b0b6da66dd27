//! The chain that shows whether a line of the log was changed: every line holds the hash of the one before.
//!
//! The database writes the hashes (`shared/migrations/V0007__audit.sql`); here they are computed again, from the same
//! bytes: the hash of the line before, then every column with its length in front, or −1 where there is nothing.

use std::fmt::Write;

use jiff::Timestamp;
use jiff::civil::Date;
use uuid::Uuid;

/// After this many days the lines of a day may be gone; its head stays.
pub const RETENTION_DAYS: i32 = 730;

/// A hash function; SHA-256 in earnest.
pub type Digest = fn(&[u8]) -> Vec<u8>;

/// A line as it is kept, whatever became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    /// The day of the database's clock, in UTC.
    pub day: Date,
    /// Its place in that day, from 1 on.
    pub seq: i64,
    /// Names it.
    pub id: Uuid,
    /// When it happened, by the platform's clock.
    pub at: Timestamp,
    /// What happened.
    pub action: String,
    /// Who did it.
    pub actor_id: Option<Uuid>,
    /// To whom.
    pub subject_id: Option<Uuid>,
    /// On which signed-in device.
    pub login_id: Option<Uuid>,
    /// In which request.
    pub request_id: String,
    /// From which network.
    pub network: Option<String>,
    /// With which program.
    pub user_agent: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// The hash of the line before.
    pub prev_hash: Vec<u8>,
    /// The hash of this line.
    pub hash: Vec<u8>,
}

/// Where the chain of a day begins and ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// The day.
    pub day: Date,
    /// The hash at which the day before ended.
    pub begins_with: Vec<u8>,
    /// How many lines it has.
    pub seq: i64,
    /// The hash of its last line.
    pub hash: Vec<u8>,
}

impl AuditHead {
    /// The hash of its last line in hexadecimal digits, to keep it elsewhere.
    #[must_use]
    pub fn hash_text(&self) -> String {
        self.hash.iter().fold(String::new(), |mut text, byte| {
            // Writing into a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// What is wrong with the log.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Tampering {
    /// A day does not begin where the day before ended.
    #[error("{0} does not begin where the day before ended")]
    DayUnlinked(Date),
    /// A line is missing, or stands in another's place.
    #[error("line {seq} of {day} is missing or out of place")]
    OutOfPlace {
        /// The day.
        day: Date,
        /// The place.
        seq: i64,
    },
    /// A line is not what it was when it was written.
    #[error("line {seq} of {day} was changed")]
    Changed {
        /// The day.
        day: Date,
        /// The place.
        seq: i64,
    },
    /// Lines were taken from the end, or put there.
    #[error("{0} does not end where its head says")]
    WrongEnd(Date),
}

impl AuditLine {
    /// The hash that this line must have.
    #[must_use]
    pub fn expected_hash(&self, digest: Digest) -> Vec<u8> {
        let mut bytes = self.prev_hash.clone();
        let text = |text: &Option<String>| text.as_ref().map(|text| text.clone().into_bytes());
        let id = |id: &Option<Uuid>| id.map(|id| id.into_bytes().to_vec());
        let fields = [
            Some(self.day.to_string().into_bytes()),
            Some(self.seq.to_be_bytes().to_vec()),
            Some(self.id.into_bytes().to_vec()),
            Some(self.at.as_microsecond().to_be_bytes().to_vec()),
            Some(self.action.clone().into_bytes()),
            id(&self.actor_id),
            id(&self.subject_id),
            id(&self.login_id),
            Some(self.request_id.clone().into_bytes()),
            text(&self.network),
            text(&self.user_agent),
            text(&self.reason),
        ];
        for field in fields {
            append(&mut bytes, field.as_deref());
        }
        digest(&bytes)
    }
}

fn append(bytes: &mut Vec<u8>, field: Option<&[u8]>) {
    let length = field.map_or(-1, |field| i32::try_from(field.len()).unwrap_or(i32::MAX));
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(field.unwrap_or_default());
}

/// Follows the chain of one day, line by line.
#[derive(Debug)]
pub struct DayCheck {
    day: Date,
    seq: i64,
    hash: Vec<u8>,
}

impl DayCheck {
    /// Begins a day.
    #[must_use]
    pub fn begin(head: &AuditHead) -> Self {
        Self {
            day: head.day,
            seq: 0,
            hash: head.begins_with.clone(),
        }
    }

    /// How many lines were followed.
    #[must_use]
    pub const fn seq(&self) -> i64 {
        self.seq
    }

    /// Follows the next line.
    ///
    /// # Errors
    /// When it does not follow the one before, or is not what it was.
    pub fn follow(&mut self, line: &AuditLine, digest: Digest) -> Result<(), Tampering> {
        let (day, seq) = (self.day, self.seq + 1);
        if line.day != day || line.seq != seq || line.prev_hash != self.hash {
            return Err(Tampering::OutOfPlace { day, seq });
        }
        if line.expected_hash(digest) != line.hash {
            return Err(Tampering::Changed { day, seq });
        }
        self.seq = seq;
        self.hash.clone_from(&line.hash);
        Ok(())
    }

    /// Ends a day. One without lines is whole when it is so old that they may be gone.
    ///
    /// # Errors
    /// When its head says something else.
    pub fn end(self, head: &AuditHead, is_old: bool) -> Result<(), Tampering> {
        let is_forgotten = is_old && self.seq == 0;
        if is_forgotten || (self.seq == head.seq && self.hash == head.hash) {
            Ok(())
        } else {
            Err(Tampering::WrongEnd(self.day))
        }
    }
}

/// Checks that a day begins where the day before it ended.
///
/// # Errors
/// When it does not.
pub fn link(before: &AuditHead, head: &AuditHead) -> Result<(), Tampering> {
    if before.day < head.day && head.begins_with == before.hash {
        Ok(())
    } else {
        Err(Tampering::DayUnlinked(head.day))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Any function will do that tells texts apart.
    fn digest(bytes: &[u8]) -> Vec<u8> {
        let sum = bytes.iter().fold(1_u64, |sum, byte| {
            sum.wrapping_mul(1_099_511_628_211)
                .wrapping_add(u64::from(*byte))
        });
        sum.to_be_bytes().to_vec()
    }

    fn line(seq: i64, prev_hash: Vec<u8>) -> AuditLine {
        let mut line = AuditLine {
            day: "2026-03-02".parse().unwrap(),
            seq,
            id: Uuid::from_u128(7),
            at: "2026-03-02T08:00:00.000001Z".parse().unwrap(),
            action: "authn_login_success".to_owned(),
            actor_id: Some(Uuid::from_u128(1)),
            subject_id: None,
            login_id: None,
            request_id: "r".to_owned(),
            network: Some("203.0.113.0/24".to_owned()),
            user_agent: None,
            reason: None,
            prev_hash,
            hash: Vec::new(),
        };
        line.hash = line.expected_hash(digest);
        line
    }

    fn day() -> (AuditHead, Vec<AuditLine>) {
        let first = line(1, vec![0; 8]);
        let second = line(2, first.hash.clone());
        let head = AuditHead {
            day: first.day,
            begins_with: vec![0; 8],
            seq: 2,
            hash: second.hash.clone(),
        };
        (head, vec![first, second])
    }

    fn check(head: &AuditHead, lines: &[AuditLine], is_old: bool) -> Result<(), Tampering> {
        let mut check = DayCheck::begin(head);
        for line in lines {
            check.follow(line, digest)?;
        }
        check.end(head, is_old)
    }

    #[test]
    fn a_day_as_it_was_written_is_whole() {
        let (head, lines) = day();
        assert_eq!(check(&head, &lines, false), Ok(()));
    }

    #[test]
    fn a_change_a_gap_a_swap_and_a_lost_end_are_seen() {
        let (head, lines) = day();
        let day = head.day;
        let mut changed = lines.clone();
        changed[1].reason = Some(String::new());
        assert_eq!(
            check(&head, &changed, false),
            Err(Tampering::Changed { day, seq: 2 })
        );
        assert_eq!(
            check(&head, &lines[1..], false),
            Err(Tampering::OutOfPlace { day, seq: 1 })
        );
        let swapped = [lines[1].clone(), lines[0].clone()];
        assert!(check(&head, &swapped, false).is_err());
        assert_eq!(
            check(&head, &lines[..1], false),
            Err(Tampering::WrongEnd(day))
        );
        assert!(check(&head, &[], false).is_err());
    }

    #[test]
    fn an_old_day_may_be_gone_as_a_whole_and_not_in_part() {
        let (head, lines) = day();
        assert_eq!(check(&head, &[], true), Ok(()));
        assert!(check(&head, &lines[..1], true).is_err());
    }

    #[test]
    fn nothing_and_an_empty_text_are_two_things() {
        let (head, _) = day();
        let nothing = line(1, head.begins_with.clone());
        let empty = AuditLine {
            user_agent: Some(String::new()),
            ..nothing.clone()
        };
        assert_ne!(nothing.expected_hash(digest), empty.expected_hash(digest));
    }

    #[test]
    fn days_are_linked() {
        let (head, _) = day();
        let next = AuditHead {
            day: head.day.tomorrow().unwrap(),
            begins_with: head.hash.clone(),
            ..head.clone()
        };
        assert_eq!(link(&head, &next), Ok(()));
        let torn = AuditHead {
            begins_with: vec![1; 8],
            ..next.clone()
        };
        assert_eq!(link(&head, &torn), Err(Tampering::DayUnlinked(torn.day)));
        assert!(link(&next, &head).is_err());
    }
}
