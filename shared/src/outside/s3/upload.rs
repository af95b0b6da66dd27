//! A file that comes in parts: it is there when all of them are, and not before.

use aws_smithy_types::body::SdkBody;
use http::header::CONTENT_TYPE;
use http::{Method, Request};

use super::{CALL_LIFE, FileError, Files, accepted};

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
        let query = form_urlencoded::Serializer::new(String::new())
            .append_pair("uploadId", upload)
            .finish();
        let place = format!("{key}?{query}");
        let address = self.sign(&Method::DELETE, &place, CALL_LIFE).await?;
        let request = Request::delete(address);
        match self.call(request, SdkBody::empty()).await? {
            404 => Ok(()),
            status => accepted(status),
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
        let address = self
            .address(&Method::PUT, &[("partNumber", &number)])
            .await?;
        let answer = self.files.send(Request::put(address), bytes.into()).await?;
        accepted(answer.status)?;
        let tag = answer
            .tag
            .ok_or(FileError::Incomplete("the name of a part"))?;
        self.parts.push(tag);
        Ok(())
    }

    /// Makes one file of all parts.
    ///
    /// # Errors
    /// When the service does not do it.
    pub async fn finish(self) -> Result<(), FileError> {
        let address = self.address(&Method::POST, &[]).await?;
        let parts = self.parts.iter().zip(1..).map(|(tag, number)| {
            let tag = tag.replace('"', "&quot;");
            format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag></Part>")
        });
        let body = format!(
            "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{}</CompleteMultipartUpload>",
            parts.collect::<String>()
        );
        let answer = self.files.send(Request::post(address), body.into()).await?;
        accepted(answer.status)?;
        // S3 may say so after it has begun with a 200.
        if answer.body.contains("<Error>") {
            return Err(FileError::Incomplete("a file"));
        }
        Ok(())
    }

    async fn address(&self, method: &Method, query: &[(&str, &str)]) -> Result<String, FileError> {
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .append_pair("uploadId", &self.id)
            .finish();
        let key = format!("{}?{query}", self.key);
        self.files.sign(method, &key, CALL_LIFE).await
    }
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
}
