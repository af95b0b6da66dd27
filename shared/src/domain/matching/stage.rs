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

const fn place(stage: StartupStage) -> u32 {
    match stage {
        StartupStage::Idea => 0,
        StartupStage::PreSeed => 1,
        StartupStage::Seed => 2,
        StartupStage::SeriesA => 3,
        StartupStage::SeriesBPlus => 4,
    }
}
