//! This instance's copy of what matching reads of mentors: read again exactly when it has changed.

use std::sync::Arc;

use tokio::sync::Mutex;

use super::ApiError;
use crate::domain::matching::Catalog;
use crate::store::{self, Read};

/// The copy, with the revision it was read at.
#[derive(Clone, Default)]
pub struct CatalogCache {
    kept: Arc<Mutex<Option<Copied>>>,
}

type Copied = (i64, Arc<Catalog>);

impl CatalogCache {
    /// The catalog at `revision` or later. Only one request at a time reads it anew; the others wait for that.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn at(
        &self,
        revision: i64,
        db: &impl Read,
        model: Option<&str>,
    ) -> Result<Arc<Catalog>, ApiError> {
        let mut kept = self.kept.lock().await;
        if let Some((known, catalog)) = kept.as_ref()
            && *known >= revision
        {
            return Ok(Arc::clone(catalog));
        }
        // The revision is older than the rows that follow, so the copy is never older than it claims.
        let (mentors, background) = store::catalog::read(db, model).await?;
        let pack = move || Catalog::build_within(mentors, &background);
        let built = tokio::task::spawn_blocking(pack).await;
        let catalog = Arc::new(built.map_err(|_| ApiError::internal())?);
        *kept = Some((revision, Arc::clone(&catalog)));
        Ok(catalog)
    }
}
