//! `--bin similarity`: ranks texts for texts with exactly the code that matching uses.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::domain::matching::Texts;

/// What the program is told to do.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Order {
    mentors: PathBuf,
    mentees: PathBuf,
    out: PathBuf,
    top: Option<usize>,
}

/// Why it does not do it.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The arguments.
    #[error("{0}\nusage: similarity --mentors M.jsonl --mentees N.jsonl --out P.jsonl [--top K]")]
    Usage(String),
    /// A file.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// A line of a file.
    #[error("{0}:{1}: {2}")]
    Line(PathBuf, usize, String),
}

/// Whom or what the texts of a line are of.
#[derive(Debug)]
pub struct Profile {
    pub(crate) id: Value,
    pub(crate) texts: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    id: Value,
    text: Option<String>,
    texts: Option<Vec<String>>,
}

#[derive(Serialize)]
struct Pair<'a> {
    query: &'a Value,
    mentor: &'a Value,
    score: u32,
}

impl Order {
    /// Reads the arguments of the program.
    ///
    /// # Errors
    /// When one is missing, twice there, unknown or no number.
    pub fn read(arguments: impl IntoIterator<Item = String>) -> Result<Self, Refusal> {
        let mut given: HashMap<String, String> = HashMap::new();
        let mut arguments = arguments.into_iter();
        while let Some(name) = arguments.next() {
            let is_known = ["--mentors", "--mentees", "--out", "--top"].contains(&name.as_str());
            let value = arguments.next().filter(|_| is_known);
            let Some(value) = value else {
                let problem = if is_known {
                    "has no value"
                } else {
                    "is unknown"
                };
                return Err(Refusal::Usage(format!("{name} {problem}")));
            };
            if given.insert(name.clone(), value).is_some() {
                return Err(Refusal::Usage(format!("{name} is there twice")));
            }
        }
        let mut path = |name: &str| {
            let path = given.remove(name).map(PathBuf::from);
            path.ok_or_else(|| Refusal::Usage(format!("{name} is missing")))
        };
        let (mentors, mentees, out) = (path("--mentors")?, path("--mentees")?, path("--out")?);
        let top = given.remove("--top").map(|top| {
            let number = top.parse().ok().filter(|number| *number > 0);
            number.ok_or_else(|| Refusal::Usage("--top is no number above 0".to_owned()))
        });
        Ok(Self {
            mentors,
            mentees,
            out,
            top: top.transpose()?,
        })
    }

    /// Scores every mentor for every mentee, best first, then in the order of the mentors' file. All lines are read
    /// before the first is written.
    ///
    /// # Errors
    /// When a file or a line cannot be used.
    pub fn run(&self) -> Result<(), Refusal> {
        let mentors = profiles(&self.mentors)?;
        let mentees = profiles(&self.mentees)?;
        let failed = |error| Refusal::File(self.out.clone(), error);
        let mut out = BufWriter::new(File::create(&self.out).map_err(failed)?);
        let texts: Vec<Vec<String>> = mentors.iter().map(|mentor| mentor.texts.clone()).collect();
        let texts = Texts::build(&texts);
        for mentee in &mentees {
            for (mentor, score) in
                ranked(&texts, &mentee.texts).take(self.top.unwrap_or(usize::MAX))
            {
                let pair = Pair {
                    query: &mentee.id,
                    mentor: &mentors[mentor].id,
                    score,
                };
                serde_json::to_writer(&mut out, &pair).map_err(|error| failed(error.into()))?;
                out.write_all(b"\n").map_err(failed)?;
            }
        }
        out.flush().map_err(failed)
    }
}

/// The profiles by their number, the most similar first.
pub(crate) fn ranked(profiles: &Texts, texts: &[String]) -> impl Iterator<Item = (usize, u32)> {
    let mut scores: Vec<(usize, u32)> = profiles
        .similarities(texts)
        .into_iter()
        .enumerate()
        .collect();
    scores.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
    scores.into_iter()
}

/// Reads a file of profiles; empty lines are no lines.
///
/// # Errors
/// When it cannot be read, or a line is no profile.
pub fn profiles(path: &Path) -> Result<Vec<Profile>, Refusal> {
    let (mut profiles, mut ids) = (Vec::new(), HashSet::new());
    for (number, line) in lines(path)? {
        let refuse = |problem: String| Refusal::Line(path.to_owned(), number, problem);
        let profile = profile(&line).map_err(refuse)?;
        if !ids.insert(profile.id.to_string()) {
            return Err(refuse(format!("the id {} is there twice", profile.id)));
        }
        profiles.push(profile);
    }
    Ok(profiles)
}

fn profile(line: &[u8]) -> Result<Profile, String> {
    // Else a list would pass for an object without names.
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err("it is no object".to_owned());
    }
    let line: Line = serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let is_name = match &line.id {
        Value::String(id) => !id.is_empty(),
        Value::Number(_) => true,
        _ => false,
    };
    if !is_name {
        return Err("an id is a text or a number".to_owned());
    }
    let texts = match (line.text, line.texts) {
        (Some(text), None) => vec![text],
        (None, Some(texts)) => texts,
        (Some(_), Some(_)) => return Err("either text or texts, not both".to_owned()),
        (None, None) => return Err("text or texts is missing".to_owned()),
    };
    Ok(Profile { id: line.id, texts })
}

pub(crate) fn lines(path: &Path) -> Result<Vec<(usize, Vec<u8>)>, Refusal> {
    let failed = |error| Refusal::File(path.to_owned(), error);
    let file = BufReader::new(File::open(path).map_err(failed)?);
    let mut lines = Vec::new();
    for (number, line) in (1..).zip(file.split(b'\n')) {
        let line = line.map_err(failed)?;
        if !line.trim_ascii().is_empty() {
            lines.push((number, line));
        }
    }
    Ok(lines)
}
