//! Random schedules around changes of the clocks, each made from one number.

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::Case;
use crate::domain::availability::{Availability, AvailabilityKind, Recurrence, TimeOfDay};
use crate::domain::id::{AvailabilityId, UserId};
use crate::domain::slots::{Schedule, SlotRules};
use crate::domain::time::{Minutes, Span, Zone};

/// Other cases than those of the next number.
const SEED: u64 = 20_260_302;

/// A small generator of our own (SplitMix64): the same numbers on every machine, for ever.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0 up to, but not including, `end`.
    fn below(&mut self, end: i64) -> i64 {
        i64::try_from(self.next() % u64::try_from(end).unwrap()).unwrap()
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap() % end
    }

    fn percent(&mut self, chance: i64) -> bool {
        self.below(100) < chance
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())].clone()
    }

    fn some<T: Clone>(&mut self, chance: i64, choices: &[T]) -> Option<T> {
        self.percent(chance).then(|| self.pick(choices))
    }
}

/// Zones that skip or repeat midnights, move by half an hour or by two, or change for Ramadan.
const CURIOUS: [&str; 10] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Havana",
    "America/Nuuk",
    "America/Santiago",
    "Antarctica/Troll",
    "Asia/Beirut",
    "Asia/Gaza",
    "Atlantic/Azores",
    "Australia/Lord_Howe",
];

impl Case {
    pub(super) fn random(number: u64, zones: &[Zone]) -> Self {
        let mut dice = Dice(SEED ^ number.wrapping_mul(0xD134_2543_DE82_EF95));
        let turn = usize::try_from(number).unwrap();
        let is_second_round = turn / zones.len() % 2 == 1;
        let home = if is_second_round && dice.percent(50) {
            dice.pick(&CURIOUS).parse().unwrap()
        } else {
            zones[turn % zones.len()].clone()
        };
        let places = [home, dice.pick(zones), dice.pick(zones)];
        let edge = dice.edge(&places);
        let length = 60 + dice.below(4 * 24 * 60 - 60);
        let start = edge.checked_sub(dice.below(length).minutes()).unwrap();
        let start = if dice.percent(10) {
            start.checked_add(dice.below(60).seconds()).unwrap()
        } else {
            start
        };
        let within = Span::starting(start, Minutes(u32::try_from(length).unwrap()));
        let now = edge.checked_add((dice.below(8 * 96) * 15 - 7 * 24 * 60).minutes());
        let seconds = if dice.percent(50) { dice.below(60) } else { 0 };
        let now = now.unwrap().checked_add(seconds.seconds()).unwrap();
        let duration = dice.pick(&[25, 30, 45, 50, 60, 60, 90, 180].map(Minutes));
        let schedule = Schedule {
            windows: dice.windows(&places, edge),
            rules: dice.rules(),
            mentor_sessions: dice.sessions(within, 8),
            mentee_sessions: dice.sessions(within, 3),
        };
        let minutes = within.end.duration_since(within.start).as_mins();
        let moments = (0..25).map(|_| {
            let minute = dice.below(minutes) + start.as_second().div_euclid(60);
            let second = if dice.percent(10) { dice.below(60) } else { 0 };
            Timestamp::from_second(minute * 60 + second).unwrap()
        });
        let moments = moments.collect();
        Self {
            number,
            schedule,
            duration,
            within,
            now,
            moments,
        }
    }
}

impl Dice {
    /// A change of the clocks from 2024 to 2030, now and then any minute of these years.
    fn edge(&mut self, [home, away, _]: &[Zone; 3]) -> Timestamp {
        let [from, to] =
            [2024, 2031].map(|year| date(year, 1, 1).in_tz("UTC").unwrap().timestamp());
        let changes = |zone: &Zone| {
            let changes = zone
                .time_zone()
                .following(from)
                .map(|change| change.timestamp());
            changes.take_while(|at| *at < to).collect::<Vec<_>>()
        };
        let mut edges = changes(home);
        if edges.is_empty() {
            edges = changes(away);
        }
        edges.push(
            from.checked_add(self.below(7 * 365 * 24 * 60).minutes())
                .unwrap(),
        );
        self.pick(&edges)
    }

    fn windows(&mut self, places: &[Zone; 3], edge: Timestamp) -> Vec<Availability> {
        let mut windows = Vec::new();
        if self.percent(15) {
            let always = (0..7).map(|day| self.hours(&places[0], day, [0, 24 * 60]));
            windows.extend(always);
        }
        if self.percent(25) {
            windows.extend(self.night(&places[0]));
        }
        if self.percent(10) {
            windows.extend(self.two_days(&places[0], edge));
        }
        for _ in 0..=self.below(6) {
            let kind = if self.percent(75) {
                AvailabilityKind::Open
            } else {
                AvailabilityKind::Blocked
            };
            let zone = &places[[0, 0, 0, 0, 0, 0, 1, 1, 2][self.index(9)]];
            let window = if self.percent(60) {
                self.weekly(kind, zone, edge)
            } else {
                self.one_off(kind, zone, edge)
            };
            windows.push(window);
        }
        windows
    }

    /// An evening and the morning after it, every night: they meet at midnight.
    fn night(&mut self, zone: &Zone) -> Vec<Availability> {
        let (evening, morning) = (18 * 60 + self.below(300), 1 + self.below(420));
        let parts = [[evening, 24 * 60], [0, morning]];
        let windows = (0..7).flat_map(|day| parts.map(|hours| (day, hours)));
        windows
            .map(|(day, hours)| self.hours(zone, day, hours))
            .collect()
    }

