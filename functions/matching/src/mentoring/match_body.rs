//! What `/api/matching/matches` gives.

use jiff::Timestamp;
use serde::Serialize;
use shared::domain::id::{AssignmentRunId, MentoringRequestId, MentorshipId, UserId};
use shared::domain::mentorship::{
    Health, HealthReason, Mentorship, MentorshipAction, MentorshipStatus, Origin, Pair, Signals,
};
use shared::domain::score::Thousandths;
use shared::domain::user::Actor;
use shared::store::mentorship::Participant;
use shared::store::{self, Read, StoreError};
use utoipa::ToSchema;

/// A mentor and a mentee who work together.
#[derive(Serialize, ToSchema)]
pub(crate) struct MentorshipBody {
    id: MentorshipId,
    mentor: MatchedPersonBody,
    mentee: MatchedPersonBody,
    /// How many mentees the mentor has and takes, for the mentor and admins.
    mentor_load: Option<LoadBody>,
    status: MentorshipStatus,
    /// How the two came together.
    origin: Origin,
    /// The mentee's request that it answers.
    request_id: Option<MentoringRequestId>,
    /// The assignment run that it comes from.
    run_id: Option<AssignmentRunId>,
    /// How well the two fit, if that was found out.
    score: Option<Thousandths>,
    /// Whether an admin gave the mentor one mentee more than they take.
    is_over_capacity: bool,
    /// When the two first met.
    #[schema(value_type = Option<String>, format = DateTime)]
    started_at: Option<Timestamp>,
    #[schema(value_type = Option<String>, format = DateTime)]
    ended_at: Option<Timestamp>,
    ended_by: Option<UserId>,
    ended_reason: Option<String>,
    /// How well it goes; `null` once it has ended. What the other one thinks of it counts for admins only.
    health: Option<HealthBody>,
    /// Whether somebody should look after it.
    at_risk: bool,
    version: i64,
    /// What you may do now.
    allowed_actions: Vec<MentorshipAction>,
    #[schema(value_type = String, format = DateTime)]
    created_at: Timestamp,
    #[schema(value_type = String, format = DateTime)]
    updated_at: Timestamp,
}

/// One of the two.
#[derive(Serialize, ToSchema)]
pub(crate) struct MatchedPersonBody {
    id: UserId,
    first_name: String,
    last_name: String,
}

/// How many places of a mentor are taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct LoadBody {
    /// Matches that are pending, active or paused.
    taken: i64,
    /// How many the mentor takes.
    places: i32,
}

/// How well a match goes.
#[derive(Serialize, ToSchema)]
pub(crate) struct HealthBody {
    /// 0–100: a hundred less the points of the evidence.
    #[schema(minimum = 0, maximum = 100)]
    score: u32,
    evidence: Vec<HealthReason>,
}

impl MentorshipBody {
    pub(crate) const fn id(&self) -> MentorshipId {
        self.id
    }

    pub(crate) const fn version(&self) -> i64 {
        self.version
    }

    /// Reads what is shown with a match, as this person may see it.
    pub(crate) async fn read(
        db: &impl Read,
        mentorship: Mentorship,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let bodies = Self::read_all(db, vec![mentorship], actor, now).await?;
        let first = bodies.into_iter().next();
        first.ok_or_else(|| StoreError::inconsistent("mentorships", "no body was made"))
    }

    /// Reads what is shown with matches, as this person may see it: two statements, however many there are.
    pub(crate) async fn read_all(
        db: &impl Read,
        mentorships: Vec<Mentorship>,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Vec<Self>, StoreError> {
        let ids: Vec<MentorshipId> = mentorships.iter().map(|one| one.id).collect();
        let author = (!actor.is_admin()).then_some(actor.id);
        let (mut signals, people) = futures_util::try_join!(
            store::mentorship::list_signals(db, &ids, author, now),
            store::mentorship::list_participants(db, &mentorships),
        )?;
        let person = |id: UserId| MatchedPersonBody::new(id, people.get(&id));
        let bodies = mentorships.into_iter().map(|one| {
            let Pair {
                mentor_id,
                mentee_id,
            } = one.pair;
            let signals = signals.remove(&one.id);
            let shown = (person(mentor_id), person(mentee_id));
            let body = Self::new(one, shown, signals.as_ref(), (actor, now));
            let may_know = actor.is_admin() || actor.id == mentor_id;
            let mentor = people.get(&mentor_id).filter(|_| may_know);
            Self {
                mentor_load: mentor.and_then(LoadBody::of),
                ..body
            }
        });
        Ok(bodies.collect())
    }

    fn new(
        one: Mentorship,
        (mentor, mentee): (MatchedPersonBody, MatchedPersonBody),
        signals: Option<&Signals>,
        (actor, now): (Actor, Timestamp),
    ) -> Self {
        let health = signals.and_then(|signals| Health::of(signals, now));
        let allowed_actions = one.allowed_actions(actor);
        Self {
            id: one.id,
            mentor,
            mentee,
            mentor_load: None,
            status: one.status,
            origin: one.origin,
            request_id: one.request_id,
            run_id: one.run_id,
            score: one.score,
            is_over_capacity: one.is_over_capacity,
            started_at: one.started_at,
            ended_at: one.ended_at,
            ended_by: one.ending.as_ref().map(|ending| ending.by),
            ended_reason: one.ending.and_then(|ending| ending.reason),
            at_risk: health.as_ref().is_some_and(|health| health.at_risk),
            health: health.map(|health| HealthBody {
                score: health.score,
                evidence: health.evidence,
            }),
            version: one.version,
            allowed_actions,
            created_at: one.created_at,
            updated_at: one.updated_at,
        }
    }
}

impl MatchedPersonBody {
    fn new(id: UserId, person: Option<&Participant>) -> Self {
        let name = person.map(|person| (person.first_name.clone(), person.last_name.clone()));
        let (first_name, last_name) = name.unwrap_or_default();
        Self {
            id,
            first_name,
            last_name,
        }
    }
}

impl LoadBody {
    fn of(mentor: &Participant) -> Option<Self> {
        Some(Self {
            taken: mentor.places_taken,
            places: mentor.places?,
        })
    }
}
