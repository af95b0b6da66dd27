//! HOW WE SPEAK: the envelope, the extractors, the errors, and the walls around every handler.

mod again;
mod answer;
mod caller;
mod catalog;
mod contract;
mod counted;
mod denial;
mod edge;
mod error;
mod flag;
mod guard;
mod html;
mod ics;
mod idempotency;
mod if_match;
mod inbox;
mod input;
mod job_body;
mod json;
pub mod limits;
mod openapi;
mod page;
mod phone;
mod proof;
mod schema;
mod searched;
mod serve;
mod state;
mod user_body;

pub use answer::{Answer, Listed, Refused};
pub use caller::{Caller, Network};
pub use catalog::CatalogCache;
pub use counted::{Counted, PeriodBody};
pub use edge::{MachineryCost, RequestCost};
pub use error::{ApiError, Problem};
pub use flag::Flag;
pub use guard::{Admin, MaybeActor, Mentee, Mentor};
pub use html::Page;
pub use ics::Ics;
pub use idempotency::IdempotencyKey;
pub use if_match::IfMatch;
pub use inbox::Inbox;
pub use input::{Json, Path, Path2, Problems, Query};
pub use job_body::JobBody;
pub use openapi::{CODES, document};
pub use page::{Limit, PageCursor, PageQuery, QueryNumber, SessionMinutes};
pub use phone::{open_phone, reseal_phone, seal_phone};
pub use proof::Proof;
pub use schema::{Day, Moment};
pub use searched::{SearchCursor, Searched};
pub use serve::{app, serve};

pub use user_body::UserBody;

pub use crate::domain::user::Actor;
pub use crate::state::AppState;
