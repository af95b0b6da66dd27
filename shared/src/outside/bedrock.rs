//! Bedrock: what a language model makes of a text. It may be absent, slow, throttled or wrong, and nothing rests on it.
//!
//! One attempt within the time that the caller has: who asks in a request goes on without, a worker comes again. What
//! comes back is checked like anything from outside, and no failure repeats what was sent.

mod converse;

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_bedrockruntime::Client;
use aws_sdk_bedrockruntime::config::retry::RetryConfig;
use aws_sdk_bedrockruntime::config::timeout::TimeoutConfig;
use aws_sdk_bedrockruntime::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_bedrockruntime::primitives::Blob;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::OnceCell;
use tokio::time::timeout;

use crate::config::{Config, aws};
use crate::domain::matching::{DIMENSIONS, Vector};
use crate::telemetry::metrics::{self, Metric};

/// No model of ours takes longer to be reached.
const CONNECT_LIMIT: Duration = Duration::from_secs(2);

/// Titan reads at most 50 000 characters; nothing of ours is nearly as long.
const LONGEST_TEXT: usize = 20_000;

/// 256 numbers in JSON, with room to spare.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Why a model gave nothing that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// None is configured.
    #[error("there is no model")]
    Absent,
    /// It was asked too often.
    #[error("the model is asked too often")]
    Throttled,
    /// It did not answer in time.
    #[error("the model did not answer in time")]
    Late,
    /// It answered something else.
    #[error("the model's answer cannot be used: {0}")]
    Garbage(&'static str),
    /// It cannot be used, by us at least.
    #[error("the model cannot be used: {0}")]
    Down(String),
}

/// The models.
#[derive(Clone, Debug)]
pub struct Bedrock {
    client: Arc<OnceCell<Client>>,
    endpoint: Option<String>,
    embedding_model: Option<String>,
    text_model: Option<String>,
    resting: converse::Resting,
}

/// What Titan Text Embeddings V2 answers, as far as it matters.
#[derive(Deserialize)]
struct Embedded {
    embedding: Vec<f64>,
    #[serde(default, rename = "inputTextTokenCount")]
    tokens: u64,
}

impl Bedrock {
    /// Makes a client that connects when it is first used.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            client: Arc::default(),
            endpoint: config.bedrock_endpoint.clone(),
            embedding_model: config.embedding_model.clone(),
            text_model: config.text_model.clone(),
            resting: converse::Resting::default(),
        }
    }

    /// Returns the model that makes vectors, if there is one.
    #[must_use]
    pub fn embedding_model(&self) -> Option<&str> {
        self.embedding_model.as_deref()
    }

    async fn client(&self) -> &Client {
        self.client
            .get_or_init(|| async {
                let timeouts = TimeoutConfig::builder()
                    .connect_timeout(CONNECT_LIMIT)
                    .build();
                let mut config = aws_sdk_bedrockruntime::config::Builder::from(aws().await)
                    .retry_config(RetryConfig::disabled())
                    .timeout_config(timeouts);
                if let Some(endpoint) = &self.endpoint {
                    config = config.endpoint_url(endpoint);
                }
                Client::from_conf(config.build())
            })
            .await
    }

    /// Makes the vector of a text.
    ///
    /// # Errors
    /// When there is no model, or it gave nothing useful within `limit`.
    pub async fn embed(&self, text: &str, limit: Duration) -> Result<Vector, ModelError> {
        let model = self.embedding_model().ok_or(ModelError::Absent)?;
        let text: String = text.chars().take(LONGEST_TEXT).collect();
        let ask = json!({ "inputText": text, "dimensions": DIMENSIONS, "normalize": true });
        let asked = async {
            let request = self.client().await.invoke_model().model_id(model);
            let answer = request
                .content_type("application/json")
                .accept("application/json")
                .body(Blob::new(ask.to_string()))
                .send()
                .await;
            let answer = answer.map_err(|error| classify(&error))?;
            read(answer.body.as_ref())
        };
        in_time(limit, Box::pin(asked)).await
    }
}

