//! What a person sees while things start.

use std::io::Write;
use std::time::Instant;

/// One step, shown from its beginning.
pub(crate) struct Step(Instant);

impl Step {
    /// Shows that a step begins.
    pub(crate) fn begin(what: &str) -> Self {
        print!("• {what} … ");
        let _ = std::io::stdout().flush();
        Self(Instant::now())
    }

    /// Shows that it is done, with how long it took.
    pub(crate) fn done(self, how: &str) {
        println!("{how} in {:.1} s", self.0.elapsed().as_secs_f64());
    }
}