    /// Two whole days, and a little of the evening before: about as long as one grid may be.
    fn two_days(&mut self, zone: &Zone, edge: Timestamp) -> [Availability; 2] {
        let days = Availability {
            valid_until: None,
            ..self.one_off(AvailabilityKind::Open, zone, edge)
        };
        let first = days.valid_from.unwrap();
        let evening = 24 * 60 - self.pick(&[1, 2, 30, 60, 61]);
        let whole = Availability {
            starts: TimeOfDay::MIDNIGHT,
            ends: TimeOfDay::END_OF_DAY,
            valid_until: Some(first.tomorrow().unwrap()),
            ..days.clone()
        };
        let before = Availability {
            starts: time(evening),
            ends: TimeOfDay::END_OF_DAY,
            valid_from: Some(first.yesterday().unwrap()),
            ..days
        };
        [whole, before]
    }

    /// Hours of every week.
    fn hours(&mut self, zone: &Zone, day_of_week: u8, hours: [i64; 2]) -> Availability {
        let recurrence = Recurrence::Weekly {
            day_of_week,
            every_n_weeks: 1,
        };
        let [starts, ends] = hours.map(time);
        Availability {
            starts,
            ends,
            ..self.window(AvailabilityKind::Open, zone, recurrence)
        }
    }

    fn weekly(&mut self, kind: AvailabilityKind, zone: &Zone, edge: Timestamp) -> Availability {
        let day_of_week = u8::try_from(self.below(7)).unwrap();
        let every_n_weeks = self.pick(&[1, 1, 1, 2, 3]);
        let mut window = self.window(
            kind,
            zone,
            Recurrence::Weekly {
                day_of_week,
                every_n_weeks,
            },
        );
        if every_n_weeks > 1 || self.percent(30) {
            window.valid_from = Some(self.day_near(zone, edge, 30, 10));
        }
        window.valid_until = self.percent(20).then(|| self.day_near(zone, edge, 2, 7));
        window
    }

    fn one_off(&mut self, kind: AvailabilityKind, zone: &Zone, edge: Timestamp) -> Availability {
        let mut window = self.window(kind, zone, Recurrence::OneOff);
        let first = self.day_near(zone, edge, 3, 6);
        window.valid_from = Some(first);
        let days = self.below(4);
        window.valid_until = self
            .percent(50)
            .then(|| first.checked_add(days.days()).unwrap());
        window
    }

    fn day_near(&mut self, zone: &Zone, edge: Timestamp, before: i64, range: i64) -> Date {
        let shift = self.below(range + before) - before;
        zone.date(edge).checked_add(shift.days()).unwrap()
    }

    fn window(
        &mut self,
        kind: AvailabilityKind,
        zone: &Zone,
        recurrence: Recurrence,
    ) -> Availability {
        let grain = self.pick(&[1, 5, 15, 30, 60]);
        let (a, b) = (
            self.below(24 * 60 / grain + 1) * grain,
            self.below(24 * 60 / grain + 1) * grain,
        );
        let (mut starts, mut ends) = (a.min(b), a.max(b).max(a.min(b) + 1).min(24 * 60));
        if self.percent(20) {
            ends = 24 * 60;
        }
        if self.percent(20) || starts == ends {
            starts = 0;
        }
        if kind == AvailabilityKind::Blocked && self.percent(25) {
            (starts, ends) = (0, 24 * 60);
        }
        Availability {
            id: AvailabilityId::from(Uuid::from_u64_pair(self.next(), 0)),
            mentor_id: UserId::from(Uuid::nil()),
            kind,
            recurrence,
            starts: time(starts),
            ends: time(ends),
            zone: zone.clone(),
            valid_from: None,
            valid_until: None,
            version: 1,
        }
    }

    fn rules(&mut self) -> SlotRules {
        SlotRules {
            buffer: self.pick(&[0, 0, 10, 15, 45].map(Minutes)),
            min_notice: self.pick(&[0, 120, 1440].map(Minutes)),
            horizon_days: self.pick(&[2, 5, 60, 730]),
            max_per_day: self.some(30, &[1, 2, 3]),
            max_per_week: self.some(20, &[2, 4, 6]),
            step: self.some(50, &[15, 20, 30, 37, 240].map(Minutes)),
            accepting: self.percent(97),
        }
    }

    fn sessions(&mut self, within: Span, most: i64) -> Vec<Span> {
        let minutes = within.end.duration_since(within.start).as_mins() + 4 * 24 * 60;
        let first = within.start.as_second().div_euclid(300) * 300 - 2 * 24 * 60 * 60;
        let count = self.below(most);
        let starts = (0..count)
            .map(|_| first + self.below(minutes / 5) * 300)
            .collect::<Vec<_>>();
        let session = |start| {
            Span::starting(
                Timestamp::from_second(start).unwrap(),
                self.pick(&[30, 60, 90].map(Minutes)),
            )
        };
        starts.into_iter().map(session).collect()
    }
}

fn time(minutes: i64) -> TimeOfDay {
    TimeOfDay::from_minutes(u16::try_from(minutes).unwrap()).unwrap()
}
