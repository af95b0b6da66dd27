//! Scores texts with exactly the code that matching uses.
//!
//! `cargo run --release -p tests --bin similarity -- --mentors M.jsonl --mentees N.jsonl --out P.jsonl [--top K]` reads
//! lines of `{"id","text"}` or `{"id","texts":[…]}` and writes lines of `{"query","mentor","score"}`, the score in
//! thousandths of 0 to 100. What it cannot read it refuses by file and line, with exit code 2.

use std::process::ExitCode;

use tests::similarity::{Order, Refusal};

fn main() -> ExitCode {
    let done: Result<(), Refusal> =
        Order::read(std::env::args().skip(1)).and_then(|order| order.run());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(refusal) => {
            eprintln!("{refusal}");
            ExitCode::from(2)
        }
    }
}
