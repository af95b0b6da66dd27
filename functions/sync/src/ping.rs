//! `POST /api/webhooks/airtable`

use axum::body::to_bytes;
use axum::extract::{Request, State};
use http::StatusCode;
use shared::auth::signature::is_signed;
use shared::domain::event::Event;
use shared::domain::sync::{Ping, SyncError};
use shared::http::{ApiError, AppState, Refused};
use shared::store;

/// No ping is larger.
const LARGEST: usize = 4096;

/// What a ping of an unknown webhook is held against, so that it takes as long as any other.
const NOBODYS_SECRET: &str = "bm9ib2R5IGtub3dzIHdoYXQgdGhpcyBzaWducw==";

const MAC: &str = "x-airtable-content-mac";

/// Hear that something has changed in Airtable.
///
/// Airtable calls this. The body names the base and the webhook, and says nothing of what has changed; the header
/// `X-Airtable-Content-MAC` proves that it comes from there. The same message may come any number of times.
#[utoipa::path(
    post,
    path = "/api/webhooks/airtable",
    tag = "sync",
    params(("X-Airtable-Content-MAC" = String, Header, description = "`hmac-sha256=` and the MAC of the body in hex.")),
    request_body(content = serde_json::Value, content_type = "application/json",
        example = json!({ "base": { "id": "app1" }, "webhook": { "id": "ach1" }, "timestamp": "2026-03-02T08:00:00Z" })),
    responses((status = OK, description = "Heard; the answer is empty."), (status = "4XX", body = Refused), (status = "5XX", body = Refused)),
)]
#[tracing::instrument(skip_all)]
pub(crate) async fn take_ping(
    State(state): State<AppState>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LARGEST).await.map_err(|_| too_large())?;
    let mac = parts.headers.get(MAC).and_then(|value| value.to_str().ok());
    verify(&state, &body, mac.unwrap_or_default()).await?;
    let mut client = state.db.client().await?;
    let tx = client.transaction();
    let due = Event::SyncDue { is_news: true };
    store::outbox::append(&tx, state.clock.id(), state.clock.now(), due).await?;
    tx.commit().await?;
    Ok(StatusCode::OK)
}

/// Checks who sent it. Whether a webhook is known takes no less time to find out than whether a MAC is good.
async fn verify(state: &AppState, body: &[u8], mac: &str) -> Result<(), ApiError> {
    let ping = Ping::read(body);
    let webhook = ping.as_ref().map_or("", |ping| ping.webhook.as_str());
    let client = state.db.client().await?;
    let sealed = store::sync::find_hook_secret(&client, webhook).await?;
    drop(client);
    let keys = state.data_keys().await?;
    let context = format!("airtable.webhook|{webhook}");
    let secret = sealed.as_ref().map(|sealed| keys.open(&context, sealed));
    let secret = secret.transpose()?;
    let is_good = is_signed(secret.as_deref().unwrap_or(NOBODYS_SECRET), body, mac);
    match (secret, ping) {
        (Some(_), Some(_)) if is_good => Ok(()),
        (None, Some(_)) => Err(ApiError::not_found("webhook")),
        _ => Err(SyncError::Unsigned.into()),
    }
}

fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "body_too_large",
        "no message of Airtable is this large",
    )
}
