//! The database of one test, and what time or bad luck do to it.

use serde_json::{Value, json};
use tokio_postgres::config::Host;
use tokio_postgres::{Client, Config, NoTls};

pub(crate) struct Database {
    config: Config,
    client: Client,
}

impl Database {
    /// Makes an empty one, in the place of what an earlier run left.
    pub(crate) async fn create(name: &str) -> Self {
        let url = standalone::settings::variable("TEST_DATABASE_URL").expect(
            "TEST_DATABASE_URL is not set: run `make test`, or this test by `with-services`",
        );
        let mut config: Config = url.parse().unwrap();
        let administrator = connect(&config).await;
        for statement in [
            format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)"),
            format!("CREATE DATABASE \"{name}\""),
        ] {
            administrator.batch_execute(&statement).await.unwrap();
        }
        config.dbname(name);
        let client = connect(&config).await;
        Self { config, client }
    }

    /// The secret that leads the functions to it, in the form that RDS gives its secrets.
    pub(crate) fn secret(&self) -> Value {
        let host = match &self.config.get_hosts()[0] {
            Host::Tcp(name) => name.clone(),
            Host::Unix(folder) => folder.display().to_string(),
        };
        json!({
            "username": self.config.get_user(),
            "password": self.config.get_password().map(String::from_utf8_lossy).unwrap_or_default(),
            "host": host,
            "port": self.config.get_ports().first().unwrap_or(&5432),
            "dbname": self.config.get_dbname(),
        })
    }

    /// Moves the only session, for the functions read the real clock: it begins in a day, less a minute.
    pub(crate) async fn wait_until_the_day_before(&self) {
        self.run(
            "WITH passed AS (
                 SELECT scheduled_at - clock_timestamp() - interval '23 hours 59 minutes' AS time FROM sessions),
             moved AS (
                 UPDATE sessions SET scheduled_at = scheduled_at - time, ends_at = ends_at - time FROM passed)
             UPDATE reminders SET due_at = due_at - time FROM passed",
        )
        .await;
    }

    /// Leaves an event in the outbox as a request does that dies between its commit and the queue.
    pub(crate) async fn given_unkept_promise(&self, user: &str) {
        self.run(&format!(
            "INSERT INTO outbox (event_id, queue, record, created_at)
             SELECT id, 'email', jsonb_build_object(
                        'id', id, 'at', to_jsonb(clock_timestamp()), 'request_id', null,
                        'event', jsonb_build_object('type', 'user.registration_repeated', 'user_id', '{user}')),
                    clock_timestamp() - interval '1 minute'
               FROM gen_random_uuid() AS id"
        ))
        .await;
    }

    async fn run(&self, statement: &str) {
        self.client.batch_execute(statement).await.unwrap();
    }
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}
