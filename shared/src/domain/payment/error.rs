//! Why a payment cannot be begun or gone on with.

use crate::domain::refusal::{Refusal, RefusalKind};

/// Why a payment cannot be begun or gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// No method was named.
    #[error("this session has a price: send the payment provider's token of a card")]
    MethodRequired,
    /// This installation takes no payments.
    #[error("payments are switched off here: choose an offering that is free")]
    Off,
    /// The provider is being asked.
    #[error("this payment is being worked on: look again in a moment")]
    InProgress,
    /// It is free, paid, or over.
    #[error("nothing is to be paid for this session")]
    NothingToPay,
    /// As many methods were tried as may be.
    #[error("too many cards were tried for this session: cancel it and ask your program team")]
    TooManyAttempts,
}

impl Refusal for PaymentError {
    fn kind(&self) -> RefusalKind {
        match self {
            Self::MethodRequired => RefusalKind::Invalid,
            Self::Off | Self::InProgress | Self::NothingToPay | Self::TooManyAttempts => {
                RefusalKind::Conflict
            }
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::MethodRequired => "payment_method_required",
            Self::Off => "payments_off",
            Self::InProgress => "payment_in_progress",
            Self::NothingToPay => "nothing_to_pay",
            Self::TooManyAttempts => "too_many_payment_attempts",
        }
    }

    fn field(&self) -> Option<&'static str> {
        match self {
            Self::MethodRequired => Some("payment_method"),
            Self::Off | Self::InProgress | Self::NothingToPay | Self::TooManyAttempts => None,
        }
    }
}
