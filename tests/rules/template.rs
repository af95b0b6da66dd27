//! The template knows every function, and leads every path of the API to the right one.

use std::collections::BTreeMap;

use tests::areas;

use crate::source::{functions, read};

/// A resource of the template.
struct Block {
    name: String,
    text: String,
}

impl Block {
    /// What stands behind a key, whether the mapping is written in lines or in braces.
    fn values(&self, key: &str) -> Vec<&str> {
        let marker = format!("{key}: ");
        // `Method` is not `BuildMethod`.
        let is_key = |at: &usize| !self.text[..*at].ends_with(char::is_alphanumeric);
        let behind = self
            .text
            .match_indices(&marker)
            .filter(|(at, _)| is_key(at))
            .map(|(at, _)| &self.text[at + marker.len()..]);
        behind
            .map(|rest| rest.split(['\n', '}', ',']).next().unwrap().trim())
            .collect()
    }

    fn binary(&self) -> Option<&str> {
        self.values("Binary").first().copied()
    }

    fn paths(&self) -> Vec<String> {
        let marker = "Path: \"";
        let behind = self
            .text
            .match_indices(marker)
            .map(|(at, _)| &self.text[at + marker.len()..]);
        behind
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    }
}

/// The resources: everything two spaces deep below `Resources:`.
fn blocks() -> Vec<Block> {
    let template = read("template.yaml");
    let resources = template.split("\nResources:\n").nth(1).unwrap();
    let resources = resources.split("\nOutputs:").next().unwrap();
    let mut blocks: Vec<Block> = Vec::new();
    for line in resources.lines() {
        let is_name = line.starts_with("  ")
            && !line.starts_with("   ")
            && line.ends_with(':')
            && !line.contains('#');
        if is_name {
            let name = line.trim().trim_end_matches(':').to_owned();
            blocks.push(Block {
                name,
                text: String::new(),
            });
        } else if let Some(block) = blocks.last_mut() {
            block.text.push_str(line);
            block.text.push('\n');
        }
    }
    blocks
}

/// The functions of the template, by their folder.
fn by_binary() -> BTreeMap<String, Block> {
    let is_function = |block: &Block| block.values("Type").contains(&"AWS::Serverless::Function");
    let functions = blocks().into_iter().filter(is_function);
    functions
        .map(|block| {
            (
                block
                    .binary()
                    .unwrap_or_else(|| panic!("{} has no binary", block.name))
                    .to_owned(),
                block,
            )
        })
        .collect()
}

#[test]
fn every_folder_of_functions_has_its_block_and_every_block_its_folder() {
    let blocks = by_binary();
    assert_eq!(blocks.keys().cloned().collect::<Vec<_>>(), functions());
    for (binary, block) in &blocks {
        let name: String = binary
            .split('-')
            .map(|word| word[..1].to_uppercase() + &word[1..])
            .collect();
        assert_eq!(block.name, format!("{name}Function"));
        let named = format!("FunctionName: !Sub office-hours-${{Stage}}-{binary}\n");
        assert!(block.text.contains(&named), "{binary}");
    }
}

#[test]
fn every_function_has_the_trigger_that_its_name_says() {
    let resources = blocks();
    for (binary, block) in by_binary() {
        let paths = block.paths();
        let schedules = block.values("ScheduleExpression");
        let source = format!("FunctionName: !GetAtt {}.Arn", block.name);
        let mapping = resources.iter().find(|other| {
            other
                .values("Type")
                .contains(&"AWS::Lambda::EventSourceMapping")
                && other.text.contains(&source)
        });
        let kind = binary.rsplit('-').next().unwrap();
        assert_eq!(mapping.is_some(), kind == "worker", "{binary}");
        assert_eq!(!schedules.is_empty(), kind == "cron", "{binary}");
        let is_area = areas().iter().any(|(area, _)| *area == binary);
        assert_eq!(!paths.is_empty(), is_area, "{binary}");
        if let Some(mapping) = mapping {
            assert!(
                mapping
                    .text
                    .contains("FunctionResponseTypes: [ReportBatchItemFailures]"),
                "{binary}"
            );
        }
        for schedule in schedules {
            assert!(is_schedule(schedule), "{binary}: {schedule}");
        }
    }
}

