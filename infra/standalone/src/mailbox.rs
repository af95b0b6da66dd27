//! `GET /dev/mailbox`: the mails that were sent, for programs as JSON and for people as a page. Only for development.
#![expect(
    clippy::disallowed_types,
    reason = "a development page, outside the API and its envelope"
)]

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use jiff::Timestamp;
use mail_parser::{ContentType, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use minijinja::{Environment, UndefinedBehavior, context};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::ses::{Fate, Mailbox, SentMail};

/// How many mails the page shows; the JSON holds all.
const SHOWN: usize = 100;

/// Nothing but the page's own styles: mails come from anywhere. A frame of a mail inherits it.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Answers `GET /dev/mailbox`.
pub fn router(mailbox: Mailbox) -> Router {
    Router::new()
        .route("/dev/mailbox", get(show))
        .with_state(mailbox)
}

#[derive(Deserialize)]
struct Filter {
    to: Option<String>,
}

/// A mail as it is read.
#[derive(Debug, Serialize)]
struct Mail {
    to: String,
    subject: String,
    text: Option<String>,
    html: Option<String>,
    headers: Map<String, Value>,
    attachments: Vec<Attached>,
    sent_at: Timestamp,
    /// What became of it.
    fate: &'static str,
}

/// A part of a mail that is not its text: also an invitation that is no file.
#[derive(Debug, Serialize)]
struct Attached {
    name: String,
    content_type: String,
    /// As it is if it is text, else in base64.
    content: String,
}

async fn show(
    State(mailbox): State<Mailbox>,
    Query(filter): Query<Filter>,
    headers: HeaderMap,
) -> Response {
    let wanted = filter.to.filter(|to| !to.is_empty());
    let mails = mailbox
        .mails()
        .into_iter()
        .filter(|mail| is_to(mail, wanted.as_deref()));
    if wants_page(&headers) {
        let mails: Vec<Mail> = mails.take(SHOWN).map(|mail| read(&mail)).collect();
        page(&mails, wanted.as_deref())
    } else {
        Json(mails.map(|mail| read(&mail)).collect::<Vec<_>>()).into_response()
    }
}

fn is_to(mail: &SentMail, wanted: Option<&str>) -> bool {
    wanted.is_none_or(|wanted| {
        mail.to
            .iter()
            .any(|address| address.eq_ignore_ascii_case(wanted.trim()))
    })
}

/// Browsers name `text/html`; programs say `*/*`, `application/json` or nothing.
fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}

fn read(mail: &SentMail) -> Mail {
    let mut read = Mail {
        to: mail.to.join(", "),
        subject: String::new(),
        text: None,
        html: None,
        headers: Map::new(),
        attachments: Vec::new(),
        sent_at: mail.sent_at,
        fate: Fate::of(mail.to.first().map_or("", String::as_str)).name(),
    };
    let message = MessageParser::default().parse(&mail.raw);
    // The parser panics when asked about a message without parts.
    let Some(message) = message.filter(|message| !message.parts.is_empty()) else {
        read.text = Some(String::from_utf8_lossy(&mail.raw).into_owned());
        return read;
    };
    let (attached, bodies): (Vec<_>, Vec<_>) =
        message.parts.iter().partition(|part| is_attached(part));
    message
        .subject()
        .unwrap_or_default()
        .clone_into(&mut read.subject);
    read.text = first(&bodies, |part| matches!(part.body, PartType::Text(_)));
    read.html = first(&bodies, |part| matches!(part.body, PartType::Html(_)));
    read.headers = read_headers(&message);
    read.attachments = attached.into_iter().map(read_attached).collect();
    read
}

fn first(bodies: &[&MessagePart], is_wanted: impl Fn(&MessagePart) -> bool) -> Option<String> {
    let part = bodies.iter().find(|part| is_wanted(part))?;
    part.text_contents().map(str::to_owned)
}

/// Reads the headers as they were sent, but each on one line; one that repeats is joined by commas.
fn read_headers(message: &Message) -> Map<String, Value> {
    let mut headers: Map<String, Value> = Map::new();
    for (name, value) in message.headers_raw() {
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        match headers.get_mut(name) {
            Some(Value::String(before)) => *before = format!("{before}, {value}"),
            _ => drop(headers.insert(name.to_owned(), value.into())),
        }
    }
    headers
}

