//! A database for each test, cloned from a template that is migrated once per cluster.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use shared::store::Db;
use shared::store::db::DbConfig;
use shared::store::migrate;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

/// Taken while a template is made: each test is a process of its own, and many start at once.
const TEMPLATE_LOCK: i64 = 7_203_451;

/// Statements that set up databases may take longer than the platform's own.
const UNHURRIED: &str =
    "options='-c statement_timeout=0 -c lock_timeout=0 -c idle_in_transaction_session_timeout=0'";

/// A database that is dropped with this value.
pub struct Database {
    admin: String,
    name: String,
    /// Who connects, when it is not the administrator.
    role: Option<String>,
}

impl Database {
    /// Clones the template, making it first when this cluster has none of this schema.
    pub async fn clone_template() -> Self {
        let admin = admin_url();
        let template = ensure_template(&admin).await;
        let name = new_name();
        let client = connect(&admin).await;
        run(&client, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(
            &client,
            &format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await;
        Self {
            admin,
            name,
            role: None,
        }
    }

    /// An empty database that belongs to a new role with these rights, which connects to it.
    pub(crate) async fn empty(rights: &str) -> Self {
        let (admin, name) = (admin_url(), new_name());
        let client = connect(&admin).await;
        run(&client, &format!("DROP DATABASE IF EXISTS {name}")).await;
        run(&client, &format!("DROP ROLE IF EXISTS {name}")).await;
        run(&client, &format!("CREATE ROLE {name} LOGIN {rights}")).await;
        run(&client, &format!("CREATE DATABASE {name} OWNER {name}")).await;
        Self {
            admin,
            role: Some(name.clone()),
            name,
        }
    }

    /// The same by another way.
    pub(crate) fn url_at(&self, host: &str, port: u16) -> String {
        with(&with(&self.url(), "host", host), "port", &port.to_string())
    }

    /// The connection string of whoever connects.
    pub(crate) fn url(&self) -> String {
        let url = url_of(&self.admin, &self.name);
        match &self.role {
            None => url,
            Some(role) => with(&url, "user", role),
        }
    }

    /// The platform's way to it.
    pub fn pool(&self, size: usize) -> Db {
        Db::pool(&DbConfig::parse(&self.url()).unwrap(), size).unwrap()
    }

    /// Lets the claims of workers on mails run out, as a minute would.
    pub async fn end_mail_claims(&self) {
        self.sql("UPDATE notifications SET claimed_until = clock_timestamp() - interval '1 second' WHERE status = 'sending'")
            .await;
    }

    /// The platform's way to it in Lambda: one connection.
    pub fn one(&self) -> Db {
        let url = self.url();
        Db::one(Arc::new(move || {
            let config = DbConfig::parse(&url);
            Box::pin(async move { config })
        }))
    }

    /// The newest event as it travels, sent or not.
    pub async fn newest_event(&self) -> shared::domain::event::EventRecord {
        let rows = self
            .sql("SELECT record FROM outbox ORDER BY event_id DESC LIMIT 1")
            .await;
        serde_json::from_str(rows[0][0].as_deref().unwrap()).unwrap()
    }

    /// The newest event to one queue, sent or not.
    pub async fn newest_event_for(&self, queue: &str) -> shared::domain::event::EventRecord {
        let rows = self
            .sql(&format!(
                "SELECT record FROM outbox WHERE queue = '{queue}' ORDER BY event_id DESC LIMIT 1"
            ))
            .await;
        serde_json::from_str(rows[0][0].as_deref().unwrap()).unwrap()
    }

    /// A connection beside the platform's.
    pub(crate) async fn client(&self) -> Client {
        connect(&self.url()).await
    }

    /// Runs plain SQL and returns the rows as texts: for the harness, never for a test.
    pub(crate) async fn sql(&self, statement: &str) -> Vec<Vec<Option<String>>> {
        self.try_sql(statement).await.unwrap()
    }

    /// The same for a statement that may be refused; the refusal is SQLSTATE and message.
    pub(crate) async fn try_sql(
        &self,
        statement: &str,
    ) -> Result<Vec<Vec<Option<String>>>, String> {
        let client = connect(&self.url()).await;
        let messages = client.simple_query(statement).await.map_err(|error| {
            let refusal = error.as_db_error().expect("a refusal");
            format!("{}: {}", refusal.code().code(), refusal.message())
        })?;
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row),
            _ => None,
        });
        Ok(rows
            .map(|row| {
                (0..row.len())
                    .map(|column| row.get(column).map(str::to_owned))
                    .collect()
            })
            .collect())
    }
}