/// `rate(1 minute)`, `rate(5 minutes)` or `cron(…)` of six fields, of which one of the two days is `?`.
fn is_schedule(text: &str) -> bool {
    let within = |kind: &str| {
        text.strip_prefix(kind)?
            .strip_prefix('(')?
            .strip_suffix(')')
    };
    if let Some(rate) = within("rate") {
        let Some((number, unit)) = rate.split_once(' ') else {
            return false;
        };
        let units = if number == "1" {
            ["minute", "hour", "day"]
        } else {
            ["minutes", "hours", "days"]
        };
        return number.parse::<u32>().is_ok_and(|number| number > 0) && units.contains(&unit);
    }
    let Some(cron) = within("cron") else {
        return false;
    };
    let fields: Vec<&str> = cron.split(' ').collect();
    let [minute, hour, day, _month, weekday, _year] = fields[..] else {
        return false;
    };
    let is_number = |field: &str, most: u32| {
        field
            .split([',', '-', '/'])
            .all(|part| part == "*" || part.parse::<u32>().is_ok_and(|number| number <= most))
    };
    is_number(minute, 59) && is_number(hour, 23) && (day == "?") != (weekday == "?")
}

#[test]
fn schedules_are_checked() {
    for good in [
        "rate(1 minute)",
        "rate(5 minutes)",
        "cron(0 3 * * ? *)",
        "cron(0/15 8-17 ? * MON-FRI *)",
    ] {
        assert!(is_schedule(good), "{good}");
    }
    for bad in [
        "rate(1 minutes)",
        "rate(5 minute)",
        "cron(0 3 * * *)",
        "cron(0 3 * * * *)",
        "cron(61 3 * * ? *)",
        "every minute",
    ] {
        assert!(!is_schedule(bad), "{bad}");
    }
}

#[test]
fn an_area_owns_its_paths_as_a_pair() {
    let mut owners = BTreeMap::new();
    for (binary, block) in by_binary() {
        let paths = block.paths();
        for path in &paths {
            assert_eq!(
                owners.insert(path.clone(), binary.clone()),
                None,
                "{path} has two owners"
            );
            if let Some(root) = path.strip_suffix("/{proxy+}") {
                assert!(
                    paths.iter().any(|other| other == root),
                    "{path} has no root"
                );
            }
        }
        assert!(
            block.values("Method").iter().all(|method| *method == "ANY"),
            "{binary}"
        );
    }
}

/// The function that API Gateway calls: a whole path wins, then the longest beginning.
fn owner<'a>(routes: &'a [(String, String)], path: &str) -> Option<&'a str> {
    let fits = |route: &str| match route.strip_suffix("/{proxy+}") {
        None => route == path,
        Some(root) => path
            .strip_prefix(root)
            .is_some_and(|rest| rest.len() > 1 && rest.starts_with('/')),
    };
    let found = routes.iter().filter(|(route, _)| fits(route));
    found
        .max_by_key(|(route, _)| (!route.ends_with("{proxy+}"), route.len()))
        .map(|(_, binary)| binary.as_str())
}

#[test]
fn every_path_of_the_api_leads_to_the_function_that_answers_it() {
    let mut routes = Vec::new();
    for (binary, block) in by_binary() {
        routes.extend(block.paths().into_iter().map(|path| (path, binary.clone())));
    }
    let mut count = 0;
    for (area, router) in areas() {
        let document = router().split_for_parts().1;
        for path in document.paths.paths.keys() {
            assert_eq!(owner(&routes, path), Some(area), "{path}");
            count += 1;
        }
    }
    assert!(count >= 18, "{count}");
    for path in ["/api/docs", "/api/docs/index.css"] {
        assert_eq!(owner(&routes, path), Some("system"), "{path}");
    }
    for path in ["/admin", "/admin/admin.js"] {
        assert_eq!(owner(&routes, path), Some("admin"), "{path}");
    }
}

#[test]
fn every_area_of_the_api_is_a_function_and_the_other_way_round() {
    let names: Vec<_> = areas().iter().map(|(area, _)| (*area).to_owned()).collect();
    for function in functions() {
        let is_other =
            function.ends_with("-worker") || function.ends_with("-cron") || function == "migrate";
        assert!(
            is_other || names.contains(&function),
            "{function} is not in tests::areas()"
        );
    }
}

/// How many seconds the function may take that polls a queue.
fn worker_timeout(queue: &str) -> u32 {
    let policy = format!("SQSPollerPolicy: {{ QueueName: !GetAtt {queue}.QueueName }}");
    let all = blocks();
    let worker = all.iter().find(|block| block.text.contains(&policy));
    worker.unwrap().values("Timeout")[0].parse().unwrap()
}

#[test]
fn a_message_stays_hidden_for_six_times_as_long_as_its_worker_may_take() {
    for queue in blocks()
        .iter()
        .filter(|block| block.text.contains("RedrivePolicy"))
    {
        let hidden: u32 = queue.values("VisibilityTimeout")[0].parse().unwrap();
        assert_eq!(hidden, 6 * worker_timeout(&queue.name), "{}", queue.name);
        assert!(queue.text.contains("maxReceiveCount: 5"), "{}", queue.name);
    }
}
