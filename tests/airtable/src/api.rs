//! The Web API, as far as the platform speaks it.

use std::future::pending;

use axum::body::{Body, Bytes};
use axum::extract::{Path, RawQuery, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use futures_util::stream;
use http::header::AUTHORIZATION;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use crate::base::{Author, Table, US};
use crate::refused::Refused;
use crate::{AirtableStandIn, BASE, Fault, TOKEN, page};

/// How many records a write may hold.
const BATCH: usize = 10;

/// How many records a page holds.
const PAGE: usize = 100;

type Answer = Result<Json<Value>, Refused>;

pub(crate) fn router(stand_in: AirtableStandIn) -> Router {
    let hooks = format!("/v0/bases/{BASE}/webhooks");
    Router::new()
        .route(
            "/v0/meta/whoami",
            get(|| async { Json(json!({ "id": US })) }),
        )
        .route(&format!("/v0/meta/bases/{BASE}/tables"), get(tables))
        .route(
            &format!("/v0/{BASE}/{{table}}"),
            get(list).post(write).patch(write).put(write).delete(delete),
        )
        .route(
            &format!("/v0/{BASE}/{{table}}/listRecords"),
            post(list_by_body),
        )
        .route(&hooks, get(list_hooks).post(create_hook))
        .route(
            &format!("{hooks}/{{hook}}"),
            axum::routing::delete(delete_hook),
        )
        .route(&format!("{hooks}/{{hook}}/refresh"), post(refresh_hook))
        .route(&format!("{hooks}/{{hook}}/payloads"), get(payloads))
        .fallback(|| async { Refused::NotFound })
        .layer(from_fn_with_state(stand_in.clone(), wall))
        .merge(page::router())
        .with_state(stand_in)
}

/// Who asks, how often, and what goes wrong.
async fn wall(State(stand_in): State<AirtableStandIn>, request: Request, next: Next) -> Response {
    let fault = stand_in.count();
    match fault {
        Fault::Busy => return Refused::Busy.into_response(),
        Fault::Down => return Refused::Broken.into_response(),
        Fault::Garbage => return (StatusCode::SERVICE_UNAVAILABLE, "<html>").into_response(),
        Fault::Hang => pending().await,
        Fault::None | Fault::AnswerLost | Fault::Silent => {}
    }
    let bearer = request.headers().get(AUTHORIZATION);
    let bearer = bearer.and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if bearer != Some(TOKEN) {
        return Refused::Unauthenticated.into_response();
    }
    let answer = next.run(request).await;
    match fault {
        Fault::AnswerLost => {
            let broken = stream::once(async { Err::<Bytes, _>(std::io::Error::other("broken")) });
            (answer.status(), Body::from_stream(broken)).into_response()
        }
        Fault::Silent => pending().await,
        _ => answer,
    }
}

async fn tables(State(stand_in): State<AirtableStandIn>) -> Json<Value> {
    let memory = stand_in.memory();
    let tables = memory.base.tables.iter().map(|table| {
        let fields = table.fields.iter();
        let fields: Vec<Value> = fields
            .map(|field| json!({ "id": field.id, "name": field.name }))
            .collect();
        json!({ "id": table.id, "name": table.name, "fields": fields })
    });
    Json(json!({ "tables": tables.collect::<Vec<_>>() }))
}

async fn list(
    State(stand_in): State<AirtableStandIn>,
    Path(table): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let offset = query.as_deref().and_then(|query| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| (name == "offset").then(|| value.to_owned()))
    });
    records(&stand_in, &table, &json!({ "offset": offset }))
}

async fn list_by_body(
    State(stand_in): State<AirtableStandIn>,
    Path(table): Path<String>,
    body: Bytes,
) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refused::Malformed)?;
    records(&stand_in, &table, &body)
}

