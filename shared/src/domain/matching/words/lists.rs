//! The words that are left out, and those that are written out.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Function words, and the words that everybody on a mentoring platform uses.
const STOP_WORDS: &str = "\
    about after all also am an and any are around as at be because been before being best better between both \
    but by can come companies company could did do does doing done during each every \
    experience few first for founder founders from get getting give good great had has have having he help helped \
    helping helps her here him his how if in into is it its just know like ll looking made make \
    making many me mentor mentoring mentors more most much my need needs new next no not now of off on once one \
    only or other our out over own people re same she should so some startup startups still such \
    than that the their them then there these they things this those through to today too towards under understand \
    until up us use using ve very want was way we well were what when where whether which while who why will with \
    without work worked working works would year years you your";

pub(super) static STOPS: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| STOP_WORDS.split(' ').collect());

/// What everybody on a mentoring platform does: in a phrase of two words they say nothing, in a text they may name its field.
pub(super) const COMMONPLACES: [&str; 7] = [
    "build",
    "building",
    "built",
    "learn",
    "learning",
    "tech",
    "technology",
];

/// Sorted. Short forms that stand for several words, and spellings that mean the same.
pub(super) const SHORT_FORMS: &[(&str, &[&str])] = &[
    ("agritech", &["agriculture"]),
    ("agtech", &["agriculture"]),
    ("ai", &["artificial", "intelligence"]),
    ("biotech", &["biotechnology"]),
    ("cleantech", &["climate"]),
    ("climatetech", &["climate"]),
    ("ecommerce", &["commerce"]),
    ("edtech", &["education"]),
    ("financial", &["finance"]),
    ("fintech", &["finance"]),
    ("foodtech", &["food"]),
    ("gtm", &["go", "market"]),
    ("healthcare", &["health", "care"]),
    ("healthtech", &["health"]),
    ("hr", &["human", "resources"]),
    ("insurtech", &["insurance"]),
    ("legaltech", &["legal"]),
    ("medtech", &["medical"]),
    ("ml", &["machine", "learning"]),
    ("proptech", &["property"]),
    ("ux", &["user", "experience"]),
    ("vc", &["venture", "capital"]),
];
