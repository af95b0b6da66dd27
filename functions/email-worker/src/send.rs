//! One message at a time: claim it, look whether it is still true and wanted, write it, commit, hand it over, note how
//! that went.
//!
//! Whatever fails before the commit leaves the message as it was; only a crash between commit and note leaves one of
//! which nobody knows whether it left.

use jiff::Timestamp;
use shared::auth::unsubscribe::{self, Unsubscribe};
use shared::domain::event::EventRecord;
use shared::domain::id::{NotificationId, UserId};
use shared::domain::letter::{Class, Kind, Letter, Reader};
use shared::domain::notification::{Channel, Pace};
use shared::domain::user::Email;
use shared::state::AppState;
use shared::store::notification::{
    Claimed, Ending, Line, Outcome, Reader as Account, Template, Wishes,
};
use shared::store::{self, Transaction};
use shared::worker::WorkError;

use crate::desk::{Addressee, Desk, Moments};
use crate::look::look;
use crate::pace;
use crate::text;

/// What the messages of one event are made with.
pub(crate) struct Sender<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) record: &'a EventRecord,
    pub(crate) desk: &'a Desk,
    pub(crate) kind: Kind,
    /// An admin's words for it, if there are any.
    pub(crate) template: Option<Template>,
}

/// A message whose turn has come.
struct Turn {
    id: NotificationId,
    /// What is to be handed over; none when it has ended in the database already.
    mail: Option<Sealed>,
}

/// A message that is ready to leave.
pub(crate) enum Sealed {
    /// A mail.
    Mail {
        /// Where it goes.
        to: Email,
        /// The whole of it.
        mime: Vec<u8>,
    },
    /// A text message.
    Text {
        /// The number of the phone.
        phone: String,
        /// What it says.
        text: String,
    },
}

/// A message that is still true and wanted.
struct Wanted {
    letter: Letter,
    reader: Account,
    wishes: Wishes,
    /// Whom it tells of, beside its reader.
    about: Option<UserId>,
}

