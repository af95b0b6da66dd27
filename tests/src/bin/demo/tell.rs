//! How the story looks on the screen.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};

use serde_json::Value;
use standalone::settings::variable;

use crate::brief::{Depth, brief};

/// Writes the story; in colours only when somebody watches it on a terminal.
pub(crate) struct Teller {
    is_colourful: bool,
    steps: Cell<u32>,
}

#[derive(Clone, Copy)]
enum Ink {
    Bold,
    Faint,
    Green,
    Yellow,
    Red,
    Cyan,
}

impl Ink {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Faint => "2",
            Self::Green => "32",
            Self::Yellow => "33",
            Self::Red => "31",
            Self::Cyan => "36",
        }
    }
}

impl Teller {
    pub(crate) fn new() -> Self {
        let is_plain = variable("NO_COLOR").is_some();
        Self {
            is_colourful: io::stdout().is_terminal() && !is_plain,
            steps: Cell::new(0),
        }
    }

    pub(crate) fn title(&self, text: &str) {
        self.line(&self.paint(Ink::Bold, text));
        let how = "Long answers are shortened, and fields that are empty are left out.";
        self.line(&self.paint(Ink::Faint, how));
    }

    /// Opens the next numbered step.
    pub(crate) fn step(&self, text: &str) {
        self.steps.set(self.steps.get() + 1);
        let heading = format!("{:>2}. {text}", self.steps.get());
        self.line("");
        self.line(&self.paint(Ink::Bold, &heading));
    }

    /// Says something about what happens.
    pub(crate) fn say(&self, text: &str) {
        self.line(&format!("    {text}"));
    }

    /// Says that something is as it should be.
    pub(crate) fn fine(&self, text: &str) {
        self.line(&format!("    {} {text}", self.paint(Ink::Green, "✓")));
    }

    /// Shows what somebody asks for.
    pub(crate) fn asked(&self, who: &str, method: &str, path: &str) {
        let request = self.paint(Ink::Cyan, &format!("{method} {path}"));
        let who = self.paint(Ink::Faint, who);
        self.line(format!("    → {request}  {who}").trim_end());
    }

    /// Shows the status of an answer.
    pub(crate) fn answered(&self, status: &str, is_good: bool) {
        let ink = if is_good { Ink::Green } else { Ink::Yellow };
        self.line(&format!("    ← {}", self.paint(ink, status)));
    }

    /// Shows the body of a request or an answer.
    pub(crate) fn body(&self, body: &Value, depth: Depth) {
        if body.is_null() {
            return;
        }
        for line in brief(body, depth).lines() {
            self.line(&format!("      {}", self.paint(Ink::Faint, line)));
        }
    }

    /// Shows a mail.
    pub(crate) fn mail(&self, to: &str, subject: &str, attached: &str) {
        let subject = self.paint(Ink::Cyan, subject);
        self.line(&format!(
            "    ✉ {to}: {subject}{}",
            self.paint(Ink::Faint, attached)
        ));
    }

    pub(crate) fn end(&self, text: &str) {
        self.line("");
        self.line(&self.paint(Ink::Green, text));
    }

    pub(crate) fn wrong(&self, text: &str) {
        let _ = io::stdout().flush();
        let is_colourful = self.is_colourful && io::stderr().is_terminal();
        let text = format!("The demo stops here: {text}");
        let text = if is_colourful {
            self.paint(Ink::Red, &text)
        } else {
            text
        };
        let _ = writeln!(io::stderr(), "\n{text}");
    }

    fn paint(&self, ink: Ink, text: &str) -> String {
        if self.is_colourful {
            format!("\x1b[{}m{text}\x1b[0m", ink.code())
        } else {
            text.to_owned()
        }
    }

    /// A reader who has seen enough (`make demo | head`) is no reason to panic.
    #[expect(
        clippy::unused_self,
        reason = "everything that is shown goes through the teller"
    )]
    fn line(&self, text: &str) {
        let _ = writeln!(io::stdout(), "{text}");
    }
}
