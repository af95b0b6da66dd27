//! What people write about themselves.

use tests::Dice;

/// A field of work.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) areas: [&'static str; 8],
    pub(crate) titles: [&'static str; 3],
}

pub(crate) const FIELDS: [Field; 8] = [
    Field {
        name: "product",
        areas: [
            "Product strategy",
            "Customer interviews",
            "Product discovery",
            "Roadmapping",
            "Onboarding",
            "Product-led growth",
            "Prototyping",
            "Experimentation",
        ],
        titles: [
            "Chief Product Officer",
            "Product Lead",
            "Group Product Manager",
        ],
    },
    Field {
        name: "sales",
        areas: [
            "Enterprise sales",
            "B2B pricing",
            "Sales hiring",
            "Outbound prospecting",
            "Contract negotiation",
            "Partner channels",
            "Account management",
            "Sales forecasting",
        ],
        titles: ["VP Sales", "Head of Partnerships", "Sales Director"],
    },
    Field {
        name: "fundraising",
        areas: [
            "Seed fundraising",
            "Pitch decks",
            "Term sheets",
            "Financial modelling",
            "Investor relations",
            "Grant applications",
            "Cap tables",
            "Due diligence",
        ],
        titles: ["Partner", "Angel Investor", "Chief Financial Officer"],
    },
    Field {
        name: "engineering",
        areas: [
            "Backend architecture",
            "Platform engineering",
            "Incident response",
            "Data pipelines",
            "Mobile development",
            "Technical hiring",
            "Developer experience",
            "Cloud costs",
        ],
        titles: [
            "Chief Technology Officer",
            "Principal Engineer",
            "VP Engineering",
        ],
    },
    Field {
        name: "machine learning",
        areas: [
            "Applied machine learning",
            "Language models",
            "Computer vision",
            "Model evaluation",
            "Data labelling",
            "Recommendation systems",
            "Forecasting",
            "Responsible AI",
        ],
        titles: ["Head of Data Science", "Research Scientist", "ML Engineer"],
    },
    Field {
        name: "marketing",
        areas: [
            "Brand positioning",
            "Content marketing",
            "Performance marketing",
            "Search engine optimisation",
            "Community building",
            "Public relations",
            "Lifecycle marketing",
            "Launch planning",
        ],
        titles: ["Chief Marketing Officer", "Growth Lead", "Brand Director"],
    },
    Field {
        name: "operations",
        areas: [
            "Supply chain",
            "Unit economics",
            "Customer support",
            "Process design",
            "Procurement",
            "Quality management",
            "Warehouse automation",
            "Last-mile delivery",
        ],
        titles: [
            "Chief Operating Officer",
            "Head of Operations",
            "Supply Chain Director",
        ],
    },
    Field {
        name: "people",
        areas: [
            "Founder coaching",
            "Hiring",
            "Performance reviews",
            "Remote teams",
            "Compensation",
            "Conflict resolution",
            "Company culture",
            "Leadership development",
        ],
        titles: ["Chief People Officer", "Executive Coach", "Head of Talent"],
    },
];

pub(crate) const INDUSTRIES: [&str; 16] = [
    "Fintech",
    "Healthcare",
    "SaaS",
    "E-commerce",
    "Education",
    "Climate",
    "Logistics",
    "Biotech",
    "Insurance",
    "Gaming",
    "Real estate",
    "Agriculture",
    "Cybersecurity",
    "Travel",
    "Manufacturing",
    "Public sector",
];

pub(crate) const STAGES: [&str; 5] = ["idea", "pre_seed", "seed", "series_a", "series_b_plus"];

pub(crate) const COMPANIES: [&str; 20] = [
    "Kontora",
    "Northbeam",
    "Lumen Labs",
    "Palisade",
    "Harvestly",
    "Quayside",
    "Ferrite",
    "Mosaic Health",
    "Tidewater",
    "Orchard",
    "Bluefin",
    "Cartwheel",
    "Sundial",
    "Granite Works",
    "Papertrail",
    "Veridian",
    "Juniper Road",
    "Halcyon",
    "Driftwood",
    "Longitude",
];

pub(crate) const FIRST_NAMES: [&str; 24] = [
    "Ada", "Amara", "Ben", "Chen", "Daniela", "Elif", "Farid", "Grace", "Hiro", "Ines", "Jonas",
    "Kavya", "Leila", "Marco", "Nadia", "Omar", "Priya", "Quentin", "Rosa", "Samir", "Tomás",
    "Uma", "Victor", "Zoë",
];

pub(crate) const LAST_NAMES: [&str; 24] = [
    "Abara",
    "Berg",
    "Castillo",
    "Dubois",
    "Eriksen",
    "Fischer",
    "García",
    "Hoffmann",
    "Ivanova",
    "Jensen",
    "Kim",
    "Lindqvist",
    "Mwangi",
    "Nakamura",
    "Okafor",
    "Patel",
    "Quispe",
    "Rossi",
    "Sharma",
    "Tanaka",
    "Ueda",
    "Varga",
    "Weber",
    "Yılmaz",
];

const NEEDS: [&str; 6] = [
    "We lose customers in the second month and do not know why.",
    "Our first ten customers came through friends; the next hundred must not.",
    "Two investors asked for numbers that we do not have yet.",
    "We are three people and about to hire the fourth.",
    "Every new customer wants something else from us.",
    "We have to decide what not to build this year.",
];

pub(crate) fn mentor_bio(field: &Field, years: usize, dice: &mut Dice) -> String {
    let areas = dice.pick_some(&field.areas, 2);
    let (company, industry) = (dice.pick(&COMPANIES), dice.pick(&INDUSTRIES).to_lowercase());
    format!(
        "I have worked in {} for {years} years, most of them at {company}, a {industry} company that I joined when it \
         was five people. What I learned about {} and {} I learned by getting it wrong first. Bring a real decision \
         that you have to make this month: we will write down what you know, what you assume, and how to find out.",
        field.name,
        areas[0].to_lowercase(),
        areas[1].to_lowercase(),
    )
}

pub(crate) fn goal(field: &Field, dice: &mut Dice) -> String {
    let area = dice.pick(&field.areas).to_lowercase();
    format!(
        "Get better at {area} before the end of the quarter. {}",
        need(dice)
    )
}

/// What somebody asks matching for.
pub(crate) fn need(dice: &mut Dice) -> &'static str {
    dice.pick::<&str>(&NEEDS)
}

/// What a session is about.
pub(crate) fn topic(dice: &mut Dice) -> &'static str {
    let field: &Field = dice.pick(&FIELDS);
    dice.pick::<&str>(&field.areas)
}
