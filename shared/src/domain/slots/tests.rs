//! Named days: what the rules mean where clocks and calendars are at their oddest.

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use uuid::Uuid;

use super::{Schedule, SlotRefusal, SlotRules};
use crate::domain::availability::{Availability, AvailabilityKind, Recurrence};
use crate::domain::id::{AvailabilityId, UserId};
use crate::domain::refusal::Refusal;
use crate::domain::time::{Minutes, Span, Zone};

const HOUR: Minutes = Minutes(60);
const HALF_HOUR: Minutes = Minutes(30);
const SUNDAY: u8 = 0;
const MONDAY: u8 = 1;

/// Opens hours in a zone, such as `09:00-17:00`.
fn open(hours: &str, recurrence: Recurrence, zone: &str) -> Availability {
    let (starts, ends) = hours.split_once('-').unwrap();
    Availability {
        id: AvailabilityId::from(Uuid::nil()),
        mentor_id: UserId::from(Uuid::nil()),
        kind: AvailabilityKind::Open,
        recurrence,
        starts: starts.parse().unwrap(),
        ends: ends.parse().unwrap(),
        zone: zone.parse().unwrap(),
        valid_from: None,
        valid_until: None,
        version: 1,
    }
}

fn weekly(day_of_week: u8, hours: &str, zone: &str) -> Availability {
    let recurrence = Recurrence::Weekly {
        day_of_week,
        every_n_weeks: 1,
    };
    open(hours, recurrence, zone)
}

/// Opens hours on a date, or on every date from one to another: `2026-03-02` or `2026-03-02..2026-03-05`.
fn one_off(dates: &str, hours: &str, zone: &str) -> Availability {
    let (from, until) = dates.split_once("..").unwrap_or((dates, dates));
    Availability {
        valid_from: Some(from.parse().unwrap()),
        valid_until: Some(until.parse().unwrap()),
        ..open(hours, Recurrence::OneOff, zone)
    }
}

fn blocked(window: Availability) -> Availability {
    Availability {
        kind: AvailabilityKind::Blocked,
        ..window
    }
}

fn at(moment: &str) -> Timestamp {
    moment.parse().unwrap()
}

fn span(start: &str, minutes: u32) -> Span {
    Span::starting(at(start), Minutes(minutes))
}

/// Asked a month before the first window, by rules that forbid nothing.
fn schedule(windows: impl IntoIterator<Item = Availability>) -> Schedule {
    let rules = SlotRules {
        min_notice: Minutes(0),
        horizon_days: 730,
        ..SlotRules::default()
    };
    Schedule {
        windows: windows.into_iter().collect(),
        rules,
        ..Schedule::default()
    }
}

/// Lists the slots that start on a local date, and the next, as the wall shows their starts: `09:00+01 10:00+01`.
fn starts(schedule: &Schedule, duration: Minutes, date: &str) -> String {
    let zone = &schedule.windows[0].zone;
    let date: Date = date.parse().unwrap();
    let midnight = date.to_zoned(zone.time_zone().clone()).unwrap().timestamp();
    let within = Span::starting(midnight, Minutes(48 * 60));
    let now = midnight.checked_sub(240.hours()).unwrap();
    let slots = schedule.slots(duration, within, now);
    for slot in &slots {
        assert_eq!(schedule.check(duration, slot.starts_at, now), Ok(*slot));
    }
    let starts = slots.iter().map(|slot| wall(zone, slot.starts_at));
    starts.collect::<Vec<_>>().join(" ")
}

fn wall(zone: &Zone, moment: Timestamp) -> String {
    moment
        .to_zoned(zone.time_zone().clone())
        .strftime("%H:%M%:::z")
        .to_string()
}

fn codes(schedule: &Schedule, duration: Minutes, starts_at: &str, now: &str) -> Vec<&'static str> {
    let check = schedule.check(duration, at(starts_at), at(now));
    check.map_or_else(
        |reasons| reasons.iter().map(Refusal::code).collect(),
        |_| Vec::new(),
    )
}

