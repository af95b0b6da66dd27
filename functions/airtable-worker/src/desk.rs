//! What a worker has before it while it has the base, and how it asks Airtable: in its turn, and not while it rests.

use std::time::Instant;

use jiff::Timestamp;
use shared::config::AirtableConfig;
use shared::domain::sync::{FieldMap, REST};
use shared::outside::airtable::{Airtable, AirtableError};
use shared::state::AppState;
use shared::store::sync::{KeptBase, Pace};
use shared::store::{self, StoreError};
use shared::telemetry::metrics::{self, Metric};
use shared::worker::WorkError;

/// Why a worker stops.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Halt {
    /// Nobody asks for a while.
    #[error("Airtable rests")]
    Resting,
    /// The shift is over.
    #[error("there is more to do")]
    Over,
    /// Airtable.
    #[error(transparent)]
    Airtable(#[from] AirtableError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is not set up as it must be.
    #[error("{0}")]
    Setup(String),
}

impl From<Halt> for WorkError {
    fn from(halt: Halt) -> Self {
        match halt {
            Halt::Store(failure) => Self::Store(failure),
            halt => Self::Later(halt.to_string()),
        }
    }
}

/// One worker's view of the base.
pub(crate) struct Desk<'a> {
    pub(crate) state: &'a AppState,
    pub(crate) airtable: &'a Airtable,
    pub(crate) config: &'a AirtableConfig,
    pub(crate) base: KeptBase,
    pub(crate) map: FieldMap,
    ends_at: Instant,
}

impl<'a> Desk<'a> {
    pub(crate) async fn open(
        state: &'a AppState,
        airtable: &'a Airtable,
        ends_at: Instant,
    ) -> Result<Self, Halt> {
        let config = state.config.airtable.as_ref().ok_or(Halt::Resting)?;
        let client = state.db.client().await?;
        let base = store::sync::find_base(&client).await?;
        let (map, _) = store::sync::find_map(&client).await?;
        Ok(Self {
            state,
            airtable,
            config,
            base: base.ok_or(Halt::Resting)?,
            map,
            ends_at,
        })
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.state.clock.now()
    }

    /// Stops when the shift is over.
    pub(crate) fn check_time(&self) -> Result<(), Halt> {
        if Instant::now() < self.ends_at {
            Ok(())
        } else {
            Err(Halt::Over)
        }
    }

    /// Asks Airtable, in turn. Asked too often it rests, and so does everybody.
    pub(crate) async fn ask<T>(
        &self,
        question: impl Future<Output = Result<T, AirtableError>>,
    ) -> Result<T, Halt> {
        self.wait_for_turn().await?;
        match question.await {
            Err(AirtableError::Busy) => {
                let client = self.state.db.client().await?;
                store::sync::block(&client, &self.base.id, self.now() + REST).await?;
                metrics::count(Metric::AirtableBusy, 1);
                tracing::warn!("Airtable was asked too often and rests");
                Err(Halt::Resting)
            }
            answer => Ok(answer?),
        }
    }

    async fn wait_for_turn(&self) -> Result<(), Halt> {
        let client = self.state.db.client().await?;
        let turn = store::sync::pace(&client, &self.base.id, self.config.pace, self.now());
        let turn = turn.await?;
        // Others use the connection while this one waits.
        drop(client);
        match turn {
            Pace::Blocked(_) => Err(Halt::Resting),
            Pace::After(wait) => {
                tokio::time::sleep(wait).await;
                Ok(())
            }
        }
    }

    /// The table of people.
    pub(crate) fn people(&self) -> Result<&str, Halt> {
        let table = self.base.people.as_deref();
        table.ok_or_else(|| Halt::Setup("the base has no table of people".to_owned()))
    }

    /// The ids of the fields that are read of a person.
    pub(crate) fn fields(&self) -> Vec<String> {
        let platform = self.base.platform_field.iter().cloned();
        let synced = self.map.active().map(|(_, id)| id.to_owned());
        platform.chain(synced).collect()
    }
}
