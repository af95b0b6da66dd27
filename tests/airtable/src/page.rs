//! The base in a browser: every record, each cell of which can be changed, as by somebody at a screen.

use axum::Router;
use axum::extract::{RawForm, State};
use axum::response::{Html, IntoResponse, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use minijinja::{Environment, context};
use serde_json::Value;

use crate::AirtableStandIn;

const PAGE: &str = include_str!("page.html");

pub(crate) fn router() -> Router<AirtableStandIn> {
    Router::new().route("/", get(show).post(edit))
}

async fn show(State(stand_in): State<AirtableStandIn>) -> Response {
    let mut tables = Vec::new();
    for name in ["People", "Sessions"] {
        let fields: Vec<String> = {
            let memory = stand_in.memory();
            let table = memory.base.table(name);
            let fields = table.map_or(&[][..], |table| &table.fields);
            fields.iter().map(|field| field.name.clone()).collect()
        };
        let rows: Vec<_> = stand_in
            .records(name)
            .into_iter()
            .map(|(id, cells)| {
                let text = |field: &String| match cells.get(field) {
                    None => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Array(entries)) => {
                        let entries: Vec<&str> = entries.iter().filter_map(Value::as_str).collect();
                        entries.join(", ")
                    }
                    Some(other) => other.to_string(),
                };
                let cells: Vec<String> = fields.iter().map(text).collect();
                context! { id, cells }
            })
            .collect();
        tables.push(context! { name, fields, rows });
    }
    let mut environment = Environment::new();
    let page = environment.add_template("page.html", PAGE).and_then(|()| {
        environment
            .get_template("page.html")?
            .render(context! { tables })
    });
    match page {
        Ok(page) => Html(page).into_response(),
        Err(failure) => (StatusCode::INTERNAL_SERVER_ERROR, failure.to_string()).into_response(),
    }
}

async fn edit(State(stand_in): State<AirtableStandIn>, RawForm(form): RawForm) -> Redirect {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(&form).into_owned().collect();
    let field = |wanted: &str| {
        let mut pairs = pairs.iter();
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.clone()))
    };
    if let (Some(record), Some(name), Some(value)) =
        (field("record"), field("field"), field("value"))
    {
        stand_in.edit(&record, &name, &Value::from(value));
    }
    Redirect::to("/")
}