fn is_attached(part: &MessagePart) -> bool {
    let is_body = match part.body {
        PartType::Multipart(_) => return false,
        PartType::Html(_) => true,
        PartType::Text(_) => part
            .content_type()
            .is_none_or(|kind| kind.subtype() == Some("plain")),
        PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Message(_) => false,
    };
    !is_body
        || part
            .content_disposition()
            .is_some_and(ContentType::is_attachment)
}

fn read_attached(part: &MessagePart) -> Attached {
    let content_type = part
        .content_type()
        .map_or_else(|| "text/plain".to_owned(), write_content_type);
    let is_text = content_type.starts_with("text/") || content_type.starts_with("application/ics");
    let content = match std::str::from_utf8(part.contents()) {
        Ok(text) if is_text => text.to_owned(),
        _ => BASE64_STANDARD.encode(part.contents()),
    };
    let unnamed = if content_type.starts_with("text/calendar") {
        "calendar.ics"
    } else {
        "unnamed"
    };
    Attached {
        name: part.attachment_name().unwrap_or(unnamed).to_owned(),
        content_type,
        content,
    }
}

fn write_content_type(kind: &ContentType) -> String {
    let mut written = kind.ctype().to_owned();
    if let Some(subtype) = kind.subtype() {
        written = format!("{written}/{subtype}");
    }
    for attribute in kind.attributes().unwrap_or_default() {
        if attribute.name != "name" {
            written = format!("{written}; {}={}", attribute.name, attribute.value);
        }
    }
    written
}

fn page(mails: &[Mail], wanted: Option<&str>) -> Response {
    match render(mails, wanted) {
        Ok(page) => ([(header::CONTENT_SECURITY_POLICY, POLICY)], Html(page)).into_response(),
        Err(error) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            format!("cannot show the mailbox: {error}"),
        )
            .into_response(),
    }
}

