//! The platform as a set of tasks in this process: started on an address, stopped in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt;
use shared::queue::Queue;
use shared::state::AppState;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tracing::warn;

use crate::cloud::LocalCloud;
use crate::ses::Mailbox;
use crate::{consumers, dev, pages, router, schedules, ses};

/// How long open requests and batches have to end.
const GRACE: Duration = Duration::from_secs(10);

/// Batches of one queue that are worked on at the same time.
const WORKERS: usize = 2;

/// Which parts run besides the API.
#[derive(Clone, Default)]
pub struct Options {
    /// Opens `/dev`, with this mailbox in it.
    pub mailbox: Option<Mailbox>,
    /// Works on the queues.
    pub works_queues: bool,
    /// Fires the schedules in their time.
    pub fires_schedules: bool,
    /// What is put into a cloud that only pretends, when it has forgotten it.
    pub cloud: Option<LocalCloud>,
}

impl Options {
    /// Everything, as on a developer's machine.
    #[must_use]
    pub const fn development(mailbox: Mailbox, cloud: LocalCloud) -> Self {
        Self {
            mailbox: Some(mailbox),
            works_queues: true,
            fires_schedules: true,
            cloud: Some(cloud),
        }
    }

    /// The server, the workers and the schedules, in an environment that is there.
    #[must_use]
    pub const fn production() -> Self {
        Self {
            mailbox: None,
            works_queues: true,
            fires_schedules: true,
            cloud: None,
        }
    }
}

/// A running platform. Dropping it leaves its tasks running until the runtime ends.
pub struct Platform {
    /// Where the API is.
    pub address: SocketAddr,
    /// What its parts share: its clock can be set, its database asked.
    pub state: AppState,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Starts the platform on a listener, which may be on port 0.
///
/// # Errors
/// When the listener has no address.
pub fn start(listener: TcpListener, state: AppState, options: Options) -> io::Result<Platform> {
    let address = listener.local_addr()?;
    let (stop, stopped) = watch::channel(false);
    let sqs = state.relay.sqs();
    let reports = options.mailbox.as_ref().map(Mailbox::follow);
    let mut tasks = vec![tokio::spawn(serve(
        listener,
        app(&state, options.mailbox),
        stopped.clone(),
    ))];
    if let (Some(reports), Some(sqs)) = (reports, sqs) {
        let carry = ses::carry(reports, Arc::clone(sqs), stopped.clone());
        tasks.push(tokio::spawn(carry));
    }
    if let Some(sqs) = sqs.filter(|_| options.works_queues) {
        let known = Queue::ALL.into_iter().filter(|queue| sqs.knows(*queue));
        for queue in known.flat_map(|queue| [queue; WORKERS]) {
            let work =
                consumers::poll(state.clone(), queue, options.cloud.clone(), stopped.clone());
            tasks.push(tokio::spawn(work));
        }
    }
    if options.fires_schedules {
        tasks.push(tokio::spawn(schedules::run(state.clone(), stopped)));
    }
    Ok(Platform {
        address,
        state,
        stop,
        tasks,
    })
}

impl Platform {
    /// Stops: no new requests, and those that are open end; a batch that has begun is finished.
    pub async fn stop(self) {
        let _ = self.stop.send(true);
        for mut task in self.tasks {
            if timeout(GRACE, &mut task).await.is_err() {
                warn!("a part of the platform did not end in time");
                task.abort();
            }
        }
    }
}

/// The API with its walls, the pages of mails, and `/dev` beside them when there is a mailbox.
pub fn app(state: &AppState, mailbox: Option<Mailbox>) -> Router {
    let api = shared::http::app(router(), state.clone()).merge(pages::router());
    match mailbox {
        None => api,
        Some(mailbox) => api.merge(dev::dev_router(state.clone(), mailbox)),
    }
}

async fn serve(listener: TcpListener, app: Router, mut stop: watch::Receiver<bool>) {
    let listener = listener.tap_io(|connection| {
        let _ = connection.set_nodelay(true);
    });
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let until = async move { drop(stop.wait_for(|is_over| *is_over).await) };
    let served = axum::serve(listener, service)
        .with_graceful_shutdown(until)
        .await;
    if let Err(failure) = served {
        warn!(%failure, "the server has ended");
    }
}

/// Starts the stand-in for SES on a listener; it runs until the runtime ends.
///
/// # Errors
/// When the listener has no address.
pub fn start_ses(listener: TcpListener, mailbox: Mailbox) -> io::Result<SocketAddr> {
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, ses::router(mailbox)).await });
    Ok(address)
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use http::{Request, StatusCode};
    use serde_json::Value;
    use shared::config::Config;
    use shared::store::Db;
    use shared::store::db::DbConfig;
    use tower::ServiceExt;

    use super::*;

    /// Nothing here asks the database.
    fn given_state() -> AppState {
        let nowhere = DbConfig::parse("host=/nowhere user=app").unwrap();
        let db = Db::pool(&nowhere, 1).unwrap();
        AppState::preset(Config::from_env().unwrap(), db, [].into())
    }

    fn given_mailbox() -> Mailbox {
        Mailbox::new("eu-central-1", ["hello@example.com"], || {
            "2026-03-02T08:00:00Z".parse().unwrap()
        })
    }

    async fn call(app: &Router, method: &str, path: &str, body: &str) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path);
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn development_routes_are_not_there_without_the_development_flag() {
        let app = app(&given_state(), None);

        for (method, path) in [
            ("GET", "/dev/mailbox"),
            ("GET", "/dev/clock"),
            ("PUT", "/dev/clock"),
            ("POST", "/dev/tick"),
        ] {
            let (status, body) = call(&app, method, path, "").await;

            assert_eq!(status, StatusCode::NOT_FOUND, "{method} {path}");
            assert_eq!(body["errors"][0]["code"], "unknown_route");
        }
    }

    #[tokio::test]
    async fn a_developer_sets_the_clock_and_brings_it_back() {
        let state = given_state();
        let app = app(&state, Some(given_mailbox()));

        let (status, body) = call(
            &app,
            "PUT",
            "/dev/clock",
            r#"{"now": "2031-05-06T07:00:00Z"}"#,
        )
        .await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            body["now"]
                .as_str()
                .unwrap()
                .starts_with("2031-05-06T07:00")
        );
        assert_eq!(state.clock.now().to_string()[..10], *"2031-05-06");

        let (status, _) = call(&app, "PUT", "/dev/clock", r#"{"now": null}"#).await;
        assert_eq!(status, StatusCode::OK);
        assert!(state.clock.offset().is_zero());
    }

    #[tokio::test]
    async fn nonsense_is_refused_in_the_envelope() {
        let app = app(&given_state(), Some(given_mailbox()));

        for (method, path, body) in [
            ("PUT", "/dev/clock", "{}"),
            ("PUT", "/dev/clock", r#"{"now": "9998-01-01T00:00:00Z"}"#),
            ("POST", "/dev/tick", r#"{"job": "no-such-cron"}"#),
        ] {
            let (status, answer) = call(&app, method, path, body).await;

            assert_eq!(status, StatusCode::BAD_REQUEST, "{body}");
            assert_eq!(answer["success"], false);
        }
        let (status, answer) = call(&app, "DELETE", "/dev/tick", "").await;
        assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
        assert_eq!(answer["errors"][0]["code"], "method_not_allowed");
    }
}
