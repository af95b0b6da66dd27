//! Stages: mentors help best at the stages they name, and nearly as well one step beside them.

use super::fixed::FULL;
use crate::domain::profile::StartupStage;

/// The same stage scores in full, a neighbouring one half.
pub(super) const fn stage_score(steps: u32) -> u32 {
    match steps {
        0 => FULL,
        1 => FULL / 2,
        _ => 0,
    }
}

/// The offered stage that is nearest to the wanted one, and how many steps lie between.
pub(super) fn nearest_stage(
    wanted: Option<StartupStage>,
    offered: &[StartupStage],
) -> Option<(StartupStage, u32)> {
    let wanted = place(wanted?);
    offered
        .iter()
        .map(|stage| (*stage, place(*stage).abs_diff(wanted)))
        .min_by_key(|(_, steps)| *steps)
}

/// The stages that a mentor offers, one bit each: a ranking reads those of everybody.
#[derive(Clone, Copy)]
pub(super) struct Offered(u32);

impl Offered {
    pub(super) fn of(stages: &[StartupStage]) -> Self {
        let bits = stages.iter().map(|stage| 1 << place(*stage));
        Self(bits.fold(0, |all, bit: u32| all | bit))
    }

    /// How well they answer a wanted one, 0 to [`FULL`].
    pub(super) fn score(self, wanted: StartupStage) -> u32 {
        // Moved up by one, so that there is a bit below the first stage.
        let around = (self.0 << 1) >> place(wanted);
        match around & 0b111 {
            0 => stage_score(2),
            near if near & 0b010 == 0 => stage_score(1),
            _ => stage_score(0),
        }
    }
}

const fn place(stage: StartupStage) -> u32 {
    match stage {
        StartupStage::Idea => 0,
        StartupStage::PreSeed => 1,
        StartupStage::Seed => 2,
        StartupStage::SeriesA => 3,
        StartupStage::SeriesBPlus => 4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_stages_answer_as_the_nearest_one_does() {
        let all = [
            StartupStage::Idea,
            StartupStage::PreSeed,
            StartupStage::Seed,
            StartupStage::SeriesA,
            StartupStage::SeriesBPlus,
        ];
        for bits in 0u32..1 << all.len() {
            let offered: Vec<_> = all
                .into_iter()
                .filter(|s| bits >> place(*s) & 1 == 1)
                .collect();
            for wanted in all {
                let nearest = nearest_stage(Some(wanted), &offered);
                let expected = nearest.map_or(0, |(_, steps)| stage_score(steps));
                assert_eq!(
                    Offered::of(&offered).score(wanted),
                    expected,
                    "{wanted:?} of {offered:?}"
                );
            }
        }
    }
}
