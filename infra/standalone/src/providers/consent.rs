//! The page on which somebody chooses who they are, and agrees.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Body;
use axum::response::{Html, IntoResponse, Redirect, Response};
use http::{StatusCode, header};
use minijinja::{Environment, context};
use shared::domain::identity::Provider;
use tokio::time::sleep;

use super::codes::fields;
use super::{CLIENT_ID, Fault, Providers};

/// Longer than anybody waits.
const SLOW: Duration = Duration::from_secs(20);

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in with {{ service }}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { max-width: 28rem; padding: 1.5rem; }
li { margin: .5rem 0; }
</style>
</head>
<body>
<main>
<h1>Who are you at {{ service }}?</h1>
<p>This is not {{ service }}: it stands in for it on this machine, and asks for no password.</p>
<ul>
{% for choice in choices %}<li><a href="{{ choice.link }}">{{ choice.name }}</a>, {{ choice.email }}</li>
{% endfor %}</ul>
</main>
</body>
</html>
"#;

/// Shows the page, or leads back with a code when somebody was chosen.
pub(super) fn authorize(
    providers: &Providers,
    provider: Provider,
    query: Option<&str>,
) -> Response {
    let text = query.unwrap_or_default();
    let query = fields(text.as_bytes());
    if let Err(problem) = check(providers, provider, &query) {
        return (StatusCode::BAD_REQUEST, problem).into_response();
    }
    let Some(login) = query.get("persona") else {
        return page(providers, provider, text);
    };
    let found = {
        let memory = providers.memory();
        let mut personas = memory.personas.iter();
        personas.find(|persona| persona.login == *login).cloned()
    };
    let Some(persona) = found else {
        return (StatusCode::BAD_REQUEST, "there is nobody of this name").into_response();
    };
    let code = providers.grant(provider, &query, persona);
    let back = form_urlencoded::Serializer::new(String::new())
        .append_pair("code", &code)
        .append_pair("state", &query["state"])
        .finish();
    Redirect::to(&format!("{}?{back}", query["redirect_uri"])).into_response()
}

/// What the real ones insist on, and PKCE besides.
fn check(
    providers: &Providers,
    provider: Provider,
    query: &HashMap<String, String>,
) -> Result<(), &'static str> {
    let field = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if field("client_id") != CLIENT_ID {
        return Err("this client is not registered");
    }
    if !providers.is_registered(provider, field("redirect_uri")) {
        return Err("this redirect_uri is not registered");
    }
    if field("state").is_empty() || field("scope").is_empty() {
        return Err("state and scope are required");
    }
    if field("code_challenge_method") != "S256" || field("code_challenge").len() != 43 {
        return Err("PKCE with S256 is required");
    }
    Ok(())
}

fn page(providers: &Providers, provider: Provider, query: &str) -> Response {
    let choices: Vec<_> = providers
        .memory()
        .personas
        .iter()
        .map(|persona| {
            let login = form_urlencoded::byte_serialize(persona.login.as_bytes());
            let link = format!("?{query}&persona={}", login.collect::<String>());
            context! { link, name => &persona.name, email => &persona.email }
        })
        .collect();
    let facts = context! { service => provider.name(), choices };
    match Environment::new().render_named_str("consent.html", PAGE, facts) {
        Ok(page) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What is answered instead, when something goes wrong on purpose.
pub(super) async fn broken(fault: Option<Fault>) -> Option<Response> {
    match fault {
        Some(Fault::Down) => Some(StatusCode::SERVICE_UNAVAILABLE.into_response()),
        Some(Fault::Garbage) => Some(Body::from("<html>We are moving!</html>").into_response()),
        Some(Fault::Slow) => {
            sleep(SLOW).await;
            Some(StatusCode::OK.into_response())
        }
        _ => None,
    }
}
