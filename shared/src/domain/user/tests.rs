//! Who sees whom, and what admins may decide.

use jiff::Timestamp;
use uuid::Uuid;

use super::{
    Actor, Bond, Credential, Email, Role, Sight, Surroundings, User, UserError, UserStatus,
};
use crate::domain::event::Event;
use crate::domain::profile::{MentorProfile, Profile, RoleProfile, Vetting};
use crate::domain::time::Zone;

const NOW: &str = "2026-03-02T08:00:00Z";
const PERSON: Uuid = Uuid::from_u128(1);
const OTHER: Uuid = Uuid::from_u128(2);

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

fn user(role: Role) -> User {
    let part = match role {
        Role::Mentor => RoleProfile::Mentor(Box::new(MentorProfile::new(Vetting::Approved))),
        Role::Mentee => RoleProfile::Mentee(Box::default()),
        Role::Admin => RoleProfile::Admin,
    };
    let profile = Profile::new("Ada".to_owned(), "Lovelace".to_owned(), Zone::UTC, part);
    let email = Email::parse("ada@example.com").unwrap();
    User {
        email_verified_at: Some(now()),
        ..User::new(PERSON.into(), email, profile, now())
    }
}

fn actor(id: Uuid, role: Role) -> Actor {
    Actor {
        id: id.into(),
        role,
        credential: Credential::Login(Uuid::nil().into()),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}

const ALONE: Surroundings = Surroundings {
    other_admins: 0,
    has_open_sessions: false,
    is_leaving: false,
};

#[test]
fn only_a_person_and_admins_see_everything() {
    let mentee = user(Role::Mentee);
    let sight = |asker: Actor, bond| mentee.seen_by(&asker, bond);

    assert_eq!(
        sight(actor(PERSON, Role::Mentee), Bond::None),
        Some(Sight::Whole)
    );
    assert_eq!(
        sight(actor(OTHER, Role::Admin), Bond::None),
        Some(Sight::Whole)
    );
    assert_eq!(sight(actor(OTHER, Role::Mentor), Bond::None), None);
    for bond in [Bond::Session, Bond::Confirmed] {
        let card = Some(Sight::Card { with_phone: false });
        assert_eq!(sight(actor(OTHER, Role::Mentor), bond), card);
    }
}

#[test]
fn a_phone_number_is_shown_to_whom_one_meets_and_only_if_one_wants() {
    let mut mentee = user(Role::Mentee);
    mentee.visibility.phone = true;
    let with_phone = |bond| match mentee.seen_by(&actor(OTHER, Role::Mentor), bond) {
        Some(Sight::Card { with_phone }) => with_phone,
        Some(Sight::Whole) | None => false,
    };

    assert!(with_phone(Bond::Confirmed));
    assert!(!with_phone(Bond::Session) && !with_phone(Bond::None));
}

#[test]
fn a_mentor_appears_only_if_nothing_speaks_against_it() {
    fn mentor_of(user: &mut User) -> &mut MentorProfile {
        match &mut user.profile.role {
            RoleProfile::Mentor(mentor) => mentor,
            RoleProfile::Mentee(_) | RoleProfile::Admin => panic!("no mentor"),
        }
    }
    let hide: [fn(&mut User); 6] = [
        |user| user.status = UserStatus::Inactive,
        |user| user.status = UserStatus::Suspended,
        |user| user.email_verified_at = None,
        |user| mentor_of(user).vetting = Vetting::Pending,
        |user| mentor_of(user).vetting = Vetting::Rejected,
        |user| mentor_of(user).listed = false,
    ];

    assert!(user(Role::Mentor).appears());
    for hide in hide {
        let mut mentor = user(Role::Mentor);
        hide(&mut mentor);
        assert!(!mentor.appears(), "{mentor:?}");
    }
    assert!(!user(Role::Mentee).appears() && !user(Role::Admin).appears());
}

#[test]
fn nobody_suspends_themselves_or_the_last_admin() {
    let admin = || user(Role::Admin);
    let others = Surroundings {
        other_admins: 1,
        ..ALONE
    };
    let by = |id| actor(id, Role::Admin);
    let refused = |result: Result<(User, Event), UserError>| result.err();

    assert_eq!(
        refused(admin().suspend(&by(PERSON), others, now())),
        Some(UserError::OwnSuspension)
    );
    assert_eq!(
        refused(admin().suspend(&by(OTHER), ALONE, now())),
        Some(UserError::LastAdmin)
    );
    let (suspended, event) = user(Role::Mentee)
        .suspend(&by(OTHER), ALONE, now())
        .unwrap();
    assert_eq!(suspended.status, UserStatus::Suspended);
    assert_eq!(suspended.version, 2);
    assert_eq!(
        event,
        Event::UserSuspended {
            user_id: PERSON.into()
        }
    );
}

#[test]
fn only_who_was_shut_out_hears_that_they_are_back() {
    let paused = user(Role::Mentee).with_status(UserStatus::Inactive, now());
    let suspended = user(Role::Mentee).with_status(UserStatus::Suspended, now());

    assert_eq!(paused.clone().reinstate(ALONE, now()).unwrap().1, None);
    let (back, event) = suspended.reinstate(ALONE, now()).unwrap();
    assert_eq!(back.status, UserStatus::Active);
    assert_eq!(
        event,
        Some(Event::UserReinstated {
            user_id: PERSON.into()
        })
    );

    let leaving = Surroundings {
        is_leaving: true,
        ..ALONE
    };
    let refused = paused.reinstate(leaving, now()).err();
    assert_eq!(refused, Some(UserError::Leaving));
}

#[test]
fn a_role_is_left_when_nothing_waits_in_it() {
    let busy = Surroundings {
        has_open_sessions: true,
        ..ALONE
    };
    assert_eq!(
        user(Role::Mentor).leave_role(busy),
        Err(UserError::OpenSessions)
    );
    assert_eq!(user(Role::Mentor).leave_role(ALONE), Ok(()));
    assert_eq!(
        user(Role::Admin).leave_role(ALONE),
        Err(UserError::LastAdmin)
    );
}
