//! The payment provider: it holds, takes and gives back money, each once per key.
//!
//! [`PaymentProvider`] is all that the platform wants of one. [`Payments`] speaks the protocol of the stand-in in
//! `infra/standalone`, which is the customary one: a payment that is authorized and captured later, an
//! `Idempotency-Key` per question, 402 with a code for what the payer can do something about. Another provider is
//! another implementation beside it.
//!
//! Whoever asks and hears nothing does not know what was done, and asks again with the same key. So nothing is repeated
//! here: a failure is a failure of the message that led here, which comes again.

use std::sync::LazyLock;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use super::web;
use crate::domain::id::SessionId;
use crate::domain::payment::{Decline, Outcome, PaymentMethod};

/// How long one answer may take: a batch of five whose provider hangs fits into one invocation of the worker.
const PATIENCE: Duration = Duration::from_secs(5);

static CLIENT: LazyLock<Option<Client>> = LazyLock::new(|| web::client(PATIENCE));

/// The provider did not answer, or not so that we understand it: nobody knows what it did. Never any of what was sent.
#[derive(Debug, thiserror::Error)]
#[error("the payment provider cannot be asked: {0}")]
pub struct PaymentFailure(String);

/// What is to be held, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// Names the question: the provider does it once, however often it is asked.
    pub key: &'a str,
    /// What is paid, for whoever looks at the provider's books.
    pub session_id: SessionId,
    /// How much, in minor units.
    pub amount: i32,
    /// ISO 4217 code.
    pub currency: &'a str,
    /// With what.
    pub method: &'a PaymentMethod,
}

/// Who holds, takes and gives back money.
pub trait PaymentProvider {
    /// Holds an amount.
    fn authorize(
        &self,
        order: Order<'_>,
    ) -> impl Future<Output = Result<Outcome, PaymentFailure>> + Send;

    /// Says where a payment stands.
    fn look_up(
        &self,
        reference: &str,
    ) -> impl Future<Output = Result<Outcome, PaymentFailure>> + Send;

    /// Takes the whole of what is held.
    fn capture(
        &self,
        key: &str,
        reference: &str,
    ) -> impl Future<Output = Result<Outcome, PaymentFailure>> + Send;

    /// Lets go of what is held, or gives back what was taken.
    fn refund(
        &self,
        key: &str,
        reference: &str,
    ) -> impl Future<Output = Result<Outcome, PaymentFailure>> + Send;
}

/// The provider, by HTTP.
#[derive(Clone)]
pub struct Payments {
    url: String,
    key: String,
}

impl Payments {
    /// Reads `{"key"}`, which is what we are to the provider at `url`; `None` when it is not there.
    #[must_use]
    pub fn read(url: &str, secret: &Value) -> Option<Self> {
        let key = secret.get("key")?.as_str()?;
        (!key.is_empty()).then(|| Self {
            url: url.to_owned(),
            key: key.to_owned(),
        })
    }

    fn request(&self, method: Method, path: &str) -> Result<RequestBuilder, PaymentFailure> {
        let client = CLIENT
            .as_ref()
            .ok_or_else(|| failed("there is no client"))?;
        let url = format!("{}/v1/payments{path}", self.url);
        Ok(client.request(method, url).bearer_auth(&self.key))
    }

    fn change(&self, key: &str, path: &str) -> Result<RequestBuilder, PaymentFailure> {
        let request = self.request(Method::POST, path)?;
        Ok(request.header("idempotency-key", key))
    }
}

impl PaymentProvider for Payments {
    async fn authorize(&self, order: Order<'_>) -> Result<Outcome, PaymentFailure> {
        let body = json!({
            "amount": order.amount,
            "currency": order.currency,
            "payment_method": order.method.expose(),
            "order": order.session_id,
        });
        answer(self.change(order.key, "")?.json(&body)).await
    }

    async fn look_up(&self, reference: &str) -> Result<Outcome, PaymentFailure> {
        answer(self.request(Method::GET, &format!("/{}", segment(reference)))?).await
    }

    async fn capture(&self, key: &str, reference: &str) -> Result<Outcome, PaymentFailure> {
        let path = format!("/{}/capture", segment(reference));
        answer(self.change(key, &path)?).await
    }