const BEFORE: &str = "2026-02-01T00:00:00Z";

mod clocks {
    use super::*;

    #[test]
    fn an_hour_that_spring_skips_gives_no_slot() {
        let berlin = schedule([weekly(SUNDAY, "01:00-04:00", "Europe/Berlin")]);
        assert_eq!(starts(&berlin, HOUR, "2026-03-29"), "01:00+01 03:00+02");

        let gone = schedule([weekly(SUNDAY, "02:00-03:00", "America/New_York")]);
        assert_eq!(starts(&gone, HALF_HOUR, "2026-03-08"), "");
        assert_eq!(starts(&gone, HALF_HOUR, "2026-03-15"), "02:00-04 02:30-04");
    }

    #[test]
    fn an_hour_that_autumn_repeats_counts_both_times() {
        let berlin = schedule([weekly(SUNDAY, "01:00-04:00", "Europe/Berlin")]);
        let all = "01:00+02 02:00+02 02:00+01 03:00+01";
        assert_eq!(starts(&berlin, HOUR, "2026-10-25"), all);

        let twice = schedule([weekly(SUNDAY, "01:00-01:30", "America/New_York")]);
        assert_eq!(starts(&twice, HALF_HOUR, "2026-11-01"), "01:00-04 01:00-05");
        assert_eq!(starts(&twice, HOUR, "2026-11-01"), "");
    }

    #[test]
    fn office_hours_keep_their_place_on_the_wall_across_the_change() {
        let berlin = schedule([weekly(MONDAY, "09:00-11:00", "Europe/Berlin")]);
        assert_eq!(starts(&berlin, HOUR, "2026-03-23"), "09:00+01 10:00+01");
        assert_eq!(starts(&berlin, HOUR, "2026-03-30"), "09:00+02 10:00+02");
    }

    #[test]
    fn lord_howe_shifts_by_half_an_hour() {
        let windows = [weekly(SUNDAY, "01:00-03:00", "Australia/Lord_Howe")];
        let island = schedule(windows);
        let spring = "01:00+10:30 01:30+10:30 02:30+11";
        assert_eq!(starts(&island, HALF_HOUR, "2026-10-04"), spring);
        let autumn = "01:00+11 01:30+11 01:30+10:30 02:00+10:30 02:30+10:30";
        assert_eq!(starts(&island, HALF_HOUR, "2026-04-05"), autumn);
    }

    #[test]
    fn a_day_without_midnight_starts_when_it_starts() {
        // Cairo goes from 23:59 to 01:00 on the last Friday of April.
        let cairo = schedule([one_off("2026-04-24", "00:00-03:00", "Africa/Cairo")]);
        let expected = "01:00+03 02:00+03";
        assert_eq!(starts(&cairo, HOUR, "2026-04-24"), expected);

        let beirut = schedule([one_off("2026-03-29", "00:00-02:00", "Asia/Beirut")]);
        assert_eq!(
            starts(&beirut, HALF_HOUR, "2026-03-29"),
            "01:00+03 01:30+03"
        );

        let sao_paulo = one_off("2018-11-04", "00:00-02:00", "America/Sao_Paulo");
        assert_eq!(
            starts(&schedule([sao_paulo]), HOUR, "2018-11-04"),
            "01:00-02"
        );
    }

    #[test]
    fn a_date_that_samoa_skipped_has_no_slot() {
        let apia = schedule([one_off(
            "2011-12-29..2011-12-31",
            "10:00-11:00",
            "Pacific/Apia",
        )]);
        assert_eq!(starts(&apia, HOUR, "2011-12-29"), "10:00-10 10:00+14");
    }

    #[test]
    fn zones_that_are_two_dates_apart_read_one_moment_on_their_own_dates() {
        // 10:30 UTC on Monday is still Sunday on Niue's neighbour Midway and already Tuesday on Kiritimati.
        let kiritimati = schedule([weekly(2, "00:30-01:30", "Pacific/Kiritimati")]);
        let midway = schedule([weekly(SUNDAY, "23:30-24:00", "Pacific/Midway")]);
        assert!(codes(&kiritimati, HALF_HOUR, "2026-03-02T10:30:00Z", BEFORE).is_empty());
        assert!(codes(&midway, HALF_HOUR, "2026-03-02T10:30:00Z", BEFORE).is_empty());
    }

