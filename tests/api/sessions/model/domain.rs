//! Sequences on the pure domain: no database, no HTTP, and every edge met exactly.

use std::collections::BTreeMap;

use jiff::Timestamp;
use shared::domain::refusal::Refusal;
use shared::domain::session::{
    Payment, Proposal, RescheduleAction, RescheduleRequest, Session, SessionError, SessionRequest,
    Step, Target,
};
use shared::domain::slots::Slot;
use shared::domain::time::Minutes;
use shared::domain::user::{Actor, Credential, Role, UserStatus};
use uuid::Uuid;

use super::dice::Dice;
use super::machine::{Deed, HOUR, LENGTH, Line, Model, SECOND, Who, next_deed, next_moment};

/// 2026-03-02T08:00:00Z.
const BEGINNING: i64 = 1_772_438_400 * SECOND;
const DEEDS: usize = 20;

/// How often something happened, over all sequences.
#[derive(Default)]
pub(super) struct Met(BTreeMap<&'static str, u32>);

impl Met {
    pub(super) fn assert_everything_happened(&self) {
        for what in [
            "accepted",
            "declined",
            "cancelled",
            "expired",
            "completed",
            "no_show",
            "reschedule_proposed",
            "reschedule_rejected",
            "reschedule_withdrawn",
            "rescheduled",
            "not_your_action",
            "invalid_transition",
            "answer_too_late",
            "cancel_too_late",
            "session_not_started",
            "session_over",
            "reschedule_open",
            "reschedule_limit_reached",
            "reschedule_not_open",
            "same_time",
        ] {
            let count = self.0.get(what).copied().unwrap_or_default();
            assert!(count >= 50, "{what} happened {count} times: {:?}", self.0);
        }
    }

    fn note(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// What the sequence has made of the domain's session.
struct Real {
    session: Session,
    requests: Vec<RescheduleRequest>,
    steps: Vec<Step>,
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(micros).unwrap()
}

fn actor(who: Who) -> Actor {
    let (number, role) = match who {
        Who::Mentor => (1, Role::Mentor),
        Who::Mentee => (2, Role::Mentee),
        Who::Admin => (3, Role::Admin),
    };
    Actor {
        id: Uuid::from_u128(number).into(),
        role,
        credential: Credential::Login(Uuid::nil().into()),
        status: UserStatus::Active,
        is_verified: true,
        needs_totp: false,
    }
}

fn slot(start: i64) -> Slot {
    Slot {
        starts_at: at(start),
        ends_at: at(start + LENGTH),
    }
}

pub(super) fn run(seed: u64, met: &mut Met) -> Result<(), String> {
    let mut dice = Dice::new(seed);
    let mut now = BEGINNING + dice.below(3600) * SECOND;
    let start = (BEGINNING / HOUR + 3 + dice.below(90)) * HOUR;
    let mut model = Model::requested(start, now);
    let mut real = Real::requested(start, now);
    same(&model, &real, now).map_err(|what| format!("at first: {what}"))?;
    let mut tried_since = 0;
    for _ in 0..DEEDS {
        if model.is_worn_out(tried_since) {
            break;
        }
        tried_since += 1;
        let (who, deed) = next_deed(&mut dice, &model, now);
        let is_possible = match &deed {
            // Whether a time can be had is the calendar's business; one that is over cannot.
            Deed::Take(time) => *time > now,
            _ => true,
        };
        if is_possible {
            let expected = model.refusal(&deed, who, now);
            let found = real.attempt(&deed, who, now);
            if found != expected {
                return Err(format!(
                    "{who:?} {deed:?}: {found:?} instead of {expected:?}, {model:?}"
                ));
            }
            if let Some(code) = expected {
                met.note(code);
            } else {
                tried_since = 0;
                model.apply(&deed, who, now);
                met.note(model.history[model.history.len() - 1].1);
            }
            same(&model, &real, now).map_err(|what| format!("{who:?} {deed:?}: {what}"))?;
        }
        now = next_moment(&mut dice, &model, now);
        same(&model, &real, now).map_err(|what| format!("later: {what}"))?;
    }
    Ok(())
}

impl Real {
    fn requested(start: i64, now: i64) -> Self {
        let request = SessionRequest {
            id: Uuid::from_u128(7).into(),
            mentor_id: actor(Who::Mentor).id,
            slot: slot(start),
            duration: Minutes(60),
            topic: None,
            mentee_notes: None,
            matched: None,
            payment: Payment::NONE,
            min_notice: Minutes(120),
            cancellation_notice: Minutes(120),
        };
        let (session, _) = Session::request(request, actor(Who::Mentee).id, at(now));
        Self {
            steps: session.step.iter().cloned().collect(),
            session,
            requests: Vec::new(),
        }
    }

    /// Tries it, and says with which code it was refused.
    fn attempt(&mut self, deed: &Deed, who: Who, now: i64) -> Option<&'static str> {
        match self.change(deed, actor(who), at(now)) {
            Ok(Some((session, request))) => {
                self.steps.extend(session.step.clone());
                // As the database would have it, where a session that ends closes what is open.
                self.session = session;
                self.requests.extend(request);
                None
            }
            Ok(None) => Some("nothing to do"),
            Err(refused) => Some(refused.code()),
        }
    }

    fn change(
        &mut self,
        deed: &Deed,
        by: Actor,
        now: Timestamp,
    ) -> Result<Option<(Session, Option<RescheduleRequest>)>, SessionError> {
        let session = self.session.clone();
        let request = self.requests.last().cloned();
        let changed = match deed {
            Deed::Accept => session.accept(by, now)?.0,
            Deed::Decline => session.decline(by, None, now)?.0,
            Deed::Cancel => session.cancel(by, None, now)?.0,
            Deed::Complete => session.complete(by, now)?.0,
            Deed::NoShow => session.no_show(by, now)?.0,
            Deed::Expire => return Ok(session.expire(now).map(|(expired, _)| (expired, None))),
            Deed::Propose(times) => {
                let number = 100 + u128::try_from(self.requests.len()).unwrap();
                let proposal = Proposal {
                    id: Uuid::from_u128(number).into(),
                    times: times.iter().map(|time| at(*time)).collect(),
                    reason: None,
                };
                let (session, request, _) = session.propose(proposal, by, now)?;
                return Ok(Some((session, Some(request))));
            }
            Deed::Take(time) => {
                let target = Target {
                    slot: slot(*time),
                    min_notice: Minutes(120),
                };
                let answered = session.reschedule(request.unwrap(), target, by, now)?;
                return Ok(Some(self.answered(answered.0, answered.1)));
            }
            Deed::Reject => {
                let answered = session.reject_reschedule(request.unwrap(), None, by, now)?;
                return Ok(Some(self.answered(answered.0, answered.1)));
            }
            Deed::Withdraw => {
                let answered = session.withdraw_reschedule(request.unwrap(), None, by, now)?;
                return Ok(Some(self.answered(answered.0, answered.1)));
            }
        };
        Ok(Some((changed, None)))
    }

    fn answered(
        &mut self,
        session: Session,
        request: RescheduleRequest,
    ) -> (Session, Option<RescheduleRequest>) {
        self.requests.pop();
        (session, Some(request))
    }

    fn history(&self) -> Vec<Line> {
        let who = |id| Who::ALL.into_iter().find(|who| actor(*who).id == id);
        let line = |step: &Step| {
            (
                step.version,
                step.kind.as_str(),
                step.by.and_then(who),
                step.from
                    .map(|from| (from.status.as_str(), from.starts_at.as_microsecond())),
                (step.to.status.as_str(), step.to.starts_at.as_microsecond()),
            )
        };
        self.steps.iter().map(line).collect()
    }
}

/// Compares everything there is to see.
fn same(model: &Model, real: &Real, now: i64) -> Result<(), String> {
    let session = &real.session;
    let found = (
        session.status.as_str(),
        session.scheduled_at.as_microsecond(),
        session.respond_by.as_microsecond(),
        session.version,
        i64::from(session.sequence),
    );
    let expected = (
        model.state,
        model.start,
        model.respond_by,
        model.version,
        model.sequence,
    );
    if found != expected {
        return Err(format!("{found:?} instead of {expected:?}"));
    }
    for who in Who::ALL {
        let allowed = session.allowed_actions(actor(who), at(now));
        let allowed: Vec<String> = allowed.iter().map(word).collect();
        if allowed != model.allowed(who, now) {
            let expected = model.allowed(who, now);
            return Err(format!("{who:?} may {allowed:?} instead of {expected:?}"));
        }
        answers(model, real, who, now)?;
    }
    let history = real.history();
    if history != model.history {
        return Err(format!("{history:?} instead of {:?}", model.history));
    }
    Ok(())
}

/// What a person may do to the newest proposal.
fn answers(model: &Model, real: &Real, who: Who, now: i64) -> Result<(), String> {
    let Some(request) = real.requests.last() else {
        return Ok(());
    };
    let allowed = real.session.allowed_answers(request, actor(who), at(now));
    for (action, deed) in [
        (RescheduleAction::Accept, Deed::Take(0)),
        (RescheduleAction::Reject, Deed::Reject),
        (RescheduleAction::Withdraw, Deed::Withdraw),
    ] {
        let expected = model.refusal(&deed, who, now).is_none();
        if allowed.contains(&action) != expected {
            return Err(format!("{who:?} {action:?}: {} instead", !expected));
        }
    }
    Ok(())
}

fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap();
    value.as_str().unwrap().to_owned()
}