fn records(stand_in: &AirtableStandIn, table: &str, body: &Value) -> Answer {
    let memory = stand_in.memory();
    let table = memory.base.table(table).ok_or(Refused::NotFound)?;
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let wanted = text("filterByFormula").map(ids_of).transpose()?;
    // The place is opaque to whoever asks: the record behind which it goes on.
    let after = match text("offset") {
        None => None,
        Some(offset) => {
            let place = offset
                .strip_prefix("itr")
                .filter(|place| place.contains("/rec"));
            let place = place.ok_or(Refused::of("LIST_RECORDS_ITERATOR_NOT_AVAILABLE"))?;
            place.split_once('/').map(|(_, record)| record.to_owned())
        }
    };
    let found = table.records.iter().filter(|(id, _)| {
        wanted.as_ref().is_none_or(|wanted| wanted.contains(id))
            && after.as_ref().is_none_or(|after| *id > after)
    });
    let found: Vec<_> = found.take(PAGE + 1).collect();
    let by_id = body.get("returnFieldsByFieldId") == Some(&Value::Bool(true));
    let shown = found
        .iter()
        .take(PAGE)
        .map(|(id, cells)| show(table, id, cells, by_id));
    let mut answer = json!({ "records": shown.collect::<Vec<_>>() });
    if found.len() > PAGE {
        answer["offset"] = json!(format!("itr1/{}", found[PAGE - 1].0));
    }
    Ok(Json(answer))
}

fn show(table: &Table, id: &str, cells: &Map<String, Value>, by_id: bool) -> Value {
    let fields = if by_id {
        cells.clone()
    } else {
        table.by_name(cells)
    };
    json!({ "id": id, "createdTime": "2026-03-02T08:00:00.000Z", "fields": fields })
}

/// Reads `OR(RECORD_ID()='rec1',RECORD_ID()='rec2')`, the one formula that is understood.
fn ids_of(formula: &str) -> Result<Vec<String>, Refused> {
    let bad = Refused::of("INVALID_FILTER_BY_FORMULA");
    let inside = formula
        .strip_prefix("OR(")
        .and_then(|rest| rest.strip_suffix(')'));
    let parts = inside.ok_or(bad)?.split(',').map(|part| {
        let id = part.strip_prefix("RECORD_ID()='")?.strip_suffix('\'')?;
        Some(id.to_owned())
    });
    parts.collect::<Option<_>>().ok_or(bad)
}

async fn write(
    State(stand_in): State<AirtableStandIn>,
    method: Method,
    Path(table): Path<String>,
    body: Bytes,
) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refused::Malformed)?;
    let sent = body
        .get("records")
        .and_then(Value::as_array)
        .ok_or(Refused::Malformed)?;
    if sent.is_empty() || sent.len() > BATCH {
        return Err(Refused::of("INVALID_REQUEST_UNKNOWN"));
    }
    let is_true = |name: &str| body.get(name) == Some(&Value::Bool(true));
    let merge_on = body
        .pointer("/performUpsert/fieldsToMergeOn")
        .and_then(Value::as_array);
    let merge_on: Vec<String> = merge_on
        .into_iter()
        .flatten()
        .filter_map(|name| Some(name.as_str()?.to_owned()))
        .collect();
    let mut records = Vec::new();
    for record in sent {
        let id = record.get("id").and_then(Value::as_str).map(str::to_owned);
        if id.is_none() && merge_on.is_empty() && method != Method::POST {
            return Err(Refused::of("INVALID_RECORDS"));
        }
        let cells = record.get("fields").and_then(Value::as_object);
        records.push((id, cells.cloned().unwrap_or_default()));
    }
    let how = (&merge_on[..], method == Method::PUT, is_true("typecast"));
    let wrote = stand_in.change(|base, now| base.write(&table, &records, how, now))?;
    let memory = stand_in.memory();
    let table = memory.base.table(&table).ok_or(Refused::NotFound)?;
    let by_id = is_true("returnFieldsByFieldId");
    let shown = wrote.iter().filter_map(|wrote| {
        let cells = table.records.get(&wrote.record)?;
        Some(show(table, &wrote.record, cells, by_id))
    });
    let shown: Vec<Value> = shown.collect();
    let ids = |is_new: bool| -> Vec<&str> {
        let those = wrote.iter().filter(|wrote| wrote.is_new == is_new);
        those.map(|wrote| wrote.record.as_str()).collect()
    };
    Ok(Json(
        json!({ "records": shown, "createdRecords": ids(true), "updatedRecords": ids(false) }),
    ))
}