    #[test]
    fn windows_of_zones_that_are_two_dates_apart_join_as_instants() {
        // 11:00 UTC on Monday: Midway's Monday begins, Kiritimati's Tuesday has its second hour.
        let islands = schedule([
            weekly(2, "00:30-01:30", "Pacific/Kiritimati"),
            weekly(MONDAY, "00:00-01:30", "Pacific/Midway"),
        ]);
        let slots = islands.slots(HOUR, span("2026-03-02T00:00:00Z", 24 * 60), at(BEFORE));
        let starts: Vec<_> = slots.iter().map(|slot| slot.starts_at).collect();
        assert_eq!(
            starts,
            [at("2026-03-02T10:30:00Z"), at("2026-03-02T11:30:00Z")]
        );
    }

    #[test]
    fn windows_join_across_a_midnight_that_is_skipped() {
        // Thursday's 24:00 is Friday's 01:00.
        let cairo = schedule([
            one_off("2026-04-23", "22:00-24:00", "Africa/Cairo"),
            one_off("2026-04-24", "00:00-02:30", "Africa/Cairo"),
        ]);
        let expected = "22:00+02 23:00+02 01:00+03";
        assert_eq!(starts(&cairo, HOUR, "2026-04-23"), expected);
    }

    #[test]
    fn a_window_up_to_midnight_is_open_both_times_where_midnight_comes_twice() {
        // Havana's clocks go back from 01:00 to 00:00.
        let havana = schedule([
            one_off("2026-10-31", "23:00-24:00", "America/Havana"),
            one_off("2026-11-01", "00:00-01:00", "America/Havana"),
        ]);
        let expected = "23:00-04 00:00-04 00:00-05";
        assert_eq!(starts(&havana, HOUR, "2026-10-31"), expected);
    }

    #[test]
    fn a_blocked_day_takes_its_repeated_hour_with_it() {
        let berlin = schedule([
            weekly(SUNDAY, "01:00-04:00", "Europe/Berlin"),
            blocked(one_off("2026-10-25", "02:00-03:00", "Europe/Berlin")),
        ]);
        assert_eq!(starts(&berlin, HOUR, "2026-10-25"), "01:00+02 03:00+01");
    }

    #[test]
    fn casablanca_goes_back_for_ramadan() {
        // In 2026 Ramadan's clocks run from 15 February to 22 March.
        let windows = [weekly(SUNDAY, "01:00-04:00", "Africa/Casablanca")];
        let casablanca = schedule(windows);
        let back = "01:00+01 02:00+01 02:00+00 03:00+00";
        assert_eq!(starts(&casablanca, HOUR, "2026-02-15"), back);
        assert_eq!(
            starts(&casablanca, HOUR, "2026-03-08"),
            "01:00+00 02:00+00 03:00+00"
        );
        assert_eq!(starts(&casablanca, HOUR, "2026-03-22"), "01:00+00 03:00+01");
    }
}

mod grid {
    use super::*;

    const BERLIN: &str = "Europe/Berlin";

    #[test]
    fn windows_join_across_midnight() {
        let night = schedule([
            weekly(SUNDAY, "22:30-24:00", BERLIN),
            weekly(MONDAY, "00:00-01:30", BERLIN),
        ]);
        let expected = "22:30+01 23:30+01 00:30+01";
        assert_eq!(starts(&night, HOUR, "2026-03-01"), expected);
    }

    #[test]
    fn overlapping_and_adjoining_windows_are_one() {
        let day = schedule([
            weekly(MONDAY, "10:30-12:00", BERLIN),
            weekly(MONDAY, "09:15-11:00", BERLIN),
            weekly(MONDAY, "12:00-12:15", BERLIN),
        ]);
        assert_eq!(
            starts(&day, HOUR, "2026-03-02"),
            "09:15+01 10:15+01 11:15+01"
        );
    }

