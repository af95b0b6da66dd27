//! Yes or no, as a word of a query.

use deserr::Deserr;
use utoipa::ToSchema;

use super::input::Problems;

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserr, ToSchema)]
#[deserr(error = Problems)]
pub enum Flag {
    /// Yes.
    #[deserr(rename = "true")]
    #[schema(rename = "true")]
    True,
    /// No.
    #[deserr(rename = "false")]
    #[schema(rename = "false")]
    False,
}

impl From<Flag> for bool {
    fn from(flag: Flag) -> Self {
        flag == Flag::True
    }
}