impl Sender<'_> {
    /// Gives every message of the event that waits one try, while the mail service answers.
    pub(crate) async fn send_all(&self) -> Result<(), WorkError> {
        let mut tried = Vec::new();
        while let Some(turn) = self.take_next(&tried).await? {
            tried.push(turn.id);
            let Some(sealed) = turn.mail else { continue };
            let outcome = self.hand_over(turn.id, &sealed).await;
            let client = self.state.db.client().await?;
            store::notification::settle(&client, turn.id, &outcome).await?;
            self.log(turn.id, &outcome);
            // The next one would be lost in the same silence: it waits, and comes again with the event.
            if matches!(outcome, Outcome::Unknown(_)) {
                break;
            }
        }
        Ok(())
    }

    async fn take_next(&self, tried: &[NotificationId]) -> Result<Option<Turn>, WorkError> {
        let now = self.state.clock.now();
        let mut client = self.state.db.client().await?;
        let tx = client.transaction();
        let claimed = store::notification::claim_next(&tx, self.record.id, tried, now).await?;
        let Some(claimed) = claimed else {
            return Ok(None);
        };
        let mail = match self.prepare(&tx, &claimed, now).await? {
            Ok(sealed) => Some(sealed),
            Err(ending) => {
                store::notification::end(&tx, claimed.id, &ending, now).await?;
                self.log_end(claimed.id, &ending);
                None
            }
        };
        tx.commit().await?;
        Ok(Some(Turn {
            id: claimed.id,
            mail,
        }))
    }

    async fn prepare(
        &self,
        tx: &Transaction<'_>,
        claimed: &Claimed,
        now: Timestamp,
    ) -> Result<Result<Sealed, Ending>, WorkError> {
        let Some(wanted) = self.look_up(tx, claimed, now).await? else {
            return Ok(Err(Ending::Dropped));
        };
        let zone = &wanted.reader.timezone;
        let settings = wanted.wishes.settings;
        let way = (self.kind, claimed.channel);
        if let Some(until) = settings.rest(way, wanted.letter.starts_at(), zone, now) {
            return Ok(Err(Ending::Resting(until)));
        }
        match claimed.channel {
            Channel::InApp => Ok(Err(Ending::Shown(wanted.line()))),
            Channel::Digest => {
                let due_at = settings.next_digest(zone, now);
                Ok(Err(Ending::Gathered(wanted.line(), due_at)))
            }
            Channel::Email => self.write_in_turn(tx, claimed.id, &wanted, now).await,
            Channel::Sms => {
                let (office, message) = (&self.desk.office, (&wanted.letter, &wanted.reader));
                let sealed = text::write(self.state, tx, office, message).await?;
                Ok(sealed.map_or(Err(Ending::Dropped), |(phone, text)| {
                    Ok(Sealed::Text { phone, text })
                }))
            }
        }
    }

    /// Reads what a message tells, and whether its reader still wants it.
    async fn look_up(
        &self,
        tx: &Transaction<'_>,
        claimed: &Claimed,
        now: Timestamp,
    ) -> Result<Option<Wanted>, WorkError> {
        let people = [claimed.recipient];
        let wishes = store::notification::find_wishes(tx, &people, self.kind).await?;
        let wishes = wishes.get(&claimed.recipient).copied();
        let Some(wishes) = wishes.filter(|wishes| self.is_wanted(claimed.channel, wishes)) else {
            return Ok(None);
        };
        let Some(present) = look(tx, &self.record.event, claimed.recipient).await? else {
            return Ok(None);
        };
        let letter = self.letter(tx, (&present, claimed.id), now).await?;
        Ok(letter.map(|(letter, reader)| Wanted {
            about: present.other_than(reader.id).or(letter.about()),
            letter,
            reader,
            wishes,
        }))
    }

    /// Whoever opts out does so at once: what was planned before counts no more. What was to come at once and now would
    /// be gathered still comes.
    fn is_wanted(&self, channel: Channel, wishes: &Wishes) -> bool {
        let channels = wishes.choice.channels(self.kind);
        let by_mail = [Channel::Email, Channel::Digest];
        let is_chosen = channels.contains(&channel)
            || (by_mail.contains(&channel) && channels.iter().any(|way| by_mail.contains(way)));
        let is_dead = channel == Channel::Email && wishes.is_suppressed && !self.kind.is_security();
        is_chosen && !is_dead
    }

    /// Writes a mail, unless its reader has got too many.
    async fn write_in_turn(
        &self,
        tx: &Transaction<'_>,
        id: NotificationId,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<Result<Sealed, Ending>, WorkError> {
        if Pace::counts(self.kind)
            && let Some(until) = pace::rest_for(self.state, tx, wanted.reader.id, now).await?
        {
            return Ok(Err(Ending::Resting(until)));
        }
        self.write(id, wanted, now).await
    }

    async fn write(
        &self,
        id: NotificationId,
        wanted: &Wanted,
        now: Timestamp,
    ) -> Result<Result<Sealed, Ending>, WorkError> {
        let moments = Moments {
            now,
            fact: self.record.at,
        };
        let template = self.template.as_ref();
        let addressee = Addressee {
            account: &wanted.reader,
            unsubscribe_url: self.unsubscribe_url(wanted.reader.id).await?,
            source: template.and_then(|template| template.source.as_ref()),
        };
        let written = self.desk.write(id, &wanted.letter, &addressee, moments);
        Ok(match written {
            Ok(mime) => Ok(Sealed::Mail {
                to: wanted.reader.email.clone(),
                mime,
            }),
            // It waits in the dead-letter queue until the bug is gone.
            Err(bug) => Err(Ending::Stuck(bug.to_string())),
        })
    }

    async fn unsubscribe_url(&self, person: UserId) -> Result<Option<String>, WorkError> {
        if self.kind.class() != Class::Courtesy {
            return Ok(None);
        }
        let wanted = Unsubscribe {
            person,
            kind: self.kind,
        };
        let mac = self.state.mac(unsubscribe::SCOPE, &wanted.text()).await;
        let mac = mac.map_err(|error| WorkError::Later(error.to_string()))?;
        let (api, token) = (&self.state.config.api_url, wanted.token(&mac));
        Ok(Some(format!("{api}/api/notifications/unsubscribe/{token}")))
    }
}

impl Wanted {
    /// What it says to those who do not read it as a mail.
    fn line(&self) -> Line {
        let reader = Reader::from(&self.reader);
        Line {
            title: self.letter.subject(&reader),
            path: self.letter.path(),
            about: self.about,
        }
    }
}