impl Drop for Database {
    /// Best effort: a cluster of tests is thrown away as a whole.
    fn drop(&mut self) {
        let (admin, name, role) = (self.admin.clone(), self.name.clone(), self.role.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build();
            if let Ok(runtime) = runtime {
                runtime.block_on(async {
                    let client = connect(&admin).await;
                    let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                    let _ = client.batch_execute(&statement).await;
                    if let Some(role) = role {
                        let _ = client.batch_execute(&format!("DROP ROLE {role}")).await;
                    }
                });
            }
        });
        let _ = dropping.join();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "where tests run is no configuration of the platform"
)]
fn admin_url() -> String {
    std::env::var("TEST_DATABASE_URL").unwrap_or_else(|_| {
        panic!(
            "this test needs PostgreSQL: run `make test`, or `cargo run -p tests --bin with-services -- cargo nextest run`"
        )
    })
}

/// A name that no other test has.
fn new_name() -> String {
    static COUNTER: AtomicU32 = AtomicU32::new(0);
    let number = COUNTER.fetch_add(1, Ordering::Relaxed);
    format!("test_{}_{number}", std::process::id())
}

/// The same connection string with another database.
fn url_of(admin: &str, database: &str) -> String {
    with(admin, "dbname", database)
}

/// The same connection string with another word for a name.
fn with(url: &str, name: &str, word: &str) -> String {
    let others = url
        .split_whitespace()
        .filter(|part| !part.starts_with(&format!("{name}=")));
    let mut parts: Vec<&str> = others.collect();
    let part = format!("{name}={word}");
    parts.push(&part);
    parts.join(" ")
}

async fn ensure_template(admin: &str) -> String {
    let template = format!("office_hours_template_{:016x}", schema_hash());
    let holder = connect(admin).await;
    let is_there =
        format!("SELECT 1 FROM pg_database WHERE datname = '{template}' AND datistemplate");
    if !exists(&holder, &is_there).await {
        run(&holder, "BEGIN").await;
        run(
            &holder,
            &format!("SELECT pg_advisory_xact_lock({TEMPLATE_LOCK})"),
        )
        .await;
        if !exists(&holder, &is_there).await {
            make_template(admin, &template).await;
        }
        run(&holder, "COMMIT").await;
    }
    template
}

/// Gets its name when it is whole, so that an interrupted one is never cloned.
async fn make_template(admin: &str, template: &str) {
    let unfinished = format!("{template}_unfinished");
    let client = connect(admin).await;
    run(
        &client,
        &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
    )
    .await;
    run(
        &client,
        &format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
    )
    .await;
    let url = format!("{} {UNHURRIED}", url_of(admin, &unfinished));
    let db = Db::pool(&DbConfig::parse(&url).unwrap(), 1).unwrap();
    migrate::run(&db).await.unwrap();
    drop(db);
    // A closed connection lingers for a moment, and a database in use cannot be renamed.
    run(
        &client,
        &format!(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{unfinished}'"
        ),
    )
    .await;
    run(
        &client,
        &format!("ALTER DATABASE {unfinished} RENAME TO {template}"),
    )
    .await;
    run(
        &client,
        &format!("ALTER DATABASE {template} WITH IS_TEMPLATE true ALLOW_CONNECTIONS false"),
    )
    .await;
}

/// Names the schema, so that a template of an older one is never used.
fn schema_hash() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.file_name().hash(&mut hasher);
        fs::read(&file).unwrap().hash(&mut hasher);
    }
    hasher.finish()
}

async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(&format!("{url} {UNHURRIED}"), NoTls)
        .await
        .expect("TEST_DATABASE_URL leads to PostgreSQL");
    tokio::spawn(connection);
    client
}

async fn run(client: &Client, statement: &str) {
    client.batch_execute(statement).await.expect(statement);
}

async fn exists(client: &Client, query: &str) -> bool {
    let answer = client.simple_query(query).await.expect(query);
    answer
        .iter()
        .any(|message| matches!(message, SimpleQueryMessage::Row(_)))
}
