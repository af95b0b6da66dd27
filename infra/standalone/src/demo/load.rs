//! Loads the demo, once: all of it in one transaction.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use shared::domain::feedback::Feedback;
use shared::domain::id::UserId;
use shared::domain::offering::Offering;
use shared::domain::profile::Profile;
use shared::domain::question::{Draft, Question};
use shared::domain::session::{Session, SessionStatus};
use shared::domain::time::{Minutes, Zone};
use shared::domain::topic::TopicName;
use shared::domain::user::{Email, PasswordHash, Role, User};
use shared::domain::value::Text;
use shared::state::AppState;
use shared::store::{self, StoreError, Transaction};

use super::booking::{acting, acting_as, request_of};
use super::{
    Demo, DemoAnswer, DemoFeedback, DemoMentor, DemoOffering, DemoQuestion, DemoSession, LoadError,
    profile,
};

/// The password of every demo account.
pub const PASSWORD: &str = "Demo-Passw0rd!";

/// Everybody came this long ago.
const SINCE: SignedDuration = SignedDuration::from_hours(60 * 24);
/// Sessions that are over were asked for this long before.
const AHEAD: SignedDuration = SignedDuration::from_hours(7 * 24);
/// How long after a session its mentee says how it was.
const HOUR: SignedDuration = SignedDuration::from_hours(1);

/// A transaction, and who is there already.
struct Loader<'a> {
    state: &'a AppState,
    tx: Transaction<'a>,
    now: Timestamp,
    password: PasswordHash,
    mentors: HashMap<String, (User, Zone)>,
    mentees: HashMap<String, UserId>,
}

/// Loads the demo when it is not there yet; returns whether it was not.
///
/// # Errors
/// When the database cannot be used, or the files contradict the rules; nothing is loaded then.
pub async fn load_once(state: &AppState) -> Result<bool, LoadError> {
    let demo = super::load()?;
    let mut client = state.db.client().await?;
    for admin in &demo.admins {
        let email = Email::parse(&admin.email)?;
        let known = store::credentials::find(&client, &email).await?;
        if known.is_some() {
            return Ok(false);
        }
    }
    let mut loader = Loader {
        state,
        now: state.clock.now(),
        // One for all: whoever reads it knows the password anyway.
        password: state.passwords().await?.hash(PASSWORD.to_owned()).await?,
        tx: client.transaction(),
        mentors: HashMap::new(),
        mentees: HashMap::new(),
    };
    loader.load(demo).await?;
    loader.tx.commit().await?;
    Ok(true)
}

