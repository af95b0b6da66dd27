//! Webhooks: each keeps a log of its own, for a week, and ends after seven days.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::base::Base;
use crate::ping::Ping;
use crate::refused::Refused;

const WEEK: SignedDuration = SignedDuration::from_hours(168);

/// How many a base has room for.
const MOST: usize = 10;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Hook {
    pub(crate) id: String,
    pub(crate) url: Option<String>,
    pub(crate) secret: String,
    pub(crate) expires_at: Timestamp,
    table: Option<String>,
    /// The number of the first line that is kept.
    first: i64,
    lines: Vec<(Timestamp, Value)>,
    /// Where the one who reads it has come to.
    read_to: i64,
    is_news: bool,
}

impl Hook {
    pub(crate) fn is_on(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }

    pub(crate) fn tell(&mut self, table: &str, payload: &Value, now: Timestamp) {
        let is_meant = self.table.as_ref().is_none_or(|meant| meant == table);
        if is_meant && self.is_on(now) {
            self.lines.push((now, payload.clone()));
            self.is_news = true;
        }
    }

    fn forget(&mut self, now: Timestamp) {
        let is_old = |line: &&(Timestamp, Value)| now.duration_since(line.0) >= WEEK;
        let old = self.lines.iter().take_while(is_old).count();
        self.lines.drain(..old);
        self.first += i64::try_from(old).unwrap_or_default();
    }

    /// What is sent when there is news; nothing when nobody wants to know.
    pub(crate) fn ping(&self, now: Timestamp) -> Option<Ping> {
        Some(Ping::new(self.url.clone()?, &self.id, &self.secret, now))
    }

    pub(crate) fn unread(&self) -> usize {
        let end = self.first + i64::try_from(self.lines.len()).unwrap_or_default();
        usize::try_from(end - self.read_to).unwrap_or_default()
    }

    /// Part of the log. Reading it is a sign of life.
    pub(crate) fn read(&mut self, cursor: i64, limit: usize, now: Timestamp) -> Value {
        self.forget(now);
        if self.is_on(now) {
            self.expires_at = now + WEEK;
        }
        let start = cursor.max(self.first);
        let skip = usize::try_from(start - self.first).unwrap_or_default();
        let lines = self.lines.iter().skip(skip).take(limit.min(50));
        let payloads: Vec<Value> = lines.map(|(_, payload)| payload.clone()).collect();
        let next = start + i64::try_from(payloads.len()).unwrap_or_default();
        self.read_to = self.read_to.max(next);
        let end = self.first + i64::try_from(self.lines.len()).unwrap_or_default();
        json!({ "cursor": next, "mightHaveMore": next < end, "payloads": payloads })
    }
}

impl Base {
    pub(crate) fn create_hook(
        &mut self,
        url: Option<String>,
        table: Option<String>,
        now: Timestamp,
    ) -> Result<&Hook, Refused> {
        if self.hooks.len() >= MOST {
            return Err(Refused::of(
                "TOO_MANY_WEBHOOKS_BY_OAUTH_INTEGRATION_IN_BASE",
            ));
        }
        let id = self.id("ach");
        self.hooks.push(Hook {
            secret: BASE64_STANDARD.encode(format!("the secret of {id}, which is said once")),
            id,
            url,
            expires_at: now + WEEK,
            table,
            first: 1,
            lines: Vec::new(),
            read_to: 1,
            is_news: false,
        });
        self.hooks.last().ok_or(Refused::NotFound)
    }

    /// A webhook that ended a week ago is gone.
    pub(crate) fn hook(&mut self, id: &str, now: Timestamp) -> Result<&mut Hook, Refused> {
        self.hooks
            .retain(|hook| now.duration_since(hook.expires_at) < WEEK);
        let mut hooks = self.hooks.iter_mut();
        hooks.find(|hook| hook.id == id).ok_or(Refused::NotFound)
    }

    pub(crate) fn refresh_hook(&mut self, id: &str, now: Timestamp) -> Result<Timestamp, Refused> {
        let hook = self.hook(id, now)?;
        if !hook.is_on(now) {
            return Err(Refused::of("INVALID_HOOK"));
        }
        hook.expires_at = now + WEEK;
        Ok(hook.expires_at)
    }

    pub(crate) fn expire_hooks(&mut self, now: Timestamp) {
        for hook in &mut self.hooks {
            hook.expires_at = now;
        }
    }

    pub(crate) fn forget_log(&mut self) {
        for hook in &mut self.hooks {
            hook.first += i64::try_from(hook.lines.len()).unwrap_or_default();
            hook.lines.clear();
        }
    }

    /// A ping for each webhook that has news.
    pub(crate) fn take_pings(&mut self, now: Timestamp) -> Vec<Ping> {
        let news = self.hooks.iter_mut().filter(|hook| hook.is_news);
        news.filter_map(|hook| {
            hook.is_news = false;
            hook.ping(now)
        })
        .collect()
    }
}