    #[test]
    fn windows_of_several_zones_join_at_the_earliest_start() {
        // London's 09:00 is Berlin's 10:00.
        let day = schedule([
            weekly(MONDAY, "08:40-10:30", BERLIN),
            weekly(MONDAY, "09:00-10:40", "Europe/London"),
        ]);
        assert_eq!(
            starts(&day, HOUR, "2026-03-02"),
            "08:40+01 09:40+01 10:40+01"
        );
    }

    #[test]
    fn a_partial_last_slot_is_dropped() {
        let day = schedule([weekly(MONDAY, "09:00-11:30", BERLIN)]);
        assert_eq!(starts(&day, HOUR, "2026-03-02"), "09:00+01 10:00+01");
        assert_eq!(starts(&day, Minutes(150), "2026-03-02"), "09:00+01");
        assert_eq!(starts(&day, Minutes(151), "2026-03-02"), "");
        assert_eq!(starts(&day, Minutes(0), "2026-03-02"), "");
    }

    #[test]
    fn a_step_sets_the_starts_apart() {
        let mut day = schedule([weekly(MONDAY, "09:00-10:30", BERLIN)]);
        day.rules.step = Some(Minutes(15));
        assert_eq!(
            starts(&day, HOUR, "2026-03-02"),
            "09:00+01 09:15+01 09:30+01"
        );
    }

    #[test]
    fn a_blocked_time_cuts_and_the_grid_starts_anew_behind_it() {
        let lunch = blocked(weekly(MONDAY, "10:30-11:10", BERLIN));
        let day = schedule([weekly(MONDAY, "09:00-13:00", BERLIN), lunch]);
        assert_eq!(starts(&day, HOUR, "2026-03-02"), "09:00+01 11:10+01");

        let reasons = codes(&day, HOUR, "2026-03-02T09:00:00Z", BEFORE);
        assert_eq!(reasons, ["time_blocked"]);
    }

    #[test]
    fn a_vacation_blocks_each_of_its_days() {
        let vacation = blocked(one_off("2026-03-02..2026-03-10", "00:00-24:00", BERLIN));
        let window = weekly(MONDAY, "09:00-10:00", BERLIN);
        let mentor = schedule([window, vacation]);
        assert_eq!(starts(&mentor, HOUR, "2026-03-02"), "");
        assert_eq!(starts(&mentor, HOUR, "2026-03-09"), "");
        assert_eq!(starts(&mentor, HOUR, "2026-03-16"), "09:00+01");
    }

    #[test]
    fn a_session_takes_its_slot_but_leaves_the_grid() {
        let mut day = schedule([weekly(MONDAY, "09:00-12:00", BERLIN)]);
        day.mentor_sessions = vec![span("2026-03-02T08:30:00Z", 60)];
        assert_eq!(starts(&day, HOUR, "2026-03-02"), "11:00+01");
    }

    #[test]
    fn a_stretch_of_48_hours_has_one_grid_and_a_longer_one_starts_anew_at_midnight() {
        let two_days = one_off("2026-03-02..2026-03-03", "00:00-24:00", BERLIN);
        let evening = one_off("2026-03-01", "23:50-24:00", BERLIN);
        let length = Minutes(50);
        let short = schedule([two_days.clone()]);
        assert!(starts(&short, length, "2026-03-02").contains("23:20+01 00:10+01 01:00+01"));

        let long = schedule([two_days, evening]);
        let starts = starts(&long, length, "2026-03-02");
        assert!(starts.starts_with("00:00+01 00:50+01"), "{starts}");
        assert!(
            starts.contains("22:30+01 23:20+01 00:00+01 00:50+01"),
            "{starts}"
        );
    }

