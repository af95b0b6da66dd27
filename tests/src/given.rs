//! What a test starts from: people, hours and sessions, made by the same functions that the platform uses.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use shared::auth::opaque::OpaqueToken;
use shared::domain::audit::Origin;
use shared::domain::availability::AvailabilityDraft;
use shared::domain::id::{LoginId, SessionId, UserId};
use shared::domain::link::LinkPurpose;
use shared::domain::profile::{MentorProfile, Profile, RoleProfile, Vetting};
use shared::domain::session::{Payment, Session, SessionRequest};
use shared::domain::slots::Slot;
use shared::domain::time::Minutes;
use shared::domain::user::{Actor, Credential, Email, PasswordHash, Role, User, UserStatus};
use shared::store;
use shared::store::login::{NewLogin, NewRefreshToken};

use crate::TestApp;

/// The password of accounts that have one.
pub const ACCOUNT_PASSWORD: &str = "Demo-Passw0rd!";

/// Weekly hours: on these days (0 is Sunday), from and to, in a zone.
#[derive(Clone, Copy, Debug)]
pub struct Hours<'a>(pub &'a [i64], pub &'a str, pub &'a str, pub &'a str);

impl Hours<'static> {
    /// Monday to Friday, nine to five in UTC.
    pub const OFFICE: Self = Self(&[1, 2, 3, 4, 5], "09:00", "17:00", "UTC");
}

impl TestApp {
    /// A mentor who may appear and be booked.
    pub async fn given_mentor(&self) -> UserId {
        self.given_person(Role::Mentor, |_| {}).await
    }

    /// A mentee who may book.
    pub async fn given_mentee(&self) -> UserId {
        self.given_person(Role::Mentee, |_| {}).await
    }

    /// An admin.
    pub async fn given_admin(&self) -> UserId {
        self.given_person(Role::Admin, |_| {}).await
    }

    /// A person who is logged in and has not proven their address.
    pub async fn given_unverified(&self, role: Role) -> UserId {
        self.given_person(role, |user| user.email_verified_at = None)
            .await
    }

    /// A mentor whom no admin has approved yet.
    pub async fn given_unapproved_mentor(&self) -> UserId {
        self.given_person(Role::Mentor, |user| {
            if let RoleProfile::Mentor(mentor) = &mut user.profile.role {
                mentor.vetting = Vetting::Pending;
            }
        })
        .await
    }

    /// A person of a role, changed by the test before they are stored, and logged in.
    pub async fn given_person(&self, role: Role, change: impl FnOnce(&mut User)) -> UserId {
        let id: UserId = self.clock.id();
        let mut user = person(id, role, self.clock.now());
        change(&mut user);
        // Nobody needs their password: hashing one takes longer than most tests.
        self.store_person(&user, None).await;
        self.given_login(id, role).await;
        id
    }

    /// A verified account that can log in with [`ACCOUNT_PASSWORD`].
    pub async fn given_account(&self, email: &str, role: Role) -> UserId {
        let id: UserId = self.clock.id();
        let mut user = person(id, role, self.clock.now());
        user.email = Email::parse(email).unwrap();
        let passwords = self.state.passwords().await.unwrap();
        let hash = passwords.hash(ACCOUNT_PASSWORD.to_owned()).await.unwrap();
        self.store_person(&user, Some(&hash)).await;
        id
    }

    /// An account whose address nobody has proven.
    pub async fn given_unproven_account(&self, email: &str) -> UserId {
        self.given_person(Role::Mentee, |user| {
            user.email = Email::parse(email).unwrap();
            user.email_verified_at = None;
        })
        .await
    }