fn render(mails: &[Mail], wanted: Option<&str>) -> Result<String, minijinja::Error> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.add_template("mailbox.html", include_str!("mailbox.html"))?;
    templates.get_template("mailbox.html")?.render(context! {
        mails => minijinja::value::Serde(mails),
        wanted => wanted.unwrap_or_default(),
        shown => SHOWN,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    const INVITATION: &str = "From: =?utf-8?b?w5xiZXI=?= <hello@office-hours.example>\r\n\
        To: zoe@example.com\r\n\
        Subject: =?utf-8?b?R3LDvMOfZSDwn6aA?=\r\n\
        X-Long: one\r\n two\r\n\
        X-Long: three\r\n\
        Content-Type: multipart/mixed; boundary=\"m\"\r\n\r\n\
        --m\r\nContent-Type: multipart/alternative; boundary=\"a\"\r\n\r\n\
        --a\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe\r\n\
        --a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p title=\"x\">Hi <script>alert(1)</script></p>\r\n\
        --a\r\nContent-Type: text/calendar; method=REQUEST; charset=UTF-8\r\n\r\nBEGIN:VCALENDAR\r\n\
        --a--\r\n\
        --m\r\nContent-Type: application/ics; name=\"invite.ics\"\r\nContent-Disposition: attachment; filename=\"invite.ics\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\nQkVHSU46VkNBTEVOREFS\r\n\
        --m\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"a.png\"\r\n\
        Content-Transfer-Encoding: base64\r\n\r\niVBORw==\r\n\
        --m--\r\n";

    fn given_mails(mails: &[(&str, &str)]) -> Router {
        let mailbox = Mailbox::new("eu-central-1", ["x"], || {
            "2026-03-01T09:30:00Z".parse().unwrap()
        });
        for (to, raw) in mails {
            mailbox.put(to, raw.as_bytes());
        }
        router(mailbox)
    }

    async fn get(router: Router, path: &str, accept: &str) -> (HeaderMap, String) {
        let request = Request::get(path)
            .header("accept", accept)
            .body(Body::empty())
            .unwrap();
        let response = router.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let headers = response.headers().clone();
        let body = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        (headers, String::from_utf8(body.to_vec()).unwrap())
    }

    async fn json(router: Router, path: &str) -> Value {
        serde_json::from_str(&get(router, path, "*/*").await.1).unwrap()
    }

    #[tokio::test]
    async fn a_program_reads_every_part() {
        let mails = json(
            given_mails(&[("zoe@example.com", INVITATION)]),
            "/dev/mailbox",
        )
        .await;

        assert_eq!(
            mails,
            serde_json::json!([{
                "to": "zoe@example.com",
                "subject": "Grüße 🦀",
                "text": "Grüße",
                "html": "<p title=\"x\">Hi <script>alert(1)</script></p>",
                "headers": {
                    "From": "=?utf-8?b?w5xiZXI=?= <hello@office-hours.example>",
                    "To": "zoe@example.com",
                    "Subject": "=?utf-8?b?R3LDvMOfZSDwn6aA?=",
                    "X-Long": "one two, three",
                    "Content-Type": "multipart/mixed; boundary=\"m\"",
                },
                "attachments": [
                    {
                        "name": "calendar.ics",
                        "content_type": "text/calendar; method=REQUEST; charset=UTF-8",
                        "content": "BEGIN:VCALENDAR",
                    },
                    { "name": "invite.ics", "content_type": "application/ics", "content": "BEGIN:VCALENDAR" },
                    { "name": "a.png", "content_type": "image/png", "content": "iVBORw==" },
                ],
                "sent_at": "2026-03-01T09:30:00Z",
                "fate": "delivered",
            }])
        );
    }

    #[tokio::test]
    async fn mails_are_filtered_by_reader_newest_first() {
        let plain = "Subject: 1\r\n\r\none\r\n";
        let mails = [
            ("a@example.com", plain),
            ("b@example.com", plain),
            ("A@example.com", "Subject: 2\r\n\r\ntwo\r\n"),
        ];

        let all = json(given_mails(&mails), "/dev/mailbox").await;
        let one = json(given_mails(&mails), "/dev/mailbox?to=a%40example.com").await;
        let none = json(given_mails(&mails), "/dev/mailbox?to=c@example.com").await;

        assert_eq!(all.as_array().unwrap().len(), 3);
        assert_eq!(all[0]["text"], "two\r\n");
        let subjects: Vec<_> = one
            .as_array()
            .unwrap()
            .iter()
            .map(|mail| mail["subject"].as_str().unwrap())
            .collect();
        assert_eq!(subjects, ["2", "1"]);
        assert_eq!(none, serde_json::json!([]));
        assert_eq!(all[0]["html"], Value::Null);
    }

    #[tokio::test]
    async fn a_browser_gets_a_page_in_which_mails_cannot_act() {
        let mails = [
            ("zoe@example.com", INVITATION),
            ("b@example.com", "Subject: <b>x</b>\r\n\r\n<i>y</i>\r\n"),
        ];

        let (headers, page) = get(given_mails(&mails), "/dev/mailbox", "text/html,*/*;q=0.8").await;

        assert!(
            headers["content-type"]
                .to_str()
                .unwrap()
                .starts_with("text/html")
        );
        assert!(
            headers["content-security-policy"]
                .to_str()
                .unwrap()
                .starts_with("default-src 'none'")
        );
        assert!(
            page.contains("Grüße 🦀")
                && page.contains("&lt;b&gt;x&lt;&#x2f;b&gt;")
                && page.contains("invite.ics")
        );
        assert!(
            page.contains(
                "srcdoc=\"&lt;base target=&quot;_blank&quot;&gt;&lt;p title=&quot;x&quot;&gt;"
            ),
            "{page}"
        );
        assert!(!page.contains("<script") && !page.contains("<i>y") && !page.contains("<b>x"));
        assert!(!page.contains("http://") && !page.contains("https://"));
    }

    #[tokio::test]
    async fn an_empty_mailbox_says_so() {
        let (_, page) = get(given_mails(&[]), "/dev/mailbox?to=%3Cx%3E", "text/html").await;

        assert!(page.contains("No mails to &lt;x&gt; yet."));
        assert_eq!(
            json(given_mails(&[]), "/dev/mailbox").await,
            serde_json::json!([])
        );
    }

    #[tokio::test]
    async fn what_is_no_mail_does_not_break_the_mailbox() {
        for raw in [
            "",
            "\r\n",
            "no mail at all",
            "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n--x--",
        ] {
            let mails = json(given_mails(&[("zoe@example.com", raw)]), "/dev/mailbox").await;
            assert_eq!(mails[0]["to"], "zoe@example.com", "{raw:?}");
        }
    }
}
