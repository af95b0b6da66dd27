//! Exports, deletions and what is left of a person, in a test.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde_json::Value;
use shared::domain::event::EventRecord;
use shared::domain::id::UserId;
use shared::outside::s3::FileError;
use shared::store;
use shared::store::privacy::inventory::{Export, INVENTORY};
use shared::worker::WorkError;

use crate::TestApp;

/// What stands in front of every text that [`TestApp::given_traces_of`] writes.
pub const TRACE: &str = "trace-of-a-person";

/// A column of the database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Its type, as PostgreSQL says it.
    pub kind: String,
    /// The table that it leads to, if it does.
    pub leads_to: Option<String>,
    /// Whether it names its own row.
    pub is_key: bool,
}

impl TestApp {
    /// Makes the bucket that exports are kept in.
    pub async fn given_bucket(&self) {
        self.state.files.create_bucket().await.unwrap();
    }

    /// The newest promise to a queue, as it travels.
    pub async fn promised(&self, queue: &str) -> EventRecord {
        let rows = self
            .database
            .sql(&format!(
                "SELECT record FROM outbox WHERE queue = '{queue}' ORDER BY event_id DESC LIMIT 1"
            ))
            .await;
        serde_json::from_str(rows[0][0].as_deref().unwrap()).unwrap()
    }

    /// Lets the worker act on the newest export that was asked for.
    pub async fn work_on_export(&self) -> Result<(), WorkError> {
        let record = self.promised("export").await;
        export_worker::handle(self.state.clone(), record).await
    }

    /// A worker that took the jobs and was killed: its leases have run out.
    pub async fn given_killed_job_worker(&self) {
        self.database
            .sql(
                "UPDATE jobs SET status = 'running', attempts = attempts + 1, version = version + 1,
                        lease_until = clock_timestamp() - interval '1 second'",
            )
            .await;
    }

    /// A worker that works on the jobs at this moment.
    pub async fn given_busy_job_worker(&self) {
        self.database
            .sql(
                "UPDATE jobs SET status = 'running', attempts = attempts + 1, version = version + 1,
                        lease_until = clock_timestamp() + interval '1 minute'",
            )
            .await;
    }

    /// Makes everything in the queues' tables and the mails this many days older.
    pub async fn given_days_pass(&self, days: u32) {
        self.database
            .sql(&format!(
                "UPDATE outbox SET created_at = created_at - interval '{days} days',
                        sent_at = coalesce(sent_at, clock_timestamp()) - interval '{days} days';
                 UPDATE inbox SET claimed_at = claimed_at - interval '{days} days';
                 UPDATE notifications SET created_at = created_at - interval '{days} days'"
            ))
            .await;
    }

    /// A mail to a person that the mail service refused with their address in its words.
    pub async fn given_refused_mail(&self, person: UserId) {
        self.database
            .sql(&format!(
                "INSERT INTO notifications (id, event_id, recipient_id, kind, dedupe_key, is_security, status, error)
                 VALUES (gen_random_uuid(), gen_random_uuid(), '{person}', 'verify_email', gen_random_uuid(), true,
                         'failed', '{TRACE} rejected')"
            ))
            .await;
    }

    /// A person who signs in elsewhere: their account has no password of its own.
    pub async fn given_no_password(&self, person: UserId) {
        self.database
            .sql(&format!(
                "UPDATE users SET password_hash = NULL WHERE id = '{person}'"
            ))
            .await;
    }

    /// Lets the two weeks of somebody who leaves be over, whatever their account says.
    pub async fn given_deletion_due(&self, person: UserId) {
        let moment = self.clock.now();
        self.database
            .sql(&format!(
                "UPDATE users SET status = 'inactive', erase_after = '{moment}' WHERE id = '{person}'"
            ))
            .await;
    }

    /// How many rows a table has.
    pub async fn rows_in(&self, table: &str) -> u64 {
        self.count(&format!("SELECT count(*) FROM {table}")).await
    }

    /// Every column of every table.
    pub async fn columns(&self) -> Vec<Column> {
        let rows = self
            .database
            .sql(
                "SELECT c.table_name, c.column_name, c.udt_name,
                        (SELECT confrelid::regclass::text FROM pg_constraint
                          WHERE contype = 'f' AND conrelid = k.oid AND conkey = ARRAY[a.attnum] LIMIT 1),
                        EXISTS (SELECT FROM pg_constraint
                                 WHERE contype = 'p' AND conrelid = k.oid AND conkey = ARRAY[a.attnum])
                   FROM information_schema.columns c
                   JOIN pg_class k ON k.relname = c.table_name AND k.relnamespace = 'public'::regnamespace
                   JOIN pg_attribute a ON a.attrelid = k.oid AND a.attname = c.column_name
                  WHERE c.table_schema = 'public' AND k.relkind IN ('r', 'p')
                  ORDER BY c.table_name, c.ordinal_position",
            )
            .await;
        rows.into_iter()
            .map(|row| {
                let mut fields = row.into_iter();
                let mut next = || fields.next().unwrap();
                Column {
                    table: next().unwrap(),
                    name: next().unwrap(),
                    kind: next().unwrap(),
                    leads_to: next(),
                    is_key: next().as_deref() == Some("t"),
                }
            })
            .collect()
    }