/// Waits for a model no longer than this; counts that it was asked, and whether that was of use.
async fn in_time<T>(
    limit: Duration,
    asked: impl Future<Output = Result<T, ModelError>>,
) -> Result<T, ModelError> {
    metrics::count(Metric::ModelCalls, 1);
    let answer = timeout(limit, asked).await.unwrap_or(Err(ModelError::Late));
    if answer.is_err() {
        metrics::count(Metric::ModelFailures, 1);
    }
    answer
}

/// Takes only what is a vector: so many numbers, each finite, of the length one that was asked for.
fn read(body: &[u8]) -> Result<Vector, ModelError> {
    if body.len() > LARGEST_ANSWER {
        return Err(ModelError::Garbage("it is too large"));
    }
    let answer: Embedded =
        serde_json::from_slice(body).map_err(|_| ModelError::Garbage("it is no embedding"))?;
    metrics::count(Metric::ModelTokens, answer.tokens);
    let numbers = answer.embedding;
    if numbers.len() != DIMENSIONS {
        return Err(ModelError::Garbage("it has another length"));
    }
    let square: f64 = numbers.iter().map(|number| number * number).sum();
    if !(0.9..1.1).contains(&square) {
        return Err(ModelError::Garbage("it is not normalized"));
    }
    Vector::new(&quantized(&numbers)).map_err(|_| ModelError::Garbage("it points nowhere"))
}

/// The largest number becomes 127: only the direction counts, so all 8 bits are used for it.
fn quantized(numbers: &[f64]) -> Vec<i8> {
    let largest = numbers.iter().fold(0.0, |max: f64, n| max.max(n.abs()));
    #[expect(
        clippy::cast_possible_truncation,
        reason = "rounded, and at most 127 either way"
    )]
    let round = |number: &f64| (number / largest * 127.0).round() as i8;
    numbers.iter().map(round).collect()
}

fn classify<E: ProvideErrorMetadata>(error: &SdkError<E>) -> ModelError {
    match error {
        SdkError::TimeoutError(_) => ModelError::Late,
        SdkError::DispatchFailure(failure) if failure.is_timeout() => ModelError::Late,
        SdkError::DispatchFailure(_) => ModelError::Down("it cannot be reached".to_owned()),
        SdkError::ResponseError(_) => ModelError::Garbage("it is no answer of Bedrock's"),
        SdkError::ServiceError(refused) => {
            let status = refused.raw().status().as_u16();
            match (refused.err().code(), status) {
                (Some("ThrottlingException" | "ServiceQuotaExceededException"), _) | (_, 429) => {
                    ModelError::Throttled
                }
                (Some("ModelTimeoutException"), _) => ModelError::Late,
                (Some(code), _) => ModelError::Down(code.chars().take(80).collect()),
                (None, 200..300) => ModelError::Garbage("it is no answer of Bedrock's"),
                (None, status) => ModelError::Down(format!("status {status}")),
            }
        }
        _ => ModelError::Down("the question cannot be sent".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(numbers: &[f64]) -> Vec<u8> {
        json!({ "embedding": numbers, "inputTextTokenCount": 3 })
            .to_string()
            .into_bytes()
    }

    #[test]
    fn a_vector_of_length_one_is_taken_with_all_its_bits() {
        let mut numbers = vec![0.0; DIMENSIONS];
        (numbers[0], numbers[1]) = (0.8, -0.6);

        let vector = read(&answer(&numbers)).unwrap().to_bytes();

        assert_eq!(vector[..3], [127, 95u8.wrapping_neg(), 0]);
    }

    #[test]
    fn anything_else_is_garbage() {
        let unit = |length: usize| vec![1.0 / 16.0; length];
        for bad in [
            b"".to_vec(),
            b"<html>".to_vec(),
            br#"{"embedding": "none"}"#.to_vec(),
            br#"{"embedding": [1e999]}"#.to_vec(),
            br#"{"vector": []}"#.to_vec(),
            answer(&unit(255)),
            answer(&unit(512)),
            answer(&vec![0.0; DIMENSIONS]),
            answer(&vec![3.0; DIMENSIONS]),
            vec![b' '; LARGEST_ANSWER + 1],
        ] {
            assert!(matches!(read(&bad), Err(ModelError::Garbage(_))));
        }
    }
}
