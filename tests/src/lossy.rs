//! A way to the database on which answers get lost: what was committed is not always known to be.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use shared::http::{AppState, app};
use shared::store::Db;
use shared::store::db::DbConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio_postgres::config::Host;
use utoipa_axum::router::OpenApiRouter;

use crate::TestApp;

/// What PostgreSQL says when something has become permanent.
const COMMITTED: &[u8] = b"C\0\0\0\x0bCOMMIT\0";

/// The same platform over a way on which one in so many answers to a COMMIT is lost, and the connection with it.
pub struct Lossy {
    /// Its routes.
    pub router: Router,
    lost: Arc<AtomicU32>,
}

impl Lossy {
    /// How many answers were lost.
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }
}

impl TestApp {
    /// The same platform over a way on which one in so many answers to a COMMIT is lost.
    pub async fn given_lossy_way(&self, routes: OpenApiRouter<AppState>, one_in: u32) -> Lossy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let url = self.database.url_at("127.0.0.1", port);
        let (socket, lost) = (socket_of(&self.database.url()), Arc::new(AtomicU32::new(0)));
        let way = Way {
            one_in,
            seen: Arc::default(),
            lost: Arc::clone(&lost),
        };
        tokio::spawn(async move {
            while let Ok((caller, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(way.clone().relay(caller, server));
            }
        });
        let mut state = self.state.clone();
        state.db = Db::pool(&DbConfig::parse(&url).unwrap(), 24).unwrap();
        Lossy {
            router: app(routes, state),
            lost,
        }
    }
}

/// Where PostgreSQL listens.
fn socket_of(url: &str) -> String {
    let config: tokio_postgres::Config = url.parse().unwrap();
    let port = config.get_ports().first().copied().unwrap_or(5432);
    match &config.get_hosts()[0] {
        Host::Unix(folder) => format!("{}/.s.PGSQL.{port}", folder.display()),
        Host::Tcp(host) => panic!("the tests' PostgreSQL listens on a socket, not on {host}"),
    }
}

#[derive(Clone)]
struct Way {
    one_in: u32,
    seen: Arc<AtomicU32>,
    lost: Arc<AtomicU32>,
}

impl Way {
    /// Passes everything on, until an answer is lost.
    async fn relay(self, caller: TcpStream, server: UnixStream) {
        caller.set_nodelay(true).unwrap();
        let ((from_caller, to_caller), (from_server, to_server)) =
            (caller.into_split(), server.into_split());
        tokio::select! {
            () = pass(from_caller, to_server, |_| true) => {}
            () = pass(from_server, to_caller, |bytes| self.lets_through(bytes)) => {}
        }
    }

    fn lets_through(&self, bytes: &[u8]) -> bool {
        let is_commit = bytes
            .windows(COMMITTED.len())
            .any(|window| window == COMMITTED);
        let is_turn = || {
            let seen = self.seen.fetch_add(1, Ordering::Relaxed);
            seen.is_multiple_of(self.one_in)
        };
        let is_lost = is_commit && is_turn();
        self.lost.fetch_add(u32::from(is_lost), Ordering::Relaxed);
        !is_lost
    }
}

/// Passes bytes on while they are let through.
async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    lets_through: impl Fn(&[u8]) -> bool,
) {
    let mut bytes = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        if !lets_through(&bytes[..length]) || to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}