    /// Writes a trace into every text of a person's rows that takes one, but for those that are none of theirs;
    /// returns where.
    pub async fn given_traces_of(&self, person: UserId, not_theirs: &[&str]) -> Vec<String> {
        let mut written = Vec::new();
        for column in self.columns().await {
            let place = format!("{}.{}", column.table, column.name);
            let (Some(whose), Some(value)) = (whose(&column.table), trace(&column)) else {
                continue;
            };
            if not_theirs.contains(&place.as_str()) {
                continue;
            }
            let statement = format!(
                "UPDATE {} SET {} = {value} WHERE {} RETURNING 1",
                column.table,
                column.name,
                whose.replace("$1", &format!("'{person}'"))
            );
            // A column of words with a meaning takes none, and shows nothing of anybody.
            let taken = self.database.try_sql(&statement).await;
            if taken.is_ok_and(|rows| !rows.is_empty()) {
                written.push(place);
            }
        }
        written
    }

    /// Every value of every column of every table that contains one of these texts; bytes are read as texts as well.
    pub async fn leftovers(&self, texts: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for column in self.columns().await {
            let (table, name) = (&column.table, &column.name);
            let shown = if column.kind == "bytea" {
                format!("encode({name}, 'escape')")
            } else {
                format!("{name}::text")
            };
            for text in texts {
                let rows = self
                    .database
                    .sql(&format!(
                        "SELECT {shown} FROM {table} WHERE position('{text}' in {shown}) > 0"
                    ))
                    .await;
                found.extend(
                    rows.into_iter()
                        .map(|row| format!("{table}.{name}: {}", row[0].clone().unwrap())),
                );
            }
        }
        found
    }

    /// Reads an address as anybody can who has it.
    pub async fn fetch(&self, url: &str) -> (u16, Vec<u8>) {
        let answer = crate::http_client()
            .build()
            .unwrap()
            .get(url)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.bytes().await.unwrap().to_vec())
    }

    /// The files that exports of a person have left.
    pub async fn files_of(&self, person: UserId) -> Vec<String> {
        let client = self.state.db.client().await.unwrap();
        store::job::list_files(&client, person).await.unwrap()
    }

    /// An address of a file that lives this long.
    pub async fn link_for(
        &self,
        key: &str,
        life: std::time::Duration,
    ) -> Result<String, FileError> {
        self.state.files.link(key, life).await
    }
}

/// Whose the rows of a table are, as the inventory says; the audit log takes no changes.
fn whose(table: &str) -> Option<String> {
    let entry = INVENTORY.iter().find(|entry| entry.table == table)?;
    match entry.export {
        Export::Rows { sql, .. } if table != "audit_log" => {
            let (_, rest) = sql.split_once(" WHERE ")?;
            rest.split_once(" ORDER BY")
                .map(|(whose, _)| whose.to_owned())
        }
        Export::Rows { .. } | Export::Nothing(_) => None,
    }
}

/// A value for a column that can be told from all others, as SQL.
fn trace(column: &Column) -> Option<String> {
    let text = format!("{TRACE} {}.{}", column.table, column.name);
    match column.kind.as_str() {
        "text" if column.name == "email" => Some(format!("'{TRACE}@{}'", column.table)),
        "text" => Some(format!("'{text}'")),
        "_text" => Some(format!("ARRAY['{text}']")),
        "bytea" => Some(format!("convert_to('{text}', 'UTF8')")),
        "jsonb" => Some(format!("'[{{\"trace\": \"{text}\"}}]'")),
        _ => None,
    }
}

/// The files of a ZIP by their names, JSON read.
pub fn unzipped(bytes: &[u8]) -> BTreeMap<String, Value> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let names = archive.file_names().map(|name| name.unwrap().into_owned());
    let names: Vec<String> = names.collect();
    let mut read = |name: &str| {
        let mut text = String::new();
        archive
            .by_name(name)
            .unwrap()
            .read_to_string(&mut text)
            .unwrap();
        text
    };
    names
        .iter()
        .map(|name| {
            let text = read(name);
            let value = serde_json::from_str(&text).unwrap_or(Value::String(text));
            (name.clone(), value)
        })
        .collect()
}