impl Loader<'_> {
    async fn load(&mut self, demo: Demo) -> Result<(), LoadError> {
        for admin in demo.admins {
            self.add(&admin.email, profile::of_admin(&admin)).await?;
        }
        for mentor in demo.mentors {
            self.add_mentor(mentor).await?;
        }
        for mentee in demo.mentees {
            let email = mentee.email.clone();
            let user = self.add(&email, profile::of_mentee(mentee.profile));
            let id = user.await?.id;
            self.mentees.insert(email, id);
        }
        for session in &demo.sessions {
            self.add_session(session).await?;
        }
        for question in &demo.questions {
            self.add_question(question).await?;
        }
        store::catalog::raise(&self.tx).await?;
        Ok(())
    }

    async fn add(&self, email: &str, profile: Profile) -> Result<User, LoadError> {
        let since = self.now - SINCE;
        let user = User {
            email_verified_at: Some(since),
            ..User::new(self.state.clock.id(), Email::parse(email)?, profile, since)
        };
        if !store::user::insert(&self.tx, &user, Some(&self.password)).await? {
            return Err(StoreError::inconsistent("users", "a demo account is there").into());
        }
        store::user::update_profile(&self.tx, &user)
            .await?
            .map_err(|refused| StoreError::inconsistent("users", refused))?;
        Ok(user)
    }

    async fn add_mentor(&mut self, mentor: DemoMentor) -> Result<(), LoadError> {
        let zone = mentor.profile.timezone.clone();
        let profile = profile::of_mentor(mentor.profile);
        let user = self.add(&mentor.email, profile).await?;
        for window in &mentor.availability {
            let window = window
                .draft()
                .validate(self.state.clock.id(), user.id)
                .map_err(LoadError::Window)?;
            store::availability::insert(&self.tx, &window, self.now).await?;
        }
        for offering in mentor.offerings {
            self.add_offering(user.id, offering).await?;
        }
        self.mentors.insert(mentor.email, (user, zone));
        Ok(())
    }

    async fn add_offering(&self, mentor: UserId, demo: DemoOffering) -> Result<(), LoadError> {
        let name = TopicName::parse(&demo.topic)?;
        let id = self.state.clock.id();
        let (topic, _) =
            store::topic::insert_or_find(&self.tx, id, &name, mentor, self.now).await?;
        let offering = Offering {
            id: self.state.clock.id(),
            mentor_id: mentor,
            topic_id: topic.id,
            topic_name: topic.name,
            title: demo.title,
            description: demo.description,
            duration: Minutes(demo.duration_minutes),
            price: demo.price,
            currency: demo.currency,
            active: true,
            version: 1,
            created_at: self.now,
            updated_at: self.now,
        };
        Ok(store::offering::insert(&self.tx, &offering).await??)
    }

    async fn add_session(&self, demo: &DemoSession) -> Result<(), LoadError> {
        let nobody = |email: &str| LoadError::Nobody(email.to_owned());
        let (mentor, zone) = self
            .mentors
            .get(&demo.mentor)
            .ok_or_else(|| nobody(&demo.mentor))?;
        let mentee = *self
            .mentees
            .get(&demo.mentee)
            .ok_or_else(|| nobody(&demo.mentee))?;
        let starts_at = demo.starts_at(self.now, zone)?;
        let (request, buffer) = request_of(self.state.clock.id(), mentor, demo, starts_at);
        let asked_at = if starts_at > self.now {
            self.now
        } else {
            starts_at - AHEAD
        };
        let (session, _) = Session::request(request, mentee, asked_at);
        store::session::insert(&self.tx, &session, buffer).await??;
        let session = self.advance(session, mentor, demo.status).await?;
        self.speak_of(&session, demo.feedback.clone()).await
    }

    async fn add_question(&self, demo: &DemoQuestion) -> Result<(), LoadError> {
        let mentee = *self
            .mentees
            .get(&demo.mentee)
            .ok_or_else(|| LoadError::Nobody(demo.mentee.clone()))?;
        let asked_at = self.now - SignedDuration::from_hours(demo.hours_ago);
        let asked = (demo.wording(), 0);
        let question = Question::ask(self.state.clock.id(), mentee, asked, asked_at)?;
        store::question::insert(&self.tx, &question, None).await?;
        match &demo.answered {
            None => Ok(()),
            Some(answer) => self.answer(question, answer).await,
        }
    }

    /// Takes a new question to where it stands, by the steps that lead there.
    async fn answer(&self, question: Question, demo: &DemoAnswer) -> Result<(), LoadError> {
        let nobody = || LoadError::Nobody(demo.mentor.clone());
        let (mentor, _) = self.mentors.get(&demo.mentor).ok_or_else(nobody)?;
        let (by, at) = (acting(mentor), question.created_at);
        let asker = acting_as(question.mentee_id, Role::Mentee);
        let (claimed, _) = question.claim(by, 0, at)?;
        let draft = Draft {
            id: self.state.clock.id(),
            content: Text::parse(&demo.words)?,
        };
        let (mut question, post, _) = claimed.write(draft, by, at)?;
        if let Some(stars) = demo.rating {
            let (completed, _) = question.complete(asker, at)?;
            (question, _) = completed.rate(stars, asker, at)?;
        }
        store::question::update(&self.tx, &question).await?;
        Ok(store::question::insert_post(&self.tx, &post).await?)
    }

    /// Takes a new session to where it stands, by the steps that lead there.
    async fn advance(
        &self,
        session: Session,
        mentor: &User,
        status: SessionStatus,
    ) -> Result<Session, LoadError> {
        if status == SessionStatus::Pending {
            return Ok(session);
        }
        let by = acting(mentor);
        let (accepted_at, ends_at) = (session.created_at, session.ends_at());
        let (session, _) = session.accept(by, accepted_at)?;
        store::session::update_status(&self.tx, &session).await?;
        if status == SessionStatus::Completed {
            let (session, _) = session.complete(by, ends_at)?;
            store::session::update_status(&self.tx, &session).await?;
            return Ok(session);
        }
        let new_id = || self.state.clock.id();
        store::reminder::plan(&self.tx, &session, self.now, new_id).await?;
        Ok(session)
    }

    /// Lets the mentee say how it was, an hour after it. What is anonymous is published by the upkeep, as everywhere.
    async fn speak_of(
        &self,
        session: &Session,
        said: Option<DemoFeedback>,
    ) -> Result<(), LoadError> {
        let Some(said) = said else {
            return Ok(());
        };
        let (new, at) = (
            (self.state.clock.id(), said.into()),
            session.ends_at() + HOUR,
        );
        let (feedback, _) = Feedback::give(new, session, session.mentee_id, at)?;
        Ok(store::feedback::insert(&self.tx, &feedback).await??)
    }
}