    async fn refund(&self, key: &str, reference: &str) -> Result<Outcome, PaymentFailure> {
        let path = format!("/{}/refund", segment(reference));
        match answer(self.change(key, &path)?).await? {
            // Nobody's money may get lost because a refund was refused: a person has to look at it.
            Outcome::Declined(_) => Err(failed("it refuses to give money back")),
            outcome => Ok(outcome),
        }
    }
}

/// The errors of a request name its address: that stays out of the logs.
async fn answer(request: RequestBuilder) -> Result<Outcome, PaymentFailure> {
    let answer = request.send().await;
    let answer = answer.map_err(|failure| failed(failure.without_url()))?;
    match answer.status() {
        StatusCode::OK | StatusCode::CREATED => {
            let body = web::read(answer).await.map_err(failed)?;
            outcome(&body).ok_or_else(|| failed("its answer says nothing that we know"))
        }
        StatusCode::PAYMENT_REQUIRED => {
            let body = web::read(answer).await.map_err(failed)?;
            let code = body.pointer("/error/code").and_then(Value::as_str);
            Ok(Outcome::Declined(Decline::read(code.unwrap_or_default())))
        }
        status => {
            if status.is_client_error() && status != StatusCode::TOO_MANY_REQUESTS {
                tracing::error!(status = status.as_u16(), "the payment provider refuses us");
            }
            Err(failed(format!("it answers {}", status.as_u16())))
        }
    }
}

/// Reads `{"id", "status", "action_url"?, "error"?}`.
fn outcome(body: &Value) -> Option<Outcome> {
    let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
    let reference = text("id").filter(|id| !id.is_empty() && *id == segment(id))?;
    match text("status")?.as_str() {
        "authorized" => Some(Outcome::Authorized { reference }),
        "requires_action" => Some(Outcome::ActionNeeded {
            reference,
            url: text("action_url").filter(|url| is_web(url))?,
        }),
        "captured" => Some(Outcome::Captured),
        "refunded" => Some(Outcome::Refunded),
        "failed" => {
            let code = body.pointer("/error/code").and_then(Value::as_str);
            Some(Outcome::Declined(Decline::read(code.unwrap_or_default())))
        }
        _ => None,
    }
}

/// Clients open it: nothing but an address of the web.
fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://"))
        && !url.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// A reference as part of a path: whatever could lead elsewhere is left out.
fn segment(reference: &str) -> String {
    let is_plain = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    reference.chars().filter(is_plain).collect()
}

#[expect(
    clippy::needless_pass_by_value,
    reason = "callers hand over the error they have"
)]
fn failed(why: impl ToString) -> PaymentFailure {
    PaymentFailure(why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_with_its_reference() {
        let reference = "pay_1".to_owned();
        for (body, expected) in [
            (
                json!({ "id": "pay_1", "status": "authorized" }),
                Some(Outcome::Authorized {
                    reference: reference.clone(),
                }),
            ),
            (
                json!({ "id": "pay_1", "status": "requires_action", "action_url": "https://pay.example/1" }),
                Some(Outcome::ActionNeeded {
                    reference,
                    url: "https://pay.example/1".to_owned(),
                }),
            ),
            (
                json!({ "id": "pay_1", "status": "failed", "error": { "code": "action_failed" } }),
                Some(Outcome::Declined(Decline::ActionFailed)),
            ),
            (json!({ "id": "pay_1", "status": "paid?" }), None),
            (
                json!({ "id": "../../refunds", "status": "authorized" }),
                None,
            ),
            (
                json!({ "id": "pay_1", "status": "requires_action", "action_url": "javascript:1" }),
                None,
            ),
            (json!({ "status": "captured" }), None),
        ] {
            assert_eq!(outcome(&body), expected, "{body}");
        }
    }

    #[test]
    fn without_a_key_there_is_no_provider() {
        assert!(Payments::read("https://pay.example", &json!({ "key": "k" })).is_some());
        assert!(Payments::read("https://pay.example", &json!({ "key": "" })).is_none());
        assert!(Payments::read("https://pay.example", &json!({})).is_none());
    }
}
