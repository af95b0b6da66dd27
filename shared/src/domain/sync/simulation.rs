//! Both sides in virtual time: people edit here and there, pings get lost or come twice, calls fail before or after they
//! took effect, webhooks end. When it has settled both sides are equal, and every edit is where somebody can find it.

mod world;

use std::collections::{BTreeMap, BTreeSet};

use super::{Cell, Owner, SyncField};
use world::{Chance, Side, World};

/// Everything that can be said against how a run ended.
fn faults_of(world: &World) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, record) in world.here.iter().enumerate() {
        for (field, there) in &world.there[at] {
            let here = &record.ours[field];
            if here != there {
                faults.push(format!("{at} {field:?}: {here:?} here, {there:?} there"));
            }
        }
    }
    faults.extend(lost_edits(world));
    let most = world.edits.len() + world.clashes.len();
    if world.writes > most {
        faults.push(format!(
            "{} writes for {} edits and {} conflicts",
            world.writes,
            world.edits.len(),
            world.clashes.len()
        ));
    }
    faults
}

/// Edits that nobody who could see them has replaced, and that are in no conflict either. What the base itself has
/// forgotten before anybody could read it, nobody can know.
fn lost_edits(world: &World) -> Vec<String> {
    let before: BTreeMap<&Cell, &Cell> = world
        .edits
        .iter()
        .map(|edit| (&edit.value, &edit.replaces))
        .collect();
    let mut found = BTreeSet::new();
    let shown = world.there.iter().flat_map(|cells| cells.values());
    let kept = world
        .clashes
        .iter()
        .flat_map(|clash| [&clash.ours, &clash.theirs]);
    for value in shown.chain(kept).chain(&world.forgotten) {
        let mut next = Some(value);
        while let Some(value) = next.filter(|value| found.insert(*value)) {
            next = before.get(value).copied();
        }
    }
    let counts = |edit: &&world::Edit| {
        let owner = world.map.rules.iter().find(|rule| rule.field == edit.field);
        match owner.map_or(Owner::Shared, |rule| rule.owner) {
            Owner::Shared => true,
            Owner::Platform => edit.side == Side::Here,
            Owner::Airtable => edit.side == Side::There,
        }
    };
    let lost = world.edits.iter().filter(counts);
    lost.filter(|edit| !found.contains(&edit.value))
        .map(|edit| format!("lost: {edit:?}"))
        .collect()
}

fn run(seed: u64, edits_on: &[Side]) -> World {
    let mut world = World::new(Chance::new(seed));
    let steps = 40 + world.chance.below(160);
    for _ in 0..steps {
        world.step(edits_on);
    }
    world.settle();
    world
}

#[test]
fn whatever_happens_both_sides_become_equal_and_no_edit_gets_lost() {
    let (mut edits, mut clashes, mut renewals) = (0, 0, 0);
    for seed in 0..3_000 {
        let world = run(seed, &[Side::Here, Side::There]);
        let faults = faults_of(&world);
        assert!(faults.is_empty(), "seed {seed}: {faults:#?}");
        edits += world.edits.len();
        clashes += world.clashes.len();
        renewals += world.renewals;
    }
    assert!(edits > 50_000, "{edits} edits");
    assert!(clashes > 5_000, "{clashes} conflicts");
    assert!(renewals > 3_000, "{renewals} webhooks");
}

#[test]
fn where_one_side_edits_alone_there_is_no_conflict() {
    for seed in 0..500 {
        for side in [Side::Here, Side::There] {
            let world = run(seed, &[side]);
            assert!(faults_of(&world).is_empty(), "seed {seed}");
            assert_eq!(world.clashes, [], "seed {seed}, {side:?}");
        }
    }
}

#[test]
fn two_programs_that_answer_each_other_are_stopped() {
    let mut world = World::calm(Chance::new(7));
    for _ in 0..2_000 {
        // What an automation does that knows better: it writes its own again, each time we write.
        world.answer_there(SyncField::Email);
        world.work();
    }
    assert!(world.minutes() < 10, "{} minutes", world.minutes());
    assert_eq!(world.writes_of(SyncField::Email), 6);
}
