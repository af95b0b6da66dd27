//! What must be in a cloud that only pretends: no template has put it there, and it forgets everything when it ends.

use serde_json::Value;
use shared::outside::s3::FileError;
use shared::outside::secrets::SecretError;
use shared::queue::{Queue, SqsError};
use shared::state::AppState;

/// The secrets, queues and the bucket of a stand-in for AWS.
#[derive(Clone, Default)]
pub struct LocalCloud {
    /// Names and values of the secrets.
    pub secrets: Vec<(String, Value)>,
}

/// The stand-in did not take something.
#[derive(Debug, thiserror::Error)]
pub enum CloudError {
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A queue.
    #[error(transparent)]
    Queue(#[from] SqsError),
    /// The bucket.
    #[error(transparent)]
    Bucket(#[from] FileError),
}

impl LocalCloud {
    /// Makes everything that is missing.
    ///
    /// # Errors
    /// When the stand-in cannot be reached.
    pub async fn fill(&self, state: &AppState) -> Result<(), CloudError> {
        for (name, value) in &self.secrets {
            state.secrets.put(name, value).await?;
        }
        if let Some(sqs) = state.relay.sqs() {
            for queue in Queue::ALL {
                sqs.create(queue).await?;
            }
        }
        state.files.create_bucket().await?;
        Ok(())
    }
}
