//! S3: files that are written and read by presigned addresses (AWS Signature Version 4).
//!
//! Signing and sending are those of the AWS SDK, which every function links anyway; its S3 client on top of them would
//! take a minute to build, and four megabytes.

mod upload;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_credential_types::provider::ProvideCredentials;
use aws_sigv4::http_request::{
    PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use tokio::sync::OnceCell;

use crate::config::{Config, aws};

pub use upload::Upload;

/// How long one call may take.
const CALL_LIMIT: Duration = Duration::from_secs(15);

/// How long the address of a call of our own lives.
const CALL_LIFE: Duration = Duration::from_mins(5);

/// A file cannot be had, or not be kept. The text holds no address.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// No bucket is configured.
    #[error("EXPORT_BUCKET is not set")]
    NotConfigured,
    /// The address cannot be signed.
    #[error("no address can be signed: {0}")]
    Unsigned(String),
    /// The service did not answer.
    #[error("the file service does not answer: {0}")]
    Unreachable(String),
    /// The service said no.
    #[error("the file service answered {0}")]
    Refused(u16),
    /// The service said yes to something else.
    #[error("the file service answered without {0}")]
    Incomplete(&'static str),
}

/// The bucket of exports.
#[derive(Clone, Debug)]
pub struct Files {
    bucket: Option<String>,
    endpoint: Option<String>,
    connector: Arc<OnceCell<SharedHttpConnector>>,
}

impl Files {
    /// Makes a client that connects when it is first used.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        Self {
            bucket: config.export_bucket.clone(),
            endpoint: config.s3_endpoint.clone(),
            connector: Arc::default(),
        }
    }

    /// Keeps a file, in the place of one that was there.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn put(
        &self,
        key: &str,
        content_type: &str,
        bytes: Vec<u8>,
    ) -> Result<(), FileError> {
        let address = self.sign(&Method::PUT, key, CALL_LIFE).await?;
        let request = Request::put(address).header(CONTENT_TYPE, content_type);
        accepted(self.call(request, bytes.into()).await?)
    }

    /// Throws a file away; one that is not there is thrown away already.
    ///
    /// # Errors
    /// When the service does not do it.
    pub async fn delete(&self, key: &str) -> Result<(), FileError> {
        let address = self.sign(&Method::DELETE, key, CALL_LIFE).await?;
        match self
            .call(Request::delete(address), SdkBody::empty())
            .await?
        {
            404 => Ok(()),
            status => accepted(status),
        }
    }

    /// An address at which anybody who has it can read a file, for some time.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub async fn link(&self, key: &str, life: Duration) -> Result<String, FileError> {
        self.sign(&Method::GET, key, life).await
    }

    /// Makes the bucket, where no template does it: on one machine.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn create_bucket(&self) -> Result<(), FileError> {
        if self.bucket.is_none() {
            return Ok(());
        }
        let address = self.sign(&Method::PUT, "", CALL_LIFE).await?;
        let region = region().await;
        let place = format!(
            "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
             <LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
        );
        match self.call(Request::put(address), place.into()).await? {
            // It is there, and ours.
            409 => Ok(()),
            status => accepted(status),
        }
    }

    async fn call(&self, request: http::request::Builder, body: SdkBody) -> Result<u16, FileError> {
        Ok(self.send(request, body).await?.status)
    }

    async fn send(
        &self,
        request: http::request::Builder,
        body: SdkBody,
    ) -> Result<Answered, FileError> {
        let unreachable = |problem: String| FileError::Unreachable(problem);
        let request = request
            .body(body)
            .map_err(|error| unreachable(error.to_string()))?;
        let request = request
            .try_into()
            .map_err(|_| unreachable("the request cannot be written".to_owned()))?;
        let connector = self.connector.get_or_try_init(connect).await?;
        let call = async {
            let answer = connector.call(request).await;
            let answer = answer.map_err(|error| unreachable(error.to_string()))?;
            let (status, tag) = (answer.status(), answer.headers().get("etag"));
            let (status, tag) = (status.as_u16(), tag.map(str::to_owned));
            let body = ByteStream::new(answer.into_body()).collect().await;
            let body = body.map_err(|error| unreachable(error.to_string()))?;
            Ok(Answered {
                status,
                tag,
                body: String::from_utf8_lossy(&body.into_bytes()).into_owned(),
            })
        };
        let answer = tokio::time::timeout(CALL_LIMIT, call).await;
        answer.map_err(|_| unreachable("it takes too long".to_owned()))?
    }

    async fn sign(&self, method: &Method, key: &str, life: Duration) -> Result<String, FileError> {
        let unsigned = |problem: String| FileError::Unsigned(problem);
        let region = region().await;
        let address = self.address(&region, key).await?;
        let provider = aws().await.credentials_provider();
        let provider = provider.ok_or_else(|| unsigned("no credentials".to_owned()))?;
        let credentials = provider.provide_credentials().await;
        let identity = credentials
            .map_err(|error| unsigned(error.to_string()))?
            .into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region(&region)
            .name("s3")
            .time(real_time())
            .settings(settings(life))
            .build()
            .map_err(|error| unsigned(error.to_string()))?
            .into();
        let request = SignableRequest::new(
            method.as_str(),
            &address,
            std::iter::empty(),
            SignableBody::UnsignedPayload,
        );
        let request = request.map_err(|error| unsigned(error.to_string()))?;
        let signed = sign(request, &params).map_err(|error| unsigned(error.to_string()))?;
        let (instructions, _) = signed.into_parts();
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in instructions.params() {
            query.append_pair(name, value);
        }
        let separator = if address.contains('?') { '&' } else { '?' };
        Ok(format!("{address}{separator}{}", query.finish()))
    }

    /// Keys are made of our own ids: nothing in them has to be escaped.
    async fn address(&self, region: &str, key: &str) -> Result<String, FileError> {
        let bucket = self.bucket.as_ref().ok_or(FileError::NotConfigured)?;
        let stand_in = self.endpoint.as_deref().or(aws().await.endpoint_url());
        Ok(match stand_in {
            Some(endpoint) => format!("{}/{bucket}/{key}", endpoint.trim_end_matches('/')),
            None => format!("https://{bucket}.s3.{region}.amazonaws.com/{key}"),
        })
    }
}

/// What the service has answered.
struct Answered {
    status: u16,
    /// What it calls the bytes that it has got.
    tag: Option<String>,
    body: String,
}

fn settings(life: Duration) -> SigningSettings {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(life);
    // S3 takes a path as it is written.
    settings.percent_encoding_mode = PercentEncodingMode::Single;
    settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    settings
}

async fn region() -> String {
    let region = aws().await.region();
    region.map_or_else(|| "us-east-1".to_owned(), ToString::to_string)
}

async fn connect() -> Result<SharedHttpConnector, FileError> {
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(Duration::from_secs(2))
        .build();
    let sleep = aws().await.sleep_impl();
    aws_smithy_http_client::default_connector(&settings, sleep)
        .ok_or_else(|| FileError::Unreachable("there is no way out".to_owned()))
}

const fn accepted(status: u16) -> Result<(), FileError> {
    match status {
        200..=299 => Ok(()),
        _ => Err(FileError::Refused(status)),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "S3 holds the time of a signature against its own clock"
)]
fn real_time() -> SystemTime {
    SystemTime::now()
}
