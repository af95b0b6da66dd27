//! The model: what the contract says about a session, written down once more from the contract alone. Moments are
//! microseconds since some beginning; nothing here knows the code under test.

use super::dice::Dice;

pub(super) const SECOND: i64 = 1_000_000;
pub(super) const MINUTE: i64 = 60 * SECOND;
pub(super) const HOUR: i64 = 60 * MINUTE;

/// How long every session takes.
pub(super) const LENGTH: i64 = HOUR;
/// The notice for booking and the one for cancelling.
pub(super) const NOTICE: i64 = 2 * HOUR;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    Mentor,
    Mentee,
    Admin,
}

impl Who {
    pub(super) const ALL: [Self; 3] = [Self::Mentor, Self::Mentee, Self::Admin];
}

/// What somebody tries, or what time does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Accept,
    Decline,
    Cancel,
    Complete,
    NoShow,
    Propose(Vec<i64>),
    /// Answers the newest proposal, naming one of its times.
    Take(i64),
    Reject,
    Withdraw,
    /// The schedule runs.
    Expire,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) by: Who,
    pub(super) times: Vec<i64>,
    lapses: i64,
    pub(super) state: &'static str,
}

impl Offer {
    /// Where it stands, as a client is told it.
    pub(super) fn state_at(&self, now: i64) -> &'static str {
        if self.state == "open" && self.lapses <= now {
            "lapsed"
        } else {
            self.state
        }
    }
}

/// One line of the history: version, what, who, from and to, each with its start.
pub(super) type Line = (
    i64,
    &'static str,
    Option<Who>,
    Option<(&'static str, i64)>,
    (&'static str, i64),
);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Model {
    pub(super) state: &'static str,
    pub(super) start: i64,
    pub(super) respond_by: i64,
    pub(super) version: i64,
    pub(super) sequence: i64,
    pub(super) offers: Vec<Offer>,
    pub(super) history: Vec<Line>,
}

/// Until when a mentor can answer.
fn deadline(start: i64, now: i64) -> i64 {
    let least = HOUR.min((start - now) / 2);
    (now + 48 * HOUR).min((start - NOTICE).max(now + least))
}

impl Model {
    pub(super) fn requested(start: i64, now: i64) -> Self {
        Self {
            state: "pending",
            start,
            respond_by: deadline(start, now),
            version: 1,
            sequence: 0,
            offers: Vec::new(),
            history: vec![(1, "requested", Some(Who::Mentee), None, ("pending", start))],
        }
    }

    pub(super) const fn end(&self) -> i64 {
        self.start + LENGTH
    }

    /// Whether it has ended and that was tried enough.
    pub(super) fn is_worn_out(&self, tried_since: usize) -> bool {
        !self.holds() && tried_since >= 3
    }

    /// Whether it keeps its two people from other sessions.
    pub(super) fn holds(&self) -> bool {
        matches!(self.state, "pending" | "confirmed")
    }

    pub(super) fn is_overdue(&self, now: i64) -> bool {
        self.state == "pending" && self.respond_by <= now
    }

    fn open_offer(&self, now: i64) -> Option<&Offer> {
        let newest = self.offers.last()?;
        (newest.state == "open" && now < newest.lapses).then_some(newest)
    }

    /// Every moment at which something changes by itself.
    pub(super) fn edges(&self) -> Vec<i64> {
        let mut edges = vec![self.respond_by, self.start, self.end(), self.start - NOTICE];
        edges.extend(self.offers.iter().map(|offer| offer.lapses));
        // A proposed time can be taken until the notice before it.
        edges.extend(
            self.offers
                .iter()
                .flat_map(|offer| &offer.times)
                .map(|time| time - NOTICE),
        );
        edges
    }

    /// The code with which a deed is refused, whatever the calendar says.
    pub(super) fn refusal(&self, deed: &Deed, who: Who, now: i64) -> Option<&'static str> {
        let is_mentor = who == Who::Mentor;
        let is_admin = who == Who::Admin;
        let is_late = self.is_overdue(now);
        let pending = self.state == "pending";
        let confirmed = self.state == "confirmed";
        let first = |tests: &[(bool, &'static str)]| {
            tests
                .iter()
                .find(|(is_so, _)| *is_so)
                .map(|(_, code)| *code)
        };
        match deed {
            Deed::Accept => first(&[
                (!is_mentor, "not_your_action"),
                (!pending, "invalid_transition"),
                (is_late, "answer_too_late"),
            ]),
            Deed::Decline => first(&[
                (!is_mentor, "not_your_action"),
                (!pending, "invalid_transition"),
            ]),
            Deed::Cancel => first(&[
                (!self.holds(), "invalid_transition"),
                (
                    who == Who::Mentee && confirmed && self.start - NOTICE < now,
                    "cancel_too_late",
                ),
            ]),
            Deed::Complete | Deed::NoShow => first(&[
                (!is_mentor && !is_admin, "not_your_action"),
                (!confirmed, "invalid_transition"),
                (now < self.start, "session_not_started"),
            ]),
            Deed::Propose(times) => first(&[
                (is_admin, "not_your_action"),
                (!self.holds(), "invalid_transition"),
                (is_late, "answer_too_late"),
                (self.end() <= now, "session_over"),
                (self.open_offer(now).is_some(), "reschedule_open"),
                (self.offers.len() >= 3, "reschedule_limit_reached"),
                (times.contains(&self.start), "same_time"),
            ]),
            Deed::Take(_) | Deed::Reject | Deed::Withdraw => {
                let offer = self.offers.last().expect("only an offer is answered");
                let is_own = offer.by == who;
                let is_wrong_side = match deed {
                    Deed::Withdraw => !is_own,
                    _ => is_own || is_admin,
                };
                let takes = matches!(deed, Deed::Take(_));
                first(&[
                    (is_wrong_side, "not_your_action"),
                    (!self.holds(), "invalid_transition"),
                    (self.open_offer(now).is_none(), "reschedule_not_open"),
                    (takes && is_late, "answer_too_late"),
                ])
            }
            Deed::Expire => (!is_late).then_some("nothing to do"),
        }
    }

    /// What a person may do, as a client is told it.
    pub(super) fn allowed(&self, who: Who, now: i64) -> Vec<&'static str> {
        let all = [
            ("accept", Deed::Accept),
            ("decline", Deed::Decline),
            ("reschedule", Deed::Propose(Vec::new())),
            ("cancel", Deed::Cancel),
            ("complete", Deed::Complete),
            ("no_show", Deed::NoShow),
        ];
        let may = |deed: &Deed| self.refusal(deed, who, now).is_none();
        all.iter()
            .filter(|(_, deed)| may(deed))
            .map(|(name, _)| *name)
            .collect()
    }

    /// Does a deed that is not refused.
    pub(super) fn apply(&mut self, deed: &Deed, who: Who, now: i64) {
        let (before, begun) = (self.state, self.start);
        let what = match deed {
            Deed::Accept => self.become_state("confirmed", "accepted"),
            Deed::Decline => self.become_state("declined", "declined"),
            Deed::Cancel => {
                self.sequence += 1;
                self.become_state("cancelled", "cancelled")
            }
            Deed::Complete => self.become_state("completed", "completed"),
            Deed::NoShow => self.become_state("no_show", "no_show"),
            Deed::Expire => self.become_state("expired", "expired"),
            Deed::Propose(times) => {
                // One that was left lying has lapsed.
                self.close("lapsed");
                let last = times.iter().max().copied().unwrap();
                self.offers.push(Offer {
                    by: who,
                    times: times.clone(),
                    lapses: last.min(self.end()),
                    state: "open",
                });
                "reschedule_proposed"
            }
            Deed::Take(time) => {
                self.close("accepted");
                self.start = *time;
                self.sequence += 1;
                if self.state == "pending" {
                    self.respond_by = deadline(self.start, now);
                }
                "rescheduled"
            }
            Deed::Reject => {
                self.close("rejected");
                "reschedule_rejected"
            }
            Deed::Withdraw => {
                self.close("withdrawn");
                "reschedule_withdrawn"
            }
        };
        self.version += 1;
        let by = (*deed != Deed::Expire).then_some(who);
        let from = Some((before, begun));
        self.history
            .push((self.version, what, by, from, (self.state, self.start)));
    }

    fn become_state(&mut self, state: &'static str, what: &'static str) -> &'static str {
        self.state = state;
        if !self.holds() {
            self.close("lapsed");
        }
        what
    }

    fn close(&mut self, how: &'static str) {
        if let Some(offer) = self.offers.last_mut()
            && offer.state == "open"
        {
            offer.state = how;
        }
    }
}