async fn delete(
    State(stand_in): State<AirtableStandIn>,
    Path(_): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let named = pairs.filter(|(name, _)| matches!(*name, "records[]" | "records%5B%5D"));
    let records: Vec<String> = named.map(|(_, id)| id.to_owned()).collect();
    if records.is_empty() || records.len() > BATCH {
        return Err(Refused::of("INVALID_REQUEST_UNKNOWN"));
    }
    let gone = stand_in.change(|base, now| {
        let deleted = records
            .iter()
            .map(|id| base.destroy(id, &Author::api(), now));
        deleted.collect::<Vec<_>>()
    });
    if gone.contains(&false) {
        return Err(Refused::NotFound);
    }
    let deleted: Vec<Value> = records
        .iter()
        .map(|id| json!({ "id": id, "deleted": true }))
        .collect();
    Ok(Json(json!({ "records": deleted })))
}

async fn list_hooks(State(stand_in): State<AirtableStandIn>) -> Json<Value> {
    let now = stand_in.now();
    let memory = stand_in.memory();
    let hooks = memory.base.hooks.iter().map(|hook| {
        json!({
            "id": hook.id, "notificationUrl": hook.url, "isHookEnabled": hook.is_on(now),
            "expirationTime": hook.expires_at.to_string(),
        })
    });
    Json(json!({ "webhooks": hooks.collect::<Vec<_>>() }))
}

async fn create_hook(State(stand_in): State<AirtableStandIn>, body: Bytes) -> Answer {
    let body: Value = serde_json::from_slice(&body).map_err(|_| Refused::Malformed)?;
    let text = |path: &str| {
        body.pointer(path)
            .and_then(Value::as_str)
            .map(str::to_owned)
    };
    let (url, table) = (
        text("/notificationUrl"),
        text("/specification/options/filters/recordChangeScope"),
    );
    if body.pointer("/specification/options").is_none() {
        return Err(Refused::Malformed);
    }
    stand_in.change(|base, now| {
        let hook = base.create_hook(url, table, now)?;
        let expires_at = hook.expires_at.to_string();
        Ok(Json(
            json!({ "id": hook.id, "macSecretBase64": hook.secret, "expirationTime": expires_at }),
        ))
    })
}

async fn refresh_hook(State(stand_in): State<AirtableStandIn>, Path(hook): Path<String>) -> Answer {
    let expires_at = stand_in.change(|base, now| base.refresh_hook(&hook, now))?;
    Ok(Json(json!({ "expirationTime": expires_at.to_string() })))
}

async fn delete_hook(
    State(stand_in): State<AirtableStandIn>,
    Path(hook): Path<String>,
) -> Result<StatusCode, Refused> {
    stand_in.change(|base, now| {
        base.hook(&hook, now)?;
        base.hooks.retain(|known| known.id != hook);
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn payloads(
    State(stand_in): State<AirtableStandIn>,
    Path(hook): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let query = query.unwrap_or_default();
    let number = |wanted: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(name, value)| (name == wanted).then(|| value.parse::<i64>().ok())?)
    };
    let cursor = number("cursor").unwrap_or(1);
    if cursor < 1 {
        return Err(Refused::of("INVALID_CURSOR"));
    }
    let limit = usize::try_from(number("limit").unwrap_or(50)).unwrap_or(50);
    stand_in.change(|base, now| Ok(Json(base.hook(&hook, now)?.read(cursor, limit, now))))
}