    async fn store_person(&self, user: &User, password: Option<&PasswordHash>) {
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        assert!(store::user::insert(&tx, user, password).await.unwrap());
        store::catalog::raise(&tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Signs a person in on one more device and returns its refresh token.
    pub async fn given_login(&self, user: UserId, role: Role) -> String {
        let login: LoginId = self.clock.id();
        let refresh = OpaqueToken::generate().unwrap();
        let now = self.clock.now();
        let ends_at = now + SignedDuration::from_hours(30 * 24);
        let token = NewRefreshToken {
            hash: &refresh.hash(),
            issued_at: now,
            expires_at: now + SignedDuration::from_hours(7 * 24),
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let origin = Origin::default();
        let new = NewLogin {
            id: login,
            user,
            ends_at,
            origin: &origin,
            token,
        };
        store::login::insert(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        self.logins.lock().unwrap().insert(user, (login, role));
        refresh.expose().to_owned()
    }

    /// The token of the link that proves a person's address.
    pub async fn given_verification_token(&self, user: UserId) -> String {
        self.given_link(user, LinkPurpose::VerifyEmail).await
    }

    /// Takes away what limits are counted in.
    pub async fn given_no_limits(&self) {
        self.database.sql("DROP TABLE rate_limits").await;
    }

    /// Lets every claim on an idempotency key lapse, as a quarter of a minute would.
    pub async fn given_lapsed_claims(&self) {
        let statement =
            "UPDATE idempotency SET lease_until = clock_timestamp() - interval '1 second'";
        self.database.sql(statement).await;
    }

    /// Lets every kept answer expire, as a day would.
    pub async fn given_expired_answers(&self) {
        let statement =
            "UPDATE idempotency SET expires_at = clock_timestamp() - interval '1 second'";
        self.database.sql(statement).await;
    }

    /// Puts the answer of one key in the place of another's, as somebody might who can write to the database.
    pub async fn given_moved_answer(&self, from: &str, to: &str) {
        let statement = format!(
            "UPDATE idempotency SET answer = (SELECT answer FROM idempotency WHERE key = '{from}') WHERE key = '{to}'"
        );
        self.database.sql(&statement).await;
    }

    /// Shuts a person out, as an admin will.
    pub async fn given_suspension(&self, user: UserId) {
        let statement = format!("UPDATE users SET status = 'suspended' WHERE id = '{user}'");
        self.database.sql(&statement).await;
    }

    /// Copies a sealed phone number to another row, as somebody might who can write to the database.
    pub async fn given_copied_phone(&self, from: UserId, to: UserId) {
        let statement = format!(
            "UPDATE users SET phone = (SELECT phone FROM users WHERE id = '{from}') WHERE id = '{to}'"
        );
        self.database.sql(&statement).await;
    }

    /// Weekly hours of a mentor.
    pub async fn given_hours(&self, mentor: UserId, hours: Hours<'_>) {
        let Hours(days, start, end, zone) = hours;
        for day in days {
            let draft = AvailabilityDraft {
                day_of_week: Some(*day),
                start_time: Some(start.to_owned()),
                end_time: Some(end.to_owned()),
                timezone: Some(zone.to_owned()),
                ..AvailabilityDraft::default()
            };
            let window = draft.validate(self.clock.id(), mentor).unwrap();
            let mut client = self.state.db.client().await.unwrap();
            let tx = client.transaction();
            assert!(
                store::availability::insert(&tx, &window, self.clock.now())
                    .await
                    .unwrap()
            );
            tx.commit().await.unwrap();
        }
    }

    /// A mentor who is open in office hours.
    pub async fn given_open_mentor(&self) -> UserId {
        let mentor = self.given_mentor().await;
        self.given_hours(mentor, Hours::OFFICE).await;
        mentor
    }

    /// A pending session of one hour; whether the mentor offers that time is nobody's business here.
    pub async fn given_session(&self, mentee: UserId, mentor: UserId, at: &str) -> SessionId {
        let (session, _) = self.requested(mentee, mentor, at.parse().unwrap());
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::session::insert(&tx, &session, Minutes(0))
            .await
            .unwrap()
            .unwrap();
        tx.commit().await.unwrap();
        session.id
    }

    /// A session of one hour that the mentor has accepted.
    pub async fn given_confirmed_session(
        &self,
        mentee: UserId,
        mentor: UserId,
        at: &str,
    ) -> SessionId {
        let id = self.given_session(mentee, mentor, at).await;
        let actor = self.actor(mentor, Role::Mentor);
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let session = store::session::lock_for(&tx, id, actor).await.unwrap();
        let now = self.clock.now();
        let (session, _) = session.unwrap().accept(actor, now).unwrap();
        store::session::update_status(&tx, &session).await.unwrap();
        store::reminder::plan(&tx, &session, now, || self.clock.id())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Moves a confirmed session as both people agreed to; its reminders are planned anew.
    pub async fn given_move(&self, id: SessionId, mentor: UserId, at: Timestamp) {
        let moved = format!(
            "UPDATE sessions SET scheduled_at = '{at}', ends_at = '{at}'::timestamptz + (ends_at - scheduled_at),
                    version = version + 1, sequence = sequence + 1 WHERE id = '{id}';
             UPDATE busy SET span = tstzrange('{at}', '{at}'::timestamptz + (upper(span) - lower(span)))
              WHERE session_id = '{id}'"
        );
        self.database.sql(&moved).await;
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        let session = store::session::lock_for(&tx, id, self.actor(mentor, Role::Mentor)).await;
        let session = session.unwrap().unwrap();
        store::reminder::delete_planned(&tx, id).await.unwrap();
        store::reminder::plan(&tx, &session, self.clock.now(), || self.clock.id())
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    fn requested(&self, mentee: UserId, mentor: UserId, at: Timestamp) -> (Session, Value) {
        let duration = Minutes(60);
        let request = SessionRequest {
            id: self.clock.id(),
            mentor_id: mentor,
            slot: Slot {
                starts_at: at,
                ends_at: at + duration,
            },
            duration,
            topic: Some("Pricing".to_owned()),
            mentee_notes: None,
            matched: None,
            payment: Payment::NONE,
            min_notice: Minutes(120),
            cancellation_notice: Minutes(120),
        };
        let (session, event) = Session::request(request, mentee, self.clock.now());
        (session, serde_json::to_value(event).unwrap())
    }

    pub(crate) fn actor(&self, id: UserId, role: Role) -> Actor {
        let (login, _) = self.logins.lock().unwrap()[&id];
        Actor {
            id,
            role,
            credential: Credential::Login(login),
            status: UserStatus::Active,
            is_verified: true,
            needs_totp: false,
        }
    }
}

fn person(id: UserId, role: Role, now: Timestamp) -> User {
    let part = match role {
        Role::Mentor => RoleProfile::Mentor(Box::new(MentorProfile::new(Vetting::Approved))),
        Role::Mentee => RoleProfile::Mentee(Box::default()),
        Role::Admin => RoleProfile::Admin,
    };
    let zone = "Europe/Berlin".parse().unwrap();
    let profile = Profile::new("Ada".to_owned(), "Lovelace".to_owned(), zone, part);
    let email = Email::parse(&format!("{id}@example.com")).unwrap();
    User {
        email_verified_at: Some(now),
        ..User::new(id, email, profile, now)
    }
}