/// What somebody tries next: mostly something that they may do, so that sessions live for a while.
pub(super) fn next_deed(dice: &mut Dice, model: &Model, now: i64) -> (Who, Deed) {
    if dice.percent(75) {
        for _ in 0..6 {
            let deed = any_deed(dice, model, now);
            let ends = matches!(
                deed,
                Deed::Decline | Deed::Cancel | Deed::Complete | Deed::NoShow
            );
            let may = |who: &Who| model.refusal(&deed, *who, now).is_none();
            let right = Who::ALL.into_iter().find(may);
            if let Some(right) = right.filter(|_| !ends || dice.percent(20)) {
                return (right, deed);
            }
        }
    }
    (dice.pick(&Who::ALL), any_deed(dice, model, now))
}

fn any_deed(dice: &mut Dice, model: &Model, now: i64) -> Deed {
    let has_offer = !model.offers.is_empty();
    match dice.below(14) {
        2 => Deed::Decline,
        3 => Deed::Cancel,
        4 => Deed::Complete,
        5 => Deed::NoShow,
        6 => Deed::Expire,
        7..=9 => Deed::Propose(times(dice, model, now)),
        10 | 11 if has_offer => {
            let times = &model.offers[model.offers.len() - 1].times;
            Deed::Take(dice.pick(times))
        }
        12 if has_offer => Deed::Reject,
        13 if has_offer => Deed::Withdraw,
        _ => Deed::Accept,
    }
}

/// One to three different whole hours, mostly to come, now and then the present one of the session.
fn times(dice: &mut Dice, model: &Model, now: i64) -> Vec<i64> {
    let hour = now.div_euclid(HOUR);
    let mut times = Vec::new();
    for _ in 0..=dice.below(3) {
        let time = if dice.percent(5) {
            model.start
        } else {
            (hour + dice.below(80)) * HOUR
        };
        if !times.contains(&time) {
            times.push(time);
        }
    }
    times
}

/// How long it takes until the next deed: mostly some hours, sometimes exactly until something happens by itself.
pub(super) fn next_moment(dice: &mut Dice, model: &Model, now: i64) -> i64 {
    let edges: Vec<i64> = model
        .edges()
        .into_iter()
        .filter(|edge| *edge > now)
        .collect();
    if !edges.is_empty() && dice.percent(25) {
        return dice.pick(&edges) - dice.pick(&[0, SECOND]);
    }
    now + dice.pick(&[MINUTE, 10 * MINUTE, 40 * MINUTE, 3 * HOUR, 9 * HOUR])
}
