//! How much of everything.

use std::time::Duration;

/// How much is put into the database, and how long each measurement takes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) mentors: usize,
    pub(crate) mentees: usize,
    /// Of each mentor, half of them past.
    pub(crate) sessions_per_mentor: usize,
    /// How many there are when searches are measured.
    pub(crate) searched_mentors: usize,
    /// How many sessions of the last year are added before figures are asked for.
    pub(crate) history: usize,
    /// How often each single question is asked.
    pub(crate) singles: usize,
    /// What is measured, one after the other.
    pub(crate) phases: [Phase; 4],
}

/// A number of people who use the platform for a while.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Phase {
    pub(crate) connections: usize,
    /// How long each of them thinks between two requests; without it the platform has all it can take.
    pub(crate) pause: Option<Duration>,
    pub(crate) seconds: u64,
}

impl Size {
    pub(crate) const WHOLE: Self = Self {
        mentors: 1_000,
        mentees: 5_000,
        sessions_per_mentor: 20,
        searched_mentors: 10_000,
        history: 1_000_000,
        singles: 300,
        phases: [
            Phase {
                connections: 1,
                pause: None,
                seconds: 10,
            },
            Phase {
                connections: 32,
                pause: Some(Duration::from_millis(100)),
                seconds: 15,
            },
            Phase {
                connections: 32,
                pause: None,
                seconds: 15,
            },
            Phase {
                connections: 1_000,
                pause: None,
                seconds: 20,
            },
        ],
    };

    pub(crate) const QUICK: Self = Self {
        mentors: 100,
        mentees: 500,
        sessions_per_mentor: 20,
        searched_mentors: 300,
        history: 20_000,
        singles: 20,
        phases: [
            Phase {
                connections: 1,
                pause: None,
                seconds: 2,
            },
            Phase {
                connections: 8,
                pause: Some(Duration::from_millis(100)),
                seconds: 2,
            },
            Phase {
                connections: 8,
                pause: None,
                seconds: 2,
            },
            Phase {
                connections: 50,
                pause: None,
                seconds: 3,
            },
        ],
    };

    /// Nine mentees to a mentor, who have never met: what is put into Airtable, which takes ten records at a
    /// time and four questions a second.
    pub(crate) const fn synced(self) -> Self {
        Self {
            mentees: self.mentors * 9,
            sessions_per_mentor: 0,
            ..self
        }
    }

    pub(crate) const fn sessions(&self) -> usize {
        self.mentors * self.sessions_per_mentor
    }

    /// The most people at once; each has an account.
    pub(crate) fn users(&self) -> usize {
        self.phases
            .iter()
            .map(|phase| phase.connections)
            .max()
            .unwrap_or(1)
    }
}

impl Phase {
    /// As it is headed in tables.
    pub(crate) fn name(&self) -> String {
        let noun = if self.connections == 1 {
            "connection"
        } else {
            "connections"
        };
        match self.pause {
            None => format!("{} {noun}", self.connections),
            Some(pause) => format!(
                "{} {noun}, pausing {} ms",
                self.connections,
                pause.as_millis()
            ),
        }
    }
}
