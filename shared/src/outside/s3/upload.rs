//! A file that comes in parts: it is there when all of them are, and not before.

use std::time::Duration;

use aws_smithy_types::body::SdkBody;
use http::header::CONTENT_TYPE;
use http::{Method, Request};
use tokio::time::sleep;

use super::{Answered, CALL_LIFE, FileError, Files, accepted};

/// How often something is sent at most that may arrive twice.
const ATTEMPTS: u32 = 3;

const FIRST_WAIT: Duration = Duration::from_millis(200);

/// A file that is being written.
#[derive(Debug)]
pub struct Upload<'a> {
    files: &'a Files,
    key: String,
    id: String,
    /// What the service calls each part.
    parts: Vec<String>,
}

impl Files {
    /// Begins a file. It takes the place of one that was there when it is finished.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn begin(&self, key: &str, content_type: &str) -> Result<Upload<'_>, FileError> {
        let place = format!("{key}?uploads=");
        let address = self.sign(&Method::POST, &place, CALL_LIFE).await?;
        let request = Request::post(address).header(CONTENT_TYPE, content_type);
        let answer = self.send(request, SdkBody::empty()).await?;
        accepted(answer.status)?;
        let id = between(&answer.body, "<UploadId>", "</UploadId>");
        Ok(Upload {
            files: self,
            key: key.to_owned(),
            id: id.ok_or(FileError::Incomplete("an upload"))?.to_owned(),
            parts: Vec::new(),
        })
    }

    /// Throws the parts of a file away that nobody will finish; one that is not there is thrown away already.
    ///
    /// # Errors
    /// When the service does not do it.
    pub async fn abort(&self, key: &str, upload: &str) -> Result<(), FileError> {
        let place = place(key, &[("uploadId", upload)]);
        match self.insist(&Method::DELETE, &place, SdkBody::empty()).await {
            Ok(_) | Err(FileError::Refused(404)) => Ok(()),
            Err(failure) => Err(failure),
        }
    }

    /// Sends what may arrive twice, and again after a pause while that may help.
    async fn insist(
        &self,
        method: &Method,
        place: &str,
        body: SdkBody,
    ) -> Result<Answered, FileError> {
        let mut wait = FIRST_WAIT;
        for _ in 1..ATTEMPTS {
            // Bytes in memory are shared, not copied.
            let Some(copy) = body.try_clone() else { break };
            match self.send_once(method, place, copy).await {
                Err(failure) if failure.is_passing() => {}
                ended => return ended,
            }
            sleep(wait).await;
            wait *= 2;
        }
        self.send_once(method, place, body).await
    }

    async fn send_once(
        &self,
        method: &Method,
        place: &str,
        body: SdkBody,
    ) -> Result<Answered, FileError> {
        let address = self.sign(method, place, CALL_LIFE).await?;
        let request = Request::builder().method(method).uri(address);
        let answer = self.send(request, body).await?;
        accepted(answer.status)?;
        Ok(answer)
    }
}

impl FileError {
    /// Whether it may be over in a moment.
    const fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Refused(status) => *status >= 500,
            Self::NotConfigured | Self::Unsigned(_) | Self::Incomplete(_) => false,
        }
    }
}

impl Upload<'_> {
    /// Names it to whoever throws it away.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sends the next part: at least five megabytes, but for the last one.
    ///
    /// # Errors
    /// When the service does not take it.
    pub async fn send(&mut self, bytes: Vec<u8>) -> Result<(), FileError> {
        let number = (self.parts.len() + 1).to_string();
        let query = [("partNumber", number.as_str()), ("uploadId", &self.id)];
        let place = place(&self.key, &query);
        let answer = self
            .files
            .insist(&Method::PUT, &place, bytes.into())
            .await?;
        let tag = answer
            .tag
            .ok_or(FileError::Incomplete("the name of a part"))?;
        self.parts.push(tag);
        Ok(())
    }

    /// Makes one file of all parts.
    ///
    /// # Errors
    /// When the service does not do it; the parts are still there.
    pub async fn finish(&self) -> Result<(), FileError> {
        let parts = self.parts.iter().zip(1..).map(|(tag, number)| {
            let tag = tag.replace('"', "&quot;");
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        });
        let body = format!(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</CompleteMultipartUpload>",
            parts.collect::<String>()
        );
        let place = place(&self.key, &[("uploadId", &self.id)]);
        let answer = self
            .files
            .insist(&Method::POST, &place, body.into())
            .await?;
        // S3 may say so after it has begun with a 200.
        if answer.body.contains("<Error>") {
            return Err(FileError::Incomplete("a file"));
        }
        Ok(())
    }
}

/// What is asked of a file, behind its key.
fn place(key: &str, query: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(query)
        .finish();
    format!("{key}?{query}")
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once(after).map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_upload_is_read() {
        let answer = "<Result><Key>k</Key><UploadId>a-b.c</UploadId></Result>";
        assert_eq!(between(answer, "<UploadId>", "</UploadId>"), Some("a-b.c"));
        assert_eq!(between("<Error/>", "<UploadId>", "</UploadId>"), None);
    }

    #[test]
    fn only_what_passes_is_tried_again() {
        let silent = FileError::Unreachable("it takes too long".to_owned());
        for passing in [silent, FileError::Refused(500), FileError::Refused(503)] {
            assert!(passing.is_passing(), "{passing}");
        }
        for lasting in [FileError::Refused(403), FileError::Incomplete("a file")] {
            assert!(!lasting.is_passing(), "{lasting}");
        }
    }
}
