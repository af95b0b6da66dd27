//! Where connections come from.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Timeouts};
use futures_util::future::BoxFuture;
use tokio::sync::Mutex;
use tokio_postgres::NoTls;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{CONNECT_TIMEOUT, Client, Held};
use crate::store::StoreError;

/// After this long without use a connection is checked before it is trusted: it may have died while we were frozen.
const CHECK_AFTER: Duration = Duration::from_secs(30);

/// Where the database is. `Debug` shows no password.
#[derive(Clone)]
pub struct DbConfig {
    /// The connection, in libpq's words.
    pub postgres: tokio_postgres::Config,
    /// Whether the connection is encrypted: always, but over a unix socket or to this machine.
    pub use_tls: bool,
}

impl fmt::Debug for DbConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DbConfig")
            .field("use_tls", &self.use_tls)
            .finish_non_exhaustive()
    }
}

impl DbConfig {
    /// Reads a connection string such as `host=/run/postgresql user=app dbname=app`.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, StoreError> {
        let mut postgres: tokio_postgres::Config = text
            .parse()
            .map_err(|_| StoreError::Unavailable("the connection string cannot be read".into()))?;
        postgres
            .connect_timeout(CONNECT_TIMEOUT)
            .keepalives(true)
            .tcp_user_timeout(Duration::from_secs(5));
        let is_here = postgres.get_hosts().iter().all(is_on_this_machine);
        Ok(Self {
            postgres,
            use_tls: !is_here,
        })
    }
}

impl DbConfig {
    /// Reads the JSON of a database secret as RDS writes it; `host` replaces the secret's, for a proxy.
    ///
    /// # Errors
    /// When a part is missing.
    pub fn from_secret(secret: &serde_json::Value, host: Option<&str>) -> Result<Self, StoreError> {
        let field = |name: &str| secret.get(name).and_then(serde_json::Value::as_str);
        let missing = || StoreError::Unavailable("the database secret is incomplete".into());
        let mut config = Self::parse("")?;
        let host = host.or_else(|| field("host")).ok_or_else(missing)?;
        let port = secret
            .get("port")
            .and_then(|port| port.as_u64().or_else(|| port.as_str()?.parse().ok()));
        config
            .postgres
            .host(host)
            .port(
                port.and_then(|port| u16::try_from(port).ok())
                    .unwrap_or(5432),
            )
            .user(field("username").ok_or_else(missing)?)
            .password(field("password").unwrap_or_default())
            .dbname(field("dbname").unwrap_or("app"));
        config.use_tls = !config.postgres.get_hosts().iter().all(is_on_this_machine);
        Ok(config)
    }
}

fn is_on_this_machine(host: &tokio_postgres::config::Host) -> bool {
    match host {
        tokio_postgres::config::Host::Tcp(name) => {
            matches!(name.as_str(), "localhost" | "127.0.0.1" | "::1")
        }
        tokio_postgres::config::Host::Unix(_) => true,
    }
}

/// A connection that outlives requests.
pub(super) struct Kept {
    client: tokio_postgres::Client,
    used_at: SystemTime,
}

impl Kept {
    pub(super) const fn client(&self) -> &tokio_postgres::Client {
        &self.client
    }

    pub(super) const fn client_mut(&mut self) -> &mut tokio_postgres::Client {
        &mut self.client
    }

    async fn is_alive(&self) -> bool {
        if self.client.is_closed() {
            return false;
        }
        if self.used_at.elapsed().is_ok_and(|idle| idle < CHECK_AFTER) {
            return true;
        }
        matches!(
            tokio::time::timeout(Duration::from_millis(500), self.client.check_connection()).await,
            Ok(Ok(()))
        )
    }
}

/// The database, as a request sees it.
#[derive(Clone)]
pub enum Db {
    /// One connection, for an environment that serves one request at a time.
    One(One),
    /// Several connections, for a server.
    Pool(Pool),
}

