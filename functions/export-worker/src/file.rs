//! The file of a report as it leaves: in parts, while its job is ours.

use shared::domain::job::{Job, Percent};
use shared::outside::s3::Upload;
use shared::state::AppState;
use shared::store;
use tokio::time::{Duration, Instant};
use tracing::warn;

use crate::LEASE_SECONDS;
use crate::report::ReportFailure;

/// How often somebody hears of a worker whose rows fill no part for a while.
const BEAT: Duration = Duration::from_secs(10);

/// The file as it leaves.
pub(crate) struct File<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) job: &'a Job,
    key: String,
    media_type: &'static str,
    upload: Option<Upload<'a>>,
    heard_at: Instant,
    /// How much has left.
    pub(crate) bytes: usize,
}

impl<'a> File<'a> {
    /// Nothing of it has left yet.
    pub(crate) fn new(
        state: &'a AppState,
        job: &'a Job,
        key: String,
        media_type: &'static str,
    ) -> Self {
        Self {
            state,
            job,
            key,
            media_type,
            upload: None,
            heard_at: Instant::now(),
            bytes: 0,
        }
    }

    /// Sends a part, and says how far the job is.
    pub(crate) async fn send(
        &mut self,
        part: Vec<u8>,
        progress: Percent,
    ) -> Result<(), ReportFailure> {
        if self.upload.is_none() {
            self.begin().await?;
        }
        self.keep(progress).await?;
        self.bytes += part.len();
        if let Some(upload) = &mut self.upload {
            upload.send(part).await?;
        }
        Ok(())
    }

    /// Begins the upload, and notes it for whoever takes the job over.
    async fn begin(&mut self) -> Result<(), ReportFailure> {
        let upload = self.state.files.begin(&self.key, self.media_type).await?;
        let begun = serde_json::json!({ "upload": upload.id() });
        self.upload = Some(upload);
        let client = self.state.db.client().await?;
        if store::job::note(&client, self.job, &begun).await? {
            Ok(())
        } else {
            Err(ReportFailure::Lost)
        }
    }

    /// Sends what is left, and lets the file be there.
    pub(crate) async fn finish(&mut self, rest: Vec<u8>) -> Result<(), ReportFailure> {
        let last = Percent::new(99);
        if self.upload.is_none() {
            self.keep(last).await?;
            self.bytes = rest.len();
            let kept = self.state.files.put(&self.key, self.media_type, rest).await;
            return Ok(kept?);
        }
        if !rest.is_empty() {
            self.send(rest, last).await?;
        }
        self.keep(last).await?;
        // It stays known: what cannot be finished is thrown away.
        if let Some(upload) = &self.upload {
            upload.finish().await?;
        }
        Ok(())
    }

    /// Says how far the job is when nobody has heard of it for a while.
    pub(crate) async fn beat(&mut self, progress: Percent) -> Result<(), ReportFailure> {
        if self.heard_at.elapsed() < BEAT {
            return Ok(());
        }
        self.keep(progress).await
    }

    /// Keeps the job for some time more, if it is still ours.
    async fn keep(&mut self, progress: Percent) -> Result<(), ReportFailure> {
        self.heard_at = Instant::now();
        let client = self.state.db.client().await?;
        if store::job::report(&client, self.job, progress, LEASE_SECONDS).await? {
            Ok(())
        } else {
            Err(ReportFailure::Lost)
        }
    }

    /// Throws away what was sent.
    pub(crate) async fn drop_parts(&self) {
        if let Some(upload) = &self.upload {
            let dropped = self.state.files.abort(&self.key, upload.id()).await;
            if let Err(failure) = dropped {
                warn!(%failure, job.id = %self.job.id, "parts of a report stay for now");
            }
        }
    }
}
