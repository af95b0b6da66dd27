//! The program that ranks texts, and how well that goes.

use std::fs;
use std::path::PathBuf;

use tests::open_set;
use tests::similarity::{Order, Refusal};

/// A folder of its own with the two files.
fn given_files(name: &str, mentors: &str, mentees: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("similarity-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("mentors.jsonl"), mentors).unwrap();
    fs::write(folder.join("mentees.jsonl"), mentees).unwrap();
    folder
}

fn run(folder: &PathBuf, more: &[&str]) -> Result<String, Refusal> {
    let path = |name: &str| folder.join(name).display().to_string();
    let mut arguments = vec![
        "--mentors".to_owned(),
        path("mentors.jsonl"),
        "--mentees".to_owned(),
        path("mentees.jsonl"),
        "--out".to_owned(),
        path("out.jsonl"),
    ];
    arguments.extend(more.iter().map(|word| (*word).to_owned()));
    let done = Order::read(arguments).and_then(|order| order.run());
    let written = fs::read_to_string(folder.join("out.jsonl")).unwrap_or_default();
    fs::remove_dir_all(folder).unwrap();
    done.map(|()| written)
}

const MENTORS: &str = "\
{\"id\":\"sales\",\"text\":\"Enterprise sales and hiring of sales teams.\"}

{\"id\":7,\"texts\":[\"Wrote compilers.\",\"Designs databases and query planners.\"],\"more\":true}
{\"id\":\"empty\",\"texts\":[]}
";

#[test]
fn every_pair_has_a_score_and_the_best_come_first() {
    let mentees = "{\"id\":\"q\",\"text\":\"How do query planners of a database work?\"}\n";

    let all = run(&given_files("pairs", MENTORS, mentees), &[]).unwrap();
    let best = run(&given_files("top", MENTORS, mentees), &["--top", "1"]).unwrap();

    let lines: Vec<&str> = all.lines().collect();
    assert_eq!(lines.len(), 3, "{all}");
    assert!(
        lines[0].starts_with("{\"query\":\"q\",\"mentor\":7,\"score\":"),
        "{all}"
    );
    assert_eq!(
        lines[1],
        "{\"query\":\"q\",\"mentor\":\"sales\",\"score\":0}"
    );
    assert_eq!(
        lines[2],
        "{\"query\":\"q\",\"mentor\":\"empty\",\"score\":0}"
    );
    assert_eq!(best.lines().collect::<Vec<_>>(), lines[..1]);
}

#[test]
fn other_scripts_and_texts_of_nothing_are_texts_too() {
    let mentors = "\
{\"id\":\"jp\",\"text\":\"東京大学で機械学習を研究しています\"}
{\"id\":\"ru\",\"text\":\"Разработка баз данных\"}
{\"id\":\"\u{0}\",\"text\":\"\u{1f600} -- …\"}
"
    .replace('\u{0}', "nothing");
    let mentees = "{\"id\":1,\"text\":\"機械学習\"}\n{\"id\":2,\"text\":\"разработки базы данных\"}\n{\"id\":3,\"text\":\"\"}\n";

    let written = run(&given_files("scripts", &mentors, mentees), &["--top", "1"]).unwrap();

    let lines: Vec<&str> = written.lines().collect();
    assert!(
        lines[0].contains("\"mentor\":\"jp\"") && !lines[0].ends_with(":0}"),
        "{written}"
    );
    assert!(
        lines[1].contains("\"mentor\":\"ru\"") && !lines[1].ends_with(":0}"),
        "{written}"
    );
    assert!(lines[2].ends_with("\"score\":0}"), "{written}");
}

#[test]
fn one_more_text_never_makes_a_mentor_less_similar() {
    let mentors = "\
{\"id\":\"one\",\"texts\":[\"Pricing of software for hospitals\"]}
{\"id\":\"two\",\"texts\":[\"Pricing of software for hospitals\",\"Marathons and mountains\"]}
";
    let mentees = "{\"id\":1,\"text\":\"Software pricing\"}\n";

    let written = run(&given_files("more", mentors, mentees), &[]).unwrap();

    let scores: Vec<&str> = written
        .lines()
        .map(|line| line.split("score").nth(1).unwrap())
        .collect();
    assert_eq!(scores[0], scores[1]);
}

#[test]
fn a_bad_line_is_named() {
    let good = "{\"id\":1,\"text\":\"a\"}\n";
    for (bad, problem) in [
        ("{\"id\":2,\"text\":\"b\"", "EOF"),
        ("[2, \"b\", null]", "no object"),
        ("{\"text\":\"b\"}", "missing field `id`"),
        ("{\"id\":null,\"text\":\"b\"}", "a text or a number"),
        ("{\"id\":2}", "text or texts is missing"),
        ("{\"id\":2,\"text\":3}", "invalid type"),
        ("{\"id\":2,\"text\":\"b\",\"texts\":[]}", "not both"),
        ("{\"id\":1,\"text\":\"b\"}", "the id 1 is there twice"),
    ] {
        let mentees = format!("{good}\n{bad}\n");

        let refusal = run(&given_files("bad", good, &mentees), &[])
            .unwrap_err()
            .to_string();

        assert!(
            refusal.contains("mentees.jsonl:3: ") && refusal.contains(problem),
            "{refusal}"
        );
    }
}

#[test]
fn arguments_that_make_no_sense_are_refused() {
    let read = |line: &str| Order::read(line.split(' ').map(str::to_owned)).map(|_| ());
    let full = "--mentors a --mentees b --out c";
    assert!(read(full).is_ok());
    for bad in [
        "--mentors a --mentees b",
        "--mentors a --mentees b --out",
        "--mentors a --mentees b --out c --out d",
        "--mentors a --mentees b --out c --top 0",
        "--mentors a --mentees b --out c --top -1",
        "--mentors a --mentees b --out c --best 3",
    ] {
        assert!(matches!(read(bad), Err(Refusal::Usage(_))), "{bad}");
    }
}

#[test]
fn mentors_are_ranked_well_on_the_open_set() {
    let quality = open_set::quality().unwrap();

    assert!(quality.ndcg_at_3 >= 5_900, "{quality:?}");
}