/// One connection, made when it is first needed.
#[derive(Clone)]
pub struct One {
    find: FindConfig,
    kept: Arc<Mutex<Option<Kept>>>,
}

/// Finds out where the database is, each time a connection is made: its password may have been changed.
pub type FindConfig =
    Arc<dyn Fn() -> BoxFuture<'static, Result<DbConfig, StoreError>> + Send + Sync>;

impl Db {
    /// Makes a database with one lazily made connection.
    #[must_use]
    pub fn one(find: FindConfig) -> Self {
        Self::One(One {
            find,
            kept: Arc::default(),
        })
    }

    /// Makes a database with up to `size` lazily made connections.
    ///
    /// # Errors
    /// When the pool cannot be made.
    pub fn pool(config: &DbConfig, size: usize) -> Result<Self, StoreError> {
        let manager_config = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = if config.use_tls {
            Manager::from_config(config.postgres.clone(), tls()?, manager_config)
        } else {
            Manager::from_config(config.postgres.clone(), NoTls, manager_config)
        };
        let check = Hook::async_fn(|object: &mut deadpool_postgres::ClientWrapper, metrics| {
            let idle = metrics.last_used();
            Box::pin(async move {
                if idle > CHECK_AFTER && object.check_connection().await.is_err() {
                    return Err(HookError::message("the connection died while idle"));
                }
                Ok(())
            })
        });
        let pool = Pool::builder(manager)
            .max_size(size)
            .runtime(deadpool_postgres::Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(Duration::from_secs(8)),
                create: Some(CONNECT_TIMEOUT),
                recycle: Some(CONNECT_TIMEOUT),
            })
            .pre_recycle(check)
            .build()
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self::Pool(pool))
    }

    /// Borrows a connection.
    ///
    /// # Errors
    /// When none can be made in time.
    pub async fn client(&self) -> Result<Client, StoreError> {
        match self {
            Self::One(one) => one.client().await,
            Self::Pool(pool) => {
                let object = pool
                    .get()
                    .await
                    .map_err(|error| StoreError::Unavailable(error.to_string()))?;
                Ok(Client::new(Held::Pooled(object)))
            }
        }
    }
}

impl One {
    async fn client(&self) -> Result<Client, StoreError> {
        let mut slot = Arc::clone(&self.kept).lock_owned().await;
        let is_alive = match slot.as_ref() {
            Some(kept) => kept.is_alive().await,
            None => false,
        };
        let kept = slot.take().filter(|_| is_alive);
        let client = match kept {
            Some(kept) => kept.client,
            None => connect(&(self.find)().await?).await?,
        };
        *slot = Some(Kept {
            client,
            used_at: wall_now(),
        });
        Ok(Client::new(Held::One(slot)))
    }
}

/// The wall clock: a monotonic one may stand still while an environment is frozen.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a connection idled is no business time"
)]
fn wall_now() -> SystemTime {
    SystemTime::now()
}

/// The machine's certificates: RDS Proxy presents one of Amazon's public roots.
fn tls() -> Result<MakeRustlsConnect, StoreError> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| StoreError::Unavailable(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

async fn connect(config: &DbConfig) -> Result<tokio_postgres::Client, StoreError> {
    if config.use_tls {
        let connecting = config.postgres.connect(tls()?);
        let (client, connection) = connecting.await.map_err(unreachable)?;
        tokio::spawn(connection);
        Ok(client)
    } else {
        let connecting = config.postgres.connect(NoTls);
        let (client, connection) = connecting.await.map_err(unreachable)?;
        tokio::spawn(connection);
        Ok(client)
    }
}

/// A connection that was never there is not lost: the next one will not be there either.
fn unreachable(error: tokio_postgres::Error) -> StoreError {
    match StoreError::from(error) {
        StoreError::Lost(reason) => StoreError::Unavailable(reason),
        other => other,
    }
}
