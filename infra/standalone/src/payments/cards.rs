//! Test cards: what each does is in its name.

/// What a card does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Card {
    /// All that is asked of it.
    Good,
    /// All, after its owner has agreed.
    NeedsAction,
    /// Nothing, for this reason.
    Refused(&'static str),
    /// Is held, and cannot be taken.
    FailsAtCapture,
    /// All, but the first answer gets lost.
    LosesAnswer,
}

impl Card {
    pub(super) fn of(token: &str) -> Self {
        match token {
            "pm_card_ok" => Self::Good,
            "pm_card_action" => Self::NeedsAction,
            "pm_card_declined" => Self::Refused("card_declined"),
            "pm_card_insufficient_funds" => Self::Refused("insufficient_funds"),
            "pm_card_expired" => Self::Refused("card_expired"),
            "pm_card_capture_fails" => Self::FailsAtCapture,
            "pm_card_timeout" => Self::LosesAnswer,
            _ => Self::Refused("unknown_method"),
        }
    }
}
