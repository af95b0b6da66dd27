//! The words of quick questions.

use std::borrow::Cow;

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::{Problems, each, parsed, words};
use crate::domain::question::{QuestionAction, QuestionStatus};

text_input! {
    QuestionStatus: QuestionStatus::parse, "QuestionStatus", each(Self::ALL, Self::as_str);
}

words_output! {
    QuestionAction: "QuestionAction",
        ["claim", "release", "answer", "complete", "rate", "escalate", "withdraw", "remove"];
}
