//! Connections: one per Lambda environment, a pool in standalone. Only typed statements exist here.
//!
//! Typed statements are unnamed and cost one round trip; named ones fail behind transaction poolers.
//! Statements polled together travel together, and BEGIN travels with the first statement of its transaction.

use std::future::Future;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use tokio::sync::OwnedMutexGuard;
use tokio_postgres::types::{ToSql, Type};
use tokio_postgres::{Row, SimpleQueryMessage};

use super::outbox::Promise;
use super::{StoreError, meter};

mod connect;

pub use connect::{Db, DbConfig, FindConfig};

/// A parameter with its type: what makes a statement need no preparation.
pub type Param<'a> = (&'a (dyn ToSql + Sync), Type);

/// A connection, borrowed for one request.
pub struct Client {
    inner: Held,
    in_flight: AtomicU32,
}

#[expect(
    clippy::large_enum_variant,
    reason = "one per request, on its stack; a box would be an allocation per request"
)]
enum Held {
    One(OwnedMutexGuard<Option<connect::Kept>>),
    Pooled(deadpool_postgres::Object),
}

impl Client {
    fn new(inner: Held) -> Self {
        Self {
            inner,
            in_flight: AtomicU32::new(0),
        }
    }

    fn raw(&self) -> Result<&tokio_postgres::Client, StoreError> {
        match &self.inner {
            Held::One(kept) => kept
                .as_ref()
                .map(connect::Kept::client)
                .ok_or_else(|| StoreError::Unavailable("no connection".into())),
            Held::Pooled(object) => Ok(object),
        }
    }

    /// Begins a transaction. Nothing is sent before its first statement.
    pub fn transaction(&mut self) -> Transaction<'_> {
        Transaction {
            client: self,
            has_begun: AtomicBool::new(false),
            is_done: false,
            promises: Mutex::default(),
        }
    }

    /// Runs one wait for the database, counted on the request's meter.
    async fn counted<T>(
        &self,
        work: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> Result<T, RowError> {
        meter::count_statement(self.in_flight.fetch_add(1, Ordering::Relaxed) == 0);
        let begun = Instant::now();
        let result = work.await;
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        meter::count_wait(begun.elapsed());
        result
    }
}

type RowError = tokio_postgres::Error;

/// Anything that can be read from: a connection or a transaction.
pub trait Read: Sync {
    /// Reads the rows of one statement.
    fn query(
        &self,
        sql: &str,
        params: &[Param<'_>],
    ) -> impl Future<Output = Result<Vec<Row>, StoreError>> + Send;

    /// Reads one row, or none.
    fn query_opt(
        &self,
        sql: &str,
        params: &[Param<'_>],
    ) -> impl Future<Output = Result<Option<Row>, StoreError>> + Send {
        async move { Ok(self.query(sql, params).await?.into_iter().next()) }
    }

    /// Reads the one row that there must be.
    fn query_one(
        &self,
        sql: &str,
        params: &[Param<'_>],
    ) -> impl Future<Output = Result<Row, StoreError>> + Send {
        async move {
            self.query_opt(sql, params)
                .await?
                .ok_or_else(|| StoreError::inconsistent("a query", "no row came back"))
        }
    }
}

impl Read for Client {
    async fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let raw = self.raw()?;
        Ok(self.counted(raw.query_typed(sql, params)).await?)
    }
}

impl Client {
    /// Runs a single statement that is its own transaction: for machinery such as limits and leases only.
    pub(super) async fn execute_alone(
        &self,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<u64, StoreError> {
        let raw = self.raw()?;
        Ok(self.counted(raw.execute_typed(sql, params)).await?)
    }

    /// Runs statements without parameters; for migrations only.
    pub(super) fn for_migration(&mut self) -> Result<&mut tokio_postgres::Client, StoreError> {
        match &mut self.inner {
            Held::One(kept) => kept
                .as_mut()
                .map(connect::Kept::client_mut)
                .ok_or_else(|| StoreError::Unavailable("no connection".into())),
            Held::Pooled(object) => Ok(object),
        }
    }
}

/// A transaction. Dropped without [`commit`](Self::commit) it rolls back.
pub struct Transaction<'a> {
    client: &'a Client,
    has_begun: AtomicBool,
    is_done: bool,
    promises: Mutex<Vec<Promise>>,
}

impl Transaction<'_> {
    /// Makes everything permanent, and hands what was promised to whoever sends it.
    ///
    /// # Errors
    /// When the database cannot do it; nothing is sent then.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        self.is_done = true;
        if !self.has_begun.load(Ordering::Relaxed) {
            return Ok(());
        }
        let raw = self.client.raw()?;
        meter::note_commit();
        self.client.counted(raw.simple_query("COMMIT")).await?;
        meter::keep_promises(
            self.promises
                .lock()
                .map(|mut kept| std::mem::take(&mut *kept))
                .unwrap_or_default(),
        );
        Ok(())
    }

    /// Writes with one statement; the database's own error stays readable for constraints.
    pub(super) async fn try_execute(
        &self,
        sql: &str,
        params: &[Param<'_>],
    ) -> Result<Result<u64, tokio_postgres::Error>, StoreError> {
        let raw = self.client.raw()?;
        let begin = self.begin(raw);
        let work = self.client.counted(raw.execute_typed(sql, params));
        let (started, done) = futures_util::join!(begin, work);
        started?;
        Ok(done)
    }

    /// Writes with one statement.
    pub(super) async fn execute(&self, sql: &str, params: &[Param<'_>]) -> Result<u64, StoreError> {
        Ok(self.try_execute(sql, params).await??)
    }

    pub(super) fn promise(&self, promise: Promise) {
        if let Ok(mut promises) = self.promises.lock() {
            promises.push(promise);
        }
    }

    /// Sends BEGIN in front of the first statement; later ones find it sent.
    async fn begin(
        &self,
        raw: &tokio_postgres::Client,
    ) -> Result<Vec<SimpleQueryMessage>, StoreError> {
        if self.has_begun.swap(true, Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        Ok(self.client.counted(raw.simple_query("BEGIN")).await?)
    }
}

impl Read for Transaction<'_> {
    async fn query(&self, sql: &str, params: &[Param<'_>]) -> Result<Vec<Row>, StoreError> {
        let raw = self.client.raw()?;
        let begin = self.begin(raw);
        let work = self.client.counted(raw.query_typed(sql, params));
        let (started, rows) = futures_util::join!(begin, work);
        started?;
        Ok(rows?)
    }
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        if self.is_done || !self.has_begun.load(Ordering::Relaxed) {
            return;
        }
        if let Ok(raw) = self.client.raw() {
            // The first poll puts the message on the wire; its answer is read and dropped by the connection.
            let _ = raw.simple_query("ROLLBACK").now_or_never();
        }
    }
}

/// How long a request waits for a connection before it is told to come back.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
