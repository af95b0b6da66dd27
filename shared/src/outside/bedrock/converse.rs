//! Converse: a few sentences from a language model. Nobody waits for it long, and after a failure nobody asks for a while.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_bedrockruntime::operation::converse::ConverseOutput;
use aws_sdk_bedrockruntime::types::{
    ContentBlock, ConversationRole, InferenceConfiguration, Message, SystemContentBlock, TokenUsage,
};

use super::{Bedrock, ModelError, classify, in_time};
use crate::telemetry::metrics::{self, Metric};

/// How long nobody asks after a failure, so that not every request waits for a model that is down.
const REST: Duration = Duration::from_secs(30);

/// A few sentences, in tokens.
const MAX_TOKENS: i32 = 400;

/// The largest text that is looked at, in bytes.
const LARGEST_TEXT: usize = 16 * 1024;

/// Until when nobody asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Resting(Arc<Mutex<Option<Instant>>>);

impl Resting {
    fn is_over(&self) -> bool {
        let until = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_none_or(|until| until <= Instant::now())
    }

    fn begin(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now() + REST);
    }
}

impl Bedrock {
    /// Tells whether a model that writes can be asked now.
    #[must_use]
    pub fn may_converse(&self) -> bool {
        self.text_model.is_some() && self.resting.is_over()
    }

    /// Has the model answer one message; `instructions` say how.
    ///
    /// # Errors
    /// When there is no model, it failed a moment ago, or it gave nothing useful within `limit`.
    pub async fn converse(
        &self,
        instructions: &str,
        message: &str,
        limit: Duration,
    ) -> Result<String, ModelError> {
        if !self.may_converse() {
            return Err(ModelError::Absent);
        }
        let answer = in_time(limit, Box::pin(self.ask(instructions, message))).await;
        if answer.is_err() {
            self.resting.begin();
        }
        answer
    }

    async fn ask(&self, instructions: &str, message: &str) -> Result<String, ModelError> {
        let model = self.text_model.as_deref().ok_or(ModelError::Absent)?;
        let message = Message::builder()
            .role(ConversationRole::User)
            .content(ContentBlock::Text(message.to_owned()))
            .build();
        let message =
            message.map_err(|_| ModelError::Down("the question cannot be written".to_owned()))?;
        // The facts are all there is to say: nothing is left to chance.
        let inference = InferenceConfiguration::builder()
            .max_tokens(MAX_TOKENS)
            .temperature(0.0)
            .build();
        let answer = self
            .client()
            .await
            .converse()
            .model_id(model)
            .system(SystemContentBlock::Text(instructions.to_owned()))
            .messages(message)
            .inference_config(inference)
            .send()
            .await;
        let answer = answer.map_err(|error| classify(&error))?;
        let tokens = answer.usage().map_or(0, TokenUsage::total_tokens);
        metrics::count(Metric::ModelTokens, u64::try_from(tokens).unwrap_or(0));
        read(&answer).ok_or(ModelError::Garbage("it is no text"))
    }
}

/// Takes the one text of an answer.
fn read(answer: &ConverseOutput) -> Option<String> {
    let message = answer.output()?.as_message().ok()?;
    let [ContentBlock::Text(text)] = message.content() else {
        return None;
    };
    (!text.trim().is_empty() && text.len() <= LARGEST_TEXT).then(|| text.clone())
}
