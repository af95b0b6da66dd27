//! The audit log in a test: lines to begin with, and somebody who changes them behind everybody's back.

use shared::domain::audit::{AuditAction, AuditEntry, Origin};
use shared::domain::id::UserId;
use shared::store;

use crate::TestApp;
use crate::database::Database;

/// Columns that may be empty, as texts.
const TEXTS: [&str; 5] = ["action", "request_id", "network", "user_agent", "reason"];
const IDS: [&str; 4] = ["id", "actor_id", "subject_id", "login_id"];

impl TestApp {
    /// A line of the log, with something in every column.
    pub async fn given_audit_line(&self) {
        let entry = AuditEntry {
            login: Some(self.clock.id()),
            ..AuditEntry::to(
                AuditAction::UserUpdated,
                self.clock.id::<UserId>(),
                self.clock.id::<UserId>(),
            )
        };
        let origin = Origin {
            request_id: "request-1".to_owned(),
            network: Some("203.0.113.0/24".to_owned()),
            user_agent: Some("a test".to_owned()),
        };
        let mut client = self.state.db.client().await.unwrap();
        let tx = client.transaction();
        store::audit::append(
            &tx,
            self.clock.id(),
            self.clock.now(),
            &origin,
            &entry.because("a reason"),
        )
        .await
        .unwrap();
        tx.commit().await.unwrap();
    }

    /// What the database says to a statement of somebody with every right; `None` when it does it.
    pub async fn refusal_of(&self, statement: &str) -> Option<String> {
        self.database.try_sql(statement).await.err()
    }

    /// Takes the guards off the log and keeps a copy of it, for [`tampered`](Self::tampered).
    pub async fn given_unguarded_audit_log(&self) {
        self.database
            .sql(
                "ALTER TABLE audit_log DISABLE TRIGGER USER;
                 ALTER TABLE audit_heads DISABLE TRIGGER USER;
                 CREATE TABLE kept_lines AS TABLE audit_log;
                 CREATE TABLE kept_heads AS TABLE audit_heads",
            )
            .await;
    }

    /// Changes something in the log that was whole, another thing for each number; says what.
    pub async fn tampered(&self, number: u64) -> String {
        self.database
            .sql(
                "DELETE FROM audit_log; INSERT INTO audit_log SELECT * FROM kept_lines;
                 DELETE FROM audit_heads; INSERT INTO audit_heads SELECT * FROM kept_heads",
            )
            .await;
        let lines = self.count("SELECT count(*) FROM kept_lines").await;
        let statement = tampering(number, lines);
        self.database.sql(&statement).await;
        statement
    }

    /// Makes today's lines and their head those of an earlier day, hashes and all.
    pub async fn given_aged_audit_log(&self, days: u32) {
        self.database
            .sql(&format!(
                "ALTER TABLE audit_log DISABLE TRIGGER USER;
                 ALTER TABLE audit_heads DISABLE TRIGGER USER;
                 UPDATE audit_log SET day = day - {days};
                 UPDATE audit_log AS line SET hash = audit_hash(line);
                 UPDATE audit_heads AS head SET day = head.day - {days}, hash = line.hash
                   FROM audit_log AS line WHERE head.seq = line.seq AND head.day = line.day + {days};
                 ALTER TABLE audit_log ENABLE TRIGGER USER;
                 ALTER TABLE audit_heads ENABLE TRIGGER USER"
            ))
            .await;
    }

    /// How many lines the log has.
    pub async fn audit_lines(&self) -> u64 {
        self.count("SELECT count(*) FROM audit_log").await
    }

    /// The audit log in its order: what was done, to whom, and why.
    pub async fn audit_log(&self) -> Vec<[String; 3]> {
        let rows = self
            .database
            .sql("SELECT action, subject_id, reason FROM audit_log ORDER BY day, seq")
            .await;
        let text = |cell: &Option<String>| cell.clone().unwrap_or_default();
        rows.iter()
            .map(|row| [text(&row[0]), text(&row[1]), text(&row[2])])
            .collect()
    }

    /// The actions in the log, in order.
    pub async fn audited(&self) -> Vec<String> {
        let log = self.audit_log().await.into_iter();
        log.map(|[action, ..]| action).collect()
    }

    /// The actions in the log with their reasons, in order.
    pub async fn told(&self) -> Vec<String> {
        let log = self.audit_log().await.into_iter();
        log.map(|[action, _, reason]| match reason.as_str() {
            "" => action,
            reason => format!("{action}: {reason}"),
        })
        .collect()
    }
}

/// One change that a rogue administrator could make.
fn tampering(number: u64, lines: u64) -> String {
    let mut dice = Dice(number);
    let line = 1 + dice.below(lines);
    let other = 1 + (line % lines);
    let at = format!("WHERE seq = {line}");
    match number % 8 {
        0 => format!("DELETE FROM audit_log {at}"),
        1 => format!(
            "UPDATE audit_log SET seq = -seq WHERE seq IN ({line}, {other});
             UPDATE audit_log SET seq = {line} + {other} + seq WHERE seq < 0"
        ),
        2 => format!("DELETE FROM audit_log WHERE seq >= {line}"),
        3 => {
            let column = ["begins_with", "hash"][dice.index(2)];
            let (byte, mask) = (dice.below(32), 1 + dice.below(255));
            format!(
                "UPDATE audit_heads SET {column} = set_byte({column}, {byte}, get_byte({column}, {byte}) # {mask})
                  WHERE day = (SELECT max(day) FROM audit_heads)"
            )
        }
        4 => {
            let column = ["prev_hash", "hash"][dice.index(2)];
            let (byte, mask) = (dice.below(32), 1 + dice.below(255));
            format!(
                "UPDATE audit_log SET {column} = set_byte({column}, {byte}, get_byte({column}, {byte}) # {mask}) {at}"
            )
        }
        5 => {
            let column = IDS[dice.index(IDS.len())];
            let (byte, mask) = (dice.below(16), 1 + dice.below(255));
            format!(
                "UPDATE audit_log SET {column} = encode(set_byte(uuid_send({column}), {byte},
                        get_byte(uuid_send({column}), {byte}) # {mask}), 'hex')::uuid {at}"
            )
        }
        6 => {
            let column = TEXTS[dice.index(TEXTS.len())];
            let place = 1 + dice.below(6);
            format!(
                "UPDATE audit_log SET {column} = overlay({column} placing '~' from {place} for 1) {at}"
            )
        }
        _ => {
            let changes = [
                "at = at + interval '1 microsecond'",
                "day = day - 1",
                "seq = seq + 1000",
                "reason = NULL",
                "network = ''",
            ];
            format!(
                "UPDATE audit_log SET {} {at}",
                changes[dice.index(changes.len())]
            )
        }
    }
}

/// Numbers that look random and are the same in every run (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end
    }

    fn index(&mut self, end: usize) -> usize {
        usize::try_from(self.below(end as u64)).unwrap()
    }
}

impl Database {
    /// An empty database of a role that is no superuser, as on RDS; `rights` are those it is made with.
    pub async fn of_plain_role(rights: &str) -> Self {
        let database = Self::empty(rights).await;
        let db = database.pool(1);
        store::migrate::run(&db).await.unwrap();
        database
    }

    /// What the database says to a statement of its own role; `None` when it does it.
    pub async fn refusal_of(&self, statement: &str) -> Option<String> {
        self.try_sql(statement).await.err()
    }
}