    #[test]
    fn a_long_stretch_starts_anew_where_a_day_without_midnight_starts() {
        let cairo = schedule([one_off(
            "2026-04-20..2026-04-28",
            "00:00-24:00",
            "Africa/Cairo",
        )]);
        let starts = starts(&cairo, Minutes(50), "2026-04-24");
        assert!(starts.starts_with("01:00+03 01:50+03"), "{starts}");
    }

    #[test]
    fn a_long_stretch_starts_anew_at_the_first_of_two_midnights() {
        // The Azores live through the first hour of 25 October 2026 twice.
        let azores = schedule([one_off(
            "2026-10-20..2026-10-28",
            "00:00-24:00",
            "Atlantic/Azores",
        )]);
        let starts = starts(&azores, Minutes(50), "2026-10-25");
        assert!(
            starts.starts_with("00:00+00 00:50+00 00:40-01 01:30-01"),
            "{starts}"
        );
    }

    #[test]
    fn a_mentor_who_is_always_open_has_one_grid_wherever_one_looks() {
        let always = schedule((0..7).map(|day| weekly(day, "00:00-24:00", "Asia/Kathmandu")));
        let now = at("2026-03-02T00:00:00Z");
        let whole = always.slots(Minutes(50), Span::starting(now, Minutes(20 * 24 * 60)), now);
        let late = Span::starting(at("2026-03-15T00:17:00.5Z"), Minutes(24 * 60));
        let inside = |slot: &&super::super::Slot| late.covers(&slot.span());
        let expected: Vec<_> = whole.iter().filter(inside).copied().collect();
        assert_eq!(always.slots(Minutes(50), late, now), expected);
        assert_eq!(expected.len(), 28);
    }

    #[test]
    fn a_start_between_two_slots_names_the_nearest() {
        let day = schedule([weekly(MONDAY, "09:00-12:00", BERLIN)]);
        let reasons = |moment| day.check(HOUR, at(moment), at(BEFORE)).unwrap_err();
        let nearest = |moment| {
            vec![SlotRefusal::NotOnGrid {
                nearest: at(moment),
            }]
        };
        assert_eq!(
            reasons("2026-03-02T08:29:00Z"),
            nearest("2026-03-02T08:00:00Z")
        );
        assert_eq!(
            reasons("2026-03-02T08:31:00Z"),
            nearest("2026-03-02T09:00:00Z")
        );
        assert_eq!(
            reasons("2026-03-02T09:00:00.5Z"),
            nearest("2026-03-02T09:00:00Z")
        );
    }

    #[test]
    fn every_second_week_counts_from_the_week_of_valid_from() {
        let mut window = weekly(MONDAY, "09:00-10:00", BERLIN);
        window.recurrence = Recurrence::Weekly {
            day_of_week: MONDAY,
            every_n_weeks: 2,
        };
        // A Wednesday: its Monday is over, so the first window is two weeks later.
        window.valid_from = Some("2026-03-04".parse().unwrap());
        let mentor = schedule([window]);
        let open = |date| !starts(&mentor, HOUR, date).is_empty();
        let mondays = [
            "2026-03-02",
            "2026-03-09",
            "2026-03-16",
            "2026-03-23",
            "2026-03-30",
        ];
        assert_eq!(mondays.map(open), [false, false, true, false, true]);
    }

    #[test]
    fn a_sunday_belongs_to_the_week_of_the_monday_before() {
        let mut window = weekly(SUNDAY, "09:00-10:00", BERLIN);
        window.recurrence = Recurrence::Weekly {
            day_of_week: SUNDAY,
            every_n_weeks: 2,
        };
        window.valid_from = Some("2026-03-02".parse().unwrap());
        let mentor = schedule([window]);
        let open = |date| !starts(&mentor, HOUR, date).is_empty();
        assert_eq!(
            ["2026-03-08", "2026-03-15", "2026-03-22"].map(open),
            [true, false, true]
        );
    }
}

mod rules {
    use super::*;

    fn utc_monday() -> Schedule {
        schedule([weekly(MONDAY, "09:00-13:00", "UTC")])
    }

