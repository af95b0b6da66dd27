//! A bucket in a test: a stand-in for S3 that takes files in parts, and fails when it is told to.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::response::{IntoResponse, Response};
use http::header::ETAG;
use http::{Method, StatusCode, Uri};
use shared::config::Config;
use shared::outside::s3::Files;
use tokio::net::TcpListener;

use crate::TestApp;

/// What a bucket is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ask {
    /// Begin a file.
    Begin,
    /// Take a part of it.
    Part(u32),
    /// Make a file of all parts.
    Finish,
    /// Throw the parts away.
    Abort,
}

/// A stand-in for S3.
#[derive(Clone, Default)]
pub struct Bucket(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// How often it still fails at something.
    faults: HashMap<Ask, u32>,
    asked: HashMap<Ask, usize>,
    uploads: BTreeMap<String, BTreeMap<u32, Bytes>>,
    files: HashMap<String, Vec<u8>>,
}

impl TestApp {
    /// Lets workers keep their files in a stand-in from now on.
    pub async fn given_failing_bucket(&mut self) -> Bucket {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bucket = Bucket::default();
        let router = Router::new().fallback(answer).with_state(bucket.clone());
        let router = router.layer(DefaultBodyLimit::disable());
        tokio::spawn(async move { axum::serve(listener, router).await });
        self.state.files = Files::new(&Config {
            s3_endpoint: Some(url),
            ..(*self.state.config).clone()
        });
        bucket
    }
}

impl Bucket {
    /// Lets it fail at something so many times.
    pub fn fails(&self, ask: Ask, times: u32) {
        self.0.lock().unwrap().faults.insert(ask, times);
    }

    /// How often it was asked for something.
    pub fn asked(&self, ask: Ask) -> usize {
        self.0.lock().unwrap().asked.get(&ask).copied().unwrap_or(0)
    }

    /// How many files are begun, and neither finished nor thrown away.
    pub fn uploads(&self) -> usize {
        self.0.lock().unwrap().uploads.len()
    }

    /// The names of the files, and what stands in them.
    pub fn files(&self) -> HashMap<String, Vec<u8>> {
        self.0.lock().unwrap().files.clone()
    }
}

async fn answer(State(bucket): State<Bucket>, method: Method, uri: Uri, body: Bytes) -> Response {
    let query = uri.query().unwrap_or_default().as_bytes();
    let query: HashMap<_, _> = form_urlencoded::parse(query).into_owned().collect();
    let upload = query.get("uploadId").cloned().unwrap_or_default();
    let part = query
        .get("partNumber")
        .map(|number| number.parse().unwrap());
    let ask = match (method, part) {
        (Method::POST, None) if query.contains_key("uploads") => Ask::Begin,
        (Method::POST, None) => Ask::Finish,
        (Method::PUT, Some(number)) => Ask::Part(number),
        (Method::DELETE, None) => Ask::Abort,
        other => panic!("nobody asks a bucket for {other:?}"),
    };
    let mut inner = bucket.0.lock().unwrap();
    *inner.asked.entry(ask).or_default() += 1;
    if let Some(left @ 1..) = inner.faults.get_mut(&ask) {
        *left -= 1;
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    // Behind the name of the bucket.
    let key = uri.path().splitn(3, '/').nth(2).unwrap().to_owned();
    let done = inner.act(ask, key, &upload, body);
    done.unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
}

impl Inner {
    /// Does what it is asked for; none when there is no such upload.
    fn act(&mut self, ask: Ask, key: String, upload: &str, body: Bytes) -> Option<Response> {
        match ask {
            Ask::Begin => {
                let id = format!("upload-{}", self.asked[&ask]);
                let answer = format!("<Result><UploadId>{id}</UploadId></Result>");
                self.uploads.insert(id, BTreeMap::new());
                Some(answer.into_response())
            }
            Ask::Part(number) => {
                self.uploads.get_mut(upload)?.insert(number, body);
                Some([(ETAG, format!("\"part-{number}\""))].into_response())
            }
            Ask::Finish => {
                let parts = self.uploads.remove(upload)?;
                assert_eq!(named(&body), parts.keys().copied().collect::<Vec<_>>());
                let parts: Vec<Bytes> = parts.into_values().collect();
                self.files.insert(key, parts.concat());
                Some(StatusCode::OK.into_response())
            }
            Ask::Abort => {
                self.uploads.remove(upload)?;
                Some(StatusCode::NO_CONTENT.into_response())
            }
        }
    }
}

/// The parts that a file is to be made of, by the tags that they were given.
fn named(body: &[u8]) -> Vec<u32> {
    let body = std::str::from_utf8(body).unwrap();
    let tags = body.split("<ETag>&quot;part-").skip(1);
    tags.map(|tag| tag.split_once('&').unwrap().0.parse().unwrap())
        .collect()
}
