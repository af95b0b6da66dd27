//! The tool, without its files.

use serde_json::{Value, json};

use super::*;

const FAIR: Objective = Objective::Fair;

fn solved(instance: &Value, objective: Objective) -> Value {
    let text = instance.to_string();
    let instance = Instance::read(text.as_bytes()).unwrap();
    let mut out = Vec::new();
    answer(&instance, objective, &mut out).unwrap().unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn refused(text: &str) -> String {
    let why = Instance::read(text.as_bytes()).err().unwrap();
    assert!(!why.contains('\n'), "{why}");
    why
}

/// Two of each, one place each.
fn two(scores: &Value) -> Value {
    json!({
        "mentees": [{"id": "a", "wants": 1}, {"id": "b", "wants": 1}],
        "mentors": [{"id": "x", "capacity": 1}, {"id": "y", "capacity": 1}],
        "scores": scores,
    })
}

#[test]
fn eight_five_nine_four_makes_fourteen() {
    let instance = two(&json!([
        [0, 0, 8000],
        [0, 1, 5000],
        [1, 0, 9000],
        [1, 1, 4000]
    ]));

    let result = solved(&instance, FAIR);

    assert_eq!(result["total"], 14_000);
    assert_eq!(result["pairs"], json!([[0, 1, 5000], [1, 0, 9000]]));
    assert_eq!(result["floors"], json!([5000, null, null]));
    assert_eq!(
        (&result["coverage"], &result["violated_pairs"]),
        (&json!(2), &json!(0))
    );
    assert!(result["seconds"].is_f64());
}

#[test]
fn anybody_can_check_the_prices() {
    let instance = two(&json!([
        [0, 0, 8000],
        [0, 1, 5000],
        [1, 0, 9000],
        [1, 1, 4000]
    ]));

    let duals = solved(&instance, Objective::Total)["duals"].clone();

    let price = |side: &str, at: usize| duals[side][at].as_i64().unwrap();
    for (mentee, mentor, score) in [(0, 0, 8000), (0, 1, 5000), (1, 0, 9000), (1, 1, 4000)] {
        assert!(price("mentees", mentee) + price("mentors", mentor) >= score);
    }
    let sum: i64 = (0..2)
        .map(|at| price("mentees", at) + price("mentors", at))
        .sum();
    assert_eq!(sum, 14_000);
}

#[test]
fn a_stable_result_has_no_prices() {
    let instance = two(&json!([[0, 0, 9000], [0, 1, 8000], [1, 0, 8000]]));

    let result = solved(&instance, Objective::Stable);

    assert_eq!(
        (&result["total"], &result["coverage"]),
        (&json!(9000), &json!(1))
    );
    assert_eq!(
        (&result["duals"], &result["violated_pairs"]),
        (&Value::Null, &json!(0))
    );
}

/// The same people and pairs in another order, with the pairs named by id.
fn shuffled(instance: &Value, step: usize) -> Value {
    let people = |side: &str| -> (Vec<Value>, Vec<usize>) {
        let people = instance[side].as_array().unwrap();
        let order: Vec<usize> = (0..people.len())
            .map(|n| (n * step + 3) % people.len())
            .collect();
        let mut places = vec![0; people.len()];
        for (place, from) in order.iter().enumerate() {
            places[*from] = place;
        }
        (
            order.iter().map(|from| people[*from].clone()).collect(),
            places,
        )
    };
    let ((mentees, rows), (mentors, columns)) = (people("mentees"), people("mentors"));
    let scores = instance["scores"].as_array().unwrap().iter().rev();
    let moved = scores.map(|pair| {
        let at = |side: usize| usize::try_from(pair[side].as_u64().unwrap()).unwrap();
        json!([rows[at(0)], columns[at(1)], pair[2]])
    });
    let scores: Vec<Value> = moved.collect();
    json!({"mentees": mentees, "mentors": mentors, "scores": scores})
}

fn by_id(instance: &Value, result: &Value) -> Vec<(String, String)> {
    let pairs = result["pairs"].as_array().unwrap().iter();
    let id = |side: &str, at: &Value| {
        instance[side][usize::try_from(at.as_u64().unwrap()).unwrap()]["id"].to_string()
    };
    let mut pairs: Vec<_> = pairs
        .map(|pair| (id("mentees", &pair[0]), id("mentors", &pair[1])))
        .collect();
    pairs.sort();
    pairs
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    // Prime, so that any step visits all; few different scores, so that ties decide a lot.
    let people = 31;
    let mentees: Vec<Value> = (0..people)
        .map(|n| json!({"id": format!("m{n}"), "wants": 1 + n % 3}))
        .collect();
    let mentors: Vec<Value> = (0..people)
        .map(|n| json!({"id": n, "capacity": n % 4}))
        .collect();
    let scores: Vec<Value> = (0..people)
        .flat_map(|i| (0..people).map(move |j| json!([i, j, (i * 7 + j * 11) % 5 * 1000])))
        .collect();
    let instance = json!({"mentees": mentees, "mentors": mentors, "scores": scores});

    for objective in [FAIR, Objective::Total, Objective::Stable] {
        let first = solved(&instance, objective);
        for step in [1, 2, 17] {
            let other = shuffled(&instance, step);
            let again = solved(&other, objective);
            assert_eq!(by_id(&other, &again), by_id(&instance, &first));
            assert_eq!(
                (&again["total"], &again["floors"]),
                (&first["total"], &first["floors"])
            );
        }
    }
}

#[test]
fn hostile_instances_are_solved() {
    let none = json!({"mentees": [], "mentors": [], "scores": []});
    let closed = json!({
        "mentees": [{"id": "a", "wants": 0}, {"id": "b", "wants": 3}],
        "mentors": [{"id": "x", "capacity": 0}, {"id": "y", "capacity": 4_000_000_000_u32}],
        "scores": [[0, 1, 5], [1, 0, 7], [1, 1, -4]],
    });
    for objective in [FAIR, Objective::Total, Objective::Stable] {
        assert_eq!(solved(&none, objective)["pairs"], json!([]));
        assert_eq!(solved(&two(&json!([])), objective)["coverage"], 0);
    }
    // Somebody nobody wants is better than nobody, but only to the coverage.
    assert_eq!(solved(&closed, FAIR)["pairs"], json!([[1, 1, -4]]));
    assert_eq!(solved(&closed, Objective::Total)["pairs"], json!([]));
    assert_eq!(solved(&closed, Objective::Stable)["pairs"], json!([]));
}

#[test]
fn what_cannot_be_used_is_refused_in_one_line() {
    let with = |scores: &str| refused(&two(&serde_json::from_str(scores).unwrap()).to_string());

    assert_eq!(with("[[2, 0, 5]]"), "there is no mentee 2");
    assert_eq!(with("[[0, 2, 5]]"), "there is no mentor 2");
    assert_eq!(
        with("[[0, 1, 5], [0, 1, 5]]"),
        "mentee 0 and mentor 1 are scored twice"
    );
    assert!(with("[[-1, 0, 5]]").contains("-1"));
    assert!(with("[[0, 0, 5.5]]").contains("5.5"));
    assert!(with("[[0, 0, 2000000000]]").contains("2000000000 is out of range"));
    assert!(with("[[0, 0]]").contains("tuple of size 3"));
    assert!(with("[[0, 0, 1, 1]]").contains("at line 1"));
    assert!(refused("{\"mentees\": [").contains("EOF"));
    assert!(refused("").contains("EOF"));
    assert!(refused("{\"mentees\": [], \"mentors\": []}").contains("scores"));
    let person = |mentors: &str| {
        refused(&format!(
            "{{\"mentees\": [], \"mentors\": [{mentors}], \"scores\": []}}"
        ))
    };
    assert!(person("{\"id\": \"x\", \"capacity\": -1}").contains("-1"));
    assert!(person("{\"id\": \"x\", \"capacity\": 1, \"name\": 1}").contains("name"));
    assert_eq!(
        person("{\"id\": \"x\", \"capacity\": 1}, {\"id\": \"x\", \"capacity\": 1}"),
        "mentor \"x\" comes twice"
    );
}

#[test]
fn arguments_that_are_not_known_are_refused() {
    let given = |words: &str| arguments(words.split(' ').map(str::to_owned));

    let read = given("--out r --instance i --objective stable")
        .ok()
        .unwrap();
    assert_eq!((read.instance.as_str(), read.out.as_str()), ("i", "r"));
    assert_eq!(read.objective, Objective::Stable);
    for words in [
        "",
        "--instance i",
        "--out r --instance",
        "--out r --instance i --objective best",
        "--in i --out r",
    ] {
        assert_eq!(given(words).err().unwrap().1, 2, "{words}");
    }
}