    #[test]
    fn the_buffer_is_one_gap_and_not_two() {
        let mut day = utc_monday();
        day.rules.step = Some(Minutes(15));
        day.rules.buffer = Minutes(15);
        day.mentor_sessions = vec![span("2026-03-02T10:30:00Z", 60)];
        let expected = "09:00+00 09:15+00 11:45+00 12:00+00";
        assert_eq!(starts(&day, HOUR, "2026-03-02"), expected);

        let reasons = |moment| codes(&day, HOUR, moment, BEFORE);
        assert_eq!(reasons("2026-03-02T09:30:00Z"), ["mentor_buffer"]);
        assert_eq!(reasons("2026-03-02T09:45:00Z"), ["mentor_busy"]);
    }

    #[test]
    fn a_mentee_is_busy_without_a_buffer() {
        let mut day = utc_monday();
        day.rules.buffer = HOUR;
        day.mentee_sessions = vec![span("2026-03-02T10:00:00Z", 60)];
        assert_eq!(
            starts(&day, HOUR, "2026-03-02"),
            "09:00+00 11:00+00 12:00+00"
        );
    }

    #[test]
    fn the_notice_is_inclusive_and_its_seconds_move_no_slot() {
        let mut day = utc_monday();
        day.rules.min_notice = Minutes(120);
        let within = span("2026-03-02T00:00:00Z", 24 * 60);
        let first = |now| day.slots(HOUR, within, at(now))[0].starts_at;
        assert_eq!(first("2026-03-02T08:00:00Z"), at("2026-03-02T10:00:00Z"));
        assert_eq!(first("2026-03-02T08:00:01Z"), at("2026-03-02T11:00:00Z"));

        let reasons = codes(&day, HOUR, "2026-03-02T10:00:00Z", "2026-03-02T08:00:01Z");
        assert_eq!(reasons, ["notice_too_short"]);
    }

    #[test]
    fn the_horizon_is_inclusive() {
        let mut day = utc_monday();
        day.rules.horizon_days = 7;
        let reasons = |now| codes(&day, HOUR, "2026-03-09T10:00:00Z", now);
        assert!(reasons("2026-03-02T10:00:00Z").is_empty());
        assert_eq!(reasons("2026-03-02T09:59:59Z"), ["beyond_horizon"]);
        let within = span("2026-03-09T00:00:00Z", 24 * 60);
        assert_eq!(day.slots(HOUR, within, at("2026-03-02T10:00:00Z")).len(), 2);
    }

    #[test]
    fn only_the_future_can_be_booked() {
        let reasons = codes(
            &utc_monday(),
            HOUR,
            "2026-03-02T10:00:00Z",
            "2026-03-02T10:00:01Z",
        );
        assert_eq!(reasons, ["in_the_past"]);
    }

    #[test]
    fn days_are_full_by_the_calendar_of_the_schedule() {
        // Auckland's 2 March begins while UTC has the 1st.
        let mut day = schedule([weekly(MONDAY, "09:00-12:00", "Pacific/Auckland")]);
        day.rules.max_per_day = Some(2);
        day.mentor_sessions = vec![
            span("2026-03-01T12:00:00Z", 30),
            span("2026-03-02T10:30:00Z", 30),
        ];
        assert_eq!(starts(&day, HOUR, "2026-03-02"), "");
        day.mentor_sessions[0] = span("2026-03-01T10:30:00Z", 30);
        assert_eq!(
            starts(&day, HOUR, "2026-03-02"),
            "09:00+13 10:00+13 11:00+13"
        );
    }

    #[test]
    fn weeks_start_on_monday() {
        let mut week = schedule([
            weekly(SUNDAY, "09:00-10:00", "UTC"),
            weekly(MONDAY, "09:00-10:00", "UTC"),
        ]);
        week.rules.max_per_week = Some(1);
        week.mentor_sessions = vec![span("2026-03-03T12:00:00Z", 30)];
        // Sunday the 8th ends the week of that session; Monday the 9th begins the next.
        assert_eq!(starts(&week, HOUR, "2026-03-02"), "");
        assert_eq!(starts(&week, HOUR, "2026-03-08"), "09:00+00");
        let reasons = codes(&week, HOUR, "2026-03-08T09:00:00Z", BEFORE);
        assert_eq!(reasons, ["week_limit_reached"]);
    }

