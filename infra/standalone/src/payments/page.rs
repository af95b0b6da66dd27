//! The page on which somebody agrees to a payment, as their bank would ask them to.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{Html, IntoResponse, Response};
use http::{StatusCode, header};
use minijinja::{Environment, context};
use shared::domain::payment::money;

use super::PaymentStandIn;

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PAGE: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Confirm a payment</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; display: grid; min-height: 100vh; place-items: center; }
main { max-width: 28rem; padding: 1.5rem; }
button { font: inherit; padding: .5rem 1rem; }
</style>
</head>
<body>
<main>
{% if amount %}
<h1>{{ amount }}</h1>
<p>This is no bank: it stands in for one on this machine, and no money moves.</p>
<form method="post">
<button name="agree" value="yes">Agree</button>
<button name="agree" value="no">Refuse</button>
</form>
{% else %}
<h1>Nothing to do</h1>
<p>Go back to Office Hours and continue there.</p>
{% endif %}
</main>
</body>
</html>
"#;

pub(super) async fn show(
    State(provider): State<PaymentStandIn>,
    Path(id): Path<String>,
) -> Response {
    page(&provider, &id)
}

pub(super) async fn decide(
    State(provider): State<PaymentStandIn>,
    Path(id): Path<String>,
    form: Bytes,
) -> Response {
    let agrees =
        form_urlencoded::parse(&form).any(|(name, value)| name == "agree" && value == "yes");
    match provider.write(|ledger| ledger.decide(&id, agrees)) {
        Ok(()) => page(&provider, &id),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn page(provider: &PaymentStandIn, id: &str) -> Response {
    let amount = {
        let books = provider.books();
        let waiting = books.ledger.waiting(id);
        waiting.map(|(amount, currency)| money(i32::try_from(amount).unwrap_or(i32::MAX), currency))
    };
    match Environment::new().render_named_str("pay.html", PAGE, context! { amount }) {
        Ok(page) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