    #[test]
    fn a_list_shows_what_lies_wholly_within() {
        let list = |start, minutes| {
            let slots = utc_monday().slots(HOUR, span(start, minutes), at(BEFORE));
            slots.iter().map(|slot| slot.starts_at).collect::<Vec<_>>()
        };
        assert_eq!(
            list("2026-03-02T10:00:00Z", 60),
            [at("2026-03-02T10:00:00Z")]
        );
        assert!(list("2026-03-02T10:00:01Z", 60).is_empty());
        assert!(list("2026-03-02T10:00:00.5Z", 61).is_empty());
        assert!(list("2026-03-02T10:00:00Z", 59).is_empty());
        assert!(list("2026-03-02T11:00:00Z", 0).is_empty());
    }

    #[test]
    fn reasons_come_all_at_once_and_in_order() {
        let mut day = utc_monday();
        day.windows
            .push(blocked(weekly(MONDAY, "12:30-14:00", "UTC")));
        let session = span("2026-03-02T12:00:00Z", 90);
        day.mentor_sessions = vec![session];
        day.mentee_sessions = vec![session];
        day.rules = SlotRules {
            max_per_day: Some(1),
            max_per_week: Some(1),
            horizon_days: 0,
            accepting: false,
            ..day.rules
        };
        let expected = [
            "outside_availability",
            "time_blocked",
            "beyond_horizon",
            "mentor_busy",
            "mentee_busy",
            "day_limit_reached",
            "week_limit_reached",
            "mentor_not_accepting",
        ];
        assert_eq!(codes(&day, HOUR, "2026-03-02T12:30:00Z", BEFORE), expected);
    }

    #[test]
    fn a_schedule_without_windows_offers_nothing() {
        let nothing = Schedule::default();
        assert!(
            nothing
                .slots(HOUR, span(BEFORE, 1000), at(BEFORE))
                .is_empty()
        );
        let reasons = nothing.check(HOUR, at(BEFORE), at(BEFORE)).unwrap_err();
        assert_eq!(reasons[0], SlotRefusal::OutsideAvailability);
    }

    #[test]
    fn the_ends_of_time_are_refused_without_a_panic() {
        let mut day = utc_monday();
        day.rules.horizon_days = u32::MAX;
        day.rules.buffer = Minutes(u32::MAX);
        for moment in [Timestamp::MIN, Timestamp::MAX, Timestamp::UNIX_EPOCH] {
            assert!(day.check(Minutes(u32::MAX), moment, at(BEFORE)).is_err());
            let last_days = Span::new(Timestamp::MAX - Minutes(9000), Timestamp::MAX);
            assert!(day.slots(HOUR, last_days, moment).len() < 9);
        }
    }

    #[test]
    fn days_are_counted_in_the_zone_of_the_oldest_open_window_that_has_not_run_out() {
        let numbered = |number, window| Availability {
            id: AvailabilityId::from(Uuid::from_u64_pair(number, 0)),
            ..window
        };
        let mut old = numbered(1, weekly(MONDAY, "09:00-10:00", "Asia/Tokyo"));
        old.valid_until = Some("2026-03-31".parse().unwrap());
        let mentor = schedule([
            numbered(3, weekly(MONDAY, "09:00-10:00", "Europe/Paris")),
            numbered(2, weekly(MONDAY, "09:00-10:00", "Europe/Berlin")),
            numbered(0, blocked(weekly(MONDAY, "09:00-10:00", "Europe/Rome"))),
            old,
        ]);
        let zone = |now| mentor.zone(at(now)).map(Zone::name);
        assert_eq!(zone("2026-03-31T14:59:59Z"), Some("Asia/Tokyo"));
        assert_eq!(zone("2026-03-31T15:00:00Z"), Some("Europe/Berlin"));
    }
}
